#include "dispatch/stream_core.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>
#include <vector>

#include "dispatch/block_pool.h"
#include "dispatch/mailbox.h"
#include "dispatch/timer.h"

namespace hookline {

namespace {

// The mailbox is at fault, not the stream.
bool may_work_later(ErrorCode code) {
  return code == ErrorCode::kQueueFull || code == ErrorCode::kDropped ||
         code == ErrorCode::kWouldDeadlock;
}

std::unexpected<Error> no_stream() {
  return fail(ErrorCode::kUnsupportedType, "this runner has no streams");
}

Error closed_error() { return {.code = ErrorCode::kCancelled, .message = "the stream was closed"}; }

}  // namespace

// One call to the runner.
class StreamCore::Trip final : public Call, public Pooled {
 public:
  Trip(std::shared_ptr<StreamCore> stream, StreamRequest what)
      : stream_(std::move(stream)), what_(what) {
    set_stream_request(request_, what);
  }

  // For kOpen.
  void set_request(OwnedRequest request) {
    request_ = std::move(request);
    request_.set_text_mode(stream_->source_.text);
    set_stream_request(request_, what_);
  }
  // For the others.
  void set_number(std::int64_t number) { request_.add_value(number); }
  void set_asked(std::size_t asked) {
    asked_ = asked;
    request_.set_text_mode(stream_->source_.text);
    request_.add_value(static_cast<std::int64_t>(asked));
  }
  // Kept when it is closed.
  void set_closed(Promise<void> closed) { closed_ = std::move(closed); }

  // `may_block`: if a full mailbox is to be waited for, as its policy says.
  static void post(std::unique_ptr<Trip> trip, bool may_block) {
    const std::shared_ptr<Lane> lane = trip->stream_->source_.lane;
    Trip& posted = *trip.release();
    if (may_block) {
      lane->mailbox().post(posted);
    } else {
      lane->mailbox().post(posted, Clock::system().now());
    }
  }

  [[nodiscard]] bool try_start() noexcept override {
    return what_ == StreamRequest::kClose || !stream_->is_closed();
  }

  void finish(Result<Value> result) noexcept override {
    const std::unique_ptr<Trip> self(this);
    switch (what_) {
      case StreamRequest::kOpen:
        stream_->on_open(std::move(result));
        break;
      case StreamRequest::kPull:
        stream_->on_pull(std::move(result), asked_);
        break;
      case StreamRequest::kClose:
        if (closed_) {
          stream_->on_close(std::move(result), *std::move(closed_));
        }
        break;
    }
  }

  [[nodiscard]] Request request(RequestSpace& space) const override { return request_.view(space); }

 private:
  std::shared_ptr<StreamCore> stream_;
  StreamRequest what_;
  std::size_t asked_ = 0;
  OwnedRequest request_;
  std::optional<Promise<void>> closed_;
};

// Somebody who waits for an item.
class StreamCore::Waiter final : public Timer, public std::enable_shared_from_this<Waiter> {
 public:
  explicit Waiter(std::weak_ptr<StreamCore> stream) : stream_(std::move(stream)) {}

  [[nodiscard]] Promise<Item>& promise() noexcept { return promise_; }

  // REQUIRES: the stream's lock. `timers` keeps this alive until it has let go of it.
  void schedule(TimerService& timers, TimePoint deadline) {
    scheduled_ = shared_from_this();
    timers_ = &timers;
    timers.schedule(*this, deadline);
  }

  // REQUIRES: it is not among the stream's waiters any more.
  void finish(Result<Item> result) {
    if (timers_ != nullptr && timers_->cancel(*this)) {
      scheduled_.reset();
    }
    promise_.set(std::move(result));
  }

  void expire() noexcept override {
    const std::shared_ptr<Waiter> self = std::move(scheduled_);
    if (const auto stream = stream_.lock()) {
      stream->expire(*this);
    }
  }

