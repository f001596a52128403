// Tests what every hook makes of every kind of result, through a real interpreter.

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/hook.h"
#include "hookline/verlihub/hooks.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {

using namespace detail;

namespace {

constexpr std::string_view kSource = R"(
result = "None"
seen = []

def set_result(expression):
    global result
    result = expression
    seen.clear()

def hook(name):
    def run(*args):
        seen.append((name, args))
        return eval(result)
    return run

def fail(error):
    raise error

def make(names):
    for name in names:
        globals()[name] = hook(name)

def last_seen():
    return seen[-1]

make(%s)
)";

// Makes arguments of the right kinds, each different.
struct Arguments {
  explicit Arguments(const HookRow& row) {
    for (const char kind : row.kinds) {
      const int number = static_cast<int>(values.items.size()) + 1;
      if (kind == 's') {
        values.items.emplace_back("text" + std::to_string(number));
      } else if (kind == 'l') {
        values.items.emplace_back(number);
      } else {
        values.items.emplace_back(number + 0.5);
      }
    }
  }
  Tuple values;
};

Argument as_argument(const Value& value) {
  if (const auto* text = value.as<std::string>()) {
    return *text;
  }
  if (const auto* integer = value.as<std::int64_t>()) {
    return *integer;
  }
  return *value.as<double>();
}

class HookResults : public ScriptHostTest {
 protected:
  void SetUp() override {
    start();
    std::string names = "[";
    for (const HookRow& row : verlihub::hook_rows()) {
      names += "'" + std::string(row.name) + "', ";
    }
    names += "]";
    std::string source(kSource);
    source.replace(source.find("%s"), 2, names);
    load("all_hooks", source);
  }

  Decision decide(Hook hook) {
    const Arguments arguments(verlihub::hook_row(hook));
    const auto& items = arguments.values.items;
    // An initializer_list has a length that is known when it is written.
    const auto arg = [&items](std::size_t i) { return as_argument(items.at(i)); };
    switch (items.size()) {
      case 1:
        return scripts->decide_wait(hook, {arg(0)});
      case 2:
        return scripts->decide_wait(hook, {arg(0), arg(1)});
      case 3:
        return scripts->decide_wait(hook, {arg(0), arg(1), arg(2)});
      case 4:
        return scripts->decide_wait(hook, {arg(0), arg(1), arg(2), arg(3)});
      case 5:
        return scripts->decide_wait(hook, {arg(0), arg(1), arg(2), arg(3), arg(4)});
      default:
        return scripts->decide_wait(hook, {arg(0), arg(1), arg(2), arg(3), arg(4), arg(5)});
    }
  }

  void for_every_hook(std::string_view expression,
                      const std::function<void(const HookRow&, const Decision&)>& check) {
    call("all_hooks", "set_result", {expression});
    for (std::size_t i = 0; i < verlihub::hook_rows().size(); ++i) {
      const auto hook = static_cast<Hook>(i);
      SCOPED_TRACE(std::string(verlihub::hook_row(hook).name) + " returns " +
                   std::string(expression));
      const Decision decision = decide(hook);
      EXPECT_EQ(call("all_hooks", "last_seen"),
                Value(Tuple{
                    {verlihub::hook_row(hook).name, Arguments(verlihub::hook_row(hook)).values}}));
      EXPECT_EQ(decision.late, 0U);
      EXPECT_EQ(decision.missed, 0U);
      check(verlihub::hook_row(hook), decision);
    }
  }

  void expect_plain(std::string_view expression, bool allowed, std::uint32_t failed = 0) {
    for_every_hook(expression, [&](const HookRow&, const Decision& decision) {
      EXPECT_EQ(decision.allowed, allowed);
      EXPECT_EQ(decision.failed, failed);
      EXPECT_FALSE(verlihub::replacement(decision));
      EXPECT_TRUE(decision.answers.empty());
    });
  }
};

TEST_F(HookResults, TruthValuesDecide) {
  expect_plain("None", true);
  expect_plain("True", true);
  expect_plain("1", true);
  expect_plain("-3", true);
  expect_plain("2 ** 70", true);
  expect_plain("False", false);
  expect_plain("0", false);
}

