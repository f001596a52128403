#define PY_SSIZE_T_CLEAN
#include "bench/direct_vectorcall.h"

#include <Python.h>
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <latch>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/cost.h"
#include "bench/machine.h"
#include "bench/scripts.h"

namespace hookline::bench {

namespace {

struct Release {
  void operator()(PyObject* object) const { Py_XDECREF(object); }
};
using Object = std::unique_ptr<PyObject, Release>;

// Returns the object, or ends the process: an error makes the benchmark meaningless.
Object or_end(PyObject* object) {
  if (object == nullptr) {
    PyErr_Print();
    std::exit(1);
  }
  return Object(object);
}

// Attaches the calling thread to an interpreter during its lifetime.
class Attached {
 public:
  explicit Attached(PyThreadState* of)
      : state_(PyThreadState_New(PyThreadState_GetInterpreter(of))) {
    PyEval_RestoreThread(state_);
  }
  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;
  ~Attached() {
    PyThreadState_Clear(state_);
    PyThreadState_DeleteCurrent();
  }

 private:
  PyThreadState* state_;
};

// Makes an interpreter with a GIL of its own, and leaves it detached.
PyThreadState* new_interpreter() {
  start_python();
  constexpr PyInterpreterConfig kConfig{.use_main_obmalloc = 0,
                                        .allow_fork = 0,
                                        .allow_exec = 0,
                                        .allow_threads = 1,
                                        .allow_daemon_threads = 0,
                                        .check_multi_interp_extensions = 1,
                                        .gil = PyInterpreterConfig_OWN_GIL};
  PyThreadState* const main = PyThreadState_New(PyInterpreterState_Main());
  PyEval_RestoreThread(main);
  PyThreadState* made = nullptr;
  const PyStatus status = Py_NewInterpreterFromConfig(&made, &kConfig);
  if (PyStatus_Exception(status) != 0) {
    std::fprintf(stderr, "%s\n", status.err_msg);
    std::exit(1);
  }
  PyEval_SaveThread();
  PyEval_RestoreThread(main);
  PyThreadState_Clear(main);
  PyThreadState_DeleteCurrent();
  return made;
}

// The functions of both forms in an interpreter of their own, without hookline. A thread is
// attached only while D is measured.
class DirectScript {
 public:
  DirectScript() : state_(new_interpreter()) {
    const Attached attached(state_);
    std::ifstream file(events_script());
    const std::string source((std::istreambuf_iterator<char>(file)),
                             std::istreambuf_iterator<char>());
    const Object code = or_end(Py_CompileString(source.c_str(), "events.py", Py_file_input));
    const Object module = or_end(PyImport_ExecCodeModule("events", code.get()));
    for (const Form form : {Form::kOneText, Form::kTwoTexts}) {
      functions_.at(static_cast<std::size_t>(form)) =
          or_end(PyObject_GetAttrString(module.get(), std::string(function_name(form)).c_str()));
    }
  }
  DirectScript(const DirectScript&) = delete;
  DirectScript& operator=(const DirectScript&) = delete;
  ~DirectScript() {
    PyEval_RestoreThread(state_);
    functions_ = {};
    Py_EndInterpreter(state_);
  }

  [[nodiscard]] Cost measure(Form form, std::string_view message, int calls) {
    const Attached attached(state_);
    const Stopwatch watch;
    for (int i = 0; i < calls; ++i) {
      call(form, message);
    }
    return watch.per(calls);
  }

 private:
  void call(Form form, std::string_view message) const {
    const Object nick = text(kNick);
    const Object line = form == Form::kTwoTexts ? text(message) : Object();
    const std::array<PyObject*, 2> args{nick.get(), line.get()};
    const Object result(PyObject_Vectorcall(functions_.at(static_cast<std::size_t>(form)).get(),
                                            args.data(), form == Form::kTwoTexts ? 2 : 1, nullptr));
    benchmark::DoNotOptimize(result.get());
  }
  static Object text(std::string_view text) {
    return Object(PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
  }

  PyThreadState* state_;
  std::array<Object, 2> functions_;
};

// Returns the interpreters, one for each core.
std::vector<std::unique_ptr<DirectScript>>& scripts() {
  static std::vector<std::unique_ptr<DirectScript>> instances;
  return instances;
}

void direct_vectorcall(benchmark::State& state, Form form) {
  Samples samples;
  for (auto _ : state) {
    samples.add(measure_direct(form).wall_ns);
  }
  state.counters["ns"] = samples.median();
}
BENCHMARK_CAPTURE(direct_vectorcall, one_text, Form::kOneText)->Iterations(5)->Apply(repeated);
BENCHMARK_CAPTURE(direct_vectorcall, two_texts, Form::kTwoTexts)->Iterations(5)->Apply(repeated);

// Measures on the core that the thread runs on.
Direct measure_here(DirectScript& script, Form form, std::string_view message) {
  // Takes the median of slices, because another process may have used the core during some of them.
  constexpr int kSlices = 9;
  const int calls =
      message.size() <= 100 ? 20'000 : 1 + static_cast<int>(2'000'000 / message.size());
  Samples wall;
  Samples cpu;
  for (int slice = 0; slice < kSlices; ++slice) {
    const Cost cost = script.measure(form, message, calls);
    wall.add(cost.wall);
    cpu.add(cost.thread_cpu);
  }
  const double median = wall.median();
  return {.wall_ns = median, .cpu_ns = cpu.median(), .fastest_ns = median, .slowest_ns = median};
}

// Returns the mean of measurements.
Direct mean_of(std::span<const Direct> measured) {
  Direct all{.fastest_ns = measured.front().fastest_ns};
  for (const Direct& one : measured) {
    all.wall_ns += one.wall_ns / static_cast<double>(measured.size());
    all.cpu_ns += one.cpu_ns / static_cast<double>(measured.size());
    all.fastest_ns = std::min(all.fastest_ns, one.fastest_ns);
    all.slowest_ns = std::max(all.slowest_ns, one.slowest_ns);
  }
  return all;
}

}  // namespace

Direct measure_direct(Form form, std::string_view message) {
  const std::vector<std::size_t> cores = OnCore::all_and_current_last();
  while (scripts().size() < cores.size()) {
    scripts().push_back(std::make_unique<DirectScript>());
  }
  std::vector<Direct> measured(cores.size());
  std::latch ready(static_cast<std::ptrdiff_t>(cores.size()));
  const auto measure = [&](std::size_t i) {
    const OnCore here(cores[i]);
    ready.arrive_and_wait();
    measured[i] = measure_here(*scripts()[i], form, message);
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 0; i + 1 < cores.size(); ++i) {
      others.emplace_back(measure, i);
    }
    measure(cores.size() - 1);
  }
  return mean_of(measured);
}

Direct Ceiling::end() const {
  const std::array<Direct, 2> both{before_, measure_direct(form_, message_)};
  return mean_of(both);
}

void end_direct() { scripts().clear(); }

}  // namespace hookline::bench
