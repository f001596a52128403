#include "dispatch/wait/wake_batch.h"

#include <utility>

namespace hookline::detail {
namespace {

// Points to the hold of this thread from its first batch to the thread's end. It is separate from
// its owner, so that reading it needs no check whether a thread_local object has been constructed.
[[gnu::tls_model("initial-exec")]] constinit thread_local WakeHold* hold_of_thread = nullptr;

// Owns the hold of a thread together with the thread's batches, which may outlive the thread.
class HoldOwner {
 public:
  HoldOwner() : hold_(std::make_shared<WakeHold>()) { hold_of_thread = hold_.get(); }
  HoldOwner(const HoldOwner&) = delete;
  HoldOwner& operator=(const HoldOwner&) = delete;
  ~HoldOwner() {
    hold_of_thread = nullptr;
    hold_->release();
  }
  [[nodiscard]] const std::shared_ptr<WakeHold>& hold() const noexcept { return hold_; }

 private:
  std::shared_ptr<WakeHold> hold_;
};

std::shared_ptr<WakeHold> make_hold_of_thread() {
  static thread_local const HoldOwner kOwner;
  return kOwner.hold();
}

}  // namespace

WakeHold* WakeHold::current() noexcept {
  WakeHold* const hold = hold_of_thread;
  return hold != nullptr && hold->batches_.load(std::memory_order_relaxed) != 0 ? hold : nullptr;
}

// Looks once more whether a batch is left, by an operation that writes: the end of the last batch
// either comes before it, and this thread sees that, or after it, and then sees the worker.
void WakeHold::add(MailboxWorker& worker) noexcept {
  workers_.push(worker);
  if (batches_.fetch_add(0, std::memory_order_acq_rel) == 0) {
    release();
  }
}

bool WakeHold::release() noexcept {
  posts_.store(0, std::memory_order_relaxed);
  MailboxWorker* worker = workers_.take_all();
  const bool woke = worker != nullptr;
  while (worker != nullptr) {
    // The worker may be gone before wake() returns.
    std::exchange(worker, worker->next)->wake();
  }
  return woke;
}

void WakeHold::leave() noexcept {
  batches_.fetch_sub(1, std::memory_order_acq_rel);
  release();
}

WakeBatch::WakeBatch() : hold_(make_hold_of_thread()) {
  hold_->batches_.fetch_add(1, std::memory_order_acq_rel);
}

WakeBatch::~WakeBatch() { hold_->leave(); }

}  // namespace hookline::detail
