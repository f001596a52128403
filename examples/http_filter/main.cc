// A filter for what is posted by HTTP: it answers 200 with the body, which scripts may have
// changed, or 403 with the reason why not.
//
//   example_http_filter --port 8080 examples/http_filter/filter.py
//   curl --data 'my password=secret' http://127.0.0.1:8080/comments
//
// Scripts get the path, the headers as a dict, and the body as bytes. What their results mean is
// this server's own: a rule that is a few lines of C++. It listens on the loopback address; SIGINT
// or SIGTERM end it. A poll() loop serves the clients and the scripts.
//
//   filter_rule.h, filter_rule.cc  the hook, and what results of scripts mean
//   http.h, http.cc                as much of HTTP/1.1 as it needs
//   server.h, server.cc            the connections and the loop
//   filter.py                      the script

#include <hookline/call.h>
#include <hookline/function.h>
#include <hookline/future.h>
#include <hookline/loop.h>
#include <hookline/script_host.h>
#include <sys/signalfd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <span>
#include <string>
#include <utility>

#include "http_filter/descriptor.h"
#include "http_filter/filter_rule.h"
#include "http_filter/http.h"
#include "http_filter/server.h"
#include "options.h"

namespace {

struct Settings {
  long port = 0;
  long requests = 0;
  long deadline_ms = 1000;
};

hookline::Module make_module() {
  hookline::Module web("web", "The HTTP filter that this script runs in.");
  web.constant("LARGEST_BODY", static_cast<std::int64_t>(filter::kLargestBody))
      .def(
          "log", [](const std::string& text) { std::cout << text << '\n'
                                                         << std::flush; },
          hookline::arg("text"), hookline::is_send, "Writes a line to the log of the server.");
  return web;
}

// Returns a descriptor that is readable once a signal asks the process to end. Call it before there
// are other threads, which inherit that these signals are blocked.
filter::Descriptor watch_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return filter::Descriptor(signalfd(-1, &signals, SFD_CLOEXEC));
}

bool serve(const Settings& settings, const std::filesystem::path& script) {
  const filter::Descriptor stop = watch_signals();
  hookline::PollLoop loop(hookline::PollLoop::Turns::kReported);  // outlives the ScriptHost
  const auto scripts = hookline::ScriptHost::create(
                           {.hooks = {filter::kOnPost},
                            .module = make_module(),
                            .decision_deadline = std::chrono::milliseconds(settings.deadline_ms)})
                           .value();
  scripts->attach_loop(loop);  // from here on, this thread is the host thread
  (void)scripts->load(script).get().value();
  filter::Server server(*scripts, loop, stop.get());
  const auto port = server.listen(static_cast<std::uint16_t>(settings.port));
  if (!port) {
    std::cerr << port.error() << '\n';
    return false;
  }
  std::cout << "listening on 127.0.0.1:" << *port << '\n' << std::flush;
  server.run(settings.requests);
  // Decides what is still undecided, so that the server may end.
  const auto left = scripts->shutdown({.patience = std::chrono::seconds(5)});
  server.print_summary();
  for (const std::string& name : left) {
    std::cerr << name << " has not ended\n";
  }
  return left.empty();
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  const std::array options{
      examples::Option{"--port", &settings.port, 0, 65'535, "listen on this port, or on any"},
      examples::Option{"--requests", &settings.requests, 0, 1'000'000'000,
                       "end after this many responses, or never"},
      examples::Option{"--deadline-ms", &settings.deadline_ms, 1, 3'600'000,
                       "how long scripts may think"}};
  const auto script = examples::read_command_line(
      {.name = "example_http_filter",
       .about = "Lets a script accept, reject or change what is posted by HTTP.",
       .options = options},
      std::span<const char* const>(argv, static_cast<std::size_t>(argc)));
  if (!script) {
    return script.error();
  }
  try {
    return serve(settings, *script) ? 0 : 1;
  } catch (const hookline::BadResult& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
