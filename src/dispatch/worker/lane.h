#pragma once

#include <cstddef>
#include <cstdint>

#include "dispatch/base/latency_histogram.h"
#include "dispatch/call/call_stamp.h"
#include "dispatch/mailbox/mailbox.h"

namespace hookline::detail {

// Has the times that the measured calls of one lane take (see CallStamp). The waiting time of a
// call ends when the call starts, and its running time begins there and ends with finish().
//
// Thread safety: the worker records, any thread reads without a lock.
struct LaneMetrics {
  LatencyHistogram queue_wait_ns;
  LatencyHistogram run_ns;
  LatencyHistogram total_ns;

  void record(const CallStamp& stamp, std::uint64_t started_ns, std::uint64_t ended_ns) noexcept {
    queue_wait_ns.record(started_ns - stamp.posted_ns(), stamp.weight());
    run_ns.record(ended_ns - started_ns, stamp.weight());
    total_ns.record(ended_ns - stamp.posted_ns(), stamp.weight());
  }
};

// Says what became of a lane that was to be taken away from its worker.
enum class Taken : std::uint8_t {
  kNot,        // it was not taken: the step has ended, or other lanes need the worker
  kVacant,     // no calls run until it gets a fresh runner, or is abandoned
  kReplaced,   // its runner was closing for a fresh one, which goes on
  kWasClosing  // it was closing, and has ended
};

// Is a mailbox with the runner that serves it on a worker. It keeps both for its whole life, unless
// the runner is replaced.
//
// Ownership: shared. A closed lane stays usable, and finishes each call that is posted to it with
// the error it was closed with.
//
// Thread safety: all methods from any thread.
class Lane {
 public:
  Lane() = default;
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;
  virtual ~Lane() = default;
  [[nodiscard]] virtual Mailbox& mailbox() noexcept = 0;
  [[nodiscard]] virtual const LaneMetrics& metrics() const noexcept = 0;
  // Returns the index of its worker.
  [[nodiscard]] virtual std::size_t worker() const noexcept = 0;
  // Returns the step of its runner: see RunProgress. 0 if it has no runner just now. No two runners
  // of a lane have a step in common.
  [[nodiscard]] virtual std::uint64_t step() const noexcept = 0;
};

}  // namespace hookline::detail
