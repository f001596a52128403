#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "hookline/convert.h"
#include "tests/marshal/value_printer.h"

namespace hookline {
namespace {

class Witness final : public Producer {
 public:
  explicit Witness(int& alive) : alive_(alive) { ++alive_; }
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;
  ~Witness() override { --alive_; }
  [[nodiscard]] Result<std::optional<Value>> next() override { return Value(7); }

 private:
  int& alive_;
};

TEST(Producer, IsAHandleThatKnowsWhatItIs) {
  const Value value = produce([]() -> std::optional<Value> { return std::nullopt; });
  ASSERT_EQ(value.kind(), Kind::kHandle);
  EXPECT_TRUE(detail::is_producer(*value.as<Handle>()));
  EXPECT_FALSE(detail::is_producer(Handle()));
  EXPECT_FALSE(detail::is_producer(Handle(std::make_shared<int>(1))));
}

TEST(Producer, IsTakenOnceWhateverTheCopies) {
  int alive = 0;
  const Value value = make_producer(std::make_unique<Witness>(alive), TextMode::kHost);
  const Value copy = value;
  EXPECT_EQ(copy, value);
  detail::ProducerSource source = detail::take_producer(*copy.as<Handle>());
  ASSERT_NE(source.producer, nullptr);
  EXPECT_EQ(source.text, TextMode::kHost);
  EXPECT_EQ(source.producer->next(), Result<std::optional<Value>>(Value(7)));
  EXPECT_EQ(detail::take_producer(*value.as<Handle>()).producer, nullptr);
  EXPECT_EQ(alive, 1);
  source.producer.reset();
  EXPECT_EQ(alive, 0);
}

TEST(Producer, GoesWithTheLastCopyIfNobodyTakesIt) {
  int alive = 0;
  {
    Value value = make_producer(std::make_unique<Witness>(alive));
    const List list{value, 1};
    value = nullptr;
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

TEST(Producer, IsMadeOfAFunctionWithOrWithoutErrors) {
  const auto next_of = [](const Value& value) {
    return detail::take_producer(*value.as<Handle>()).producer->next();
  };
  EXPECT_EQ(next_of(produce([n = 1]() mutable -> std::optional<Value> { return n++; })),
            Result<std::optional<Value>>(Value(1)));
  EXPECT_EQ(next_of(produce([]() -> Result<std::optional<Value>> {
              return fail(ErrorCode::kBadArguments, "no");
            }))
                .error()
                .message,
            "no");
}

}  // namespace
}  // namespace hookline
