#pragma once

#include <atomic>
#include <cstdint>

#include "hookline/clock.h"
#include "hookline/detail/parker_ref.h"
#include "hookline/loop.h"

#pragma GCC visibility push(default)
namespace hookline::detail {

// Is the part of a future's shared state that does not depend on its type: the references to it,
// its progress, and the consumer to notify when it is done.
//
// One atomic word holds all of that, so that the usual end of a call (publish the result, notify
// nobody, drop the reference) is one compare-and-swap. The upper bits of the word count the
// references; the lower bits are
//
//   kStarted        the work has begun, so it cannot be cancelled any more
//   kSettling       one thread has the exclusive right to write the result
//   kDone           the result is there, for ever
//   kWaiter         awaited().waiter is to be unparked
//   kContinuation   awaited().continuation is to be posted
//   kClaiming       the consumer is about to cancel the work, if it has not started
//   kMark1 to 3     constants of the class that made the state
//
// States and legal transitions of the result:
//
//   +---------+  try_start()   +---------+  try_settle()   +----------+  publish()  +------+
//   | Pending |--------------->| Started |---------------->| Settling |------------>| Done |
//   +---------+  by producer   +---------+  by producer,   +----------+             +------+
//          |                       |       or by timer       ^                        ^
//          |                       |       at deadline       |                        |
//          +-------------------------------------------------+                        |
//              try_settle() by producer, or by timer at deadline;                     |
//              try_settle_unstarted() by consumer (cancel())                          |
//                                  |                                                  |
//                                  +--------------------------------------------------+
//                                      publish() by producer, if there is no deadline
//
//   Pending   no result; the producer owns the request
//   Started   no result; the producer runs the request, and cancel() fails from now on
//   Settling  the result belongs to the one thread whose try_settle*() returned true
//   Done      the result belongs to the consumer, which takes it once; there is no way back
//
// A producer that starts much work may use a cheaper way to Started, which costs cancel() more:
// note_started(), a light AsymmetricFence, and if the state is then contested(), try_start() and
// perhaps note_not_started(). cancel() sets kClaiming, then does a heavy fence, and gives up if the
// start is noted: so at least one of the two sees the other.
//
// try_start() and try_settle*() fail in Settling and Done, so only one of the producer, the timer
// and cancel() settles the state. A started call without a deadline has no rival, so its producer
// may write the result without settling first.
//
// States and legal transitions of the notification, independent of the above until Done:
//
//   +----------+  wait_until()            +------------+  publish()
//   |          |------------------------->| kWaiter    |----------> unparks, done
//   | no one   |<-------------------------|            |
//   |          |  deadline passed         +------------+
//   |          |
//   |          |  try_set_continuation()  +---------------+  publish()
//   |          |------------------------->| kContinuation |----------> posts the job, done
//   +----------+                          +---------------+
//
// Ownership of awaited(): `waiter` belongs to the consumer without kWaiter, and with it to the
// thread that publishes. `executor` and `continuation` belong to the consumer until
// try_set_continuation() succeeds, and then to the thread that publishes. Both transitions to the
// right fail if the state is Done already: the consumer then goes on by itself.
//
// Thread safety: the consumer's methods from one thread at a time, the others from any thread.
class FutureCore {
 public:
  FutureCore(const FutureCore&) = delete;
  FutureCore& operator=(const FutureCore&) = delete;

  void add_reference() noexcept { word_.fetch_add(kReference, std::memory_order_relaxed); }
  // Drops a reference. The last one disposes of the state.
  void release() noexcept;

  [[nodiscard]] bool done() const noexcept {
    return (word_.load(std::memory_order_acquire) & kDone) != 0;
  }

  // The producer calls the methods below.

