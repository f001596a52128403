// This is a stranger's host. It loads a script, calls it, and reads an error of it.

#include <hookline/future.h>
#include <hookline/script_host.h>

#include <iostream>
#include <memory>
#include <stdexcept>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: host SCRIPT\n";
    return 2;
  }
  try {
    const auto scripts = hookline::ScriptHost::create().value();
    const auto id = scripts->load(argv[1]).get().value();
    std::cout << scripts->call(id, "greet", {"ann"}).get().value().repr() << '\n';
    const auto failed = scripts->call(id, "fail", {}).get();
    std::cout << failed.error().python_type << '\n';
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
