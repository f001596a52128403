#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>

#include "interp_fixture.h"
#include "tests/support/ignored_leaks.h"

namespace hookline {

using namespace detail;

namespace {

using ::testing::HasSubstr;

struct Refusal {
  std::string_view expression;
  std::string_view instead;
};

// Tests what scripts may do to the process that they share. A guard that does not work would end
// this one.
class Guard : public InterpTest {
 protected:
  // Runs an expression of a script that has imported everything, and returns the error.
  Error refused(const std::string& expression) {
    load("import os, posix, signal, _signal, threading, _thread, socket, resource\n" + with_ +
         "def f(): return " + expression + "\n");
    const Result<Value> result = try_call("f");
    EXPECT_FALSE(result) << expression << " is not refused";
    return result ? Error{} : result.error();
  }
  void expect_refused(const Refusal& refusal) {
    const Error error = refused(std::string(refusal.expression));
    EXPECT_EQ(error.python_type, "PermissionError") << refusal.expression;
    EXPECT_THAT(error.message, HasSubstr(refusal.instead)) << refusal.expression;
    EXPECT_THAT(error.message, HasSubstr("is refused")) << refusal.expression;
  }
  // Does the same with an expression that must not raise.
  Value allowed(const std::string& expression) {
    load("import os, posix, signal, _signal, threading, _thread, socket, resource\n" + with_ +
         "def f(): return " + expression + "\n");
    return call("f");
  }

