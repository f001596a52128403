// The simplest implementation, for comparison: it makes a promise for each call, and has a thread
// with a locked queue.

#include <benchmark/benchmark.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bench/cost.h"
#include "bench/form.h"
#include "bench/python.h"
#include "interp/interpreter.h"

namespace hookline::bench {

using namespace detail;

namespace {

List arguments(Form form) {
  List args{Value(kNick)};
  if (form == Form::kTwoTexts) {
    args.emplace_back(kMessage);
  }
  return args;
}

// A thread with its own interpreter, which takes calls from a queue.
class PromiseQueue {
 public:
  PromiseQueue() : thread_([this] { run(); }) {}
  PromiseQueue(const PromiseQueue&) = delete;
  PromiseQueue& operator=(const PromiseQueue&) = delete;
  ~PromiseQueue() {
    {
      const std::scoped_lock lock(mutex_);
      ending_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

  std::future<Result<Value>> call(Form form) {
    Waiting call{.form = form, .args = arguments(form), .promise = {}};
    auto future = call.promise.get_future();
    {
      const std::scoped_lock lock(mutex_);
      waiting_.push_back(std::move(call));
    }
    changed_.notify_one();
    return future;
  }

 private:
  struct Waiting {
    Form form;
    List args;
    std::promise<Result<Value>> promise;
  };

  void run() {
    const auto interpreter = or_die(Interpreter::create(python()));
    {
      const Interpreter::Attached attached(*interpreter);
      or_die(interpreter->load_script(events_script()));
    }
    while (true) {
      std::deque<Waiting> batch;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
        if (waiting_.empty()) {
          return;
        }
        batch.swap(waiting_);
      }
      const Interpreter::Attached attached(*interpreter);
      for (Waiting& call : batch) {
        call.promise.set_value(interpreter->invoke(function_name(call.form), call.args));
      }
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;
  bool ending_ = false;
  std::thread thread_;
};

void promise_queue(benchmark::State& state, Form form) {
  constexpr std::size_t kWindow = 1'024;
  (void)python();
  PromiseQueue queue;
  or_die(queue.call(form).get());
  std::vector<std::future<Result<Value>>> window(kWindow);
  std::size_t next = 0;
  const Stopwatch watch;
  for (auto _ : state) {
    auto& future = window[next++ % kWindow];
    if (future.valid()) {
      or_die(future.get());
    }
    future = queue.call(form);
  }
  for (auto& future : window) {
    if (future.valid()) {
      or_die(future.get());
    }
  }
  report(state, watch.per(state.iterations()));
}

BENCHMARK_CAPTURE(promise_queue, one_text, Form::kOneText)->Iterations(50'000)->Apply(repeated);
BENCHMARK_CAPTURE(promise_queue, two_texts, Form::kTwoTexts)->Iterations(50'000)->Apply(repeated);

}  // namespace
}  // namespace hookline::bench
