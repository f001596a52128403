// Calls functions of typed_calls.py. The argument of the program is the path of that script.
#include <hookline/future.h>
#include <hookline/script_host.h>
#include <hookline/typed_call.h>

#include <chrono>
#include <cstdint>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>
// [structs]
struct User {
  std::string nick;
  std::int64_t share = 0;
  std::optional<std::string> country;
};

template <>
struct hookline::Fields<User> {
  static constexpr auto kAll =
      std::tuple{field("nick", &User::nick), field("share", &User::share),
                 optional_field("country", &User::country)};  // may be missing
};
// [/structs]

namespace {

// [call]
void call_functions(hookline::ScriptHost& scripts) {
  // call() takes the script (its name, path or ScriptId), the function, and its arguments.
  hookline::Future<std::string> hello = scripts.call<std::string>("typed_calls", "greet", "ann");
  std::cout << hello.get().value() << '\n';  // Hello, ann!

  const auto count = scripts.call<int>("typed_calls", "process_user", "ann", 12345).get();
  std::cout << count.value() << '\n';  // 1
  scripts.call<void>("typed_calls", "process_user", "bob", 999).get().value();
}
// [/call]

// [keywords]
void pass_keywords(hookline::ScriptHost& scripts) {
  using hookline::kw;
  using Nicks = std::vector<std::string>;
  auto nicks = scripts.call<Nicks>("typed_calls", "top", 1, kw("by", "nick"), kw("largest", false));
  std::cout << nicks.get().value().front() << '\n';  // ann
}
// [/keywords]

// [containers]
void pass_containers(hookline::ScriptHost& scripts) {
  using Shares = std::map<std::string, std::int64_t>;
  const Shares shares = scripts.call<Shares>("typed_calls", "shares").get().value();
  std::cout << shares.at("ann") << '\n';                                                  // 12345
  std::cout << scripts.call<long>("typed_calls", "total", shares).get().value() << '\n';  // 13344

  using Range = std::pair<long, long>;
  const auto [least, most] = scripts.call<Range>("typed_calls", "extremes").get().value();
  std::cout << least << " to " << most << '\n';  // 999 to 12345

  // A Value takes a result of any type.
  const auto value = scripts.call("typed_calls", "top", 2).get().value();
  std::cout << value.repr() << '\n';  // ['ann', 'bob']
}
// [/containers]

// [pass_structs]
void pass_structs(hookline::ScriptHost& scripts) {
  const User ann = scripts.call<User>("typed_calls", "find", "ann").get().value();
  std::cout << ann.share << '\n';  // 12345
  using Found = std::optional<User>;
  const Found found = scripts.call<Found>("typed_calls", "find", "carl").get().value();
  std::cout << (found ? found->nick : "nobody") << '\n';  // nobody

  const User moved = scripts.call<User>("typed_calls", "move", ann, "NL").get().value();
  std::cout << moved.country.value_or("nowhere") << '\n';  // NL
}
// [/pass_structs]

// [objects]
void keep_objects(hookline::ScriptHost& scripts) {
  // The object stays in the script; the handle keeps it alive.
  using hookline::Handle;
  const Handle counter = scripts.call<Handle>("typed_calls", "Counter").get().value();
  scripts.call<void>("typed_calls", {counter, "add"}, 5).get().value();
  std::cout << scripts.call<int>("typed_calls", {counter, "add"}, 2).get().value() << '\n';  // 7
}
// [/objects]

// [held]
void hold_a_function(hookline::ScriptHost& scripts) {
  const auto share_of = scripts.function<int(std::string)>("typed_calls", "share_of");
  hookline::Future<int> share = share_of("bob");
  std::cout << share.get().value() << '\n';           // 999
  std::cout << share_of.wait("ann").value() << '\n';  // 12345
  share = share_of.within(std::chrono::seconds(30), "nobody");
  std::cout << share.get().error().to_string() << '\n';  // script_raised: KeyError: 'nobody'
}
// [/held]

// [errors]
void show_errors(hookline::ScriptHost& scripts) {
  const auto show = [&](const char* function, const char* nick) {
    const auto share = scripts.call<int>("typed_calls", function, nick).get();
    return share ? std::to_string(*share) : share.error().to_string();
  };
  std::cout << show("share_of", "bob") << '\n';     // 999
  std::cout << show("share_of", "nobody") << '\n';  // script_raised: KeyError: 'nobody'
  std::cout << show("greet", "ann") << '\n';        // bad_arguments: result: expected int, got str
  std::cout << show("share", "ann") << '\n';
  // function_not_found: script 'typed_calls' has no 'share'

  // If it takes longer, the result is deadline_exceeded, whatever the script does.
  using hookline::Clock;
  const hookline::CallOptions soon{.timeout = std::chrono::seconds(30)};
  const auto share = scripts.call<int>("typed_calls", "share_of", "bob", soon).get();
  std::cout << share.has_value() << '\n';  // 1
}
// [/errors]

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: example_typed_calls SCRIPT, for example examples/typed_calls.py\n";
    return 2;
  }
  const auto scripts = hookline::ScriptHost::create().value();
  scripts->load(argv[1]).get().value();
  call_functions(*scripts);
  pass_keywords(*scripts);
  pass_containers(*scripts);
  pass_structs(*scripts);
  keep_objects(*scripts);
  hold_a_function(*scripts);
  show_errors(*scripts);
}
