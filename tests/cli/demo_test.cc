#include "cli/demo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "cli/demo_report.h"
#include "tests/cli/cli_run.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {

using namespace cli;
using namespace std::chrono_literals;

namespace {

using nlohmann::json;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Runs the demo with 2,000 lines of 5 clients.
json demo(std::vector<std::string> more, int exit_code = 0) {
  std::vector<std::string> arguments{"demo", "--messages", "2000", "--clients", "5", "--json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const CliResult result = run(arguments);
  EXPECT_EQ(result.exit_code, exit_code) << result.out << result.err;
  EXPECT_EQ(std::ranges::count(result.out, '\n'), 1) << result.out;
  return json::parse(result.out, nullptr, false);
}

TEST(Demo, AccountsForEveryLine) {
  const json report = demo({});
  EXPECT_EQ(report["messages"], 2'000);
  EXPECT_EQ(report["lost"], 0);
  EXPECT_EQ(report["script_count"], 2'000);
  EXPECT_EQ(report["duplicates"], 0);
  EXPECT_EQ(report["out_of_order"], 0);
  EXPECT_EQ(report["late_verdicts"], 0);
  EXPECT_THAT(report["problems"], IsEmpty());
  const auto expected = Traffic(5, 2'000).expected();
  EXPECT_EQ(report["allowed"], expected.allowed);
  EXPECT_EQ(report["blocked"], expected.blocked);
  EXPECT_EQ(report["replaced"], expected.replaced);
  EXPECT_EQ(report["delivered"], expected.allowed + expected.replaced);
  for (const char* figure :
       {"seconds", "messages_per_s", "hooks_per_s", "hub_cpu_us_per_message"}) {
    EXPECT_GT(report[figure].get<double>(), 0) << figure;
  }
  EXPECT_GE(report["verdict_p99_us"].get<int>(), report["verdict_p50_us"].get<int>());
}

TEST(Demo, HasARowForEachScript) {
  const json report = demo({});
  const json& rows = report["script_stats"];
  ASSERT_EQ(rows.size(), report["scripts"].size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i]["script"], report["scripts"][i]);
    EXPECT_GE(rows[i]["calls"].get<int>(), 2'000);
    EXPECT_EQ(rows[i]["errors"], 0);
    for (const std::string figure : {"queue_wait", "run"}) {
      const auto p50 = rows[i][figure + "_p50_us"].get<double>();
      EXPECT_GT(p50, 0) << figure;
      EXPECT_GE(rows[i][figure + "_p99_us"].get<double>(), p50) << figure;
    }
  }
}

TEST(Demo, PrintsProgressAndATable) {
  const CliResult result = run({"demo", "--messages", "500", "--clients", "3"});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.err, HasSubstr("500 of 500 lines decided"));
  EXPECT_THAT(result.out, HasSubstr("verdict p99, us"));
  EXPECT_THAT(result.out, ContainsRegex("script +calls +errors +wait p50, us"));
  EXPECT_THAT(result.out, ContainsRegex("\n  word_filter +500 +0 +[0-9]+\\.[0-9] "));
  EXPECT_THAT(result.out, HasSubstr("the script counted the same"));
}

TEST(Demo, WorksWithOneClientAndOneLine) {
  for (const auto& [messages, clients] : {std::pair("1", "1"), std::pair("3", "7")}) {
    const CliResult result = run({"demo", "--messages", messages, "--clients", clients});
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  }
}

class DemoWithScripts : public ::testing::Test {
 protected:
  json demo_with(std::string_view source, int exit_code = 0) {
    folder.write("script.py", source);
    return demo({"--scripts", folder.path().string()}, exit_code);
  }
  TempFolder folder;
};

TEST_F(DemoWithScripts, WithoutHooksSeenNobodyIsAsked) {
  const json report = demo_with("def OnParsedMsgChat(nick, message): return 1\n");
  EXPECT_TRUE(report["script_count"].is_null());
  EXPECT_EQ(report["delivered"], 2'000);
  EXPECT_EQ(report["allowed"], 2'000);
}

TEST_F(DemoWithScripts, NoScriptAtAllIsFine) {
  const json report = demo({"--scripts", folder.path().string()});
  EXPECT_EQ(report["delivered"], 2'000);
  EXPECT_THAT(report["scripts"], IsEmpty());
  EXPECT_THAT(report["script_stats"], IsEmpty());
}

TEST_F(DemoWithScripts, BlockedLinesAreNotLost) {
  const json report = demo_with("def OnParsedMsgChat(nick, message): return 0\n");
  EXPECT_EQ(report["blocked"], 2'000);
  EXPECT_EQ(report["delivered"], 0);
  EXPECT_EQ(report["lost"], 0);
}

TEST_F(DemoWithScripts, AScriptThatAlwaysRaisesBlocksNothing) {
  const json report = demo_with("def OnParsedMsgChat(nick, message): raise ValueError('no')\n");
  EXPECT_EQ(report["script_stats"][0]["calls"], 2'000);
  EXPECT_EQ(report["script_stats"][0]["errors"], 2'000);
  EXPECT_EQ(report["allowed"], 2'000);
  EXPECT_EQ(report["delivered"], 2'000);
}

TEST_F(DemoWithScripts, EveryLineMayBeReplaced) {
  const json report = demo_with("def OnParsedMsgChat(nick, message): return message.upper()\n");
  EXPECT_EQ(report["replaced"], 2'000);
  EXPECT_EQ(report["delivered"], 2'000);
}

TEST_F(DemoWithScripts, ALineThatCannotBeRecognizedIsLost) {
  const json report = demo_with(
      "def OnParsedMsgChat(nick, message):\n"
      "    return '# something else' if message.startswith('#1:7 ') else 1\n",
      1);
  EXPECT_EQ(report["lost"], 1);
  EXPECT_EQ(report["ok"], false);
  EXPECT_THAT(report["problems"].dump(), HasSubstr("no client has sent"));
}

TEST_F(DemoWithScripts, ACountThatDiffersFails) {
  const json report = demo_with(
      "seen = 0\n"
      "def OnParsedMsgChat(nick, message):\n"
      "    global seen\n"
      "    seen += not message.startswith('#1:7 ')\n"
      "def hooks_seen(): return seen\n",
      1);
  EXPECT_EQ(report["script_count"], 1'999);
  EXPECT_EQ(report["lost"], 0);
  EXPECT_THAT(report["problems"].dump(), HasSubstr("1999"));
}

TEST_F(DemoWithScripts, ACountThatIsNoneFails) {
  EXPECT_THAT(demo_with("def hooks_seen(): return 'many'\n", 1)["problems"].dump(),
              HasSubstr("no number"));
  EXPECT_THAT(demo_with("def hooks_seen(): raise ValueError('x')\n", 1)["problems"].dump(),
              HasSubstr("ValueError"));
}

TEST_F(DemoWithScripts, AClientThatIsSentAwayEndsIt) {
  folder.write("script.py",
               "import vh\n"
               "def OnParsedMsgChat(nick, message):\n"
               "    if message.startswith('#3:50 '):\n"
               "        vh.KickUser(vh.botname, nick, 'enough of this')\n");
  const CliResult result =
      run({"demo", "--messages", "2000", "--clients", "5", "--scripts", folder.path().string()});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("client 3: the hub hung up"));
}

TEST_F(DemoWithScripts, AScriptThatDoesNotLoadEndsIt) {
  folder.write("script.py", "raise ValueError('not today')\n");
  const CliResult result = run({"demo", "--scripts", folder.path().string(), "--json"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("script.py could not be loaded"));
  EXPECT_THAT(result.err, HasSubstr("not today"));
}

TEST(DemoOptions, AMissingFolderIsSaid) {
  const CliResult result = run({"demo", "--scripts", "/no/such/folder"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("there is no folder /no/such/folder"));
}

TEST(DemoReport, ProblemsMakeItFail) {
  DemoReport report;
  EXPECT_TRUE(report.ok());
  report.problems.emplace_back("3 lines are lost");
  EXPECT_THAT(report.to_table(), HasSubstr("FAILED: 3 lines are lost\n"));
  EXPECT_EQ(json::parse(report.to_json())["ok"], false);
}

TEST(DemoReport, TimesOfScriptsAreInMicroseconds) {
  DemoReport report;
  report.script_stats.push_back({.script = "a",
                                 .calls = 1'234,
                                 .errors = 5,
                                 .queue_wait = {.p50 = 1'500ns, .p99 = 1'234'567ns},
                                 .run = {.p50 = 351ns, .p99 = 999ns}});
  EXPECT_EQ(json::parse(report.to_json())["script_stats"],
            json::parse(R"([{"script": "a", "calls": 1234, "errors": 5,
                             "queue_wait_p50_us": 1.5, "queue_wait_p99_us": 1234.567,
                             "run_p50_us": 0.351, "run_p99_us": 0.999}])"));
  EXPECT_THAT(
      report.to_table(),
      HasSubstr("  script  calls  errors  wait p50, us  wait p99, us  run p50, us  run p99, us\n"
                "  a       1,234       5           1.5        1234.6          0.4          1.0\n"));
}

TEST(Grouped, Numbers) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1,000");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
}

}  // namespace
}  // namespace hookline::test
