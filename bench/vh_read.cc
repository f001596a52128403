#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/bench_host.h"
#include "bench/cost.h"
#include "bench/python.h"
#include "hookline/clock.h"
#include "hookline/script_info.h"
#include "hub/hub_core.h"
#include "hub/hub_host.h"

namespace hookline::bench {

using namespace hub;

namespace {

constexpr std::size_t kUsers = 1'000;

void put_users(UserDirectory& directory) {
  for (std::size_t i = 0; i < kUsers; ++i) {
    auto user = std::make_shared<User>();
    user->nick = "[isp]visitor_" + std::to_string(i);
    user->user_class = static_cast<int>(i % 4);
    user->is_listed = true;
    directory.put(std::move(user));
  }
}

double number(const Value& list, std::size_t index) {
  const Value& value = list.as<List>()->at(index);
  const auto* real = value.as<double>();
  return real != nullptr ? *real : static_cast<double>(*value.as<std::int64_t>());
}

// Compares vh.GetUserClass(nick) in a loop of a script, with the embedded hub's directory of users,
// with builtins.hash(nick) in the same loop. The time of the empty loop is subtracted from both.
void vh_read(benchmark::State& state) {
  const auto core = or_die(HubCore::open(HubConfig{}, Clock::system()));
  put_users(core->directory());
  HubHost hub(*core);
  BenchHost host({.module = or_die(hub.module({}))});
  const ScriptId script = host.load(script_file("reads.py"));
  Samples reads;
  Samples ratios;
  for (auto _ : state) {
    const Value times = or_die(host.scripts().call(script, "measure", {}).get());
    const double loop = number(times, 0);
    reads.add(number(times, 2) - loop);
    ratios.add((number(times, 2) - loop) / (number(times, 1) - loop));
    if (number(times, 3) < static_cast<double>(kUsers)) {
      state.SkipWithError("the script does not see all users");
    }
  }
  state.counters["ns"] = reads.median();
  state.counters["x_builtin"] = ratios.median();
}
BENCHMARK(vh_read)->Iterations(1)->Apply(repeated);

}  // namespace
}  // namespace hookline::bench
