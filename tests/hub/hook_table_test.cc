#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <ostream>
#include <regex>
#include <string>
#include <vector>

#include "hookline/script_info.h"
#include "hookline/verlihub/hooks.h"
#include "hub_fixture.h"
#include "tests/support/log_capture.h"

namespace hookline::test {

using namespace hub;

namespace {

// This script has one hook, which answers as the test says. The commands of TestClient::sync() are
// no events of the test, but the script has their hooks too, so that a sync waits for all earlier
// events.
constexpr std::string_view kHooks = R"py(
import vh
answer = "None"
seen = []
def HOOK(*args):
    if any("sync" in str(arg) for arg in args):
        return None
    seen.append(args)
    return eval(answer)
for name in ("OnUserCommand", "OnOperatorCommand"):
    globals().setdefault(name, lambda *args: None)
def set_answer(text):
    global answer
    answer = text
    seen.clear()
def take(): return ascii(seen)
def count(): return len(seen)
)py";

constexpr std::string_view kSpeaker = R"py(
import vh
def run(text): return repr(eval(text))
)py";

struct Outcome {
  std::optional<bool> went_on;     // nullopt: the hub does not ask, or the outcome is not visible
  std::vector<std::string> lines;  // the connection that caused it gets these
};

class HookTableTest;

struct Row {
  Hook hook;
  // These are the arguments as Python writes them. NICK stands for the nick of a client that
  // connects for this event.
  const char* arguments;
  Outcome (*cause)(HookTableTest&);
  // kAsked means: decided, but caused by a script, so that no connection could get protocol lines.
  enum class Mode { kDecided, kAsked, kTold } mode = Mode::kDecided;
};

std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << verlihub::hook_row(row.hook).name;
}

class HookTableTest : public HubTest, public ::testing::WithParamInterface<Row> {
 public:
  HookTableTest() {
    config.users = {{"Op", "secret", kClassOperator},
                    {"Op2", "secret", kClassOperator},
                    {"Reg", "word", kClassRegistered}};
    config.idle_timeout = Duration::zero();
    config.variables[{"x", "y"}] = "new";
  }

  void begin(Hook hook) {
    std::string source(kHooks);
    const std::string_view place = "HOOK";
    source.replace(source.find(place), place.size(), verlihub::hook_row(hook).name);
    start({{"hooks", source}, {"speaker", std::string(kSpeaker)}}, &clock);
    clients.push_back(login("A", {.supports = "NoGetINFO NoHello UserIP2 BotINFO"}));
    clients.push_back(login("B"));
    clients.push_back(login("Op", {.password = "secret"}));
    clients.push_back(login("Op2", {.password = "secret"}));
    for (auto& client : clients) {
      client.sync();
    }
  }

  TestClient& a() { return clients.at(0); }
  TestClient& b() { return clients.at(1); }
  TestClient& op() { return clients.at(2); }
  TestClient& op2() { return clients.at(3); }

  // Connects a new client for an event.
  std::string next_nick() {
    nick = "N" + std::to_string(++newcomers_);
    return nick;
  }

  // Reads what a client gets, up to a line with this beginning or the end of the connection.
  static std::vector<std::string> read_until(TestClient& client, std::string_view prefix) {
    std::vector<std::string> lines;
    while (auto line = client.read()) {
      lines.push_back(*std::move(line));
      if (lines.back().starts_with(prefix)) {
        break;
      }
    }
    return lines;
  }

  // `from` sends a command; if it is allowed, `to` gets a line that contains this.
  static Outcome sends(TestClient& from, std::string_view command, TestClient& to,
                       std::string_view expected) {
    from.send(command);
    Outcome outcome{.went_on = false, .lines = from.sync()};
    outcome.went_on = has(&from == &to ? outcome.lines : to.sync(), expected);
    return outcome;
  }
  static Outcome sends(TestClient& from, std::string_view command) {
    from.send(command);
    return {.went_on = std::nullopt, .lines = from.sync()};
  }