 private:
  std::weak_ptr<StreamCore> stream_;
  Promise<Item> promise_;
  TimerService* timers_ = nullptr;
  std::shared_ptr<Waiter> scheduled_;
};

struct StreamCore::Work {
  struct Answer {
    std::shared_ptr<Waiter> waiter;
    Result<Item> result;
  };
  std::vector<Answer> answers;
  std::unique_ptr<Trip> trip;
  bool trip_may_block = false;
  std::optional<Promise<void>> closed;  // there is nothing to close
};

StreamCore::StreamCore(StreamSource source) : source_(std::move(source)) {}

StreamCore::StreamCore(Error error)
    : phase_(Phase::kOver), end_(std::unexpected(std::move(error))) {}

StreamCore::~StreamCore() = default;

void StreamCore::open(OwnedRequest request) {
  auto trip = std::make_unique<Trip>(shared_from_this(), StreamRequest::kOpen);
  trip->set_request(std::move(request));
  Trip::post(std::move(trip), true);
}

Future<StreamCore::Item> StreamCore::next(TimePoint deadline) {
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
  if (waiter && deadline != kNoDeadline) {
    schedule(waiter, deadline);
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
      hand_out(work);
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
    hand_out(work);
    pull(work);
  }
  finish(std::move(work));
}

void StreamCore::on_pull(Result<Value> result, std::size_t asked) {
  Work work;
  {
    const std::scoped_lock lock(mutex_);
    trip_ = false;
    if (!result && may_work_later(result.error().code)) {
      // Not at once again: who asks next does.
      fail_waiters(result.error(), work);
    } else if (!closed_) {
      std::optional<StreamBatch> batch;
      if (result) {
        batch = read_stream_batch(*std::move(result));
      }
      if (batch) {
        take_batch(*std::move(batch), asked);
      } else {
        end(result ? no_stream() : std::unexpected(std::move(result.error())));
      }
      hand_out(work);
      pull(work);
    }
  }
  finish(std::move(work));
}

void StreamCore::take_batch(StreamBatch batch, std::size_t asked) {
  const bool slow = batch.items.size() < asked;
  most_ = slow ? 1 : std::min(most_ * 2, std::max<std::size_t>(source_.ahead, 1));
  std::ranges::move(batch.items, std::back_inserter(items_));
  if (batch.ended) {
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
    // With the script its iterators go as well.
    const bool gone = code == ErrorCode::kScriptUnloaded || code == ErrorCode::kShuttingDown;
    closed.set(gone ? Result<void>() : std::unexpected(std::move(result.error())));
    return;
  }
  source_.unclosed->add({.number = number_, .closed = std::move(closed)});
  // The mailbox may have become empty meanwhile: then this makes the runner look.
  auto knock = std::make_unique<Trip>(shared_from_this(), StreamRequest::kClose);
  knock->set_number(number_);
  Trip::post(std::move(knock), false);
}

void StreamCore::end(Result<void> how) {
  phase_ = Phase::kOver;
  if (!end_) {
    end_ = std::move(how);
  }
}

Result<StreamCore::Item> StreamCore::take_item() {
  if (!items_.empty()) {
    Item item = std::move(items_.front());
    items_.pop_front();
    return item;
  }
  if (end_ && !*end_) {
    return std::unexpected(end_->error());
  }
  return std::nullopt;
}

void StreamCore::hand_out(Work& work) {
  while (!waiters_.empty() && (!items_.empty() || end_)) {
    std::shared_ptr<Waiter> waiter = std::move(waiters_.front());
    waiters_.pop_front();
    // One that was cancelled gets no item, but its timer has to go.
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
  if (trip_ || phase_ != Phase::kOpen || !read_) {
    return;
  }
  const bool demanded = !waiters_.empty();
  const bool enough = items_.size() >= source_.ahead || items_.size() > source_.ahead / 2;
  if (!demanded && enough) {
    return;
  }
  const std::size_t room = waiters_.size() + source_.ahead - items_.size();
  trip_ = true;
  work.trip = std::make_unique<Trip>(shared_from_this(), StreamRequest::kPull);
  work.trip->set_number(number_);
  work.trip->set_asked(std::min(most_, room));
  work.trip_may_block = demanded;
}

void StreamCore::plan_close(Work& work) {
  if (std::exchange(phase_, Phase::kOver) == Phase::kOpen) {
    work.trip = std::make_unique<Trip>(shared_from_this(), StreamRequest::kClose);
    work.trip->set_number(number_);
    work.trip->set_closed(*std::exchange(closing_, std::nullopt));
    work.trip_may_block = false;
  } else {
    work.closed = std::exchange(closing_, std::nullopt);
  }
}

void StreamCore::finish(Work work) {
  for (auto& [waiter, result] : work.answers) {
    waiter->finish(std::move(result));
  }
  if (work.closed) {
    work.closed->set({});
  }
  if (work.trip) {
    Trip::post(std::move(work.trip), work.trip_may_block);
  }
}

void StreamCore::schedule(const std::shared_ptr<Waiter>& waiter, TimePoint deadline) {
  assert(source_.timers != nullptr);
  const std::scoped_lock lock(mutex_);
  if (std::ranges::find(waiters_, waiter) != waiters_.end()) {
    waiter->schedule(*source_.timers, deadline);
  }
}

void StreamCore::expire(Waiter& waiter) {
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

}  // namespace hookline
