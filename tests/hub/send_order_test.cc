#include <gmock/gmock.h>

#include <algorithm>
#include <future>
#include <latch>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hookline/call.h"
#include "hookline/loop.h"
#include "hookline/script_info.h"
#include "hookline/verlihub/functions.h"
#include "hub_fixture.h"

namespace hookline::test {

using namespace detail;
using namespace hub;
using namespace verlihub;

namespace {

constexpr int kSends = 300;

constexpr std::string_view kSender = R"py(
import threading, vh
threads = []
ticks = 0
def send(name, count):
    for i in range(count):
        if i % 3 == 0:
            vh.mc("%s %d" % (name, i))
        elif i % 3 == 1:
            vh.usermc("%s %d" % (name, i), "A")
        else:
            vh.SendDataToUser("<HubBot> %s %d" % (name, i), "A")
def begin(names, count):
    for name in names:
        threads.append(threading.Thread(target=send, args=(name, count)))
        threads[-1].start()
def end():
    for thread in threads:
        thread.join()
def OnTimer():
    send("timer", 300)
def OnParsedMsgChat(nick, message):
    send("hook", int(message))
)py";

// Blocks the hub's thread until it is told to go on.
class HeldHub {
 public:
  explicit HeldHub(Hub& hub) {
    hub.scripts().host_executor().post(hold_);
    hold_.is_held.wait();
  }
  HeldHub(const HeldHub&) = delete;
  HeldHub& operator=(const HeldHub&) = delete;
  // Waits until the hub's thread has gone on. REQUIRES: go_on() was called.
  ~HeldHub() { ended_.wait(); }
  void go_on() { hold_.is_over.count_down(); }

 private:
  class Hold final : public Job {
   public:
    void run() noexcept override {
      is_held.count_down();
      is_over.wait();
      end();
    }
    void discard() noexcept override {
      is_held.count_down();
      end();
    }
    std::latch is_held{1};
    std::latch is_over{1};
    std::promise<void> ended;

   private:
    // This object must not be used from here on.
    void end() {
      std::promise<void> promise = std::move(ended);
      promise.set_value();
    }
  };
  Hold hold_;
  std::future<void> ended_ = hold_.ended.get_future();
};

class SendOrderTest : public HubTest {
 public:
  // Returns a script whose own thread runs a statement a hundred times and counts how often it has
  // done so.
  static Script repeating(std::string_view statement) {
    std::string source = R"py(
import threading, vh
done = 0
def run():
    global done
    for i in range(100):
        STATEMENT
        done += 1
thread = threading.Thread(target=run)
def begin(): thread.start()
def end(): thread.join()
def count(): return done
)py";
    constexpr std::string_view kPlace = "STATEMENT";
    source.replace(source.find(kPlace), kPlace.size(), statement);
    return {"sender", std::move(source)};
  }

  // Expects that the count of that script does not grow while the hub's thread is blocked.
  void expect_to_wait_for_the_hub() const {
    HeldHub held(hub());
    static_cast<void>(call("sender", "begin"));
    EXPECT_EQ(call("sender", "count"), Value(0));
    held.go_on();
    static_cast<void>(call("sender", "end"));
    EXPECT_EQ(call("sender", "count"), Value(100));
  }

  // Returns the numbers that came with each name, in their order.
  static std::vector<int> numbers(const std::vector<std::string>& lines, const std::string& name) {
    std::vector<int> out;
    const std::string prefix = "<HubBot> " + name + " ";
    for (const auto& line : lines) {
      if (line.starts_with(prefix)) {
        out.push_back(std::stoi(line.substr(prefix.size())));
      }
    }
    return out;
  }
  static std::vector<int> up_to(int count) {
    std::vector<int> out;
    for (int i = 0; i < count; ++i) {
      out.push_back(i);
    }
    return out;
  }
};

TEST_F(SendOrderTest, AHookKeepsItsOrderWhateverTheFunction) {
  start({{"sender", std::string(kSender)}});
  auto a = login("A");
  a.chat(std::to_string(kSends));
  const auto lines = a.sync();
  EXPECT_EQ(numbers(lines, "hook"), up_to(kSends));
  EXPECT_EQ(lines.back(), "<A> " + std::to_string(kSends));
}

