// Tests streams over a mailbox that the test empties by hand, so that it sees every call of the
// stream.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dispatch/base/job_list.h"
#include "dispatch/mailbox/mailbox_reader.h"
#include "dispatch/stream/stream_core.h"
#include "dispatch/stream/unclosed_streams.h"
#include "dispatch/submit/future_call.h"
#include "dispatch/worker/lane.h"
#include "hookline/future.h"
#include "hookline/stream.h"
#include "tests/support/counting_streams.h"
#include "tests/support/fake_runner.h"
#include "tests/support/held_executor.h"
#include "tests/support/idle_worker.h"
#include "tests/support/manual_clock.h"

namespace hookline {

using namespace detail;

namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using StreamItem = std::optional<Value>;

class HandLane final : public Lane {
 public:
  explicit HandLane(MailboxOptions options) : mailbox_(options, worker_), reader_(mailbox_, 256) {}
  [[nodiscard]] Mailbox& mailbox() noexcept override { return mailbox_; }
  [[nodiscard]] const LaneMetrics& metrics() const noexcept override { return metrics_; }
  [[nodiscard]] std::size_t worker() const noexcept override { return 0; }
  [[nodiscard]] std::uint64_t step() const noexcept override { return 0; }
  [[nodiscard]] MailboxReader& reader() noexcept { return reader_; }

 private:
  IdleWorker worker_;
  Mailbox mailbox_;
  MailboxReader reader_;
  LaneMetrics metrics_;
};

class ValueStreamTest : public testing::Test {
 protected:
  ValueStreamTest() {
    script_->on_run = [this](const Request& request) -> Result<Value> {
      if (is_stream_request(request)) {
        return streams.run(request);
      }
      streams.notes.emplace_back(request.name);
      return Value();
    };
  }
  ~ValueStreamTest() override { run_all(); }

  void use_mailbox(MailboxOptions options) { lane = std::make_shared<HandLane>(options); }

  ValueStream open(List args, std::size_t ahead = 4, std::size_t ahead_bytes = SIZE_MAX) {
    return open_stream({.lane = lane,
                        .unclosed = unclosed,
                        .timers = &timers,
                        .ahead = ahead,
                        .ahead_bytes = ahead_bytes},
                       OwnedRequest("count", std::move(args)));
  }
  // Does what a worker would do with the next call. Returns false if no call waits.
  bool run_one() {
    Call* call = lane->reader().next();
    if (call != nullptr) {
      call->run(runner_, lane->reader().slot());
    }
    return call != nullptr;
  }
  void run_all() {
    while (run_one()) {
    }
  }
  Result<StreamItem> read(ValueStream& stream) {
    auto item = stream.next();
    while (!item.ready() && run_one()) {
    }
    return item.get();
  }
  List read_all(ValueStream& stream, Result<StreamItem>& last) {
    List items;
    for (last = read(stream); last && *last; last = read(stream)) {
      items.push_back(**last);
    }
    return items;
  }
  static List counted(std::int64_t last) {
    List items;
    for (std::int64_t i = 1; i <= last; ++i) {
      items.emplace_back(i);
    }
    return items;
  }

  CountingStreams streams;
  ManualClock clock;
  TimerService timers{clock};
  std::shared_ptr<UnclosedStreams> unclosed = std::make_shared<UnclosedStreams>();
  std::shared_ptr<HandLane> lane = std::make_shared<HandLane>(MailboxOptions{.capacity = 100});

