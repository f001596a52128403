// Tests C++ objects that scripts have for a while.

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "hookline/call.h"
#include "hookline/function.h"
#include "tests/plugin/def_test.h"

namespace hookline::test {
namespace {

// Tells what becomes of a Lock.
struct Witness {
  std::atomic<int> alive{0};
  std::atomic<std::thread::id> destroyed_on{};
};

class Lock {
 public:
  Lock(Witness& witness, std::string name) : witness_(witness), name_(std::move(name)) {
    ++witness_.alive;
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  ~Lock() {
    witness_.destroyed_on = std::this_thread::get_id();
    --witness_.alive;
  }

  long touch(long times) { return touched_ += times; }
  [[nodiscard]] const std::string& name() const { return name_; }
  void fail() { throw std::invalid_argument("stuck"); }

 private:
  Witness& witness_;
  std::string name_;
  long touched_ = 0;
};

class ResourceTest : public DefTest {
 protected:
  void def_lock(RunsOn where = RunsOn::kHost) {
    expect_ok(scripts->def_resource<Lock>(
        "Lock",
        [this](std::string name) -> Result<std::unique_ptr<Lock>> {
          if (name.empty()) {
            return hookline::fail(ErrorCode::kBadArguments, "a lock needs a name");
          }
          return std::make_unique<Lock>(witness, std::move(name));
        },
        arg("name"), method("touch", &Lock::touch, arg("times") = 1, "Touches it."),
        method("name", &Lock::name), method("fail", &Lock::fail),
        method("greet",
               [](Lock& lock, const Caller& caller, std::string word) {
                 return word + " " + lock.name() + " of " + caller.name;
               }),
        where, "Keeps others out."));
  }

  void TearDown() override {
    scripts.reset();
    EXPECT_EQ(witness.alive, 0);
  }

