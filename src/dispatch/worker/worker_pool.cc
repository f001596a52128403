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
  const auto failed = [](std::unexpected<Error> why) {
    return Opening{.lane = nullptr,
                   .opened = make_ready_future<std::shared_ptr<Lane>>(std::move(why))};
  };
  const std::scoped_lock lock(mutex_);
  if (shut_down_) {
    return failed(fail(ErrorCode::kShuttingDown, "the worker pool is shut down"));
  }
  forget_ended();
  try {
    return add_lane(name, std::move(runner), options);
  } catch (const std::bad_alloc&) {
    return failed(fail_without_memory());
  }
}

WorkerPool::Opening WorkerPool::add_lane(const std::string& name, std::unique_ptr<Runner> runner,
                                         MailboxOptions options) {
  const Result<Thread*> thread = thread_for_new_lane(name);
  if (!thread) {
    return {.lane = nullptr,
            .opened = make_ready_future<std::shared_ptr<Lane>>(std::unexpected(thread.error()))};
  }
  auto seat = std::make_shared<Seat>(Seat{.worker = (*thread)->worker,
                                          .runner = std::move(runner),
                                          .owns_worker = options_.workers == 0});
  const WorkerLane::Options lane_options{.mailbox = options, .batch = options_.batch};
  lanes_.push_back(
      {.name = name, .lane = std::make_shared<WorkerLane>(std::move(seat), lane_options)});
  ++(*thread)->lanes;
  return {.lane = lanes_.back().lane, .opened = lanes_.back().lane->open()};
}

Future<void> WorkerPool::remove(Lane& lane, Drain drain, ErrorCode code) {
  return static_cast<WorkerLane&>(lane).close(drain, code);
}

void WorkerPool::stop_draining(Lane& lane) { static_cast<WorkerLane&>(lane).stop_draining(); }

void WorkerPool::between_calls(Lane& lane,
                               std::move_only_function<void(Result<Runner*>)> function) {
  static_cast<WorkerLane&>(lane).between_calls(std::move(function));
}

Future<void> WorkerPool::replace(Lane& lane, std::unique_ptr<Runner> fresh,
                                 std::move_only_function<bool()> is_wanted) {
  auto& replaced = static_cast<WorkerLane&>(lane);
  const std::scoped_lock lock(mutex_);
  forget_ended();
  auto seat = another_seat(replaced, std::move(fresh));
  return seat ? replaced.replace(*std::move(seat), std::move(is_wanted))
              : make_ready_future<void>(std::unexpected(std::move(seat.error())));
}

Taken WorkerPool::try_take(Lane& lane, std::uint64_t step, const Error& error,
                           std::uint32_t* function) {
  if (options_.workers != 0) {
    return Taken::kNot;
  }
  auto& taken = static_cast<WorkerLane&>(lane);
  const std::shared_ptr<Worker> worker = taken.seat()->worker;
  const Taken done = taken.try_take(step, error, function);
  if (done != Taken::kNot) {
    const std::scoped_lock lock(mutex_);
    const auto thread = std::ranges::find(threads_, worker, &Thread::worker);
    if (thread != threads_.end()) {
      thread->lost = name_of(taken);
    }
  }
  return done;
}

Future<void> WorkerPool::install(Lane& lane, std::unique_ptr<Runner> fresh) {
  auto& vacant = static_cast<WorkerLane&>(lane);
  Result<std::shared_ptr<Seat>> seat;
  {
    const std::scoped_lock lock(mutex_);
    seat = another_seat(vacant, std::move(fresh));
  }
  if (!seat) {
    vacant.abandon(ErrorCode::kQuarantined);
    return make_ready_future<void>(std::unexpected(std::move(seat.error())));
  }
  return vacant.install(*std::move(seat));
}

void WorkerPool::abandon(Lane& lane, ErrorCode code) {
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

Result<std::shared_ptr<Seat>> WorkerPool::another_seat(const WorkerLane& lane,
                                                       std::unique_ptr<Runner> runner) {
  if (shut_down_) {
    return fail(ErrorCode::kShuttingDown, "the worker pool is shut down");
  }
  Seat seat{.worker = nullptr, .runner = std::move(runner), .owns_worker = options_.workers == 0};
  if (!seat.owns_worker) {
    seat.worker = lane.seat()->worker;
  } else if (const auto thread = thread_for_new_lane(name_of(lane))) {
    seat.worker = (*thread)->worker;
  } else {
    return std::unexpected(thread.error());
  }
  return std::make_shared<Seat>(std::move(seat));
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
        thread.worker->post_function([&worker = *thread.worker] { worker.stop(); });
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
      thread.worker->post_function([&worker = *thread.worker] { worker.stop(); });
      thread.thread.join();
    }
  }
}

}  // namespace hookline::detail