  std::string with_;  // more lines
};

TEST_F(Guard, RefusesWhatWouldEndTheProcess) {
  constexpr Refusal kRefusals[] = {
      {"os.abort()", "raise an exception"},
      {"posix.abort()", "raise an exception"},
      {"os.kill(os.getpid(), signal.SIGKILL)", "raise an exception"},
      {"os.kill(0, signal.SIGKILL)", "raise an exception"},
      {"os.kill(-os.getpgrp(), signal.SIGKILL)", "raise an exception"},
      {"os.killpg(os.getpgrp(), signal.SIGKILL)", "raise an exception"},
      {"os.killpg(0, signal.SIGKILL)", "raise an exception"},
      {"signal.raise_signal(signal.SIGKILL)", "raise an exception"},
      {"_signal.raise_signal(signal.SIGKILL)", "raise an exception"},
      {"signal.pthread_kill(threading.get_ident(), signal.SIGKILL)", "raise an exception"},
      {"signal.alarm(1)", "threading.Timer"},
      {"signal.setitimer(signal.ITIMER_REAL, 1)", "threading.Timer"},
      {"signal.sigwait([signal.SIGTERM])", "for the end atexit"},
      {"resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))", "before it starts"},
      {"resource.prlimit(0, resource.RLIMIT_NOFILE, (64, 64))", "before it starts"},
      {"resource.prlimit(os.getpid(), resource.RLIMIT_NOFILE, (64, 64))", "before it starts"},
      {"os.closerange(3, 100000)", "has opened itself"},
      {"os.close(2)", "has opened itself"},
      {"os.dup2(0, 2)", "sys.stdout"},
  };
  for (const Refusal& refusal : kRefusals) {
    expect_refused(refusal);
  }
}

// Libraries expect the ValueError, which says in other words that this is not the main thread.
TEST_F(Guard, SaysWhatToUseInsteadOfASignalHandler) {
  for (const char* expression :
       {"signal.signal(signal.SIGTERM, lambda *a: None)", "signal.set_wakeup_fd(5)"}) {
    const Error error = refused(expression);
    EXPECT_EQ(error.python_type, "ValueError");
    EXPECT_THAT(error.message, HasSubstr("for the end atexit")) << expression;
  }
}

TEST_F(Guard, GuardsModulesThatAreImportedLater) {
  with_ = "import _interpreters\n";
  for (const char* expression :
       {"_interpreters.create()", "_interpreters.destroy(0)", "_interpreters.exec(0, 'pass')",
        "_interpreters.call(0, print)", "_interpreters.run_string(0, 'pass')",
        "_interpreters.run_func(0, print)"}) {
    expect_refused({.expression = expression, .instead = "subprocess"});
  }
  EXPECT_EQ(allowed("resource.__name__ + type(resource.__loader__).__name__"),
            Value("resourceExtensionFileLoader"));
}

TEST_F(Guard, LetsSharedFaulthandlersPrintButNotEnd) {
  restart_interpreter({.gil = Gil::kShared});
  with_ = "import faulthandler\n";
  constexpr Refusal kRefusals[] = {
      {"faulthandler.dump_traceback_later(600, exit=True)", "leave exit=True out"},
      {"faulthandler.enable()", "which script was running"},
      {"faulthandler.register(signal.SIGUSR1)", "which script was running"},
      {"faulthandler._sigsegv()", "raise an exception"},
      {"faulthandler._sigabrt()", "raise an exception"},
      {"faulthandler._sigfpe()", "raise an exception"},
      {"faulthandler._fatal_error_c_thread()", "raise an exception"},
      {"faulthandler._read_null()", "raise an exception"},
      {"faulthandler._stack_overflow()", "raise an exception"},
  };
  for (const Refusal& refusal : kRefusals) {
    expect_refused(refusal);
  }
  EXPECT_EQ(allowed("faulthandler.cancel_dump_traceback_later()"), Value());
}

// CPython itself refuses this in all interpreters but the main one.
TEST_F(Guard, RefusesToReplaceTheProgram) {
  for (const Gil gil : {Gil::kOwn, Gil::kShared}) {
    restart_interpreter({.gil = gil});
    for (const char* expression : {"os.execv('/bin/true', ['true'])", "os.execlp('true', 'true')",
                                   "os.execve('/bin/true', ['true'], {})"}) {
      EXPECT_EQ(refused(expression).python_type, "RuntimeError") << expression;
    }
  }
}

TEST_F(Guard, LetsHarmlessCallsThrough) {
  for (const char* expression : {
           "os.kill(os.getpid(), 0) is None",
           "signal.alarm(0) == 0",
           "signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)",
           "len(resource.prlimit(0, resource.RLIMIT_NOFILE)) == 2",
           "len(resource.getrlimit(resource.RLIMIT_NOFILE)) == 2",
           "signal.getsignal(signal.SIGTERM) is not None",
       }) {
    EXPECT_EQ(allowed(expression), Value(true)) << expression;
  }
}

TEST_F(Guard, KeepsTheStacksOfThreadsLargeEnough) {
  EXPECT_EQ(allowed("(threading.stack_size(65536), threading.stack_size(), "
                    "threading.stack_size(64 << 20), threading.stack_size())"),
            Value(Tuple{{16 << 20, 16 << 20, 16 << 20, 64 << 20}}));
}

// A descriptor is the host's, even if it was opened after the script was loaded.
TEST_F(Guard, DoesNotCloseWhatTheHostHasOpened) {
  load(R"(
import os, socket
def close(fd): os.close(fd)
def close_socket(fd): socket.close(fd)
def replace(fd):
    with open(os.devnull) as file:
        os.dup2(file.fileno(), fd)
)");
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  for (const char* function : {"close", "close_socket", "replace"}) {
    EXPECT_EQ(try_call(function, {pair[0]}).error().python_type, "PermissionError") << function;
  }
  EXPECT_EQ(write(pair[0], "x", 1), 1);
  close(pair[0]);
  close(pair[1]);
  EXPECT_EQ(try_call("close", {pair[0]}).error().python_type, "OSError");
}

TEST_F(Guard, DoesNotCloseWhatWasOpenBefore) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  restart_interpreter();
  EXPECT_EQ(refused("os.close(" + std::to_string(ends[1]) + ")").python_type, "PermissionError");
  close(ends[0]);
  close(ends[1]);
}

// A number that the script once had does not let it close what has the number now.
TEST_F(Guard, RemembersWhatANumberStoodFor) {
  load(R"(
import os, socket
def open_one():
    global first, second, fd
    first, second = socket.socketpair()
    fd = os.dup(first.fileno())
    os.close(fd)
    return fd
def close_again(): os.close(fd)
)");
  const Value number = call("open_one");
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  const int wanted = static_cast<int>(*number.as<std::int64_t>());
  ASSERT_EQ(dup2(pair[0], wanted), wanted);
  EXPECT_EQ(try_call("close_again").error().python_type, "PermissionError");
  close(wanted);
  close(pair[0]);
  close(pair[1]);
}

// Scripts replace sys.stdout in these ways. The file is closed when the script ends or is reloaded.
TEST_F(Guard, AFileOfTheHostsDescriptorDoesNotCloseIt) {
  load(R"(
import io, os, sys
def f():
    for file in (open(2, "w"), open(2, "wb", 0), open(2, "w", -1, None, None, None, True),
                 os.fdopen(sys.stderr.fileno(), "w"), io.open(2, mode="w", closefd=True)):
        file.close()
    read, write = os.pipe()
    with open(read, "rb") as file, os.fdopen(write, "w"):
        pass
    try:
        os.close(read)
    except OSError as error:
        return error.errno
)");
  EXPECT_EQ(call("f"), Value(EBADF)) << "its own are closed";
  EXPECT_NE(fcntl(STDERR_FILENO, F_GETFD), -1);
}

TEST_F(Guard, LooksLikeTheFunctionThatItStandsFor) {
  load(R"(
import os, traceback
class Files:
    open, close = open, os.close
def f():
    files = Files()
    with files.open(os.devnull) as file:
        files.close(os.dup(file.fileno()))
    return os.close.__name__, os.close.__module__, bool(os.close.__doc__), open.__name__
def missing():
    open("/nonexistent")
)");
  EXPECT_EQ(call("f"), Value(Tuple{{"close", "posix", true, "open"}}));
  EXPECT_THAT(try_call("missing").error().traceback, ::testing::Not(HasSubstr("<hookline>")));
}

TEST_F(Guard, LeavesTheScriptWhatIsItsOwn) {
  // An awaited future leaks 42 KB of CPython 3.13's _asyncio for each interpreter.
  [[maybe_unused]] const IgnoredLeaks known;
  restart_interpreter();
  load(R"py(
import asyncio, io, json, logging, logging.handlers, multiprocessing, os, pathlib, pty, queue, shutil
import signal, socket, sqlite3, ssl, subprocess, sys, tempfile, threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool

def descriptors():
    for fd in (*os.pipe(), *os.pipe2(os.O_CLOEXEC), *os.openpty(), os.open(os.devnull, os.O_RDONLY),
               os.dup(0), os.eventfd(0), os.memfd_create("x"), os.pidfd_open(os.getpid())):
        os.close(fd)
    a, b = socket.socketpair()
    os.close(a.detach())
    os.close(os.dup(b.fileno()))
    read, write = os.pipe()
    with open(os.devnull, "w") as file:
        os.dup2(file.fileno(), write)
    os.close(read)
    os.close(write)
    with os.fdopen(os.open(os.devnull, os.O_RDONLY)) as file:
        pass
    return True

def files():
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as file:
        file.write(b"x")
        fd, name = tempfile.mkstemp(dir=folder)
        os.close(fd)
        deep = pathlib.Path(folder, "a", "b")
        deep.mkdir(parents=True)
        shutil.rmtree(deep.parent)
        handler = logging.handlers.RotatingFileHandler(os.path.join(folder, "log"), maxBytes=10)
        handler.emit(logging.makeLogRecord({"msg": "hello"}))
        handler.close()
        database = sqlite3.connect(os.path.join(folder, "db"))
        database.execute("create table t (x)")
        database.close()
    return shutil.rmtree.avoids_symlink_attacks

def programs():
    done = subprocess.run(["cat"], input=b"x", capture_output=True)
    quiet = subprocess.run("exit 3", shell=True, stdout=subprocess.DEVNULL)
    child = os.posix_spawn("/bin/sh", ["sh", "-c", "exit 4"], os.environ)
    return [done.stdout, quiet.returncode, os.waitpid(child, 0)[1] >> 8, os.system("exit 5") >> 8,
            os.popen("echo x").read()]

def processes():
    with subprocess.Popen(["sleep", "600"]) as child:
        os.kill(child.pid, signal.SIGTERM)
        return child.wait()

async def in_loop():
    process = await asyncio.create_subprocess_exec("echo", "x", stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    server = await asyncio.start_server(lambda r, w: w.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    read = await reader.read()
    writer.close()
    server.close()
    return out + read

def loops():
    return asyncio.run(in_loop())

def pools():
    with ThreadPoolExecutor(2) as pool, ThreadPool(2) as other:
        a, b = multiprocessing.Pipe()
        a.send([1])
        return [sum(pool.map(int, "12")), sum(other.map(int, "12")), b.recv()]
)py");
  EXPECT_EQ(call("descriptors"), Value(true));
  EXPECT_EQ(call("files"), Value(true));
  EXPECT_EQ(call("programs"), Value(List{Bytes("x"), 3, 4, 5, "x\n"}));
  EXPECT_EQ(call("processes"), Value(-SIGTERM));
  EXPECT_EQ(call("loops"), Value(Bytes("x\n")));
  EXPECT_EQ(call("pools"), Value(List{3, 3, List{1}}));
}

// The mask of a thread, as it is in /proc.
std::string blocked_signals() {
  sigset_t set{};
  pthread_sigmask(SIG_BLOCK, nullptr, &set);
  return std::string(sigismember(&set, SIGTERM) == 1 ? "TERM " : "") +
         (sigismember(&set, SIGINT) == 1 ? "INT" : "");
}

class GuardOfBlockedSignals : public Guard {
 protected:
  void SetUp() override {
    sigset_t set{};
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, &before_);
    Guard::SetUp();
  }
  void TearDown() override {
    Guard::TearDown();
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t before_{};
};

// `multiprocessing` does this for its resource tracker. A host that waits for the signals with
// sigwait() or signalfd would be ended by them.
TEST_F(GuardOfBlockedSignals, StaysBlockedWhatTheHostHasBlocked) {
  for (const char* expression :
       {"signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT})",
        "signal.pthread_sigmask(signal.SIG_SETMASK, [])"}) {
    EXPECT_NE(allowed("bool(" + std::string(expression) + ") or True"), Value(false));
    EXPECT_EQ(blocked_signals(), "TERM INT") << expression;
  }
}

// A library does not ask Python. The mask is what it was when the script has returned.
TEST_F(GuardOfBlockedSignals, AreBlockedAgainWhenACLibraryHasUnblockedThem) {
  load(R"(
import ctypes, signal
def f():
    none = ctypes.create_string_buffer(128)
    ctypes.CDLL(None).pthread_sigmask(signal.SIG_SETMASK, none, None)
)");
  call("f");
  EXPECT_EQ(blocked_signals(), "");
  interpreter().detach();
  EXPECT_EQ(blocked_signals(), "TERM INT");
  interpreter().attach();
}

TEST_F(GuardOfBlockedSignals, ChildrenHaveNoSignalsBlockedOrIgnored) {
  load(R"(
import os, subprocess, tempfile
CHECKED = sum(1 << number - 1 for number in (1, 2, 13, 15, 25))  # others may come from outside
SHOW = "grep -E 'SigBlk|SigIgn' /proc/self/status"
def masks(text): return [int(line.split()[1], 16) & CHECKED for line in text.splitlines()]
def of_subprocess():
    return masks(subprocess.run(SHOW, shell=True, capture_output=True, text=True).stdout)
def to_file(run):
    with tempfile.NamedTemporaryFile("r") as file:
        run(f"{SHOW} > {file.name}")
        return masks(file.read())
def spawn(command):
    os.waitpid(os.posix_spawn("/bin/sh", ["sh", "-c", command], os.environ), 0)
def of_system(): return to_file(os.system)
def of_spawn(): return to_file(spawn)
)");
  for (const char* function : {"of_subprocess", "of_system", "of_spawn"}) {
    EXPECT_EQ(call(function), Value(List{0, 0})) << function;
  }
  EXPECT_EQ(blocked_signals(), "TERM INT");
}

class GuardInMain : public Guard {
 protected:
  void SetUp() override { restart_interpreter({.gil = Gil::kMain}); }
};

// Returns the exit codes of three children: os._exit(), a function that returns, one that raises.
constexpr std::string_view kForks = R"(
import os, sys, threading, warnings
warnings.simplefilter("ignore", DeprecationWarning)
def wait(pid): return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
def exits():
    pid = os.fork()
    if pid == 0:
        os._exit(7)
    return wait(pid)
def returns():
    pid = os.fork()
    return wait(pid) if pid else 1
def leaves():
    pid = os.fork()
    if pid == 0:
        sys.exit(9)
    return wait(pid)
def returns_in_thread():
    pids = []
    thread = threading.Thread(target=lambda: pids.append(os.fork()))
    thread.start()
    thread.join()
    return wait(pids[0])
def aborts():
    pid = os.fork()
    if pid == 0:
        os.close(0)
        os.kill(os.getpid(), 9)
    return wait(pid)
)";

TEST_F(GuardInMain, AForkedChildEndsAndNeverReturnsIntoTheHost) {
  const pid_t host = getpid();
  load(kForks);
  const Value exits = call("exits");
  const Value returns = call("returns");
  const Value leaves = call("leaves");
  const Value in_thread = call("returns_in_thread");
  const Value aborts = call("aborts");
  if (getpid() != host) {
    _exit(99);  // otherwise the tests would go on in the child, too
  }
  EXPECT_EQ(exits, Value(7));
  EXPECT_EQ(returns, Value(0));
  EXPECT_EQ(leaves, Value(9));
  EXPECT_EQ(in_thread, Value(0));
  EXPECT_EQ(aborts, Value(-9));
}

TEST_F(GuardInMain, RefusesToReplaceTheProgram) {
  for (const char* expression : {"os.execv('/bin/true', ['true'])", "os.execlp('true', 'true')",
                                 "os.execve('/bin/true', ['true'], {})"}) {
    expect_refused({.expression = expression, .instead = "subprocess"});
  }
}

// The main interpreter goes on when its script ends, so its functions are replaced again.
TEST_F(GuardInMain, HoldsForTheNextScriptToo) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(refused("os.abort()").python_type, "PermissionError");
    EXPECT_EQ(allowed("hasattr(os.dup2.hookline_real.hookline_real, 'hookline_real')"),
              Value(false));
    EXPECT_EQ(allowed("type(open.__self__[0].__self__).__name__"), Value("module"));
    restart_interpreter({.gil = Gil::kMain});
  }
}

}  // namespace
}  // namespace hookline
