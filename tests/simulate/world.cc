#include "tests/simulate/world.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <utility>

namespace simulate {
namespace {

constexpr std::uint64_t kMostSteps = 200'000;
constexpr std::int64_t kStepNs = 20;
// A deadline that is further away passes only if nothing else happens any more.
constexpr std::int64_t kSoonNs = 3'600'000'000'000;
constexpr std::uint64_t kTypicalSteps = 3000;

}  // namespace

World& World::instance() {
  static auto* const kWorld = new World;
  return *kWorld;
}

void World::run(std::uint64_t seed, bool trace, const std::function<void()>& main) {
  seed_ = seed;
  random_ = Random(seed);
  trace_ = trace;
  steps_ = 0;
  ++runs_;
  now_ = 1'000'000'000;
  ready_ = 0;
  current_ = 0;
  threads_.clear();
  threads_.reserve(kMaxThreads);
  watch_ = nullptr;
  no_memory_one_in = 0;
  choose_style();
  running_ = true;
  start(main);
  threads_[0].name = "main";
  threads_[0].fiber->switch_to();
  running_ = false;
  threads_.clear();
}

// Runs differ in how often threads change, how old what they read may be, and how soon deadlines
// pass: no single setting finds everything.
void World::choose_style() {
  constexpr std::size_t kSwitches[] = {2, 4, 12, 40};
  constexpr std::size_t kStale[] = {0, 2, 6};
  constexpr std::size_t kExpire[] = {0, 60, 600};
  style_ = random_.once_in(3) ? Style::kPriority : Style::kRandom;
  switch_one_in_ = kSwitches[random_.below(std::size(kSwitches))];
  memory_.reset(kStale[random_.below(std::size(kStale))]);
  expire_one_in_ = kExpire[random_.below(std::size(kExpire))];
  lowest_ = std::numeric_limits<std::uint32_t>::max() / 2;
  changes_.clear();
  const std::size_t changes = random_.below(4);
  const std::uint64_t within = kTypicalSteps >> random_.below(5);
  for (std::size_t i = 0; i < changes; ++i) {
    changes_.push_back(random_.below(within));
  }
}

void World::fail(const std::string& what) {
  print_open_line();
  running_ = false;
  std::printf("FAILED seed %llu: %s (thread %zu %s, step %llu)\n",
              static_cast<unsigned long long>(seed_), what.c_str(), current_,
              current_ < threads_.size() ? threads_[current_].name.c_str() : "",
              static_cast<unsigned long long>(steps_));
  std::fflush(stdout);
  _exit(3);
}

// "  712  worker-0     cas              admission.cc:17"
std::string World::line(std::string_view what, const Where& where) const {
  std::string_view file = where.file_name();
  file.remove_prefix(file.rfind('/') + 1);  // also right if there is none
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(), "%6llu  %zu %-12s %-12.*s %.*s:%u",
                static_cast<unsigned long long>(steps_), current_, threads_[current_].name.c_str(),
                static_cast<int>(what.size()), what.data(), static_cast<int>(file.size()),
                file.data(), static_cast<unsigned>(where.line()));
  return text.data();
}

void World::print_open_line() {
  if (!open_line_.empty()) {
    std::printf("%s\n", std::exchange(open_line_, {}).c_str());
  }
}

void World::note(std::uint64_t value) {
  std::printf("%-64s %llx\n", std::exchange(open_line_, {}).c_str(),
              static_cast<unsigned long long>(value));
}

void World::point(std::string_view what, const Where& where) {
  if (!running()) {
    return;
  }
  if (++steps_ > kMostSteps) {
    fail("the run does not end: threads only keep each other busy");
  }
  now_ += kStepNs;
  if (watch_) {
    const Quiet quiet;
    watch_();
  }
  if (random_.once_in(expire_one_in_)) {
    expire_next(kSoonNs);
  }
  if (ready_ > 1) {
    go_on_with(choose(true));
  }
  if (trace_) {
    print_open_line();
    open_line_ = line(what, where);
  }
}

void World::yield(const Where& where) {
  if (!running()) {
    return;
  }
  if (trace_) {
    print_open_line();
    open_line_ = line("yield", where);
  }
  ++steps_;
  now_ += 10 * kStepNs;
  threads_[current_].priority = --lowest_;
  if (ready_ > 1) {
    go_on_with(choose(false));
  } else {
    expire_next(kSoonNs);  // it waits for something that only the time can bring
  }
  if (steps_ > kMostSteps) {
    fail("the run does not end: threads only keep each other busy");
  }
}

std::size_t World::random_ready() {
  std::size_t skip = random_.below(ready_);
  for (std::size_t i = 0;; ++i) {
    if (threads_[i].state == State::kReady && skip-- == 0) {
      return i;
    }
  }
}

