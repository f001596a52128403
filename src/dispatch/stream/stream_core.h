#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "dispatch/stream/ready_items.h"
#include "dispatch/stream/stream_request.h"
#include "dispatch/stream/unclosed_streams.h"
#include "dispatch/wait/timer_service.h"
#include "dispatch/worker/lane.h"
#include "hookline/clock.h"
#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/stream.h"
#include "hookline/value.h"
#include "marshal/owned_request.h"

namespace hookline::detail {

// Says where the items of a stream come from, and how much of them may wait.
struct StreamSource {
  std::shared_ptr<Lane> lane;
  // Has the unclosed streams of the lane's runner. nullptr: a stream stays open if a full mailbox
  // does not accept its kClose.
  std::shared_ptr<UnclosedStreams> unclosed;
  TimerService* timers = nullptr;  // for deadlines; must outlive the lane
  std::size_t ahead = 0;           // items to have ready beyond those that are asked for
  // None is made beyond those while the ready ones take so many bytes.
  std::size_t ahead_bytes = SIZE_MAX;
  TextMode text = TextMode::kExact;
};

// Keeps the state of a ValueStream: the items that have arrived, the consumers that wait for one,
// and the one kPull that is under way to the runner. The next kPull follows when the last one has
// come back, so that the items keep their order, and other calls of the mailbox run in between.
//
// Each kPull asks for twice as many items as the last one, up to the number that may wait, and for
// one again if the runner brought fewer because they took too long. So a quick generator costs few
// calls, and the items of a slow one arrive as they are made.
//
// Thread safety: all methods from any thread. It sets promises and posts calls without holding the
// lock.
class StreamCore final : public std::enable_shared_from_this<StreamCore> {
 public:
  using Item = std::optional<Value>;

  explicit StreamCore(StreamSource source);
  // Makes a stream that has failed before it began.
  explicit StreamCore(Error error);
  StreamCore(const StreamCore&) = delete;
  StreamCore& operator=(const StreamCore&) = delete;
  ~StreamCore();

  // `request` has the name of the function and the arguments. REQUIRES: called once, before the
  // other methods.
  void open(OwnedRequest request);
  [[nodiscard]] Future<Item> next(Duration timeout);
  [[nodiscard]] Future<void> close();
  [[nodiscard]] bool is_closed() const;
  // Returns whether a consumer waits for an item.
  [[nodiscard]] bool is_awaited() const;
  [[nodiscard]] const StreamSource& source() const noexcept { return source_; }

  // A StreamCall has come back, or the mailbox did not accept it.
  void on_open(Result<Value> result);
  void on_pull(Result<Value> result, std::size_t asked);
  void on_close(Result<Value> result, Promise<void> closed);
  void on_wake_up(const Result<Value>& result);

 private:
  // Is a consumer that waits for an item, perhaps until a deadline.
  class Waiter;
  // Is the work to do after the lock has been released.
  struct Work;
  // Says how far the runner's iterator is. kOver: it does not exist (any more), or is being closed.
  enum class Phase : std::uint8_t { kOpening, kOpen, kOver };

  // These REQUIRE mutex_.
  void take_batch(StreamBatch batch, std::size_t asked);
  void end(Result<void> how);
  void serve_waiters(Work& work);
  // Plans a kPull if one is due.
  void pull(Work& work);
  void plan_close(Work& work);
  void fail_waiters(const Error& error, Work& work);
  [[nodiscard]] Result<Item> take_item();

  static void finish(Work work);
  void schedule(const std::shared_ptr<Waiter>& waiter, Duration timeout);
  // The deadline of a waiter has passed.
  void on_expired(Waiter& waiter);

  const StreamSource source_;
  mutable std::mutex mutex_;
  Phase phase_ = Phase::kOpening;
  bool closed_ = false;      // close() was called
  bool pulling_ = false;     // a kPull is under way
  bool read_ = false;        // next() was called
  std::int64_t number_ = 0;  // the runner's number of the iterator, in kOpen
  std::size_t most_ = 1;     // the number of items that the next kPull asks for
  ReadyItems items_;
  std::deque<std::shared_ptr<Waiter>> waiters_;  // empty unless items_ is
  std::optional<Result<void>> end_;              // set if no items follow items_
  std::optional<Promise<void>> closing_;         // close() was called while kOpening
};

// Calls the function that `request` names, and returns a stream of its items.
[[nodiscard]] ValueStream open_stream(StreamSource source, OwnedRequest request);
// Returns a stream whose first item is `error`.
[[nodiscard]] ValueStream failed_stream(Error error);

}  // namespace hookline::detail
