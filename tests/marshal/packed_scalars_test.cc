#include "marshal/packed_scalars.h"

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

std::vector<Value> values(const PackedScalars& packed) {
  PackedScalars::Unpacked space;
  std::vector<Value> all;
  for (const Scalar& scalar : packed.unpack(space)) {
    all.push_back(scalar.to_value());
  }
  return all;
}

TEST(PackedScalars, GivesBackWhatWasAdded) {
  PackedScalars packed;
  packed.add(Scalar(std::string_view("nick")));
  packed.add(Scalar(std::int64_t{-5}));
  packed.add(Scalar(0.25));
  packed.add(Scalar(std::string_view()));
  packed.add(Scalar(std::string_view("a\0b", 3)));
  packed.add(Scalar(INT64_MIN));
  EXPECT_EQ(packed.size(), PackedScalars::kMost);
  EXPECT_EQ(values(packed),
            (std::vector<Value>{"nick", -5, 0.25, "", std::string("a\0b", 3), Value(INT64_MIN)}));
}

// The sizes include those around the limit, and each text is before and after other scalars.
TEST(PackedScalars, KeepsTextsOfAnySize) {
  for (std::size_t size = 0; size < 300; ++size) {
    PackedScalars packed;
    const std::string text(size, 'x');
    packed.add(Scalar(std::int64_t{1}));
    packed.add(Scalar(std::string_view(text)));
    packed.add(Scalar(std::int64_t{2}));
    packed.add(Scalar(std::string_view(text)));
    packed.add(Scalar(3.0));
    ASSERT_EQ(values(packed), (std::vector<Value>{1, text, 2, text, 3.0})) << size;
  }
}

TEST(PackedScalars, IsEmptyAgainAfterALargeText) {
  PackedScalars packed;
  packed.add(Scalar(std::string_view(std::string(100'000, 'x'))));
  packed.clear();
  EXPECT_EQ(packed.size(), 0U);
  packed.add(Scalar(std::string_view("small")));
  EXPECT_EQ(values(packed), std::vector<Value>{"small"});
}

// One huge text must not cost its memory for ever. The bytes of the first text follow its length.
TEST(PackedScalars, GivesBackTheMemoryOfAHugeText) {
  const auto memory = [](const PackedScalars& packed) {
    PackedScalars::Unpacked space;
    const char* const text = packed.unpack(space).front().text().data();
    return malloc_usable_size(const_cast<char*>(text - sizeof(std::uint32_t)));
  };
  PackedScalars packed;
  packed.add(Scalar(std::string_view(std::string(1'000'000, 'x'))));
  EXPECT_GE(memory(packed), 1'000'000U);
  packed.clear();
  packed.add(Scalar(std::string_view(std::string(500, 'y'))));
  EXPECT_LT(memory(packed), 10'000U);
}

TEST(PackedScalars, CanBeCopiedAndMoved) {
  PackedScalars packed;
  packed.add(Scalar(std::string_view(std::string(500, 'y'))));
  PackedScalars copy = packed;
  const PackedScalars moved = std::move(packed);
  EXPECT_EQ(values(copy), values(moved));
  copy.add(Scalar(std::int64_t{7}));
  EXPECT_EQ(values(copy).back(), Value(7));
}

}  // namespace
}  // namespace hookline
