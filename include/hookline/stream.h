#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "hookline/clock.h"
#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/loop.h"
#include "hookline/value.h"

#pragma GCC visibility push(default)
namespace hookline {
namespace detail {
class StreamCore;
}  // namespace detail

// Says how the items of a stream are fetched. It is plain data (docs/host.md).
struct StreamOptions {
  // The number of items that the script may make before they are asked for. With 0 it makes each
  // item only when it is asked for, in a call of its own. It makes none before the first next().
  std::size_t ahead = 16;
  // The bytes that such items may take, as value_limit counts them: none is made ahead while those
  // that wait take as many. So one item more may wait. If unset, the script's value_limit applies.
  std::optional<std::size_t> ahead_bytes = std::nullopt;
  TextMode text = TextMode::kExact;
};

// Ends a for_each() early. Copies end the same one.
//
// Thread safety: any thread. It may outlive the stream.
class StreamSubscription {
 public:
  StreamSubscription() = default;
  // Only ValueStream calls this.
  explicit StreamSubscription(std::weak_ptr<detail::StreamCore> stream)
      : stream_(std::move(stream)) {}
  // Closes the stream; `on_end` gets kCancelled. If this is called on the executor's own thread, no
  // item is delivered after it. On another thread an item may be delivered at the same time.
  void cancel();

 private:
  std::weak_ptr<detail::StreamCore> stream_;
};

// Reads the result of a call item by item: a generator, or anything else that a script can iterate
// over.
//
//   ValueStream users = scripts->stream("stats", "users", {});
//   while (true) {
//     Result<std::optional<Value>> user = co_await users.next();   // or users.next().get()
//     if (!user) { ... user.error() ... }
//     if (!*user) break;                                           // the end
//     use(**user);
//   }
//
// Items come in order, each once. Ordinary calls of the script fetch them, several with each call,
// and other calls of the script run in between. At most StreamOptions::ahead items, of
// StreamOptions::ahead_bytes, are made before they are asked for.
//
// A stream ends with nullopt, or with an error; every further next() returns the same again. It is
// the error of the call; kScriptRaised for an exception in the generator, after the items before
// it; kUnsupportedType for an item that cannot be copied; kScriptUnloaded, kShuttingDown; or
// kCancelled after close(). The errors kQueueFull, kDropped, kWouldDeadlock and kDeadlineExceeded
// do not end the stream: they concern one next(), and another next() continues where it stopped.
//
// Destroying the stream closes it. The function itself is called as soon as the stream is made, in
// order with other calls.
//
// Thread safety: next() and close() from any thread, also several at the same time: items go to the
// calls of next() in the order of these calls. Moving and destroying REQUIRE that no other thread
// uses the object.
class [[nodiscard]] ValueStream {
 public:
  using Item = std::optional<Value>;

  ValueStream() noexcept = default;
  // Only the library calls this.
  explicit ValueStream(std::shared_ptr<detail::StreamCore> core) noexcept
      : core_(std::move(core)) {}
  ValueStream(ValueStream&& other) noexcept = default;
  ValueStream& operator=(ValueStream&& other) noexcept {
    if (this != &other) {
      drop();
      core_ = std::move(other.core_);
    }
    return *this;
  }
  ValueStream(const ValueStream&) = delete;
  ValueStream& operator=(const ValueStream&) = delete;
  ~ValueStream() { drop(); }

  // Returns false for a stream that was moved from. All methods below REQUIRE valid().
  [[nodiscard]] bool valid() const noexcept { return core_ != nullptr; }

  // Returns the future of the next item, or of nullopt at the end. After `timeout` (by the clock of
  // the ScriptHost) it has kDeadlineExceeded, and the item goes to the following next(). An item is
  // lost if its future is destroyed without cancel().
  [[nodiscard]] Future<Item> next(Duration timeout = kForever);

  // Ends the stream. Items that have arrived and were not read are dropped. A generator is closed
  // on the script's worker, where its `finally` blocks run; then the returned future is ready, with
  // the exception of close() if it raised one. A second close() does not wait for the first.
  Future<void> close();

  // Calls `on_item(Value)` on the executor for each item, and then `on_end(Result<void>)` once. Any
  // error ends it. If the executor discards a job, neither function is called again, and the stream
  // is closed. REQUIRES: the executor lives until then, and is not an InlineExecutor.
  template <class OnItem, class OnEnd>
  StreamSubscription for_each(Executor& executor, OnItem on_item, OnEnd on_end) &&;

 private:
  template <class OnItem, class OnEnd>
  static Future<void> drive(ValueStream stream, Executor* executor, OnItem on_item, OnEnd on_end);

  [[nodiscard]] bool is_closed() const;
  void drop() noexcept;

  std::shared_ptr<detail::StreamCore> core_;
};

template <class OnItem, class OnEnd>
Future<void> ValueStream::drive(ValueStream stream, Executor* executor, OnItem on_item,
                                OnEnd on_end) {
  while (true) {
    Result<Item> next = co_await stream.next().via(*executor);
    if (next && stream.is_closed()) {
      next = co_await stream.next();  // reports that it was closed meanwhile
    }
    if (!next) {
      on_end(Result<void>(std::unexpected(std::move(next.error()))));
      co_return;
    }
    Item& item = *next;
    if (!item) {
      on_end(Result<void>());
      co_return;
    }
    on_item(*std::move(item));
  }
}

template <class OnItem, class OnEnd>
StreamSubscription ValueStream::for_each(Executor& executor, OnItem on_item, OnEnd on_end) && {
  StreamSubscription subscription{core_};
  (void)drive(std::move(*this), &executor, std::move(on_item), std::move(on_end));
  return subscription;
}

}  // namespace hookline
#pragma GCC visibility pop
