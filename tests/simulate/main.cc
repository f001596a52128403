// Runs the simulation of the dispatcher.
//
//   simulate [--seeds N] [--from SEED] [--scenario NAME]   runs N seeds; 10,000 unless told
//   simulate --replay SEED                                  runs one seed and prints what happens
//   simulate --planted [--seeds N]                          shows that each planted bug is found
//   simulate --bug NAME ...                                 any of these with a planted bug
//
// A seed depends on the seeds before it, because pools and the like stay. So seeds run in groups,
// each in a process of its own, and a replay runs the beginning of its group.

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tests/simulate/planted_bugs.h"
#include "tests/simulate/scenario.h"
#include "tests/simulate/world.h"

namespace simulate {
namespace {

using Seconds = std::chrono::duration<double>;
using hookline::scenarios::Scenario;

constexpr std::uint64_t kGroup = 250;

struct Options {
  std::uint64_t seeds = 10'000;
  std::uint64_t from = 0;
  std::optional<std::uint64_t> replay;
  std::string scenario;
  bool planted = false;
  bool quiet = false;
};

// The processes of the groups report here.
struct Shared {
  std::uint64_t seed;
  std::uint64_t runs;
  std::uint64_t steps;
};

Shared& shared() {
  static auto* const kShared = static_cast<Shared*>(
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  return *kShared;
}

const Scenario& scenario_of(std::uint64_t seed) {
  const auto scenarios = hookline::scenarios::all();
  return scenarios[static_cast<std::size_t>(seed % scenarios.size())];
}

void run_seeds(const Options& options, std::uint64_t from, std::uint64_t to,
               std::optional<std::uint64_t> traced) {
  for (std::uint64_t seed = from; seed < to; ++seed) {
    const Scenario& scenario = scenario_of(seed);
    if (!options.scenario.empty() && options.scenario != scenario.name) {
      continue;
    }
    shared().seed = seed;
    ++shared().runs;
    World::instance().run(seed, seed == traced, scenario.run);
    shared().steps += World::instance().steps();
  }
}

// Returns true if the function, in a process of its own, has not failed.
bool in_own_process(bool silent, const std::function<void()>& function) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    if (silent && (std::freopen("/dev/null", "w", stdout) == nullptr ||
                   std::freopen("/dev/null", "w", stderr) == nullptr)) {
      _exit(2);
    }
    function();
    std::fflush(stdout);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status) && !silent) {
    std::printf("FAILED seed %llu: signal %d (%s)\n",
                static_cast<unsigned long long>(shared().seed), WTERMSIG(status),
                strsignal(WTERMSIG(status)));
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void show_progress(const Options& options, std::uint64_t done, Seconds time) {
  if (!options.quiet && isatty(STDERR_FILENO) != 0) {
    std::fprintf(stderr, "\r%llu of %llu seeds, %.0f s ", static_cast<unsigned long long>(done),
                 static_cast<unsigned long long>(options.seeds), time.count());
  }
}

// Returns the seed that has failed, if one has.
std::optional<std::uint64_t> explore(const Options& options) {
  const auto start = std::chrono::steady_clock::now();
  shared() = {};
  const std::uint64_t end = options.from + options.seeds;
  for (std::uint64_t from = options.from; from < end;) {
    const std::uint64_t to = std::min(end, (from / kGroup + 1) * kGroup);
    if (!in_own_process(options.quiet,
                        [&] { run_seeds(options, from / kGroup * kGroup, to, {}); })) {
      return shared().seed;
    }
    from = to;
    show_progress(options, from - options.from, std::chrono::steady_clock::now() - start);
  }
  if (!options.quiet) {
    const Seconds time = std::chrono::steady_clock::now() - start;
    const auto runs = static_cast<double>(std::max<std::uint64_t>(shared().runs, 1));
    std::printf("%llu seeds in %.1f s: %.0f us and %.0f steps each; nothing found\n",
                static_cast<unsigned long long>(shared().runs), time.count(),
                1e6 * time.count() / runs, static_cast<double>(shared().steps) / runs);
  }
  return std::nullopt;
}

int replay(const Options& options) {
  const std::uint64_t seed = *options.replay;
  std::printf(
      "seed %llu, scenario %s\n  step  thread       operation                   value  at\n",
      static_cast<unsigned long long>(seed), scenario_of(seed).name);
  const bool passed =
      in_own_process(false, [&] { run_seeds(options, seed / kGroup * kGroup, seed + 1, seed); });
  return passed ? EXIT_SUCCESS : EXIT_FAILURE;
}

// Explores with each planted bug, and fails if one is not found.
int find_planted_bugs(Options options) {
  options.quiet = true;
  bool found_all = true;
  for (const Bug& bug : planted_bugs()) {
    if (bug.number == 0) {
      std::printf("LOST    %-28s: planted.toml does not fit the source any more\n", bug.name);
      found_all = false;
      continue;
    }
    planted_bug = bug.number;
    const auto start = std::chrono::steady_clock::now();
    const auto seed = explore(options);
    const Seconds time = std::chrono::steady_clock::now() - start;
    if (seed) {
      std::printf("found   %-28s by seed %llu (%s), %.2f s: %s\n", bug.name,
                  static_cast<unsigned long long>(*seed), scenario_of(*seed).name, time.count(),
                  bug.what);
    } else {
      std::printf("MISSED  %-28s: %s\n", bug.name, bug.what);
      found_all = false;
    }
  }
  return found_all ? EXIT_SUCCESS : EXIT_FAILURE;
}

bool plant(std::string_view name) {
  for (const Bug& bug : planted_bugs()) {
    if (name == bug.name) {
      planted_bug = bug.number;
      return true;
    }
  }
  return false;
}

std::optional<Options> parse(std::span<char*> arguments) {
  Options options;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string_view name = arguments[i];
    if (name == "--planted") {
      options.planted = true;
      continue;
    }
    if (i + 1 == arguments.size()) {
      return std::nullopt;
    }
    const char* const value = arguments[++i];
    const std::uint64_t number = std::strtoull(value, nullptr, 10);
    if (name == "--seeds") {
      options.seeds = number;
    } else if (name == "--from") {
      options.from = number;
    } else if (name == "--replay") {
      options.replay = number;
    } else if (name == "--scenario") {
      options.scenario = value;
    } else if (name != "--bug" || !plant(value)) {
      return std::nullopt;
    }
  }
  return options;
}

int run(std::span<char*> arguments) {
  const std::optional<Options> options = parse(arguments);
  if (!options) {
    std::fputs(
        "usage: simulate [--seeds N] [--from SEED] [--scenario NAME] [--bug NAME] "
        "[--replay SEED] [--planted]\n",
        stderr);
    return 2;
  }
  if (options->replay) {
    return replay(*options);
  }
  if (options->planted) {
    return find_planted_bugs(*options);
  }
  if (const auto seed = explore(*options)) {
    std::printf("To see what happens: %s --replay %llu%s%s\n", arguments[0],
                static_cast<unsigned long long>(*seed),
                options->scenario.empty() ? "" : " --scenario ", options->scenario.c_str());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace simulate

int main(int argc, char** argv) { return simulate::run({argv, static_cast<std::size_t>(argc)}); }
