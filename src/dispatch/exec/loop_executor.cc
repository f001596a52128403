#include "dispatch/exec/loop_executor.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "dispatch/base/adaptive_spin.h"
#include "dispatch/base/asymmetric_fence.h"
#include "dispatch/base/job_list.h"
#include "dispatch/base/mpsc_stack.h"
#include "dispatch/base/poll_backoff.h"
#include "dispatch/base/prefetch.h"
#include "dispatch/base/token_queue.h"
#include "dispatch/exec/loop_spin_budget.h"
#include "dispatch/wait/loop_thread.h"
#include "dispatch/wait/wake_batch.h"

namespace hookline::detail {

class LoopExecutor::State final : public LoopTasks, public std::enable_shared_from_this<State> {
 public:
  State(std::shared_ptr<EventLoop> loop, std::function<void()> on_timer)
      : loop_(std::move(loop)), on_timer_(std::move(on_timer)) {
    loop_->start(*this);
  }

  void post(Job& job) noexcept {
    if (spilled_count_.load(std::memory_order_relaxed) != 0 || !posted_.push(&job)) [[unlikely]] {
      spill(job);
    }
    // Pairs with go_to_sleep() and close(): either this thread sees that the loop sleeps or is
    // closed, or the loop sees the job.
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
    {
      const std::scoped_lock lock(closed_mutex_);  // hands late_ over to the threads that discard
      mode_.store(Mode::kClosed, std::memory_order_seq_cst);
    }
    // Pairs with post(): a thread that has not seen the new mode has posted its job before this.
    AsymmetricFence::heavy();
    // Waits for posters that are about to wake the loop, which a loop that has stopped forbids.
    senders_.fetch_or(kClosing, std::memory_order_acq_rel);
    while (senders_.load(std::memory_order_acquire) != kClosing) {
      std::this_thread::yield();
    }
    loop_->stop();
    wakes_.reset();
    on_loop_thread_.reset();
    while (next_ != taken_) {
      ready_[next_++]->discard();
    }
    discard_posted();
  }

  [[nodiscard]] bool batch_wakeups() {
    const bool known = loop_->report_turns();
    if (known) {
      wakes_.emplace();
    }
    return known;
  }

  [[nodiscard]] bool is_new_turn() noexcept { return std::exchange(turn_ended_, false); }

  void set_timer(Duration delay) { loop_->set_timer(delay); }

  [[nodiscard]] std::uint64_t wakeups() const noexcept {
    return wakeups_.load(std::memory_order_relaxed);
  }

  [[nodiscard]] bool run() noexcept override {
    // A job may destroy the executor.
    const std::shared_ptr<State> self = shared_from_this();
    return run_batch();
  }
  void on_timer() noexcept override {
    const std::shared_ptr<State> self = shared_from_this();
    on_timer_();
  }
  void end_turn() noexcept override {
    turn_ended_ = true;
    if (wakes_) {
      wakes_->release();
    }
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
      loop_->wake();
    }
    senders_.fetch_sub(kSender, std::memory_order_acq_rel);
  }

  // Keeps a job for which the queue has no memory. Until the loop has taken it, all threads post
  // here: what the same thread posts next must not overtake it.
  void spill(Job& job) noexcept {
    spilled_count_.fetch_add(1, std::memory_order_relaxed);
    spilled_.push(job);
  }

  // Takes spilled jobs, after all jobs that their threads had queued before.
  std::size_t take_spilled() noexcept {
    if (late_.empty()) {
      late_.append_all(spilled_.take_all());
      if (const std::size_t taken = posted_.take(ready_.data(), ready_.size()); taken != 0) {
        return taken;
      }
    }
    std::size_t taken = 0;
    while (taken < ready_.size() && !late_.empty()) {
      ready_[taken++] = &late_.take_first();
    }
    spilled_count_.fetch_sub(taken, std::memory_order_relaxed);
    return taken;
  }