TEST_F(HookResults, UnexpectedResultsLetTheEventGoOn) {
  expect_plain("[1, 2]", true);
  expect_plain("{'a': 1}", true);
  expect_plain("0.0", true);
  expect_plain("b'bytes'", true);
  expect_plain("('a', 'b', 'c')", true);
  expect_plain("object()", true);
  expect_plain("(lambda l: l.append(l) or l)([])", true);
}

TEST_F(HookResults, ExceptionsLetTheEventGoOn) {
  expect_plain("fail(ValueError('no'))", true, 1);
  expect_plain("fail(SystemExit(3))", true, 1);
  expect_plain("fail(KeyboardInterrupt())", true, 1);
  expect_plain("undefined_name", true, 1);
}

TEST_F(HookResults, AProtocolLineComesWithADecision) {
  for_every_hook("('$Say hi', 0)", [](const HookRow&, const Decision& decision) {
    EXPECT_FALSE(decision.allowed);
    EXPECT_EQ(verlihub::protocol_lines(decision), std::vector<std::string_view>{"$Say hi"});
    EXPECT_FALSE(verlihub::replacement(decision));
  });
  for_every_hook("('$Say hi', 1)", [](const HookRow&, const Decision& decision) {
    EXPECT_TRUE(decision.allowed);
    EXPECT_EQ(verlihub::protocol_lines(decision), std::vector<std::string_view>{"$Say hi"});
  });
}

TEST_F(HookResults, ATextReplacesAChatLineOnly) {
  for_every_hook("'new text'", [](const HookRow& row, const Decision& decision) {
    EXPECT_TRUE(decision.allowed);
    const auto replacement = verlihub::replacement(decision);
    ASSERT_EQ(replacement.has_value(), verlihub::replaces(row) == verlihub::Replaces::kChat);
    if (replacement) {
      EXPECT_EQ(replacement->parts[0], std::nullopt);
      EXPECT_EQ(replacement->parts[1], "new text");
    }
  });
}

TEST_F(HookResults, APairReplacesAChatLineOnly) {
  for_every_hook("('somebody', None)", [](const HookRow& row, const Decision& decision) {
    EXPECT_TRUE(decision.allowed);
    const auto replacement = verlihub::replacement(decision);
    ASSERT_EQ(replacement.has_value(), verlihub::replaces(row) == verlihub::Replaces::kChat);
    if (replacement) {
      EXPECT_EQ(replacement->parts[0], "somebody");
      EXPECT_EQ(replacement->parts[1], std::nullopt);
    }
  });
}

TEST_F(HookResults, FivePartsReplaceAMyInfoOnly) {
  for_every_hook("('d', None, 's', 'm', '1')", [](const HookRow& row, const Decision& decision) {
    EXPECT_TRUE(decision.allowed);
    const auto replacement = verlihub::replacement(decision);
    ASSERT_EQ(replacement.has_value(), verlihub::replaces(row) == verlihub::Replaces::kMyInfo);
    if (replacement) {
      EXPECT_EQ(replacement->parts[0], "d");
      EXPECT_EQ(replacement->parts[1], std::nullopt);
      EXPECT_EQ(replacement->parts[4], "1");
    }
  });
}

TEST_F(HookResults, BadBytesComeBackAsTheyWere) {
  load("echo", "def OnParsedMsgChat(nick, message):\n    return (nick, message + '!')\n");
  const std::string nick = "J\xf6rg";
  const std::string message = "caf\xe9 \x80\xff";
  const Decision decision = scripts->decide_wait(verlihub::kOnParsedMsgChat, {nick, message});
  const auto replacement = verlihub::replacement(decision);
  ASSERT_TRUE(replacement);
  EXPECT_EQ(replacement->parts[0], nick);
  EXPECT_EQ(replacement->parts[1], message + "!");
}

TEST_F(HookResults, AnEventWithTheWrongArgumentsIsNotSent) {
  call("all_hooks", "set_result", {"0"});
  EXPECT_TRUE(scripts->decide_wait(verlihub::kOnUserLogin, {1}).allowed);
  EXPECT_TRUE(scripts->decide_wait(verlihub::kOnUserLogin, {"nick", "more"}).allowed);
  EXPECT_FALSE(scripts->decide_wait(verlihub::kOnUserLogin, {"nick"}).allowed);
}

}  // namespace
}  // namespace hookline::test
