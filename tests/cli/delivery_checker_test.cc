#include "cli/delivery_checker.h"

#include <gtest/gtest.h>

namespace hookline::test {

using namespace cli;

namespace {

constexpr std::size_t kClients = 3;
constexpr std::uint32_t kLines = 100;

// There are three clients with 100 lines each. Every client has received every line, except those
// that a test leaves out.
class DeliveryCheckerTest : public ::testing::Test {
 protected:
  template <class Skip>
  void deliver_unless(Skip skip) {
    for (std::size_t receiver = 0; receiver < kClients; ++receiver) {
      for (std::size_t sender = 0; sender < kClients; ++sender) {
        for (std::uint32_t sequence = 0; sequence < kLines; ++sequence) {
          if (!skip(receiver, sender, sequence)) {
            checker.received(receiver, sender, sequence, false);
          }
        }
      }
    }
  }
  void deliver_all() {
    deliver_unless([](std::size_t, std::size_t, std::uint32_t) { return false; });
  }

  Traffic traffic{kClients, kClients* kLines};
  DeliveryChecker checker{traffic};
};

TEST_F(DeliveryCheckerTest, AllIsWell) {
  deliver_all();
  const auto report = checker.report();
  EXPECT_EQ(report.delivered, kClients * kLines);
  EXPECT_EQ(report.incomplete, 0U);
  EXPECT_EQ(report.duplicates, 0U);
  EXPECT_EQ(report.out_of_order, 0U);
  EXPECT_EQ(report.altered, 0U);
}

TEST_F(DeliveryCheckerTest, NothingIsDeliveredThatNobodyHasSent) {
  const auto report = checker.report();
  EXPECT_EQ(report.delivered, 0U);
  EXPECT_EQ(report.incomplete, 0U);
}

TEST_F(DeliveryCheckerTest, ALineThatOneClientMissesIsNotDelivered) {
  deliver_unless([](std::size_t receiver, std::size_t sender, std::uint32_t sequence) {
    return receiver == 2 && sender == 1 && sequence == 99;
  });
  const auto report = checker.report();
  EXPECT_EQ(report.delivered, kClients * kLines - 1);
  EXPECT_EQ(report.incomplete, 1U);
}

TEST_F(DeliveryCheckerTest, ALineThatNobodyGotIsNeitherDeliveredNorIncomplete) {
  deliver_unless([](std::size_t, std::size_t sender, std::uint32_t sequence) {
    return sender == 0 && sequence < 10;
  });
  const auto report = checker.report();
  EXPECT_EQ(report.delivered, kClients * kLines - 10);
  EXPECT_EQ(report.incomplete, 0U);
  EXPECT_EQ(report.out_of_order, 0U);
}

TEST_F(DeliveryCheckerTest, ALineThatOnlyItsSenderGotIsIncomplete) {
  checker.received(0, 0, 5, false);
  EXPECT_EQ(checker.report().incomplete, 1U);
}

TEST_F(DeliveryCheckerTest, DuplicatesAreCountedAndNothingElse) {
  deliver_all();
  checker.received(1, 0, 0, false);
  checker.received(1, 0, 0, true);
  const auto report = checker.report();
  EXPECT_EQ(report.duplicates, 2U);
  EXPECT_EQ(report.delivered, kClients * kLines);
  EXPECT_EQ(report.out_of_order, 0U);
  EXPECT_EQ(report.altered, 0U);
}

TEST_F(DeliveryCheckerTest, OrderCountsForEachSenderAlone) {
  checker.received(0, 0, 7, false);
  checker.received(0, 1, 3, false);  // another sender
  checker.received(0, 0, 8, false);
  EXPECT_EQ(checker.report().out_of_order, 0U);
  checker.received(0, 0, 6, false);
  checker.received(0, 0, 9, false);
  EXPECT_EQ(checker.report().out_of_order, 1U);
}

TEST_F(DeliveryCheckerTest, AlteredIsWhatTheClientWithMostHasSeen) {
  checker.received(0, 0, 0, true);
  checker.received(1, 0, 0, true);
  checker.received(1, 0, 1, true);
  EXPECT_EQ(checker.report().altered, 2U);
}

}  // namespace
}  // namespace hookline::test
