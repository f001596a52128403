#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <utility>

#include "dispatch/wait/waiter.h"
#include "hookline/clock.h"
#include "hookline/detail/shared_parker.h"

namespace hookline::detail {

// The threads that wait for room in a full mailbox, first come first served.
//
// A wake-up goes to one thread and is never lost: whoever has got one without a use for it passes
// it on. The worker looks whether anybody waits after it has said (sequentially consistent) that a
// call has left; a poster looks for room once more after it has said that it waits; so one of them
// sees the other.
//
// Thread safety: all methods from any thread.
class BlockedPosters {
 public:
  BlockedPosters() = default;
  BlockedPosters(const BlockedPosters&) = delete;
  BlockedPosters& operator=(const BlockedPosters&) = delete;
  ~BlockedPosters() = default;

  // Waits until `attempt()` says true, asking it at each wake-up; false when `deadline` (of the
  // system clock) passed first. Serves the calling thread's pump.
  template <class Attempt>
  bool wait(Attempt attempt, TimePoint deadline) {
    Waiter waiter;
    const auto place = enter(waiter.parker());
    bool in_time = true;
    while (!attempt()) {
      if (!in_time) {
        leave(place);
        return false;
      }
      in_time = waiter.wait_until([place] { return place->woken.load(std::memory_order_acquire); },
                                  deadline);
      if (in_time) {
        place->woken.store(false, std::memory_order_relaxed);
      }
    }
    leave(place);
    return true;
  }

  // There is room for one more.
  void wake_one() noexcept {
    if (waiting_.load(std::memory_order_seq_cst) != 0) [[unlikely]] {
      const std::scoped_lock lock(mutex_);
      wake_next();
    }
  }

  // Nobody needs to wait any longer.
  void wake_all() noexcept;

  // How many threads wait.
  [[nodiscard]] std::uint32_t waiting() const noexcept {
    return waiting_.load(std::memory_order_seq_cst);
  }

 private:
  struct Poster {
    explicit Poster(SharedParker::Ref its_parker) : parker(std::move(its_parker)) {}
    SharedParker::Ref parker;
    std::atomic<bool> woken{false};
  };
  using Place = std::list<Poster>::iterator;

  [[nodiscard]] Place enter(const SharedParker::Ref& parker);
  void leave(Place place) noexcept;
  // Wakes the first that is not woken yet. REQUIRES: mutex_.
  bool wake_next() noexcept;

  std::mutex mutex_;
  std::list<Poster> posters_;
  std::atomic<std::uint32_t> waiting_{0};
};

}  // namespace hookline::detail
