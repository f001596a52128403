#include "interp/interrupter.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "tests/interp/interp_fixture.h"
#include "tests/support/held_pipe.h"
#include "tests/support/ignored_leaks.h"
#include "tests/support/scale.h"

namespace hookline {
namespace {

// Interrupts the interpreter of the test from another thread, as a host does.
class InterrupterTest : public InterpTest {
 protected:
  // Calls a function of the script, and interrupts it once its stack shows the line with `place`.
  Result<Value> interrupt_at(std::string_view function, std::string_view place) {
    const std::shared_ptr<Interrupter> interrupter = interpreter().interrupter();
    std::atomic<bool> runs{true};
    std::thread other([&] {
      while (runs.load()) {
        const auto looked = interrupter->interrupt([] { return false; });
        if (looked && looked->stack.find(place) != std::string::npos) {
          visit_ = *interrupter->interrupt([&] { return runs.load(); });
          return;
        }
        std::this_thread::yield();
      }
    });
    Result<Value> result = interpreter().invoke(function, {});
    runs.store(false);
    interpreter().detach();  // the other thread may be waiting for the GIL
    other.join();
    interpreter().attach();
    interrupter->clear();
    return result;
  }
  // Calls check() of the script, whose result has to look like this.
  void expect_said(std::string_view repr) {
    const auto said = interpreter().invoke("check", {});
    ASSERT_TRUE(said) << said.error().to_string();
    EXPECT_EQ(said->repr(), repr);
  }

  Interrupter::Visit visit_;
};

void expect_interrupted(const Result<Value>& result) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kScriptRaised);
  EXPECT_EQ(result.error().python_type, "hookline.Interrupted");
  EXPECT_EQ(result.error().message, "the host ended the call, because it took too long");
}

TEST_F(InterrupterTest, EndsALoop) {
  load("def hang():\n    while True:\n        pass\n");
  expect_interrupted(interrupt_at("hang", "in hang"));
  EXPECT_TRUE(visit_.raised);
  EXPECT_NE(visit_.stack.find("in hang"), std::string::npos) << visit_.stack;
}

TEST_F(InterrupterTest, ExceptExceptionDoesNotCatchIt) {
  load(
      "def hang():\n    try:\n        while True:\n            pass\n    except "
      "Exception:\n        return 'caught'\n");
  expect_interrupted(interrupt_at("hang", "in hang"));
}

TEST_F(InterrupterTest, FinallyRuns) {
  load(
      "done = []\ndef hang():\n    try:\n        while True:\n            pass\n    "
      "finally:\n        done.append(1)\n"
      "def count():\n    return len(done)\n");
  expect_interrupted(interrupt_at("hang", "in hang"));
  EXPECT_EQ(interpreter().invoke("count", {}), Value(1));
}

// Looks, from another thread, at a function that waits at a pipe with the path that it gets.
class LookTest : public InterpTest {
 protected:
  Interrupter::Visit look_at(std::string_view function) {
    const std::shared_ptr<Interrupter> interrupter = interpreter().interrupter();
    HeldPipe pipe(folder().path() / "pipe");
    std::optional<Interrupter::Visit> visit;
    std::thread other([&] {
      pipe.wait_for_reader();
      visit = interrupter->interrupt([] { return false; });
      pipe.close();
    });
    const Result<Value> result =
        interpreter().invoke(function, {{Value((folder().path() / "pipe").string())}});
    interpreter().detach();
    other.join();
    interpreter().attach();
    EXPECT_TRUE(result) << result.error().to_string() << result.error().traceback;
    return visit.value_or(Interrupter::Visit());
  }
};

