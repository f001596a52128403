#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace hookline::detail {

// Counts the calls of one mailbox (accepted, left, displaced) and decides whether one more may come
// in. It knows nothing of the calls themselves.
//
// The bound is exact: at no moment is accepted - left - displaced > capacity. A call leaves when it
// starts or is discarded, but not when it moves from one waiting place to another.
//
// One word holds the number of accepted calls, whether the mailbox is closed, and whether its
// worker is idle. So one compare-and-swap accepts a call and tells which poster has to wake the
// worker. The states and legal transitions of that word:
//
//                  admit() gives kAcceptedFirst,
//   +-------------+  or try_resume() (worker)       +------------+
//   | open, awake |<--------------------------------| open, idle |  initial state
//   |             |-------------------------------->|            |
//   +-------------+  try_become_idle() (worker)     +------------+
//          |                                               |
//          | close()                                       | close()
//          v                                               v
//   +---------------+  try_resume() (worker)        +--------------+
//   | closed, awake |<------------------------------| closed, idle |
//   |               |------------------------------>|              |
//   +---------------+  try_become_idle() (worker)   +--------------+
//
//   awake    the worker runs, is queued to run, or is being woken by the poster that got
//            kAcceptedFirst
//   idle     every accepted call has left; nothing happens until the next admit() or try_resume()
//   closed   every admit() gets kClosed; drained() is true once every accepted call has left
//
// A poster owns its call from admit() until it has enqueued it; then the worker owns it.
//
// close() makes the number of accepted calls final. The worker then knows how many calls it still
// has to expect, including those of posters that were interrupted between admit() and enqueuing.
//
// No wake-up is lost, because the worker becomes idle in the same step in which it sees that every
// accepted call has left.
//
// Thread safety: admit(), has_room(), close(), note_displaced() and the getters from any thread;
// the worker's methods from one thread at a time.
class Admission {
 public:
  enum class Answer : std::uint8_t {
    kAccepted,
    kAcceptedFirst,  // the worker was idle: the poster must enqueue the call, then wake the worker
    kFull,
    kClosed,
  };

  explicit Admission(std::size_t capacity) noexcept
      : capacity_(capacity == 0 ? 1 : capacity), limit_(capacity_) {}

  // Accepts a call if there is room; `ticket` then gets the number of calls accepted before it.
  [[nodiscard]] Answer admit(std::uint64_t& ticket) noexcept {
    std::uint64_t word = word_.load(std::memory_order_acquire);
    do {
      if ((word & kClosed) != 0) {
        return Answer::kClosed;
      }
      if (word / kOne >= limit_.load(std::memory_order_relaxed) && !raise_limit(word / kOne)) {
        return Answer::kFull;
      }
    } while (!word_.compare_exchange_weak(word, (word + kOne) & ~kIdle, std::memory_order_acq_rel,
                                          std::memory_order_acquire));
    ticket = word / kOne;
    return (word & kIdle) != 0 ? Answer::kAcceptedFirst : Answer::kAccepted;
  }

  // Returns false if admit() would return kFull.
  [[nodiscard]] bool has_room() noexcept {
    const std::uint64_t word = word_.load(std::memory_order_acquire);
    return (word & kClosed) != 0 || word / kOne < limit_.load(std::memory_order_relaxed) ||
           raise_limit(word / kOne);
  }

  // Counts an accepted call that a thread other than the worker has taken out.
  void note_displaced() noexcept { displaced_.fetch_add(1, std::memory_order_acq_rel); }

  // Closes the mailbox: admit() returns kClosed from now on.
  void close() noexcept { word_.fetch_or(kClosed, std::memory_order_acq_rel); }

  // For the worker: counts a call that leaves because it starts. The order is sequentially
  // consistent if posters may wait for room, see BlockedPosters.
  void note_left(std::memory_order order) noexcept {
    left_.store(left_.load(std::memory_order_relaxed) + 1, order);
  }
  // For the worker: counts a call that leaves because it is discarded.
  void note_discarded() noexcept {
    // In this order, so that no thread sees more calls discarded than have left.
    note_left(std::memory_order_release);
    discarded_.store(discarded_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  // For the worker: becomes idle if every accepted call has left. The next accepted call is then a
  // kAcceptedFirst. REQUIRES: the worker is not idle.
  [[nodiscard]] bool try_become_idle() noexcept;
  // For the worker: ends being idle without being woken. Returns false if it was not idle, or if a
  // poster is about to wake it.
  [[nodiscard]] bool try_resume() noexcept {
    return (word_.fetch_and(~kIdle, std::memory_order_acq_rel) & kIdle) != 0;
  }
  // For the worker: returns true if an accepted call has not left.
  [[nodiscard]] bool pending() const noexcept {
    return accepted() != left_.load(std::memory_order_relaxed) + displaced();
  }
  // For the worker: returns the number of accepted calls that have not left.
  [[nodiscard]] std::uint64_t waiting() const noexcept {
    return accepted() - left_.load(std::memory_order_relaxed) - displaced();
  }
  // Returns true if the mailbox is closed and every accepted call has left.
  [[nodiscard]] bool drained() const noexcept;

  [[nodiscard]] std::uint64_t accepted() const noexcept {
    return word_.load(std::memory_order_acquire) / kOne;
  }
  [[nodiscard]] std::uint64_t left() const noexcept {
    return left_.load(std::memory_order_acquire);
  }
  [[nodiscard]] std::uint64_t discarded() const noexcept {
    return discarded_.load(std::memory_order_acquire);
  }
  [[nodiscard]] std::uint64_t displaced() const noexcept {
    return displaced_.load(std::memory_order_acquire);
  }

 private:
  static constexpr std::uint64_t kClosed = 1;
  static constexpr std::uint64_t kIdle = 2;
  static constexpr std::uint64_t kOne = 4;

  // Computes limit_ anew from how far the worker has come. Returns false if the mailbox is full.
  bool raise_limit(std::uint64_t accepted) noexcept;

  const std::uint64_t capacity_;
  // Posters write these.
  alignas(64) std::atomic<std::uint64_t> word_{kIdle};
  // There is no room for calls beyond this number. It may be out of date, but is never too high.
  std::atomic<std::uint64_t> limit_;
  // The worker writes these. Posters read left_ only when the mailbox seems to be full.
  alignas(64) std::atomic<std::uint64_t> left_{0};
  std::atomic<std::uint64_t> discarded_{0};
  // Posters with Overflow::kDropOldest write this.
  alignas(64) std::atomic<std::uint64_t> displaced_{0};
};

}  // namespace hookline::detail