  // The operator gives a command, and gets this answer if it is done. Then it is undone.
  Outcome commands(const std::string& command, const std::string& done, const std::string& undo,
                   const std::string& undone) {
    op().chat(command);
    Outcome outcome{.went_on = false, .lines = {}};
    while (!has(outcome.lines, done) && !has(outcome.lines, "A script has refused that.")) {
      outcome.lines.push_back(op().read().value_or("A script has refused that."));
    }
    outcome.went_on = has(outcome.lines, done);
    if (*outcome.went_on) {
      op().chat(undo);
      op().expect("<HubBot> " + undone);
    }
    return outcome;
  }

  // A script does something that other scripts may refuse.
  Outcome asks(std::string_view expression) {
    const auto result = call("speaker", "run", {expression});
    a().sync();
    return {.went_on = result == Value("True"), .lines = {}};
  }

  // A script does something that other scripts are told about.
  Outcome speaks(std::string_view expression) {
    static_cast<void>(call("speaker", "run", {expression}));
    a().sync();
    return {};
  }

  // Checks everything about one row with this answer of the script.
  Outcome cause(const Row& row, std::string_view answer) {
    static_cast<void>(call("hooks", "set_answer", {answer}));
    auto outcome = row.cause(*this);
    for (auto* client : {&a(), &op()}) {
      client->sync();
    }
    return outcome;
  }

  // Replaces values that are not known in advance by names.
  [[nodiscard]] std::string seen() const {
    const auto text = *call("hooks", "take").as<std::string>();
    const std::regex ports("'127.0.0.1', [0-9]+, " + std::to_string(port()));
    const std::regex milliseconds("[0-9]{13}\\.0");
    return std::regex_replace(std::regex_replace(text, ports, "'127.0.0.1', PORT, HUBPORT"),
                              milliseconds, "MSEC");
  }

  std::vector<TestClient> clients;
  std::string nick;

 private:
  int newcomers_ = 0;
};

// Connects, and sends the key.
TestClient newcomer(const HookTableTest& test) {
  auto client = test.connect();
  client.expect_prefix("$Lock");
  return client;
}

Outcome new_connection(HookTableTest& test) {
  auto client = test.connect();
  const auto lines = HookTableTest::read_until(client, "$Lock");
  return {.went_on = has(lines, "$Lock"), .lines = lines};
}

Outcome logs_in(HookTableTest& test) {
  auto client = newcomer(test);
  client.send("$Supports NoHello NoGetINFO|$ValidateNick " + test.next_nick() + "|");
  client.expect_prefix("$Hello");
  client.send("$MyINFO $ALL " + test.nick + " d<t M:A>$ $s\x01$m$5$|$GetNickList|");
  const auto lines = HookTableTest::read_until(client, "$OpList");
  const bool is_in = has(lines, "$OpList");
  client.close();
  return {.went_on = is_in, .lines = lines};
}

Outcome comes_and_goes(HookTableTest& test) {
  logs_in(test);
  test.a().expect("$Quit " + test.nick);
  return {};
}

Outcome is_sent_away(HookTableTest& test, const std::string& command) {
  auto client = test.login(test.next_nick());
  test.op().chat(command + " " + test.nick + " why");
  Outcome outcome{.went_on = false, .lines = test.op().sync()};
  outcome.went_on = has(outcome.lines, "$Quit " + test.nick);
  if (*outcome.went_on) {
    client.expect_closed();
  } else {
    EXPECT_TRUE(has(outcome.lines, "A script has refused that."));
    client.chat("still here");
    client.expect("<" + test.nick + "> still here");
    client.close();
  }
  test.a().expect("$Quit " + test.nick);
  return outcome;
}

// A new client says something about itself, which a function of vh then returns.
Outcome says(HookTableTest& test, const std::string& command, const std::string& function,
             std::string_view expected) {
  auto client = test.login(test.next_nick());
  client.send(command + "|");
  Outcome outcome{.went_on = std::nullopt, .lines = client.sync()};
  const auto kept = test.call("speaker", "run", {function + "('" + test.nick + "')"});
  outcome.went_on = kept == Value(expected);
  EXPECT_TRUE(*outcome.went_on || kept == Value("''"));
  client.close();
  test.a().expect("$Quit " + test.nick);
  return outcome;
}

