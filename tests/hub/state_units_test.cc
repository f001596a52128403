#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "hookline/future.h"
#include "hub/base/clocks.h"
#include "hub/base/text.h"
#include "hub/net/ip_range.h"
#include "hub/store/bans.h"
#include "hub/store/passwords.h"
#include "hub/store/registrations.h"
#include "hub/store/restrictions.h"
#include "hub/store/script_state.h"
#include "hub/store/store.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/manual_clock.h"

namespace hookline::test {

using namespace hub;

namespace {

using namespace std::chrono_literals;

// Has a database in a file, which restart() opens again.
class StateUnits : public ::testing::Test {
 protected:
  StateUnits() { restart(); }

  void restart() {
    store.reset();
    auto opened = Store::open((folder.path() / "hub.db").string());
    if (!opened) {
      throw std::runtime_error(opened.error().message);
    }
    store = *std::move(opened);
  }

  template <class T, class... Args>
  [[nodiscard]] std::unique_ptr<T> loaded(Args&&... args) {
    auto made = std::make_unique<T>(*store, std::forward<Args>(args)...);
    EXPECT_TRUE(made->load());
    return made;
  }

  [[nodiscard]] static Value done(Future<Value> future) {
    auto result = future.get();
    EXPECT_TRUE(result) << result.error().message;
    return result.value_or(Value());
  }

