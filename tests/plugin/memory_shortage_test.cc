// Lets scripts take all the memory that the process may have (RLIMIT_AS).

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>
#include <memory>
#include <string>

#include "hookline/script_info.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/scale.h"

namespace hookline::test {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;

constexpr std::string_view kGreedy = R"py(
import vh
kept = []

def take_large():
    while True:
        kept.append('x' * 10_000_000)

def take_small():
    while True:
        kept.append([None] * 10)

def take_medium():
    while True:
        kept.append(bytearray(2_000))

def forget():
    kept.clear()

def ok():
    return 'ok'

def keep(mib):
    kept.append('x' * (mib << 20))

def first():
    return kept[0]

def send_first():
    try:
        vh.mc(kept[0])
    except MemoryError as e:
        return str(e)

def long_text(mib):
    return 'x' * (mib << 20)

def many(count):
    return [0] * count

def send(mib):
    try:
        vh.mc('x' * (mib << 20))
    except MemoryError:
        return 'caught'
)py";

std::size_t address_space() {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

// Leaves the process this much more address space than it has, while it lives.
class ShortOfMemory {
 public:
  explicit ShortOfMemory(std::size_t more) {
    getrlimit(RLIMIT_AS, &before_);
    rlimit limit = before_;
    limit.rlim_cur = address_space() + more;
    EXPECT_EQ(setrlimit(RLIMIT_AS, &limit), 0);
  }
  ~ShortOfMemory() { setrlimit(RLIMIT_AS, &before_); }
  ShortOfMemory(const ShortOfMemory&) = delete;
  ShortOfMemory& operator=(const ShortOfMemory&) = delete;

 private:
  rlimit before_{};
};

class MemoryShortage : public ScriptHostTest {
 protected:
  void SetUp() override {
    if (kSanitized || std::getenv("HOOKLINE_TEST_MALLOC") != nullptr) {
      GTEST_SKIP() << "RLIMIT_AS does not go with a sanitizer, and Python's allocator is not used";
    }
    start({.python = {.value_limit = 0}});
    load("greedy", kGreedy);
    load("good", "def ok(): return 'ok'\n");
  }

  void expect_memory_error(std::string_view function, List args = {}) {
    const auto result = scripts->call("greedy", function, std::move(args)).get();
    ASSERT_FALSE(result) << function;
    EXPECT_EQ(result.error().python_type, "MemoryError") << result.error().to_string();
  }
};

TEST_F(MemoryShortage, AScriptThatKeepsAllItGetsLeavesTheHostItsReserve) {
  const ShortOfMemory shortage(400 * kMiB);
  for (const auto* take : {"take_large", "take_medium", "take_small"}) {
    expect_memory_error(take);
    // The host needs memory while the script holds all that it could get.
    EXPECT_NO_THROW(std::make_unique<char[]>(32 * kMiB)) << take;
    EXPECT_EQ(call("good", "ok"), Value("ok")) << take;
    EXPECT_EQ(call("greedy", "ok"), Value("ok")) << take;
    call("greedy", "forget");
  }
}

TEST_F(MemoryShortage, AResultThatIsTooLargeToCopyIsAnError) {
  const ShortOfMemory shortage(400 * kMiB);
  expect_memory_error("long_text", {200});
  expect_memory_error("many", {20'000'000});
  EXPECT_EQ(call("greedy", "ok"), Value("ok"));
  EXPECT_EQ(call("good", "ok"), Value("ok"));
}

TEST_F(MemoryShortage, AnArgumentThatIsTooLargeToCopyIsAMemoryErrorInTheScript) {
  const ShortOfMemory shortage(400 * kMiB);
  EXPECT_EQ(call("greedy", "send", {200}), Value("caught"));
  EXPECT_EQ(call("greedy", "send", {200}), Value("caught"));
  EXPECT_TRUE(host.requests().empty());
  EXPECT_EQ(call("greedy", "ok"), Value("ok"));
}

// A result may be as large as the host's reserve, and there may be many.
TEST_F(MemoryShortage, CopiesLeaveTheHostItsReserve) {
  const ShortOfMemory shortage(400 * kMiB);
  call("greedy", "keep", {60});
  expect_memory_error("take_large");
  expect_memory_error("first");
  EXPECT_EQ(call("greedy", "send_first"),
            Value("vh.mc(): argument 'message': there is no memory for a copy of the value"));
  EXPECT_TRUE(host.requests().empty());
  EXPECT_NO_THROW(std::make_unique<char[]>(32 * kMiB));
  EXPECT_EQ(call("good", "ok"), Value("ok"));
  EXPECT_EQ(call("greedy", "ok"), Value("ok"));
}

TEST_F(MemoryShortage, TheOptionsOfAScriptLimitIt) {
  const auto path = folder.write("small.py", kGreedy);
  const auto loaded = scripts->load(path, {.python = {.memory_limit = 48 * kMiB}}).get();
  ASSERT_TRUE(loaded) << loaded.error().to_string();
  const auto taken = scripts->call("small", "take_large", {}).get();
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().python_type, "MemoryError");
  const auto info = scripts->scripts().back();
  EXPECT_EQ(info.memory_limit_bytes, 48 * kMiB);
  EXPECT_GT(info.memory_peak_bytes, 30 * kMiB);
  EXPECT_LE(info.memory_peak_bytes, 49 * kMiB);
  EXPECT_GT(info.memory_bytes, 30 * kMiB);
}

TEST_F(MemoryShortage, TheCommentsOfAScriptCanOnlyLowerItsLimit) {
  const auto limit_of = [&](int wanted, std::optional<std::size_t> granted) {
    const auto path =
        folder.write("script.py", "# hookline: memory_limit=" + std::to_string(wanted) + "\n");
    const auto id = scripts->load(path, {.python = {.memory_limit = granted}}).get();
    EXPECT_TRUE(id);
    const auto limit = scripts->scripts().back().memory_limit_bytes;
    EXPECT_TRUE(scripts->unload(id.value_or(ScriptId{})).get());
    return limit.value_or(0);
  };
  EXPECT_EQ(limit_of(32, std::nullopt), 32 * kMiB);
  EXPECT_EQ(limit_of(32, 64 * kMiB), 32 * kMiB);
  EXPECT_EQ(limit_of(128, 64 * kMiB), 64 * kMiB);
}

}  // namespace
}  // namespace hookline::test