// The outcome is only visible in what the user is told.
Outcome is_in_list(HookTableTest& test) {
  TestClient client(test.port());
  client.login_up_to_hello(test.next_nick());
  client.send("$MyINFO $ALL " + test.nick + " d<t M:A>$ $s\x01$m$5$|");
  Outcome outcome{.went_on = std::nullopt, .lines = client.sync()};
  EXPECT_TRUE(has(test.a().sync(), "$MyINFO $ALL " + test.nick));
  return outcome;
}

Outcome validates_nick(HookTableTest& test) {
  auto client = newcomer(test);
  client.send("$ValidateNick " + test.next_nick() + "|");
  auto lines = HookTableTest::read_until(client, "$Hello");
  return {.went_on = has(lines, "$Hello"), .lines = lines};
}

// Sends a command before the nick. The hub answers any key with its name.
Outcome early(HookTableTest& test, const std::string& command, std::string_view expected) {
  auto client = newcomer(test);
  client.send(command + "$Key sync|");
  auto lines = HookTableTest::read_until(client, "$HubName");
  return {.went_on = expected.empty() ? std::nullopt : std::optional(has(lines, expected)),
          .lines = lines};
}

Outcome password(HookTableTest& test) {
  auto client = newcomer(test);
  client.send("$ValidateNick Reg|");
  client.expect("$GetPass");
  client.send("$MyPass word|");
  auto lines = HookTableTest::read_until(client, "$Hello");
  return {.went_on = has(lines, "$Hello"), .lines = lines};
}

Outcome hub_as_client(HookTableTest& test) {
  auto client = newcomer(test);
  client.send("$MyNick peer|$Lock EXTENDEDPROTOCOL Pk=xRef=dchub://h:1|");
  return {.went_on = std::nullopt, .lines = client.expect_closed()};
}

Outcome timer(HookTableTest& test) {
  test.clock.advance(test.config.timer_interval);
  while (test.call("hooks", "count") == Value(0)) {
  }
  return {};
}

using T = HookTableTest;
constexpr auto kTold = Row::Mode::kTold;
constexpr auto kAsked = Row::Mode::kAsked;

