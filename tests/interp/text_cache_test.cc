#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "interp/argument_texts.h"
#include "marshal/python_text.h"
#include "tests/interp/interp_fixture.h"

namespace hookline {

using namespace detail;

namespace {

class TextCacheTest : public InterpTest {
 protected:
  void TearDown() override {
    cache.reset();  // while the interpreter is attached
    InterpTest::TearDown();
  }
  PyRef keep(std::string_view text) {
    PyRef str = decode_text(text, {});
    cache->keep(text, str.get());
    return str;
  }
  [[nodiscard]] PyRef find(std::string_view text) const { return PyRef::steal(cache->find(text)); }

  std::unique_ptr<TextCache> cache = std::make_unique<TextCache>();
};

TEST_F(TextCacheTest, FindsTheStringThatWasKept) {
  for (const std::string& text :
       {std::string("nick"), std::string("a_nick_8"), std::string("[isp]somebody"),
        std::string(TextCache::kLongest, 'x')}) {
    ASSERT_TRUE(TextCache::takes(text)) << text;
    EXPECT_FALSE(find(text)) << text;
    const PyRef kept = keep(text);
    EXPECT_EQ(find(text).get(), kept.get()) << text;
  }
}

TEST_F(TextCacheTest, TakesWhatIsNeitherTinyNorLong) {
  EXPECT_FALSE(TextCache::takes(""));
  EXPECT_FALSE(TextCache::takes("abc"));
  EXPECT_TRUE(TextCache::takes(std::string(TextCache::kShortest, 'x')));
  EXPECT_TRUE(TextCache::takes(std::string(TextCache::kLongest, 'x')));
  EXPECT_FALSE(TextCache::takes(std::string(TextCache::kLongest + 1, 'x')));
}

// The texts differ only in bytes that do not choose the slot, so they share one.
TEST_F(TextCacheTest, TellsTextsOfOneSlotApart) {
  const std::string a = "begin..." + std::string("a") + "...ended";
  const std::string b = "begin..." + std::string("b") + "...ended";
  (void)keep(a);
  EXPECT_FALSE(find(b));
  const PyRef kept = keep(b);
  EXPECT_EQ(find(b).get(), kept.get());
  EXPECT_FALSE(find(a)) << "the last one has the slot";
}

TEST_F(TextCacheTest, DoesNotKeepWhatHasOtherBytesInPython) {
  constexpr std::string_view kText = "caf\xc3\xa9";
  (void)keep(kText);
  EXPECT_FALSE(find(kText));
}

// This is what the cache is for. The cache is also bounded.
TEST_F(TextCacheTest, ScriptsGetTheSameStringAgain) {
  load(
      "seen = []\ndef f(nick):\n  seen.append(nick)\n  return len(seen)\n"
      "def same(): return seen[0] is seen[1], seen[2] is seen[3]\n"
      "def ids(): return len({id(s) for s in seen})\n");
  const auto f = interpreter().resolve("f");
  ASSERT_TRUE(f);
  const auto call_with = [&](std::string_view text, TextMode mode) {
    const std::array args{Scalar(text)};
    EXPECT_TRUE(interpreter().invoke_scalars(*f, args, mode));
  };
  call_with("a nick", TextMode::kHub);
  call_with("a nick", TextMode::kHub);
  call_with("caf\xe9", TextMode::kHub);
  call_with("caf\xe9", TextMode::kHub);
  EXPECT_EQ(call("same"), Value(Tuple{{true, false}}));
  for (std::size_t i = 0; i < 4 * TextCache::kSlots; ++i) {
    call_with("nick " + std::to_string(i), TextMode::kHub);
  }
  EXPECT_EQ(call("ids"), Value(static_cast<long>(3 + (4 * TextCache::kSlots))));
}

TEST_F(TextCacheTest, ACodecWithOtherBytesForAsciiIsServedAsWell) {
  restart_interpreter({.codec = TextCodec("utf-16-le")});
  load("def f(text): return text");
  const auto f = interpreter().resolve("f");
  ASSERT_TRUE(f);
  constexpr std::string_view kText("a\0b\0c\0d\0", 8);
  const std::array args{Scalar(kText)};
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(interpreter().invoke_scalars(*f, args, TextMode::kHub),
              Result<Value>(std::string(kText)));
    EXPECT_EQ(interpreter().invoke_scalars(*f, std::array{Scalar("abcd")}, TextMode::kExact),
              Result<Value>("abcd"));
  }
}

}  // namespace
}  // namespace hookline
