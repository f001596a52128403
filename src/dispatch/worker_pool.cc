#include "dispatch/worker_pool.h"

#include <algorithm>
#include <utility>

#include "dispatch/worker.h"
#include "dispatch/worker_lane.h"

namespace hookline {

WorkerPool::WorkerPool(WorkerPoolOptions options) : options_(options) {}

WorkerPool::~WorkerPool() { shutdown(Drain::kDiscard); }

Future<std::shared_ptr<Lane>> WorkerPool::add(const std::string& name,
                                              std::unique_ptr<Runner> runner,
                                              MailboxOptions options) {
  const std::scoped_lock lock(mutex_);
  if (shut_down_) {
    return make_ready_future<std::shared_ptr<Lane>>(
        fail(ErrorCode::kShuttingDown, "the worker pool is shut down"));
  }
  forget_ended();
  Thread& thread = thread_for_new_lane(name);
  ++thread.lanes;
  const WorkerLane::Options lane_options{
      .mailbox = options, .batch = options_.batch, .owns_worker = options_.workers == 0};
  lanes_.push_back(std::make_shared<WorkerLane>(thread.worker, std::move(runner), lane_options));
  return lanes_.back()->open();
}

Future<void> WorkerPool::remove(Lane& lane, Drain drain, ErrorCode code) {
  return static_cast<WorkerLane&>(lane).close(drain, code);
}

void WorkerPool::between_calls(Lane& lane,
                               std::move_only_function<void(Result<Runner*>)> function) {
  static_cast<WorkerLane&>(lane).between_calls(std::move(function));
}

void WorkerPool::forget_ended() {
  std::erase_if(lanes_, [this](const std::shared_ptr<WorkerLane>& lane) {
    if (lane->ended()) {
      --threads_[lane->worker()].lanes;
      return true;
    }
    return false;
  });
  for (Thread& thread : threads_) {
    if (thread.worker != nullptr && thread.worker->ended()) {
      thread.thread.join();
      thread = {};
    }
  }
}

WorkerPool::Thread& WorkerPool::thread_for_new_lane(const std::string& name) {
  if (options_.workers == 0) {
    const auto unused = std::ranges::find(threads_, nullptr, &Thread::worker);
    return start_thread(static_cast<std::size_t>(unused - threads_.begin()), name);
  }
  if (threads_.size() < options_.workers) {
    return start_thread(threads_.size(), "worker-" + std::to_string(threads_.size()));
  }
  return *std::ranges::min_element(threads_, {}, &Thread::lanes);
}

WorkerPool::Thread& WorkerPool::start_thread(std::size_t index, std::string name) {
  if (index == threads_.size()) {
    threads_.emplace_back();
  }
  Thread& thread = threads_[index];
  thread.worker = std::make_shared<Worker>(std::move(name), index);
  thread.thread = std::thread([worker = thread.worker] { worker->run(); });
  return thread;
}

void WorkerPool::shutdown(Drain drain) {
  std::vector<std::shared_ptr<WorkerLane>> lanes;
  std::vector<Thread> threads;
  {
    const std::scoped_lock lock(mutex_);
    shut_down_ = true;
    lanes.swap(lanes_);
    threads.swap(threads_);
  }
  std::vector<Future<void>> removed;
  removed.reserve(lanes.size());
  for (const auto& lane : lanes) {
    removed.push_back(lane->close(drain, ErrorCode::kShuttingDown));
  }
  for (const auto& future : removed) {
    future.wait();
  }
  for (Thread& thread : threads) {
    if (thread.worker != nullptr) {
      thread.worker->post_function([&worker = *thread.worker] { worker.stop(); });
      thread.thread.join();
    }
  }
}

}  // namespace hookline