// The Python code of a look could import a module while the script goes through sys.modules, or
// destroy objects of the script on its thread.
TEST_F(LookTest, RunsNoPythonCode) {
  load(
      "import _thread, sys\n"
      "threads = set()\n"
      "def started(code, offset):\n"
      "    threads.add(_thread.get_ident())\n"
      "def watch():\n"
      "    m = sys.monitoring\n"
      "    m.use_tool_id(m.DEBUGGER_ID, 'test')\n"
      "    m.register_callback(m.DEBUGGER_ID, m.events.PY_START, started)\n"
      "    m.set_events(m.DEBUGGER_ID, m.events.PY_START)\n"
      "def hang(path):\n"
      "    open(path).read()\n"
      "def count():\n"
      "    return len(threads)\n");
  ASSERT_TRUE(interpreter().invoke("watch", {}));
  const Interrupter::Visit visit = look_at("hang");
  EXPECT_FALSE(visit.raised);
  EXPECT_NE(visit.stack.find("in hang"), std::string::npos) << visit.stack;
  EXPECT_EQ(interpreter().invoke("count", {}), Value(1)) << "only the worker has run Python code";
}

TEST_F(LookTest, ShowsEachCallWithItsLine) {
  load(
      "# coding: latin-1\n"
      "def hang(path):\n"
      "    inner(path)\n"
      "def inner(path):\n"
      "    eval('open(path).read()')  # \xfc\n");
  const std::string file = (folder().path() / "script.py").string();
  EXPECT_EQ(look_at("hang").stack, "  File \"" + file +
                                       "\", line 3, in hang\n"
                                       "    inner(path)\n"
                                       "  File \"" +
                                       file +
                                       "\", line 5, in inner\n"
                                       "  File \"<string>\", line 1, in <module>\n");
}

TEST_F(LookTest, ShowsTheInnermostCalls) {
  load(
      "def hang(path, depth=100):\n"
      "    if depth:\n"
      "        hang(path, depth - 1)\n"
      "    else:\n"
      "        open(path).read()\n");
  const std::string stack = look_at("hang").stack;
  EXPECT_TRUE(stack.starts_with("  ...\n  File ")) << stack;
  EXPECT_TRUE(stack.ends_with("line 5, in hang\n    open(path).read()\n")) << stack;
  EXPECT_LT(stack.size(), 5'000U);
}

// Defines tls_pair(), which returns both ends of a connection.
constexpr const char* kTlsPair = R"py(
import os, socket, ssl, subprocess, tempfile, threading

def tls_pair():
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = os.path.join(folder, "key"), os.path.join(folder, "certificate")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x",
                        "-keyout", key, "-out", certificate], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    here, there = socket.socketpair()
    served = []
    thread = threading.Thread(target=lambda: served.append(
        context.wrap_socket(there, server_side=True)))
    thread.start()
    client = ssl._create_unverified_context().wrap_socket(here)
    thread.join()
    return client, served[0]
)py";

struct Wait {
  const char* name;
  const char* code;
};

class InterruptedWait : public InterrupterTest, public testing::WithParamInterface<Wait> {};

// Each wait would last an hour, or for ever.
TEST_P(InterruptedWait, Ends) {
  // An awaited future leaks 42 KB of CPython 3.13's _asyncio for each interpreter.
  [[maybe_unused]] const IgnoredLeaks known;
  restart_interpreter();
  load(std::string("import asyncio, queue, threading, time\n") + kTlsPair + GetParam().code);
  expect_interrupted(interrupt_at("hang", "in hang"));
}

