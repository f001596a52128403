#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <utility>

#include "dispatch/base/asymmetric_fence.h"

namespace hookline::detail {

// Lets the threads of one script into the code of the host, until it is closed. Once the gate is
// closed and empty, objects that only that code uses may be destroyed. A host that does not wait
// for a script closes its gate, because the script's code may go on calling the host for ever.
//
// Functions that run on the host's thread do not need it: the HostPort is closed as well.
//
// Thread safety: close(), is_closed() and wait_until_empty() from any thread. A Visit is made on
// any thread, a ReadVisit only by a thread that holds the script's GIL until it ends.
class CallGate {
 public:
  CallGate() = default;
  // A copy of a ScriptContext has a gate of its own, which is open.
  CallGate(const CallGate& /*other*/) noexcept {}
  // NOLINTNEXTLINE(bugprone-unhandled-self-assignment,cert-oop54-cpp): nothing is assigned
  CallGate& operator=(const CallGate& /*other*/) noexcept { return *this; }
  CallGate(CallGate&&) = delete;
  CallGate& operator=(CallGate&&) = delete;
  ~CallGate() = default;

  [[nodiscard]] bool is_closed() const noexcept { return closed_.load(std::memory_order_acquire); }

  // Refuses all later visits.
  void close() noexcept {
    closed_.store(true);
    AsymmetricFence::heavy();
  }
  // Waits until no other thread is in the host's code. The calling thread may be there itself: a
  // function of the host that calls exit() ends the host. REQUIRES: the gate is closed.
  void wait_until_empty() const noexcept {
    const std::uint32_t own = Visit::count_own(*this);
    while (reads_.load(std::memory_order_acquire) != 0 ||
           visits_.load(std::memory_order_acquire) != own) {
      std::this_thread::yield();
    }
  }

  // Is one call of the host's code. It is false if the gate was closed before.
  class Visit {
   public:
    explicit Visit(CallGate& gate) noexcept
        : gate_(gate), entered_(enter(gate)), around_(std::exchange(innermost, this)) {}
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit() {
      innermost = around_;
      gate_.visits_.fetch_sub(1, std::memory_order_release);
    }
    explicit operator bool() const noexcept { return entered_; }

    // Returns how many visits of this gate the calling thread is in.
    [[nodiscard]] static std::uint32_t count_own(const CallGate& gate) noexcept {
      std::uint32_t count = 0;
      for (const Visit* visit = innermost; visit != nullptr; visit = visit->around_) {
        count += &visit->gate_ == &gate ? 1 : 0;
      }
      return count;
    }

   private:
    // The visit that the calling thread has begun last.
    static constinit inline thread_local const Visit* innermost = nullptr;

    static bool enter(CallGate& gate) noexcept {
      gate.visits_.fetch_add(1);
      return !gate.closed_.load();
    }

    CallGate& gate_;
    const bool entered_;
    const Visit* const around_;
  };

  // Does the same for a call that keeps the GIL, so that only one thread counts at a time. It costs
  // two plain stores: scripts call such functions for every event.
  class ReadVisit {
   public:
    explicit ReadVisit(CallGate& gate) noexcept : gate_(gate), entered_(enter(gate)) {}
    ReadVisit(const ReadVisit&) = delete;
    ReadVisit& operator=(const ReadVisit&) = delete;
    ~ReadVisit() {
      gate_.reads_.store(gate_.reads_.load(std::memory_order_relaxed) - 1,
                         std::memory_order_release);
    }
    explicit operator bool() const noexcept { return entered_; }

   private:
    static bool enter(CallGate& gate) noexcept {
      gate.reads_.store(gate.reads_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      AsymmetricFence::light();
      return !gate.closed_.load(std::memory_order_acquire);
    }

    CallGate& gate_;
    const bool entered_;
  };

 private:
  std::atomic<bool> closed_ = false;
  std::atomic<std::uint32_t> reads_ = 0;  // written under the script's GIL
  std::atomic<std::uint32_t> visits_ = 0;
};

}  // namespace hookline::detail
