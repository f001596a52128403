#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "dispatch/call/call.h"
#include "dispatch/call/owned_request.h"
#include "dispatch/stream/stream_request.h"
#include "hookline/detail/block_pool.h"
#include "hookline/detail/promise.h"
#include "hookline/error.h"
#include "hookline/value.h"

namespace hookline::detail {

class StreamCore;

// One call of a stream to its runner, which comes back to the stream with its result.
//
// Thread safety: as Call.
class StreamTrip final : public Call, public Pooled {
 public:
  StreamTrip(std::shared_ptr<StreamCore> stream, StreamRequest what);

  // For kOpen: the function and its arguments.
  void set_request(OwnedRequest request);
  // For the others: the runner's number of the stream.
  void set_number(std::int64_t number) { request_.add_value(number); }
  // For kPull. REQUIRES: set_number() before it.
  void set_asked(std::size_t asked);
  // For kClose: kept when it is closed. Without it, it only knocks (see StreamCore::on_close()).
  void set_closed(Promise<void> closed) { closed_ = std::move(closed); }

  // `may_block`: if a full mailbox is to be waited for, as its policy says.
  static void post(std::unique_ptr<StreamTrip> trip, bool may_block);

  [[nodiscard]] bool try_start() noexcept override;
  void finish(Result<Value> result) noexcept override;
  [[nodiscard]] Request request(RequestSpace& space) const override { return request_.view(space); }

 private:
  std::shared_ptr<StreamCore> stream_;
  StreamRequest what_;
  std::size_t asked_ = 0;
  OwnedRequest request_;
  std::optional<Promise<void>> closed_;
};

}  // namespace hookline::detail
