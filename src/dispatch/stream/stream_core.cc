#include "dispatch/stream/stream_core.h"

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

#include "dispatch/base/no_memory.h"
#include "dispatch/stream/stream_call.h"
#include "hookline/detail/deadline.h"

namespace hookline::detail {

namespace {

// Returns true if the mailbox caused the error, not the stream.
bool may_work_later(ErrorCode code) {
  return code == ErrorCode::kQueueFull || code == ErrorCode::kDropped ||
         code == ErrorCode::kWouldDeadlock;
}

// Returns true if the script has ended, and its iterators with it.
bool is_gone(ErrorCode code) {
  return code == ErrorCode::kScriptUnloaded || code == ErrorCode::kShuttingDown;
}

std::unexpected<Error> no_stream() {
  return fail(ErrorCode::kUnsupportedType, "this runner has no streams");
}

Error closed_error() { return {.code = ErrorCode::kCancelled, .message = "the stream was closed"}; }

}  // namespace

// Thread safety: as stated at each method.
class StreamCore::Waiter final : public Timer, public std::enable_shared_from_this<Waiter> {
 public:
  explicit Waiter(std::weak_ptr<StreamCore> stream) : stream_(std::move(stream)) {}

  [[nodiscard]] Promise<Item>& promise() noexcept { return promise_; }

  // Keeps the waiter alive until `timers` has released it. Returns false if there is no memory.
  // REQUIRES: the stream's lock.
  [[nodiscard]] bool try_schedule(TimerService& timers, TimePoint deadline) noexcept {
    scheduled_ = shared_from_this();
    if (!timers.try_schedule(*this, deadline)) {
      scheduled_.reset();
      return false;
    }
    timers_ = &timers;
    return true;
  }

  // May be called on any thread, once. REQUIRES: the waiter has been removed from the stream's
  // waiters.
  void finish(Result<Item> result) {
    if (timers_ != nullptr && timers_->cancel(*this)) {
      scheduled_.reset();
    }
    promise_.set(std::move(result));
  }

 private:
  void expire() noexcept override {
    const std::shared_ptr<Waiter> self = std::move(scheduled_);
    if (const auto stream = stream_.lock()) {
      stream->on_expired(*this);
    }
  }

  std::weak_ptr<StreamCore> stream_;
  Promise<Item> promise_;
  TimerService* timers_ = nullptr;
  std::shared_ptr<Waiter> scheduled_;  // itself, while it is scheduled
};

struct StreamCore::Work {
  struct Answer {
    std::shared_ptr<Waiter> waiter;
    Result<Item> result;
  };
  std::vector<Answer> answers;
  std::unique_ptr<StreamCall> call;
  bool may_block = false;
  std::optional<Promise<void>> closed;  // set if nothing is open, so that no call has to close it
};

StreamCore::StreamCore(StreamSource source) : source_(std::move(source)) {}

StreamCore::StreamCore(Error error)
    : phase_(Phase::kOver), end_(std::unexpected(std::move(error))) {}

StreamCore::~StreamCore() = default;

void StreamCore::open(OwnedRequest request) {
  auto call = std::make_unique<StreamCall>(shared_from_this(), StreamRequest::kOpen);
  call->set_request(std::move(request));
  StreamCall::post(std::move(call), true);
}

Future<StreamCore::Item> StreamCore::next(Duration timeout) {
  Work work;
  std::shared_ptr<Waiter> waiter;
  Future<Item> future;
  {
    const std::scoped_lock lock(mutex_);
    read_ = true;
    if (!items_.empty() || end_) {
      future = make_ready_future<Item>(take_item());
    } else {
      waiter = std::make_shared<Waiter>(weak_from_this());
      future = waiter->promise().future();
      waiters_.push_back(waiter);
    }
    pull(work);
  }
  finish(std::move(work));
  if (waiter && timeout != kForever) {
    schedule(waiter, timeout);
  }
  return future;
}

Future<void> StreamCore::close() {
  Work work;
  Promise<void> closed;
  Future<void> future = closed.future();
  {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(closed_, true)) {
      work.closed = std::move(closed);
    } else {
      items_.clear();
      end_ = std::unexpected(closed_error());
      serve_waiters(work);
      closing_ = std::move(closed);
      if (phase_ != Phase::kOpening) {
        plan_close(work);
      }
    }
  }
  finish(std::move(work));
  return future;
}

bool StreamCore::is_closed() const {
  const std::scoped_lock lock(mutex_);
  return closed_;
}

bool StreamCore::is_awaited() const {
  const std::scoped_lock lock(mutex_);
  return !waiters_.empty();
}

void StreamCore::on_open(Result<Value> result) {
  Work work;
  {
    const std::scoped_lock lock(mutex_);
    const auto* number = result ? result->as<std::int64_t>() : nullptr;
    if (number != nullptr) {
      phase_ = Phase::kOpen;
      number_ = *number;
    } else {
      end(result ? no_stream() : std::unexpected(std::move(result.error())));
    }
    if (closed_) {
      plan_close(work);
    }
    serve_waiters(work);
    pull(work);
  }
  finish(std::move(work));
}

void StreamCore::on_pull(Result<Value> result, std::size_t asked) {
  Work work;
  {
    const std::scoped_lock lock(mutex_);
    pulling_ = false;
    if (!result && may_work_later(result.error().code)) {
      // Does not retry immediately: the next next() does.
      fail_waiters(result.error(), work);
    } else if (!closed_) {
      if (!result) {
        end(std::unexpected(std::move(result.error())));
      } else if (auto batch = read_stream_batch(*std::move(result))) {
        take_batch(*std::move(batch), asked);
      } else {
        end(no_stream());
      }
      serve_waiters(work);
      pull(work);
    }
  }
  finish(std::move(work));
}

