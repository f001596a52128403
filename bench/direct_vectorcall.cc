#define PY_SSIZE_T_CLEAN
#include "bench/direct_vectorcall.h"

#include <Python.h>
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "bench/python.h"
#include "bench/usage.h"
#include "interp/interpreter.h"

namespace hookline::bench {
namespace {

// The function of a form in an interpreter that this thread is attached to.
class DirectFunction {
 public:
  explicit DirectFunction(Form form)
      : form_(form),
        interpreter_(Interpreter::create(python()).value()),
        attached_(std::make_unique<Interpreter::Attached>(*interpreter_)) {
    interpreter_->load_script(events_script()).value();
    PyObject* const module = PyImport_ImportModule("events");
    function_ = PyObject_GetAttrString(module, std::string(function_name(form)).c_str());
    Py_DECREF(module);
  }
  DirectFunction(const DirectFunction&) = delete;
  DirectFunction& operator=(const DirectFunction&) = delete;
  ~DirectFunction() {
    Py_DECREF(function_);
    attached_.reset();
  }

  void call() const {
    std::array<PyObject*, 2> args{text(kNick), nullptr};
    std::size_t count = 1;
    if (form_ == Form::kTwoTexts) {
      args[count++] = text(kMessage);
    }
    PyObject* const result = PyObject_Vectorcall(function_, args.data(), count, nullptr);
    Py_XDECREF(result);
    Py_DECREF(args[0]);
    Py_XDECREF(args[1]);
  }

 private:
  static PyObject* text(std::string_view text) {
    return PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()));
  }

  Form form_;
  std::unique_ptr<Interpreter> interpreter_;
  std::unique_ptr<Interpreter::Attached> attached_;
  PyObject* function_ = nullptr;
};

Direct measure(Form form) {
  constexpr int kRuns = 7;
  constexpr int kCalls = 200'000;
  const DirectFunction function(form);
  Direct best{.wall_ns = 1e9, .cpu_ns = 1e9};
  for (int run = 0; run < kRuns; ++run) {
    const auto start = std::chrono::steady_clock::now();
    const auto cpu_start = process_cpu_time();
    for (int i = 0; i < kCalls; ++i) {
      function.call();
    }
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
    const std::chrono::duration<double, std::nano> cpu = process_cpu_time() - cpu_start;
    best.wall_ns = std::min(best.wall_ns, took.count() / kCalls);
    best.cpu_ns = std::min(best.cpu_ns, cpu.count() / kCalls);
  }
  return best;
}

void direct_vectorcall(benchmark::State& state, Form form) {
  const DirectFunction function(form);
  Usage usage(state, direct(form));
  for (auto _ : state) {
    function.call();
  }
  usage.report(state.iterations());
}
BENCHMARK_CAPTURE(direct_vectorcall, one_text, Form::kOneText);
BENCHMARK_CAPTURE(direct_vectorcall, two_texts, Form::kTwoTexts);

}  // namespace

Direct direct(Form form) {
  static const std::array<Direct, 2> kMeasured{measure(Form::kOneText), measure(Form::kTwoTexts)};
  return kMeasured.at(static_cast<std::size_t>(form));
}

}  // namespace hookline::bench
