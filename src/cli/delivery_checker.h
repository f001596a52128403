#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "cli/traffic.h"

namespace hookline::cli {

// What became of the lines that were sent, seen from the clients.
struct DeliveryReport {
  std::uint64_t delivered = 0;     // lines that every client has received
  std::uint64_t incomplete = 0;    // lines that some client has received and another has not
  std::uint64_t duplicates = 0;    // lines that one client has received again
  std::uint64_t out_of_order = 0;  // lines that came after a later one of the same sender
  std::uint64_t altered = 0;       // lines whose text was not the one sent, at the client with most
};

// Keeps account of each line at each client: a bit each.
// Thread safety: none; one thread at a time.
class DeliveryChecker {
 public:
  explicit DeliveryChecker(const Traffic& traffic);

  // `receiver` has got line `sequence` of `sender`; both numbers are valid for the traffic.
  void received(std::size_t receiver, std::size_t sender, std::uint32_t sequence, bool altered);

  [[nodiscard]] DeliveryReport report() const;

 private:
  // One client's lines as one other client has seen them.
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
  std::vector<std::uint64_t> altered_;  // for each receiver
  std::uint64_t duplicates_ = 0;
  std::uint64_t out_of_order_ = 0;
};

}  // namespace hookline::cli
