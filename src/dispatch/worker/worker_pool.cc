#include "dispatch/worker/worker_pool.h"

#include <algorithm>
#include <new>
#include <utility>

#include "dispatch/base/no_memory.h"
#include "dispatch/worker/worker.h"
#include "dispatch/worker/worker_lane.h"
#include "hookline/detail/deadline.h"

namespace hookline::detail {

WorkerPool::WorkerPool(WorkerPoolOptions options) : options_(options) {}

WorkerPool::~WorkerPool() { shutdown(Drain::kDiscard); }

WorkerPool::Opening WorkerPool::open(const std::string& name, std::unique_ptr<Runner> runner,
                                     MailboxOptions options) {
  Promise<std::shared_ptr<Lane>> opened;
  Future<std::shared_ptr<Lane>> future = opened.future();
  std::shared_ptr<Lane> lane =
      open(name, std::move(runner), options, std::move(opened), std::nullopt);
  return {.lane = std::move(lane), .opened = std::move(future)};
}

// The promise is kept without the lock, since continuations of its future run there.
std::shared_ptr<Lane> WorkerPool::open(const std::string& name, std::unique_ptr<Runner> runner,
                                       MailboxOptions options,
                                       Promise<std::shared_ptr<Lane>> opened,
                                       std::optional<Promise<void>> end) noexcept {
  Result<std::shared_ptr<Lane>> lane;
  try {
    const std::scoped_lock lock(mutex_);
    lane = add_lane(name, std::move(runner), options, opened, end);
  } catch (const std::bad_alloc&) {
    lane = fail_without_memory();
  }
  if (!lane) {
    end.reset();
    opened.set(std::unexpected(std::move(lane.error())));
    return nullptr;
  }
  return *std::move(lane);
}

// The thread comes last of what may fail.
Result<std::shared_ptr<Lane>> WorkerPool::add_lane(const std::string& name,
                                                   std::unique_ptr<Runner> runner,
                                                   MailboxOptions options,
                                                   Promise<std::shared_ptr<Lane>>& opened,
                                                   std::optional<Promise<void>>& end) {
  if (shut_down_) {
    return fail(ErrorCode::kShuttingDown, "the worker pool is shut down");
  }
  forget_ended();
  auto seat = std::make_shared<Seat>();
  seat->runner = std::move(runner);
  seat->owns_worker = options_.workers == 0;
  const WorkerLane::Options lane_options{.mailbox = options, .batch = options_.batch};
  Added added{.name = name, .lane = std::make_shared<WorkerLane>(std::move(seat), lane_options)};
  auto opening = added.lane->make_opening();
  if (lanes_.size() == lanes_.capacity()) {
    lanes_.reserve((2 * lanes_.size()) + 1);
  }
  const Result<Thread*> thread = thread_for_new_lane(name);
  if (!thread) {
    return std::unexpected(thread.error());
  }
  ++(*thread)->lanes;
  WorkerLane& lane = *lanes_.emplace_back(std::move(added)).lane;
  lane.begin_opening(std::move(opening), (*thread)->worker, std::move(opened), std::move(end));
  return lanes_.back().lane;
}

Future<void> WorkerPool::remove(Lane& lane, Drain drain, ErrorCode code) {
  return static_cast<WorkerLane&>(lane).close(drain, code);
}

bool WorkerPool::close(Lane& lane, Drain drain, ErrorCode code) noexcept {
  return static_cast<WorkerLane&>(lane).begin_close(drain, code);
}

void WorkerPool::stop_draining(Lane& lane) noexcept {
  static_cast<WorkerLane&>(lane).stop_draining();
}

void WorkerPool::between_calls(Lane& lane,
                               std::move_only_function<void(Result<Runner*>)> function) {
  static_cast<WorkerLane&>(lane).between_calls(std::move(function));
}

Future<void> WorkerPool::replace(Lane& lane, std::unique_ptr<Runner> fresh,
                                 std::move_only_function<bool()> is_wanted) {
  Promise<void> done;
  Future<void> future = done.future();
  replace(lane, std::move(fresh), std::move(is_wanted), std::move(done));
  return future;
}

void WorkerPool::replace(Lane& lane, std::unique_ptr<Runner> fresh,
                         std::move_only_function<bool()> is_wanted, Promise<void> done) noexcept {
  auto& replaced = static_cast<WorkerLane&>(lane);
  Result<std::shared_ptr<Worker>> worker;
  try {
    auto change =
        replaced.make_replacement(std::move(fresh), options_.workers == 0, std::move(is_wanted));
    const std::scoped_lock lock(mutex_);
    forget_ended();
    worker = another_worker(replaced);
    if (worker) {
      WorkerLane::begin_replacement(std::move(change), *std::move(worker), std::move(done));
      return;
    }
  } catch (const std::bad_alloc&) {
    worker = fail_without_memory();
  }
  done.set(std::unexpected(std::move(worker.error())));
}

Taken WorkerPool::try_take(Lane& lane, std::uint64_t step, const Error& error,
                           std::uint32_t* function) noexcept {
  if (options_.workers != 0) {
    return Taken::kNot;
  }
  auto& taken = static_cast<WorkerLane&>(lane);
  const std::shared_ptr<Worker> worker = taken.seat()->worker;
  std::string name;
  try {
    const std::scoped_lock lock(mutex_);
    name = name_of(taken);
  } catch (const std::bad_alloc&) {
    return Taken::kNot;
  }
  const Taken done = taken.try_take(step, error, function);
  if (done != Taken::kNot) {
    const std::scoped_lock lock(mutex_);
    const auto thread = std::ranges::find(threads_, worker, &Thread::worker);
    if (thread != threads_.end()) {
      thread->lost = std::move(name);
    }
  }
  return done;
}

Future<void> WorkerPool::install(Lane& lane, std::unique_ptr<Runner> fresh) {
  Promise<void> done;
  Future<void> future = done.future();
  install(lane, std::move(fresh), std::move(done));
  return future;
}

void WorkerPool::install(Lane& lane, std::unique_ptr<Runner> fresh, Promise<void> done) noexcept {
  auto& vacant = static_cast<WorkerLane&>(lane);
  Result<std::shared_ptr<Worker>> worker;
  try {
    auto change = vacant.make_installation(std::move(fresh), options_.workers == 0);
    const std::scoped_lock lock(mutex_);
    worker = another_worker(vacant);
    if (worker) {
      vacant.begin_installation(std::move(change), *std::move(worker), std::move(done));
      return;
    }
  } catch (const std::bad_alloc&) {
    worker = fail_without_memory();
  }
  vacant.abandon(ErrorCode::kQuarantined);
  done.set(std::unexpected(std::move(worker.error())));
}

void WorkerPool::abandon(Lane& lane, ErrorCode code) noexcept {
  static_cast<WorkerLane&>(lane).abandon(code);
}

std::size_t WorkerPool::left_behind() const {
  const std::scoped_lock lock(mutex_);
  return static_cast<std::size_t>(std::ranges::count_if(threads_, [](const Thread& thread) {
    return !thread.lost.empty() && !thread.worker->ended();
  }));
}

std::size_t WorkerPool::left_behind(std::string_view name) const {
  const std::scoped_lock lock(mutex_);
  return static_cast<std::size_t>(std::ranges::count_if(threads_, [name](const Thread& thread) {
    return thread.lost == name && thread.worker != nullptr && !thread.worker->ended();
  }));
}

Result<std::shared_ptr<Worker>> WorkerPool::another_worker(const WorkerLane& lane) {
  if (shut_down_) {
    return fail(ErrorCode::kShuttingDown, "the worker pool is shut down");
  }
  if (options_.workers != 0) {
    return lane.seat()->worker;
  }
  const Result<Thread*> thread = thread_for_new_lane(name_of(lane));
  if (!thread) {
    return std::unexpected(thread.error());
  }
  return (*thread)->worker;
}

const std::string& WorkerPool::name_of(const WorkerLane& lane) const {
  static const std::string kUnknown = "?";
  const auto added =
      std::ranges::find(lanes_, &lane, [](const Added& one) { return one.lane.get(); });
  return added != lanes_.end() ? added->name : kUnknown;
}

void WorkerPool::forget_ended() {
  std::erase_if(lanes_, [this](const Added& added) {
    if (added.lane->ended()) {
      if (options_.workers != 0) {
        --threads_[added.lane->worker()].lanes;
      }
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
  // A lane whose runner does not come to the end of open() would hold up the new one.
  std::vector<std::size_t> opening(threads_.size());
  for (const Added& added : lanes_) {
    opening[added.lane->worker()] += added.lane->is_opening() ? 1U : 0U;
  }
  return &*std::ranges::min_element(threads_, {}, [&](const Thread& thread) {
    const auto index = static_cast<std::size_t>(&thread - threads_.data());
    return std::pair(opening[index], thread.lanes);
  });
}

Result<WorkerPool::Thread*> WorkerPool::start_thread(std::size_t index, std::string name) {
  threads_.reserve(index + 1);  // a thread that runs must not be lost for lack of memory
  auto worker = std::make_shared<Worker>(name, index);
  Promise<void> returns;
  auto returned = std::make_shared<Future<void>>(returns.future());
  Result<OsThread> thread = OsThread::start(
      [worker, returns = std::move(returns)]() mutable {
        worker->run();
        returns.set({});
      },
      options_.stack_bytes, options_.create_thread);
  if (!thread) {
    return std::unexpected(std::move(thread.error()));
  }
  if (index == threads_.size()) {
    threads_.emplace_back();
  }
  threads_[index].worker = std::move(worker);
  threads_[index].name = std::move(name);
  threads_[index].returned = std::move(returned);
  threads_[index].thread = std::move(*thread);
  return &threads_[index];
}

void WorkerPool::shutdown(Drain drain) { (void)shutdown_until(drain, kNoDeadline); }

std::vector<std::string> WorkerPool::shutdown_until(Drain drain, TimePoint deadline) {
  std::vector<Added> lanes;
  bool is_again = false;
  {
    const std::scoped_lock lock(mutex_);
    is_again = std::exchange(shut_down_, true);
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
  if (options_.workers == 0) {
    wait_for_workers(deadline, is_again, left);
  }
  if (left.empty()) {
    join_all();
  } else {
    const std::scoped_lock lock(mutex_);
    forget_ended();  // a thread keeps its stack until it is joined
  }
  return left;
}

// A runner that was to replace a lane's may still open or close, though the lane has ended. Workers
// that have lost their lane are known to be stuck, so only a further shutdown waits for them.
void WorkerPool::wait_for_workers(TimePoint deadline, bool waits_for_lost,
                                  std::vector<std::string>& left) {
  std::vector<std::pair<std::string, std::shared_ptr<Future<void>>>> running;
  {
    const std::scoped_lock lock(mutex_);
    const bool ends_all = left.empty();  // no lane needs a worker any more
    for (const Thread& thread : threads_) {
      if (thread.worker == nullptr) {
        continue;
      }
      const bool is_lost = !thread.lost.empty();
      if (is_lost && !waits_for_lost) {
        if (!thread.worker->ended()) {
          left.push_back(thread.lost);
        }
        continue;
      }
      running.emplace_back(is_lost ? thread.lost : thread.name, thread.returned);
      if (ends_all && !is_lost) {
        thread.worker->stop_soon();
      }
    }
  }
  for (const auto& [name, returned] : running) {
    if (!returned->wait_for(time_left(deadline)) && std::ranges::find(left, name) == left.end()) {
      left.push_back(name);
    }
  }
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
      thread.worker->stop_soon();
      thread.thread.join();
    }
  }
}

}  // namespace hookline::detail
