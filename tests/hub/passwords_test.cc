#include <gmock/gmock.h>

#include "hub_fixture.h"

namespace hookline::test {
namespace {

class PasswordsTest : public HubTest {
 public:
  PasswordsTest() {
    config.users = {{"Op", "secret", kClassOperator}, {"reg", "word", kClassRegistered}};
  }
};

TEST_F(PasswordsTest, AnOperatorIsAskedAndGreetedAsOne) {
  start({{"recorder", std::string(kRecorder)}});
  auto watcher = login("watcher");
  auto op = connect();
  op.login_up_to_hello("Op", {.password = "secret"});
  op.expect("$LogedIn Op");
  op.send("$MyINFO $ALL Op $ $1\x01$$0$|$GetNickList|");
  EXPECT_TRUE(watcher.expect_prefix("$OpList ").contains("Op$$"));
  EXPECT_TRUE(op.expect_prefix("$NickList ").contains("Op$$"));
  op.sync();
  EXPECT_THAT(recorded(), ::testing::Contains("OnParsedMsgMyPass('Op', '$MyPass secret')"));
  EXPECT_EQ(hub().stats().users, 2u);
}

TEST_F(PasswordsTest, ARegisteredUserIsNoOperator) {
  start();
  auto reg = connect();
  reg.login_up_to_hello("reg", {.password = "word"});
  reg.send("$MyINFO $ALL reg $ $1\x01$$0$|$GetNickList|");
  EXPECT_FALSE(reg.expect_prefix("$OpList ").contains("reg$$"));
  EXPECT_FALSE(has(reg.sync(), "$LogedIn"));
}

TEST_F(PasswordsTest, AWrongPasswordEndsTheConnection) {
  start({{"recorder", std::string(kRecorder)}});
  for (const auto* password : {"wrong", "secret ", "secre", "Secret", ""}) {
    auto op = connect();
    op.send("$ValidateNick Op|$MyPass " + std::string(password) + "|");
    const auto received = op.expect_closed();
    EXPECT_TRUE(has(received, "$BadPass")) << password;
    EXPECT_FALSE(has(received, "$Hello")) << password;
  }
  login("A").sync();
  EXPECT_THAT(recorded(), ::testing::Contains("OnCloseConnEx('127.0.0.1', 12, 'Op')"));
}

TEST_F(PasswordsTest, TheCaseOfANickIsNoWayAround) {
  start();
  auto op = connect();
  op.send("$ValidateNick oP|");
  op.expect("$GetPass");
}

TEST_F(PasswordsTest, LoggingInAgainReplacesTheFirstConnection) {
  start();
  auto first = login("Op", {.password = "secret"});
  auto second = login("Op", {.password = "secret"});
  EXPECT_TRUE(has(first.expect_closed(), "logged in again"));
  second.chat("here");
  second.expect("<Op> here");
  EXPECT_EQ(hub().stats().users, 1u);
}

TEST_F(PasswordsTest, AnotherNickMayBeTriedInstead) {
  start();
  auto a = connect();
  a.send("$ValidateNick Op|");
  a.expect("$GetPass");
  a.send("$ValidateNick A|");
  a.expect("$Hello A");
}

}  // namespace
}  // namespace hookline::test
