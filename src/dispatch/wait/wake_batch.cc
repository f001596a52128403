#include "dispatch/wait/wake_batch.h"

#include <cassert>

namespace hookline::detail {
namespace {

constinit thread_local WakeBatch* current_hold = nullptr;

}  // namespace

WakeBatch::WakeBatch() {
  assert(current_hold == nullptr);
  current_hold = this;
}

WakeBatch::~WakeBatch() {
  release();
  current_hold = nullptr;
}

WakeBatch* WakeBatch::current() noexcept { return current_hold; }

void WakeBatch::add(MailboxWorker& worker) { workers_.push_back(&worker); }

void WakeBatch::release() noexcept {
  posts_ = 0;
  for (MailboxWorker* worker : workers_) {
    worker->fetch();
  }
  workers_.clear();
}

}  // namespace hookline::detail
