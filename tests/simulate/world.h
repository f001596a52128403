#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulate/clock.h"
#include "tests/simulate/fiber.h"
#include "tests/simulate/memory.h"
#include "tests/simulate/random.h"

namespace simulate {

using Where = std::source_location;

inline constexpr std::int64_t kNever = INT64_MAX;

// One run of the simulation: its threads, of which one runs at a time, its clock and its memory.
// All that happens follows from the seed. The order in which threads run is chosen anew at each
// point(): before each operation that other threads can see.
//
// A run fails if a check fails, if all threads wait and nothing will wake one (a lost wake-up or a
// deadlock), or if it takes too many steps (threads that only keep each other busy). Then the
// process ends, since the run's objects cannot be destroyed.
//
// Outside of a run all of this does nothing, and the simulated operations act at once.
class World {
 public:
  [[nodiscard]] static World& instance();

  // Runs `main` as the first thread, and returns when all threads have ended. `trace`: prints each
  // operation.
  void run(std::uint64_t seed, bool trace, const std::function<void()>& main);
  [[nodiscard]] bool running() const noexcept { return running_ && quiet_ == 0; }

  // Ends the process with a message and the end of the trace.
  [[noreturn]] void fail(const std::string& what);

  // Another thread may run here. `what` and `where` are for the trace.
  void point(std::string_view what, const Where& where);
  // The thread cannot go on for the moment: others should.
  void yield(const Where& where);

  // Starts a thread and returns its number. The first thread is 0.
  std::size_t start(std::function<void()> main);
  void join(std::size_t thread);
  void set_name(std::string name) { threads_[current_].name = std::move(name); }
  [[nodiscard]] std::size_t current() const noexcept { return current_; }

  // Puts the thread to sleep until another one wakes it by the same `key`, or until `deadline`.
  // Returns false in the latter case.
  bool sleep(const void* key, std::int64_t deadline = kNever);
  // Wakes one of the threads that sleep on `key`; returns false if there is none.
  bool wake_one(const void* key);
  void wake_all(const void* key);

  // The time in nanoseconds.
  [[nodiscard]] std::int64_t now() const noexcept { return now_; }

  [[nodiscard]] Memory& memory() noexcept { return memory_; }
  // Makes the choices of a scenario.
  [[nodiscard]] Random& random() noexcept { return random_; }
  // Is called at each point; it looks at the objects of the scenario, in a Quiet.
  void watch(std::function<void()> check) { watch_ = std::move(check); }

  // How often the queues get no memory; 0: never.
  std::size_t no_memory_one_in = 0;

  // Adds the value that the operation of the last point() has read or written to the trace.
  void note(std::uint64_t value);
  [[nodiscard]] bool tracing() const noexcept { return trace_; }
  [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }
  // Returns the number of runs of this process.
  [[nodiscard]] std::uint64_t runs() const noexcept { return runs_; }

 private:
  friend class Quiet;
  enum class State : std::uint8_t { kReady, kAsleep, kEnded };
  struct Thread {
    std::unique_ptr<Fiber> fiber;
    std::string name;
    State state = State::kReady;
    const void* key = nullptr;
    std::int64_t deadline = kNever;
    bool in_time = true;
    std::uint32_t priority = 0;
    VectorClock end;  // what it knew at its end
  };
  // How the next thread is chosen.
  enum class Style : std::uint8_t {
    kRandom,    // any thread, now and then
    kPriority,  // the first by a random order, which changes at a few random steps
  };

  World() : random_(0), memory_(random_) {}
  void choose_style();
  [[nodiscard]] std::size_t choose(bool current_may_run);
  [[nodiscard]] std::size_t random_ready();
  [[nodiscard]] std::size_t first_ready() const;
  void go_on_with(std::size_t thread);
  void leave();
  void wake(std::size_t thread, bool in_time);
  // `within`: deadlines that are further away than this stay as they are.
  bool expire_next(std::int64_t within);
  [[nodiscard]] std::string describe_sleepers() const;
  [[nodiscard]] std::string line(std::string_view what, const Where& where) const;
  void print_open_line();

  Random random_;
  Memory memory_;
  std::vector<Thread> threads_;
  std::size_t current_ = 0;
  std::size_t ready_ = 0;
  std::int64_t now_ = 0;
  std::uint64_t seed_ = 0;
  std::uint64_t steps_ = 0;
  std::uint64_t runs_ = 0;
  Style style_ = Style::kRandom;
  std::size_t switch_one_in_ = 2;
  std::size_t expire_one_in_ = 0;
  std::vector<std::uint64_t> changes_;  // steps at which the thread's priority falls
  std::uint32_t lowest_ = 0;
  std::function<void()> watch_;
  bool running_ = false;
  bool trace_ = false;
  std::string open_line_;  // of the trace, until the value is known
  int quiet_ = 0;
};

// While one exists, the simulated operations act at once: for checks.
class Quiet {
 public:
  Quiet() noexcept { ++World::instance().quiet_; }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;
  ~Quiet() { --World::instance().quiet_; }
};

// Fails the run unless `holds`.
inline void check(bool holds, std::string_view what) {
  if (!holds) [[unlikely]] {
    World::instance().fail(std::string(what));
  }
}

}  // namespace simulate
