// Tests scripts that would wait for each other, or for themselves, through the host.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hookline/function.h"
#include "hookline/future.h"
#include "hookline/stream.h"
#include "hookline/typed_call.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/scale.h"

namespace hookline::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// hop(way, kind) calls the scripts in `way` one after the other, each through a function of the
// host of this kind. An error is said by the script whose call it ends.
constexpr std::string_view kHopper = R"(
import vh
ran = []

def hop(way, kind):
    ran.append(way)
    if not way:
        return "the end"
    try:
        return getattr(vh, kind)(way[0], way[1:], kind)
    except RuntimeError as error:
        return f"{__name__}: {error}"

def count():
    return len(ran)
)";

// Says in which interpreters the scripts run.
struct Mode {
  std::string name;
  std::string gil = "own";
  std::size_t workers = 0;
};

class Circle : public ScriptHostTest {
 protected:
  void start_with(const Mode& mode, std::string_view more = "") {
    start({.workers = mode.workers});
    for (const std::string script : {"a", "b", "c"}) {
      // There is only one main interpreter.
      const std::string gil = mode.gil == "main" && script != "a" ? "shared" : mode.gil;
      ids.push_back(
          load(script, "# hookline: gil=" + gil + "\n" + std::string(kHopper) + std::string(more)));
    }
    const auto call = [this](const std::string& script, List way, const std::string& kind) {
      return scripts->call(script, "hop", {Value(std::move(way)), kind});
    };
    const auto wait = [call](const std::string& script, List way, const std::string& kind) {
      return call(script, std::move(way), kind).get();
    };
    define("caller", wait, RunsOn::kCaller);
    define("caller_later", call, RunsOn::kCaller);
    define("host", wait, RunsOn::kHost);
    define("host_later", call, RunsOn::kHost);
    define(
        "host_then",
        [this, call](const std::string& script, List way, const std::string& kind) {
          return call(script, std::move(way), kind)
              .then(scripts->host_executor(), [](Result<Value> result) { return result; });
        },
        RunsOn::kHost);
    define(
        "host_waits_for_more",
        [call](const std::string& script, List way, const std::string& kind) {
          return call(script, std::move(way), kind)
              .then(InlineExecutor::instance(), [](Result<Value> result) { return result; })
              .get();
        },
        RunsOn::kHost);
  }
  template <class F>
  void define(std::string name, F function, RunsOn runs_on = RunsOn::kHost) {
    const auto added = scripts->def(std::move(name), std::move(function), runs_on);
    ASSERT_TRUE(added) << added.error().to_string();
  }
  // GCC 12 cannot compile an initializer list in an expression that a coroutine awaits.
  Future<Value> begin_hop(const std::string& script, List way, const std::string& kind) {
    return scripts->call(script, "hop", {Value(std::move(way)), kind});
  }
  static Value way(const std::vector<std::string>& scripts) {
    List way;
    for (const std::string& script : scripts) {
      way.emplace_back(script);
    }
    return way;
  }
  static std::string text_of(const Value& result) {
    const auto* text = result.as<std::string>();
    return text != nullptr ? *text : result.repr();
  }
  std::string hop(std::vector<std::string> through, const std::string& kind) {
    const std::string first = through.front();
    through.erase(through.begin());
    return text_of(call(first, "hop", {way(through), kind}));
  }

  std::vector<ScriptId> ids;
};

class CircleModes : public Circle, public testing::WithParamInterface<Mode> {};

constexpr const char* kDeadlock = "would deadlock";

TEST_P(CircleModes, TheCallThatClosesItEndsImmediately) {
  const bool is_alone = GetParam().workers == 0;  // otherwise any other script is a circle
  start_with(GetParam());
  for (const std::string kind :
       {"caller", "caller_later", "host", "host_later", "host_then", "host_waits_for_more"}) {
    EXPECT_THAT(hop({"a", "a"}, kind), StartsWith(std::string("a: ") + kDeadlock)) << kind;
    if (is_alone) {
      EXPECT_THAT(hop({"a", "b", "a"}, kind), StartsWith(std::string("b: ") + kDeadlock)) << kind;
      EXPECT_THAT(hop({"b", "c", "b"}, kind), StartsWith(std::string("c: ") + kDeadlock)) << kind;
      EXPECT_THAT(hop({"a", "b", "c", "a"}, kind), StartsWith(std::string("c: ") + kDeadlock))
          << kind;
      EXPECT_THAT(hop({"a", "b", "c", "b"}, kind), StartsWith(std::string("c: ") + kDeadlock))
          << kind;
      EXPECT_EQ(hop({"a", "b", "c"}, kind), "the end") << kind;
    } else if (GetParam().workers == 1) {
      EXPECT_THAT(hop({"a", "b"}, kind), StartsWith(std::string("a: ") + kDeadlock)) << kind;
    } else {
      // The third script is on the worker of the first.
      EXPECT_EQ(hop({"a", "b"}, kind), "the end") << kind;
      EXPECT_THAT(hop({"a", "b", "c"}, kind), StartsWith(std::string("b: ") + kDeadlock)) << kind;
    }
  }
}

