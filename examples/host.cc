// A complete host on an event loop, with examples/host.py. docs/host.md explains its parts.

#include <uv.h>

#include <chrono>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>

#include "hookline/call.h"
#include "hookline/function.h"
#include "hookline/future.h"
#include "hookline/hook.h"
#include "hookline/script_host.h"
#include "hookline/typed_hook.h"

using hookline::Decision;
using hookline::ScriptHost;

namespace {

// [hooks]
// The hooks of this server. The first one only observes; by the second one scripts may block a
// line.
constexpr auto kOnLogin = hookline::hook<std::string>("on_login", {"nick"});
constexpr auto kOnChat =
    hookline::hook<std::string, std::string>("on_chat", {"nick", "message"}, hookline::veto);
// [/hooks]

// [log]
// Receives the library's log. Any thread may call this, also several at the same time.
void write_log(hookline::LogLevel level, std::string_view text) {
  if (level >= hookline::LogLevel::kWarning) {
    std::cerr << (std::string(text) + '\n');
  }
}
// [/log]

// [host]
// Is told what happens to scripts. A host that need not know has no such class.
class Server final : public hookline::Host {
 public:
  void on_script_unloaded(const hookline::Caller& script) override {
    std::cerr << script.name + " has gone\n";
  }
};
// [/host]

// [functions]
void say(const std::string& text) {
  std::cout << text << '\n';  // hello, 2 users
}

// Makes the module of this server. Scripts `import server`, and call server.users() and
// server.say("hello").
hookline::Module make_module() {
  hookline::Module server("server", "The server that this script runs in.");
  server.attribute("title", "examples/host.cc")
      .def("users", [] { return 2; })
      .def("say", &say, hookline::arg("text"), "Tells everybody.");
  return server;
}
// [/functions]

// [decision]
// Asks the scripts about a line, while the loop continues.
void chat(ScriptHost& scripts, const std::string& line, uv_loop_t* loop) {
  const auto decided = [line, loop](const Decision& decision) {
    std::cout << line + (decision.allowed ? ": allowed" : ": blocked")
              << '\n';  // buy spam: blocked
    uv_stop(loop);
  };
  const hookline::Asked asked = scripts.decide_on_loop(kOnChat("ann", line), decided);
  if (asked != hookline::Asked::kWaiting) {
    decided(decision_on(asked));  // allowed if no script has the hook
  }
}
// [/decision]

// [shutdown]
// Lets the scripts finish the accepted calls, and waits at most five seconds for them.
bool end(ScriptHost& scripts) {
  using namespace std::chrono_literals;
  const auto left = scripts.shutdown({.patience = 5s});
  for (const std::string& name : left) {
    std::cerr << name << " has not ended\n";
  }
  return left.empty();
}
// [/shutdown]

// [serve]
bool serve(const std::filesystem::path& script, uv_loop_t* loop) {
  Server server;  // outlives the ScriptHost
  auto created = ScriptHost::create(
      server, {.hooks = {kOnLogin, kOnChat}, .module = make_module(), .log = write_log});
  if (!created) {
    std::cerr << created.error().to_string() << '\n';
    return false;
  }
  ScriptHost& scripts = **created;
  scripts.attach_loop(loop);  // from here on, this thread is the host thread
  const auto id = scripts.load(script).get();
  if (!id) {
    std::cerr << id.error().to_string() << '\n' << id.error().traceback;
    return false;
  }
  scripts.post(kOnLogin("ann"));  // queues the event
  chat(scripts, "buy spam", loop);
  uv_run(loop, UV_RUN_DEFAULT);
  return end(scripts);
}
// [/serve]

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: example_host SCRIPT, for example examples/host.py\n";
    return 2;
  }
  uv_loop_t loop;
  uv_loop_init(&loop);
  const bool well = serve(argv[1], &loop);
  uv_run(&loop, UV_RUN_DEFAULT);  // completes the closing of handles
  uv_loop_close(&loop);
  return well ? 0 : 1;
}
