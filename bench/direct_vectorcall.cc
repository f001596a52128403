#define PY_SSIZE_T_CLEAN
#include "bench/direct_vectorcall.h"

#include <Python.h>
#include <benchmark/benchmark.h>

#include <array>
#include <memory>
#include <string>
#include <utility>

#include "bench/cost.h"
#include "bench/python.h"
#include "interp/interpreter.h"
#include "marshal/py_ref.h"

namespace hookline::bench {

using namespace detail;

namespace {

// The functions of both forms in an interpreter of the main thread. It is attached only while D is
// measured.
class DirectScript {
 public:
  DirectScript() : interpreter_(or_die(Interpreter::create(python()))) {
    const Interpreter::Attached attached(*interpreter_);
    or_die(interpreter_->load_script(events_script()));
    const PyRef module = PyRef::steal(PyImport_ImportModule("events"));
    for (const Form form : {Form::kOneText, Form::kTwoTexts}) {
      functions_.at(static_cast<std::size_t>(form)) = PyRef::steal(
          PyObject_GetAttrString(module.get(), std::string(function_name(form)).c_str()));
    }
  }
  DirectScript(const DirectScript&) = delete;
  DirectScript& operator=(const DirectScript&) = delete;
  ~DirectScript() {
    const Interpreter::Attached attached(*interpreter_);
    functions_ = {};
  }

  [[nodiscard]] Cost measure(Form form, std::string_view message, int calls) {
    const Interpreter::Attached attached(*interpreter_);
    const Stopwatch watch;
    for (int i = 0; i < calls; ++i) {
      call(form, message);
    }
    return watch.per(calls);
  }

 private:
  void call(Form form, std::string_view message) const {
    const PyRef nick = text(kNick);
    const PyRef line = form == Form::kTwoTexts ? text(message) : PyRef();
    const std::array<PyObject*, 2> args{nick.get(), line.get()};
    const PyRef result =
        PyRef::steal(PyObject_Vectorcall(functions_.at(static_cast<std::size_t>(form)).get(),
                                         args.data(), form == Form::kTwoTexts ? 2 : 1, nullptr));
    benchmark::DoNotOptimize(result.get());
  }
  static PyRef text(std::string_view text) {
    return PyRef::steal(
        PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
  }

  std::unique_ptr<Interpreter> interpreter_;
  std::array<PyRef, 2> functions_;
};

std::unique_ptr<DirectScript>& script() {
  static std::unique_ptr<DirectScript> instance;
  return instance;
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

}  // namespace

Direct measure_direct(Form form, std::string_view message) {
  // Takes the median of slices, because another process may have used the core during some of them.
  constexpr int kSlices = 9;
  const int calls =
      message.size() <= 100 ? 20'000 : 1 + static_cast<int>(2'000'000 / message.size());
  if (script() == nullptr) {
    script() = std::make_unique<DirectScript>();
  }
  Samples wall;
  Samples cpu;
  for (int slice = 0; slice < kSlices; ++slice) {
    const Cost cost = script()->measure(form, message, calls);
    wall.add(cost.wall);
    cpu.add(cost.thread_cpu);
  }
  return {.wall_ns = wall.median(), .cpu_ns = cpu.median()};
}

void end_direct() { script().reset(); }

}  // namespace hookline::bench
