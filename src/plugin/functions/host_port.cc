#include "plugin/functions/host_port.h"

#include <utility>

#include "dispatch/wait/served_call.h"

namespace hookline::detail {

struct HostPort::Pending {
  Work work;
  Promise<Value> promise;
  Pending* next = nullptr;
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
  auto pending = std::make_unique<Pending>();
  pending->work = std::move(work);
  Future<Value> future = pending->promise.future();
  Pending& queued = *pending.release();
  switch (queued_.push(queued)) {
    case Pushed::kFirst:
      wake_host();
      break;
    case Pushed::kBehind:
      break;
    case Pushed::kClosed:
      refuse(std::unique_ptr<Pending>(&queued));
      break;
  }
  return future;
}

void HostPort::wake_host() {
  parker().unpark();
  if (Executor* loop = loop_.load()) {
    drain_->post_to(*loop);
  }
}

void HostPort::refuse(std::unique_ptr<Pending> pending) {
  pending->promise.set(fail(ErrorCode::kShuttingDown, "the host is shutting down"));
}

void HostPort::take_queued(Pending* first) noexcept {
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
    const std::unique_ptr<Pending> pending(std::exchange(ready_, ready_->next));
    const ServingNobody work_says_whom;
    pending->work(std::move(pending->promise));
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
  for (Pending* pending = queued_.close(); pending != nullptr;) {
    refuse(std::unique_ptr<Pending>(std::exchange(pending, pending->next)));
  }
}

namespace {

// Discards the job if the owner is destroyed before it has run.
struct DiscardJob {
  void operator()(Job* job) const noexcept { job->discard(); }
};

}  // namespace

void HostExecutor::post(Job& job) noexcept {
  std::unique_ptr<Job, DiscardJob> owned(&job);
  (void)port_.run(
      [owned = std::move(owned), served = Serving::current_call()](Promise<Value> done) mutable {
        const Serving goes_on(std::move(served));
        owned.release()->run();
        done.set({});
      });
}

}  // namespace hookline::detail
