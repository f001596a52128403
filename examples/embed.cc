#include <hookline/future.h>
#include <hookline/script_host.h>
#include <hookline/typed_call.h>
#include <hookline/typed_hook.h>

#include <iostream>
#include <string>

// Scripts may block a chat line, or replace its text.
constexpr auto kOnChat = hookline::hook<std::string, std::string>("on_chat", {"nick", "message"},
                                                                  hookline::last_replacement);

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: example_embed SCRIPT.py\n";
    return 2;
  }
  const auto scripts = hookline::ScriptHost::create({.hooks = {kOnChat}}).value();
  const auto id = scripts->load(argv[1]).get().value();

  scripts->post(kOnChat("ann", "hello"));  // queues the event
  const auto decision = scripts->decide_wait(kOnChat("bob", "spam!"));
  std::cout << (decision.allowed ? "allowed" : "blocked") << '\n';  // blocked

  const auto greet = scripts->function<std::string(std::string)>(id, "greet");
  hookline::Future<std::string> greeting = greet("ann");
  std::cout << greeting.get().value() << '\n';  // ann has said 1 line(s)
}