 private:
  std::shared_ptr<FakeScript> script_ = std::make_shared<FakeScript>();
  FakeRunner runner_{script_};
};

TEST_F(ValueStreamTest, GivesEveryItemInOrderThenNothingForEver) {
  for (const std::size_t ahead : {0U, 1U, 2U, 7U, 1000U}) {
    ValueStream stream = open({50}, ahead);
    Result<StreamItem> last;
    EXPECT_EQ(read_all(stream, last), counted(50)) << "ahead " << ahead;
    EXPECT_EQ(last, Result<StreamItem>(std::nullopt));
    EXPECT_EQ(read(stream), Result<StreamItem>(std::nullopt));
  }
  EXPECT_EQ(streams.closed, 0) << "what has ended needs no closing";
}

TEST_F(ValueStreamTest, CallsTheFunctionAtOnceButMakesNothingBeforeItIsRead) {
  ValueStream stream = open({0});
  run_all();
  EXPECT_THAT(streams.notes, ElementsAre("open count"));
}

TEST_F(ValueStreamTest, MakesNoMoreThanTheLimitAhead) {
  for (const std::int64_t ahead : {0, 1, 2, 5, 16}) {
    streams.made = 0;
    ValueStream stream = open({0}, static_cast<std::size_t>(ahead));
    for (std::int64_t given = 1; given <= 100; ++given) {
      EXPECT_EQ(read(stream), Result<StreamItem>(Value(given)));
      run_all();
      EXPECT_LE(streams.made, given + ahead) << "ahead " << ahead;
      EXPECT_GE(streams.made, given + (ahead + 1) / 2) << "it reads ahead";
    }
  }
}

constexpr std::size_t kMiB = std::size_t{1} << 20U;

TEST_F(ValueStreamTest, MakesNoMoreBytesThanTheLimitAhead) {
  streams.sizes = {kMiB};
  ValueStream stream = open({100}, 1000, 4 * kMiB);
  for (std::int64_t given = 1; given <= 100; ++given) {
    EXPECT_EQ(read(stream), Result<StreamItem>(Value(given)));
    run_all();
    EXPECT_LE(streams.made, given + 4);
    EXPECT_GE(streams.made, std::min<std::int64_t>(given + 1, 100)) << "it reads ahead";
  }
  EXPECT_EQ(read(stream), Result<StreamItem>(std::nullopt));
}

TEST_F(ValueStreamTest, OneItemMayExceedTheLimitOfBytes) {
  for (const std::size_t limit : {std::size_t{0}, kMiB - 1, kMiB}) {
    streams.sizes = {1000 * kMiB};
    streams.made = 0;
    ValueStream stream = open({20}, 16, limit);
    for (std::int64_t given = 1; given <= 20; ++given) {
      EXPECT_EQ(read(stream), Result<StreamItem>(Value(given))) << limit;
      run_all();
      EXPECT_LE(streams.made, given + 1) << "only one more waits";
    }
    EXPECT_EQ(read(stream), Result<StreamItem>(std::nullopt));
  }
}

TEST_F(ValueStreamTest, ALargeItemBehindSmallOnesCountsUntilItIsRead) {
  streams.sizes = {1, 1, 1, 9 * kMiB};
  ValueStream stream = open({0}, 1000, 8 * kMiB);
  auto first = stream.next();
  run_all();
  EXPECT_TRUE(first.get());
  EXPECT_EQ(streams.made, 4) << "the fourth has filled it";
  EXPECT_EQ(read(stream), Result<StreamItem>(Value(2)));
  EXPECT_EQ(read(stream), Result<StreamItem>(Value(3)));
  run_all();
  EXPECT_EQ(streams.made, 4);
  EXPECT_EQ(read(stream), Result<StreamItem>(Value(4)));
  run_all();
  EXPECT_EQ(streams.made, 8) << "it has room again";
}

TEST_F(ValueStreamTest, TakesMoreWithEachTripWhileTheScriptIsQuick) {
  ValueStream stream = open({0}, 8);
  EXPECT_TRUE(read(stream));
  run_all();
  EXPECT_THAT(streams.notes, ElementsAre("open count", "pull 1", "pull 2", "pull 4"));
  streams.slow_after = 1;  // now each pull brings less than it asks for
  streams.notes.clear();
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(read(stream));
  }
  ASSERT_GT(streams.notes.size(), 10U);
  EXPECT_EQ(streams.notes.at(0), "pull 4");
  // A pull of one that succeeds is followed by one of two, which brings less and starts anew.
  EXPECT_THAT(std::vector(streams.notes.begin() + 1, streams.notes.end()),
              testing::Each(testing::AnyOf("pull 1", "pull 2")));
}

TEST_F(ValueStreamTest, OtherCallsComeBetweenThePulls) {
  ValueStream stream = open({0}, 2);
  auto item = stream.next();
  EXPECT_TRUE(run_one());
  auto before = call(lane->mailbox(), OwnedRequest("before", {}));  // behind the first pull
  EXPECT_TRUE(run_one());
  auto after = call(lane->mailbox(), OwnedRequest("after", {}));  // behind the second
  run_all();
  EXPECT_THAT(streams.notes, ElementsAre("open count", "pull 1", "before", "pull 2", "after"));
  EXPECT_TRUE(item.get());
}

