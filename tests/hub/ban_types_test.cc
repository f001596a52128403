// Tests the bans that do not match a nick alone: each disconnects, holds over a restart, and ends
// by the clock.

#include <gmock/gmock.h>

#include <ostream>
#include <string>

#include "hub_fixture.h"

namespace hookline::test {

using namespace hub;

namespace {

constexpr std::string_view kBansProxy = "import vh\ndef run(text): return repr(eval(text))\n";

struct Row {
  const char* name;
  const char* call;
  bool is_about_all;  // matches everybody at this address, not only these nicks
};

std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

constexpr auto kRows = std::to_array<Row>({
    {"Range", "vh.Ban('Op', '127.0.0.0-127.0.0.9', 'why', 600, vh.eBF_RANGE)", true},
    {"RangeOfAUser", "vh.Ban('Op', 'bad', 'why', 600, vh.eBF_RANGE)", true},
    {"Ip", "vh.Ban('Op', '127.0.0.1', 'why', 600, vh.eBF_IP)", true},
    {"Prefix", "vh.Ban('Op', 'BA', 'why', 600, vh.eBF_PREFIX)", false},
    {"NickIp", "vh.Ban('Op', 'bad', 'why', 600, vh.eBF_NICKIP)", false},
});

class BanTypes : public HubTest, public ::testing::WithParamInterface<Row> {
 protected:
  BanTypes() {
    config.users = {{"Op", "secret", kClassOperator}};
    config.store_path = folder.path() / "hub.db";
    config.idle_timeout = Duration::zero();
  }
  void start_hub() { start({{"proxy", std::string(kBansProxy)}}, &clock); }

  // Tries to log in, and returns what the hub says before it closes the connection.
  [[nodiscard]] std::vector<std::string> refused(std::string_view nick) const {
    auto client = connect();
    client.send("$Supports NoHello|$Key x|$ValidateNick " + std::string(nick) + "|");
    return client.expect_closed();
  }
};

TEST_P(BanTypes, SendsAwayKeepsAwayAndEnds) {
  const auto& row = GetParam();
  start_hub();
  auto op = login("Op", {.password = "secret"});
  auto bad = login("bad");
  auto good = login("good");
  EXPECT_EQ(call("proxy", "run", {row.call}), Value("True"));
  EXPECT_TRUE(has(bad.expect_closed(), "You are banned by Op until "));
  op.sync();  // an operator is disconnected only by a ban of his nick
  if (row.is_about_all) {
    good.expect_closed();
  } else {
    good.sync();
  }
  EXPECT_TRUE(has(refused("bad"), "UTC: why"));
  op.close();
  good.close();
  stop();
  start_hub();
  EXPECT_TRUE(has(refused("bad"), "UTC: why"));
  if (!row.is_about_all) {
    auto other = login("good");
  }
  clock.advance(std::chrono::seconds(601));
  auto again = login("bad");
}

INSTANTIATE_TEST_SUITE_P(Rows, BanTypes, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST_F(BanTypes, APrefixIsAboutAllWhoHaveIt) {
  start_hub();
  auto first = login("bad");
  auto second = login("BARE");
  auto other = login("abba");
  EXPECT_EQ(call("proxy", "run", {"vh.Ban('Op', 'ba', '', 60, vh.eBF_PREFIX)"}), Value("True"));
  EXPECT_TRUE(has(first.expect_closed(), "You are banned by Op until "));
  EXPECT_TRUE(has(second.expect_closed(), "You are banned by Op until "));
  other.sync();
}

}  // namespace
}  // namespace hookline::test
