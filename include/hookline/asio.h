#pragma once

// Makes standalone Asio's event loop serve scripts, and calls of scripts asynchronous operations of
// Asio. It needs Asio 1.22 or later (Debian: libasio-dev), which nothing else of hookline includes.

#include <array>
#include <asio/any_io_executor.hpp>
#include <asio/associated_allocator.hpp>
#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/cancellation_type.hpp>
#include <asio/error_code.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>

#include "hookline/call.h"
#include "hookline/clock.h"
#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/hook.h"
#include "hookline/loop.h"
#include "hookline/script_host.h"
#include "hookline/typed_call.h"
#include "hookline/typed_hook.h"
#include "hookline/value.h"

#pragma GCC visibility push(default)
namespace hookline {

// Serves scripts on an Asio execution context:
//
//   asio::io_context context;
//   scripts->attach_loop(std::make_shared<hookline::AsioLoop>(context));
//   context.run();
//
// While it is attached, it counts as outstanding work of the context. Asio does not tell when a
// turn ends, so events wake their scripts immediately.
//
// REQUIRES: exactly one thread runs the context, the one that attaches the loop. A strand is not
// enough, because scripts are served while that thread waits for them, too. The context outlives
// ScriptHost::detach_loop(); handlers that are still queued after that may run, but need not.
//
// Thread safety: see EventLoop, whose methods are for the library.
class AsioLoop final : public EventLoop {
 public:
  explicit AsioLoop(asio::any_io_executor executor) : executor_(std::move(executor)) {}
  explicit AsioLoop(asio::io_context& context) : AsioLoop(context.get_executor()) {}
  AsioLoop(const AsioLoop&) = delete;
  AsioLoop& operator=(const AsioLoop&) = delete;
  ~AsioLoop() override { stop(); }

  // Throws std::runtime_error if it is attached already.
  void start(LoopTasks& tasks) override {
    if (service_ != nullptr) {
      throw std::runtime_error("this loop is attached already");
    }
    service_ = std::make_shared<Service>(executor_, tasks);
  }
  void stop() noexcept override {
    if (const auto service = std::exchange(service_, nullptr)) {
      service->tasks = nullptr;
      service->timer.cancel();
      service->work.reset();
    }
  }
  void wake() noexcept override { Service::post_run(service_); }
  void set_timer(Duration delay) noexcept override {
    service_->timer.expires_after(delay);
    service_->timer.async_wait([service = service_](const asio::error_code& error) {
      if (!error && service->tasks != nullptr) {
        service->tasks->on_timer();
      }
    });
  }

 private:
  // The handlers that wait in the context keep it.
  struct Service {
    Service(const asio::any_io_executor& executor, LoopTasks& served)
        : tasks(&served), timer(executor), work(executor) {}

    static void post_run(std::shared_ptr<Service> service) {
      const asio::any_io_executor executor = service->work.get_executor();
      asio::post(executor, [service = std::move(service)] {
        if (service->tasks != nullptr && service->tasks->run()) {
          post_run(service);
        }
      });
    }

    LoopTasks* tasks;  // nullptr after stop()
    asio::steady_timer timer;
    asio::executor_work_guard<asio::any_io_executor> work;
  };

  asio::any_io_executor executor_;
  std::shared_ptr<Service> service_;
};

namespace detail {

// Waits for a future asynchronously. Its completion is posted once, by the thread that completes
// the future or by the one that cancels the wait.
template <class T, class Handler>
class AsioWait {
 public:
  explicit AsioWait(Handler handler)
      : handler_(std::move(handler)), work_(asio::get_associated_executor(handler_)) {}

  static void start(Handler handler, Future<T> future) {
    const auto wait = std::make_shared<AsioWait>(std::move(handler));
    if (auto slot = asio::get_associated_cancellation_slot(wait->handler_); slot.is_connected()) {
      slot.assign([wait, state = future.state_](asio::cancellation_type type) mutable {
        constexpr auto kMayHaveEffects =
            asio::cancellation_type::terminal | asio::cancellation_type::partial;
        if (type != asio::cancellation_type::none && !state.cancel() &&
            (type & kMayHaveEffects) != asio::cancellation_type::none) {
          wait->complete(fail(ErrorCode::kCancelled, "cancelled after it had started"));
        }
      });
    }
    future.deliver_to(InlineExecutor::instance(),
                      [wait](Result<T> result) { wait->complete(std::move(result)); });
  }

 private:
  struct Completion {
    using allocator_type = asio::associated_allocator_t<Handler>;
    [[nodiscard]] allocator_type get_allocator() const noexcept {
      return asio::get_associated_allocator(handler);
    }
    void operator()() {
      if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected()) {
        slot.clear();
      }
      std::move(handler)(std::move(result));
    }
    Handler handler;
    Result<T> result;
  };

  void complete(Result<T> result) {
    if (!is_complete_.exchange(true)) {
      asio::post(work_.get_executor(),
                 Completion{.handler = std::move(handler_), .result = std::move(result)});
      work_.reset();
    }
  }

  Handler handler_;
  asio::executor_work_guard<asio::associated_executor_t<Handler>> work_;
  std::atomic<bool> is_complete_{false};
};

// Calls `begin`, a callable `Future<T>()`, when the token starts the operation, and waits for its
// future.
template <class T, class Begin, class Token>
// NOLINTNEXTLINE(cppcoreguidelines-missing-std-forward): async_initiate() takes an lvalue
auto async_begin(Begin begin, Token&& token) {
  return asio::async_initiate<Token, void(Result<T>)>(
      []<class Handler>(Handler&& handler, Begin begun) {
        AsioWait<T, std::decay_t<Handler>>::start(std::forward<Handler>(handler),
                                                  std::move(begun)());
      },
      token, std::move(begin));
}

// Owns an event and its arguments, for a token that starts the operation later.
class AsioEvent {
 public:
  explicit AsioEvent(const HookEvent& event) : event_(event) {
    for (std::size_t i = 0; i < event.count; ++i) {
      arguments_[i] = event.arguments[i].to_value();
    }
  }

