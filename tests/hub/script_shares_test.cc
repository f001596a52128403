#include "hub/net/script_shares.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace hookline::test {

using namespace hub;

namespace {

constexpr ScriptId kFlood{1};
constexpr ScriptId kOther{2};
constexpr ScriptId kHealthy{3};

// Has room for 1,200 bytes. Scripts send as much as they may, a hundred bytes at a time.
class ScriptSharesTest : public ::testing::Test {
 protected:
  bool send(ScriptId script, std::size_t bytes = 100) {
    const bool may = shares.may_add(script, bytes, 1'200 - waiting);
    if (may) {
      shares.add(script, bytes);
      waiting += bytes;
    }
    return may;
  }

  void take(std::size_t bytes) {
    shares.note_taken(bytes, waiting);
    waiting -= bytes;
  }

  ScriptShares shares;
  std::size_t waiting = 0;
};

TEST_F(ScriptSharesTest, OneScriptTakesHalfAndLeavesRoomForOthers) {
  while (send(kFlood)) {
  }
  EXPECT_EQ(shares.of(kFlood), 600U);
  EXPECT_TRUE(send(kHealthy));
  EXPECT_FALSE(send(kFlood)) << "there is less room than before";
  EXPECT_TRUE(send(kHealthy));
  EXPECT_EQ(shares.of(kHealthy), 200U);
}

TEST_F(ScriptSharesTest, TwoShareWithAThird) {
  for (int i = 0; i < 20; ++i) {
    (void)send(kFlood);
    (void)send(kOther);
  }
  EXPECT_EQ(shares.of(kFlood), 400U);
  EXPECT_EQ(shares.of(kOther), 400U);
  EXPECT_TRUE(send(kHealthy));
}

TEST_F(ScriptSharesTest, WhatOthersThanScriptsSendLeavesLess) {
  waiting = 1'000;
  EXPECT_TRUE(send(kHealthy));
  EXPECT_FALSE(send(kHealthy)) << "all of the room";
  waiting = 1'200;
  EXPECT_FALSE(send(kOther, 1));
}

TEST_F(ScriptSharesTest, WhatTheClientTakesIsFreeAgain) {
  while (send(kFlood)) {
  }
  (void)send(kHealthy);
  take(350);
  EXPECT_EQ(shares.of(kFlood), 300U);
  EXPECT_EQ(shares.of(kHealthy), 50U);
  EXPECT_TRUE(send(kFlood));
  take(waiting);
  EXPECT_EQ(shares.of(kFlood), 0U);
  EXPECT_EQ(shares.of(kHealthy), 0U);
}

}  // namespace
}  // namespace hookline::test
