#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "dispatch/wait/parker.h"
#include "dispatch/wait/waiter.h"
#include "hookline/clock.h"
#include "hookline/future.h"

namespace hookline::detail {

// Holds the threads that wait for room in a full mailbox. They are served first come, first served.
// Those that must not wait leave a notice instead, which is kept when there may be room. It takes
// no room from a waiting thread: both are told, and the one that posts first gets in.
//
// A wake-up goes to one thread and is never lost: a thread that does not need its wake-up passes it
// on. The worker first counts a call that has left and then checks whether a thread waits; a poster
// first counts itself as waiting and then checks once more for room. All four steps are
// sequentially consistent, so one of the two sees the other. The same holds for a thread that has
// used its wake-up in vain: it says so and then checks once more for room, and the worker looks for
// a thread that has not been woken after it has counted the call. A notice counts as a waiting
// thread, so that it is not lost either.
//
// Thread safety: all methods from any thread.
class BlockedPosters {
 public:
  BlockedPosters() = default;
  BlockedPosters(const BlockedPosters&) = delete;
  BlockedPosters& operator=(const BlockedPosters&) = delete;
  ~BlockedPosters() = default;

  // Calls `attempt()` at each wake-up until it returns true; returns false if `deadline` (of the
  // system clock) passes first. Serves the calling thread's pump meanwhile.
  template <class Attempt>
  bool wait(Attempt attempt, TimePoint deadline) {
    Waiter waiter;
    Poster poster(waiter.parker());
    enter(poster);
    bool in_time = true;
    while (!attempt()) {
      if (!in_time) {
        leave(poster);
        return false;
      }
      in_time =
          waiter.wait_until([&] { return poster.woken.load(std::memory_order_acquire); }, deadline);
      if (in_time) {
        poster.woken.store(false, std::memory_order_seq_cst);
      }
    }
    leave(poster);
    return true;
  }

  // Keeps `notice` at the next wake_one() or wake_all(), or immediately if `has_room()`.
  template <class HasRoom>
  void notify(Promise<void> notice, HasRoom has_room) {
    {
      const std::scoped_lock lock(mutex_);
      notices_.push_back(std::move(notice));
      waiting_.fetch_add(1, std::memory_order_seq_cst);
    }
    if (has_room()) {
      keep_notices();
    }
  }

  // Call it when there is room for one more call.
  void wake_one() noexcept {
    if (waiting_.load(std::memory_order_seq_cst) != 0) [[unlikely]] {
      wake_first();
    }
  }

  // Call it when no thread needs to wait any longer.
  void wake_all() noexcept;

  // Returns the number of waiting threads and notices.
  [[nodiscard]] std::uint32_t waiting() const noexcept {
    return waiting_.load(std::memory_order_seq_cst);
  }

 private:
  // Is a waiting thread, in a list that is linked through its members: waiting needs no memory.
  struct Poster {
    explicit Poster(ParkerRef its_parker) : parker(std::move(its_parker)) {}
    ParkerRef parker;
    std::atomic<bool> woken{false};
    Poster* earlier = nullptr;
    Poster* later = nullptr;
  };

  void enter(Poster& poster) noexcept;
  void leave(Poster& poster) noexcept;
  // Wakes the first thread that has not been woken yet. Returns false if there is none.
  // REQUIRES: mutex_.
  bool wake_next() noexcept;
  void wake_first() noexcept;
  void keep_notices() noexcept;

  std::mutex mutex_;
  Poster* first_ = nullptr;
  Poster* last_ = nullptr;
  std::vector<Promise<void>> notices_;
  std::atomic<std::uint32_t> waiting_{0};
};

}  // namespace hookline::detail
