#include "dispatch/stream/stream_trip.h"

#include <utility>

#include "dispatch/mailbox/mailbox.h"
#include "dispatch/stream/stream_core.h"
#include "dispatch/worker/lane.h"
#include "hookline/clock.h"

namespace hookline::detail {

StreamTrip::StreamTrip(std::shared_ptr<StreamCore> stream, StreamRequest what)
    : stream_(std::move(stream)), what_(what) {
  set_stream_request(request_, what);
}

void StreamTrip::set_request(OwnedRequest request) {
  request_ = std::move(request);
  request_.set_text_mode(stream_->source().text);
  set_stream_request(request_, what_);
}

void StreamTrip::set_asked(std::size_t asked) {
  asked_ = asked;
  request_.set_text_mode(stream_->source().text);
  request_.add_value(static_cast<std::int64_t>(asked));
}

void StreamTrip::post(std::unique_ptr<StreamTrip> trip, bool may_block) {
  const std::shared_ptr<Lane> lane = trip->stream_->source().lane;
  StreamTrip& posted = *trip.release();
  if (may_block) {
    lane->mailbox().post(posted);
  } else {
    lane->mailbox().post(posted, Clock::system().now());
  }
}

bool StreamTrip::try_start() noexcept {
  return what_ == StreamRequest::kClose || !stream_->is_closed();
}

void StreamTrip::finish(Result<Value> result) noexcept {
  const std::unique_ptr<StreamTrip> self(this);
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
        stream_->on_knock(result);
      }
      break;
  }
}

}  // namespace hookline::detail
