#include "dispatch/worker/worker.h"

#include <pthread.h>

#include <utility>

namespace hookline::detail {
namespace {

[[gnu::tls_model("initial-exec")]] constinit thread_local const Worker* current_worker = nullptr;

// The kernel's limit, without the terminating zero.
constexpr std::size_t kLongestThreadName = 15;

}  // namespace

Worker::Worker(std::string name, std::size_t index) : name_(std::move(name)), index_(index) {}

void Worker::post(Job& job) noexcept {
  switch (posted_.push(job)) {
    case Pushed::kFirst:
      parker_.unpark();
      break;
    case Pushed::kBehind:
      break;
    case Pushed::kClosed:
      job.discard();
      break;
  }
}

bool Worker::is_this_thread() const noexcept { return current_worker == this; }

void Worker::run() {
  current_worker = this;
  const ScriptThread::Here here(script_thread_);
  pthread_setname_np(pthread_self(), name_.substr(0, kLongestThreadName).c_str());
  while (true) {
    take_posted();
    if (!jobs_.empty()) {
      jobs_.take_first().run();
    } else if (stopping_) {
      break;
    } else {
      wait_for_jobs();
    }
  }
  jobs_.append_all(posted_.close());
  jobs_.discard_all();
  current_worker = nullptr;
  ended_.store(true, std::memory_order_release);
}

void Worker::wait_for_jobs() {
  while (posted_.empty()) {
    parker_.park();
  }
}

}  // namespace hookline::detail
