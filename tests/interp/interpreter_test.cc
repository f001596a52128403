#include "interp/interpreter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "interp/host_context.h"
#include "interp_fixture.h"

namespace hookline {

using namespace detail;

namespace {

using testing::HasSubstr;

using InterpreterTest = InterpTest;

TEST_F(InterpreterTest, KnowsItsHostsContext) {
  EXPECT_EQ(host_context(), nullptr);
  int context = 0;
  restart_interpreter({.codec = {}, .host_context = &context});
  EXPECT_EQ(host_context(), &context);
}

TEST_F(InterpreterTest, SharesItsThreadWithOthers) {
  interpreter().detach();
  int context_a = 0;
  int context_b = 0;
  auto a = Interpreter::create(runtime(), {.codec = {}, .host_context = &context_a});
  auto b = Interpreter::create(runtime(), {.codec = {}, .host_context = &context_b});
  ASSERT_TRUE(a);
  ASSERT_TRUE(b);
  for (int i = 0; i < 3; ++i) {
    {
      const Interpreter::Attached attached(**a);
      EXPECT_EQ(host_context(), &context_a);
      ASSERT_TRUE(evaluate("import sys\nsys.mark = 'a'\nresult = 1"));
    }
    {
      const Interpreter::Attached attached(**b);
      EXPECT_EQ(host_context(), &context_b);
      EXPECT_EQ(evaluate("import sys\nresult = hasattr(sys, 'mark')"), Result<Value>(false));
    }
  }
  a->reset();
  b->reset();
  interpreter().attach();
}

TEST_F(InterpreterTest, JoinsTheScriptsThreadsAndRunsItsExitHandlers) {
  load(R"(
import _thread, atexit, os, threading
from concurrent.futures import ThreadPoolExecutor

log = open(os.path.dirname(__file__) + '/log', 'a')
go = threading.Event()

def note(text):
    go.wait()
    log.write(text + '\n')

def start():
    threading.Thread(target=note, args=('thread',)).start()
    _thread.start_new_thread(note, ('raw thread',))
    ThreadPoolExecutor().submit(note, 'pool')
    atexit.register(lambda: log.write('exit\n'))
    threading._register_atexit(go.set)
)");
  call("start");
  end_interpreter();
  const std::string log = folder().read("log");
  for (const char* line : {"thread\n", "raw thread\n", "pool\n", "exit\n"}) {
    EXPECT_THAT(log, HasSubstr(line));
  }
  EXPECT_LT(log.find("pool\n"), log.find("exit\n")) << log;
}

// They are written whatever refers to the module when the interpreter ends.
TEST_F(InterpreterTest, WritesTheScriptsFilesAtTheEnd) {
  load(R"(
import os, sys

log = open(os.path.dirname(__file__) + '/log', 'a')
sys.held = lambda: log
log.write('written')

def note():
    log.write(' and more')
)");
  call("note");
  end_interpreter();
  EXPECT_EQ(folder().read("log"), "written and more");
}

TEST_F(InterpreterTest, EndsWhateverItsExitHandlersDo) {
  load(R"(
import atexit, sys, threading
sys.stderr = None
def fail(): raise SystemExit(5)
atexit.register(fail)
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor()
threading._register_atexit(fail)
def f():
    threading.Thread(target=fail).start()
    return pool.submit(abs, -1).result()
)");
  EXPECT_EQ(call("f"), Value(1));
  end_interpreter();
}

TEST_F(InterpreterTest, RefusesForks) {
  load(R"(
import os
def fork(): os.fork()
def replace(): os.execv('/bin/true', ['true'])
)");
  EXPECT_EQ(try_call("fork").error().python_type, "RuntimeError");
  EXPECT_EQ(try_call("replace").error().python_type, "RuntimeError");
}

TEST_F(InterpreterTest, LetsScriptsRunPrograms) {
  load(R"(
import os, subprocess, sys
def shell(): return subprocess.run(['sh', '-c', 'echo $0; exit 3', 'hi'], capture_output=True)
def run():
    done = shell()
    return done.returncode, done.stdout, os.system('true')
def python():
    return subprocess.run([sys.executable, '-c', 'print(6 * 7)'], capture_output=True).stdout
)");
  EXPECT_EQ(call("run"), Value(Tuple{{3, Bytes{"hi\n"}, 0}}));
  EXPECT_EQ(call("python"), Value(Bytes{"42\n"}));
}

TEST_F(InterpreterTest, SurvivesOsExit) {
  load(R"(
import os, posix
def leave(): os._exit(3)
def leave_by_posix(): posix._exit(4)
)");
  EXPECT_EQ(try_call("leave").error().python_type, "SystemExit");
  EXPECT_EQ(try_call("leave").error().message, "3");
  EXPECT_EQ(try_call("leave_by_posix").error().message, "4");
}

TEST_F(InterpreterTest, RunsAsyncioOnItsThread) {
  load(R"(
import asyncio, threading
async def main():
    # No future is awaited here: that leaks 42 KB of CPython 3.13's _asyncio per interpreter, which
    # LeakSanitizer would report.
    seen = []
    task = asyncio.create_task(append(seen))
    while not task.done():
        await asyncio.sleep(0)
    return seen, threading.current_thread() is threading.main_thread()
async def append(seen):
    await asyncio.sleep(0)
    seen.append(1)
def run(): return asyncio.run(main())
)");
  EXPECT_EQ(call("run"), Value(Tuple{{List{1}, true}}));
}

TEST_F(InterpreterTest, LetsItsThreadsRunWhileItIsDetached) {
  load(R"(
import threading
seen = threading.Event()
def start(): threading.Thread(target=seen.set).start()
def wait(): return seen.wait(60)
)");
  call("start");
  interpreter().detach();
  interpreter().attach();
  EXPECT_EQ(call("wait"), Value(true));
}

// Captures the output of scripts from the process's own descriptors.
class OutputTest : public InterpTest {
 protected:
  void print(bool stdout_to_stderr) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    restart_interpreter({.codec = {}, .stdout_to_stderr = stdout_to_stderr});
    load("import sys\ndef say():\n  print('line')\n  print('no line', end='')\n  return 1");
    call("say");
    before_end_ = testing::internal::GetCapturedStdout();
    testing::internal::CaptureStdout();
    end_interpreter();
    stdout_ = before_end_ + testing::internal::GetCapturedStdout();
    stderr_ = testing::internal::GetCapturedStderr();
  }

