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
#include "hookline/hook.h"
#include "hookline/script_host.h"
#include "hookline/typed_hook.h"

using hookline::Decision;
using hookline::Result;
using hookline::ScriptHost;
using Socket = asio::local::stream_protocol::socket;

namespace {

constexpr auto kOnChat =
    hookline::hook<std::string, std::string>("on_chat", {"nick", "message"}, hookline::veto);

void say(const std::string& text) {
  std::cout << text << '\n';  // no spam, ann
}

// NOLINTBEGIN(*-avoid-reference-coroutine-parameters): the ScriptHost outlives the io_context
// [coroutine]
// Reads a line from a client, asks the scripts about it, and then calls one of them.
asio::awaitable<void> serve_client(ScriptHost& scripts, Socket client) {
  std::string line;
  co_await asio::async_read_until(client, asio::dynamic_buffer(line), '\n', asio::use_awaitable);
  line.pop_back();
  const Result<Decision> decision =
      co_await hookline::async_decide(scripts, kOnChat("ann", line), asio::use_awaitable);
  const bool allowed = decision.value().allowed;
  std::cout << line + (allowed ? ": allowed" : ": blocked") << '\n';  // buy spam: blocked

  const Result<int> lines =
      co_await hookline::async_call<int>(scripts, "asio_host", "count_lines", asio::use_awaitable);
  std::cout << lines.value() << " line\n";  // 1 line
}
// [/coroutine]
// NOLINTEND(*-avoid-reference-coroutine-parameters)

// [serve]
bool serve(const char* script, asio::io_context& context, Socket client) {
  const auto scripts = ScriptHost::create({.hooks = {kOnChat}}).value();
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
