// Makes many mixed calls from ten threads: none is lost, none waits for ever, and the process
// does not grow.

#include <gtest/gtest.h>
#include <malloc.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/scale.h"
#include "tests/wrapper/wrapper_fixture.h"

namespace hookline::test {
namespace {

constexpr std::string_view kScript = R"py(
import vh

calls = 0

def count():
    global calls
    calls += 1
    return calls

def text(nick, number):
    return f"{nick} {number}"

def nothing(*args):
    pass

def users(data):
    return {"count": len(data["users"]), "users": data["users"]}

def real(x):
    return x * 2

def ask(nick):
    return vh.GetUserClass(nick)

def OnUserLogin(nick):
    return nick != "bob"
)py";

std::size_t resident_bytes() {
  malloc_trim(0);
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> pages;
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

class Growth : public WrapperTest {
 protected:
  static constexpr int kThreads = 10;
  // A call that left 10 bytes behind would exceed the bound below.
  static constexpr std::uint64_t kCalls = 200'000;

  // Makes one call of the mix, and returns whether its result is right.
  bool call_one(int id, std::uint64_t n) {
    switch (n % 8) {
      case 0:
        return call(id, "count").starts_with("l: ");
      case 1:
        return call(id, "text", "sl", "ann", 5L) == "s: 'ann 5'";
      case 2:
        return call(id, "nothing", "sd", "x", 0.5) == "NULL";
      case 3:
        return call(id, "users", "D", R"({"users": ["ann", "bob"]})") ==
               R"(D: '{"count":2,"users":["ann","bob"]}')";
      case 4:
        return call(id, "real", "d", 1.25) == "d: 2.5";
      case 5:
        return call(id, "nothing", "T(ls)", 1L, "x") == "NULL";
      case 6:
        return call(id, "text", "sl", "bob", -1L) == "s: 'bob -1'";
      default:  // a call that waits for the host thread is rare
        return n % 64 != 7 ? call(id, "nothing") == "NULL" : call(id, "ask", "s", "ann") == "l: 3";
    }
  }

  // The threads make `count` calls of w_CallFunction in total, and some of w_CallHook, while the
  // host thread serves the script's calls. Returns how many calls were made.
  std::uint64_t run_calls(int id, std::uint64_t count) {
    const std::uint64_t each = (count + kThreads - 1) / kThreads;
    std::atomic<int> running = kThreads;
    std::atomic<std::uint64_t> good = 0;
    std::atomic<std::uint64_t> hooks = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        std::uint64_t mine = 0;
        for (std::uint64_t n = 0; n < each; ++n) {
          mine += call_one(id, n) ? 1U : 0U;
          if (n % 8 == 0) {
            hooks += hook(id, W_OnUserLogin, "s", "bob") == "l: 0" ? 1U : 0U;
          }
        }
        good += mine;
        --running;
      });
    }
    while (running > 0) {
      EXPECT_EQ(call(id, "nothing"), "NULL");
    }
    EXPECT_EQ(good, each * kThreads);
    EXPECT_EQ(hooks, (each + 7) / 8 * kThreads);
    return good;
  }
};

TEST_F(Growth, ManyCalls) {
  hub.table.at(W_GetUserClass) = [](int, w_Targs*) { return Wrapper().pack("l", 3L); };
  folder.write("hookline.toml", "[hooks]\ndeadline = 3600\n");  // the machine may be busy
  begin();
  const int id = load("script", kScript);
  (void)run_calls(id, scaled(50'000));
  const std::size_t before = resident_bytes();
  EXPECT_GE(run_calls(id, scaled(kCalls)), scaled(kCalls)) << "of w_CallFunction alone";
  const std::size_t after = resident_bytes();
  if (!kSanitized) {  // a sanitizer keeps what was freed
    EXPECT_LE(after, before + (1U << 20U)) << "it was " << before;
  }
}

}  // namespace
}  // namespace hookline::test
