#include "plugin/functions/host_port.h"

#include <new>
#include <utility>

#include "dispatch/base/no_memory.h"
#include "dispatch/wait/served_call.h"
#include "hookline/detail/block_pool.h"

namespace hookline::detail {

class HostPort::Pending final : public Job {
 public:
  explicit Pending(Work work) : work_(std::move(work)) {}

  [[nodiscard]] Future<Value> future() { return promise_.future(); }

  void run() noexcept override {
    const std::unique_ptr<Pending> self(this);
    if_memory([this] { work_(std::move(promise_)); });  // if not, the promise is dropped
  }
  void discard() noexcept override {
    const std::unique_ptr<Pending> self(this);
    promise_.set(fail(ErrorCode::kShuttingDown, "the host is shutting down"));
  }

 private:
  Work work_;
  Promise<Value> promise_;
};

// Is the one job that runs everything that is queued. It is posted again only after it has begun to
// run, or was discarded.
class HostPort::Drain final : public Job {
 public:
  explicit Drain(HostPort& port) : port_(port) {}

  void post_to(Executor& loop) noexcept {
    if (!posted_.exchange(true)) {
      posted_to_ = &loop;
      loop.post(*this);
    }
  }

  // Clears the flag first, so that anything queued from here on posts the job again.
  void run() noexcept override {
    posted_.store(false);
    port_.take_queued(port_.queued_.take_all_after_telling());
    port_.run_pending();
  }
  // A loop that is detached discards the job. If another loop has been attached since the job was
  // posted, wake() has found it posted already and left it alone: then it must go to that loop.
  // The flag is cleared before the loop is read, and wake() stores the loop before it reads the
  // flag, so one of the two posts the job.
  void discard() noexcept override {
    const Executor* const closed = posted_to_;
    posted_.store(false);
    if (Executor* const loop = port_.loop_.load(); loop != nullptr && loop != closed) {
      post_to(*loop);
    }
  }

 private:
  HostPort& port_;
  std::atomic<bool> posted_{false};
  Executor* posted_to_ = nullptr;  // belongs to the thread that has set posted_, then to the loop
};

HostPort::HostPort() : drain_(std::make_unique<Drain>(*this)) {}

HostPort::~HostPort() { close(); }

Future<Value> HostPort::run(Work work) {
  auto pending = std::make_unique<Pending>(std::move(work));
  Future<Value> future = pending->future();
  post(*pending.release());
  return future;
}

void HostPort::post(Job& job) noexcept {
  switch (queued_.push(job)) {
    case Pushed::kFirst:
      wake_host();
      break;
    case Pushed::kBehind:
      break;
    case Pushed::kClosed:
      job.discard();
      break;
  }
}

void HostPort::wake_host() {
  parker().unpark();
  if (Executor* loop = loop_.load()) {
    drain_->post_to(*loop);
  }
}

void HostPort::take_queued(Job* first) noexcept {
  if (first == nullptr) {
    return;
  }
  (ready_ == nullptr ? ready_ : ready_last_->next) = first;
  while (first->next != nullptr) {
    first = first->next;
  }
  ready_last_ = first;
}

// Leaves calls that are queued meanwhile to the next run, for which they have already woken the
// host. So scripts that call without end cannot keep a loop from its sockets or a wait from ending.
void HostPort::run_pending() noexcept {
  take_queued(queued_.take_all());
  while (ready_ != nullptr) {
    Job& job = *std::exchange(ready_, ready_->next);
    const ServingNobody work_says_whom;
    job.run();
  }
}

void HostPort::wake(Executor* loop) {
  loop_.store(loop);
  if (loop != nullptr) {
    drain_->post_to(*loop);  // for calls that were queued while there was no loop
  }
}

void HostPort::close() {
  run_pending();
  for (Job* job = queued_.close(); job != nullptr;) {
    std::exchange(job, job->next)->discard();
  }
}

namespace {

// Runs a job that goes on with a call of a script.
class ServingJob final : public Job, public Pooled {
 public:
  ServingJob(Job& job, std::shared_ptr<ServedCall> served)
      : job_(job), served_(std::move(served)) {}

  void run() noexcept override {
    const std::unique_ptr<ServingJob> self(this);
    const Serving goes_on(std::move(served_));
    job_.run();
  }
  void discard() noexcept override {
    const std::unique_ptr<ServingJob> self(this);
    job_.discard();
  }

 private:
  Job& job_;
  std::shared_ptr<ServedCall> served_;
};

// Returns the job that runs `job` for the call that the thread serves, if it serves one. Without
// memory the job runs all the same, but is not known to belong to that call.
Job& for_served_call(Job& job) noexcept {
  try {
    auto served = Serving::current_call();
    return served != nullptr ? *std::make_unique<ServingJob>(job, std::move(served)).release()
                             : job;
  } catch (const std::bad_alloc&) {
    return job;
  }
}

}  // namespace

void HostExecutor::post(Job& job) noexcept { port_.post(for_served_call(job)); }

}  // namespace hookline::detail