// clang-format off
const auto kRows = std::to_array<Row>({
  {verlihub::kOnNewConn, "('127.0.0.1',)", &new_connection},
  {verlihub::kOnCloseConn, "('127.0.0.1',)", &comes_and_goes, kTold},
  {verlihub::kOnCloseConnEx, "('127.0.0.1', 4, 'NICK')", &comes_and_goes, kTold},
  {verlihub::kOnParsedMsgChat, "('A', 'hello')", [](T& t) { return T::sends(t.a(), "<A> hello|", t.b(), "<A> hello"); }},
  {verlihub::kOnParsedMsgPM, "('A', 'psst', 'B')", [](T& t) { return T::sends(t.a(), "$To: B From: A $<A> psst|", t.b(), "psst"); }},
  {verlihub::kOnParsedMsgMCTo, "('A', 'psst', 'B')", [](T& t) { return T::sends(t.a(), "$MCTo: B $A psst|", t.b(), "<A> psst"); }},
  {verlihub::kOnParsedMsgSearch, "('A', '$Search Hub:A F?T?0?1?x')", [](T& t) { return T::sends(t.a(), "$Search Hub:A F?T?0?1?x|", t.b(), "$Search Hub:A"); }},
  {verlihub::kOnParsedMsgSR, "('A', '$SR A f 1/1\\x05hub\\x05B')", [](T& t) { return T::sends(t.a(), "$SR A f 1/1\x05hub\x05" "B|", t.b(), "$SR A f 1/1"); }},
  {verlihub::kOnParsedMsgMyINFO, "('A', 'd', '<t M:P>', 's', 'm', '5')", [](T& t) { return T::sends(t.a(), "$MyINFO $ALL A d<t M:P>$ $s\x01$m$5$|", t.b(), "$MyINFO $ALL A d"); }},
  {verlihub::kOnFirstMyINFO, "('NICK', 'd', '<t M:A>', 's', 'm', '5')", &logs_in},
  {verlihub::kOnParsedMsgValidateNick, "('$ValidateNick NICK',)", &validates_nick},
  {verlihub::kOnParsedMsgAny, "('A', '<A> hello')", [](T& t) { return T::sends(t.a(), "<A> hello|", t.b(), "<A> hello"); }},
  {verlihub::kOnParsedMsgAnyEx, "('127.0.0.1', '$Supports x')", [](T& t) { return early(t, "$Supports x|", "$Supports"); }},
  {verlihub::kOnOpChatMessage, "('Op', 'hello')", [](T& t) { return T::sends(t.op(), "$To: OpChat From: Op $<Op> hello|", t.op2(), "$<Op> hello"); }},
  {verlihub::kOnPublicBotMessage, "('Bot', 'hello', 0, 3)", [](T& t) { return t.speaks("vh.classmc('hello', 0, 3, 'Bot')"); }, kTold},
  {verlihub::kOnCtmToHub, "('peer', '127.0.0.1', PORT, HUBPORT, 'dchub://h:1')", &hub_as_client},
  {verlihub::kOnParsedMsgSupports, "('127.0.0.1', '$Supports x', 'NoHello NoGetINFO UserIP2 HubTopic MCTo BotINFO HubURL')", [](T& t) { return early(t, "$Supports x|", "$Supports"); }},
  {verlihub::kOnParsedMsgMyHubURL, "('NICK', '$MyHubURL dchub://x')", [](T& t) { return says(t, "$MyHubURL dchub://x", "vh.GetUserHubURL", "'dchub://x'"); }},
  {verlihub::kOnParsedMsgExtJSON, "('NICK', '$ExtJSON {}')", [](T& t) { return says(t, "$ExtJSON {}", "vh.GetUserExtJSON", "'{}'"); }},
  {verlihub::kOnParsedMsgBotINFO, "('A', '$BotINFO me')", [](T& t) { return T::sends(t.a(), "$BotINFO me|", t.a(), "$HubINFO"); }},
  {verlihub::kOnParsedMsgVersion, "('127.0.0.1', '$Version 2')", [](T& t) { return T::sends(t.a(), "$Version 2|"); }},
  {verlihub::kOnParsedMsgMyPass, "('Reg', '$MyPass word')", &password},
  {verlihub::kOnParsedMsgConnectToMe, "('A', 'B', '127.0.0.1', '4000')", [](T& t) { return T::sends(t.a(), "$ConnectToMe B 127.0.0.1:4000|", t.b(), "$ConnectToMe B"); }},
  {verlihub::kOnParsedMsgRevConnectToMe, "('A', 'B')", [](T& t) { return T::sends(t.a(), "$RevConnectToMe A B|", t.b(), "$RevConnectToMe A B"); }},
  {verlihub::kOnUnknownMsg, "('A', '$What is this')", [](T& t) { return T::sends(t.a(), "$What is this|"); }},
  {verlihub::kOnOperatorCommand, "('Op', '!topic')", [](T& t) { return T::sends(t.op(), "<Op> !topic|", t.op(), "The topic is"); }},
  {verlihub::kOnOperatorKicks, "('Op', 'NICK', 'why')", [](T& t) { return is_sent_away(t, "+kick"); }},
  {verlihub::kOnOperatorDrops, "('Op', 'NICK')", [](T& t) { return is_sent_away(t, "+drop"); }},
  {verlihub::kOnOperatorDropsWithReason, "('Op', 'NICK', 'why')", [](T& t) { return is_sent_away(t, "+drop"); }},
  {verlihub::kOnValidateTag, "('A', '<t M:P>')", [](T& t) { return T::sends(t.a(), "$MyINFO $ALL A d<t M:P>$ $s\x01$m$5$|", t.b(), "$MyINFO $ALL A d"); }},
  {verlihub::kOnUserCommand, "('A', '+topic')", [](T& t) { return T::sends(t.a(), "<A> +topic|", t.a(), "The topic is"); }},
  {verlihub::kOnHubCommand, "('A', 'topic', 0, 1, '+')", [](T& t) { return T::sends(t.a(), "$To: HubBot From: A $<A> +topic|", t.a(), "The topic is"); }},
  {verlihub::kOnScriptCommand, "('do', 'it', 'python', 'speaker')", [](T& t) { return t.speaks("vh.ScriptCommand('do', 'it')"); }, kTold},
  {verlihub::kOnUserInList, "('NICK',)", &is_in_list},
  {verlihub::kOnUserLogin, "('NICK',)", &logs_in},
  {verlihub::kOnUserLogout, "('NICK',)", &comes_and_goes, kTold},
  {verlihub::kOnNewReg, "('Op', 'New', 2)", [](T& t) { return t.commands("+reg New 2", "New is registered now", "+unreg New", "New is not registered any more."); }},
  {verlihub::kOnNewBan, "('Op', '', 'Bad', 'why')", [](T& t) { return t.commands("+ban Bad 1m why", "Bad is banned for 1m.", "+unban Bad", "Bad is not banned any more."); }},
  {verlihub::kOnTimer, "(MSEC,)", &timer, kTold},
  {verlihub::kOnSetConfig, "('speaker', 'x', 'y', 'new', 'new', 0)", [](T& t) { return t.asks("vh.SetConfig('x', 'y', 'new')"); }, kAsked},
});
// clang-format on