TEST_P(CircleModes, WhatIsRefusedNeverRuns) {
  start_with(GetParam());
  (void)hop({"a", "a"}, "caller");
  (void)hop({"a", "a"}, "host_later");
  EXPECT_EQ(call("a", "count"), Value(2));
}

TEST_P(CircleModes, AChangeOfTheScriptItselfIsNotWaitedForButTakesPlace) {
  start_with(GetParam(),
             "def change(kind):\n"
             "    try: getattr(vh, kind)()\n"
             "    except RuntimeError as error: return str(error)\n"
             "    return 'done'\n");
  define("reload_later", [this](const Caller& caller) { return scripts->reload(caller.id); });
  define(
      "reload_here", [this](const Caller& caller) { return scripts->reload(caller.id).get(); },
      RunsOn::kCaller);
  define("reload_unawaited", [this](const Caller& caller) { (void)scripts->reload(caller.id); });
  define("unload_later", [this](const Caller& caller) { return scripts->unload(caller.id); });
  for (const char* kind : {"reload_later", "reload_here"}) {
    (void)hop({"a"}, "");
    EXPECT_THAT(*call("a", "change", {kind}).as<std::string>(), StartsWith(kDeadlock)) << kind;
    while (call("a", "count") != Value(0)) {  // until the fresh code is there
    }
  }
  (void)hop({"a"}, "");
  EXPECT_EQ(call("a", "change", {"reload_unawaited"}), Value("done"));
  while (call("a", "count") != Value(0)) {
  }
  EXPECT_THAT(*call("a", "change", {"unload_later"}).as<std::string>(), StartsWith(kDeadlock));
  EXPECT_FALSE(scripts->find("a"));
}

INSTANTIATE_TEST_SUITE_P(Modes, CircleModes,
                         testing::Values(Mode{.name = "own"},
                                         Mode{.name = "shared", .gil = "shared"},
                                         Mode{.name = "main", .gil = "main"},
                                         Mode{.name = "one_worker", .workers = 1},
                                         Mode{.name = "two_workers", .workers = 2}),
                         [](const auto& mode) { return mode.param.name; });

TEST_F(Circle, AReloadInACircle) {
  start_with({});
  // NOLINTNEXTLINE(performance-unnecessary-value-param): a coroutine keeps its arguments
  define("reload",
         [this](std::string script, List /*way*/, std::string /*kind*/) -> Future<std::string> {
           Result<void> done = co_await scripts->reload(*scripts->find(script));
           if (!done) {
             co_return std::unexpected(std::move(done.error()));
           }
           co_return "reloaded";
         });
  define("then_reload",
         [this](const std::string& script, const List& way, const std::string& /*kind*/) {
           return scripts->call(script, "hop", {Value(way), "reload"});
         });
  EXPECT_THAT(hop({"a", "b", "a"}, "then_reload"), StartsWith(std::string("b: ") + kDeadlock));
  EXPECT_EQ(hop({"a", "b", "c"}, "then_reload"), "reloaded");
}

TEST_F(Circle, ALoadThatNeedsTheWorkerOfItsCaller) {
  start({.workers = 1});
  load("a",
       "import vh\n"
       "def f():\n"
       "    try: return vh.load()\n"
       "    except RuntimeError as error: return str(error)\n");
  const auto path = folder.write("b.py", "def g(): return 1\n");
  define("load", [this, path]() -> Future<std::string> {
    const Result<ScriptId> id = co_await scripts->load(path);
    co_return id ? Result<std::string>("loaded") : std::unexpected(id.error());
  });
  EXPECT_THAT(*call("a", "f").as<std::string>(), StartsWith(kDeadlock));
  while (!scripts->find("b")) {
    (void)call("a", "f.__name__.__len__");
  }
  EXPECT_EQ(call("b", "g"), Value(1));
}