  [[nodiscard]] Future<Decision> decide(ScriptHost& scripts, std::optional<Duration> deadline) {
    for (std::size_t i = 0; i < event_.count; ++i) {
      event_.arguments[i] = Argument(arguments_[i]);
    }
    return scripts.decide(event_, deadline);
  }

 private:
  HookEvent event_;  // decide() makes its arguments refer to those below
  std::array<Value, HookRow::kMostArguments> arguments_;
};

// `call` makes a Future<T>. `rest` has its arguments, and the token behind them.
template <class T, class Call, class Rest, std::size_t... I>
auto async_call(Call call, Rest rest, std::index_sequence<I...> /*arguments*/) {
  std::tuple<std::decay_t<std::tuple_element_t<I, Rest>>...> args(std::get<I>(std::move(rest))...);
  return async_begin<T>(
      [call = std::move(call), args = std::move(args)]() mutable {
        return std::apply([&](auto&... arg) { return call(std::move(arg)...); }, args);
      },
      std::get<sizeof...(I)>(std::move(rest)));
}

}  // namespace detail

// Waits for a future in the way that a completion token says: with asio::use_awaitable as a
// coroutine, with asio::use_future, with asio::deferred, or by calling a function. The signature is
// `void(Result<T>)`, so errors of scripts are results and no exceptions.
//
//   Result<Value> answer = co_await hookline::async_wait(std::move(future), asio::use_awaitable);
//
// The handler is posted to its associated executor, never called inside of this function. Without
// one, that is asio::system_executor, whose thread is none of yours: use asio::bind_executor(). The
// executor's context has outstanding work until then, and must live until then.
//
// Emitting the associated cancellation slot, on the handler's executor, cancels the future: a call
// that has not started never starts, and the result is kCancelled. If the call has started, the
// type decides: cancellation_type::total, which promises no side effects, does nothing;
// cancellation_type::terminal and partial complete the wait with kCancelled immediately, while the
// script runs on and its result is dropped. Asio's coroutines pass on terminal.
//
// REQUIRES: future.valid(). Thread safety: as for Future.
template <class T, class Token>
auto async_wait(Future<T> future, Token&& token) {
  return detail::async_begin<T>(
      [future = std::move(future)]() mutable { return std::move(future); },
      std::forward<Token>(token));
}

// Calls a function of a script, with arguments as for ScriptHost::call<T>(), and waits for its
// result like async_wait(). The completion token comes last.
//
//   Result<long> sum = co_await hookline::async_call<long>(*scripts, "stats", "add", 1, 2,
//                                                          asio::use_awaitable);
//
// The call is sent when the token starts the operation. Until then the ScriptHost must live, and so
// must names and what views refer to; other arguments are copied. Thread safety: any thread.
template <class T = Value, class... ArgumentsAndToken>
auto async_call(ScriptHost& scripts, ScriptRef script, Callee function,
                ArgumentsAndToken&&... rest) {
  static_assert(sizeof...(rest) > 0, "the last argument is a completion token of Asio");
  return detail::async_call<T>(
      [&scripts, script, function = std::move(function)]<class... A>(A&&... args) mutable {
        return scripts.call<T>(script, std::move(function), std::forward<A>(args)...);
      },
      std::forward_as_tuple(std::forward<ArgumentsAndToken>(rest)...),
      std::make_index_sequence<sizeof...(rest) - 1>());
}

// Does the same with a function that the host holds.
//
//   auto add = scripts->function<long(long, long)>("stats", "add");
//   Result<long> sum = co_await hookline::async_call(add, 1, 2, asio::use_awaitable);
template <class R, class... A, class... ArgumentsAndToken>
auto async_call(ScriptFunction<R(A...)> function, ArgumentsAndToken&&... rest) {
  static_assert(sizeof...(rest) == sizeof...(A) + 1,
                "give the function its arguments, and then a completion token of Asio");
  return detail::async_call<R>(std::move(function),
                               std::forward_as_tuple(std::forward<ArgumentsAndToken>(rest)...),
                               std::index_sequence_for<A...>());
}

// Asks the scripts to decide about an event, like ScriptHost::decide(), and waits for the decision
// like async_wait(). The second overload has a deadline of its own.
//
//   Result<Decision> decision = co_await hookline::async_decide(*scripts, on_chat(nick, line),
//                                                               asio::use_awaitable);
//
// The event is sent when the token starts the operation. Until then the ScriptHost must live; the
// arguments are copied. Nothing takes an event back: scripts get it also if the wait is cancelled,
// so cancellation_type::total does nothing, and terminal and partial end the wait. Thread safety:
// any thread.
template <class Token>
auto async_decide(ScriptHost& scripts, const HookEvent& event, Token&& token) {
  return detail::async_begin<Decision>(
      [&scripts, event = detail::AsioEvent(event)]() mutable {
        return event.decide(scripts, std::nullopt);
      },
      std::forward<Token>(token));
}
template <class Token>
auto async_decide(ScriptHost& scripts, const HookEvent& event, Duration deadline, Token&& token) {
  return detail::async_begin<Decision>(
      [&scripts, deadline, event = detail::AsioEvent(event)]() mutable {
        return event.decide(scripts, deadline);
      },
      std::forward<Token>(token));
}

}  // namespace hookline
#pragma GCC visibility pop
