#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dispatch/call/call.h"
#include "hookline/error.h"
#include "hookline/value.h"

namespace hookline {

// Keeps the books of a stress test in which many producers send numbered calls to many consumers.
// It answers two questions afterwards: has each call ended exactly once, and did each consumer see
// each producer's calls in order?
//
// The calls carry (producer, number) as their two arguments and are expected to return the number,
// so the same load can be put on fake runners and on real interpreters.
class StressLoad {
 public:
  StressLoad(std::size_t producers, std::size_t consumers, std::uint64_t calls_each)
      : calls_each_(calls_each),
        consumers_(consumers),
        last_seen_(consumers, std::vector<std::int64_t>(producers, -1)),
        ended_(producers) {
    for (auto& own : ended_) {
      own = std::vector<std::atomic<std::uint8_t>>(calls_each);
    }
  }

  [[nodiscard]] std::uint64_t calls_each() const noexcept { return calls_each_; }
  // Returns the consumer of the call with this number.
  [[nodiscard]] std::size_t consumer_of(std::uint64_t number) const noexcept {
    return number % consumers_;
  }

  // Call it on the consumer's thread for each call that it runs.
  void note_run(std::size_t consumer, std::int64_t producer, std::int64_t number) {
    std::int64_t& last = last_seen_[consumer][static_cast<std::size_t>(producer)];
    if (number <= last) {
      out_of_order_.fetch_add(1, std::memory_order_relaxed);
    }
    last = number;
  }

  // Call it on any thread when the future of a call is ready.
  void note_end(std::size_t producer, std::uint64_t number, const Result<Value>& result) {
    ended_[producer][number].fetch_add(1, std::memory_order_relaxed);
    const auto* value = result ? result->as<std::int64_t>() : nullptr;
    if (value == nullptr || static_cast<std::uint64_t>(*value) != number) {
      wrong_.fetch_add(1, std::memory_order_relaxed);
    }
  }

  // Returns the number of calls that a consumer saw after a later one of the same producer.
  [[nodiscard]] std::uint64_t out_of_order() const noexcept { return out_of_order_.load(); }
  // Returns the number of calls that ended with an error or with another call's result.
  [[nodiscard]] std::uint64_t wrong() const noexcept { return wrong_.load(); }
  // Returns the number of calls that did not end, or ended twice.
  [[nodiscard]] std::uint64_t not_once() const noexcept {
    std::uint64_t count = 0;
    for (const auto& own : ended_) {
      for (const auto& times : own) {
        count += times.load() == 1 ? 0U : 1U;
      }
    }
    return count;
  }

 private:
  const std::uint64_t calls_each_;
  const std::size_t consumers_;
  std::vector<std::vector<std::int64_t>> last_seen_;  // one row per consumer
  std::vector<std::vector<std::atomic<std::uint8_t>>> ended_;
  std::atomic<std::uint64_t> out_of_order_{0};
  std::atomic<std::uint64_t> wrong_{0};
};

}  // namespace hookline
