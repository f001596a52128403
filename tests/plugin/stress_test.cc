// Tests many producers and several interpreters: each call completes once, and each producer's
// order holds.

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "hookline/convert.h"
#include "hookline/future.h"
#include "hookline/verlihub/hooks.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/scale.h"

namespace hookline::test {
namespace {

constexpr int kProducers = 16;
constexpr int kInterpreters = 4;

int calls_per_producer() { return static_cast<int>(scaled(100'000)); }

constexpr std::string_view kSource = R"(
last = {}
seen = 0
disorder = 0

def add(producer, number):
    global seen, disorder
    if number <= last.get(producer, -1):
        disorder += 1
    last[producer] = number
    seen += 1
    return number

def summary():
    return (seen, disorder)
)";

class Stress : public ScriptHostTest {};

// Keeps up to kWindow calls on their way, and checks each result when it reads it.
void produce(ScriptHost& scripts, const std::vector<ScriptId>& ids, int producer, int calls,
             std::atomic<int>& wrong) {
  constexpr std::size_t kWindow = 512;
  struct Sent {
    Future<Value> future;
    int number;
  };
  std::vector<Sent> window;
  const auto read_all = [&] {
    for (Sent& sent : window) {
      const auto result = sent.future.get();
      if (!result || *result != Value(sent.number)) {
        ++wrong;
      }
    }
    window.clear();
  };
  for (int i = 0; i < calls; ++i) {
    const ScriptId id = ids[static_cast<std::size_t>(i) % ids.size()];
    window.push_back({scripts.call(id, "add", {producer, i}), i});
    if (window.size() == kWindow) {
      read_all();
    }
  }
  read_all();
}

TEST_F(Stress, EveryCallCompletesOnceAndInOrder) {
  start();
  std::vector<ScriptId> ids;
  for (int i = 0; i < kInterpreters; ++i) {
    ids.push_back(load("s" + std::to_string(i), kSource));
  }
  const int calls = calls_per_producer();
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> producers;
    for (int i = 0; i < kProducers; ++i) {
      producers.emplace_back([&, i] { produce(*scripts, ids, i, calls, wrong); });
    }
  }
  EXPECT_EQ(wrong.load(), 0);
  std::int64_t seen = 0;
  for (const ScriptId id : ids) {
    const auto summary = scripts->call(id, "summary", {}).get();
    ASSERT_TRUE(summary);
    const auto& items = summary->as<Tuple>()->items;
    seen += *items[0].as<std::int64_t>();
    EXPECT_EQ(items[1], Value(0)) << "calls of one producer overtook each other";
  }
  EXPECT_EQ(seen, static_cast<std::int64_t>(kProducers) * calls);
}

// Scripts come and go while events are sent from several threads: nothing is lost or sent twice.
TEST_F(Stress, EventsArriveOnceWhileScriptsComeAndGo) {
  start();
  load("stays", "n = 0\ndef OnUserLogin(nick):\n    global n\n    n += 1\ndef get(): return n\n");
  const int events = calls_per_producer() / 50;
  std::vector<std::jthread> producers;
  for (int i = 0; i < 4; ++i) {
    producers.emplace_back([&] {
      for (int sent = 0; sent < events; ++sent) {
        scripts->post(verlihub::kOnUserLogin, {"nick"});
      }
    });
  }
  const auto path = folder.write("visitor.py", "def OnUserLogin(nick): pass\n");
  for (int i = 0; i < 5; ++i) {
    const auto id = scripts->load(path).get();
    ASSERT_TRUE(id);
    ASSERT_TRUE(scripts->unload(*id).get());
  }
  producers.clear();
  const auto counted = scripts->call("stays", "get", {}).get();
  ASSERT_TRUE(counted);
  EXPECT_EQ(*counted, Value(4 * events));
}

}  // namespace
}  // namespace hookline::test