void StreamCore::take_batch(StreamBatch batch, std::size_t asked) {
  const bool slow = batch.items.size() < asked;
  most_ = slow ? 1 : std::min(most_ * 2, std::max<std::size_t>(source_.ahead, 1));
  const bool ended = batch.ended;
  items_.add(std::move(batch));
  if (ended) {
    end({});
  }
}

void StreamCore::on_close(Result<Value> result, Promise<void> closed) {
  if (result) {
    closed.set({});
    return;
  }
  const ErrorCode code = result.error().code;
  if (!may_work_later(code) || !source_.unclosed) {
    closed.set(is_gone(code) ? Result<void>() : std::unexpected(std::move(result.error())));
    return;
  }
  source_.unclosed->add({.number = number_, .closed = std::move(closed)});
  // The mailbox may have become empty meanwhile. This call makes the runner run a batch, at whose
  // end it takes the unclosed streams.
  auto wake_up = std::make_unique<StreamCall>(shared_from_this(), StreamRequest::kClose);
  wake_up->set_number(number_);
  StreamCall::post(std::move(wake_up), false);
}

void StreamCore::on_wake_up(const Result<Value>& result) {
  if (!result && is_gone(result.error().code)) {
    for (UnclosedStreams::Stream& stream : source_.unclosed->take()) {
      stream.closed.set({});
    }
  }
}

void StreamCore::end(Result<void> how) {
  phase_ = Phase::kOver;
  if (!end_) {
    end_ = std::move(how);
  }
}

Result<StreamCore::Item> StreamCore::take_item() {
  if (!items_.empty()) {
    return items_.take();
  }
  if (end_ && !*end_) {
    return std::unexpected(end_->error());
  }
  return std::nullopt;
}

void StreamCore::serve_waiters(Work& work) {
  while (!waiters_.empty() && (!items_.empty() || end_)) {
    std::shared_ptr<Waiter> waiter = std::move(waiters_.front());
    waiters_.pop_front();
    // A cancelled waiter gets no item, but its timer must be cancelled.
    const bool wanted = waiter->promise().try_start();
    work.answers.push_back({.waiter = std::move(waiter),
                            .result = wanted ? take_item() : std::unexpected(closed_error())});
  }
}

void StreamCore::fail_waiters(const Error& error, Work& work) {
  for (std::shared_ptr<Waiter>& waiter : std::exchange(waiters_, {})) {
    work.answers.push_back({.waiter = std::move(waiter), .result = std::unexpected(error)});
  }
}

void StreamCore::pull(Work& work) {
  if (pulling_ || phase_ != Phase::kOpen || !read_) {
    return;
  }
  const bool demanded = !waiters_.empty();
  const bool enough = items_.size() >= source_.ahead || items_.size() > source_.ahead / 2 ||
                      items_.bytes() >= source_.ahead_bytes;
  if (!demanded && enough) {
    return;
  }
  const std::size_t room = waiters_.size() + source_.ahead - items_.size();
  work.call = std::make_unique<StreamCall>(shared_from_this(), StreamRequest::kPull);
  pulling_ = true;
  work.call->set_number(number_);
  // If an item is demanded, none is ready.
  work.call->set_asked(std::min(most_, room), source_.ahead_bytes - items_.bytes());
  work.may_block = demanded;
}

void StreamCore::plan_close(Work& work) {
  std::optional<Promise<void>> closing = std::exchange(closing_, std::nullopt);
  if (std::exchange(phase_, Phase::kOver) == Phase::kOpen && closing) {
    work.call = std::make_unique<StreamCall>(shared_from_this(), StreamRequest::kClose);
    work.call->set_number(number_);
    work.call->set_closed(*std::move(closing));
  } else {
    work.closed = std::move(closing);
  }
}

void StreamCore::finish(Work work) {
  for (auto& [waiter, result] : work.answers) {
    waiter->finish(std::move(result));
  }
  if (work.closed) {
    work.closed->set({});
  }
  if (work.call) {
    StreamCall::post(std::move(work.call), work.may_block);
  }
}

void StreamCore::schedule(const std::shared_ptr<Waiter>& waiter, Duration timeout) {
  assert(source_.timers != nullptr);
  {
    const std::scoped_lock lock(mutex_);
    // The timers may be gone with the host; then the stream has ended, and nobody waits.
    const auto place = std::ranges::find(waiters_, waiter);
    if (place == waiters_.end() ||
        waiter->try_schedule(*source_.timers, deadline_after(source_.timers->clock(), timeout))) {
      return;
    }
    waiters_.erase(place);
  }
  waiter->finish(fail_without_memory());
}

void StreamCore::on_expired(Waiter& waiter) {
  std::shared_ptr<Waiter> expired;
  {
    const std::scoped_lock lock(mutex_);
    const auto place = std::ranges::find(waiters_, &waiter, &std::shared_ptr<Waiter>::get);
    if (place == waiters_.end()) {
      return;
    }
    expired = std::move(*place);
    waiters_.erase(place);
  }
  expired->finish(fail(ErrorCode::kDeadlineExceeded, "no item has come in time"));
}

}  // namespace hookline::detail