  // Returns false if the state has been settled already, by cancel() or at its deadline: there is
  // nothing left to do.
  [[nodiscard]] bool try_start() noexcept { return try_set(kStarted, kStarted | kSettling); }
  // Returns true to one caller only, which must then write the result and publish it.
  [[nodiscard]] bool try_settle() noexcept { return try_set(kSettling, kSettling); }
  // Does the same as try_settle(), but fails if the work has started.
  [[nodiscard]] bool try_settle_unstarted() noexcept;
  // Returns whether a consumer wants the result, and nobody has settled it yet. `producers` is how
  // many references to the state are not a consumer's.
  [[nodiscard]] bool is_wanted(std::uint32_t producers) const noexcept {
    const std::uint32_t word = word_.load(std::memory_order_acquire);
    return word / kReference > producers && (word & (kSettling | kDone)) == 0;
  }
  // Makes the result visible and notifies the consumer. REQUIRES: the result is written.
  void publish() noexcept;
  // Does publish() and release() in one step.
  void publish_and_release() noexcept {
    std::uint32_t word = word_.load(std::memory_order_relaxed);
    while ((word & (kWaiter | kContinuation)) == 0) {
      if (word_.compare_exchange_weak(word, (word | kDone) - kReference, std::memory_order_acq_rel,
                                      std::memory_order_relaxed)) {
        if (word / kReference == 1) {
          dispose();
        }
        return;
      }
    }
    publish();
    release();
  }

  // Methods of the consumer.

  // Waits until the state is done, and serves the thread's pump meanwhile. Returns false if the
  // deadline (of the system clock) passes first.
  bool wait_until(TimePoint deadline);
  // Posts `job` to `executor` when the state is done. Returns false, without taking the job, if it
  // is done already.
  [[nodiscard]] bool try_set_continuation(Executor& executor, Job& job) noexcept;

 protected:
  static constexpr std::uint32_t kMark1 = 32;
  static constexpr std::uint32_t kMark2 = 64;
  static constexpr std::uint32_t kMark3 = 256;

  // Says whom to notify when the state is done.
  struct Awaited {
    Executor* executor = nullptr;
    Job* continuation = nullptr;
    ParkerRef waiter;
  };

  explicit FutureCore(std::uint32_t references) noexcept : word_(references * kReference) {}
  ~FutureCore() = default;
  // Frees the storage. No other thread can see the state any more.
  virtual void dispose() noexcept = 0;
  // The object is not a member of this class, so that the result can come before it. So all data of
  // a call that nobody waits for, and that both sides share, lie in one cache line.
  [[nodiscard]] virtual Awaited& awaited() noexcept = 0;
  // Resets a recycled state. REQUIRES: no other thread has a reference to it.
  void reset(std::uint32_t references, std::uint32_t marks = 0) noexcept {
    word_.store(references * kReference | marks, std::memory_order_relaxed);
    start_noted_.store(false, std::memory_order_relaxed);
  }
  // Sets Started in the cheaper way: see above. Only one thread may use it, at one time.
  void note_started() noexcept { start_noted_.store(true, std::memory_order_relaxed); }
  void note_not_started() noexcept { start_noted_.store(false, std::memory_order_relaxed); }
  [[nodiscard]] bool contested() const noexcept {
    return (word_.load(std::memory_order_acquire) & (kClaiming | kSettling)) != 0;
  }
  [[nodiscard]] bool marked(std::uint32_t mark) const noexcept {
    return (word_.load(std::memory_order_relaxed) & mark) != 0;
  }
  // Returns true if the work has started, in either way.
  [[nodiscard]] bool started() const noexcept {
    return start_noted_.load(std::memory_order_relaxed) || marked(kStarted);
  }

 private:
  static constexpr std::uint32_t kStarted = 1;
  static constexpr std::uint32_t kSettling = 2;
  static constexpr std::uint32_t kDone = 4;
  static constexpr std::uint32_t kWaiter = 8;
  static constexpr std::uint32_t kContinuation = 16;
  static constexpr std::uint32_t kClaiming = 128;
  static constexpr std::uint32_t kReference = 512;

  // Sets `bits` and returns true, unless one of the bits `unless` is set. It acquires also when it
  // fails, because a caller that learns from it that the result is there goes on to read it.
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
  std::atomic<bool> start_noted_ = false;
};

}  // namespace hookline::detail
#pragma GCC visibility pop