// OnUnLoad comes when the hub is ending: see tests/hub/shutdown_test.cc.
constexpr auto kElsewhere = std::to_array<Hook>({verlihub::kOnUnLoad});

struct Case {
  const char* answer;
  bool allows;
  bool has_line;
  // This is the log line after the name of the script.
  const char* logged = nullptr;
  bool is_error = false;  // counts as an error of the script
};

constexpr auto kCases = std::to_array<Case>({
    {"None", true, false},
    {"True", true, false},
    {"1", true, false},
    {"7", true, false},
    {"False", false, false},
    {"0", false, false},
    {"('$FromScript 1', 1)", true, true},
    {"('$FromScript 0', False)", false, true},
    {"{'a': 1}", true, false, "returned {'a': 1}, which HOOK has no meaning for"},
    {"2.5", true, false, "returned 2.5, which HOOK has no meaning for"},
    {"object()", true, false, "HOOK: unsupported_type: result: an object of type 'object'", true},
    {"1 / 0", true, false, "HOOK: script_raised: ZeroDivisionError: division by zero", true},
});

std::uint64_t errors_of_hooks(const HookTableTest& test) {
  const auto scripts = test.hub().scripts().scripts();
  return std::ranges::find(scripts, "hooks", &ScriptInfo::name)->errors;
}

TEST_P(HookTableTest, ReachesTheScriptAndHearsItsAnswer) {
  const auto& row = GetParam();
  const LogCapture log;
  begin(row.hook);
  for (const auto& each : kCases) {
    const auto errors = errors_of_hooks(*this);
    const auto lines = log.count("hooks: ");
    const auto outcome = cause(row, each.answer);
    auto expected = "[" + std::string(row.arguments) + "]";
    if (const auto at = expected.find("NICK"); at != std::string::npos) {
      expected.replace(at, 4, nick);
    }
    EXPECT_EQ(seen(), expected) << each.answer;
    if (outcome.went_on) {
      EXPECT_EQ(*outcome.went_on, each.allows) << each.answer;
    }
    const bool may_answer = row.mode == Row::Mode::kDecided;
    EXPECT_EQ(has(outcome.lines, "$FromScript"), may_answer && each.has_line) << each.answer;
    EXPECT_EQ(errors_of_hooks(*this), errors + (each.is_error ? 1 : 0)) << each.answer;
    EXPECT_EQ(log.count("hooks: "), lines + (each.logged != nullptr ? 1 : 0)) << each.answer;
    if (each.logged != nullptr) {
      auto text = "hooks: " + std::string(each.logged);
      text.replace(text.find("HOOK"), 4, verlihub::hook_row(row.hook).name);
      EXPECT_EQ(log.count(text), 1U) << text;
    }
  }
  clients.clear();
  stop();  // before the previous log is restored
}

