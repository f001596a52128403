// Tests that nobody waits for a script that has used more than its share of CPU time. The time it
// has used, and the clock, are the test's.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "hookline/call.h"
#include "hookline/hook.h"
#include "hookline/script_host.h"
#include "hookline/script_info.h"
#include "plugin/event/breaker.h"
#include "plugin/event/cpu_bucket.h"
#include "plugin/script/cpu_shares.h"
#include "plugin/script/script_host_impl.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/log_capture.h"
#include "tests/support/manual_clock.h"

namespace hookline::test {

using namespace detail;
using namespace std::chrono_literals;

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr TimePoint kStart{std::chrono::hours(1)};

TEST(CpuBucket, GivesOneSecondTogether) {
  CpuBucket bucket(0.5, kStart, 10s);
  EXPECT_FALSE(bucket.update(kStart, 11s)) << "it is empty";
  EXPECT_TRUE(bucket.update(kStart, 11s + 1ms));
}

TEST(CpuBucket, AScriptThatKeepsToItsShareIsNeverOver) {
  CpuBucket bucket(0.25, kStart, 0s);
  for (int second = 1; second <= 1'000; ++second) {
    ASSERT_FALSE(bucket.update(kStart + second * 1s, second * 250ms));
  }
}

TEST(CpuBucket, AScriptThatUsesMoreIsOverInTheEnd) {
  CpuBucket bucket(0.25, kStart, 0s);
  int second = 1;
  while (!bucket.update(kStart + second * 1s, second * 350ms)) {
    ++second;
  }
  EXPECT_GE(second, 7) << "it loses 100 ms each second, from about 1 s that it had";
  EXPECT_LE(second, 11);
}

TEST(CpuBucket, IsOverUntilItHasSomethingAgain) {
  CpuBucket bucket(0.5, kStart, 0s);
  EXPECT_TRUE(bucket.update(kStart, 1'200ms));
  EXPECT_TRUE(bucket.update(kStart + 200ms, 1'200ms));
  EXPECT_TRUE(bucket.update(kStart + 400ms, 1'200ms)) << "nothing is not yet something";
  EXPECT_FALSE(bucket.update(kStart + 401ms, 1'200ms));
  EXPECT_FALSE(bucket.is_over());
}

TEST(CpuBucket, DebtAndCreditHaveAnEnd) {
  CpuBucket bucket(0.5, kStart, 0s);
  EXPECT_TRUE(bucket.update(kStart, 1'000'000s));
  EXPECT_FALSE(bucket.update(kStart + 2'001ms, 1'000'000s)) << "a second of debt takes two";
  EXPECT_FALSE(bucket.update(kStart + std::chrono::years(50), 1'000'001s));
  EXPECT_TRUE(bucket.update(kStart + std::chrono::years(50), 1'000'001s + 1ms));
}

TEST(HeldBreaker, IsOpenForEitherReason) {
  Breaker breaker;
  breaker.hold_open(true);
  EXPECT_TRUE(breaker.is_open());
  EXPECT_EQ(breaker.openings(), 0U);
  EXPECT_TRUE(breaker.note_late({.hook = "on_pay", .deadline = 2s}, kStart))
      << "people hear of late calls as always";
  breaker.hold_open(false);
  EXPECT_TRUE(breaker.is_open());
  breaker.hold_open(true);
  EXPECT_TRUE(breaker.note_end(kStart + 5s));
  EXPECT_TRUE(breaker.is_open());
  breaker.hold_open(false);
  EXPECT_FALSE(breaker.is_open());
}

class Notices final : public Host {
 public:
  void on_script_notice(const Caller& caller, const std::string& notice) override {
    all.push_back(caller.name + ": " + notice);
  }
  std::vector<std::string> all;
};

constexpr std::string_view kFilter = R"py(
seen = []
def OnParsedMsgChat(nick, message):
    seen.append(message)
    return message != 'bad'
def saw():
    return seen
)py";

class CpuShare : public ScriptHostTest {
 protected:
  // The scripts end before the clock and the log do.
  void TearDown() override { scripts.reset(); }

  void start_with(PythonOptions python) {
    auto created = ScriptHost::create(notices, {.hooks = verlihub::hooks(),
                                                .module = verlihub::module(host),
                                                .decision_deadline = kPatience,
                                                .load_limit = kForever,
                                                .end_patience = kForever,
                                                .interrupt_after = kForever,
                                                .quarantine_after = kForever,
                                                .python = std::move(python),
                                                .log = detail::spdlog_log(),
                                                .clock = &clock});
    ASSERT_TRUE(created) << created.error().to_string();
    scripts = *std::move(created);
    HostAccess::impl(*scripts).registry.use_cpu_source(
        [this](const ScriptEntry& entry) { return entry.name() == "a" ? used.load() : 0ns; });
  }
  // Lets the script use this much, and the next look at it happen.
  void look(Duration more) {
    used = used.load() + more;
    clock.wait_for_sleeper(clock.now() + CpuShares::kPeriod);
    clock.advance(CpuShares::kPeriod);
    clock.wait_for_sleeper(clock.now() + CpuShares::kPeriod);
  }
  Decision decide(const std::string& text) {
    return scripts->decide_wait(verlihub::kOnParsedMsgChat, {"ann", text});
  }
  ScriptInfo info() { return scripts->scripts().at(0); }

  LogCapture log;
  ManualClock clock;
  std::atomic<Duration> used{Duration::zero()};
  Notices notices;
};

TEST_F(CpuShare, AScriptIsNotWaitedForWhileItIsOverItsShare) {
  start_with({.cpu_share = 0.5});
  load("a", kFilter);
  load("b", kFilter);
  look(0ms);
  look(900ms);
  EXPECT_EQ(decide("bad").late, 0U);
  EXPECT_EQ(info().cpu_share, 0.5);
  EXPECT_FALSE(info().is_over_cpu_share);

  look(300ms);  // 0.1 s + 0.05 s were left
  EXPECT_TRUE(info().is_over_cpu_share);
  EXPECT_EQ(info().over_cpu_share, 1U);
  const Decision decision = decide("bad");
  EXPECT_EQ(decision.late, 1U);
  EXPECT_FALSE(decision.allowed) << "the other script is asked";
  EXPECT_EQ(call("a", "saw"), Value(List{"bad", "bad"})) << "it sees all events";
  EXPECT_EQ(info().late, 0U);
  const auto asked = scripts->ask(info().id, verlihub::kOnParsedMsgChat, {"ann", "bad"}, 1h).get();
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().code, ErrorCode::kDeadlineExceeded);

  look(0ms);
  look(0ms);
  look(0ms);
  EXPECT_TRUE(info().is_over_cpu_share) << "nothing is not yet something";
  look(0ms);
  EXPECT_FALSE(info().is_over_cpu_share);
  EXPECT_EQ(decide("bad").late, 0U);
  EXPECT_EQ(info().over_cpu_share, 1U);
}

TEST_F(CpuShare, TheDefaultDecidesAndPeopleAreTold) {
  start_with({.cpu_share = 0.25});
  load("a", kFilter);
  look(0ms);
  look(2s);
  const Decision decision = decide("bad");
  EXPECT_TRUE(decision.allowed);
  EXPECT_EQ(decision.late, 1U);
  look(2s);
  EXPECT_EQ(info().over_cpu_share, 1U) << "it is told once";
  while (info().is_over_cpu_share) {
    look(0ms);
  }
  while (notices.all.size() < 2) {
    call("a", "saw");  // the host's thread serves notices while it waits
  }
  EXPECT_THAT(
      notices.all,
      ElementsAre("a: it has used more than its share of CPU time (0.25 of a core): its answers "
                  "are not waited for until it has used less",
                  // A debt of 1 s takes 4 s, and it must have something then.
                  "a: it is within its share of CPU time again, after 4.2 s: its answers are "
                  "waited for"));
  EXPECT_EQ(log.count("share of CPU time"), 2U);
  EXPECT_FALSE(decide("bad").allowed);
}

TEST_F(CpuShare, IsThatOfTheScript) {
  start_with({});
  const auto path = folder.write("a.py", kFilter);
  ASSERT_TRUE(scripts->load(path, {.python = {.cpu_share = 0.1}}).get());
  load("b", kFilter);
  look(5s);  // its import does not count
  EXPECT_FALSE(info().is_over_cpu_share);
  look(2s);
  EXPECT_TRUE(info().is_over_cpu_share);
  EXPECT_FALSE(scripts->scripts().at(1).cpu_share);
  EXPECT_EQ(decide("good").late, 1U);
  ASSERT_TRUE(scripts->unload(info().id).get());
  EXPECT_EQ(decide("good").late, 0U);
  ASSERT_TRUE(scripts->load(path, {.python = {.cpu_share = 0.1}}).get());
  look(0ms);
  look(900ms);
  EXPECT_EQ(decide("good").late, 0U) << "it begins with a full bucket";
}

TEST_F(CpuShare, AScriptCanOnlyLowerIt) {
  start_with({.cpu_share = 0.5});
  const std::string lower = "# hookline: cpu_share=0.25\n";
  const ScriptId id = load("a", lower + std::string(kFilter));
  EXPECT_EQ(info().cpu_share, 0.25);
  folder.write("a.py", "# hookline: cpu_share=0.75\n" + std::string(kFilter));
  ASSERT_TRUE(scripts->reload(id).get());
  EXPECT_EQ(info().cpu_share, 0.5);
  const auto path = folder.write("b.py", lower + std::string(kFilter));
  ASSERT_TRUE(scripts->load(path, {.python = {.cpu_share = 0.1}}).get());
  EXPECT_EQ(scripts->scripts().at(1).cpu_share, 0.1);
}

TEST_F(CpuShare, AScriptCanHaveOneThoughTheHostGivesNone) {
  start_with({});
  const ScriptId id = load("a", "# hookline: cpu_share=0.25\n" + std::string(kFilter));
  look(0ms);
  look(2s);
  EXPECT_TRUE(info().is_over_cpu_share);
  EXPECT_EQ(decide("bad").late, 1U);
  folder.write("a.py", kFilter);
  ASSERT_TRUE(scripts->reload(id).get());
  EXPECT_FALSE(info().cpu_share);
  look(0ms);
  EXPECT_FALSE(info().is_over_cpu_share) << "it has none any more";
  EXPECT_EQ(decide("bad").late, 0U);
}

TEST_F(CpuShare, AReloadForgivesNothing) {
  start_with({.cpu_share = 0.5});
  load("a", kFilter);
  look(0ms);
  look(2s);
  ASSERT_TRUE(scripts->reload(info().id).get());
  EXPECT_TRUE(info().is_over_cpu_share);
  EXPECT_EQ(decide("bad").late, 1U);
}

}  // namespace
}  // namespace hookline::test
