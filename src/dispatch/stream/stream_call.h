#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "dispatch/call/call.h"
#include "dispatch/stream/stream_request.h"
#include "hookline/detail/block_pool.h"
#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/value.h"
#include "marshal/owned_request.h"

namespace hookline::detail {

class StreamCore;

// Is one call of a stream to its runner. Its result goes to the StreamCore.
//
// Ownership: the mailbox owns it once it is posted; it keeps the stream alive, and deletes itself
// when it is finished.
//
// Thread safety: as Call.
class StreamCall final : public Call, public Pooled {
 public:
  StreamCall(std::shared_ptr<StreamCore> stream, StreamRequest what);
  ~StreamCall() override;

  // For kOpen: sets the function and its arguments.
  void set_request(OwnedRequest request);
  // For kPull and kClose: sets the runner's number of the stream.
  void set_number(std::int64_t number) { request_.add_value(number); }
  // For kPull: sets the largest number of items to bring, and the bytes after which no more are
  // brought. REQUIRES: set_number() was called.
  void set_asked(std::size_t asked, std::size_t most_bytes);
  // For kClose: sets the promise to keep when the stream is closed. Without it, the call only makes
  // the runner run a batch (see StreamCore::on_close()).
  void set_closed(Promise<void> closed) { closed_ = std::move(closed); }

  // `may_block`: wait for room in a full mailbox if its policy is kBlock.
  static void post(std::unique_ptr<StreamCall> call, bool may_block);

  [[nodiscard]] bool try_start() noexcept override;
  void finish(Result<Value>&& result) noexcept override;
  [[nodiscard]] Request request() const override { return request_.view(); }

 private:
  // Adds the call to what the host serves for a script. Returns false if there is no memory.
  [[nodiscard]] bool watch() noexcept;
  // Is the call as part of what the host serves for a script that may wait for it.
  class Watched;
  void tell(Result<Value> result);

  std::shared_ptr<StreamCore> stream_;
  StreamRequest what_;
  std::size_t asked_ = 0;
  OwnedRequest request_;
  std::optional<Promise<void>> closed_;
  std::atomic<bool> begun_{false};    // set by the runner or by a refusal, by one of them only
  bool refused_ = false;              // the stream has been told
  std::unique_ptr<Watched> watched_;  // set while a script may wait for the stream
};

}  // namespace hookline::detail
