#include "dispatch/call/request_writer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/probe_call.h"

namespace hookline {

using namespace detail;

namespace {

class RequestWriterTest : public testing::Test {
 protected:
  // Returns the request that a worker would run.
  Request request() { return slot_.carries_request() ? slot_.request() : owned_.view(); }
  std::vector<Value> arguments() { return request().copy_args(); }

  ProbeCall call_;
  QueueSlot slot_{call_};
  OwnedRequest owned_;
  RequestWriter writer_{slot_, owned_};
};

TEST_F(RequestWriterTest, WritesSmallRequestsIntoTheSlot) {
  writer_.set_function(3);
  writer_.add_text("nick");
  writer_.add_value(Value(5));
  writer_.add_value(Value("line"));
  EXPECT_FALSE(writer_.owns());
  EXPECT_TRUE(slot_.carries_request());
  EXPECT_EQ(request().function, 3U);
  EXPECT_EQ(arguments(), (std::vector<Value>{"nick", 5, "line"}));
}

TEST_F(RequestWriterTest, MovesAllOfItWhenSomethingIsTooLarge) {
  const std::string large(500, 'x');
  writer_.set_text_mode(TextMode::kHost);
  writer_.set_function(3);
  writer_.add_text("nick");
  writer_.add_text(large);
  writer_.add_text("after");
  EXPECT_TRUE(writer_.owns());
  EXPECT_FALSE(slot_.carries_request());
  EXPECT_EQ(request().function, 3U);
  EXPECT_EQ(request().text, TextMode::kHost);
  EXPECT_EQ(arguments(), (std::vector<Value>{"nick", large, "after"}));
}

TEST_F(RequestWriterTest, MovesAllOfItForAValueThatIsNotPlain) {
  writer_.set_function(4);
  writer_.add_value(Value(1));
  writer_.add_value(Value(List{1, 2}));
  writer_.set_function(5);
  EXPECT_TRUE(writer_.owns());
  EXPECT_EQ(request().function, 5U);
  EXPECT_EQ(arguments(), (std::vector<Value>{1, List{1, 2}}));
}

TEST_F(RequestWriterTest, KeepsNamesBesideTheCall) {
  writer_.set_name("greet");
  writer_.add_text("ann");
  EXPECT_TRUE(writer_.owns());
  EXPECT_EQ(request().name, "greet");
  EXPECT_EQ(arguments(), (std::vector<Value>{"ann"}));
}

TEST_F(RequestWriterTest, TakesAWholeRequest) {
  writer_.set_function(1);
  writer_.add_text("forgotten");
  writer_.set_request(OwnedRequest("f", {1, 2}));
  EXPECT_EQ(request().name, "f");
  EXPECT_EQ(arguments(), (std::vector<Value>{1, 2}));
}

}  // namespace
}  // namespace hookline
