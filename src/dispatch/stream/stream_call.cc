#include "dispatch/stream/stream_call.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include "dispatch/base/no_memory.h"
#include "dispatch/mailbox/mailbox.h"
#include "dispatch/stream/stream_core.h"
#include "dispatch/wait/served_call.h"
#include "dispatch/worker/lane.h"
#include "hookline/clock.h"

namespace hookline::detail {

// Lets the call be refused until the runner begins it; the stream is told immediately. A refused
// call does nothing when its turn comes.
class StreamCall::Watched final : public AwaitedCall {
 public:
  explicit Watched(StreamCall& call) : call_(call) {}

  [[nodiscard]] std::shared_ptr<ScriptThread> thread() const override {
    return call_.stream_->source().lane->mailbox().script_thread();
  }
  [[nodiscard]] bool is_awaited() const override {
    return !call_.refused_ && call_.stream_->is_awaited();
  }
  [[nodiscard]] std::move_only_function<void()> refuse() override {
    // All that needs memory is made before the call is refused.
    Result<Value> error =
        fail(ErrorCode::kWouldDeadlock,
             "would deadlock: the script that is read waits, through the host, for this item");
    std::move_only_function<void()> tell = [stream = call_.stream_, what = call_.what_,
                                            asked = call_.asked_,
                                            error = std::move(error)]() mutable {
      if (what == StreamRequest::kOpen) {
        stream->on_open(std::move(error));
      } else {
        stream->on_pull(std::move(error), asked);
      }
    };
    if (call_.begun_.exchange(true)) {
      return {};
    }
    call_.refused_ = true;
    return tell;
  }

 private:
  StreamCall& call_;
};

StreamCall::~StreamCall() = default;

StreamCall::StreamCall(std::shared_ptr<StreamCore> stream, StreamRequest what)
    : stream_(std::move(stream)), what_(what) {
  set_stream_request(request_, what);
}

void StreamCall::set_request(OwnedRequest request) {
  request_ = std::move(request);
  request_.set_text_mode(stream_->source().text);
  set_stream_request(request_, what_);
}

void StreamCall::set_asked(std::size_t asked, std::size_t most_bytes) {
  asked_ = asked;
  request_.set_text_mode(stream_->source().text);
  request_.add_value(static_cast<std::int64_t>(asked));
  request_.add_value(static_cast<std::int64_t>(std::min<std::size_t>(most_bytes, INT64_MAX)));
}

void StreamCall::post(std::unique_ptr<StreamCall> call, bool may_block) {
  const std::shared_ptr<Lane> lane = call->stream_->source().lane;
  StreamCall& posted = *call.release();
  if (posted.what_ != StreamRequest::kClose && Serving::is_awaited()) [[unlikely]] {
    if (!posted.watch()) {
      posted.finish(fail_without_memory());
      return;
    }
  }
  if (may_block) {
    lane->mailbox().post(posted);
  } else {
    lane->mailbox().post(posted, Clock::system().now());
  }
}

bool StreamCall::watch() noexcept {
  try {
    watched_ = std::make_unique<Watched>(*this);
    Serving::add(*watched_);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

bool StreamCall::try_start() noexcept {
  return !begun_.exchange(true) && (what_ == StreamRequest::kClose || !stream_->is_closed());
}

void StreamCall::finish(Result<Value>&& result) noexcept {
  const std::unique_ptr<StreamCall> self(this);
  const Serving goes_on(watched_ != nullptr ? watched_->remove() : nullptr);
  if (!refused_) {
    tell(std::move(result));
  }
}

void StreamCall::tell(Result<Value> result) {
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
      } else {
        stream_->on_wake_up(result);
      }
      break;
  }
}

}  // namespace hookline::detail
