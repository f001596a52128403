#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>

#include "hookline/clock.h"
#include "plugin/types/log.h"

namespace hookline::detail {

// Tells whether a script is late: whether calls whose deadline has passed have not ended yet. While
// that is so the breaker is open, and nobody waits for the script's answers. So a script that hangs
// costs its host one deadline, and not one for each event. It can also be held open for another
// reason; then these notes are counted as if it were not.
//
//            note_late()             note_late() / note_end()
//   closed ---------------> open (1 late call) <---------> open (2 or more late calls)
//      ^                       |
//      +-----------------------+
//           note_end()
//
// Each call that note_late() counts is ended by one note_end(), however it ends. The worker may be
// so quick that the end is counted first; then nothing is opened.
//
// Thread safety: all methods from any thread. is_open() is one load of a cache line that is written
// only when a script is late.
class Breaker {
 public:
  // Describes the call that opened the breaker.
  struct Cause {
    std::string_view hook;  // its name; must live as long as the breaker
    Duration deadline{};    // how long its sender has waited for it
  };
  struct Opened {
    bool is_told = false;        // whether the budget of the log has a line for it
    std::uint64_t left_out = 0;  // openings before this one that were not told
  };
  struct Closed {
    Cause cause;
    Duration late_for{};   // from the deadline of the cause to the end of the last late call
    bool is_told = false;  // whether its opening was
  };

  [[nodiscard]] bool is_open() const noexcept { return is_open_.load(std::memory_order_relaxed); }
  // Returns how many times it has been opened.
  [[nodiscard]] std::uint64_t openings() const noexcept {
    return openings_.load(std::memory_order_relaxed);
  }

  // Counts a call whose deadline has passed. Returns a value if that opens the breaker.
  [[nodiscard]] std::optional<Opened> note_late(const Cause& cause, TimePoint now);
  // Counts the end of such a call. Returns a value if that closes the breaker.
  [[nodiscard]] std::optional<Closed> note_end(TimePoint now);
  // Notes that people could not be told of the opening after all, so that they are not told of its
  // end.
  void note_untold() noexcept;

  // Holds the breaker open, whether or not calls are late, or lets go of it.
  void hold_open(bool held);

 private:
  // REQUIRES: the mutex is held.
  void publish() noexcept {
    is_open_.store(late_calls_ > 0 || is_held_, std::memory_order_relaxed);
  }

  alignas(64) std::atomic<bool> is_open_{false};  // written with the mutex
  std::atomic<std::uint64_t> openings_{0};
  std::mutex mutex_;
  std::int32_t late_calls_ = 0;
  bool is_held_ = false;
  Cause cause_;
  TimePoint opened_at_;
  LogBudget budget_;
  bool is_told_ = false;
};

}  // namespace hookline::detail
