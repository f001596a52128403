#include <string>

#include "hookline/hook.h"
#include "hookline/verlihub/functions.h"
#include "hookline/verlihub/hooks.h"
#include "tests/cli/example_scripts.h"

namespace hookline::test {
namespace {

class FloodGuard : public ExampleScriptTest {
 protected:
  // Disables all limits except those that the test sets, and does not forgive with time.
  void load_with(std::string lines, std::string repeats, std::string kick_after) {
    hub.set("lines", std::move(lines));
    hub.set("seconds", "100000");
    hub.set("repeats", std::move(repeats));
    hub.set("kick_after", std::move(kick_after));
    hub.set("forgive_seconds", "100000");
    hub.set_class("op", 3);
    load("flood_guard");
  }

  bool allowed(std::string_view message, std::string_view nick = "nick") {
    return chat(nick, message).allowed;
  }
};

TEST_F(FloodGuard, WarnsThenBlocksThenKicksWhoRepeatsALine) {
  load_with("0", "3", "4");
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(allowed("hello"));
  }
  EXPECT_TRUE(hub.take_requests().empty());

  EXPECT_TRUE(allowed("hello"));  // the first offence
  const auto warning = hub.take_requests();
  ASSERT_EQ(warning.size(), 1U);
  EXPECT_EQ(warning[0].function, Vh::kpm);
  EXPECT_EQ(warning[0].args[1], Value("nick"));

  const Decision blocked = chat("nick", "hello");
  EXPECT_FALSE(blocked.allowed);
  EXPECT_EQ(verlihub::protocol_lines(blocked).size(), 1U);
  EXPECT_FALSE(allowed("hello"));
  EXPECT_TRUE(hub.take_requests().empty());

  EXPECT_FALSE(allowed("hello"));  // the fourth
  const auto kick = hub.take_requests();
  ASSERT_EQ(kick.size(), 1U);
  EXPECT_EQ(kick[0].function, Vh::kKickUser);
  EXPECT_EQ(kick[0].args[0], Value("HubBot"));
  EXPECT_EQ(kick[0].args[1], Value("nick"));

  const Value counts = call("get_counts");
  EXPECT_EQ(*counts.as<Dict>()->find("warned"), Value(1));
  EXPECT_EQ(*counts.as<Dict>()->find("blocked"), Value(2));
  EXPECT_EQ(*counts.as<Dict>()->find("kicked"), Value(1));
  EXPECT_EQ(call("get_offences", {"nick"}), Value(4));
}

TEST_F(FloodGuard, NumberedAndShoutedRepeatsAreRepeats) {
  load_with("0", "2", "0");
  EXPECT_TRUE(allowed("Buy now 1"));
  EXPECT_TRUE(allowed("BUY NOW! 2"));
  EXPECT_TRUE(allowed("buy, now... 3"));  // warned
  EXPECT_FALSE(allowed("b u y now 4"));
}

TEST_F(FloodGuard, AnotherLineEndsTheRepetition) {
  load_with("0", "2", "0");
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(allowed("one"));
    EXPECT_TRUE(allowed("two"));
  }
  EXPECT_EQ(call("get_offences", {"nick"}), Value(0));
}

TEST_F(FloodGuard, LimitsTheLinesInATime) {
  load_with("5", "0", "0");
  for (int i = 0; i < 6; ++i) {
    EXPECT_TRUE(allowed(std::string(static_cast<std::size_t>(i) + 1, 'x')));  // the last is warned
  }
  EXPECT_FALSE(allowed("another one"));
}

TEST_F(FloodGuard, UsersAreCountedOneByOne) {
  load_with("0", "1", "0");
  EXPECT_TRUE(allowed("hello", "a"));
  EXPECT_TRUE(allowed("hello", "a"));
  EXPECT_FALSE(allowed("hello", "a"));
  EXPECT_TRUE(allowed("hello", "b"));
  EXPECT_EQ(call("get_offences", {"b"}), Value(0));
}

TEST_F(FloodGuard, OperatorsMayFlood) {
  load_with("2", "1", "1");
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(allowed("hello", "op"));
  }
  EXPECT_TRUE(hub.take_requests().empty());
}

TEST_F(FloodGuard, ZeroMeansNoLimit) {
  load_with("0", "0", "0");
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(allowed("hello"));
  }
}

TEST_F(FloodGuard, BytesThatAreNoTextAreComparedToo) {
  load_with("0", "1", "0");
  EXPECT_TRUE(allowed("\xff\xfe"));
  EXPECT_TRUE(allowed("\xff\xfe"));
  EXPECT_FALSE(allowed("\xff\xfe"));
}

TEST_F(FloodGuard, ForgetsThoseWhoHaveBeenQuiet) {
  hub.set("seconds", "0");
  hub.set("forgive_seconds", "0");
  hub.set("repeats", "1");
  load("flood_guard");
  (void)chat("nick", "hello");
  (void)chat("nick", "hello");
  EXPECT_EQ(call("get_offences", {"nick"}), Value(1));
  (void)scripts->decide_wait(verlihub::kOnTimer, {1000.0});
  EXPECT_EQ(call("get_offences", {"nick"}), Value(0));
}

TEST_F(FloodGuard, ANumberThatIsNoneIsTheDefault) {
  load_with("many", "3", "0");
  EXPECT_TRUE(allowed("hello"));
}

}  // namespace
}  // namespace hookline::test
