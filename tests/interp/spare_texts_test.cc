#include "interp/spare_texts.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "marshal/python_text.h"
#include "tests/interp/interp_fixture.h"

namespace hookline {

using namespace detail;

namespace {

const std::string kLine(40, 'a');
const std::string kOther(40, 'b');

// The layout is known for the minor versions of CPython on which these tests have passed, and for
// no others.
static_assert(knows_text_layout(0x030D00F0) && knows_text_layout(0x030D0FF0));  // 3.13.0, 3.13.15
static_assert(knows_text_layout(0x030E00F0) && knows_text_layout(0x030E0AF0));  // 3.14.0, 3.14.10
static_assert(!knows_text_layout(0x030C0FF0) && !knows_text_layout(0x030F00A1));
static_assert(!knows_text_layout(0x040D00F0));
static_assert(!knows_text_layout(0x030E00A1) && !knows_text_layout(0x030E00C2));  // not released

class SpareTextsTest : public InterpTest {
 protected:
  void SetUp() override {
    InterpTest::SetUp();
    if (!SpareTexts::kAvailable) {
      GTEST_SKIP() << "switched off";
    }
  }
  void TearDown() override {
    spares.reset();  // while the interpreter is attached
    InterpTest::TearDown();
  }
  [[nodiscard]] static PyRef make(std::string_view text) { return decode_text(text, {}); }
  // Gives the string away, and returns whether it was taken.
  [[nodiscard]] bool give(PyRef str) const {
    if (!spares->give(str.get())) {
      return false;
    }
    (void)str.release();
    return true;
  }
  [[nodiscard]] PyRef take(std::string_view text) const { return PyRef::steal(spares->take(text)); }

  std::unique_ptr<SpareTexts> spares = std::make_unique<SpareTexts>();
};

TEST_F(SpareTextsTest, WritesOverWhatWasGiven) {
  EXPECT_FALSE(take(kOther));
  PyRef line = make(kLine);
  PyObject* const where = line.get();
  EXPECT_NE(PyObject_Hash(where), -1);
  ASSERT_TRUE(give(std::move(line)));
  const PyRef other = take(kOther);
  ASSERT_EQ(other.get(), where);
  const PyRef fresh = make(kOther);
  EXPECT_EQ(PyObject_RichCompareBool(other.get(), fresh.get(), Py_EQ), 1);
  EXPECT_EQ(PyObject_Hash(other.get()), PyObject_Hash(fresh.get()));
  EXPECT_FALSE(take(kOther));
}

TEST_F(SpareTextsTest, KeepsTwoTextsOfEachLength) {
  for (std::size_t size = SpareTexts::kShortest; size <= SpareTexts::kLongest; ++size) {
    ASSERT_TRUE(give(make(std::string(size, 'x')))) << size;
    ASSERT_TRUE(give(make(std::string(size, 'x')))) << size;
    EXPECT_FALSE(give(make(std::string(size, 'x')))) << size;
  }
  for (std::size_t size = SpareTexts::kShortest; size <= SpareTexts::kLongest; ++size) {
    const std::string text(size, 'y');
    const std::string next(size, 'z');
    const PyRef str = take(text);
    const PyRef other = take(next);
    ASSERT_TRUE(str && other) << size;
    EXPECT_EQ(PyUnicode_AsUTF8(str.get()), text);
    EXPECT_EQ(PyUnicode_AsUTF8(other.get()), next);
    EXPECT_FALSE(take(text)) << size;
  }
  for (const std::size_t size :
       {std::size_t{0}, SpareTexts::kShortest - 1, SpareTexts::kLongest + 1}) {
    EXPECT_FALSE(give(make(std::string(size, 'x')))) << size;
    EXPECT_FALSE(take(std::string(size, 'x'))) << size;
  }
}

TEST_F(SpareTextsTest, LeavesAloneWhatOthersMaySee) {
  const PyRef kept = make(kLine);
  EXPECT_FALSE(give(kept));
  PyObject* interned = make(kLine).release();
  PyUnicode_InternInPlace(&interned);
  EXPECT_FALSE(give(PyRef::steal(interned)));
  EXPECT_FALSE(give(make(kLine + "\xc3\xa9")));
  EXPECT_FALSE(give(PyRef::steal(PyLong_FromLong(1 << 30))));
  EXPECT_FALSE(give(PyRef::steal(PyBytes_FromStringAndSize(kLine.data(), 40))));
}

TEST_F(SpareTextsTest, OnlyTakesAscii) {
  for (const std::size_t size : {std::size_t{4}, std::size_t{7}, std::size_t{8}, kLine.size()}) {
    ASSERT_TRUE(give(make(std::string(size, 'a'))));
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'a');
      text[at] = '\xe9';
      EXPECT_FALSE(take(text)) << at;
    }
    EXPECT_TRUE(take(std::string(size, 'b')));
  }
}

