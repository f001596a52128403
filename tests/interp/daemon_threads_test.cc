// Tests daemon threads, and the threads of `_thread`. CPython refuses both in an interpreter that
// can end.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "interp_fixture.h"
#include "tests/support/held_pipe.h"

namespace hookline {

using namespace detail;

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The threads of this script write to a file what they do, and that they have ended.
constexpr const char* kSource = R"(
import _thread, asyncio, os, queue, socket, threading, time

pair = socket.socketpair()
path = os.path.dirname(__file__)

def note(text):
    with open(path + '/log', 'a') as log:
        log.write(text)

def ending(started, wait):
    try:
        started.set()
        wait()
    finally:
        note('ended')

def start(wait):
    started = threading.Event()
    thread = threading.Thread(target=ending, args=(started, wait), daemon=True)
    thread.start()
    started.wait()
    return thread.daemon

def spin():
    while True:
        pass
)";

// This starts a daemon of Python's library, which notes what is logged.
constexpr const char* kListener = R"(
import logging, logging.handlers

class Notes(logging.Handler):
    def emit(self, record): note(record.getMessage())

records = queue.Queue()
listener = logging.handlers.QueueListener(records, Notes())
listener.start()

def log(text):
    logging.handlers.QueueHandler(records).handle(logging.makeLogRecord({'msg': text}))
)";

class DaemonThreadsTest : public InterpTest {
 protected:
  // Ends the interpreter and returns what its threads have noted.
  std::string end() {
    end_interpreter();
    return folder().read("log");
  }
};

TEST_F(DaemonThreadsTest, OneThatRunsEndsWithItsInterpreter) {
  load(std::string(kSource) + "def f(): return start(spin)\n");
  EXPECT_EQ(call("f"), Value(true));
  EXPECT_EQ(end(), "ended");
}

TEST_F(DaemonThreadsTest, OneThatCatchesEverythingEndsToo) {
  load(std::string(kSource) + R"(
def stubborn():
    try:
        spin()
    except BaseException as error:
        note(type(error).__name__ + ' ')
    spin()
def f(): return start(stubborn)
)");
  call("f");
  EXPECT_EQ(end(), "SystemExit ended");
}

class WaitingDaemonTest : public DaemonThreadsTest,
                          public testing::WithParamInterface<const char*> {};

TEST_P(WaitingDaemonTest, IsWokenToEnd) {
  load(std::string(kSource) + "def f(): start(" + GetParam() + ")\n");
  call("f");
  EXPECT_EQ(end(), "ended");
}

INSTANTIATE_TEST_SUITE_P(
    Waits, WaitingDaemonTest,
    testing::Values("queue.Queue().get", "threading.Event().wait", "threading.Semaphore(0).acquire",
                    "threading.Barrier(2).wait", "lambda: queue.Queue().get(timeout=3600)",
                    "queue.SimpleQueue().get", "lambda: asyncio.run(asyncio.sleep(3600))",
                    "lambda: [lock.acquire() for lock in [threading.Lock()] * 2]",
                    "lambda: time.sleep(3600)", "lambda: pair[0].recv(1)"));

TEST_F(DaemonThreadsTest, ThreadsOfTheLowerModuleEndToo) {
  load(std::string(kSource) + R"(
def f():
    for start in _thread.start_new_thread, _thread.start_new:
        started = threading.Event()
        start(ending, (started, spin))
        started.wait()
)");
  call("f");
  EXPECT_EQ(end(), "endedended");
}

// Daemons live as long as the other threads need them, as Python does it.
TEST_F(DaemonThreadsTest, ServeThreadsThatArePartOfTheScript) {
  load(std::string(kSource) + R"(
jobs, answers, go = queue.Queue(), queue.Queue(), threading.Event()
def serve():
    while True:
        answers.put(2 * jobs.get())
def ask():
    go.wait()
    for job in range(3):
        jobs.put(job)
        note(str(answers.get()))
def f():
    threading.Thread(target=serve, daemon=True).start()
    threading.Thread(target=ask).start()
    import atexit
    threading._register_atexit(go.set)
)");
  call("f");
  EXPECT_EQ(end(), "024");
}

TEST_F(DaemonThreadsTest, MayBelongToLibraries) {
  load(std::string(kSource) + kListener + R"(
def f():
    log('said ')
    listener.stop()
    listener.start()
)");
  call("f");
  EXPECT_EQ(end(), "said ");
}

TEST_F(DaemonThreadsTest, ATimerThatStartsItselfAgainEnds) {
  load(std::string(kSource) + R"(
restarted = threading.Event()
def tick(pause):
    note('tick ')
    if pause:
        threading.Timer(pause, tick, [0]).start()
    restarted.set()
def f():
    threading.Timer(0, tick, [3600]).start()
    restarted.wait()
)");
  call("f");
  EXPECT_EQ(end(), "tick ") << "the second timer must not run before its time";
}

TEST_F(DaemonThreadsTest, ThreadsOfAPoolEnd) {
  load(std::string(kSource) + R"(
from concurrent.futures import ThreadPoolExecutor
def f():
    started = threading.Event()
    ThreadPoolExecutor(1).submit(ending, started, spin)
    started.wait()
)");
  call("f");
  EXPECT_EQ(end(), "ended");
}

