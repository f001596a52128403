// Streams in both directions, with examples/streams.py.

#include <uv.h>

#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dispatch/loop_executor.h"
#include "marshal/producer.h"
#include "plugin/no_hub.h"
#include "plugin/script_host.h"

using hookline::Future;
using hookline::Result;
using hookline::Value;
using hookline::ValueStream;

namespace {

// [wait]
// Waits for each item. A generator without an end is no problem: it is at most 4 items ahead.
void count_down(hookline::ScriptHost& scripts) {
  ValueStream numbers = scripts.stream("streams", "countdown", {10}, {.ahead = 4});
  for (int i = 0; i < 3; ++i) {
    const Result<std::optional<Value>> next = numbers.next().get();
    if (!next) {
      std::cout << next.error().to_string() << '\n';  // what the script raised, say
      return;
    }
    const std::optional<Value>& number = *next;
    if (!number) {
      return;  // the end
    }
    std::cout << number->repr() << '\n';
  }
  numbers.close().wait();  // or drop it: the generator's `finally` runs
  std::cout << scripts.call("streams", "countdowns_closed", {}).get().value().repr() << '\n';
}
// [/wait]

// [produce]
// Items for a script, each made when it asks for it. Nothing is the end.
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
  std::cout << scripts.call("streams", "longest", {words()}).get().value().repr() << '\n';
}
// [/produce]

// [await]
// The same in a coroutine: no thread waits. Goes on where the item comes, which is the script's
// worker; next().via(executor) goes on there instead.
Future<std::string> join(ValueStream stream) {
  std::string all;
  while (true) {
    Result<std::optional<Value>> next = co_await stream.next();
    if (!next) {
      co_return std::unexpected(std::move(next.error()));
    }
    const std::optional<Value>& item = *next;
    if (!item) {
      co_return all;
    }
    all += *item->as<std::string>() + ' ';
  }
}
// [/await]

// [loop]
// A callback per item on an event loop. It is called as often as the loop has time: until then the
// script waits, a few items ahead.
void on_loop(hookline::ScriptHost& scripts, uv_loop_t* loop) {
  hookline::LoopExecutor executor(loop);
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
                           executor.close();
                         });
  uv_run(loop, UV_RUN_DEFAULT);
}
// [/loop]

}  // namespace

int main(int /*argc*/, char** argv) {
  hookline::NoHub hub;
  const auto scripts = hookline::ScriptHost::create(hub).value();
  (void)scripts->load(argv[1]).get().value();
  count_down(*scripts);
  find_longest(*scripts);
  std::cout << join(scripts->stream("streams", "shout", {words()})).get().value() << '\n';
  uv_loop_t loop;
  uv_loop_init(&loop);
  on_loop(*scripts, &loop);
  uv_loop_close(&loop);
}