TEST(SpareTextsOff, KeepsNothing) {
  if (SpareTexts::kAvailable) {
    GTEST_SKIP() << "switched on";
  }
  SpareTexts spares;
  EXPECT_EQ(spares.take(kLine), nullptr);
  EXPECT_FALSE(spares.give(nullptr));
}

class ReusedLines : public InterpTest {
 protected:
  void send(FunctionId function, std::string_view text) {
    EXPECT_TRUE(invoke_packed(function, {text}, TextMode::kHost));
  }
  [[nodiscard]] static std::string line(int i) {
    return "a line that is long enough to be written over: " + std::to_string(1000 + i);
  }
};

// Only texts that a script has let go of are written over.
TEST_F(ReusedLines, WhatAScriptKeepsStays) {
  load(R"(
import sys
kept, ids, keys, interned = [], set(), {}, []
class Holder: pass
def f(text):
  n = int(text[-4:]) - 1000
  if n % 4 == 0: kept.append(text)
  elif n % 4 == 1: keys[text] = n
  elif n % 4 == 2: interned.append(sys.intern(text))
  else: setattr(Holder, text, n)
def g(text): ids.add(id(text))
def count(): return len(ids)
def check():
  text = "a line that is long enough to be written over: "
  all_kept = [text + str(1000 + n) for n in range(0, 400, 4)] == kept
  all_keys = all(keys[text + str(1000 + n)] == n for n in range(1, 400, 4))
  all_interned = all(interned[n // 4] is sys.intern(text + str(1000 + n)) for n in range(2, 400, 4))
  all_names = all(getattr(Holder, text + str(1000 + n)) == n for n in range(3, 400, 4))
  return all_kept, all_keys, all_interned, all_names
)");
  const auto f = interpreter().resolve("f");
  const auto g = interpreter().resolve("g");
  ASSERT_TRUE(f && g);
  for (int i = 0; i < 400; ++i) {
    send(*f, line(i));
  }
  for (int i = 0; i < 400; ++i) {
    send(*g, line(i));
  }
  EXPECT_EQ(call("check"), Value(Tuple{{true, true, true, true}}));
  EXPECT_EQ(call("count"), Value(1));
}

TEST_F(ReusedLines, EachLineHasItsOwnText) {
  load("def f(text): return text, text == text.encode().decode(), {text: 1}[text[:1] + text[1:]]");
  const auto f = interpreter().resolve("f");
  ASSERT_TRUE(f);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(invoke_packed(*f, {line(i)}, TextMode::kHost),
              Result<Value>(Tuple{{line(i), true, 1}}));
  }
}

// Short texts are mostly nicks, which scripts use as keys.
TEST_F(ReusedLines, NicksThatAreKeysStay) {
  load(R"(
seen = {}
def f(nick, other): seen[nick] = other
def wrong(): return [n for n, o in seen.items() if o != n[::-1] or seen[n[:1] + n[1:]] != o]
def count(): return len(seen)
)");
  const auto f = interpreter().resolve("f");
  ASSERT_TRUE(f);
  constexpr int kNicks = 2'000;
  for (int i = 0; i < 2 * kNicks; ++i) {
    const std::string nick = "nick" + std::to_string(1'000 + (i % kNicks));
    const std::string other(nick.rbegin(), nick.rend());
    EXPECT_TRUE(invoke_packed(*f, {nick, other}, TextMode::kHost));
  }
  EXPECT_EQ(call("wrong"), Value(List{}));
  EXPECT_EQ(call("count"), Value(kNicks));
}

TEST_F(ReusedLines, ACodecWithOtherBytesForAsciiIsServedAsWell) {
  restart_interpreter({.codec = TextCodec("utf-16-le")});
  load("def f(text): return text");
  const auto f = interpreter().resolve("f");
  ASSERT_TRUE(f);
  constexpr std::string_view kText("a\0b\0c\0d\0", 8);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(invoke_packed(*f, {kText}, TextMode::kHost), Result<Value>(std::string(kText)));
    EXPECT_EQ(invoke_packed(*f, {"abcd"}, TextMode::kExact), Result<Value>("abcd"));
  }
}

}  // namespace
}  // namespace hookline
