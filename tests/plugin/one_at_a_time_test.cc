// Tests hooks whose events do not pile up in a script.

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "hookline/future.h"
#include "hookline/hook.h"
#include "hookline/script_info.h"
#include "hookline/typed_hook.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {

using namespace detail;

namespace {

constexpr auto kOnTick = [] {
  auto made = hook<std::string>("on_tick", {"text"}, veto);
  made.one_at_a_time = true;
  return made;
}();

class OneAtATime : public ScriptHostTest {
 protected:
  [[nodiscard]] std::string source() const {
    return std::string(kGateSource) +
           "seen = []\n"
           "def on_tick(text):\n"
           "    if text.startswith('wait'): wait_at('" +
           gate.path() + "')\n    seen.append(len(text))\ndef get(): return seen\n";
  }
  [[nodiscard]] std::uint64_t skipped(std::size_t script) const {
    return scripts->scripts().at(script).skipped;
  }

  void wait_until_empty() const {
    while (scripts->scripts()[0].mailbox.waiting != 0) {
      std::this_thread::yield();
    }
  }

  const Gate gate{folder.path() / "gate"};
};

TEST_F(OneAtATime, NoOtherEventIsSentUntilOneHasEnded) {
  start({.hooks = {kOnTick}});
  load("slow", source());
  load("quick", "seen = []\ndef on_tick(text): seen.append(len(text))\ndef get(): return seen\n");
  scripts->post(kOnTick("wait"));
  EXPECT_EQ(call("quick", "get"), Value(List{4}));
  const std::string large(1'000, 'x');
  for (const std::string& text : {std::string("ab"), large, std::string("abc")}) {
    scripts->post(kOnTick(text));
    (void)call("quick", "get");  // the event has ended there
  }
  scripts->post(ScriptId{0}, Hook{0}, {"to one script"});
  EXPECT_EQ(skipped(0), 4U);
  EXPECT_EQ(skipped(1), 0U);
  gate.open();
  EXPECT_EQ(call("slow", "get"), Value(List{4}));
  EXPECT_EQ(call("quick", "get"), Value(List{4, 2, 1'000, 3}));
  for (const std::string& text : {large, std::string("ab")}) {
    scripts->post(kOnTick(text));
    (void)call("slow", "get");
  }
  scripts->post(ScriptId{0}, Hook{0}, {"one"});
  EXPECT_EQ(call("slow", "get"), Value(List{4, 1'000, 2, 3}));
  EXPECT_EQ(skipped(0), 4U);
}

TEST_F(OneAtATime, AnEventThatTheMailboxDoesNotTakeHasEnded) {
  start({.hooks = {kOnTick}, .mailbox = {.capacity = 1, .overflow = Overflow::kReject}});
  load("a", source());
  auto held = scripts->call("a", "wait_at", {gate.path()});
  while (scripts->scripts()[0].mailbox.started == 0) {
    std::this_thread::yield();
  }
  scripts->post("a", "len", {""});  // fills the mailbox
  scripts->post(kOnTick("missed"));
  scripts->post(kOnTick("missed"));
  EXPECT_EQ(scripts->scripts()[0].missed, 2U);
  EXPECT_EQ(skipped(0), 0U);
  gate.open();
  EXPECT_TRUE(held.get());
  wait_until_empty();
  scripts->post(kOnTick("ab"));
  wait_until_empty();
  EXPECT_EQ(call("a", "get"), Value(List{2}));
}

TEST_F(OneAtATime, ADecisionIsAskedForAllTheSame) {
  start({.hooks = {kOnTick}});
  load("a", "def on_tick(text): return text != 'no'\n");
  EXPECT_TRUE(scripts->decide_wait(kOnTick("yes")).allowed);
  EXPECT_FALSE(scripts->decide_wait(kOnTick("no")).allowed);
}

}  // namespace
}  // namespace hookline::test