TEST_F(SendOrderTest, EachThreadKeepsItsOrder) {
  start({{"sender", std::string(kSender)}});
  auto a = login("A");
  static_cast<void>(call("sender", "begin", {List{"x", "y", "z"}, kSends}));
  static_cast<void>(call("sender", "end"));
  const auto lines = a.sync();
  for (const auto* name : {"x", "y", "z"}) {
    EXPECT_EQ(numbers(lines, name), up_to(kSends)) << name;
  }
}

TEST_F(SendOrderTest, OnTimerKeepsItsOrder) {
  config.idle_timeout = Duration::zero();
  start({{"sender", std::string(kSender)}}, &clock);
  auto a = login("A");
  clock.advance(config.timer_interval);
  const auto last = "<HubBot> timer " + std::to_string(kSends - 1);
  std::vector<std::string> lines;
  while (lines.empty() || lines.back() != last) {
    lines.push_back(a.read().value_or(last));
  }
  EXPECT_EQ(numbers(lines, "timer"), up_to(kSends));
}

// A script that sends without end is as fast as the hub, which serves its sockets meanwhile.
TEST_F(SendOrderTest, ScriptsThatSendWithoutEndDoNotKeepTheHubFromItsUsers) {
  constexpr std::string_view kFlood = R"py(
import threading, vh
going = True
threads = []
def flood():
    while going:
        vh.SendDataToUser("$Raw", "nobody")
def begin():
    for _ in range(4):
        threads.append(threading.Thread(target=flood))
        threads[-1].start()
def end():
    global going
    going = False
    for thread in threads:
        thread.join()
)py";
  start({{"one", std::string(kFlood)}, {"two", std::string(kFlood)}});
  for (const auto* name : {"one", "two"}) {
    static_cast<void>(call(name, "begin"));
  }
  auto a = login("A");
  for (int i = 0; i < 20; ++i) {
    a.chat("line " + std::to_string(i));
    a.expect("<A> line " + std::to_string(i));
  }
  for (const auto* name : {"one", "two"}) {
    static_cast<void>(call(name, "end"));
  }
}

// What a script sends waits in the script, not in the hub: each send, and each batch, returns when
// the hub has taken it.
TEST_F(SendOrderTest, AHubThatIsBusyMakesItsScriptsWait) {
  start({repeating("vh.SendDataToUser('$Raw %d' % i, 'A')")});
  auto a = login("A");
  expect_to_wait_for_the_hub();
  EXPECT_EQ(a.sync().size(), 100U);
}

// Otherwise a script that sets its name without end would fill the hub.
TEST_F(SendOrderTest, AScriptThatSaysItsNameWaitsToo) {
  start({repeating("vh.name_and_version('sender', str(i))")});
  expect_to_wait_for_the_hub();
}

// Every function that the table marks runs on the script's own thread. A call that waited for the
// hub would not end.
TEST_F(SendOrderTest, ReadsDoNotWaitForTheHub) {
  start({{"reader", R"py(
import vh
TEXTS = {"nick": "A", "ip": "127.0.0.1", "conf": "config", "var": "hub_name"}
def read(name, names):
    return repr(getattr(vh, name)(*[TEXTS[each] for each in names]))
)py"}});
  auto a = login("A");
  HeldHub held(hub());
  int reads = 0;
  for (const VhRow& row : kVhFunctions) {
    if (row.runs_on != RunsOn::kCaller) {
      continue;
    }
    ++reads;
    List names;
    const auto needed = row.argument_kinds.substr(0, row.argument_kinds.find('|')).size();
    std::string_view rest = row.argument_names;
    for (std::size_t i = 0; i < needed; ++i) {
      const auto end = std::min(rest.find(' '), rest.size());
      names.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    const auto result = call("reader", "read", {row.name, std::move(names)});
    EXPECT_NE(result, Value()) << row.name;
  }
  EXPECT_GT(reads, 15);
  EXPECT_EQ(call("reader", "read", {"GetUserClass", List{"nick"}}), Value("0"));
  EXPECT_EQ(call("reader", "read", {"GetUsersCount", List{}}), Value("1"));
  EXPECT_EQ(call("reader", "read", {"GetConfig", List{"conf", "var"}}), Value("'hookline'"));
  held.go_on();
}

}  // namespace
}  // namespace hookline::test
