#include "dispatch/loop_executor.h"

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>

#include "dispatch/job_list.h"
#include "dispatch/mpsc_stack.h"

namespace hookline {

class LoopExecutor::State {
 public:
  // The handle keeps the state alive until libuv has let go of it.
  static std::shared_ptr<State> open(uv_loop_t* loop) {
    auto state = std::make_shared<State>();
    if (const int rc = uv_async_init(loop, &state->async_, &State::on_wake); rc != 0) {
      throw std::runtime_error(std::string("uv_async_init: ") + uv_strerror(rc));
    }
    state->async_.data = state.get();
    state->self_ = state;
    return state;
  }

  void post(Job& job) noexcept {
    switch (posted_.push(job)) {
      case Pushed::kFirst:
        if (!awake_.exchange(true, std::memory_order_acq_rel)) {
          wake();
        }
        break;
      case Pushed::kBehind:
        break;
      case Pushed::kClosed:
        job.discard();
        break;
    }
  }

  void close() {
    if (closed_) {
      return;
    }
    closed_ = true;
    Job* const posted = posted_.close();
    // A poster may be about to wake the loop: libuv forbids that once the handle is closing.
    senders_.fetch_or(kClosing, std::memory_order_acq_rel);
    while (senders_.load(std::memory_order_acquire) != kClosing) {
      std::this_thread::yield();
    }
    uv_close(reinterpret_cast<uv_handle_t*>(&async_),
             [](uv_handle_t* handle) { static_cast<State*>(handle->data)->self_.reset(); });
    ready_.append_all(posted);
    ready_.discard_all();
  }

  [[nodiscard]] std::uint64_t wakeups() const noexcept {
    return wakeups_.load(std::memory_order_relaxed);
  }

 private:
  static constexpr std::uint32_t kClosing = 1;
  static constexpr std::uint32_t kSender = 2;

  void wake() noexcept {
    const std::uint32_t before = senders_.fetch_add(kSender, std::memory_order_acq_rel);
    if ((before & kClosing) == 0) {
      wakeups_.fetch_add(1, std::memory_order_relaxed);
      uv_async_send(&async_);
    }
    senders_.fetch_sub(kSender, std::memory_order_acq_rel);
  }

  static void on_wake(uv_async_t* async) {
    const std::shared_ptr<State> state = static_cast<State*>(async->data)->self_;
    state->run_batch();
  }

  void run_batch() {
    for (int i = 0; i < kBatch; ++i) {
      if (ready_.empty()) {
        ready_.append_all(posted_.take_all());
      }
      if (ready_.empty()) {
        break;
      }
      ready_.take_first().run();
    }
    if (!ready_.empty() || !try_sleep()) {
      wake();
    }
  }

  // False: something was posted meanwhile, by somebody who saw that the loop was awake.
  bool try_sleep() noexcept {
    awake_.exchange(false, std::memory_order_acq_rel);
    return posted_.empty() || awake_.exchange(true, std::memory_order_acq_rel);
  }

  // The loop thread's.
  uv_async_t async_{};
  std::shared_ptr<State> self_;
  JobList ready_;
  bool closed_ = false;
  // Everybody's.
  alignas(64) MpscStack<Job> posted_;
  std::atomic<bool> awake_{false};         // the loop is at work here, or has been woken for it
  std::atomic<std::uint32_t> senders_{0};  // in the middle of wake(), and kClosing
  std::atomic<std::uint64_t> wakeups_{0};
};

LoopExecutor::LoopExecutor(uv_loop_t* loop) : state_(State::open(loop)) {}

LoopExecutor::~LoopExecutor() { close(); }

void LoopExecutor::close() { state_->close(); }

void LoopExecutor::post(Job& job) noexcept { state_->post(job); }

std::uint64_t LoopExecutor::wakeups() const noexcept { return state_->wakeups(); }

}  // namespace hookline
