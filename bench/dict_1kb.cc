#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <benchmark/benchmark.h>

#include <string>
#include <utility>

#include "bench/cost.h"
#include "bench/python.h"
#include "interp/interpreter.h"
#include "marshal/json.h"
#include "marshal/py_ref.h"
#include "marshal/python.h"

namespace hookline::bench {

using namespace detail;

namespace {

constexpr int kRounds = 2'000;
constexpr int kSlices = 9;

// A typical answer of a script about the hub: 1 KB as JSON.
std::string make_json() {
  const auto user = [](int i) {
    return R"({"nick": "visitor", "class": 3, "share": 1073741824, "ratio": 0.75, "op": false, )"
           R"("ip": "10.0.0.1", "hubs": [1, 0, )" +
           std::to_string(i) + "]}";
  };
  std::string json =
      R"({"hub": {"name": "a hub", "topic": "welcome to everybody"}, "motd": null, "limits": )"
      R"({"lines": 10, "seconds": 2.5, "kick": true, "text": "not so fast, please"}, "words": )"
      R"(["one", "two", "three", "four", "five", "six", "seven"], "users": [)";
  for (int i = 0; i < 6; ++i) {
    json += i == 0 ? "" : ", ";
    json += user(i);
  }
  return json + "]}";
}

// Passes the same dict to Python and back, as a Value and as JSON. REQUIRES: the thread is
// attached.
class RoundTrips {
 public:
  RoundTrips() : json_(make_json()), value_(or_die(from_json(json_))) {
    const PyRef module = PyRef::steal(PyImport_ImportModule("json"));
    loads_ = PyRef::steal(PyObject_GetAttrString(module.get(), "loads"));
    dumps_ = PyRef::steal(PyObject_GetAttrString(module.get(), "dumps"));
  }

  [[nodiscard]] std::size_t bytes() const { return json_.size(); }
  void by_value() const {
    const PyRef object = or_die(to_python(value_, "value"));
    benchmark::DoNotOptimize(or_die(from_python(object.get(), "value")));
  }
  void by_json() const {
    const PyRef text = PyRef::steal(
        PyUnicode_FromStringAndSize(json_.data(), static_cast<Py_ssize_t>(json_.size())));
    const PyRef object = PyRef::steal(PyObject_CallOneArg(loads_.get(), text.get()));
    const PyRef back = PyRef::steal(PyObject_CallOneArg(dumps_.get(), object.get()));
    Py_ssize_t size = 0;
    const char* data = PyUnicode_AsUTF8AndSize(back.get(), &size);
    benchmark::DoNotOptimize(std::string(data, static_cast<std::size_t>(size)));
  }

 private:
  std::string json_;
  Value value_;
  PyRef loads_;
  PyRef dumps_;
};

template <class Trip>
double cpu_ns(Trip trip) {
  const Stopwatch watch;
  for (int i = 0; i < kRounds; ++i) {
    trip();
  }
  return watch.per(kRounds).thread_cpu;
}

// Compares Value -> Python -> Value for a nested dict with json.loads and json.dumps of the same.
void dict_1kb(benchmark::State& state) {
  const auto interpreter = or_die(Interpreter::create(python()));
  const Interpreter::Attached attached(*interpreter);
  const RoundTrips trips;
  Samples values;
  Samples ratios;
  for (auto _ : state) {
    const double value = cpu_ns([&] { trips.by_value(); });
    values.add(value);
    ratios.add(value / cpu_ns([&] { trips.by_json(); }));
  }
  state.counters["ns"] = values.median();
  state.counters["x_json"] = ratios.median();
  state.counters["bytes"] = static_cast<double>(trips.bytes());
}
BENCHMARK(dict_1kb)->Iterations(kSlices)->Apply(repeated);

}  // namespace
}  // namespace hookline::bench
