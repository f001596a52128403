#pragma once

#include <cstddef>
#include <cstdint>

#include "dispatch/mailbox/mailbox.h"
#include "dispatch/worker/lane_metrics.h"

namespace hookline::detail {

// A mailbox with the runner that serves it, pinned to one worker for its whole life.
// Thread safety: all methods from any thread. Kept alive by shared_ptr; a closed lane stays usable
// and finishes whatever is posted to it with the error it was closed with.
class Lane {
 public:
  Lane() = default;
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;
  virtual ~Lane() = default;
  [[nodiscard]] virtual Mailbox& mailbox() noexcept = 0;
  [[nodiscard]] virtual const LaneMetrics& metrics() const noexcept = 0;
  // The index of its worker.
  [[nodiscard]] virtual std::size_t worker() const noexcept = 0;
};

// What becomes of the calls that were accepted before a lane closes.
enum class Drain : std::uint8_t {
  kRun,      // they run first
  kDiscard,  // they end with kShuttingDown or kScriptUnloaded
};

}  // namespace hookline::detail
