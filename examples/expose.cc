// Exposes C++ functions to expose.py. The argument of the program is the path of that script.
#include <hookline/call.h>
#include <hookline/convert.h>
#include <hookline/function.h>
#include <hookline/future.h>
#include <hookline/script_host.h>
#include <hookline/typed_call.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>
namespace {

using hookline::arg;
using hookline::method;
using hookline::RunsOn;

// [module]
// Makes the module that scripts import as `app`. The counter outlives the ScriptHost.
hookline::Module make_module(int& lines_said) {
  hookline::Module app("app", "The program that this script runs in.");
  app.constant("LONGEST_LINE", 500)
      .attribute("title", "examples/expose.cc")
      .def(
          "say", [&lines_said](const std::string& /*line*/) { ++lines_said; }, arg("line"),
          hookline::is_send, "Tells everybody.");
  return app;
}
// [/module]

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

// [text]
std::string greet(const std::string& nick) { return "Hello, " + nick + "!"; }

void expose_text(hookline::ScriptHost& scripts) {
  scripts.def("greet", &greet).value();
  std::cout << call(scripts, "text") << '\n';  // 'Hello, ann!'
}
// [/text]

// [arguments]
std::string repeat(const std::string& text, int times, const std::string& between) {
  std::string all;
  for (int i = 0; i < times; ++i) {
    all += (i > 0 ? between : "") + text;
  }
  return all;
}

void expose_arguments(hookline::ScriptHost& scripts) {
  scripts.def("repeat", &repeat, arg("text"), arg("times") = 2, arg("between") = " ").value();
  std::cout << call(scripts, "arguments") << '\n';  // ('hi hi', 'hi hi hi', 'hi, hi')
  std::cout << call(scripts, "signature") << '\n';
  // "repeat(text: str, times: int = 2, between: str = ' ') -> str"
}
// [/arguments]

// [containers]
using Counts = std::map<std::string, int>;

Counts count_words(const std::vector<std::string>& words) {
  Counts counts;
  for (const std::string& word : words) {
    ++counts[word];
  }
  return counts;
}

std::vector<std::string> frequent(const Counts& counts, int least) {
  std::vector<std::string> words;
  for (const auto& [word, count] : counts) {
    if (count >= least) {
      words.push_back(word);
    }
  }
  return words;
}

void expose_containers(hookline::ScriptHost& scripts) {
  scripts.def("count_words", &count_words, arg("words")).value();
  scripts.def("frequent", &frequent, arg("counts"), arg("least") = 2).value();
  std::cout << call(scripts, "containers") << '\n';  // ({'a': 2, 'b': 1}, ['a'])
}
// [/containers]

// [structs]
Stats get_stats(const std::string& nick) { return {nick, 42}; }

Stats add_stats(const Stats& to, const Stats& more) { return {to.nick, to.lines + more.lines}; }

void expose_structs(hookline::ScriptHost& scripts) {
  scripts.def("get_stats", &get_stats, arg("nick"), "Lines of a user.").value();
  scripts.def("add_stats", &add_stats, arg("to"), arg("more")).value();
  std::cout << call(scripts, "structs") << '\n';  // {'nick': 'ann', 'lines': 47}
}
// [/structs]

// [items]
hookline::Value count_up(std::int64_t first, std::int64_t last) {
  return hookline::produce([next = first, last]() mutable -> std::optional<hookline::Value> {
    return next <= last ? std::optional<hookline::Value>(next++) : std::nullopt;
  });
}

void expose_items(hookline::ScriptHost& scripts) {
  scripts.def("count_up", &count_up, arg("first"), arg("last")).value();
  std::cout << call(scripts, "items") << '\n';  // 5000050000
}
// [/items]

// [errors]
struct NoSuchUser : std::runtime_error {
  using std::runtime_error::runtime_error;
};

long share_of(const std::string& nick, long most) {
  if (nick == "nobody") {
    throw NoSuchUser(nick);
  }
  return std::min(most, 12'345L);
}

void show_errors(hookline::ScriptHost& scripts) {
  scripts.def("share_of", &share_of, arg("nick"), arg("most") = 1'000).value();
  scripts.map_exception<NoSuchUser>("LookupError");
  std::cout << call(scripts, "unknown") << '\n';  // 'no such user: nobody'
  std::cout << call(scripts, "wrong") << '\n';
  // "app.share_of(): argument 'most': expected int, got str"
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
  // ([True, True, False], 'app.Recording.add(): the app.Recording has been released')
  std::cout << call(scripts, "record_awaiting") << '\n';  // True
}
// [/resources]

// [batch]
void show_batch(hookline::ScriptHost& scripts, const int& lines_said) {
  std::cout << call(scripts, "announce") << '\n';  // None
  std::cout << lines_said << '\n';                 // 3
}
// [/batch]

// [where]
void expose_future(hookline::ScriptHost& scripts) {
  std::vector<std::pair<std::string, hookline::Promise<std::string>>> questions;
  const auto ask = [&questions](std::string nick) {
    questions.emplace_back(std::move(nick), hookline::Promise<std::string>());
    auto answer = questions.back().second.future();
    if (questions.size() == 2) {  // this stands for a database that answers later
      for (auto& [asked, promise] : questions) {
        promise.set("hello " + asked);
      }
    }
    return answer;
  };
  scripts.def("ask_database", ask, arg("nick")).value();
  std::cout << call(scripts, "awaited") << '\n';  // ['hello ann', 'hello bob']
  scripts.undef("ask_database");
}
// [/where]

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: example_expose SCRIPT, for example examples/expose.py\n";
    return 2;
  }
  int lines_said = 0;
  const auto scripts = hookline::ScriptHost::create({.module = make_module(lines_said)}).value();
  scripts->load(argv[1]).get().value();
  expose_text(*scripts);
  expose_arguments(*scripts);
  expose_containers(*scripts);
  expose_structs(*scripts);
  expose_items(*scripts);
  show_errors(*scripts);
  expose_callback(*scripts);
  expose_resource(*scripts);
  show_batch(*scripts, lines_said);
  expose_future(*scripts);
}
