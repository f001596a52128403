#pragma once

// Has what is counted and measured of the calls of a script. The structs are plain data
// (docs/host.md) and own their content.

#include <cstdint>

#include "hookline/clock.h"

#pragma GCC visibility push(default)
namespace hookline {

// Counts calls since the mailbox was made. Each number is exact. Calls come and go while the
// numbers are read, so together they need not show a single moment, but this always holds:
//   accepted == started + dropped_oldest + discarded + waiting
struct MailboxStats {
  std::uint64_t accepted = 0;
  std::uint64_t started = 0;         // They went to the script, or were cancelled before.
  std::uint64_t dropped_oldest = 0;  // A newer call displaced them, or there was no memory.
  std::uint64_t discarded = 0;       // A shutdown or an unload ended them.
  std::uint64_t rejected = 0;        // They were not accepted because the mailbox was full.
  std::uint64_t refused = 0;         // The mailbox was closed, or they would deadlock.
  std::uint64_t waiting = 0;
};

// Summarizes a histogram of times. Each time is the upper end of its bucket, so it
// is never too low, and at most 1/32 too high.
struct LatencySummary {
  std::uint64_t count = 0;
  Duration p50{};
  Duration p99{};
  Duration max{};
};

// Says how long the calls of one script have taken since it was loaded; docs/metrics.md says what
// is measured and what is exact.
struct ScriptLatencies {
  LatencySummary queue_wait;  // Measures from when a call is accepted until it starts.
  LatencySummary run;         // Measures from its start until its result is delivered.
  LatencySummary total;       // Measures the sum of both, for each call.
};

}  // namespace hookline
#pragma GCC visibility pop
