#include "dispatch/wake_hold.h"

#include <cassert>

namespace hookline {
namespace {

constinit thread_local WakeHold* current_hold = nullptr;

}  // namespace

WakeHold::WakeHold() {
  assert(current_hold == nullptr);
  current_hold = this;
}

WakeHold::~WakeHold() {
  release();
  current_hold = nullptr;
}

WakeHold* WakeHold::current() noexcept { return current_hold; }

void WakeHold::add(MailboxWorker& worker) { workers_.push_back(&worker); }

void WakeHold::release() noexcept {
  posts_ = 0;
  for (MailboxWorker* worker : workers_) {
    worker->fetch();
  }
  workers_.clear();
}

}  // namespace hookline
