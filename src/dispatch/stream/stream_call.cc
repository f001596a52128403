#include "dispatch/stream/stream_call.h"

#include <utility>

#include "dispatch/mailbox/mailbox.h"
#include "dispatch/stream/stream_core.h"
#include "dispatch/worker/lane.h"
#include "hookline/clock.h"

namespace hookline::detail {

StreamCall::StreamCall(std::shared_ptr<StreamCore> stream, StreamRequest what)
    : stream_(std::move(stream)), what_(what) {
  set_stream_request(request_, what);
}

void StreamCall::set_request(OwnedRequest request) {
  request_ = std::move(request);
  request_.set_text_mode(stream_->source().text);
  set_stream_request(request_, what_);
}

void StreamCall::set_asked(std::size_t asked) {
  asked_ = asked;
  request_.set_text_mode(stream_->source().text);
  request_.add_value(static_cast<std::int64_t>(asked));
}

void StreamCall::post(std::unique_ptr<StreamCall> call, bool may_block) {
  const std::shared_ptr<Lane> lane = call->stream_->source().lane;
  StreamCall& posted = *call.release();
  if (may_block) {
    lane->mailbox().post(posted);
  } else {
    lane->mailbox().post(posted, Clock::system().now());
  }
}

bool StreamCall::try_start() noexcept {
  return what_ == StreamRequest::kClose || !stream_->is_closed();
}

void StreamCall::finish(Result<Value>&& result) noexcept {
  const std::unique_ptr<StreamCall> self(this);
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
