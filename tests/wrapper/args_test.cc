#include "wrapper/args.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>

namespace hookline::test {

using namespace wrapper;

namespace {

using ::testing::StartsWith;

struct PlainFree {
  void operator()(w_Targs* args) const noexcept { std::free(args); }
};
using Packed = std::unique_ptr<w_Targs, PlainFree>;

TEST(Pack, KeepsEachKind) {
  int object = 0;
  std::array<char, 4> text{"abc"};
  std::array<char*, 2> list{text.data(), nullptr};
  auto* const fake = reinterpret_cast<PyObject*>(&object);
  const Packed args(w_pack("lsdpLDO", 7L, text.data(), 2.5, &object, list.data(), "[1]", fake));
  ASSERT_NE(args, nullptr);
  EXPECT_STREQ(args->format, "lsdpLDO");
  EXPECT_EQ(args->args[0].l, 7);
  EXPECT_EQ(args->args[1].s, text.data()) << "it borrows";
  EXPECT_EQ(args->args[2].d, 2.5);
  EXPECT_EQ(args->args[3].p, &object);
  EXPECT_EQ(args->args[4].L, list.data());
  EXPECT_STREQ(args->args[5].s, "[1]");
  EXPECT_EQ(args->args[6].O, fake);
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(args->args[i].type, args->format[i]);
  }
}

TEST(Pack, TheFormatIsCopied) {
  std::string format = "l";
  const Packed args(w_pack(format.c_str(), 1L));
  format = "s";
  EXPECT_STREQ(args->format, "l");
}

TEST(Pack, NothingIsAValue) {
  const Packed args(w_pack(""));
  ASSERT_NE(args, nullptr);
  EXPECT_STREQ(args->format, "");
}

TEST(Pack, WhatIsNoFormatIsNull) {
  EXPECT_EQ(w_pack("lx", 1L, 2L), nullptr);
  EXPECT_EQ(w_pack("l|s", 1L, "a"), nullptr) << "nothing is optional in what there is";
  EXPECT_EQ(w_pack("T(l", 1L), nullptr);
  EXPECT_EQ(w_pack(nullptr), nullptr);
}

TEST(Pack, ATupleIsPartOfTheBlock) {
  const Packed args(w_pack("sT(lT(s)d)l", "a", 1L, "b", 2.5, 3L));
  ASSERT_NE(args, nullptr);
  const auto* tuple = static_cast<const w_Targs*>(args->args[1].p);
  EXPECT_STREQ(tuple->format, "lT(s)d");
  EXPECT_EQ(args->args[2].l, 3);
  const char* a = nullptr;
  const char* b = nullptr;
  long one = 0;
  long three = 0;
  double real = 0;
  ASSERT_EQ(w_unpack(args.get(), "sT(lT(s)d)l", &a, &one, &b, &real, &three), 1);
  EXPECT_STREQ(a, "a");
  EXPECT_EQ(one, 1);
  EXPECT_STREQ(b, "b");
  EXPECT_EQ(real, 2.5);
  EXPECT_EQ(three, 3);
}

TEST(Unpack, OptionalOnesThatAreNotThereAreZero) {
  const Packed args(w_pack("s", "a"));
  const char* text = nullptr;
  long number = 7;
  const char* other = "x";
  double real = 7;
  void* pointer = &real;
  char** list = reinterpret_cast<char**>(&real);
  ASSERT_EQ(w_unpack(args.get(), "s|lsdpL", &text, &number, &other, &real, &pointer, &list), 1);
  EXPECT_STREQ(text, "a");
  EXPECT_EQ(number, 0);
  EXPECT_EQ(other, nullptr);
  EXPECT_EQ(real, 0);
  EXPECT_EQ(pointer, nullptr);
  EXPECT_EQ(list, nullptr);
}

TEST(Unpack, OptionalOnesThatAreThereAreStored) {
  const Packed args(w_pack("sl", "a", 5L));
  const char* text = nullptr;
  long number = 0;
  long more = 7;
  ASSERT_EQ(w_unpack(args.get(), "s|ll", &text, &number, &more), 1);
  EXPECT_EQ(number, 5);
  EXPECT_EQ(more, 0);
}

TEST(Unpack, WhatDoesNotMatchWritesNothing) {
  const Packed args(w_pack("sl", "a", 5L));
  const char* text = "kept";
  long number = 7;
  long more = 7;
  for (const char* format : {"s", "ls", "sll", "ss", "sd", "", "s|s", "sx", "l|sl", "T(sl)"}) {
    EXPECT_EQ(w_unpack(args.get(), format, &text, &number, &more), 0) << format;
  }
  EXPECT_STREQ(text, "kept");
  EXPECT_EQ(number, 7);
  EXPECT_EQ(more, 7);
  EXPECT_EQ(w_unpack(nullptr, "s", &text), 0);
  EXPECT_EQ(w_unpack(args.get(), nullptr, &text), 0);
}

TEST(Unpack, TheTypesCountAndNotTheFormatAlone) {
  const Packed args(w_pack("l", 5L));
  args->args[0].type = 's';  // as if a plugin had built it by hand, and made a mistake
  long number = 7;
  EXPECT_EQ(w_unpack(args.get(), "l", &number), 0);
  EXPECT_EQ(w_unpack(args.get(), "s", &number), 0);
  EXPECT_EQ(number, 7);
  args->format = nullptr;
  EXPECT_EQ(w_unpack(args.get(), "l", &number), 0);
}

TEST(Unpack, ATupleMustBeThere) {
  const Packed args(w_pack("T(l)", 5L));
  long number = 7;
  EXPECT_EQ(w_unpack(args.get(), "T(s)", &number), 0);
  EXPECT_EQ(w_unpack(args.get(), "T(l)", &number), 1);
  EXPECT_EQ(number, 5);
  args->args[0].p = nullptr;
  EXPECT_EQ(w_unpack(args.get(), "T(l)", &number), 0);
}

// A callback for vh.mc("hello") gets these arguments, where the script gave no nick.
TEST(Unpack, WhatWasNotGivenNeedNotBeWanted) {
  std::array<char, 6> text{"hello"};
  const auto args =
      make_args("s|s", std::array{text_element('s', text.data()), text_element('s', nullptr)});
  const char* message = nullptr;
  const char* nick = "x";
  EXPECT_EQ(w_unpack(args.get(), "s", &message), 1);
  EXPECT_EQ(w_unpack(args.get(), "ss", &message, &nick), 1);
  EXPECT_EQ(nick, nullptr);
  nick = "x";
  EXPECT_EQ(w_unpack(args.get(), "s|s", &message, &nick), 1);
  EXPECT_EQ(nick, nullptr);
  EXPECT_EQ(w_unpack(args.get(), "", &message), 0);
  EXPECT_EQ(w_unpack(args.get(), "sl", &message, &nick), 0);
}

// The text is so large that free() gives it back, instead of keeping it in the thread's cache.
constexpr std::size_t kLargeText = std::size_t{64} << 10;

char* large_text() { return c_copy(std::string(kLargeText, 'x')); }

// Returns how many large texts `release` frees, by malloc's own account.
template <class Release>
std::size_t large_texts_freed(Release release) {
  const std::size_t before = mallinfo2().uordblks;
  release();
  return (before - mallinfo2().uordblks + kLargeText / 2) / kLargeText;
}

std::size_t large_texts_freed_with(w_Targs* args) {
  return large_texts_freed([args] { w_free_args(args); });
}

TEST(FreeArgs, ReleasesTheStrings) {
  auto** const list = static_cast<char**>(c_allocate(3 * sizeof(char*)));
  list[0] = large_text();
  list[1] = large_text();
  list[2] = nullptr;
  const std::size_t in_text = large_texts_freed_with(w_pack("s", large_text()));
  const std::size_t in_json = large_texts_freed_with(w_pack("lD", 1L, large_text()));
  const std::size_t in_list = large_texts_freed_with(w_pack("L", list));
  const std::size_t in_tuples =
      large_texts_freed_with(w_pack("T(sT(s))s", large_text(), large_text(), large_text()));
  char* const probe = large_text();
  if (large_texts_freed([probe] { c_free(probe); }) != 1) {
    GTEST_SKIP()
        << "mallinfo2() does not know this malloc; the leak checker that replaces it looks";
  }
  EXPECT_EQ(in_text, 1U);
  EXPECT_EQ(in_json, 1U);
  EXPECT_EQ(in_list, 2U);
  EXPECT_EQ(in_tuples, 3U);
}

TEST(FreeArgs, AcceptsWhatIsNotThere) {
  w_free_args(w_pack("sDL", nullptr, nullptr, nullptr));
  w_Targs* const without_tuple = w_pack("T(l)", 1L);
  without_tuple->args[0].p = nullptr;
  EXPECT_EQ(large_texts_freed_with(without_tuple), 0U);
  EXPECT_EQ(large_texts_freed_with(nullptr), 0U);
}

TEST(PackPrint, ShowsEachKind) {
  std::array<char, 4> text{"abc"};
  std::array<char*, 3> list{text.data(), text.data(), nullptr};
  const Packed args(
      w_pack("lsdLDpT(ls)s", 7L, "it's", 2.5, list.data(), "[1]", nullptr, 1L, "x", nullptr));
  EXPECT_STREQ(w_packprint(args.get()),
               R"(lsdLDpT(ls)s: 7, "it's", 2.5, ['abc', 'abc'], '[1]', NULL, (1, 'x'), NULL)");
  int object = 0;
  const Packed pointer(w_pack("p", &object));
  EXPECT_THAT(w_packprint(pointer.get()), StartsWith("p: 0x"));
  EXPECT_STREQ(w_packprint(nullptr), "NULL");
  const Packed without_tuple(w_pack("T(l)l", 1L, 2L));
  without_tuple->args[0].p = nullptr;
  EXPECT_STREQ(w_packprint(without_tuple.get()), "T(l)l: NULL, 2");
}

TEST(Names, AreThoseOfTheEnums) {
  EXPECT_STREQ(w_HookName(W_OnNewConn), "OnNewConn");
  EXPECT_STREQ(w_HookName(W_OnParsedMsgChat), "OnParsedMsgChat");
  EXPECT_STREQ(w_HookName(W_OnSetConfig), "OnSetConfig");
  EXPECT_EQ(W_OnSetConfig, 40);
  EXPECT_STREQ(w_CallName(W_SendToOpChat), "SendToOpChat");
  EXPECT_STREQ(w_CallName(W_SQLFree), "SQLFree");
  EXPECT_STREQ(w_CallName(W_StopHub), "StopHub");
  EXPECT_EQ(W_StopHub, 56);
  for (const int none : {-1, 41, int{W_MAX_HOOKS}}) {
    EXPECT_STREQ(w_HookName(none), "");
  }
  for (const int none : {-1, 57, int{W_MAX_CALLBACKS}}) {
    EXPECT_STREQ(w_CallName(none), "");
  }
}

}  // namespace
}  // namespace hookline::test
