#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "dispatch/call/owned_request.h"
#include "dispatch/stream/stream_request.h"
#include "dispatch/stream/stream_waiter.h"
#include "dispatch/stream/unclosed_streams.h"
#include "dispatch/wait/timer_service.h"
#include "dispatch/worker/lane.h"
#include "hookline/clock.h"
#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/text.h"
#include "hookline/value.h"

namespace hookline::detail {

// Where the items of a stream come from, and how many may wait.
struct StreamSource {
  std::shared_ptr<Lane> lane;
  // Of the lane's runner. nullptr: a close that a full mailbox does not take is given up.
  std::shared_ptr<UnclosedStreams> unclosed;
  TimerService* timers = nullptr;  // for deadlines; must outlive the lane
  std::size_t ahead = 0;
  TextMode text = TextMode::kExact;
};

// The state of a ValueStream: the items that have come, who waits for one, and the one call that is
// under way to the runner (a trip). The next trip starts when the last one is back, so that the
// items keep their order, and the mailbox's other calls come in between.
//
// How many items a trip asks for is doubled with each, up to what may wait, and starts from one
// again when the runner brings fewer than asked because it took too long: a quick generator costs
// few trips, and the items of a slow one come as they are made.
//
// Thread safety: all methods from any thread. Promises are kept, and calls posted, without the
// lock.
class StreamCore final : public std::enable_shared_from_this<StreamCore> {
 public:
  using Item = std::optional<Value>;

  explicit StreamCore(StreamSource source);
  // One that has failed before it began.
  explicit StreamCore(Error error);
  StreamCore(const StreamCore&) = delete;
  StreamCore& operator=(const StreamCore&) = delete;
  ~StreamCore();

  // `request` has the name of the function and the arguments. Call it once, first.
  void open(OwnedRequest request);
  [[nodiscard]] Future<Item> next(TimePoint deadline);
  [[nodiscard]] Future<void> close();
  [[nodiscard]] bool is_closed() const;
  [[nodiscard]] const StreamSource& source() const noexcept { return source_; }

  // A trip has come back, or was not taken.
  void on_open(Result<Value> result);
  void on_pull(Result<Value> result, std::size_t asked);
  void on_close(Result<Value> result, Promise<void> closed);
  void on_knock(const Result<Value>& result);
  // A deadline has passed.
  void on_expired(StreamWaiter& waiter);

 private:
  // What is left to do once the lock is given up.
  struct Work;
  // Of the iterator: kOver if there is none (any more), or it is being closed.
  enum class Phase : std::uint8_t { kOpening, kOpen, kOver };

  // All REQUIRE mutex_.
  void take_batch(StreamBatch batch, std::size_t asked);
  void end(Result<void> how);
  void hand_out(Work& work);
  // Plans a trip, if one is due.
  void pull(Work& work);
  void plan_close(Work& work);
  void fail_waiters(const Error& error, Work& work);
  [[nodiscard]] Result<Item> take_item();

  static void finish(Work work);
  void schedule(const std::shared_ptr<StreamWaiter>& waiter, TimePoint deadline);

  const StreamSource source_;
  mutable std::mutex mutex_;
  Phase phase_ = Phase::kOpening;
  bool closed_ = false;      // by its reader
  bool trip_ = false;        // one is under way
  bool read_ = false;        // somebody has asked for an item
  std::int64_t number_ = 0;  // the runner's, in kOpen
  std::size_t most_ = 1;     // what the next trip asks for
  std::deque<Value> items_;
  std::deque<std::shared_ptr<StreamWaiter>> waiters_;  // only while there are no items
  std::optional<Result<void>> end_;                    // what comes behind the items
  std::optional<Promise<void>> closing_;               // close() before it was open
};

}  // namespace hookline::detail
