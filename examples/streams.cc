// Streams items in both directions, with examples/streams.py.

#include <hookline/convert.h>
#include <hookline/future.h>
#include <hookline/stream.h>
#include <hookline/typed_call.h>
#include <hookline/uv.h>

#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using hookline::Future;
using hookline::Handle;
using hookline::kw;
using hookline::List;
using hookline::Result;
using hookline::Value;
using hookline::ValueStream;

namespace {

// [wait]
// Waits for each item. The generator never ends, but it is at most 4 items ahead.
void count_down(hookline::ScriptHost& scripts) {
  ValueStream numbers = scripts.stream("streams", "countdown", {10}, {.ahead = 4});
  List read;
  while (read.size() < 3) {
    const Result<std::optional<Value>> next = numbers.next().get();
    if (!next) {
      std::cerr << next.error().to_string() << '\n';  // for example an exception of the script
      return;
    }
    const std::optional<Value>& number = *next;
    if (!number) {
      break;  // the end
    }
    read.push_back(*number);
  }
  std::cout << Value(read).repr() << '\n';  // [10, 9, 8]
  numbers.close().wait();                   // the destructor does the same; `finally` runs
  std::cout << scripts.call<int>("streams", "countdowns_closed").get().value() << '\n';  // 1
}
// [/wait]

// [await]
// Does the same in a coroutine, so that no thread waits. It resumes on the script's worker, where
// the item arrives; with next().via(executor) it resumes on that executor.
Future<List> read_all(ValueStream stream) {
  List all;
  while (true) {
    Result<std::optional<Value>> next = co_await stream.next();
    if (!next) {
      co_return std::unexpected(std::move(next.error()));
    }
    std::optional<Value>& item = *next;
    if (!item) {
      co_return all;
    }
    all.push_back(*std::move(item));
  }
}
// [/await]

// [objects]
// stream() takes the arguments of call(), including keywords. It can read a method of an object
// that stays in the script, or an iterator that stays there.
void read_objects(hookline::ScriptHost& scripts) {
  const Handle users = scripts.call<Handle>("streams", "Users", "ann", "bob", "al").get().value();
  ValueStream some = scripts.stream("streams", {users, "starting"}, "a", kw("upper", true));
  std::cout << Value(read_all(std::move(some)).get().value()).repr() << '\n';  // ['ANN', 'AL']

  const Handle kept = scripts.call<Handle>("streams", {users, "starting"}, "b").get().value();
  ValueStream rest = scripts.stream("streams", kept);
  std::cout << Value(read_all(std::move(rest)).get().value()).repr() << '\n';  // ['bob']
}
// [/objects]

// [loop]
// Calls a function on an event loop for each item, when the loop has time for it. Meanwhile the
// script waits, a few items ahead.
void on_loop(hookline::ScriptHost& scripts, uv_loop_t* loop) {
  hookline::UvExecutor executor(loop);
  int sum = 0;
  hookline::StreamSubscription subscription;
  subscription = scripts.stream("streams", "countdown", {100})
                     .for_each(
                         executor,
                         [&](const Value& number) {
                           sum += static_cast<int>(*number.as<std::int64_t>());
                           if (sum > 500) {
                             subscription.cancel();
                           }
                         },
                         [&](const Result<void>& how) {
                           std::cout << sum << ": " << (how ? "the end" : how.error().to_string())
                                     << '\n';
                           // 585: cancelled: the stream was closed
                           executor.close();
                         });
  uv_run(loop, UV_RUN_DEFAULT);
}
// [/loop]

// [produce]
// Makes an item whenever the script asks for one. An empty optional is the end.
Value words() {
  std::vector<std::string> left{"lane", "mailbox", "pump"};
  return hookline::produce([left]() mutable -> std::optional<Value> {
    if (left.empty()) {
      return std::nullopt;
    }
    std::string word = std::move(left.back());
    left.pop_back();
    return word;
  });
}

void find_longest(hookline::ScriptHost& scripts) {
  std::cout << scripts.call<std::string>("streams", "longest", words()).get().value() << '\n';
  // mailbox
  ValueStream loud = scripts.stream("streams", "shout", words());  // both directions together
  std::cout << Value(read_all(std::move(loud)).get().value()).repr() << '\n';
  // ['PUMP', 'MAILBOX', 'LANE']
}
// [/produce]

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: example_streams SCRIPT, for example examples/streams.py\n";
    return 2;
  }
  const auto scripts = hookline::ScriptHost::create().value();
  (void)scripts->load(argv[1]).get().value();
  count_down(*scripts);
  read_objects(*scripts);
  uv_loop_t loop;
  uv_loop_init(&loop);
  on_loop(*scripts, &loop);
  uv_loop_close(&loop);
  find_longest(*scripts);
}
