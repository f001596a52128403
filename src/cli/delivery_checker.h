#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "cli/traffic.h"

namespace hookline::cli {

// Describes the fate of the sent lines, as the clients have seen it.
struct DeliveryReport {
  std::uint64_t delivered = 0;     // received by every client
  std::uint64_t incomplete = 0;    // received by some clients, but not by all
  std::uint64_t duplicates = 0;    // received again by the same client
  std::uint64_t out_of_order = 0;  // received after a later line of the same sender
  std::uint64_t altered = 0;       // received with another text; the maximum over all clients
};

// Records which client has received which line, with one bit for each pair.
//
// Thread safety: one thread at a time.
class DeliveryChecker {
 public:
  explicit DeliveryChecker(const Traffic& traffic);

  // Records that `receiver` got line `sequence` of `sender`. REQUIRES: the traffic has this line.
  void received(std::size_t receiver, std::size_t sender, std::uint32_t sequence, bool altered);

  [[nodiscard]] DeliveryReport report() const;

 private:
  // Holds the lines of one sender that one receiver has seen.
  struct Channel {
    std::vector<std::uint64_t> seen;  // a bit for each line
    std::int64_t latest = -1;
  };
  [[nodiscard]] const Channel& channel(std::size_t receiver, std::size_t sender) const {
    return channels_[receiver * clients_ + sender];
  }
  void add_sender(std::size_t sender, DeliveryReport& report) const;

  std::size_t clients_;
  std::vector<Channel> channels_;
  std::vector<std::uint64_t> altered_;  // indexed by receiver
  std::uint64_t duplicates_ = 0;
  std::uint64_t out_of_order_ = 0;
};

}  // namespace hookline::cli
