// A complete host on standalone Asio, with examples/asio_host.py. docs/host.md explains its parts.

#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/local/connect_pair.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/read_until.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <chrono>
#include <cstddef>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "hookline/asio.h"
#include "hookline/function.h"
#include "hookline/future.h"
#include "hookline/script_host.h"

using hookline::Future;
using hookline::Hook;
using hookline::Promise;
using hookline::Result;
using hookline::ScriptHost;
using Socket = asio::local::stream_protocol::socket;

namespace {

void say(const std::string& text) {
  std::cout << text << '\n';  // no spam, ann
}

// Keeps a promise with the verdict about a line.
class Decision final : public hookline::VerdictHandler {
 public:
  static Future<bool> of(ScriptHost& scripts, const std::string& line) {
    auto decision = std::make_unique<Decision>();
    Future<bool> allowed = decision->promise_.future();
    if (scripts.fire(Hook::kOnParsedMsgChat, {"ann", line}, *decision)) {
      (void)decision.release();  // NOLINT(bugprone-unused-return-value): on_verdict() deletes it
    } else {
      decision->promise_.set(true);  // no script has the hook
    }
    return allowed;
  }

  void on_verdict(const hookline::Verdict& verdict) noexcept override {
    const std::unique_ptr<Decision> self(this);
    promise_.set(verdict.allowed);
  }

 private:
  Promise<bool> promise_;
};

// NOLINTBEGIN(*-avoid-reference-coroutine-parameters): the ScriptHost outlives the io_context
// [coroutine]
// Reads a line from a client, asks the scripts about it, and then calls one of them.
asio::awaitable<void> serve_client(ScriptHost& scripts, Socket client) {
  std::string line;
  co_await asio::async_read_until(client, asio::dynamic_buffer(line), '\n', asio::use_awaitable);
  line.pop_back();
  Future<bool> decision = Decision::of(scripts, line);
  const Result<bool> allowed =
      co_await hookline::async_wait(std::move(decision), asio::use_awaitable);
  std::cout << line + (allowed.value() ? ": allowed" : ": blocked") << '\n';  // buy spam: blocked

  const Result<int> lines =
      co_await hookline::async_call<int>(scripts, "asio_host", "count_lines", asio::use_awaitable);
  std::cout << lines.value() << " line\n";  // 1 line
}
// [/coroutine]
// NOLINTEND(*-avoid-reference-coroutine-parameters)

// [serve]
bool serve(const char* script, asio::io_context& context, Socket client) {
  const auto scripts = ScriptHost::create().value();
  // From here on, this thread is the host thread. No other may run the context.
  scripts->attach_loop(std::make_shared<hookline::AsioLoop>(context));
  scripts->def("say", &say, hookline::arg("text")).value();
  (void)scripts->load(script).get().value();
  std::exception_ptr failure;
  asio::co_spawn(context, serve_client(*scripts, std::move(client)),
                 [&](const std::exception_ptr& thrown) {
                   failure = thrown;
                   scripts->detach_loop();  // so that the context has no more work
                 });
  context.run();
  return scripts->shutdown({.patience = std::chrono::seconds(5)}).empty() && failure == nullptr;
}
// [/serve]

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: example_asio_host SCRIPT, for example examples/asio_host.py\n";
    return 2;
  }
  asio::io_context context;
  Socket ours(context);
  Socket theirs(context);
  asio::local::connect_pair(ours, theirs);
  asio::write(theirs, asio::buffer(std::string("buy spam\n")));
  return serve(argv[1], context, std::move(ours)) ? 0 : 1;
}
