#pragma once

#include <cstdint>
#include <ctime>
#include <mutex>
#include <optional>

#include "hookline/clock.h"

namespace hookline::detail {

// Adds up the CPU time that the worker of one script spends on it. Threads that the script starts
// itself are not included.
//
// Thread safety: total() from any thread, all other methods on the script's worker.
class CpuTime {
 public:
  // The script has the calling thread for itself from here on, until end_thread() or until it
  // begins with another one. This costs the calls nothing: total() reads the thread's clock.
  void begin_thread();
  void end_thread();
  // The script has the calling thread between these two. Both read a clock, which takes about 0.2
  // us.
  void begin_batch();
  void end_batch();

  [[nodiscard]] Duration total() const;

 private:
  // Returns what the thread of clock_ has spent on the script. REQUIRES: the mutex is held.
  [[nodiscard]] Duration spent_by_thread() const;

  mutable std::mutex mutex_;
  Duration before_{};               // the time that earlier threads and batches have spent
  std::optional<clockid_t> clock_;  // that of the thread which the script has for itself
  Duration since_{};                // by that clock
  Duration batch_since_{};
};

}  // namespace hookline::detail
