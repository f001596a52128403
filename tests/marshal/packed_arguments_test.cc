#include "marshal/packed_arguments.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hookline {

using namespace detail;

namespace {

std::vector<Value> values(const PackedArguments& packed) { return packed.view().copy(); }

TEST(PackedArguments, GivesBackWhatWasAdded) {
  PackedArguments packed;
  packed.add(Argument(std::string_view("nick")));
  packed.add(Argument(std::int64_t{-5}));
  packed.add(Argument(0.25));
  packed.add(Argument(std::string_view()));
  packed.add(Argument(std::string_view("a\0b", 3)));
  packed.add(Argument(INT64_MIN));
  EXPECT_EQ(packed.size(), PackedArguments::kMost);
  EXPECT_EQ(values(packed),
            (std::vector<Value>{"nick", -5, 0.25, "", std::string("a\0b", 3), Value(INT64_MIN)}));
}

// The sizes include those around the limit, and each text is before and after other scalars.
TEST(PackedArguments, KeepsTextsOfAnySize) {
  for (std::size_t size = 0; size < 300; ++size) {
    PackedArguments packed;
    const std::string text(size, 'x');
    packed.add(Argument(std::int64_t{1}));
    packed.add(Argument(std::string_view(text)));
    packed.add(Argument(std::int64_t{2}));
    packed.add(Argument(std::string_view(text)));
    packed.add(Argument(3.0));
    ASSERT_EQ(values(packed), (std::vector<Value>{1, text, 2, text, 3.0})) << size;
  }
}

TEST(PackedArguments, IsEmptyAgainAfterALargeText) {
  PackedArguments packed;
  packed.add(Argument(std::string_view(std::string(100'000, 'x'))));
  packed.clear();
  EXPECT_EQ(packed.size(), 0U);
  packed.add(Argument(std::string_view("small")));
  EXPECT_EQ(values(packed), std::vector<Value>{"small"});
}

// One huge text must not cost its memory for ever. The bytes of the first text follow its length.
TEST(PackedArguments, GivesBackTheMemoryOfAHugeText) {
  const auto memory = [](const PackedArguments& packed) {
    return malloc_usable_size(const_cast<char*>(packed.view().bytes));
  };
  PackedArguments packed;
  packed.add(Argument(std::string_view(std::string(1'000'000, 'x'))));
  EXPECT_GE(memory(packed), 1'000'000U);
  packed.clear();
  packed.add(Argument(std::string_view(std::string(500, 'y'))));
  EXPECT_LT(memory(packed), 10'000U);
}

TEST(PackedArguments, CanBeCopiedAndMoved) {
  PackedArguments packed;
  packed.add(Argument(std::string_view(std::string(500, 'y'))));
  PackedArguments copy = packed;
  const PackedArguments moved = std::move(packed);
  EXPECT_EQ(values(copy), values(moved));
  copy.add(Argument(std::int64_t{7}));
  EXPECT_EQ(values(copy).back(), Value(7));
}

}  // namespace
}  // namespace hookline
