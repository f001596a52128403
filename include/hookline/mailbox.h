#pragma once

#include <cstddef>
#include <cstdint>

#include "hookline/clock.h"

namespace [[gnu::visibility("default")]] hookline {

// Says what a full mailbox does with one more call.
enum class Overflow : std::uint8_t {
  // The poster waits for room until a deadline, then the call ends with kQueueFull: immediately on
  // the thread of an attached event loop, which must go on.
  kBlock,
  kReject,      // The new call ends with kQueueFull.
  kDropOldest,  // The oldest waiting call ends with kDropped, and the new one is accepted.
  kDropNewest,  // The new call ends with kDropped.
};

// Limits the queue of calls of one script, and says what happens beyond that.
struct MailboxOptions {
  std::size_t capacity = 65'536;  // At least 1.
  Overflow overflow = Overflow::kReject;
  Duration block_timeout = std::chrono::seconds(1);  // Used with kBlock; real time.
};

// Says what happens to accepted calls that have not run when their script ends.
enum class Drain : std::uint8_t {
  kRun,      // They run first.
  kDiscard,  // They end with kShuttingDown or kScriptUnloaded.
};

}  // namespace hookline