  TempFolder folder;
  ManualClock clock;
  UnixClock unix_clock{clock};
  std::unique_ptr<Store> store;
};

TEST(PasswordHash, FitsItsPasswordOnly) {
  const auto hash = hash_password("secret");
  ASSERT_TRUE(hash);
  EXPECT_TRUE(verify_password(*hash, "secret"));
  EXPECT_FALSE(verify_password(*hash, "Secret"));
  EXPECT_FALSE(verify_password(*hash, ""));
  EXPECT_FALSE(hash->contains("secret"));
  EXPECT_NE(*hash, hash_password("secret"));
}

TEST(PasswordHash, WhatIsNoHashFitsNothing) {
  for (const char* hash : {"", "secret", "$scrypt$ln=13,r=8,p=1$", "$scrypt$ln=13,r=8,p=1$00$",
                           "$scrypt$ln=13,r=8,p=1$00$00", "$scrypt$ln=13,r=8,p=1$zz$zz"}) {
    EXPECT_FALSE(verify_password(hash, "")) << hash;
    EXPECT_FALSE(verify_password(hash, "secret")) << hash;
  }
}

TEST(TimeSpan, ReadsItsUnits) {
  EXPECT_EQ(parse_time_span("90s"), 90);
  EXPECT_EQ(parse_time_span("30m"), 1'800);
  EXPECT_EQ(parse_time_span("3h"), 10'800);
  EXPECT_EQ(parse_time_span("2d"), 172'800);
  EXPECT_EQ(parse_time_span("1w"), 604'800);
  EXPECT_EQ(parse_time_span("1M"), 2'592'000);
  EXPECT_EQ(parse_time_span("1y"), 31'536'000);
  for (const char* text :
       {"", "h", "3", "3 h", "-3h", "0h", "3x", "99999999999999999999h", "9223372036854775807s"}) {
    EXPECT_FALSE(parse_time_span(text)) << text;
  }
}

bool is_in(const char* address, const char* range) {
  const auto bytes = IpRange::parse_address(address);
  const auto parsed = IpRange::parse(range);
  EXPECT_TRUE(bytes) << address;
  EXPECT_TRUE(parsed) << range;
  return bytes && parsed && parsed->contains(*bytes);
}

TEST(IpRangeTest, ContainsItsAddresses) {
  EXPECT_TRUE(is_in("1.2.3.4", "1.2.3.4"));
  EXPECT_FALSE(is_in("1.2.3.5", "1.2.3.4"));
  EXPECT_TRUE(is_in("1.2.3.255", "1.2.3.0-1.2.4.1"));
  EXPECT_FALSE(is_in("1.2.4.2", "1.2.3.0-1.2.4.1"));
  EXPECT_TRUE(is_in("1.2.3.200", "1.2.3.4/24"));
  EXPECT_FALSE(is_in("1.2.4.0", "1.2.3.4/24"));
  EXPECT_TRUE(is_in("9.9.9.9", "0.0.0.0/0"));
  EXPECT_FALSE(is_in("2001:db8::1", "0.0.0.0/0"));
  EXPECT_TRUE(is_in("2001:db8::ffff", "2001:db8::1/64"));
  EXPECT_FALSE(is_in("2001:db8:0:1::1", "2001:db8::1/64"));
  EXPECT_TRUE(is_in("::ffff:1.2.3.4", "1.2.3.0/24"));
  EXPECT_TRUE(is_in("1.2.3.9", IpRange::around("1.2.3.4").c_str()));
  EXPECT_FALSE(is_in("1.2.4.9", IpRange::around("1.2.3.4").c_str()));
  EXPECT_TRUE(is_in("2001:db8::9", IpRange::around("2001:db8::1").c_str()));
  EXPECT_FALSE(is_in("2001:db8:0:1::1", IpRange::around("2001:db8::1").c_str()));
}

TEST(IpRangeTest, ANetworkMayBeOneAddress) {
  EXPECT_TRUE(is_in("1.2.3.4", "1.2.3.4/32"));
  EXPECT_FALSE(is_in("1.2.3.5", "1.2.3.4/32"));
  EXPECT_TRUE(is_in("::1", "::1/128"));
  EXPECT_FALSE(is_in("::2", "::1/128"));
}

TEST(IpRangeTest, RefusesWhatIsNoRange) {
  for (const char* text : {"", "1.2.3", "nick", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/x", "::1/129",
                           "1.2.3.9-1.2.3.1", "1.2.3.4-", "1.2.3.4/24/24"}) {
    EXPECT_FALSE(IpRange::parse(text)) << text;
  }
}

TEST_F(StateUnits, RegistrationsSurvive) {
  auto users = loaded<Registrations>(std::vector<RegisteredUser>{});
  EXPECT_EQ(done(users->add({.nick = "Ann", .user_class = 3, .op = "op", .registered_at = 5})),
            Value(true));
  EXPECT_EQ(done(users->add({.nick = "aNN"})), Value(false));
  EXPECT_EQ(done(users->add({.nick = "Bob"})), Value(true));
  EXPECT_EQ(done(users->add({.nick = "Eve", .user_class = 11})), Value(false));
  EXPECT_EQ(done(users->set_class("ANN", 5)), Value(true));
  EXPECT_EQ(done(users->set_class("ANN", 0)), Value(false));
  EXPECT_EQ(done(users->set_secret("ann", "hash")), Value(true));
  EXPECT_EQ(done(users->remove("bob")), Value(true));
  EXPECT_EQ(done(users->remove("bob")), Value(false));
  restart();
  users = loaded<Registrations>(std::vector<RegisteredUser>{});
  const auto* ann = users->find("ann");
  ASSERT_NE(ann, nullptr);
  EXPECT_EQ(ann->nick, "Ann");
  EXPECT_EQ(ann->user_class, 5);
  EXPECT_EQ(ann->secret, "hash");
  EXPECT_EQ(ann->op, "op");
  EXPECT_EQ(ann->registered_at, 5);
  EXPECT_EQ(users->find("Bob"), nullptr);
}

TEST_F(StateUnits, TheConfigFileWinsOverRegistrations) {
  auto users = loaded<Registrations>(std::vector<RegisteredUser>{});
  EXPECT_EQ(done(users->add({.nick = "Ann", .user_class = 1, .secret = "hash"})), Value(true));
  restart();
  users = loaded<Registrations>(std::vector<RegisteredUser>{{"ann", "word", 5}});
  EXPECT_EQ(users->find("Ann")->user_class, 5);
  EXPECT_EQ(users->find("Ann")->secret, "word");
  EXPECT_EQ(done(users->set_class("Ann", 2)), Value(false));
  EXPECT_EQ(done(users->set_secret("Ann", "x")), Value(false));
  EXPECT_EQ(done(users->remove("Ann")), Value(false));
}

TEST_F(StateUnits, ANickWithoutPasswordIsNoOperator) {
  Registration user{.nick = "A", .user_class = 5};
  EXPECT_EQ(user.effective_class(), kClassVip);
  user.secret = "hash";
  EXPECT_EQ(user.effective_class(), 5);
  user.secret.clear();
  user.is_from_config = true;
  EXPECT_EQ(user.effective_class(), 5);
}

struct BanCase {
  Ban ban;
  BanSubject hit;
  BanSubject miss;
};

TEST_F(StateUnits, EveryTypeOfBanFindsItsSubject) {
  const BanSubject base{.nick = "Spam[1]", .ip = "1.2.3.4", .share = "100"};
  const auto with = [&](auto change) {
    BanSubject subject = base;
    change(subject);
    return subject;
  };
  const auto other_nick = with([](BanSubject& s) { s.nick = "Ann"; });
  const auto other_ip = with([](BanSubject& s) { s.ip = "9.2.3.4"; });
  const auto other_share = with([](BanSubject& s) { s.share = "1000"; });
  const auto ban_of = [](BanType type, const char* nick, const char* address) {
    Ban ban;
    ban.type = type;
    ban.nick = nick;
    ban.address = address;
    return ban;
  };
  for (auto& [ban, hit, miss] : std::vector<BanCase>{
           {ban_of(BanType::kNickIp, "spam[1]", "1.2.3.4"), base, other_nick},
           {ban_of(BanType::kNickIp, "spam[1]", "1.2.3.4"), base, other_ip},
           {ban_of(BanType::kIp, "", "1.2.3.4"), other_nick, other_ip},
           {ban_of(BanType::kNick, "SPAM[1]", ""), other_ip, other_nick},
           {ban_of(BanType::kRange, "", "1.2.0.0/16"), base, other_ip},
           {ban_of(BanType::kHost1, "", "1.2.3.4"), base, other_ip},
           {ban_of(BanType::kHostR1, "", "1.2.3.4"), base, other_ip},
           {ban_of(BanType::kShare, "100", ""), base, other_share},
           {ban_of(BanType::kPrefix, "spam", ""), base, other_nick},
       }) {
    auto bans = loaded<Bans>(unix_clock);
    EXPECT_EQ(done(bans->add(ban, 0)), Value(true));
    const auto* found = bans->find(hit);
    ASSERT_NE(found, nullptr) << static_cast<int>(ban.type);
    EXPECT_EQ(bans->find(miss), nullptr) << static_cast<int>(ban.type);
    EXPECT_EQ(done(bans->remove("#" + std::to_string(found->id))), Value(true));
    EXPECT_EQ(bans->find(hit), nullptr);
  }
}

TEST_F(StateUnits, BansSurviveAndEnd) {
  auto bans = loaded<Bans>(unix_clock);
  Ban ban;
  ban.nick = "short";
  ban.op = "op";
  ban.reason = "why";
  EXPECT_EQ(done(bans->add(ban, 60)), Value(true));
  ban.nick = "long";
  EXPECT_EQ(done(bans->add(ban, 0)), Value(true));
  restart();
  bans = loaded<Bans>(unix_clock);
  const auto* found = bans->find({.nick = "Short", .ip = "1.1.1.1", .share = {}});
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(ban_notice(*found), "You are banned by op until " + time_text(found->until) + ": why");
  clock.advance(61s);
  EXPECT_EQ(bans->find({.nick = "short", .ip = "1.1.1.1", .share = {}}), nullptr);
  EXPECT_EQ(bans->all().size(), 2u);
  bans->expire();
  EXPECT_EQ(bans->all().size(), 1u);
  restart();
  bans = loaded<Bans>(unix_clock);
  ASSERT_EQ(bans->all().size(), 1u);
  EXPECT_EQ(ban_notice(bans->all().begin()->second), "You are banned by op for ever: why");
}

TEST_F(StateUnits, ABanOfHugeLengthIsForEver) {
  auto bans = loaded<Bans>(unix_clock);
  Ban ban;
  ban.nick = "Ann";
  EXPECT_EQ(done(bans->add(ban, 9'000'000'000'000'000)), Value(true));
  ASSERT_EQ(bans->all().size(), 1u);
  EXPECT_EQ(bans->all().begin()->second.until, 0);
}

TEST_F(StateUnits, ABanAfterARestartReplacesNoneFromBefore) {
  auto bans = loaded<Bans>(unix_clock);
  Ban ban;
  ban.nick = "Ann";
  EXPECT_EQ(done(bans->add(ban, 0)), Value(true));
  restart();
  bans = loaded<Bans>(unix_clock);
  ban.nick = "Bob";
  EXPECT_EQ(done(bans->add(ban, 0)), Value(true));
  EXPECT_EQ(bans->all().size(), 2u);
}

TEST_F(StateUnits, OnlyTemporaryBansAreLiftedAsSuch) {
  auto bans = loaded<Bans>(unix_clock);
  Ban by_nick;
  by_nick.nick = "Ann";
  Ban by_ip;
  by_ip.type = BanType::kIp;
  by_ip.address = "1.2.3.4";
  EXPECT_EQ(done(bans->add(by_nick, 0)), Value(true));
  EXPECT_EQ(done(bans->add(by_ip, 0)), Value(true));
  EXPECT_EQ(done(bans->remove_temporary_nick("ann")), Value(false));
  EXPECT_EQ(done(bans->remove_temporary_ip("1.2.3.4")), Value(false));
  EXPECT_EQ(done(bans->add(by_nick, 60)), Value(true));
  EXPECT_EQ(done(bans->add(by_ip, 60)), Value(true));
  EXPECT_EQ(done(bans->remove_temporary_nick("ann")), Value(true));
  EXPECT_EQ(done(bans->remove_temporary_ip("1.2.3.4")), Value(true));
  EXPECT_EQ(bans->all().size(), 2u);
  EXPECT_EQ(done(bans->remove("1.2.3.4")), Value(true));
  EXPECT_EQ(done(bans->remove("ANN")), Value(true));
  EXPECT_TRUE(bans->all().empty());
}

Value flags(bool chat, bool pm, bool search, bool ctm) {
  return Dict{{{"chat", chat}, {"pm", pm}, {"search", search}, {"ctm", ctm}}};
}

TEST_F(StateUnits, RestrictionsSurviveAndEnd) {
  auto limits = loaded<Restrictions>(unix_clock);
  EXPECT_EQ(done(limits->change("Ann", {})), flags(false, false, false, false));
  EXPECT_EQ(done(limits->change("Ann", {"30m", "1", "", "2d"})), flags(true, true, false, true));
  EXPECT_EQ(done(limits->change("ann", {"", "0", "", ""})), flags(true, false, false, true));
  const auto until = limits->until("ANN", Restriction::kChat);
  EXPECT_EQ(until, unix_clock.now() + 1'800);
  restart();
  limits = loaded<Restrictions>(unix_clock);
  EXPECT_EQ(limits->until("Ann", Restriction::kChat), until);
  EXPECT_EQ(limits->until("Ann", Restriction::kPrivate), 0);
  clock.advance(31min);
  limits->expire();
  EXPECT_EQ(done(limits->change("Ann", {})), flags(false, false, false, true));
  clock.advance(48h);
  limits->expire();
  EXPECT_EQ(done(limits->change("Ann", {})), flags(false, false, false, false));
}

TEST_F(StateUnits, ARestrictionOfOneIsAWeekAndEndsOnTime) {
  auto limits = loaded<Restrictions>(unix_clock);
  EXPECT_EQ(done(limits->change("Ann", {"1", "", "", ""})), flags(true, false, false, false));
  EXPECT_EQ(limits->until("Ann", Restriction::kChat), unix_clock.now() + 604'800);
  clock.advance(604'799s);
  EXPECT_NE(limits->until("Ann", Restriction::kChat), 0);
  clock.advance(1s);
  EXPECT_EQ(limits->until("Ann", Restriction::kChat), 0);
}

TEST_F(StateUnits, ARestrictionThatCannotBeReadChangesNothing) {
  auto limits = loaded<Restrictions>(unix_clock);
  const auto result = limits->change("Ann", {"1", "soon", "", ""}).get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().python_type, "ValueError");
  EXPECT_THAT(result.error().message, ::testing::HasSubstr("pm is 'soon'"));
  EXPECT_EQ(limits->until("Ann", Restriction::kChat), 0);
}

TEST_F(StateUnits, ScriptDecisionsSurvive) {
  auto scripts = loaded<ScriptState>();
  EXPECT_EQ(scripts->is_loaded("/a.py"), std::nullopt);
  EXPECT_EQ(scripts->log_level(), std::nullopt);
  EXPECT_EQ(done(scripts->set_loaded("/a.py", true)), Value(true));
  EXPECT_EQ(done(scripts->set_loaded("/b.py", true)), Value(true));
  EXPECT_EQ(done(scripts->set_loaded("/b.py", false)), Value(true));
  EXPECT_EQ(done(scripts->set_loaded("/c.py", false)), Value(true));
  EXPECT_EQ(done(scripts->forget("/c.py")), Value(true));
  EXPECT_EQ(done(scripts->set_log_level("warn")), Value(true));
  restart();
  scripts = loaded<ScriptState>();
  EXPECT_EQ(scripts->is_loaded("/a.py"), true);
  EXPECT_EQ(scripts->is_loaded("/b.py"), false);
  EXPECT_EQ(scripts->is_loaded("/c.py"), std::nullopt);
  EXPECT_EQ(scripts->log_level(), "warn");
}

}  // namespace
}  // namespace hookline::test
