#include <hookline/future.h>
#include <hookline/script_host.h>

#include <iostream>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: example_embed SCRIPT.py\n";
    return 2;
  }
  const auto scripts = hookline::ScriptHost::create().value();
  const auto id = scripts->load(argv[1]).get().value();

  scripts->post(hookline::Hook::kOnParsedMsgChat, {"ann", "hello"});  // queues the event
  const auto verdict = scripts->wait(hookline::Hook::kOnParsedMsgChat, {"bob", "spam!"});
  std::cout << (verdict.allowed ? "allowed" : "blocked") << '\n';  // blocked

  auto answer = scripts->call(id, "greet", {"ann"});  // a future
  std::cout << answer.get().value().repr() << '\n';   // 'ann has said 1 line(s)'
}
