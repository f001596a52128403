#pragma once

#include <cstddef>
#include <cstdint>

#include "hookline/clock.h"

namespace [[gnu::visibility("default")]] hookline {

// What a full mailbox does with one more call.
enum class Overflow : std::uint8_t {
  kBlock,       // The poster waits for room until a deadline, then the call ends with kQueueFull.
  kReject,      // The new call ends with kQueueFull.
  kDropOldest,  // The oldest waiting call ends with kDropped, the new one is taken.
  kDropNewest,  // The new call ends with kDropped.
};

// The bound of one script's queue of calls, and what happens beyond it.
struct MailboxOptions {
  std::size_t capacity = 65'536;  // At least 1.
  Overflow overflow = Overflow::kReject;
  Duration block_timeout = std::chrono::seconds(1);  // For kBlock.
};

// Counters since the mailbox was made. Each is exact; together they are a snapshot of values that
// change meanwhile.
//   accepted == started + dropped_oldest + discarded + waiting
struct MailboxStats {
  std::uint64_t accepted = 0;
  std::uint64_t started = 0;         // Handed to the script, or found cancelled at their turn.
  std::uint64_t dropped_oldest = 0;  // Accepted, then displaced by a newer call (or out of memory).
  std::uint64_t discarded = 0;       // Accepted, then ended by shutdown or unload.
  std::uint64_t rejected = 0;        // Never accepted: the mailbox was full.
  std::uint64_t refused = 0;         // Never accepted: closed, or kWouldDeadlock.
  std::uint64_t waiting = 0;
};

// What happens to the calls that were accepted before a script ends.
enum class Drain : std::uint8_t {
  kRun,      // They run first.
  kDiscard,  // They end with kShuttingDown or kScriptUnloaded.
};

// A histogram of nanoseconds in short. Each time is the top of its bucket: never too low, at most
// 1/32 too high.
struct LatencySummary {
  std::uint64_t count = 0;
  std::uint64_t p50_ns = 0;
  std::uint64_t p99_ns = 0;
  std::uint64_t max_ns = 0;
};

}  // namespace hookline
