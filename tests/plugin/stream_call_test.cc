// Tests what can be streamed, and with which arguments. ScriptHost::stream() takes the same as
// call().

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string_view>
#include <utility>

#include "hookline/stream.h"
#include "hookline/typed_call.h"
#include "tests/marshal/value_printer.h"
#include "tests/plugin/stream_reader.h"

namespace hookline::test {
namespace {

using testing::HasSubstr;
using Item = std::optional<Value>;

constexpr std::string_view kObjects = R"(
log = []

class Users:
    def __init__(self, *nicks):
        self.nicks = nicks
    def starting(self, letter, *, upper=False):
        for nick in self.nicks:
            if nick.startswith(letter):
                yield nick.upper() if upper else nick
    class Empty:
        @staticmethod
        def each(): return iter(())

class Both:
    def __call__(self): return iter(["called"])
    def __iter__(self): return iter(["iterated"])

def count(first, *, step=1, last=None):
    try:
        while last is None or first <= last:
            yield first
            first += step
    finally:
        log.append("closed")

async def asynchronous():
    yield 1

def get_log(): return log
def number(): return 5
)";

class StreamCall : public StreamReader {
 protected:
  void SetUp() override {
    start();
    id = load("o", kObjects);
  }
  template <class... Args>
  Handle keep(Callee function, Args&&... args) {
    auto kept = scripts->call<Handle>(id, std::move(function), std::forward<Args>(args)...).get();
    EXPECT_TRUE(kept) << kept.error().to_string();
    return kept.value_or(Handle());
  }

  ScriptId id{};
};

TEST_F(StreamCall, TakesKeywordsAndArgumentsOfAnyType) {
  ValueStream numbers = scripts->stream(id, "count", 1, kw("step", 2), kw("last", 5));
  EXPECT_EQ(read(numbers, 9), (List{1, 3, 5}));
  ValueStream some = scripts->stream("o", "count", kw("last", 2L), StreamOptions{.ahead = 0}, 1);
  EXPECT_EQ(read(some, 9), (List{1, 2}));
  ValueStream none = scripts->stream(id, "Users.Empty.each");
  EXPECT_EQ(none.next().get(), Result<Item>(std::nullopt));
  ValueStream listed = scripts->stream(id, "count", List{7}, {.ahead = 1});
  EXPECT_EQ(read(listed, 2), (List{7, 8}));
  ValueStream twice = scripts->stream(id, "count", kw("step", 1), kw("step", 2));
  EXPECT_EQ(error_of(twice).message, "the keyword argument 'step' is given twice");
  ValueStream unknown = scripts->stream(id, "count", 1, kw("by", 2));
  EXPECT_EQ(error_of(unknown).python_type, "TypeError");
}

TEST_F(StreamCall, ReadsAMethodOfAHandle) {
  const Handle users = keep("Users", "ann", "bob", "anna");
  ValueStream plain = scripts->stream(id, {users, "starting"}, "a");
  EXPECT_EQ(read(plain, 9), (List{"ann", "anna"}));
  ValueStream upper = scripts->stream(id, {users, "starting"}, "b", kw("upper", true));
  EXPECT_EQ(read(upper, 9), List{"BOB"});
  ValueStream listed = scripts->stream(id, {users, "starting"}, {"a"}, {.ahead = 0});
  EXPECT_EQ(read(listed, 1), List{"ann"});
  ValueStream absent = scripts->stream(id, {users, "absent"});
  EXPECT_EQ(error_of(absent).code, ErrorCode::kFunctionNotFound);
  ValueStream nowhere = scripts->stream(id, Handle(), 1);
  EXPECT_EQ(error_of(nowhere).code, ErrorCode::kBadArguments);
  const ScriptId other = load("other", "");
  ValueStream elsewhere = scripts->stream(other, {users, "starting"}, "a");
  EXPECT_EQ(error_of(elsewhere).message, "target: the handle belongs to another interpreter");
}

TEST_F(StreamCall, ReadsAGeneratorThatWasKept) {
  const Handle numbers = keep("count", 1);
  ValueStream stream = scripts->stream(id, numbers, StreamOptions{.ahead = 0});
  EXPECT_EQ(read(stream, 2), (List{1, 2}));
  {
    ValueStream same = scripts->stream(id, numbers, {}, {.ahead = 0});
    EXPECT_EQ(read(same, 1), List{3});
  }
  EXPECT_EQ(call("o", "get_log"), Value(List{"closed"}));
  EXPECT_EQ(stream.next().get(), Result<Item>(std::nullopt)) << "it is one generator";
  EXPECT_EQ(scripts->call<long>(id, {keep("count", 5), "__next__"}).get(), 5);
}

TEST_F(StreamCall, CallsWhatCanBeCalledAndSaysWhatCannotBeRead) {
  const Handle both = keep("Both");
  ValueStream called = scripts->stream(id, both);
  EXPECT_EQ(read(called, 9), List{"called"});
  ValueStream iterated = scripts->stream(id, {both, "__iter__"});
  EXPECT_EQ(read(iterated, 9), List{"iterated"});
  ValueStream number = scripts->stream(id, keep("number"));
  EXPECT_EQ(error_of(number).message,
            "'<object>' gives an object of type 'int', which cannot be iterated over");
  ValueStream with_arguments = scripts->stream(id, keep("count", 1), 2);
  EXPECT_EQ(error_of(with_arguments).code, ErrorCode::kNotCallable);
  ValueStream asynchronous = scripts->stream(id, keep("asynchronous"));
  EXPECT_THAT(error_of(asynchronous).message, HasSubstr("what is asynchronous cannot be streamed"));
}

TEST_F(StreamCall, RefusesOptionsThatOnlyACallHas) {
  ScriptCall call{.callee = "count", .args = {1}, .keywords = {}, .options = {}};
  ValueStream good = scripts->stream(id, call, {.ahead = 0});
  EXPECT_EQ(read(good, 2), (List{1, 2}));
  call.options.timeout = kPatience;
  ValueStream late = scripts->stream(id, call);
  EXPECT_THAT(error_of(late).message, HasSubstr("give one to each next()"));
  call.options.timeout = kForever;
  call.keeps_result = true;
  ValueStream kept = scripts->stream(id, call);
  EXPECT_EQ(error_of(kept).code, ErrorCode::kBadArguments);
}

TEST_F(StreamCall, ReadsHubTextIfTheCallSaysSo) {
  load("words", "def words(word): yield ascii(word); yield word\n");
  ScriptCall call{.callee = "words", .args = {"caf\xe9"}, .keywords = {}, .options = {}};
  call.options.text = TextMode::kHost;
  ValueStream of_call = scripts->stream("words", call);
  EXPECT_EQ(read(of_call, 2), (List{"'caf\\udce9'", "caf\xe9"}));
  ValueStream of_stream =
      scripts->stream("words", "words", "caf\xe9", StreamOptions{.text = TextMode::kHost});
  EXPECT_EQ(read(of_stream, 2), (List{"'caf\\udce9'", "caf\xe9"}));
}

TEST_F(StreamCall, APlainCallOfAGeneratorSaysWhatToDo) {
  const auto result = scripts->call(id, "count", 1).get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message,
            "result: an object of type 'generator' cannot leave its interpreter: make it a list, "
            "or read it with stream()");
}

}  // namespace
}  // namespace hookline::test
