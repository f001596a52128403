#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "hookline/clock.h"
#include "hookline/result.h"
#include "hookline/executor.h"
#include "hookline/future.h"
#include "hookline/text.h"
#include "hookline/value.h"

namespace [[gnu::visibility("default")]] hookline {
namespace detail {
class StreamCore;
}  // namespace detail

struct StreamOptions {
  // How many items the script may make before they are asked for. 0: each only when it is, and by
  // a call of its own. Nothing is made before the first next().
  std::size_t ahead = 16;
  TextMode text = TextMode::kExact;
};

// Ends a for_each() early. Copies do the same.
// Thread safety: any thread. May outlive the stream.
class StreamSubscription {
 public:
  StreamSubscription() = default;
  // For ValueStream.
  explicit StreamSubscription(std::weak_ptr<detail::StreamCore> stream)
      : stream_(std::move(stream)) {}
  // Closes the stream; `on_end` gets kCancelled. On the executor's own thread no item is delivered
  // after it; elsewhere one may be just then.
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
// Items come in order, each once. They are fetched by ordinary calls, a few with each, between
// which the script's other calls run. At most StreamOptions::ahead are made before they are asked
// for.
//
// How it ends: with nothing, for good, or with an error, which every further next() gives again:
// that of the call, kScriptRaised for an exception in the generator (after the items before it),
// kUnsupportedType for an item that cannot leave its interpreter, kScriptUnloaded, kShuttingDown,
// kCancelled once it was closed. kQueueFull, kDropped, kWouldDeadlock and kDeadlineExceeded are of
// one next() only: the next one goes on where it was.
//
// Destroying it closes it. The function itself is called as soon as the stream is made, in order
// with other calls.
//
// Thread safety: next() and close() from any thread, several together too: items go to the calls in
// their order. Moving and destroying as for any object.
class [[nodiscard]] ValueStream {
 public:
  using Item = std::optional<Value>;

  ValueStream() noexcept = default;
  // For the library.
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

  // False for one that was moved from. All below REQUIRE it.
  [[nodiscard]] bool valid() const noexcept { return core_ != nullptr; }

  // The next item, or nullopt at the end. After `timeout` (by the clock of the ScriptHost) it is
  // kDeadlineExceeded; the item goes to the next one. Dropping the future loses the item, cancel()
  // does not.
  [[nodiscard]] Future<Item> next(Duration timeout = kForever);

  // Ends it: items that have come and were not read are thrown away, and a generator is closed on
  // the script's worker, where its `finally` blocks run. The future has what close() raised, if it
  // did, and is ready when that is done; a second close() does not wait for the first.
  Future<void> close();

  // Calls `on_item(Value)` on the executor for each item, then `on_end(Result<void>)`, once. Every
  // error ends it. If the executor discards its job neither is called any more, and the stream is
  // closed. REQUIRES: the executor lives until then, and is no InlineExecutor.
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
      next = co_await stream.next();  // meanwhile: says so
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