TEST_F(ValueStreamTest, WhoeverAskedFirstGetsTheFirstItem) {
  ValueStream stream = open({3});
  auto first = stream.next();
  auto second = stream.next();
  auto third = stream.next();
  auto fourth = stream.next();
  run_all();
  EXPECT_EQ(first.get(), Result<StreamItem>(Value(1)));
  EXPECT_EQ(second.get(), Result<StreamItem>(Value(2)));
  EXPECT_EQ(third.get(), Result<StreamItem>(Value(3)));
  EXPECT_EQ(fourth.get(), Result<StreamItem>(std::nullopt));
}

TEST_F(ValueStreamTest, ACancelledReadTakesNoItem) {
  ValueStream stream = open({3});
  auto first = stream.next(seconds(1));
  auto second = stream.next();
  EXPECT_TRUE(first.cancel());
  run_all();
  EXPECT_EQ(first.get().error().code, ErrorCode::kCancelled);
  EXPECT_EQ(second.get(), Result<StreamItem>(Value(1)));
  clock.advance(seconds(2));
}

TEST_F(ValueStreamTest, ALateItemGoesToTheNextRead) {
  ValueStream stream = open({3});
  auto first = stream.next(seconds(1));
  auto patient = stream.next(seconds(10));
  clock.advance(seconds(1));
  EXPECT_EQ(first.get().error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_FALSE(patient.ready());
  run_all();
  EXPECT_EQ(patient.get(), Result<StreamItem>(Value(1)));
  clock.advance(seconds(10));
  EXPECT_EQ(read(stream), Result<StreamItem>(Value(2)));
  EXPECT_EQ(stream.next(Duration::zero()).get(), Result<StreamItem>(Value(3)))
      << "it is there: in time";
}

TEST_F(ValueStreamTest, AnErrorComesBehindTheItemsAndStays) {
  ValueStream stream = open({5, "raises"});
  Result<StreamItem> last;
  EXPECT_EQ(read_all(stream, last), counted(5));
  EXPECT_EQ(last.error().code, ErrorCode::kScriptRaised);
  EXPECT_EQ(last.error().message, "broken");
  EXPECT_EQ(read(stream), last);
}

TEST_F(ValueStreamTest, ClosingTellsTheRunnerAndEndsWhatWaits) {
  ValueStream stream = open({0});
  EXPECT_TRUE(read(stream));
  run_all();
  while (stream.next().ready()) {
  }
  auto waiting = stream.next();
  auto closed = stream.close();
  EXPECT_EQ(waiting.get().error().code, ErrorCode::kCancelled);
  EXPECT_EQ(read(stream).error().code, ErrorCode::kCancelled);
  EXPECT_FALSE(closed.ready());
  const auto made = streams.made;
  run_all();
  EXPECT_TRUE(closed.get());
  EXPECT_TRUE(stream.close().get());
  EXPECT_EQ(streams.closed, 1);
  EXPECT_EQ(streams.made, made) << "a pull that had not started is not made";
}

TEST_F(ValueStreamTest, ClosingSaysWhatTheGeneratorRaised) {
  streams.close_result = fail(ErrorCode::kScriptRaised, "in finally");
  ValueStream stream = open({0});
  EXPECT_TRUE(read(stream));
  auto closed = stream.close();
  run_all();
  EXPECT_EQ(closed.get().error().message, "in finally");
}

TEST_F(ValueStreamTest, DroppingCloses) {
  {
    ValueStream stream = open({0});
    EXPECT_TRUE(read(stream));
    ValueStream other = open({0});
    run_all();
    other = std::move(stream);
    EXPECT_FALSE(stream.valid());  // NOLINT(bugprone-use-after-move)
    run_all();
    EXPECT_EQ(streams.closed, 1);
    EXPECT_EQ(read(other), Result<StreamItem>(Value(2)));
  }
  run_all();
  EXPECT_EQ(streams.closed, 2);
}

TEST_F(ValueStreamTest, IsNotOpenedIfItIsClosedBefore) {
  auto closed = open({0}).close();
  EXPECT_FALSE(closed.ready());
  run_all();
  EXPECT_TRUE(closed.get());
  EXPECT_THAT(streams.notes, IsEmpty());
}

TEST_F(ValueStreamTest, IsClosedIfThatIsSaidWhileItOpens) {
  std::optional<ValueStream> stream;
  Future<void> closed;
  auto runner = std::make_shared<FakeScript>();
  runner->on_run = [&](const Request& request) {
    if (stream) {
      closed = stream->close();
      stream.reset();
    }
    return streams.run(request);
  };
  FakeRunner fake(runner);
  stream = open({0});
  while (Call* call = lane->reader().next()) {
    call->run(fake, lane->reader().slot());
  }
  EXPECT_TRUE(closed.get());
  EXPECT_EQ(streams.closed, 1);
}

TEST_F(ValueStreamTest, AFullMailboxFailsOneReadOnly) {
  use_mailbox({.capacity = 1});
  ValueStream stream = open({3}, 0);
  run_all();
  auto other = call(lane->mailbox(), OwnedRequest("other", {}));
  EXPECT_EQ(stream.next().get().error().code, ErrorCode::kQueueFull);
  run_all();
  EXPECT_EQ(read(stream), Result<StreamItem>(Value(1)));
}

TEST_F(ValueStreamTest, AFullMailboxFailsTheOpening) {
  use_mailbox({.capacity = 1});
  auto other = call(lane->mailbox(), OwnedRequest("other", {}));
  ValueStream stream = open({3});
  EXPECT_EQ(stream.next().get().error().code, ErrorCode::kQueueFull);
  EXPECT_TRUE(stream.close().get());
}

// The runner then closes it at the end of its batch.
TEST_F(ValueStreamTest, ClosingGetsRoundAFullMailbox) {
  for (const Overflow overflow : {Overflow::kReject, Overflow::kDropNewest, Overflow::kBlock}) {
    use_mailbox({.capacity = 1, .overflow = overflow});
    ValueStream stream = open({3}, 0);
    EXPECT_TRUE(read(stream));
    EXPECT_TRUE(unclosed->take().empty());
    auto other = call(lane->mailbox(), OwnedRequest("other", {}));
    auto closed = stream.close();
    EXPECT_FALSE(closed.ready());
    auto left = unclosed->take();
    ASSERT_EQ(left.size(), 1U);
    EXPECT_GT(left[0].number, 0);
    left[0].closed.set({});
    EXPECT_TRUE(closed.get());
    run_all();
  }
}

TEST_F(ValueStreamTest, ACloseThatIsDisplacedIsNotLost) {
  use_mailbox({.capacity = 1, .overflow = Overflow::kDropOldest});
  ValueStream stream = open({3}, 0);
  EXPECT_TRUE(read(stream));
  auto closed = stream.close();
  auto other = call(lane->mailbox(), OwnedRequest("other", {}));
  EXPECT_EQ(unclosed->take().size(), 1U);
  run_all();
}

// The close is refused by the full mailbox, and the wake-up call after it by the closed one: no
// runner takes the list any more.
TEST_F(ValueStreamTest, ClosingDoesNotWaitForARunnerThatHasGone) {
  ValueStream stream = open({3}, 0);
  EXPECT_TRUE(read(stream));
  auto closed = stream.close();
  Call* call = lane->reader().next();
  ASSERT_NE(call, nullptr);
  call->finish(fail(ErrorCode::kQueueFull, "displaced"));
  lane->mailbox().close(ErrorCode::kScriptUnloaded);
  while (Call* left = lane->reader().next_discarded()) {
    left->finish(fail(ErrorCode::kScriptUnloaded, "closed"));
  }
  EXPECT_TRUE(closed.get());
}

TEST_F(ValueStreamTest, EndsWithItsScript) {
  ValueStream stream = open({0}, 2);
  EXPECT_TRUE(read(stream));
  run_all();
  lane->mailbox().close(ErrorCode::kScriptUnloaded);
  EXPECT_EQ(read(stream), Result<StreamItem>(Value(2))) << "this was made before";
  EXPECT_EQ(read(stream), Result<StreamItem>(Value(3)));
  EXPECT_EQ(read(stream).error().code, ErrorCode::kScriptUnloaded);
  EXPECT_EQ(read(stream).error().code, ErrorCode::kScriptUnloaded);
  EXPECT_TRUE(stream.close().get());
  ValueStream late = open({0});
  EXPECT_EQ(read(late).error().code, ErrorCode::kScriptUnloaded);
}

TEST_F(ValueStreamTest, MayFailBeforeItBegins) {
  ValueStream stream = failed_stream(Error{.code = ErrorCode::kScriptNotFound, .message = "none"});
  EXPECT_EQ(stream.next().get().error().message, "none");
  EXPECT_TRUE(stream.close().get());
}

TEST_F(ValueStreamTest, SaysThatARunnerHasNoStreams) {
  auto runner = std::make_shared<FakeScript>();
  FakeRunner fake(runner);
  ValueStream stream = open({0});
  lane->reader().next()->run(fake, lane->reader().slot());
  EXPECT_EQ(stream.next().get().error().code, ErrorCode::kUnsupportedType);
}

Future<std::int64_t> sum_of(ValueStream stream) {
  std::int64_t sum = 0;
  while (true) {
    Result<StreamItem> item = co_await stream.next();
    if (!item) {
      co_return std::unexpected(std::move(item.error()));
    }
    if (!*item) {
      co_return sum;
    }
    sum += *(*item)->as<std::int64_t>();
  }
}

TEST_F(ValueStreamTest, IsReadByACoroutine) {
  auto sum = sum_of(open({1000}));
  auto failed = sum_of(open({10, "raises"}));
  run_all();
  EXPECT_EQ(sum.get(), 500'500);
  EXPECT_EQ(failed.get().error().message, "broken");
}

class ForEach : public ValueStreamTest {
 protected:
  StreamSubscription start(ValueStream stream) {
    return std::move(stream).for_each(
        executor, [this](Value item) { items.push_back(std::move(item)); },
        [this](Result<void> how) { ends.push_back(std::move(how)); });
  }
  void run_everything() {
    do {
      run_all();
      executor.run_all();
    } while (lane->mailbox().waiting() != 0 || !executor.jobs.empty());
  }

  HeldExecutor executor;
  List items;
  std::vector<Result<void>> ends;
};

TEST_F(ForEach, CallsBackOnTheExecutorForEachItemAndAtTheEnd) {
  start(open({20}, 3));
  run_all();
  EXPECT_THAT(items, IsEmpty());
  run_everything();
  EXPECT_EQ(items, counted(20));
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_TRUE(ends[0]);
}

TEST_F(ForEach, SaysWhyItEnded) {
  start(open({3, "raises"}));
  run_everything();
  EXPECT_EQ(items, counted(3));
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].error().message, "broken");
}

