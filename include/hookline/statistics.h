#pragma once

#include <cstdint>

namespace [[gnu::visibility("default")]] hookline {

// Counts calls since the mailbox was made. Each number is exact. Calls come and go while the
// numbers are read, so together they need not show a single moment, but this always holds:
//   accepted == started + dropped_oldest + discarded + waiting
struct MailboxStats {
  std::uint64_t accepted = 0;
  std::uint64_t started = 0;  // Handed to the script, or found cancelled when their turn came.
  std::uint64_t dropped_oldest = 0;  // Accepted, then displaced by a newer call (or out of memory).
  std::uint64_t discarded = 0;       // Accepted, then ended by a shutdown or an unload.
  std::uint64_t rejected = 0;        // Not accepted: the mailbox was full.
  std::uint64_t refused = 0;         // Not accepted: the mailbox was closed, or kWouldDeadlock.
  std::uint64_t waiting = 0;
};

// Summarizes a histogram of times in nanoseconds. Each time is the upper end of its bucket, so it
// is never too low, and at most 1/32 too high.
struct LatencySummary {
  std::uint64_t count = 0;
  std::uint64_t p50_ns = 0;
  std::uint64_t p99_ns = 0;
  std::uint64_t max_ns = 0;
};

}  // namespace hookline
