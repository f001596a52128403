// Tests `with vh.batch():` as scripts see it.

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "hookline/call.h"
#include "hookline/function.h"
#include "hookline/future.h"
#include "tests/plugin/def_test.h"

namespace hookline::test {

using namespace detail;

namespace {

class Batch : public DefTest {
 protected:
  // Returns the first argument of each call that has reached the host.
  std::vector<std::string> sent() {
    std::vector<std::string> texts;
    for (const auto& request : host.requests()) {
      texts.push_back(request.args.empty() ? "" : *request.args[0].as<std::string>());
    }
    return texts;
  }
  using Texts = std::vector<std::string>;
};

TEST_F(Batch, ReachesTheHostAtItsEndAndInOrder) {
  std::vector<std::size_t> arrived;
  expect_ok(
      scripts->def("arrived", [&] { arrived.push_back(host.requests().size()); }, RunsOn::kCaller));
  execute(R"(
with vh.batch():
    assert vh.mc("a") is True
    vh.pm("b", nick="ann")
    vh.SendDataToAll("c", 0, 10)
    vh.arrived()
vh.arrived()
)");
  EXPECT_EQ(arrived, (std::vector<std::size_t>{0, 3}));
  EXPECT_EQ(sent(), (Texts{"a", "b", "c"}));
  EXPECT_EQ(host.requests()[1].args, (List{"b", "ann", Value(), Value()}));
  EXPECT_EQ(host.requests()[0].thread, std::this_thread::get_id());
}

TEST_F(Batch, ReachesTheHostTogether) {
  load("other", R"(
import vh
def say(): vh.mc("other")
)");
  Promise<void> promise;
  Future<void> asked = promise.future();
  expect_ok(scripts->def("asked", [&promise] { promise.set({}); }, RunsOn::kCaller));
  auto mine = scripts->call("script", "execute", {R"(
with vh.batch():
    vh.mc("a")
    vh.asked()
    vh.mc("b")
)"});
  ASSERT_TRUE(asked.get());
  call("other", "say");
  ASSERT_TRUE(mine.get());
  // The other script's call may come before or after the batch, but not in between.
  EXPECT_TRUE(sent() == (Texts{"other", "a", "b"}) || sent() == (Texts{"a", "b", "other"}));
}

// A batch holds back a bounded number of calls. At the bound it sends them and begins anew.
TEST_F(Batch, ReachesTheHostInPartsOfTenThousand) {
  std::vector<std::size_t> arrived;
  expect_ok(
      scripts->def("arrived", [&] { arrived.push_back(host.requests().size()); }, RunsOn::kCaller));
  execute(R"(
with vh.batch():
    for number in range(9_999):
        vh.mc(str(number))
    vh.arrived()
    vh.mc("9999")
    vh.arrived()
    vh.mc("10000")
    vh.arrived()
vh.arrived()
)");
  EXPECT_EQ(arrived, (std::vector<std::size_t>{0, 10'000, 10'000, 10'001}));
  const Texts texts = sent();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    ASSERT_EQ(texts[i], std::to_string(i));
  }
}

TEST_F(Batch, AnExceptionTakesNothingBack) {
  execute(R"(
try:
    with vh.batch():
        vh.mc("a")
        raise ValueError("mine")
except ValueError as e:
    assert str(e) == "mine"
)");
  EXPECT_EQ(sent(), (Texts{"a"}));
}

TEST_F(Batch, IsPartOfTheOneAroundIt) {
  std::vector<std::size_t> arrived;
  expect_ok(
      scripts->def("arrived", [&] { arrived.push_back(host.requests().size()); }, RunsOn::kCaller));
  execute(R"(
with vh.batch():
    vh.mc("a")
    with vh.batch():
        vh.mc("b")
    vh.arrived()
    vh.mc("c")
)");
  EXPECT_EQ(arrived, (std::vector<std::size_t>{0}));
  EXPECT_EQ(sent(), (Texts{"a", "b", "c"}));
}

TEST_F(Batch, ACallThatHasToBeAnsweredTakesItAlong) {
  std::vector<std::size_t> arrived;
  expect_ok(scripts->def("arrived", [&] { arrived.push_back(host.requests().size()); }));
  execute(R"(
with vh.batch():
    vh.mc("a")
    vh.Topic("b")
    vh.mc("c")
    vh.arrived()
    vh.mc("d")
    vh.GetUserClass("reads do not")
    vh.mc("e")
)");
  EXPECT_EQ(sent(), (Texts{"a", "b", "c", "reads do not", "d", "e"}));
  EXPECT_EQ(arrived, (std::vector<std::size_t>{3}));
}

TEST_F(Batch, BelongsToOneThreadAndOneTask) {
  execute(R"(
import asyncio
import threading

def in_thread():
    vh.mc("thread")

async def sends(text, inside, ended):
    with vh.batch():
        vh.mc(text)
        inside.set()
        await ended.wait()

async def both():
    inside, ended = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(sends("batch", inside, ended))
    await inside.wait()
    vh.mc("not in the batch")
    ended.set()
    await task
    async def later():
        vh.mc("of a batch that has ended")
    with vh.batch():
        task = asyncio.create_task(later())
    await task

with vh.batch():
    vh.mc("first in")
    thread = threading.Thread(target=in_thread)
    thread.start()
    thread.join()
asyncio.run(both())
)");
  EXPECT_EQ(sent(), (Texts{"thread", "first in", "not in the batch", "batch",
                           "of a batch that has ended"}));
}

TEST_F(Batch, TheFirstThatFailsIsRaisedAtItsEnd) {
  host.answer_with(fail(ErrorCode::kBadArguments, "no such class"));
  execute(R"(
try:
    with vh.batch():
        vh.mc("a")
        vh.mc("b")
    raise AssertionError("nothing was raised")
except TypeError as e:
    assert str(e) == "no such class", e
)");
  EXPECT_EQ(sent(), (Texts{"a", "b"}));
}

TEST_F(Batch, WrongArgumentsAreRaisedAtOnce) {
  execute(R"(
with vh.batch():
    vh.mc("a")
    try:
        vh.mc(1)
        raise AssertionError("nothing was raised")
    except TypeError as e:
        assert "message" in str(e), e
)");
  EXPECT_EQ(sent(), (Texts{"a"}));
}

TEST_F(Batch, BeginsOnce) {
  execute(R"(
batch = vh.batch()
with batch:
    try:
        with batch:
            raise AssertionError("began twice")
    except RuntimeError:
        pass
    vh.mc("a")
with batch:
    vh.mc("b")
with vh.batch():
    pass
)");
  EXPECT_EQ(sent(), (Texts{"a", "b"}));
}

}  // namespace
}  // namespace hookline::test