INSTANTIATE_TEST_SUITE_P(Rows, HookTableTest, ::testing::ValuesIn(kRows), [](const auto& row) {
  return std::string(verlihub::hook_row(row.param.hook).name);
});

TEST(HookTable, EveryHookHasARow) {
  for (std::size_t i = 0; i < verlihub::hook_rows().size(); ++i) {
    const auto hook = static_cast<Hook>(i);
    EXPECT_NE(std::ranges::find(kRows, hook, &Row::hook) != kRows.end(),
              std::ranges::find(kElsewhere, hook) != kElsewhere.end())
        << verlihub::hook_row(hook).name;
  }
}

struct ReplacingCase {
  const char* answer;
  const char* expected;
};

TEST_F(HookTableTest, ChatIsReplaced) {
  const LogCapture log;
  begin(verlihub::kOnParsedMsgChat);
  for (const auto& [answer, expected] : std::to_array<ReplacingCase>({
           {"'other'", "<A> other"},
           {"('X', 'other')", "<X> other"},
           {"(None, 'other|')", "<A> other&#124;"},
           {"('X', None)", "<X> hello"},
           {"(None, None)", "<A> hello"},
           {"('', 'other')", "<A> other"},
           {"('X>', 'other')", "<A> other"},
           {"('a', 'b', 'c')", "<A> hello"},
       })) {
    static_cast<void>(call("hooks", "set_answer", {answer}));
    a().send("<A> hello|");
    EXPECT_THAT(a().sync(), ::testing::ElementsAre(expected)) << answer;
    EXPECT_THAT(b().sync(), ::testing::ElementsAre(expected)) << answer;
  }
  EXPECT_EQ(log.count("OnParsedMsgChat of A: '' cannot be a nick"), 1);
  EXPECT_EQ(log.count("OnParsedMsgChat of A: 'X>' cannot be a nick"), 1);
  clients.clear();
  stop();
}

TEST_F(HookTableTest, MyInfoIsReplaced) {
  const LogCapture log;
  for (const auto hook : {verlihub::kOnParsedMsgMyINFO, verlihub::kOnFirstMyINFO}) {
    begin(hook);
    for (const auto& [answer, expected] : std::to_array<ReplacingCase>({
             {"('D', '<T>', 'S', 'M', '7')", "D<T>$ $S\x01$M$7$"},
             {"(None, None, None, 'x$', None)", "d<t M:A>$ $s\x01$x&#36;$5$"},
             {"(None, None, None, None, 'many')", "d<t M:A>$ $s\x01$m$5$"},
             {"('D', '<T>')", "d<t M:A>$ $s\x01$m$5$"},
         })) {
      static_cast<void>(call("hooks", "set_answer", {answer}));
      std::string from = "A";
      if (hook == verlihub::kOnFirstMyINFO) {
        logs_in(*this);
        from = nick;
      } else {
        a().send("$MyINFO $ALL A d<t M:A>$ $s\x01$m$5$|");
      }
      EXPECT_EQ(b().expect_prefix("$MyINFO $ALL " + from + " "),
                "$MyINFO $ALL " + from + " " + expected)
          << answer;
    }
    clients.clear();
    stop();
    EXPECT_EQ(log.count(std::string(verlihub::hook_row(hook).name) + " of "), 1)
        << "'many' is no share";
  }
}

// The script writes a file, because it cannot be asked any more.
TEST_F(HookTableTest, TheEndOfTheHubIsTold) {
  const auto file = folder.path() / "seen";
  start({{"last",
          "import vh\n"
          "def note(*args): open('" +
              file.string() +
              "', 'a').write(repr(args))\n"
              "def OnUnLoad(code): note('OnUnLoad', code)\n"
              "def UnLoad(): note('UnLoad')\n"
              "def end(): return vh.StopHub(3)\n"}});
  EXPECT_EQ(call("last", "end"), Value(true));
  EXPECT_EQ(wait_for_end(), 3);
  std::ifstream seen(file);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(seen), {}), "('OnUnLoad', 3)('UnLoad',)");
}

}  // namespace
}  // namespace hookline::test