TEST_F(Circle, ItMayCloseInACoroutine) {
  start_with({});
  // NOLINTBEGIN(performance-unnecessary-value-param): a coroutine keeps its arguments
  define("second", [this](std::string script, List way, std::string /*kind*/) -> Future<Value> {
    (void)co_await begin_hop("c", {}, "");  // goes on on the worker of c
    co_return co_await begin_hop(script, std::move(way), "second");
  });
  define("second_on_host",
         [this](std::string script, List way, std::string /*kind*/) -> Future<Value> {
           (void)co_await begin_hop("c", {}, "").via(scripts->host_executor());
           co_return co_await begin_hop(script, std::move(way), "second_on_host");
         });
  // NOLINTEND(performance-unnecessary-value-param)
  for (const std::string kind : {"second", "second_on_host"}) {
    EXPECT_THAT(hop({"a", "a"}, kind), StartsWith(std::string("a: ") + kDeadlock)) << kind;
    EXPECT_THAT(hop({"a", "b", "a"}, kind), StartsWith(std::string("b: ") + kDeadlock)) << kind;
    EXPECT_EQ(hop({"a", "b"}, kind), "the end") << kind;
  }
}

TEST_F(Circle, AStreamOfTheScriptItself) {
  start_with({},
             "def numbers():\n"
             "    yield 1\n"
             "    yield 2\n"
             "def read(kind):\n"
             "    try: return getattr(vh, kind)()\n"
             "    except RuntimeError as error: return str(error)\n");
  std::optional<ValueStream> kept;
  const auto read = [](Result<std::optional<Value>> item) -> Result<Value> {
    return item ? Result<Value>(item->value_or(Value())) : std::unexpected(item.error());
  };
  define(
      "stream_here",
      [&](const Caller& caller) {
        return read(scripts->stream(caller.id, "numbers", List()).next().get());
      },
      RunsOn::kCaller);
  define("stream_later", [&](const Caller& caller) {
    kept = scripts->stream(caller.id, "numbers", List());
    return kept->next().then(InlineExecutor::instance(), read);
  });
  define("stream_of_b", [&] { return read(scripts->stream("b", "numbers", List()).next().get()); });
  define("next", [&] { return kept->next().then(InlineExecutor::instance(), read); });
  EXPECT_THAT(*call("a", "read", {"stream_here"}).as<std::string>(), StartsWith(kDeadlock));
  EXPECT_THAT(*call("a", "read", {"stream_later"}).as<std::string>(), StartsWith(kDeadlock));
  EXPECT_EQ(call("a", "read", {"stream_of_b"}), Value(1));
  // One that is open already goes on when the script is free.
  kept = scripts->stream("a", "numbers", List(), StreamOptions{.ahead = 0});
  EXPECT_EQ(*kept->next().get(), Value(1));
  EXPECT_THAT(*call("a", "read", {"next"}).as<std::string>(), StartsWith(kDeadlock));
  EXPECT_EQ(*kept->next().get(), Value(2));
  kept.reset();
}

TEST_F(Circle, ACallFromACallback) {
  start_with({},
             "def through_callback(kind, *way):\n"
             "    return vh.call_back(lambda: hop(list(way), kind))\n");
  define(
      "call_back", [](const Callback& function) -> Result<Value> { return function(); },
      RunsOn::kCaller);
  for (const std::string kind : {"caller", "host", "host_later"}) {
    EXPECT_THAT(*call("a", "through_callback", {kind, "a"}).as<std::string>(),
                StartsWith(std::string("a: ") + kDeadlock))
        << kind;
    EXPECT_EQ(call("a", "through_callback", {kind, "b"}), Value("the end")) << kind;
  }
}

// The host's thread serves a's call, and waits for d. Meanwhile it serves the call of c, which is
// not made for a. But c waits for a, whose call cannot end before the one above it.
TEST_F(Circle, WhatIsServedAboveACallHoldsThatUp) {
  start_with({});
  const Gate gate(folder.path() / "gate");
  load("d", std::string(kGateSource));
  std::optional<Future<Value>> second;
  define("wait_for_d",
         [&](const std::string& /*script*/, const List& /*way*/, const std::string& /*kind*/) {
           second = scripts->call("c", "hop", {way({"a"}), "host_then_open"});
           return scripts->call("d", "wait_at", {gate.path()}).get();
         });
  define("host_then_open",
         [&](const std::string& script, const List& rest, const std::string& /*kind*/) {
           auto result = scripts->call(script, "hop", {Value(rest), "host"}).get();
           gate.open();
           return result;
         });
  EXPECT_EQ(text_of(call("a", "hop", {way({"d"}), "wait_for_d"})), "None");
  EXPECT_THAT(text_of(second->get().value_or(Value())), StartsWith(std::string("c: ") + kDeadlock));
}

class NoCircle : public Circle {};