  // Discards what was posted, after close(), on any thread. One thread takes at a time, because
  // moodycamel's queue may hide an item from a consumer while another one takes. The jobs are
  // discarded without the lock: they may post others.
  void discard_posted() noexcept {
    for (Job* job = take_posted_when_closed(); job != nullptr; job = take_posted_when_closed()) {
      job->discard();
    }
  }
  Job* take_posted_when_closed() noexcept {
    const std::scoped_lock lock(closed_mutex_);
    if (Job* job = nullptr; posted_.take_any(job)) {
      return job;
    }
    if (late_.empty()) {
      late_.append_all(spilled_.take_all());
    }
    return late_.empty() ? nullptr : &late_.take_first();
  }

  // Returns true if there is a job to run.
  bool take() {
    if (next_ == taken_) {
      next_ = 0;
      taken_ = posted_.take(ready_.data(), ready_.size());
      if (taken_ == 0 && spilled_count_.load(std::memory_order_relaxed) != 0) [[unlikely]] {
        taken_ = take_spilled();
      }
      backoff_.note_poll(taken_, kEnough);
      for (std::size_t first = 0; first < std::min(kAhead, taken_); ++first) {
        prefetch<kJobBytes>(ready_[first]);
      }
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

  // Returns true if the loop has to run the next batch without sleeping before.
  bool run_batch() {
    int count = 0;
    for (; count < kBatch && take_soon(); ++count) {
      if (next_ + kAhead < taken_) {
        prefetch<kJobBytes>(ready_[next_ + kAhead]);
      }
      ready_[next_++]->run();
      if (closed_) {
        return false;
      }
    }
    spin_budget_.note_turn(count != 0);
    return count != 0 || !spin_budget_.exhausted() || !go_to_sleep();
  }

  // Returns false if a thread that saw the loop awake has posted a job meanwhile.
  bool go_to_sleep() {
    change_mode(Mode::kAwake, Mode::kAsleep);
    AsymmetricFence::heavy();
    return !take() || !change_mode(Mode::kAsleep, Mode::kAwake);
  }

  // Only the loop's thread touches these.
  const std::shared_ptr<EventLoop> loop_;
  const std::function<void()> on_timer_;
  LoopSpinBudget spin_budget_;
  AdaptiveSpin spin_;
  PollBackoff backoff_;
  std::optional<WakeBatch> wakes_;                           // set if the loop reports its turns
  std::optional<LoopThread> on_loop_thread_{std::in_place};  // until close()
  bool turn_ended_ = true;
  std::array<Job*, kTaken> ready_{};
  std::size_t next_ = 0;
  std::size_t taken_ = 0;
  bool closed_ = false;
  JobList late_;  // taken from spilled_; after close() it belongs to closed_mutex_
  // Any thread touches these.
  TokenQueue<Job*> posted_;
  MpscStack<Job> spilled_;  // jobs for which posted_ had no memory
  std::mutex closed_mutex_;
  alignas(64) std::atomic<Mode> mode_{Mode::kAsleep};
  std::atomic<std::size_t> spilled_count_{0};  // jobs in spilled_ and late_
  std::atomic<std::uint32_t> senders_{0};  // kSender for each thread inside wake(), and kClosing
  std::atomic<std::uint64_t> wakeups_{0};
};

LoopExecutor::LoopExecutor(std::shared_ptr<EventLoop> loop, std::function<void()> on_timer)
    : state_(std::make_shared<State>(std::move(loop), std::move(on_timer))) {}

LoopExecutor::~LoopExecutor() { close(); }

void LoopExecutor::close() { state_->close(); }

void LoopExecutor::post(Job& job) noexcept { state_->post(job); }

bool LoopExecutor::batch_wakeups() { return state_->batch_wakeups(); }

bool LoopExecutor::is_new_turn() noexcept { return state_->is_new_turn(); }

void LoopExecutor::set_timer(Duration delay) { state_->set_timer(delay); }

std::uint64_t LoopExecutor::wakeups() const noexcept { return state_->wakeups(); }

}  // namespace hookline::detail