std::size_t World::first_ready() const {
  std::size_t first = threads_.size();
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    if (threads_[i].state == State::kReady &&
        (first == threads_.size() || threads_[i].priority > threads_[first].priority)) {
      first = i;
    }
  }
  return first;
}

// REQUIRES: a thread is ready.
std::size_t World::choose(bool current_may_run) {
  if (style_ == Style::kPriority) {
    if (std::ranges::find(changes_, steps_) != changes_.end()) {
      threads_[current_].priority = --lowest_;
    }
    return first_ready();
  }
  if (current_may_run) {
    return random_.once_in(switch_one_in_) ? random_ready() : current_;
  }
  for (int attempt = 0; attempt < 4; ++attempt) {
    if (const std::size_t thread = random_ready(); thread != current_) {
      return thread;
    }
  }
  return random_ready();
}

void World::go_on_with(std::size_t thread) {
  if (thread != current_) {
    current_ = thread;
    threads_[thread].fiber->switch_to();
  }
}

std::size_t World::start(std::function<void()> main) {
  if (threads_.size() == kMaxThreads) {
    fail("the scenario has too many threads");
  }
  const std::size_t number = threads_.size();
  Thread& thread = threads_.emplace_back();
  thread.name = "t" + std::to_string(number);
  thread.priority = lowest_ + 1 + static_cast<std::uint32_t>(random_.below(1U << 30U));
  ++ready_;
  if (number != 0) {
    memory_.tell(current_, memory_.of(number).clock);
  }
  thread.fiber = std::make_unique<Fiber>([this, run = std::move(main)] {
    run();
    Fiber::run_exit_handlers();
    leave();
  });
  return number;
}

// Ends the current thread.
void World::leave() {
  Thread& thread = threads_[current_];
  thread.state = State::kEnded;
  --ready_;
  memory_.tell(current_, thread.end);
  wake_all(&thread);
  while (ready_ == 0 && expire_next(kNever)) {
  }
  if (ready_ != 0) {
    go_on_with(choose(false));
  }
  if (std::ranges::any_of(threads_, [](const Thread& one) { return one.state != State::kEnded; })) {
    fail("all threads wait, and nothing wakes one: " + describe_sleepers());
  }
  Fiber::outside().switch_to();
}

void World::join(std::size_t number) {
  point("join", Where::current());
  Thread& thread = threads_[number];
  while (thread.state != State::kEnded) {
    sleep(&thread);
  }
  memory_.listen(current_, thread.end);
}

bool World::sleep(const void* key, std::int64_t deadline) {
  Thread& thread = threads_[current_];
  if (deadline <= now_) {
    return false;
  }
  thread.state = State::kAsleep;
  thread.key = key;
  thread.deadline = deadline;
  thread.in_time = true;
  --ready_;
  while (ready_ == 0) {
    if (!expire_next(kNever)) {
      fail("all threads wait, and nothing wakes one: " + describe_sleepers());
    }
  }
  if (thread.state != State::kReady || ready_ > 1) {
    go_on_with(choose(false));
  }
  return thread.in_time;
}

void World::wake(std::size_t number, bool in_time) {
  Thread& thread = threads_[number];
  thread.state = State::kReady;
  thread.key = nullptr;
  thread.deadline = kNever;
  thread.in_time = in_time;
  ++ready_;
}

bool World::wake_one(const void* key) {
  std::array<std::size_t, kMaxThreads> asleep{};
  std::size_t count = 0;
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    if (threads_[i].state == State::kAsleep && threads_[i].key == key) {
      asleep[count++] = i;
    }
  }
  if (count != 0) {
    wake(asleep[random_.below(count)], true);
  }
  return count != 0;
}

void World::wake_all(const void* key) {
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    if (threads_[i].state == State::kAsleep && threads_[i].key == key) {
      wake(i, true);
    }
  }
}

// Lets the time go on to the next deadline. Returns false if no thread has one.
bool World::expire_next(std::int64_t within) {
  std::size_t next = threads_.size();
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    if (threads_[i].state == State::kAsleep && threads_[i].deadline != kNever &&
        (next == threads_.size() || threads_[i].deadline < threads_[next].deadline)) {
      next = i;
    }
  }
  if (next == threads_.size() || (within != kNever && threads_[next].deadline > now_ + within)) {
    return false;
  }
  now_ = std::max(now_, threads_[next].deadline);
  wake(next, false);
  return true;
}

std::string World::describe_sleepers() const {
  std::string text;
  for (const Thread& thread : threads_) {
    if (thread.state == State::kAsleep) {
      text += (text.empty() ? "" : ", ") + thread.name;
    }
  }
  return text;
}

}  // namespace simulate
