#pragma once

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/use_awaitable.hpp>
#if __has_include(<asio/deferred.hpp>)
#include <asio/deferred.hpp>
#else
#include <asio/experimental/deferred.hpp>
#endif
#include <memory>
#include <utility>

#include "hookline/asio.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {

#if __has_include(<asio/deferred.hpp>)
using asio::deferred;
#else
using asio::experimental::deferred;
#endif

// Serves scripts on a context of Asio, which the test runs.
class OnAsio : public ScriptHostTest {
 protected:
  ~OnAsio() override { scripts.reset(); }

  void start_on_loop(ScriptHostOptions options = {}) {
    start(std::move(options));
    scripts->attach_loop(std::make_shared<AsioLoop>(context));
  }
  // Runs a coroutine, and the context until the coroutine has ended.
  template <class Body>
  void run(Body body) {
    bool ended = false;
    asio::co_spawn(
        context,
        [&]() -> asio::awaitable<void> {
          co_await body();
          ended = true;
        },
        asio::detached);
    while (!ended) {
      context.run_one();
    }
  }

  asio::io_context context;
};

}  // namespace hookline::test
