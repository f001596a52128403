// Daemon threads, and those of `_thread`: CPython refuses them in an interpreter that can end.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "interp_fixture.h"

namespace hookline {
namespace {

using testing::ElementsAre;

// What a thread that has ended has written.
constexpr const char* kSource = R"(
import _thread, os, queue, threading

path = os.path.dirname(__file__)

def note(text, path=path):
    with open(path + '/log', 'a') as log:
        log.write(text)

def ending(wait, note=note):
    try:
        wait()
    finally:
        note('ended')

def start(wait):
    started = threading.Event()
    def run(ending=ending):
        started.set()
        ending(wait)
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    started.wait()
    return thread.daemon

def spin():
    while True:
        pass
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

TEST_F(DaemonThreadsTest, SoDoesOneThatCatchesEverything) {
  load(std::string(kSource) + R"(
def stubborn():
    for _ in range(3):
        try:
            spin()
        except BaseException as error:
            note(type(error).__name__ + ' ')
    spin()
def f(): return start(stubborn)
)");
  call("f");
  EXPECT_EQ(end(), "SystemExit SystemExit SystemExit ended");
}

class WaitingDaemonTest : public DaemonThreadsTest,
                          public testing::WithParamInterface<const char*> {};

TEST_P(WaitingDaemonTest, IsWokenToEnd) {
  load(std::string(kSource) + "def f(): start(" + GetParam() + ")\n");
  call("f");
  EXPECT_EQ(end(), "ended");
}

INSTANTIATE_TEST_SUITE_P(Waits, WaitingDaemonTest,
                         testing::Values("queue.Queue().get", "threading.Event().wait",
                                         "threading.Semaphore(0).acquire",
                                         "threading.Barrier(2).wait",
                                         "lambda: queue.Queue().get(timeout=3600)"));

TEST_F(DaemonThreadsTest, ThreadsOfTheLowerModuleEndToo) {
  load(std::string(kSource) + R"(
def f():
    started = _thread.allocate_lock()
    started.acquire()
    def run(ending=ending):
        started.release()
        ending(spin)
    for start in _thread.start_new_thread, _thread.start_new:
        start(run, ())
        started.acquire()
)");
  call("f");
  EXPECT_EQ(end(), "endedended");
}

// As in Python, daemons live for as long as the others need them.
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

TEST_F(DaemonThreadsTest, LibrariesMayUseThem) {
  load(std::string(kSource) + R"(
import logging, logging.handlers
class Notes(logging.Handler):
    def emit(self, record): note(record.getMessage())
def f():
    records = queue.Queue()
    listener = logging.handlers.QueueListener(records, Notes())
    listener.start()
    logging.handlers.QueueHandler(records).handle(logging.makeLogRecord({'msg': 'said '}))
    listener.stop()
    listener.start()
)");
  call("f");
  EXPECT_EQ(end(), "said ");
}

// Nothing can stop one that is in the middle of a system call.
TEST_F(DaemonThreadsTest, WhatReadsIsLeftBehindAndEndsLater) {
  for (const char* name : {"gate", "said"}) {
    ASSERT_EQ(mkfifo((folder().path() / name).c_str(), 0600), 0);
  }
  int context = 0;
  std::vector<std::string> left;
  void* of = nullptr;
  restart_interpreter({.codec = {},
                       .host_context = &context,
                       .on_left_behind = [&](void* host_context, const auto& threads) {
                         of = host_context;
                         left = threads;
                       }});
  load(std::string(kSource) + R"(
def read():
    with open(path + '/gate', 'rb') as gate:
        gate.read()
def f():
    def run(read=read, path=path):
        try:
            read()
            reached = True
        except SystemExit as error:
            with open(path + '/said', 'w') as said:
                said.write(repr(error))
    threading.Thread(target=run, daemon=True, name='reader').start()
)");
  call("f");
  end_interpreter();
  EXPECT_THAT(left, ElementsAre("reader"));
  EXPECT_EQ(of, &context);

  // Another one is not disturbed.
  restart_interpreter();
  load("def f(): return 1\n");
  EXPECT_EQ(call("f"), Value(1));

  std::ofstream(folder().path() / "gate") << "go";
  std::ifstream said(folder().path() / "said");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(said), {}), "SystemExit()");
}

}  // namespace
}  // namespace hookline
