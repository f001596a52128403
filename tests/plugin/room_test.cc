// Tests how a host finds out that a script's mailbox is full, and when it has room again.

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

constexpr auto kOnSay = hook<std::string>("on_say", {"text"}, veto);
constexpr auto kOnMove = hook<std::string>("on_move", {"text"}, veto);
constexpr Hook kSay{0};
constexpr Hook kMove{1};

class RoomTest : public ScriptHostTest {
 protected:
  // Starts with a script that waits at the gate and has as many calls as it can have.
  void start_full(Overflow overflow) {
    start({.hooks = {kOnSay, kOnMove}, .mailbox = {.capacity = 1, .overflow = overflow}});
    load("quick", "def on_say(text): pass\ndef on_move(text): pass\n");
    slow = load("slow", std::string(kGateSource) + "def on_say(text): pass\n");
    EXPECT_TRUE(scripts->has_room(kSay));
    held = scripts->call("slow", "wait_at", {gate.path()});
    while (scripts->scripts()[1].mailbox.waiting != 0) {
      std::this_thread::yield();
    }
    EXPECT_TRUE(scripts->has_room(kSay)) << "the call has started";
    scripts->post(slow, kSay, {"fills it"});
  }

  const Gate gate{folder.path() / "gate"};
  ScriptId slow{};
  Future<Value> held;
};

TEST_F(RoomTest, AFullMailboxGivesNoticeWhenItHasRoom) {
  start_full(Overflow::kBlock);
  EXPECT_FALSE(scripts->has_room(kSay));
  EXPECT_TRUE(scripts->has_room(kMove)) << "only the other script has that hook";
  EXPECT_TRUE(scripts->room(kMove).ready());
  EXPECT_TRUE(scripts->room(Hook{7}).ready()) << "there is no such hook";
  Future<void> room = scripts->room(kSay);
  EXPECT_FALSE(room.ready());
  gate.open();
  EXPECT_TRUE(room.get());
  EXPECT_TRUE(held.get());
}

TEST_F(RoomTest, AScriptThatIsUnloadedIsNotWaitedFor) {
  start_full(Overflow::kBlock);
  Future<void> room = scripts->room(kSay);
  auto unloaded = scripts->unload(slow);
  EXPECT_TRUE(room.get());
  EXPECT_TRUE(scripts->has_room(kSay));
  gate.open();
  EXPECT_TRUE(unloaded.get());
}

TEST_F(RoomTest, WithAnotherPolicyThereIsNothingToWaitFor) {
  start_full(Overflow::kReject);
  EXPECT_FALSE(scripts->has_room(kSay));
  EXPECT_TRUE(scripts->room(kSay).ready());
  gate.open();
}

}  // namespace
}  // namespace hookline::test
