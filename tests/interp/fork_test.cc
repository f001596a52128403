// Tests that a child which a script forks can allocate, whatever other threads do at that moment.

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "interp/memory_book.h"
#include "interp_fixture.h"
#include "tests/support/scale.h"

namespace hookline {

using namespace detail;

namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;

// Each child takes memory of all kinds. A fresh thread has to find its account first;
// ThreadSanitizer allows none in a forked child. One that hangs is ended, and its exit code is
// not 7.
constexpr std::string_view kForks = R"(
import os, threading, time, warnings
warnings.simplefilter("ignore", DeprecationWarning)

def allocate():
    large = [bytearray(3 << 20) for _ in range(2)]
    small = [object() for _ in range(70_000)]

def wait(pid):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if os.waitpid(pid, os.WNOHANG)[0]:
            return 7
        time.sleep(0.001)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    return 0

def allocate_on_a_thread():
    thread = threading.Thread(target=allocate)
    thread.start()
    thread.join()

def fork(count, with_thread):
    for _ in range(count):
        pid = os.fork()
        if pid == 0:
            allocate()
            if with_thread:
                allocate_on_a_thread()
            os._exit(7)
        if wait(pid) != 7:
            return "a child hangs"
    return "all have ended"
)";

class Fork : public InterpTest {
 protected:
  void SetUp() override {
    if (std::getenv("HOOKLINE_TEST_MALLOC") != nullptr) {
      GTEST_SKIP() << "Python's allocator is not used";
    }
    restart_interpreter({.gil = Gil::kMain});
    load(kForks, "fork_script.py");
  }

  // Lets `use` run again and again on another thread while the script forks.
  template <class Use>
  void fork_beside(Use use) {
    std::atomic<bool> ends{false};
    std::atomic<int> begun{0};
    std::thread other([&] {
      while (!ends.load(std::memory_order_relaxed)) {
        use();
        begun.fetch_add(1, std::memory_order_relaxed);
      }
    });
    while (begun.load() == 0) {
      std::this_thread::yield();
    }
    const pid_t host = getpid();
    const Value result = call("fork", {scaled(10), !kSanitized});
    if (getpid() != host) {
      _exit(99);  // otherwise the tests would go on in the child, too
    }
    ends.store(true);
    other.join();
    EXPECT_EQ(result, Value("all have ended"));
  }
};

TEST_F(Fork, BesideAThreadThatReadsTheAccounts) {
  const std::int64_t number = interpreter().number();
  fork_beside([number] { EXPECT_TRUE(interpreter_memory(number)); });
}

TEST_F(Fork, BesideAThreadThatDrawsFromTheTotal) {
  MemoryAccount* const account = MemoryAccount::open(memory_total());
  fork_beside([account] {
    EXPECT_TRUE(account->take(8 * kMiB, MemoryAccount::Kind::kLarge));
    account->give(8 * kMiB);
  });
  account->close();
}

}  // namespace
}  // namespace hookline