INSTANTIATE_TEST_SUITE_P(
    , InterruptedWait,
    testing::Values(
        Wait{"sleep", "def hang():\n    time.sleep(3600)\n"},
        Wait{"sleep_float", "def hang():\n    time.sleep(3600.5)\n"},
        Wait{"sleep_imported_by_name", "from time import sleep\ndef hang():\n    sleep(3600)\n"},
        Wait{"event", "def hang():\n    threading.Event().wait()\n"},
        Wait{"event_timeout", "def hang():\n    threading.Event().wait(3600)\n"},
        Wait{"condition",
             "def hang():\n    c = threading.Condition()\n    with c:\n        c.wait()\n"},
        Wait{"semaphore", "def hang():\n    threading.Semaphore(0).acquire()\n"},
        Wait{"lock",
             "def hang():\n"
             "    lock = threading.Lock()\n"
             "    lock.acquire()\n    lock.acquire()\n"},
        Wait{"lock_timeout",
             "lock = threading.Lock()\n"
             "def hang():\n"
             "    with lock:\n        lock.acquire(timeout=3600)\n"},
        Wait{"lock_with",
             "import _thread\n"
             "lock = _thread.allocate_lock()\n"
             "def hang():\n"
             "    with lock, lock:\n        pass\n"},
        Wait{"rlock",
             "lock, held, end = threading.RLock(), threading.Event(), threading.Event()\n"
             "def hold():\n"
             "    with lock:\n        held.set()\n        end.wait()\n"
             "threading.Thread(target=hold).start()\n"
             "held.wait()\n"
             "def hang():\n"
             "    try:\n"
             "        with lock:\n            pass\n"
             "    finally:\n        end.set()\n"},
        Wait{"queue", "def hang():\n    queue.Queue().get()\n"},
        Wait{"simple_queue", "def hang():\n    queue.SimpleQueue().get()\n"},
        Wait{"simple_queue_timeout", "def hang():\n    queue.SimpleQueue().get(True, 3600)\n"},
        Wait{"thread",
             "def hang():\n"
             "    end = threading.Event()\n"
             "    thread = threading.Thread(target=end.wait)\n"
             "    thread.start()\n"
             "    try:\n        thread.join()\n    finally:\n        end.set()\n"},
        Wait{"thread_timeout",
             "def hang():\n"
             "    end = threading.Event()\n"
             "    thread = threading.Thread(target=end.wait)\n"
             "    thread.start()\n"
             "    try:\n        thread.join(3600)\n    finally:\n        end.set()\n"},
        Wait{"socket_recv",
             "import socket\n"
             "def hang():\n"
             "    a, b = socket.socketpair()\n"
             "    with a, b:\n        a.recv(1)\n"},
        Wait{"socket_send",
             "import socket\n"
             "def hang():\n"
             "    a, b = socket.socketpair()\n"
             "    with a, b:\n        a.send(bytes(10_000_000))\n"},
        Wait{"socket_sendall",
             "import socket\n"
             "def hang():\n"
             "    a, b = socket.socketpair()\n"
             "    with a, b:\n        a.sendall(bytes(10_000_000))\n"},
        Wait{"socket_file",
             "import socket\n"
             "def hang():\n"
             "    a, b = socket.socketpair()\n"
             "    with a, b, a.makefile() as file:\n        file.readline()\n"},
        Wait{"socket_accept",
             "import socket\n"
             "def hang():\n"
             "    with socket.create_server(('127.0.0.1', 0)) as server:\n"
             "        server.accept()\n"},
        // The queue of the server is full, so that it answers no more.
        Wait{"socket_connect",
             "import contextlib, socket\n"
             "def hang():\n"
             "    with contextlib.ExitStack() as stack:\n"
             "        server = stack.enter_context(socket.create_server(('127.0.0.1', 0), "
             "backlog=0))\n"
             "        while True:\n"
             "            stack.enter_context(socket.create_connection(server.getsockname()))\n"},
        Wait{"http",
             "import socket, urllib.request\n"
             "def hang():\n"
             "    with socket.create_server(('127.0.0.1', 0)) as server:\n"
             "        urllib.request.urlopen('http://127.0.0.1:%d' % server.getsockname()[1])\n"},
        Wait{"tls_handshake",
             "import socket, ssl\n"
             "def hang():\n"
             "    a, b = socket.socketpair()\n"
             "    with a, b:\n"
             "        ssl._create_unverified_context().wrap_socket(a)\n"},
        Wait{"tls_read",
             "def hang():\n"
             "    a, b = tls_pair()\n"
             "    with a, b:\n        a.recv(1)\n"},
        Wait{"tls_send",
             "def hang():\n"
             "    a, b = tls_pair()\n"
             "    with a, b:\n        a.sendall(bytes(10_000_000))\n"},
        Wait{"asyncio_run", "def hang():\n    asyncio.run(asyncio.sleep(3600))\n"},
        Wait{"asyncio_event",
             "async def main():\n    await asyncio.Event().wait()\n"
             "def hang():\n    asyncio.run(main())\n"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(InterrupterTest, SleepIsAsBefore) {
  load(
      "import time\n"
      "def check():\n"
      "    time.sleep(0); time.sleep(0.001); time.sleep(True)\n"
      "    said = []\n"
      "    for wrong in -1, 'a', float('nan'), None, 1e300:\n"
      "        try:\n"
      "            time.sleep(wrong)\n"
      "        except (ValueError, TypeError, OverflowError) as error:\n"
      "            said.append(type(error).__name__)\n"
      "    return said\n");
  expect_said("['ValueError', 'TypeError', 'ValueError', 'TypeError', 'OverflowError']");
}

// Compares with what CPython's own locks say to the same.
TEST_F(InterrupterTest, LocksAreAsBefore) {
  // _at_fork_reinit() leaves the old lock to a thread that may wait for it, ours and CPython's.
  [[maybe_unused]] const IgnoredLeaks known;
  load(R"py(
import _thread, copy, threading, weakref
CLock = type(threading._allocate_lock())
CRLock = type(threading._active_limbo_lock)  # threading made it when it was imported

def elsewhere(call):
    said = []
    def run():
        try:
            said.append(call())
        except RuntimeError as error:
            said.append(str(error))
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return said

def tries(make):
    said = [make.__name__, make.__module__, isinstance(make(), make)]
    lock = make()
    for args, more in [((), {}), ((False,), {}), ((True, 0.001), {}), ((), {"timeout": 0}), ((), {"blocking": False}),
                       ((True, -2), {}), ((False, 1), {}), ((True, 1e10), {}), ((True, float("nan")), {}),
                       ((True, "a"), {}), ((1, 2, 3), {}), ((), {"other": 1})]:
        try:
            said.append(lock.acquire(*args, **more))
        except (ValueError, OverflowError, TypeError) as error:
            said.append(type(error).__name__)
    said.append(lock.locked() if make.__name__ == "lock" else None)
    said.append(repr(lock).split(" at ")[0].replace(str(_thread.get_ident()), "ME"))
    while True:
        try:
            said.append(lock.release())
        except RuntimeError as error:
            said.append(str(error))
            break
    with lock as entered:
        said += [entered, hasattr(lock, "_is_owned") and lock._is_owned()]
    lock.acquire()
    said += elsewhere(lambda: lock.acquire(False)) + elsewhere(lambda: lock.acquire(timeout=0.001))
    said += elsewhere(lock.release)
    lock._at_fork_reinit()
    said += [lock.acquire(False), repr(lock).split(" ")[0], weakref.ref(lock)() is lock]
    for cannot in lambda: copy.copy(lock), lambda: make(1, 2):
        try:
            said.append(type(cannot()).__name__)
        except TypeError as error:
            said.append("TypeError")
    threading.Timer(0.001, lock.release).start() if make.__name__ == "lock" else lock.release()
    with lock:
        condition = threading.Condition(lock)
        threading.Timer(0.001, lambda: notify(condition)).start()
        said.append(condition.wait(60))
    return said

def notify(condition):
    with condition:
        condition.notify()

def check():
    lock, rlock = tries(threading.Lock), tries(type(threading.RLock()))
    class Named(type(threading.RLock())):
        pass
    named = Named()
    with named, named:
        counts = named._recursion_count()
    return (lock == tries(CLock), rlock == tries(CRLock), threading.Lock is not CLock,
            type(threading.RLock()) is not CRLock, lock[3:8], rlock[-12:-8], counts)
)py");
  expect_said(
      "(True, True, True, True, [True, False, False, False, False], "
      "['cannot release un-acquired lock', True, True, False], 2)");
}

// The wait of a condition acquires its lock again before an exception gets through: otherwise the
// `with` would release a lock that another thread holds.
TEST_F(InterrupterTest, AConditionHasItsLockWhenItsWaitIsInterrupted) {
  for (const std::string lock : {"Lock", "RLock"}) {
    load("import threading\nlock = threading." + lock + R"py(()
condition = threading.Condition(lock)
go, done, said = threading.Event(), threading.Event(), []
acquire_again = condition._acquire_restore

def restore(state):
    acquire_again(state)

condition._acquire_restore = restore

def hold():
    go.wait()
    with condition:
        condition.notify()
        done.wait(1.2)  # longer than a lock waits at a time
        said.append(lock.acquire(False))
        if said[-1]:
            lock.release()

thread = threading.Thread(target=hold)
thread.start()

def hang():
    try:
        with condition:
            go.set()
            condition.wait()
    finally:
        thread.join()

def check():
    return said, lock.acquire(False)
)py");
    expect_interrupted(interrupt_at("hang", "in restore"));
    expect_said(lock == "Lock" ? "([False], True)" : "([True], True)");
  }
}

TEST_F(InterrupterTest, JoinIsAsBefore) {
  load(
      "import threading\n"
      "def check():\n"
      "    end = threading.Event()\n"
      "    thread = threading.Thread(target=end.wait)\n"
      "    said = []\n"
      "    for wrong in None, 'a', 1e300, True:\n"
      "        try:\n"
      "            (thread if wrong != True else threading.current_thread()).join(wrong)\n"
      "        except (RuntimeError, TypeError, OverflowError) as error:\n"
      "            said.append(type(error).__name__)\n"
      "        if wrong is None: thread.start()\n"
      "    thread.join(0); thread.join(-1); thread.join(0.001); thread.join(timeout=0.001)\n"
      "    said.append(thread.is_alive())\n"
      "    end.set()\n"
      "    thread.join()\n"
      "    said += [thread.is_alive(), thread.join(), thread.join(5)]\n"
      "    return said\n");
  expect_said(
      "['RuntimeError', 'TypeError', 'OverflowError', 'RuntimeError', True, False, None, None]");
}

TEST_F(InterrupterTest, SocketsAreAsBefore) {
  load(
      "import socket, struct, threading\n"
      "def check():\n"
      "    said = []\n"
      "    def attempt(call):\n"
      "        try:\n"
      "            said.append(call())\n"
      "        except OSError as error:\n"
      "            said.append(type(error).__name__)\n"
      "    with socket.create_server(('127.0.0.1', 0)) as server:\n"
      "        where = server.getsockname()\n"
      "        client = socket.create_connection(where)\n"
      "        here, peer = server.accept()\n"
      "        said.append(peer == client.getsockname())\n"
      "        here.sendall(b'abcdefgh')\n"
      "        attempt(lambda: client.recv(2))\n"
      "        attempt(lambda: client.recv_into(bytearray(1)))\n"
      "        attempt(lambda: client.recvfrom(1)[0])\n"
      "        attempt(lambda: client.recvmsg(2)[0])\n"
      "        attempt(lambda: client.recv(9, socket.MSG_PEEK))\n"
      "        attempt(lambda: client.recv(9))\n"
      "        attempt(lambda: client.recv(1, socket.MSG_DONTWAIT))\n"
      "        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('ll', 0, "
      "1000))\n"
      "        attempt(lambda: client.recv(1))\n"
      "        client.settimeout(0.001)\n"
      "        attempt(lambda: client.recv(1))\n"
      "        client.settimeout(None)\n"
      "        text = bytes(range(256)) * 40_000\n"
      "        for send in here.send, here.sendall:\n"
      "            sent = []\n"
      "            writer = threading.Thread(target=lambda: sent.append(send(text)))\n"
      "            writer.start()\n"
      "            got = b''\n"
      "            while len(got) < len(text):\n"
      "                got += client.recv(1 << 20)\n"
      "            writer.join()\n"
      "            said += [got == text, sent]\n"
      "        here.close()\n"
      "        attempt(lambda: client.recv(1))\n"
      "        client.close()\n"
      "        attempt(lambda: client.recv(1))\n"
      "        attempt(lambda: client.send(b''))\n"
      "        attempt(lambda: client.sendall(b'x'))\n"
      "        attempt(lambda: client.connect(where))\n"
      "    attempt(lambda: socket.create_connection(where))\n"
      "    a, b = socket.socketpair()\n"
      "    with a, b:\n"
      "        attempt(lambda: a.send(b'', socket.MSG_DONTWAIT))\n"
      "        attempt(lambda: a.send(text, socket.MSG_DONTWAIT) < len(text))\n"
      "        attempt(lambda: a.send(text, socket.MSG_DONTWAIT))\n"
      "        a.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack('ll', 0, 1000))\n"
      "        attempt(lambda: a.send(b'x'))\n"
      "    said.append(socket.socket.recv.__qualname__)\n"
      "    return said\n");
  expect_said(
      "[True, b'ab', 1, b'd', b'ef', b'gh', b'gh', 'BlockingIOError', 'BlockingIOError', "
      "'TimeoutError', True, [10240000], True, [None], b'', 'OSError', 'OSError', 'OSError', "
      "'OSError', 'ConnectionRefusedError', 0, True, 'BlockingIOError', 'BlockingIOError', "
      "'socket.recv']");
}

TEST_F(InterrupterTest, TlsIsAsBefore) {
  load(std::string(kTlsPair) +
       "def check():\n"
       "    a, b = tls_pair()\n"
       "    text = bytes(range(256)) * 1000\n"
       "    sent = []\n"
       "    def write():\n"
       "        sent.append(a.send(text[:100_000]))\n"
       "        sent.append(a.write(text[100_000:200_000]))\n"
       "        a.sendall(text[200_000:] + b'line\\n')\n"
       "    writer = threading.Thread(target=write)\n"
       "    writer.start()\n"
       "    got = b''\n"
       "    while len(got) < len(text) - 10:\n"
       "        got += b.recv(min(7000, len(text) - 10 - len(got)))\n"
       "    got += b.read(10)\n"
       "    line = b.makefile('rb').readline()\n"
       "    writer.join()\n"
       "    b.settimeout(0.001)\n"
       "    try:\n"
       "        b.recv(1)\n"
       "    except TimeoutError as error:\n"
       "        late = True\n"
       "    b.settimeout(None)\n"
       "    a.shutdown(socket.SHUT_WR)\n"
       "    return sent, got == text, line, late, b.recv(1)\n");
  expect_said("([100000, 100000], True, b'line\\n', True, b'')");
}

TEST_F(InterrupterTest, SimpleQueueIsAsBefore) {
  load(
      "import pickle, queue, threading\n"
      "def check():\n"
      "    q = queue.SimpleQueue()\n"
      "    said = [q.empty(), q.qsize(), type(q).__name__, type(q).__module__]\n"
      "    q.put(1); q.put_nowait(None); q.put(3, False, 5); q.put(4)\n"
      "    said += [q.qsize(), q.get(), q.get(True, 5), q.get_nowait(), q.get(False)]\n"
      "    for wait in (q.get_nowait, lambda: q.get(False), lambda: q.get(True, 0.001),\n"
      "                 lambda: q.get(timeout=0), lambda: q.get(timeout=-1),\n"
      "                 lambda: q.get(timeout='a')):\n"
      "        try:\n"
      "            wait()\n"
      "        except (queue.Empty, ValueError, TypeError) as error:\n"
      "            said.append(type(error).__name__)\n"
      "    threading.Timer(0.001, lambda: q.put('late')).start()\n"
      "    return said + [q.get()]\n");
  expect_said(
      "[True, 0, 'SimpleQueue', '_queue', 4, 1, None, 3, 4, 'Empty', 'Empty', 'Empty', "
      "'Empty', 'ValueError', 'TypeError', 'late']");
}

TEST_F(InterrupterTest, AnInterpreterThatHasEndedIsNotVisited) {
  const std::shared_ptr<Interrupter> interrupter = interpreter().interrupter();
  end_interpreter();
  std::optional<Interrupter::Visit> visit;
  std::thread([&] { visit = interrupter->interrupt([] { return true; }); }).join();
  EXPECT_FALSE(visit);
  restart_interpreter();
}

TEST_F(InterrupterTest, WhatCameTooLateIsTakenBack) {
  load("def quick():\n    return 1\n");
  const std::shared_ptr<Interrupter> interrupter = interpreter().interrupter();
  interpreter().detach();
  std::thread([&] { (void)interrupter->interrupt([] { return true; }); }).join();
  interpreter().attach();
  ASSERT_TRUE(interrupter->was_raised());
  interrupter->clear();
  EXPECT_FALSE(interrupter->was_raised());
  EXPECT_EQ(interpreter().invoke("quick", {}), Value(1));
}

// Interrupts at random moments. Only the call that was meant may get the exception. The
// second function is one of C, which gives up the GIL, and returns without a look at the exception:
// there it always comes too late.
TEST_F(InterrupterTest, NeverHitsAnotherCall) {
  load(
      "from os import sched_yield as yielding\n"
      "def step():\n"
      "    total = 0\n"
      "    for i in range(8):\n"
      "        total += i\n");
  const std::shared_ptr<Interrupter> interrupter = interpreter().interrupter();
  const std::array<FunctionId, 2> functions = {interpreter().resolve("step").value(),
                                               interpreter().resolve("yielding").value()};
  const auto calls = static_cast<std::int64_t>(scaled(10'000'000));
  std::atomic<std::uint64_t> step{0};   // odd while a call runs
  std::atomic<std::uint64_t> meant{0};  // the step that was interrupted last
  std::atomic<std::uint64_t> raised{0};
  std::atomic<bool> done{false};
  std::thread other([&] {
    while (!done.load()) {
      const auto visit = interrupter->interrupt([&] {
        const std::uint64_t now = step.load();
        meant.store(now);
        return now % 2 == 1;
      });
      raised.fetch_add(visit && visit->raised ? 1U : 0U);
    }
  });
  std::uint64_t hit = 0;
  std::uint64_t late = 0;
  std::uint64_t wrong = 0;
  // A call of code in C is rare here, because it lets the other thread in, which then would never
  // have to wait, nor interrupt Python code.
  for (std::int64_t i = 0; i < calls || raised.load() == 0; ++i) {
    step.fetch_add(1);
    const Result<Value> result = interpreter().invoke(functions.at(i % 65'536 == 0 ? 1 : 0), {});
    if (!result) {
      ++hit;
      wrong += meant.load() == step.load() ? 0U : 1U;
    }
    if (interrupter->was_raised()) {
      late += result ? 1U : 0U;
      interrupter->clear();
    }
    step.fetch_add(1);
    if (i % 500'000 == 0) {  // as between two batches
      interpreter().detach();
      interpreter().attach();
    }
  }
  done.store(true);
  interpreter().detach();
  other.join();
  interpreter().attach();
  interrupter->clear();
  EXPECT_EQ(wrong, 0U);
  EXPECT_LE(hit, raised.load());
  std::printf("%llu interrupts: %llu ended a call, %llu came too late\n",
              static_cast<unsigned long long>(raised.load()), static_cast<unsigned long long>(hit),
              static_cast<unsigned long long>(late));
}

}  // namespace
}  // namespace hookline
