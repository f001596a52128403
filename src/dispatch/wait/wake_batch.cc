#include "dispatch/wait/wake_batch.h"

#include <utility>

namespace hookline::detail {
namespace {

// Points to the list of this thread from its first batch to the thread's end. It is separate from
// its owner, so that reading it needs no check whether a thread_local object has been constructed.
[[gnu::tls_model("initial-exec")]] constinit thread_local PendingWakes* wakes_of_thread = nullptr;

// Owns the list of a thread together with the thread's batches, which may outlive the thread.
class PendingWakesOwner {
 public:
  PendingWakesOwner() : wakes_(std::make_shared<PendingWakes>()) { wakes_of_thread = wakes_.get(); }
  PendingWakesOwner(const PendingWakesOwner&) = delete;
  PendingWakesOwner& operator=(const PendingWakesOwner&) = delete;
  ~PendingWakesOwner() {
    wakes_of_thread = nullptr;
    wakes_->release();
  }
  [[nodiscard]] const std::shared_ptr<PendingWakes>& wakes() const noexcept { return wakes_; }

 private:
  std::shared_ptr<PendingWakes> wakes_;
};

std::shared_ptr<PendingWakes> make_wakes_of_thread() {
  static thread_local const PendingWakesOwner kOwner;
  return kOwner.wakes();
}

}  // namespace

PendingWakes* PendingWakes::current() noexcept {
  PendingWakes* const wakes = wakes_of_thread;
  return wakes != nullptr && wakes->batches_.load(std::memory_order_relaxed) != 0 ? wakes : nullptr;
}

// Looks once more whether a batch is left, by an operation that writes: the end of the last batch
// either comes before it, and this thread sees that, or after it, and then sees the worker.
void PendingWakes::add(MailboxWorker& worker) noexcept {
  workers_.push(worker);
  if (batches_.fetch_add(0, std::memory_order_acq_rel) == 0) {
    release();
  }
}

bool PendingWakes::release() noexcept {
  posts_.store(0, std::memory_order_relaxed);
  MailboxWorker* worker = workers_.take_all();
  const bool woke = worker != nullptr;
  while (worker != nullptr) {
    // The worker may be gone before wake() returns.
    std::exchange(worker, worker->next)->wake();
  }
  return woke;
}

void PendingWakes::leave() noexcept {
  batches_.fetch_sub(1, std::memory_order_acq_rel);
  release();
}

WakeBatch::WakeBatch() : wakes_(make_wakes_of_thread()) {
  wakes_->batches_.fetch_add(1, std::memory_order_acq_rel);
}

WakeBatch::~WakeBatch() { wakes_->leave(); }

}  // namespace hookline::detail
