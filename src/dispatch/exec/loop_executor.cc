#include "dispatch/exec/loop_executor.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <thread>

#include "dispatch/base/adaptive_spin.h"
#include "dispatch/base/asymmetric_fence.h"
#include "dispatch/base/poll_backoff.h"
#include "dispatch/base/prefetch.h"
#include "dispatch/base/token_queue.h"
#include "dispatch/exec/loop_spin_budget.h"
#include "hookline/uv.h"

namespace hookline::detail {

class LoopExecutor::State {
 public:
  // The handles keep the state alive until libuv has closed both.
  static std::shared_ptr<State> open(uv_loop_t* loop) {
    auto state = std::make_shared<State>();
    if (const int rc = uv_async_init(loop, &state->async_, &State::on_wake); rc != 0) {
      throw std::runtime_error(std::string("uv_async_init: ") + uv_strerror(rc));
    }
    uv_idle_init(loop, &state->spin_handle_);
    state->async_.data = state.get();
    state->spin_handle_.data = state.get();
    state->self_ = state;
    return state;
  }

  void post(Job& job) noexcept {
    if (!posted_.push(&job)) [[unlikely]] {
      job.discard();  // out of memory
      return;
    }
    // Pairs with go_to_sleep(): either this thread sees that the loop sleeps, or the loop sees the
    // job.
    AsymmetricFence::light();
    switch (mode_.load(std::memory_order_relaxed)) {
      case Mode::kAwake:
        break;
      case Mode::kAsleep:
        if (change_mode(Mode::kAsleep, Mode::kAwake)) {
          wake();
        }
        break;
      case Mode::kClosed:
        discard_posted();
        break;
    }
  }

  void close() {
    if (closed_) {
      return;
    }
    closed_ = true;
    mode_.store(Mode::kClosed, std::memory_order_seq_cst);
    // Waits for posters that are about to wake the loop: libuv forbids uv_async_send on a closing
    // handle.
    senders_.fetch_or(kClosing, std::memory_order_acq_rel);
    while (senders_.load(std::memory_order_acquire) != kClosing) {
      std::this_thread::yield();
    }
    uv_close(reinterpret_cast<uv_handle_t*>(&async_), &State::on_closed);
    uv_close(reinterpret_cast<uv_handle_t*>(&spin_handle_), &State::on_closed);
    while (next_ != taken_) {
      ready_[next_++]->discard();
    }
    discard_posted();
  }

  [[nodiscard]] std::uint64_t wakeups() const noexcept {
    return wakeups_.load(std::memory_order_relaxed);
  }

 private:
  enum class Mode : std::uint8_t {
    kAsleep,  // nothing is posted, or a thread that has just posted will wake the loop
    kAwake,   // the loop runs jobs, spins, or has been woken
    kClosed,  // the posting thread discards its job
  };
  static constexpr std::uint32_t kClosing = 1;
  static constexpr std::uint32_t kSender = 2;
  static constexpr std::size_t kTaken = 64;
  static constexpr std::size_t kEnough = 16;  // jobs found by one poll, see PollBackoff
  static constexpr std::size_t kAhead = 4;
  static constexpr std::size_t kJobBytes = 128;  // the part of a job that running it touches first

  bool change_mode(Mode from, Mode to) noexcept {
    return mode_.compare_exchange_strong(from, to, std::memory_order_seq_cst);
  }

  void wake() noexcept {
    const std::uint32_t before = senders_.fetch_add(kSender, std::memory_order_acq_rel);
    if ((before & kClosing) == 0) {
      wakeups_.fetch_add(1, std::memory_order_relaxed);
      uv_async_send(&async_);
    }
    senders_.fetch_sub(kSender, std::memory_order_acq_rel);
  }

  void discard_posted() noexcept {
    for (Job* job = nullptr; posted_.take_any(job);) {
      job->discard();
    }
  }

  static void on_closed(uv_handle_t* handle) {
    auto* const state = static_cast<State*>(handle->data);
    if (--state->open_handles_ == 0) {
      state->self_.reset();
    }
  }

  template <class UvHandle>
  static void on_wake(UvHandle* handle) {
    const std::shared_ptr<State> state = static_cast<State*>(handle->data)->self_;
    state->run_batch();
  }

  // Returns true if there is a job to run.
  bool take() {
    if (next_ == taken_) {
      next_ = 0;
      taken_ = posted_.take(ready_.data(), ready_.size());
      backoff_.note_poll(taken_, kEnough);
    }
    return next_ != taken_;
  }

  // Does the same, but first spins for a moment, because a turn of the loop costs more than most
  // jobs.
  bool take_soon() {
    if (next_ != taken_) {
      return true;
    }
    backoff_.pause();
    return take() || spin_([this] { return take(); });
  }

  void run_batch() {
    int count = 0;
    for (; count < kBatch && take_soon(); ++count) {
      if (next_ + kAhead < taken_) {
        prefetch<kJobBytes>(ready_[next_ + kAhead]);
      }
      ready_[next_++]->run();
      if (closed_) {
        return;
      }
    }
    spin_budget_.note_turn(count != 0);
    if (count == 0 && spin_budget_.exhausted() && go_to_sleep()) {
      uv_idle_stop(&spin_handle_);
    } else {
      uv_idle_start(&spin_handle_, [](uv_idle_t* idle) { on_wake(idle); });
    }
  }

  // Returns false if a thread that saw the loop awake has posted a job meanwhile.
  bool go_to_sleep() {
    change_mode(Mode::kAwake, Mode::kAsleep);
    AsymmetricFence::heavy();
    return !take() || !change_mode(Mode::kAsleep, Mode::kAwake);
  }

  // Only the loop's thread touches these.
  uv_async_t async_{};
  uv_idle_t spin_handle_{};  // while it is active, the loop turns without sleeping
  LoopSpinBudget spin_budget_;
  AdaptiveSpin spin_;
  PollBackoff backoff_;
  int open_handles_ = 2;
  std::shared_ptr<State> self_;
  std::array<Job*, kTaken> ready_{};
  std::size_t next_ = 0;
  std::size_t taken_ = 0;
  bool closed_ = false;
  // Any thread touches these.
  TokenQueue<Job*> posted_;
  alignas(64) std::atomic<Mode> mode_{Mode::kAsleep};
  std::atomic<std::uint32_t> senders_{0};  // kSender for each thread inside wake(), and kClosing
  std::atomic<std::uint64_t> wakeups_{0};
};

LoopExecutor::LoopExecutor(uv_loop_t* loop) : state_(State::open(loop)) {}

LoopExecutor::~LoopExecutor() { close(); }

void LoopExecutor::close() { state_->close(); }

void LoopExecutor::post(Job& job) noexcept { state_->post(job); }

std::uint64_t LoopExecutor::wakeups() const noexcept { return state_->wakeups(); }

}  // namespace hookline::detail

namespace hookline {

UvExecutor::UvExecutor(uv_loop_t* loop) : executor_(std::make_unique<detail::LoopExecutor>(loop)) {}

UvExecutor::~UvExecutor() = default;

void UvExecutor::post(Job& job) noexcept { executor_->post(job); }

void UvExecutor::close() { executor_->close(); }

}  // namespace hookline