  std::string before_end_;
  std::string stdout_;
  std::string stderr_;
};

TEST_F(OutputTest, IsWrittenByTheLineAndFlushedAtTheEnd) {
  print(false);
  EXPECT_EQ(before_end_, "line\n");
  EXPECT_EQ(stdout_, "line\nno line");
  EXPECT_EQ(stderr_, "");
}

TEST_F(OutputTest, GoesToStderrIfTheHostWantsStdout) {
  print(true);
  EXPECT_EQ(stdout_, "");
  EXPECT_EQ(stderr_, "line\nno line");
}

// Ends an interpreter that was abandoned because of the thread state `foreign`, by means of it.
void end_abandoned(PyThreadState* foreign) {
  PyEval_RestoreThread(foreign);
  PyThreadState* other = PyInterpreterState_ThreadHead(PyInterpreterState_Get());
  if (other == foreign) {
    other = PyThreadState_Next(other);
  }
  PyThreadState_Clear(other);
  PyThreadState_Delete(other);
  Py_EndInterpreter(foreign);
}

TEST(AbandonedInterpreter, LeavesPythonRunning) {
  auto runtime = Runtime::start(test_runtime_options());
  ASSERT_TRUE(runtime);
  PyThreadState* foreign = nullptr;
  {
    auto interpreter = Interpreter::create(*runtime);
    ASSERT_TRUE(interpreter);
    const Interpreter::Attached attached(**interpreter);
    // C code that calls back from its own threads does this.
    foreign = PyThreadState_New(PyInterpreterState_Get());
  }
  EXPECT_NE(foreign, nullptr);
  runtime->reset();
  EXPECT_EQ(Runtime::current(), nullptr);
  EXPECT_TRUE(Py_IsInitialized());

  auto again = Runtime::start(test_runtime_options());
  ASSERT_TRUE(again) << again.error().to_string();
  {
    auto interpreter = Interpreter::create(*again);
    ASSERT_TRUE(interpreter);
    const Interpreter::Attached attached(**interpreter);
    EXPECT_EQ(evaluate("result = 1"), Result<Value>(1));
  }
  end_abandoned(foreign);
  again->reset();
  EXPECT_FALSE(Py_IsInitialized());
}

}  // namespace
}  // namespace hookline
