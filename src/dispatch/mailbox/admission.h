#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace hookline::detail {

// The books of one mailbox: how many calls were accepted, how many have left, and whether one more
// may come in. It knows nothing of the calls themselves.
//
// Exact: at no moment is accepted - left > capacity, where a call leaves when it starts, is
// displaced or is discarded, and not when it moves from one place of waiting to another.
//
// One word says how many were accepted, whether the mailbox is closed, and whether its worker is
// away. So one compare-and-swap accepts a call and tells who has to wake the worker, and
//  - closing races with nobody: after close() the number accepted is final, and the worker knows
//    what it still has to expect, also from posters that were interrupted between admit() and
//    enqueuing;
//  - no wake-up is lost: the worker goes away only in the same step in which it sees that
//    everything that was accepted has left.
//
// Thread safety: admit(), close(), note_displaced() and the getters from any thread; the worker's
// methods from one thread at a time.
class Admission {
 public:
  enum class Answer : std::uint8_t {
    kAccepted,
    kAcceptedFirst,  // and the worker is away: enqueue the call, then fetch the worker
    kFull,
    kClosed,
  };

  explicit Admission(std::size_t capacity) noexcept
      : capacity_(capacity == 0 ? 1 : capacity), limit_(capacity_) {}

  // `ticket` gets how many were accepted before this one, if it is.
  [[nodiscard]] Answer admit(std::uint64_t& ticket) noexcept {
    std::uint64_t word = word_.load(std::memory_order_acquire);
    do {
      if ((word & kClosed) != 0) {
        return Answer::kClosed;
      }
      if (word / kOne >= limit_.load(std::memory_order_relaxed) && !raise_limit(word / kOne)) {
        return Answer::kFull;
      }
    } while (!word_.compare_exchange_weak(word, (word + kOne) & ~kAway, std::memory_order_acq_rel,
                                          std::memory_order_acquire));
    ticket = word / kOne;
    return (word & kAway) != 0 ? Answer::kAcceptedFirst : Answer::kAccepted;
  }

  // An accepted call has been taken away by somebody else than the worker.
  void note_displaced() noexcept { displaced_.fetch_add(1, std::memory_order_acq_rel); }

  // From here on admit() says kClosed.
  void close() noexcept { word_.fetch_or(kClosed, std::memory_order_acq_rel); }
  [[nodiscard]] bool closed() const noexcept {
    return (word_.load(std::memory_order_acquire) & kClosed) != 0;
  }

  // The worker's. An accepted call leaves, because it starts or because it is discarded.
  // Sequentially consistent for a poster that waits for room: see BlockedPosters.
  void note_left(std::memory_order order) noexcept {
    left_.store(left_.load(std::memory_order_relaxed) + 1, order);
  }
  void note_discarded() noexcept {
    // In this order, so that nobody sees more discarded than have left.
    note_left(std::memory_order_release);
    discarded_.store(discarded_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  // REQUIRES: it is not away. Goes away if nothing is left to wait for: then the next accepted call
  // is a kAcceptedFirst.
  [[nodiscard]] bool try_leave() noexcept;
  // Comes back by itself. False: it was not away, or somebody is already fetching it.
  [[nodiscard]] bool try_return() noexcept {
    return (word_.fetch_and(~kAway, std::memory_order_acq_rel) & kAway) != 0;
  }
  // Whether something was accepted that has not left. The worker's.
  [[nodiscard]] bool pending() const noexcept {
    return accepted() != left_.load(std::memory_order_relaxed) + displaced();
  }
  // How many have been accepted that have not left. The worker's.
  [[nodiscard]] std::uint64_t waiting() const noexcept {
    return accepted() - left_.load(std::memory_order_relaxed) - displaced();
  }
  // Everything that was accepted has left, and nothing more can come.
  [[nodiscard]] bool drained() const noexcept;

  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
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
  static constexpr std::uint64_t kAway = 2;
  static constexpr std::uint64_t kOne = 4;

  // Looks how far the worker has come. False: it is full.
  bool raise_limit(std::uint64_t accepted) noexcept;

  const std::uint64_t capacity_;
  // What posters write.
  alignas(64) std::atomic<std::uint64_t> word_{kAway};
  // No call beyond this number has room. May be out of date, but never too high.
  std::atomic<std::uint64_t> limit_;
  // What the worker writes. Posters read it only when the mailbox looks full.
  alignas(64) std::atomic<std::uint64_t> left_{0};
  std::atomic<std::uint64_t> discarded_{0};
  // What posters write with Overflow::kDropOldest.
  alignas(64) std::atomic<std::uint64_t> displaced_{0};
};

}  // namespace hookline::detail
