#pragma once

#include <atomic>
#include <cstdint>

#include "hookline/clock.h"
#include "hookline/detail/shared_parker.h"
#include "hookline/executor.h"

namespace hookline::detail {

// What every future's shared state has, whatever its type: who holds it, how far it has come, and
// who is to be told when it is done.
//
// One atomic word has it all, so that the usual end of a call (publish the result, tell nobody, let
// go of the state) is one compare-and-swap:
//
//   kStarted       the work has begun: it can't be cancelled any more
//   kSettling      somebody has the exclusive right to write the result
//   kDone          the result is there, for ever
//   kWaiter        awaited().waiter wants to be unparked
//   kContinuation  awaited().continuation wants to be posted
//   kMark1, kMark2 constant, for whoever made the state
//   the rest       the number of references
//
// Thread safety: the consumer's methods from one thread at a time, the others from any thread.
class FutureCore {
 public:
  FutureCore(const FutureCore&) = delete;
  FutureCore& operator=(const FutureCore&) = delete;

  void add_reference() noexcept { word_.fetch_add(kReference, std::memory_order_relaxed); }
  // With the last reference the state goes back to where it came from.
  void release() noexcept;

  [[nodiscard]] bool done() const noexcept {
    return (word_.load(std::memory_order_acquire) & kDone) != 0;
  }

  // The producer's.

  // False if it has been settled already, by cancel() or at its deadline: nothing is left to do.
  [[nodiscard]] bool try_start() noexcept { return try_set(kStarted, kStarted | kSettling); }
  // True: the caller, and nobody else, now writes the result and then publishes it.
  [[nodiscard]] bool try_settle() noexcept { return try_set(kSettling, kSettling); }
  // As try_settle(), but only if nobody has started.
  [[nodiscard]] bool try_settle_unstarted() noexcept {
    return try_set(kSettling, kStarted | kSettling);
  }
  // The result is written: wakes and posts who is waiting for it.
  void publish() noexcept;
  // publish() and release() in one.
  void publish_and_release() noexcept;

  // The consumer's.

  // False if the deadline (of the system clock) has passed first. Serves the thread's pump.
  bool wait_until(TimePoint deadline);
  // Posts `job` to `executor` when it is done. False if it is done already: the job is not taken.
  [[nodiscard]] bool try_set_continuation(Executor& executor, Job& job) noexcept;

 protected:
  static constexpr std::uint32_t kMark1 = 32;
  static constexpr std::uint32_t kMark2 = 64;

  // Who waits. With kWaiter set, `waiter` belongs to whoever publishes, otherwise to the consumer.
  struct Awaited {
    Executor* executor = nullptr;
    Job* continuation = nullptr;
    SharedParker::Ref waiter;
  };

  explicit FutureCore(std::uint32_t references) noexcept : word_(references * kReference) {}
  ~FutureCore() = default;
  // Gives the storage back. Nobody else can see it any more.
  virtual void dispose() noexcept = 0;
  // Not a member here, so that the result can come first: it is what the two sides share of a call
  // that nobody waits for, and then all of that is in one cache line.
  [[nodiscard]] virtual Awaited& awaited() noexcept = 0;
  // Makes a recycled state as good as new. REQUIRES: nobody else has it.
  void reset(std::uint32_t references, std::uint32_t marks = 0) noexcept {
    word_.store(references * kReference | marks, std::memory_order_relaxed);
  }
  [[nodiscard]] bool marked(std::uint32_t mark) const noexcept {
    return (word_.load(std::memory_order_relaxed) & mark) != 0;
  }
  // Whether try_start() was successful.
  [[nodiscard]] bool started() const noexcept { return marked(kStarted); }

 private:
  static constexpr std::uint32_t kStarted = 1;
  static constexpr std::uint32_t kSettling = 2;
  static constexpr std::uint32_t kDone = 4;
  static constexpr std::uint32_t kWaiter = 8;
  static constexpr std::uint32_t kContinuation = 16;
  static constexpr std::uint32_t kReference = 128;

  // Acquires also when it fails: who learns from it that the result is there goes on to read it.
  bool try_set(std::uint32_t bits, std::uint32_t unless) noexcept {
    std::uint32_t word = word_.load(std::memory_order_acquire);
    do {
      if ((word & unless) != 0) {
        return false;
      }
    } while (!word_.compare_exchange_weak(word, word | bits, std::memory_order_acq_rel,
                                          std::memory_order_acquire));
    return true;
  }

  std::atomic<std::uint32_t> word_;
};

}  // namespace hookline::detail
