#pragma once

#include <atomic>
#include <cstdint>

#include "dispatch/base/latency_histogram.h"
#include "hookline/options.h"

namespace hookline::hub {

// Counts what the hub does, for HubStats and the chat command "stats".
//
// Thread safety: the hub's thread writes, any thread reads.
struct HubCounters {
  // Adding needs no locked instruction, because only one thread writes.
  class Counter {
   public:
    void add(std::uint64_t n = 1) noexcept {
      value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t get() const noexcept {
      return value_.load(std::memory_order_relaxed);
    }

   private:
    std::atomic<std::uint64_t> value_{0};
  };

  Counter connections;
  Counter chat_lines;
  Counter chat_allowed;
  Counter chat_replaced;
  Counter chat_blocked;
  Counter chat_abandoned;
  Counter late_decisions;
  Counter hook_events;
  Counter held_commands;
  Counter protocol_errors;
  Counter floods;
  detail::LatencyHistogram chat_decision_ns;
};

}  // namespace hookline::hub
