// Exposes C++ to expose.py, whose path is the argument.
#include <algorithm>
#include <cstddef>
#include <iostream>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "plugin/def.h"
#include "plugin/host.h"
#include "plugin/script_host.h"
#include "plugin/typed_call.h"

namespace {

using hookline::arg;
using hookline::method;
using hookline::RunsOn;

// A hub that only counts what is said.
class CountingHub final : public hookline::Host {
 public:
  hookline::Result<hookline::Value> vh_call(hookline::Vh function,
                                            std::span<const hookline::Value> /*args*/,
                                            const hookline::Caller& /*caller*/) override {
    said_ += function == hookline::Vh::kmc ? 1 : 0;
    return true;
  }
  [[nodiscard]] int said() const { return said_; }

 private:
  int said_ = 0;
};

std::string call(hookline::ScriptHost& scripts, const char* function) {
  return scripts.call("expose", function, hookline::List{}).get().value().repr();
}

}  // namespace

// [struct]
struct Stats {
  std::string nick;
  long lines = 0;
};
template <>
struct hookline::Fields<Stats> {
  static constexpr auto kAll =
      std::tuple{field("nick", &Stats::nick), field("lines", &Stats::lines)};
};
// [/struct]

namespace {

// [function]
struct NoSuchUser : std::runtime_error {
  using std::runtime_error::runtime_error;
};

Stats get_stats(const std::string& nick, long limit) {
  if (nick == "nobody") {
    throw NoSuchUser(nick);
  }
  return {nick, std::min(limit, 42L)};
}

void expose_function(hookline::ScriptHost& scripts) {
  scripts.def("get_stats", &get_stats, arg("nick"), arg("limit") = 100, "Lines of a user.").value();
  std::cout << call(scripts, "stats") << '\n';  // 'ann: 42 lines, 5 of late'
}
// [/function]

// [errors]
void show_errors(hookline::ScriptHost& scripts) {
  scripts.map_exception<NoSuchUser>("LookupError");
  std::cout << call(scripts, "unknown") << '\n';  // 'no stats: nobody'
  std::cout << call(scripts, "wrong") << '\n';
  // "vh.get_stats(): argument 'limit': expected int, got str"
}
// [/errors]

// [callbacks]
void expose_callback(hookline::ScriptHost& scripts) {
  const auto each_user = [](const hookline::Callback& visit) -> hookline::Result<void> {
    for (const char* nick : {"ann", "bob"}) {
      if (auto visited = visit(nick); !visited) {
        return std::unexpected(visited.error());
      }
    }
    return {};
  };
  scripts.def("each_user", each_user, arg("visit"), RunsOn::kCaller).value();
  std::cout << call(scripts, "each") << '\n';  // ['ann', 'bob']
  std::cout << call(scripts, "same") << '\n';  // True
}
// [/callbacks]

// [resources]
class Recording {
 public:
  explicit Recording(std::size_t limit) : limit_(limit) {}
  bool add(std::string line) {
    if (lines_.size() < limit_) {
      lines_.push_back(std::move(line));
      return true;
    }
    return false;
  }

 private:
  std::size_t limit_;
  std::vector<std::string> lines_;
};

void expose_resource(hookline::ScriptHost& scripts) {
  const auto make = [](const std::string& /*topic*/, std::size_t limit) {
    return std::make_unique<Recording>(limit);
  };
  scripts
      .def_resource<Recording>("Recording", make, arg("topic"), arg("limit") = 1000,
                               method("add", &Recording::add, arg("line"), "Keeps a line."),
                               "Remembers what is said.")
      .value();
  std::cout << call(scripts, "record") << '\n';
  // ([True, True, False], 'add(): the vh.Recording has been released')
}
// [/resources]

// [batch]
void show_batch(hookline::ScriptHost& scripts, const CountingHub& hub) {
  std::cout << call(scripts, "announce") << '\n';  // None
  std::cout << hub.said() << '\n';                 // 3
}
// [/batch]

// [where]
void expose_future(hookline::ScriptHost& scripts) {
  std::vector<std::pair<std::string, hookline::Promise<std::string>>> questions;
  const auto ask = [&questions](std::string nick) {
    questions.emplace_back(std::move(nick), hookline::Promise<std::string>());
    auto answer = questions.back().second.future();
    if (questions.size() == 2) {  // stands for a database that answers some time later
      for (auto& [asked, promise] : questions) {
        promise.set("hello " + asked);
      }
    }
    return answer;
  };
  scripts.def("ask_database", ask, arg("nick")).value();
  std::cout << call(scripts, "awaited") << '\n';  // ['hello ann', 'hello bob']
  scripts.functions().remove("ask_database");
}
// [/where]

}  // namespace

int main(int /*argc*/, char** argv) {
  CountingHub hub;
  const auto scripts = hookline::ScriptHost::create(hub).value();
  scripts->load(argv[1]).get().value();
  expose_function(*scripts);
  show_errors(*scripts);
  expose_callback(*scripts);
  expose_resource(*scripts);
  show_batch(*scripts, hub);
  expose_future(*scripts);
}