  Witness witness;
};

TEST_F(ResourceTest, LivesAsLongAsTheBlock) {
  def_lock();
  execute(R"(
with vh.Lock("door") as lock:
    inside = lock.name(), lock.touch(), lock.touch(times=4), lock.greet("hello"), repr(lock)
)");
  EXPECT_EQ(run("inside"), Value(Tuple{{"door", 1, 5, "hello door of script", "<vh.Lock>"}}));
  EXPECT_EQ(witness.alive, 0);
  EXPECT_EQ(witness.destroyed_on, std::this_thread::get_id());
  EXPECT_EQ(error("lock.touch()"), "ValueError: vh.Lock.touch(): the vh.Lock has been released");
  EXPECT_EQ(error("lock.__enter__()"), "ValueError: the vh.Lock has been released");
  EXPECT_EQ(run("repr(lock)"), Value("<vh.Lock, released>"));
}

TEST_F(ResourceTest, AMethodKeepsWhatItIsAMethodOf) {
  for (const RunsOn where : {RunsOn::kHost, RunsOn::kCaller}) {
    def_lock(where);
    EXPECT_EQ(run("vh.Lock('door').name()"), Value("door"));
    execute("name = vh.Lock('gate').name");
    EXPECT_EQ(run("name()"), Value("gate"));
    EXPECT_EQ(witness.alive, 1);
    execute("del name");
    while (witness.alive != 0) {
      run("1");  // serves what the script asks of the host
    }
    scripts->undef("Lock");
  }
}

TEST_F(ResourceTest, ArgumentsThatDoNotFitNameTheMethod) {
  def_lock();
  execute("lock = vh.Lock('door')");
  EXPECT_EQ(error("lock.touch(1, 2)"),
            "TypeError: vh.Lock.touch() takes 1 arguments, but 2 were given");
  EXPECT_EQ(error("lock.greet()"), "TypeError: vh.Lock.greet() needs the argument 'arg1'");
  EXPECT_EQ(error("lock.touch('x')"),
            "TypeError: vh.Lock.touch(): argument 'times': expected int, got str");
}

TEST_F(ResourceTest, InvalidMethodsAreRefused) {
  const auto refusal = [this](auto... methods) {
    const auto made = scripts->def_resource<Lock>(
        "Lock", [](std::string) { return std::unique_ptr<Lock>(); }, std::move(methods)...);
    return made ? "nothing" : made.error().message;
  };
  EXPECT_EQ(refusal(method("release", &Lock::fail)),
            "vh.Lock.release() cannot be a method: every resource has release() and what `with` "
            "needs; give it another name");
  EXPECT_EQ(refusal(method("fail", &Lock::fail), method("fail", &Lock::fail)),
            "vh.Lock.fail() is there twice: give one another name");
  EXPECT_EQ(refusal(method("touch", &Lock::touch, arg("how often"))),
            "vh.Lock.touch(): 'how often' is no name of a parameter");
}

TEST_F(ResourceTest, EndsWithAnException) {
  def_lock();
  execute(R"(
try:
    with vh.Lock("door") as lock:
        lock.fail()
except ValueError as e:
    caught = str(e)
)");
  EXPECT_EQ(run("caught"), Value("stuck"));
  EXPECT_EQ(witness.alive, 0);
}

TEST_F(ResourceTest, MayBeReleasedByHandAndMoreThanOnce) {
  def_lock();
  execute("lock = vh.Lock('door')");
  EXPECT_EQ(witness.alive, 1);
  execute("touch = lock.touch");
  run("lock.release()");
  EXPECT_EQ(witness.alive, 0);
  run("lock.release()");
  EXPECT_EQ(error("touch()"), "ValueError: vh.Lock.touch(): the vh.Lock has been released");
}

TEST_F(ResourceTest, EndsWhenPythonHasNoUseForIt) {
  def_lock();
  execute("lock = vh.Lock('door')");
  execute("del lock");
  run("vh.GetUserClass('x') and vh.mc('behind it')");  // the release reaches this thread first
  EXPECT_EQ(witness.alive, 0);
  EXPECT_EQ(witness.destroyed_on, std::this_thread::get_id());
}

TEST_F(ResourceTest, EndsWithItsScript) {
  for (const RunsOn where : {RunsOn::kHost, RunsOn::kCaller}) {
    SCOPED_TRACE(static_cast<int>(where));
    def_lock(where);
    const ScriptId other = load("other", kSource);
    call("other", "execute", {R"(
import sys
lock = vh.Lock("door")
cycle = [lock]
cycle.append(cycle)
sys.immortal = cycle, vh.Lock("window")
entered = vh.Lock("gate").__enter__()
)"});
    EXPECT_EQ(witness.alive, 3);
    ASSERT_TRUE(scripts->unload(other).get());
    EXPECT_EQ(witness.alive, 0);
    if (where == RunsOn::kHost) {
      EXPECT_EQ(witness.destroyed_on, std::this_thread::get_id());
    }
    ASSERT_TRUE(scripts->undef("Lock"));
  }
}

TEST_F(ResourceTest, EndsWithTheHost) {
  def_lock();
  execute("lock = vh.Lock('door')");
  EXPECT_EQ(witness.alive, 1);
  scripts->shutdown();
  EXPECT_EQ(witness.alive, 0);
  EXPECT_EQ(witness.destroyed_on, std::this_thread::get_id());
}

TEST_F(ResourceTest, AScriptThatDoesNotLoadLeavesNone) {
  def_lock();
  const auto path = folder.write("broken.py", R"(
import sys, vh
sys.immortal = vh.Lock("door")
raise ValueError
)");
  EXPECT_FALSE(scripts->load(path).get());
  run("vh.mc('behind it')");
  EXPECT_EQ(witness.alive, 0);
}

TEST_F(ResourceTest, MayLiveOnTheCallersThread) {
  def_lock(RunsOn::kCaller);
  execute(R"(
with vh.Lock("door") as lock:
    assert lock.touch() == 1
)");
  EXPECT_EQ(witness.alive, 0);
  EXPECT_NE(witness.destroyed_on, std::this_thread::get_id());
}

TEST_F(ResourceTest, OutlivesTheRegistrationOfItsClass) {
  def_lock();
  execute("lock = vh.Lock('door')");
  ASSERT_TRUE(scripts->undef("Lock"));
  EXPECT_EQ(run("lock.touch()"), Value(1));
  EXPECT_EQ(error("vh.Lock('door')"), "AttributeError: module 'vh' has no attribute 'Lock'");
}

TEST_F(ResourceTest, SaysWhatIsWrong) {
  def_lock();
  EXPECT_EQ(error("vh.Lock('')"), "TypeError: a lock needs a name");
  EXPECT_EQ(error("vh.Lock(1)"), "TypeError: vh.Lock(): argument 'name': expected str, got int");
  execute("lock = vh.Lock('door')");
  EXPECT_EQ(error("lock.touch('x')"),
            "TypeError: vh.Lock.touch(): argument 'times': expected int, got str");
  EXPECT_NE(error("lock.unknown").find("AttributeError"), std::string::npos);
  EXPECT_NE(error("type(lock)()").find("TypeError"), std::string::npos);
  EXPECT_EQ(run("'touch' in dir(lock) and 'release' in dir(lock)"), Value(true));
  EXPECT_EQ(run("lock.touch.__doc__"), Value("touch(times: int = 1) -> int\n\nTouches it."));
  EXPECT_EQ(run("vh.Lock.__doc__"), Value("Lock(name: str) -> Lock\n\nKeeps others out."));
}

TEST_F(ResourceTest, ACoroutineAwaitsItsMethods) {
  def_lock();
  execute(R"(
import asyncio

async def use():
    with await vh.Lock.awaitable("door") as lock:
        return await lock.touch.awaitable(3)
)");
  EXPECT_EQ(run("asyncio.run(use())"), Value(3));
  EXPECT_EQ(witness.alive, 0);
}

TEST_F(ResourceTest, ACoroutineAwaitsTheEndOfTheBlock) {
  def_lock();
  execute(R"(
import asyncio

async def use(broken=False):
    global kept
    async with await vh.Lock.awaitable("door") as kept:
        touched = await kept.touch.awaitable(3)
        if broken:
            raise KeyError("door")
    return touched, repr(kept)

async def again():
    async with kept:
        pass
)");
  EXPECT_EQ(run("asyncio.run(use())"), Value(Tuple{{3, "<vh.Lock, released>"}}));
  EXPECT_EQ(witness.alive, 0);
  EXPECT_EQ(witness.destroyed_on.load(), std::this_thread::get_id());
  EXPECT_EQ(error("asyncio.run(use(broken=True))"), "KeyError: 'door'");
  EXPECT_EQ(witness.alive, 0);
  EXPECT_EQ(error("asyncio.run(again())"), "ValueError: the vh.Lock has been released");
  EXPECT_EQ(error("vh.Lock('door').__aexit__()"), "RuntimeError: no running event loop");
}

TEST_F(ResourceTest, TheLoopGoesOnWhileABlockEnds) {
  def_lock();
  expect_ok(scripts->def("alive", [this] { return witness.alive.load(); }));
  execute(R"(
import asyncio

async def use():
    lock = await vh.Lock.awaitable("door")
    ending = lock.__aexit__()
    return ending.done(), await ending, await vh.alive.awaitable()
)");
  EXPECT_EQ(run("asyncio.run(use())"), Value(Tuple{{false, nullptr, 0}}));
}

}  // namespace
}  // namespace hookline::test
