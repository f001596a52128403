// A complete host on a bare poll() loop, with examples/poll_host.py. docs/host.md explains its
// parts.

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "hookline/function.h"
#include "hookline/future.h"
#include "hookline/hook.h"
#include "hookline/loop.h"
#include "hookline/script_host.h"
#include "hookline/typed_hook.h"

using hookline::PollLoop;
using hookline::Result;
using hookline::ScriptHost;
using hookline::Value;

namespace {

constexpr auto kOnChat =
    hookline::hook<std::string, std::string>("on_chat", {"nick", "message"}, hookline::veto);

void say(const std::string& text) {
  std::cout << text << '\n';  // no spam, ann
}

// Reads chat lines from a socket, asks the scripts about each, and at last how many there were.
class Server final : public hookline::ResultHandler {
 public:
  Server(ScriptHost& scripts, int client) : scripts_(scripts), client_(client) {}

  // [loop]
  // Serves the client and the scripts until the client has gone.
  void run(PollLoop& loop) {
    std::array<pollfd, 2> watched{{{.fd = client_, .events = POLLIN, .revents = 0},
                                   {.fd = loop.fd(), .events = POLLIN, .revents = 0}}};
    while (serving_) {
      loop.end_turn();  // wakes the scripts that got something in this turn
      if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) {
        return;
      }
      if (watched[0].revents != 0) {
        watched[0].fd = read_line() ? client_ : -1;
      }
      if (watched[1].revents != 0) {
        loop.run_ready();
      }
    }
  }
  // [/loop]

 private:
  // [handler]
  // A line that waits for its decision. It lives until the decision has come.
  class Line final : public hookline::DecisionHandler {
   public:
    explicit Line(std::string text) : text_(std::move(text)) {}
    void on_decision(const hookline::Decision& decision) noexcept override {
      const std::unique_ptr<Line> self(this);
      std::cout << text_ + (decision.allowed ? ": allowed" : ": blocked") << '\n';
      // buy spam: blocked
    }

   private:
    std::string text_;
  };
  // [/handler]

  // Returns false when the client has gone.
  bool read_line() {
    std::array<char, 512> bytes{};
    const ssize_t count = read(client_, bytes.data(), bytes.size());
    if (count <= 0) {
      // The scripts answer in order: the lines first.
      scripts_.call_on_loop("poll_host", "count_lines", {}, *this).value();
      return false;
    }
    const std::string_view text(bytes.data(), static_cast<std::size_t>(count));
    Line* const line = std::make_unique<Line>(std::string(text)).release();  // deletes itself
    const hookline::Asked asked = scripts_.decide_on_loop(kOnChat("ann", text), *line);
    if (asked != hookline::Asked::kWaiting) {
      line->on_decision(decision_on(asked));  // allowed if no script has the hook
    }
    return true;
  }

  void on_result(Result<Value> lines) noexcept override {
    std::cout << lines.value().repr() << " line\n";  // 1 line
    serving_ = false;
  }

  ScriptHost& scripts_;
  int client_;
  bool serving_ = true;
};

// [serve]
bool serve(const char* script, int client) {
  PollLoop loop(PollLoop::Turns::kReported);  // outlives the ScriptHost
  const auto scripts = ScriptHost::create({.hooks = {kOnChat}}).value();
  scripts->attach_loop(loop);  // from here on, this thread is the host thread
  scripts->def("say", &say, hookline::arg("text")).value();
  (void)scripts->load(script).get().value();
  Server(*scripts, client).run(loop);
  return scripts->shutdown({.patience = std::chrono::seconds(5)}).empty();
}
// [/serve]

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: example_poll_host SCRIPT, for example examples/poll_host.py\n";
    return 2;
  }
  std::array<int, 2> sockets{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sockets.data()) != 0) {
    return 1;
  }
  // A client that says one line, and goes.
  const std::string_view line = "buy spam";
  (void)send(sockets[1], line.data(), line.size(), 0);
  close(sockets[1]);
  const bool well = serve(argv[1], sockets[0]);
  close(sockets[0]);
  return well ? 0 : 1;
}
