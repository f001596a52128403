#include "cli/delivery_checker.h"

#include <algorithm>
#include <bit>

namespace hookline::cli {

namespace {

constexpr std::size_t kBits = 64;

std::uint64_t count(std::uint64_t bits) { return static_cast<std::uint64_t>(std::popcount(bits)); }

}  // namespace

DeliveryChecker::DeliveryChecker(const Traffic& traffic)
    : clients_(traffic.clients()), channels_(clients_ * clients_), altered_(clients_) {
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    channels_[i].seen.resize((traffic.lines_of(i % clients_) + kBits - 1) / kBits);
  }
}

void DeliveryChecker::received(std::size_t receiver, std::size_t sender, std::uint32_t sequence,
                               bool altered) {
  Channel& channel = channels_[receiver * clients_ + sender];
  std::uint64_t& word = channel.seen[sequence / kBits];
  const std::uint64_t bit = std::uint64_t{1} << (sequence % kBits);
  if ((word & bit) != 0) {
    ++duplicates_;
    return;
  }
  word |= bit;
  if (sequence < channel.latest) {
    ++out_of_order_;
  } else {
    channel.latest = sequence;
  }
  if (altered) {
    ++altered_[receiver];
  }
}

void DeliveryChecker::add_sender(std::size_t sender, DeliveryReport& report) const {
  const std::size_t words = channel(0, sender).seen.size();
  for (std::size_t word = 0; word < words; ++word) {
    std::uint64_t everybody = ~std::uint64_t{0};
    std::uint64_t anybody = 0;
    for (std::size_t receiver = 0; receiver < clients_; ++receiver) {
      everybody &= channel(receiver, sender).seen[word];
      anybody |= channel(receiver, sender).seen[word];
    }
    report.delivered += count(everybody);
    report.incomplete += count(anybody & ~everybody);
  }
}

DeliveryReport DeliveryChecker::report() const {
  DeliveryReport report;
  for (std::size_t sender = 0; sender < clients_; ++sender) {
    add_sender(sender, report);
  }
  report.duplicates = duplicates_;
  report.out_of_order = out_of_order_;
  report.altered = *std::ranges::max_element(altered_);
  return report;
}

}  // namespace hookline::cli
