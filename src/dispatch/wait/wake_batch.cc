#include "dispatch/wait/wake_batch.h"

#include <cassert>

namespace hookline::detail {
namespace {

[[gnu::tls_model("initial-exec")]] constinit thread_local WakeBatch* current_batch = nullptr;

}  // namespace

WakeBatch::WakeBatch() {
  assert(current_batch == nullptr);
  current_batch = this;
}

WakeBatch::~WakeBatch() {
  release();
  current_batch = nullptr;
}

WakeBatch* WakeBatch::current() noexcept { return current_batch; }

void WakeBatch::add(MailboxWorker& worker) { workers_.push_back(&worker); }

void WakeBatch::release() noexcept {
  posts_ = 0;
  for (MailboxWorker* worker : workers_) {
    worker->wake();
  }
  workers_.clear();
}

}  // namespace hookline::detail
