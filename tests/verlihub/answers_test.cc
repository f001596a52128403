#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hookline/hook.h"
#include "hookline/verlihub/hooks.h"
#include "plugin/event/answer.h"

namespace hookline {

using namespace detail;
namespace {

enum class Kind : std::uint8_t { kGoOn, kBlock, kUnexpected, kFailed, kMissed };

// One script's answer, as the hub sees it if no other script has the hook.
struct Read {
  Kind kind = Kind::kGoOn;
  std::optional<verlihub::Replacement> replacement;
  std::optional<std::string> protocol_line;
  std::string note;
};

Kind kind_of(const ScriptAnswer& answer) {
  switch (answer.kind) {
    case ScriptAnswer::Kind::kUnexpected:
      return Kind::kUnexpected;
    case ScriptAnswer::Kind::kFailed:
      return Kind::kFailed;
    case ScriptAnswer::Kind::kMissed:
      return Kind::kMissed;
    default:
      return answer.content.allowed ? Kind::kGoOn : Kind::kBlock;
  }
}

ScriptAnswer script_answer(Hook hook, Result<Value> result) {
  return read_answer(verlihub::hook_row(hook), std::move(result));
}

Read read(Hook hook, Value value) {
  ScriptAnswer answer = script_answer(hook, std::move(value));
  Read read{.kind = kind_of(answer), .replacement = {}, .protocol_line = {}, .note = answer.note};
  Decision decision;
  merge(decision, verlihub::hook_row(hook), std::move(answer));
  read.replacement = verlihub::replacement(decision);
  for (const std::string_view line : verlihub::protocol_lines(decision)) {
    read.protocol_line = line;
  }
  return read;
}

void merge(Decision& decision, Hook hook, Result<Value> result) {
  detail::merge(decision, verlihub::hook_row(hook), script_answer(hook, std::move(result)));
}

Value pair(Value first, Value second) { return Tuple{{std::move(first), std::move(second)}}; }

TEST(ReadAnswer, TruthValuesDecide) {
  EXPECT_EQ(read(verlihub::kOnUserLogin, nullptr).kind, Kind::kGoOn);
  EXPECT_EQ(read(verlihub::kOnUserLogin, true).kind, Kind::kGoOn);
  EXPECT_EQ(read(verlihub::kOnUserLogin, 1).kind, Kind::kGoOn);
  EXPECT_EQ(read(verlihub::kOnUserLogin, -7).kind, Kind::kGoOn);
  EXPECT_EQ(read(verlihub::kOnUserLogin, BigInt{"18446744073709551616"}).kind, Kind::kGoOn);
  EXPECT_EQ(read(verlihub::kOnUserLogin, false).kind, Kind::kBlock);
  EXPECT_EQ(read(verlihub::kOnUserLogin, 0).kind, Kind::kBlock);
}

TEST(ReadAnswer, ATextAndANumberAreAProtocolLineForEveryHook) {
  for (const Hook hook :
       {verlihub::kOnParsedMsgChat, verlihub::kOnUserLogin, verlihub::kOnParsedMsgMyINFO}) {
    const Read blocked = read(hook, pair("$Line", 0));
    EXPECT_EQ(blocked.kind, Kind::kBlock);
    EXPECT_EQ(blocked.protocol_line, "$Line");
    const Read allowed = read(hook, pair("$Line", true));
    EXPECT_EQ(allowed.kind, Kind::kGoOn);
    EXPECT_EQ(allowed.protocol_line, "$Line");
  }
}

TEST(ReadAnswer, AChatLineIsReplacedByATextOrAPair) {
  const Read text = read(verlihub::kOnParsedMsgChat, "new");
  EXPECT_EQ(text.kind, Kind::kGoOn);
  ASSERT_TRUE(text.replacement);
  EXPECT_EQ(text.replacement->parts[0], std::nullopt);
  EXPECT_EQ(text.replacement->parts[1], "new");

  const Read both = read(verlihub::kOnParsedMsgChat, pair("nick", "new"));
  ASSERT_TRUE(both.replacement);
  EXPECT_EQ(both.replacement->parts[0], "nick");
  EXPECT_EQ(both.replacement->parts[1], "new");

  const Read nick_only = read(verlihub::kOnParsedMsgChat, pair("nick", nullptr));
  ASSERT_TRUE(nick_only.replacement);
  EXPECT_EQ(nick_only.replacement->parts[0], "nick");
  EXPECT_EQ(nick_only.replacement->parts[1], std::nullopt);

  const Read nothing = read(verlihub::kOnParsedMsgChat, pair(nullptr, nullptr));
  EXPECT_EQ(nothing.kind, Kind::kGoOn);
  EXPECT_FALSE(nothing.replacement);
}

TEST(ReadAnswer, AnEmptyTextReplacesToo) {
  const Read answer = read(verlihub::kOnParsedMsgChat, "");
  ASSERT_TRUE(answer.replacement);
  EXPECT_EQ(answer.replacement->parts[1], "");
}

TEST(ReadAnswer, AMyInfoIsReplacedByFive) {
  for (const Hook hook : {verlihub::kOnParsedMsgMyINFO, verlihub::kOnFirstMyINFO}) {
    const Read answer = read(hook, Tuple{{"desc", nullptr, "100", nullptr, "0"}});
    EXPECT_EQ(answer.kind, Kind::kGoOn);
    ASSERT_TRUE(answer.replacement);
    EXPECT_EQ(answer.replacement->parts[0], "desc");
    EXPECT_EQ(answer.replacement->parts[1], std::nullopt);
    EXPECT_EQ(answer.replacement->parts[4], "0");
  }
}

TEST(ReadAnswer, WhatHasNoMeaningIsUnexpectedAndGoesOn) {
  const std::vector<Value> everywhere = {
      1.5,
      Bytes{"x"},
      List{"a", "b"},
      Dict{},
      Tuple{},
      Tuple{{"a"}},
      Tuple{{1, "a"}},
      Tuple{{"a", 1.5}},
      Tuple{{"a", "b", "c"}},
      Tuple{{"a", "b", "c", "d", 5}},
  };
  for (const Value& value : everywhere) {
    for (const Hook hook :
         {verlihub::kOnParsedMsgChat, verlihub::kOnUserLogin, verlihub::kOnParsedMsgMyINFO}) {
      const Read answer = read(hook, value);
      EXPECT_EQ(answer.kind, Kind::kUnexpected) << value.repr();
      EXPECT_NE(answer.note.find(value.repr()), std::string::npos) << answer.note;
    }
  }
  EXPECT_EQ(read(verlihub::kOnUserLogin, "text").kind, Kind::kUnexpected);
  EXPECT_EQ(read(verlihub::kOnUserLogin, pair("a", "b")).kind, Kind::kUnexpected);
  EXPECT_EQ(read(verlihub::kOnParsedMsgMyINFO, pair("a", "b")).kind, Kind::kUnexpected);
  EXPECT_EQ(read(verlihub::kOnParsedMsgChat, Tuple{{"a", "b", "c", "d", "e"}}).kind,
            Kind::kUnexpected);
}

TEST(ReadAnswer, ErrorsAreToldApart) {
  const auto of = [](ErrorCode code) {
    return kind_of(script_answer(verlihub::kOnUserLogin, fail(code, "why")));
  };
  EXPECT_EQ(of(ErrorCode::kScriptRaised), Kind::kFailed);
  EXPECT_EQ(of(ErrorCode::kUnsupportedType), Kind::kUnexpected);
  EXPECT_EQ(of(ErrorCode::kCyclicValue), Kind::kUnexpected);
  EXPECT_EQ(of(ErrorCode::kValueTooLarge), Kind::kUnexpected);
  EXPECT_EQ(of(ErrorCode::kQueueFull), Kind::kMissed);
  EXPECT_EQ(of(ErrorCode::kScriptUnloaded), Kind::kMissed);
}

TEST(ReadAnswer, AFailureKeepsItsTraceback) {
  const ScriptAnswer answer = script_answer(
      verlihub::kOnUserLogin,
      std::unexpected(Error{ErrorCode::kScriptRaised, "no", "ValueError", "Traceback: line 3"}));
  EXPECT_NE(answer.note.find("ValueError"), std::string::npos);
  EXPECT_NE(answer.note.find("Traceback: line 3"), std::string::npos);
}

TEST(Merge, OneBlockIsEnough) {
  Decision decision;
  merge(decision, verlihub::kOnUserLogin, Value(true));
  merge(decision, verlihub::kOnUserLogin, Value(0));
  merge(decision, verlihub::kOnUserLogin, Value(true));
  EXPECT_FALSE(decision.allowed);
}

TEST(Merge, TheLastReplacementWinsAndLinesAddUp) {
  Decision decision;
  merge(decision, verlihub::kOnParsedMsgChat, Value(pair("first", "first")));
  merge(decision, verlihub::kOnParsedMsgChat, Value(pair("$A", 1)));
  merge(decision, verlihub::kOnParsedMsgChat, Value("second"));
  merge(decision, verlihub::kOnParsedMsgChat, Value(pair("$B", 1)));
  merge(decision, verlihub::kOnParsedMsgChat, Value(nullptr));
  EXPECT_TRUE(decision.allowed);
  const auto replacement = verlihub::replacement(decision);
  ASSERT_TRUE(replacement);
  EXPECT_EQ(replacement->parts[0], std::nullopt);
  EXPECT_EQ(replacement->parts[1], "second");
  EXPECT_EQ(verlihub::protocol_lines(decision), (std::vector<std::string_view>{"$A", "$B"}));
}

TEST(Merge, CountsWhatDidNotAnswer) {
  Decision decision;
  merge(decision, verlihub::kOnTimer, fail(ErrorCode::kScriptRaised, ""));
  merge(decision, verlihub::kOnTimer, fail(ErrorCode::kQueueFull, ""));
  EXPECT_TRUE(decision.allowed);
  EXPECT_EQ(decision.failed, 1U);
  EXPECT_EQ(decision.missed, 1U);
}

}  // namespace
}  // namespace hookline
