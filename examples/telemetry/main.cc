// A collector of telemetry. Devices send batches of samples from threads of their own; scripts only
// observe, so nobody waits for an answer. At the end the summary is read from a script's generator,
// line by line:
//
//   example_telemetry examples/telemetry/collector.py
//   example_telemetry --devices 8 --batches 10000 --samples 100 examples/telemetry/collector.py
//
// The devices are simulated. A full mailbox makes a device wait, so that no batch is lost. There is
// no event loop: the main thread serves what scripts ask of the host while it waits.
//
//   main.cc       the hooks, the devices and the summary
//   collector.py  the script

#include <hookline/call.h>
#include <hookline/convert.h>
#include <hookline/function.h>
#include <hookline/future.h>
#include <hookline/script_host.h>
#include <hookline/stream.h>
#include <hookline/typed_call.h>
#include <hookline/typed_hook.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "hookline/script_info.h"
#include "options.h"

using hookline::Future;
using hookline::Result;
using hookline::ScriptHost;
using hookline::Value;

namespace {

struct Settings {
  long devices = 4;
  long batches = 50;
  long samples = 20;
};

// One measurement; a dict in Python.
struct Sample {
  long at_ms = 0;
  std::string metric;
  double value = 0;
};

// A line of the summary, which the script yields as a tuple.
struct Line {
  std::string metric;
  long count = 0;
  double least = 0;
  double mean = 0;
  double most = 0;
};

}  // namespace

template <>
struct hookline::Fields<Sample> {
  static constexpr auto kAll =
      std::tuple{field("at_ms", &Sample::at_ms), field("metric", &Sample::metric),
                 field("value", &Sample::value)};
};
template <>
struct hookline::Fields<Line> {
  static constexpr auto kAll = std::tuple{
      field("metric", &Line::metric), field("count", &Line::count), field("least", &Line::least),
      field("mean", &Line::mean), field("most", &Line::most)};
};

namespace {

// Both hooks only observe, which is what hooks do unless they have a rule. A batch is a list of
// dicts, in one event: that costs much less than an event for each sample.
constexpr auto kOnConnect = hookline::hook<std::string>("on_connect", {"device"});
constexpr auto kOnSamples = hookline::hook<std::string, Value>("on_samples", {"device", "samples"});

// Returns the batch of that number. It stands for what a device measures.
std::vector<Sample> measure(long device, long batch, long samples) {
  std::vector<Sample> measured;
  for (long i = 0; i < samples; ++i) {
    const long at = batch * samples + i;
    const bool is_load = i % 2 == 0;
    const auto value = static_cast<double>((at * 7 + device * 13) % 100);
    measured.push_back({.at_ms = at * 10,
                        .metric = is_load ? "load" : "temperature",
                        .value = is_load ? value : 20 + value / 4});
  }
  return measured;
}

// Sends what a device measures, and waits until the script has seen all of it: calls of a thread
// come after its events.
Result<long> run_device(ScriptHost& scripts, const Settings& settings, long device) {
  const std::string name = "device-" + std::to_string(device);
  scripts.post(kOnConnect(name));
  for (long batch = 0; batch < settings.batches; ++batch) {
    if (scripts.hooked(kOnSamples)) {  // otherwise there is no need to make the batch
      const Value samples = hookline::to_value(measure(device, batch, settings.samples));
      scripts.post(kOnSamples(name, samples));
    }
  }
  return scripts.function<long(std::string)>("collector", "samples_of").wait(name);
}

// Runs all devices. The main thread waits for futures, so that it serves the scripts meanwhile;
// joining the threads alone would leave a script that calls into the host waiting.
Result<void> run_devices(ScriptHost& scripts, const Settings& settings) {
  std::vector<Future<long>> seen;
  std::vector<std::jthread> threads;
  for (long device = 1; device <= settings.devices; ++device) {
    hookline::Promise<long> promise;
    seen.push_back(promise.future());
    threads.emplace_back([&scripts, &settings, device, promise = std::move(promise)]() mutable {
      promise.set(run_device(scripts, settings, device));
    });
  }
  long all = 0;
  for (Future<long>& one : seen) {
    const Result<long> samples = one.get();
    if (!samples) {
      return std::unexpected(samples.error());
    }
    all += *samples;
  }
  std::cout << settings.devices << " devices, " << all << " samples\n";
  return {};
}

// Reads the generator `summary()` of the script while it makes its items, at most eight ahead.
Result<void> print_summary(ScriptHost& scripts) {
  hookline::ValueStream summary = scripts.stream("collector", "summary", {}, {.ahead = 8});
  while (true) {
    const Result<std::optional<Value>> next = summary.next().get();
    if (!next) {
      return std::unexpected(next.error());
    }
    const std::optional<Value>& item = *next;
    if (!item) {
      return {};  // the end
    }
    const Result<Line> line = hookline::from_value<Line>(*item);
    if (!line) {
      return std::unexpected(line.error());
    }
    std::cout << line->metric << ": " << line->count << " samples, " << line->least << " to "
              << line->most << ", mean " << line->mean << '\n';
  }
}

Result<void> collect(const Settings& settings, const std::filesystem::path& script) {
  std::multiset<std::string> alerts;  // outlives the ScriptHost
  hookline::Module telemetry("telemetry", "The collector that this script runs in.");
  telemetry.def(
      "alert", [&alerts](std::string text) { alerts.insert(std::move(text)); },
      hookline::arg("text"), hookline::is_send, "Adds a line to the alerts of the host.");
  auto created = ScriptHost::create({.hooks = {kOnConnect, kOnSamples},
                                     .module = telemetry,
                                     .mailbox = {.capacity = 256,
                                                 .overflow = hookline::Overflow::kBlock,
                                                 .block_timeout = std::chrono::seconds(10)}});
  if (!created) {
    return std::unexpected(created.error());
  }
  const auto scripts = *std::move(created);
  if (auto id = scripts->load(script).get(); !id) {
    return std::unexpected(id.error());
  }
  Result<void> done = run_devices(*scripts, settings);
  if (done) {
    done = print_summary(*scripts);
  }
  for (const hookline::ScriptInfo& info : scripts->scripts()) {
    std::cout << info.name << ": " << info.missed << " events missed, " << info.errors
              << " errors\n";
  }
  for (const std::string& name : scripts->shutdown({.patience = std::chrono::seconds(5)})) {
    std::cerr << name << " has not ended\n";
  }
  for (const std::string& alert : alerts) {
    std::cout << "alert: " << alert << '\n';
  }
  return done;
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  const std::array options{
      examples::Option{"--devices", &settings.devices, 1, 1'000, "how many devices there are"},
      examples::Option{"--batches", &settings.batches, 1, 10'000'000, "what each of them sends"},
      examples::Option{"--samples", &settings.samples, 1, 10'000, "the samples of a batch"}};
  const auto script = examples::read_command_line(
      {.name = "example_telemetry",
       .about = "Collects the samples of simulated devices, which a script summarizes.",
       .options = options},
      std::span<const char* const>(argv, static_cast<std::size_t>(argc)));
  if (!script) {
    return script.error();
  }
  const Result<void> done = collect(settings, *script);
  if (!done) {
    std::cerr << done.error().to_string() << '\n' << done.error().traceback;
  }
  return done ? 0 : 1;
}