// A thread that is not marked as a daemon is none, whichever interpreter the script runs in.
TEST_F(DaemonThreadsTest, OtherThreadsFinishWhatTheyDo) {
  for (const Gil gil : {Gil::kOwn, Gil::kMain}) {
    restart_interpreter({.codec = {}, .gil = gil});
    load(std::string(kSource) + R"(
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool
go = threading.Event()
def work():
    go.wait()
    for i in range(10):
        with open(path + '/log', 'a') as log:
            log.write(str(i))
pool, other_pool = ThreadPoolExecutor(1), ThreadPool(1)
def f():
    pool.submit(abs, -1).result()
    other_pool.apply(abs, (-1,))
    threading.Thread(target=work).start()
    threading._register_atexit(go.set)
)");
    call("f");
    EXPECT_EQ(end(), "0123456789");
    std::filesystem::remove(folder().path() / "log");
  }
}

// Daemons still run while the exit handlers run, as Python does it.
TEST_F(DaemonThreadsTest, ServeExitHandlers) {
  load(std::string(kSource) + kListener + R"(
import atexit
def f():
    atexit.register(listener.stop)
    for i in range(10):
        log(str(i))
)");
  call("f");
  EXPECT_EQ(end(), "0123456789");
}

TEST_F(DaemonThreadsTest, EndWhileTheyStartOthers) {
  load(std::string(kSource) + R"(
def breed():
    while True:
        threading.Thread(target=int, daemon=True).start()
def f(): start(breed)
)");
  call("f");
  EXPECT_EQ(end(), "ended");
}

TEST_F(DaemonThreadsTest, AThreadIsWaitedForEvenIfItsJoinDoesNothing) {
  load(std::string(kSource) + R"(
go = threading.Event()
class Own(threading.Thread):
    def join(self, timeout): pass
    def run(self):
        go.wait()
        note('done')
def f():
    Own().start()
    threading._register_atexit(go.set)
)");
  call("f");
  EXPECT_EQ(end(), "done");
}

// A thread in the middle of a system call cannot be stopped, so it is left behind.
class LeftBehindTest : public DaemonThreadsTest {
 protected:
  // Loads a script with a thread that reads from the gate, and then says how that ended.
  void load_reader(Gil gil) {
    ASSERT_EQ(mkfifo((folder().path() / "said").c_str(), 0600), 0);
    restart_interpreter({.codec = {},
                         .host_context = &context_,
                         .gil = gil,
                         .on_left_behind =
                             [this](void* host_context, const auto& threads) {
                               EXPECT_EQ(host_context, &context_);
                               left_ = threads;
                             },
                         .is_busy = [this](void*) { return is_busy_(); }});
    load(std::string(kSource) + R"(
log = open(path + '/log', 'w')
log.write('written')
def run():
    try:
        with open(path + '/gate', 'rb') as gate:
            gate.read()
        reached = True
    except SystemExit as error:
        with open(path + '/said', 'w') as said:
            said.write(repr(error))
def f(): threading.Thread(target=run, daemon=True, name='reader').start()
)");
    call("f");
    interpreter().detach();
    gate_.wait_for_reader();
    interpreter().attach();
  }

  // Lets the reading thread go on.
  void close_gate() { gate_.close(); }
  [[nodiscard]] std::string what_it_says() const {
    std::ifstream said(folder().path() / "said");
    return {std::istreambuf_iterator<char>(said), {}};
  }

  [[nodiscard]] const std::vector<std::string>& left() const { return left_; }
  void busy_if(std::function<bool()> is_busy) { is_busy_ = std::move(is_busy); }

 private:
  std::function<bool()> is_busy_ = [] { return false; };
  int context_ = 0;
  std::vector<std::string> left_;
  HeldPipe gate_{folder().path() / "gate"};
};

TEST_F(LeftBehindTest, AThreadThatReadsEndsLater) {
  load_reader(Gil::kOwn);
  EXPECT_EQ(end(), "written");
  EXPECT_THAT(left(), ElementsAre("reader"));
  // Another interpreter is not disturbed.
  restart_interpreter();
  load("def f(): return 1\n");
  EXPECT_EQ(call("f"), Value(1));
  close_gate();
  EXPECT_EQ(what_it_says(), "SystemExit()");
}

TEST_F(LeftBehindTest, AThreadThatTheHostIsBusyWithIsWaitedFor) {
  busy_if([this] {
    close_gate();
    return true;
  });
  load_reader(Gil::kOwn);
  auto said = std::async(std::launch::async, [this] { return what_it_says(); });
  EXPECT_EQ(end(), "written");
  EXPECT_EQ(said.get(), "SystemExit()");
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(LeftBehindTest, DoesNotConcernTheNextScriptInTheMainInterpreter) {
  load_reader(Gil::kMain);
  EXPECT_EQ(end(), "written");
  EXPECT_THAT(left(), ElementsAre("reader"));
  bool again = false;
  restart_interpreter({.codec = {}, .gil = Gil::kMain, .on_left_behind = [&](void*, const auto&) {
                         again = true;
                       }});
  load("def f(): return 1\n");
  EXPECT_EQ(call("f"), Value(1));
  end_interpreter();
  EXPECT_FALSE(again);
  close_gate();
  EXPECT_EQ(what_it_says(), "SystemExit()");
}

}  // namespace
}  // namespace hookline