TEST_F(ForEach, DoesNotReadAheadOfASlowExecutor) {
  start(open({0}, 4));
  run_all();
  EXPECT_LE(streams.made, 5);
  executor.jobs.take_first().run();
  run_all();
  EXPECT_LE(streams.made, 6);
  executor.jobs.discard_all();
}

TEST_F(ForEach, IsCancelledBetweenItems) {
  StreamSubscription subscription = start(open({0}));
  run_all();
  executor.jobs.take_first().run();
  EXPECT_EQ(items.size(), 1U);
  ASSERT_FALSE(executor.jobs.empty()) << "the second item is on its way";
  subscription.cancel();
  run_everything();
  EXPECT_EQ(items.size(), 1U);
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].error().code, ErrorCode::kCancelled);
  EXPECT_EQ(streams.closed, 1);
  subscription.cancel();
}

TEST_F(ForEach, IsCancelledWhileItWaits) {
  StreamSubscription subscription = start(open({0}));
  subscription.cancel();
  run_everything();
  EXPECT_THAT(items, IsEmpty());
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].error().code, ErrorCode::kCancelled);
}

TEST_F(ForEach, ClosesTheStreamIfTheExecutorDiscardsIt) {
  start(open({0}));
  run_all();
  executor.jobs.discard_all();
  run_everything();
  EXPECT_THAT(items, IsEmpty());
  EXPECT_THAT(ends, IsEmpty());
  EXPECT_EQ(streams.closed, 1);
}

}  // namespace
}  // namespace hookline
