// Counts the allocations per event in the steady state.

#include <benchmark/benchmark.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "bench/call_window.h"
#include "bench/cost.h"
#include "bench/form.h"
#include "bench/public/callers.h"
#include "bench/public/loop_calls.h"
#include "bench/public/own_hooks.h"
#include "bench/public/own_host.h"

namespace {

// Every malloc reads this flag. It is rarely written, so reading it costs nothing measurable.
constinit std::atomic<bool> counting{false};
alignas(64) constinit std::atomic<std::int64_t> allocations{0};

[[maybe_unused]] void note_allocation() {
  if (counting.load(std::memory_order_relaxed)) {
    allocations.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace

// Sanitizers replace malloc themselves, so nothing is counted there.
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
// NOLINTBEGIN(*-reserved-identifier, *-naming, misc-use-internal-linkage,
// readability-inconsistent-declaration-parameter-name)
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  note_allocation();
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  note_allocation();
  return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) {
  note_allocation();
  return __libc_realloc(old, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  note_allocation();
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** out, std::size_t alignment, std::size_t size) {
  note_allocation();
  *out = __libc_memalign(alignment, size);
  return *out == nullptr ? ENOMEM : 0;
}
}
// NOLINTEND(*-reserved-identifier, *-naming, misc-use-internal-linkage,
// readability-inconsistent-declaration-parameter-name)
#endif

namespace hookline::bench {

namespace {

// During its lifetime, counts the mallocs of all threads, including those of operator new, of
// moodycamel's queue and of CPython (for objects of more than 512 bytes). Only one may exist at a
// time.
class AllocationCount {
 public:
  AllocationCount();
  AllocationCount(const AllocationCount&) = delete;
  AllocationCount& operator=(const AllocationCount&) = delete;
  ~AllocationCount();

  [[nodiscard]] std::int64_t so_far() const;
};

AllocationCount::AllocationCount() {
  allocations = 0;
  counting = true;
}

AllocationCount::~AllocationCount() { counting = false; }

std::int64_t AllocationCount::so_far() const { return allocations.load(std::memory_order_relaxed); }

constexpr int kEvents = 16'384;  // in each phase, half of them with one text

// Reports the median of the allocations per event, over the phases after the warm-up. The number of
// objects in use, and with it the number of first uses, depends on how the threads happen to run,
// so one phase may need an allocation where the next needs none.
template <class Phase>
void count(benchmark::State& state, Phase phase) {
  constexpr int kWarmUp = 10;
  constexpr int kPhases = 15;
  for (auto _ : state) {
    for (int i = 0; i < kWarmUp; ++i) {
      phase();
    }
    Samples counts;
    for (int i = 0; i < kPhases; ++i) {
      const AllocationCount counter;
      phase();
      counts.add(static_cast<double>(counter.so_far()) / kEvents);
    }
    state.counters["per_event"] = counts.median();
  }
}

template <class Caller>
void count_calls(benchmark::State& state) {
  OwnHost host;
  const Caller caller(host);
  CallWindow one([&](std::string_view nick) { return caller(Form::kOneText, nick); });
  CallWindow two([&](std::string_view nick) { return caller(Form::kTwoTexts, nick); });
  count(state, [&] {
    one.call_many(kEvents / 2);
    two.call_many(kEvents / 2);
  });
}

void count_held_loop(benchmark::State& state) {
  OwnHost host;
  OwnHost other;  // a host has one loop
  LoopCalls one(host, Form::kOneText);
  LoopCalls two(other, Form::kTwoTexts);
  count(state, [&] {
    one.run(kEvents / 2);
    two.run(kEvents / 2);
  });
}

void count_own_hook_post(benchmark::State& state) {
  OwnHost host;
  OwnEvents one(host.scripts(), {host.script()}, Form::kOneText);
  OwnEvents two(host.scripts(), {host.script()}, Form::kTwoTexts);
  count(state, [&] {
    for (int i = 0; i < kEvents / OwnEvents::kBlock; i += 2) {
      one.post_block();
      two.post_block();
    }
  });
}

void count_own_hook_decide(benchmark::State& state) {
  OwnHost host;
  OwnHost other;  // a host has one loop
  OwnDecisions one(host.scripts(), host.script(), Form::kOneText);
  OwnDecisions two(other.scripts(), other.script(), Form::kTwoTexts);
  count(state, [&] {
    for (int i = 0; i < kEvents / OwnDecisions::kWindow; i += 2) {
      one.run_window();
      two.run_window();
    }
  });
}

void allocations(benchmark::State& state, void (*measure)(benchmark::State&)) { measure(state); }
#define HOOKLINE_COUNT(name, measure) \
  BENCHMARK_CAPTURE(allocations, name, measure)->Iterations(1)->Apply(repeated)
HOOKLINE_COUNT(own_hook_post, count_own_hook_post);
HOOKLINE_COUNT(own_hook_decide, count_own_hook_decide);
HOOKLINE_COUNT(call_held, count_calls<HeldCaller>);
HOOKLINE_COUNT(call_held_loop, count_held_loop);
HOOKLINE_COUNT(call_by_name, count_calls<NameCaller>);
HOOKLINE_COUNT(call_typed, count_calls<TypedCaller>);
#undef HOOKLINE_COUNT

}  // namespace
}  // namespace hookline::bench
