#include "dispatch/worker/worker_pool.h"

#include <algorithm>
#include <new>
#include <utility>

#include "dispatch/worker/worker.h"
#include "dispatch/worker/worker_lane.h"

namespace hookline::detail {

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
  try {
    return add_lane(name, std::move(runner), options);
  } catch (const std::bad_alloc&) {
    return make_ready_future<std::shared_ptr<Lane>>(fail(ErrorCode::kQueueFull, "out of memory"));
  }
}

Future<std::shared_ptr<Lane>> WorkerPool::add_lane(const std::string& name,
                                                   std::unique_ptr<Runner> runner,
                                                   MailboxOptions options) {
  const Result<Thread*> thread = thread_for_new_lane(name);
  if (!thread) {
    return make_ready_future<std::shared_ptr<Lane>>(std::unexpected(thread.error()));
  }
  const WorkerLane::Options lane_options{
      .mailbox = options, .batch = options_.batch, .owns_worker = options_.workers == 0};
  lanes_.push_back(
      {.name = name,
       .lane = std::make_shared<WorkerLane>((*thread)->worker, std::move(runner), lane_options)});
  ++(*thread)->lanes;
  return lanes_.back().lane->open();
}

Future<void> WorkerPool::remove(Lane& lane, Drain drain, ErrorCode code) {
  return static_cast<WorkerLane&>(lane).close(drain, code);
}

void WorkerPool::between_calls(Lane& lane,
                               std::move_only_function<void(Result<Runner*>)> function) {
  static_cast<WorkerLane&>(lane).between_calls(std::move(function));
}

void WorkerPool::forget_ended() {
  std::erase_if(lanes_, [this](const Added& added) {
    if (added.lane->ended()) {
      --threads_[added.lane->worker()].lanes;
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

Result<WorkerPool::Thread*> WorkerPool::thread_for_new_lane(const std::string& name) {
  if (options_.workers == 0) {
    const auto unused = std::ranges::find(threads_, nullptr, &Thread::worker);
    return start_thread(static_cast<std::size_t>(unused - threads_.begin()), name);
  }
  if (threads_.size() < options_.workers) {
    return start_thread(threads_.size(), "worker-" + std::to_string(threads_.size()));
  }
  return &*std::ranges::min_element(threads_, {}, &Thread::lanes);
}

Result<WorkerPool::Thread*> WorkerPool::start_thread(std::size_t index, std::string name) {
  threads_.reserve(index + 1);  // a thread that runs must not be lost for lack of memory
  auto worker = std::make_shared<Worker>(std::move(name), index);
  Result<OsThread> thread =
      OsThread::start([worker] { worker->run(); }, options_.stack_bytes, options_.create_thread);
  if (!thread) {
    return std::unexpected(std::move(thread.error()));
  }
  if (index == threads_.size()) {
    threads_.emplace_back();
  }
  threads_[index].worker = std::move(worker);
  threads_[index].thread = std::move(*thread);
  return &threads_[index];
}

void WorkerPool::shutdown(Drain drain) { (void)shutdown_until(drain, kNoDeadline); }

std::vector<std::string> WorkerPool::shutdown_until(Drain drain, TimePoint deadline) {
  std::vector<Added> lanes;
  {
    const std::scoped_lock lock(mutex_);
    shut_down_ = true;
    lanes = lanes_;
  }
  std::vector<Future<void>> removed;
  removed.reserve(lanes.size());
  for (const Added& added : lanes) {
    removed.push_back(added.lane->close(drain, ErrorCode::kShuttingDown));
  }
  std::vector<std::string> left;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    if (!removed[i].wait_for(time_left(deadline))) {
      left.push_back(std::move(lanes[i].name));
    }
  }
  if (left.empty()) {
    join_all();
  }
  return left;
}

void WorkerPool::join_all() {
  std::vector<Thread> threads;
  {
    const std::scoped_lock lock(mutex_);
    lanes_.clear();
    threads.swap(threads_);
  }
  for (Thread& thread : threads) {
    if (thread.worker != nullptr) {
      thread.worker->post_function([&worker = *thread.worker] { worker.stop(); });
      thread.thread.join();
    }
  }
}

}  // namespace hookline::detail