TEST_F(NoCircle, ScriptsMayBeCalledAgainAndAgain) {
  start_with({}, "def twice(kind, script): return [hop([script], kind), hop([script], kind)]\n");
  for (const std::string kind : {"caller", "host", "host_later", "host_then"}) {
    EXPECT_EQ(call("a", "twice", {kind, "b"}), Value(List{"the end", "the end"})) << kind;
  }
  // Two that wait for the same one.
  auto first = scripts->call("a", "hop", {way({"c"}), "host_later"});
  auto second = scripts->call("b", "hop", {way({"c"}), "host_later"});
  EXPECT_EQ(first.get(), Value("the end"));
  EXPECT_EQ(second.get(), Value("the end"));
}

TEST_F(NoCircle, WhatIsNotAwaitedRunsLater) {
  start_with({}, "def begin(kind): return getattr(vh, kind)()\n");
  define("post", [this](const Caller& caller) { scripts->post(caller.id, "hop", {way({}), ""}); });
  define("drop",
         [this](const Caller& caller) { (void)scripts->call(caller.id, "hop", {way({}), ""}); });
  define(
      "drop_here",
      [this](const Caller& caller) { (void)scripts->call(caller.id, "hop", {way({}), ""}); },
      RunsOn::kCaller);
  define("post_and_wait", [this](const Caller& caller) {
    scripts->post(caller.id, "hop", {way({}), ""});
    return scripts->call("b", "count");
  });
  define("drop_and_wait", [this](const Caller& caller) {
    (void)scripts->call(caller.id, "hop", {way({}), ""});
    return scripts->call("b", "count");
  });
  std::optional<Future<Value>> kept;
  define(
      "keep_and_wait",
      [&](const Caller& caller) {
        kept = scripts->call(caller.id, "hop", {way({}), ""});
        return scripts->call("b", "count").get();
      },
      RunsOn::kCaller);
  int runs = 0;
  for (const char* kind :
       {"post", "drop", "drop_here", "post_and_wait", "drop_and_wait", "keep_and_wait"}) {
    (void)call("a", "begin", {kind});
    ++runs;
    // Calls of two threads have no order.
    for (int tries = 0; tries < 10'000 && call("a", "count") != Value(runs); ++tries) {
    }
    EXPECT_EQ(call("a", "count"), Value(runs)) << kind;
  }
  EXPECT_EQ(kept->get(), Value("the end"));
}

TEST_F(NoCircle, AWaitWithALimitEndsByItself) {
  start_with({}, "def begin(): return vh.wait_a_while()\n");
  std::optional<Future<Value>> late;
  define(
      "wait_a_while",
      [&](const Caller& caller) {
        late = scripts->call(caller.id, "hop", {way({}), ""});
        return late->wait_for(std::chrono::milliseconds(1));
      },
      RunsOn::kCaller);
  EXPECT_EQ(call("a", "begin"), Value(false));
  EXPECT_EQ(late->get(), Value("the end"));
}

TEST_F(NoCircle, AThreadOfTheScriptMayCallIt) {
  start_with({},
             "import threading\n"
             "said = []\n"
             "def begin(kind):\n"
             "    thread = threading.Thread(target=lambda: said.append(hop(['a'], kind)))\n"
             "    thread.start()\n"
             "def take(): return said.pop() if said else None\n");
  for (const std::string kind : {"caller", "host", "host_later"}) {
    (void)call("a", "begin", {kind});
    Value said;
    while (said.is_none()) {
      said = call("a", "take");
    }
    EXPECT_EQ(said, Value("the end")) << kind;
  }
}

// Both scripts wait for each other from two threads. One of the two calls is refused, and the other
// one then runs.
TEST_F(Circle, OfTwoThatCloseItTogetherExactlyOneIsRefused) {
  start_with({},
             "def meet(way, kind):\n"
             "    vh.meet()\n"
             "    return hop(way, kind)\n");
  std::barrier meeting(2);
  define("meet", [&meeting] { meeting.arrive_and_wait(); }, RunsOn::kCaller);
  for (const std::string kind : {"caller", "caller_later"}) {
    for (std::uint64_t i = 0; i < scaled(300); ++i) {
      auto first = scripts->call("a", "meet", {way({"b"}), kind});
      auto second = scripts->call("b", "meet", {way({"a"}), kind});
      const std::string one = text_of(first.get().value_or(Value()));
      const std::string other = text_of(second.get().value_or(Value()));
      ASSERT_NE(one == "the end", other == "the end") << one << "; " << other;
      ASSERT_THAT(one == "the end" ? other : one, HasSubstr(kDeadlock));
    }
  }
}

}  // namespace
}  // namespace hookline::test
