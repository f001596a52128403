// Tests what becomes of the daemon threads of a script that is unloaded or reloaded.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "hookline/call.h"
#include "hookline/function.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/held_pipe.h"
#include "tests/support/log_capture.h"

namespace hookline::test {

using namespace detail;

namespace {

using ::testing::ElementsAre;

class DaemonThreadsTest : public ScriptHostTest {
 protected:
  // Returns the texts that threads have sent to the hub, in order.
  [[nodiscard]] std::vector<std::string> said() const {
    std::vector<std::string> texts;
    for (const auto& request : host.requests()) {
      texts.push_back(*request.args.at(0).as<std::string>());
    }
    return texts;
  }

  // Loads a script whose daemon reads from `gate`, where nothing can interrupt it. When the read
  // ends, the daemon calls the hub and writes what it gets to `said_pipe`.
  void load_reader() {
    load("one", std::string(kGateSource) + R"(
import threading, vh
folder = ')" + folder.path().string() +
                    R"('
def run():
    batch = vh.batch()
    try:
        with batch:
            vh.mc('never sent')
            wait_at(folder + '/gate')
    except (SystemExit, RuntimeError):
        vh.name_and_version('nobody', '1')
        errors = []
        for attempt in (lambda: vh.mc('too late'), lambda: vh.GetUserClass('nick'), vh.batch,
                        lambda: vh.echo(1), lambda: vh.CallDynamicFunction('echo', 1)):
            try:
                errors.append(attempt())
            except RuntimeError as error:
                errors.append(str(error))
        with open(folder + '/said', 'w') as said:
            said.write('\n'.join(map(str, errors)))
threading.Thread(target=run, daemon=True, name='reader').start()
vh.echo(1)
)");
    gate.wait_for_reader();
  }

  // Ends the daemon's read, and returns what it writes.
  [[nodiscard]] std::string let_go() {
    gate.close();
    std::ifstream said(folder.path() / "said");
    return {std::istreambuf_iterator<char>(said), {}};
  }

  static std::string refusals() {
    std::string text;
    for (int i = 0; i < 5; ++i) {
      text += std::string(i == 0 ? "" : "\n") +
              "vh: the script has been unloaded, or the host is shutting down";
    }
    return text;
  }

  HeldPipe gate{folder.path() / "gate"};
  Gate said_pipe{folder.path() / "said"};
};

TEST_F(DaemonThreadsTest, EndWithTheirScriptWhateverItsGil) {
  start();
  for (const std::string gil : {"own", "shared", "main"}) {
    const std::size_t before = host.requests().size();
    load("one", "# hookline: gil=" + gil + R"(
import queue, threading, vh
jobs = queue.Queue()
started = threading.Event()
def run(get=jobs.get, mc=vh.mc):
    try:
        started.set()
        while True:
            mc(get())
    finally:
        mc('bye')
worker = threading.Thread(target=run, daemon=True)
worker.start()
started.wait()
def UnLoad(): jobs.put('ending')
)");
    ASSERT_TRUE(scripts->unload(*scripts->find("one")).get());
    ASSERT_GE(host.requests().size(), before + 1) << gil;
    EXPECT_EQ(said().back(), "bye") << gil;
  }
}

TEST_F(DaemonThreadsTest, EndWithTheCodeThatIsReloaded) {
  start();
  for (const std::string gil : {"own", "main"}) {
    const std::size_t before = host.requests().size();
    const auto source = [&gil](const std::string& name) {
      return "# hookline: gil=" + gil + "\nNAME = '" + name + R"('
import threading, vh
started = threading.Event()
def run(mc=vh.mc, started=started, name=NAME):
    try:
        started.set()
        while True:
            pass
    finally:
        mc(name + ' ended')
threading.Thread(target=run, daemon=True, name='busy').start()
started.wait()
def alive(): return sum(thread.name == 'busy' for thread in threading.enumerate())
def UnLoad(): vh.mc('bye of ' + NAME)
)";
    };
    const ScriptId id = load("one", source("old"));
    folder.write("one.py", source("new"));
    ASSERT_TRUE(scripts->reload(id).get());
    EXPECT_EQ(call("one", "alive"), Value(1)) << gil;
    ASSERT_TRUE(scripts->unload(id).get());
    auto all = said();
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(before));
    EXPECT_THAT(all, ElementsAre("bye of old", "old ended", "bye of new", "new ended")) << gil;
  }
}

TEST_F(DaemonThreadsTest, ThreadsOfAScriptThatDoesNotLoadEnd) {
  start();
  const auto path = folder.write("one.py", R"(
import threading, vh
started = threading.Event()
def run(mc=vh.mc):
    try:
        started.set()
        while True:
            pass
    finally:
        mc('ended')
threading.Thread(target=run, daemon=True).start()
started.wait()
raise ValueError()
)");
  ASSERT_FALSE(scripts->load(path).get());
  EXPECT_THAT(said(), ElementsAre("ended"));
}

TEST_F(DaemonThreadsTest, LeftBehindThreadsCannotUseTheHub) {
  start();
  ASSERT_TRUE(scripts->def("echo", [](long number) { return number; }));
  load_reader();
  const LogCapture log;
  ASSERT_TRUE(scripts->unload(*scripts->find("one")).get());
  EXPECT_EQ(log.count("one: threads of it (reader)"), 1U);
  EXPECT_EQ(let_go(), refusals());
  EXPECT_THAT(said(), ElementsAre());
}

// The function may use objects that are destroyed together with the host.
TEST_F(DaemonThreadsTest, AThreadInAFunctionOfTheHostIsWaitedFor) {
  start();
  const Gate inside(folder.path() / "inside");
  std::atomic<bool> done{false};
  ASSERT_TRUE(scripts->def(
      "work",
      [&] {
        std::ofstream(inside.path()) << "here";
        // This takes longer than a daemon is given to end.
        std::this_thread::sleep_for(std::chrono::milliseconds(2500));
        done = true;
      },
      RunsOn::kCaller));
  load("one", "import threading, vh\nthreading.Thread(target=vh.work, daemon=True).start()\n");
  std::ifstream(inside.path()).get();
  scripts.reset();
  EXPECT_TRUE(done);
}

TEST_F(DaemonThreadsTest, LeftBehindThreadsCannotUseTheNextHub) {
  start();
  ASSERT_TRUE(scripts->def("echo", [](long number) { return number; }));
  load_reader();
  scripts.reset();
  start();
  load("two", "def f(): return 2\n");
  EXPECT_EQ(call("two", "f"), Value(2));
  EXPECT_EQ(let_go(), refusals());
}

}  // namespace
}  // namespace hookline::test
