#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <benchmark/benchmark.h>

#include <cstddef>
#include <future>
#include <vector>

#include "bench/classic_script.h"
#include "bench/cost.h"
#include "bench/form.h"
#include "bench/python.h"

namespace hookline::bench {

using namespace detail;

namespace {

// During its lifetime, attaches the calling thread to the main interpreter with a new thread state.
class AttachedToMain {
 public:
  AttachedToMain() { PyEval_RestoreThread(PyThreadState_New(PyInterpreterState_Main())); }
  AttachedToMain(const AttachedToMain&) = delete;
  AttachedToMain& operator=(const AttachedToMain&) = delete;
  ~AttachedToMain() {
    PyThreadState_Clear(PyThreadState_Get());
    PyThreadState_DeleteCurrent();
  }
};

// Starts a thread for each call, with a new thread state; a few of them are in flight.
void std_async(benchmark::State& state, Form form) {
  constexpr std::size_t kWindow = 16;
  const auto runtime = python();
  PyRef module;
  {
    const AttachedToMain attached;
    module = import_events();
  }
  bool good = true;
  {
    std::vector<std::future<bool>> window(kWindow);
    std::size_t next = 0;
    const Stopwatch watch;
    for (auto _ : state) {
      auto& future = window[next++ % kWindow];
      good = (!future.valid() || future.get()) && good;
      future = std::async(std::launch::async, [&module, form] {
        const AttachedToMain attached;
        return call_by_name(module.get(), form);
      });
    }
    for (auto& future : window) {
      good = (!future.valid() || future.get()) && good;
    }
    report(state, watch.per(state.iterations()));
  }
  if (!good) {
    state.SkipWithError("a call failed");
  }
  const AttachedToMain attached;
  module.reset();
}
BENCHMARK_CAPTURE(std_async, one_text, Form::kOneText)->Iterations(1'000)->Apply(repeated);
BENCHMARK_CAPTURE(std_async, two_texts, Form::kTwoTexts)->Iterations(1'000)->Apply(repeated);

}  // namespace
}  // namespace hookline::bench
