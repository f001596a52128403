#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plugin/event/answer.h"

namespace hookline {

using namespace detail;
namespace {

using Kind = Answer::Kind;

Answer read(Hook hook, Value value) { return read_answer(hook, Result<Value>(std::move(value))); }

Value pair(Value first, Value second) { return Tuple{{std::move(first), std::move(second)}}; }

TEST(ReadAnswer, TruthValuesDecide) {
  EXPECT_EQ(read(Hook::kOnUserLogin, nullptr).kind, Kind::kGoOn);
  EXPECT_EQ(read(Hook::kOnUserLogin, true).kind, Kind::kGoOn);
  EXPECT_EQ(read(Hook::kOnUserLogin, 1).kind, Kind::kGoOn);
  EXPECT_EQ(read(Hook::kOnUserLogin, -7).kind, Kind::kGoOn);
  EXPECT_EQ(read(Hook::kOnUserLogin, BigInt{"18446744073709551616"}).kind, Kind::kGoOn);
  EXPECT_EQ(read(Hook::kOnUserLogin, false).kind, Kind::kBlock);
  EXPECT_EQ(read(Hook::kOnUserLogin, 0).kind, Kind::kBlock);
}

TEST(ReadAnswer, ATextAndANumberAreAProtocolLineForEveryHook) {
  for (const Hook hook : {Hook::kOnParsedMsgChat, Hook::kOnUserLogin, Hook::kOnParsedMsgMyINFO}) {
    const Answer blocked = read(hook, pair("$Line", 0));
    EXPECT_EQ(blocked.kind, Kind::kBlock);
    EXPECT_EQ(blocked.protocol_line, "$Line");
    const Answer allowed = read(hook, pair("$Line", true));
    EXPECT_EQ(allowed.kind, Kind::kGoOn);
    EXPECT_EQ(allowed.protocol_line, "$Line");
  }
}

TEST(ReadAnswer, AChatLineIsReplacedByATextOrAPair) {
  const Answer text = read(Hook::kOnParsedMsgChat, "new");
  EXPECT_EQ(text.kind, Kind::kGoOn);
  ASSERT_TRUE(text.replacement);
  EXPECT_EQ(text.replacement->parts[0], std::nullopt);
  EXPECT_EQ(text.replacement->parts[1], "new");

  const Answer both = read(Hook::kOnParsedMsgChat, pair("nick", "new"));
  ASSERT_TRUE(both.replacement);
  EXPECT_EQ(both.replacement->parts[0], "nick");
  EXPECT_EQ(both.replacement->parts[1], "new");

  const Answer nick_only = read(Hook::kOnParsedMsgChat, pair("nick", nullptr));
  ASSERT_TRUE(nick_only.replacement);
  EXPECT_EQ(nick_only.replacement->parts[0], "nick");
  EXPECT_EQ(nick_only.replacement->parts[1], std::nullopt);

  const Answer nothing = read(Hook::kOnParsedMsgChat, pair(nullptr, nullptr));
  EXPECT_EQ(nothing.kind, Kind::kGoOn);
  EXPECT_FALSE(nothing.replacement);
}

TEST(ReadAnswer, AnEmptyTextReplacesToo) {
  const Answer answer = read(Hook::kOnParsedMsgChat, "");
  ASSERT_TRUE(answer.replacement);
  EXPECT_EQ(answer.replacement->parts[1], "");
}

TEST(ReadAnswer, AMyInfoIsReplacedByFive) {
  for (const Hook hook : {Hook::kOnParsedMsgMyINFO, Hook::kOnFirstMyINFO}) {
    const Answer answer = read(hook, Tuple{{"desc", nullptr, "100", nullptr, "0"}});
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
    for (const Hook hook : {Hook::kOnParsedMsgChat, Hook::kOnUserLogin, Hook::kOnParsedMsgMyINFO}) {
      const Answer answer = read(hook, value);
      EXPECT_EQ(answer.kind, Kind::kUnexpected) << value.repr();
      EXPECT_NE(answer.note.find(value.repr()), std::string::npos) << answer.note;
    }
  }
  EXPECT_EQ(read(Hook::kOnUserLogin, "text").kind, Kind::kUnexpected);
  EXPECT_EQ(read(Hook::kOnUserLogin, pair("a", "b")).kind, Kind::kUnexpected);
  EXPECT_EQ(read(Hook::kOnParsedMsgMyINFO, pair("a", "b")).kind, Kind::kUnexpected);
  EXPECT_EQ(read(Hook::kOnParsedMsgChat, Tuple{{"a", "b", "c", "d", "e"}}).kind, Kind::kUnexpected);
}

TEST(ReadAnswer, ErrorsAreToldApart) {
  const auto of = [](ErrorCode code) {
    return read_answer(Hook::kOnUserLogin, fail(code, "why")).kind;
  };
  EXPECT_EQ(of(ErrorCode::kScriptRaised), Kind::kFailed);
  EXPECT_EQ(of(ErrorCode::kUnsupportedType), Kind::kUnexpected);
  EXPECT_EQ(of(ErrorCode::kCyclicValue), Kind::kUnexpected);
  EXPECT_EQ(of(ErrorCode::kQueueFull), Kind::kMissed);
  EXPECT_EQ(of(ErrorCode::kScriptUnloaded), Kind::kMissed);
}

TEST(ReadAnswer, AFailureKeepsItsTraceback) {
  const Answer answer = read_answer(
      Hook::kOnUserLogin,
      std::unexpected(Error{ErrorCode::kScriptRaised, "no", "ValueError", "Traceback: line 3"}));
  EXPECT_NE(answer.note.find("ValueError"), std::string::npos);
  EXPECT_NE(answer.note.find("Traceback: line 3"), std::string::npos);
}

TEST(Merge, OneBlockIsEnough) {
  Verdict verdict;
  merge(verdict, read(Hook::kOnUserLogin, true));
  merge(verdict, read(Hook::kOnUserLogin, 0));
  merge(verdict, read(Hook::kOnUserLogin, true));
  EXPECT_FALSE(verdict.allowed);
}

TEST(Merge, TheLastReplacementWinsAndLinesAddUp) {
  Verdict verdict;
  merge(verdict, read(Hook::kOnParsedMsgChat, pair("first", "first")));
  merge(verdict, read(Hook::kOnParsedMsgChat, pair("$A", 1)));
  merge(verdict, read(Hook::kOnParsedMsgChat, "second"));
  merge(verdict, read(Hook::kOnParsedMsgChat, pair("$B", 1)));
  merge(verdict, read(Hook::kOnParsedMsgChat, nullptr));
  EXPECT_TRUE(verdict.allowed);
  ASSERT_TRUE(verdict.replacement);
  EXPECT_EQ(verdict.replacement->parts[0], std::nullopt);
  EXPECT_EQ(verdict.replacement->parts[1], "second");
  EXPECT_EQ(verdict.protocol_lines, (std::vector<std::string>{"$A", "$B"}));
}

TEST(Merge, CountsWhatDidNotAnswer) {
  Verdict verdict;
  merge(verdict, read_answer(Hook::kOnTimer, fail(ErrorCode::kScriptRaised, "")));
  merge(verdict, read_answer(Hook::kOnTimer, fail(ErrorCode::kQueueFull, "")));
  EXPECT_TRUE(verdict.allowed);
  EXPECT_EQ(verdict.failed, 1U);
  EXPECT_EQ(verdict.missed, 1U);
}

}  // namespace
}  // namespace hookline
