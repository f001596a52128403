#pragma once

#include <cstdint>
#include <functional>
#include <source_location>
#include <utility>

#include "tests/simulate/clock.h"
#include "tests/simulate/world.h"

namespace simulate {

// Stands for std::mutex.
class Mutex {
 public:
  void lock(Where where = Where::current()) {
    World& world = World::instance();
    if (!world.running()) {
      return;
    }
    world.point("lock", where);
    while (locked_) {
      world.sleep(this);
    }
    locked_ = true;
    world.memory().listen(world.current(), told_);
  }
  void unlock(Where where = Where::current()) {
    World& world = World::instance();
    if (!world.running()) {
      return;
    }
    world.point("unlock", where);
    world.memory().tell(world.current(), told_);
    locked_ = false;
    world.wake_one(this);
  }

 private:
  bool locked_ = false;
  VectorClock told_;
};

// Is a thread of a scenario. It is joined by its destructor.
class Thread {
 public:
  explicit Thread(const char* name, std::function<void()> main)
      : number_(World::instance().start([name, run = std::move(main)] {
          World::instance().set_name(name);
          run();
        })) {}
  Thread(Thread&& other) noexcept
      : number_(other.number_), joined_(std::exchange(other.joined_, true)) {}
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;
  Thread& operator=(Thread&&) = delete;
  ~Thread() { join(); }
  void join() {
    if (!std::exchange(joined_, true)) {
      World::instance().join(number_);
    }
  }

 private:
  std::size_t number_;
  bool joined_ = false;
};

// Is a variable of a scenario that is not atomic: the run fails if two threads use it without one
// of them knowing of the other, when one of the two writes. So it shows whether the simulated code
// hands over memory correctly.
template <class T>
class Plain {
 public:
  Plain() = default;
  explicit Plain(T value) : value_(std::move(value)) {}

  [[nodiscard]] const T& read(Where where = Where::current()) const {
    World& world = World::instance();
    if (world.running()) {
      world.point("read", where);
      begin_run(world);
      const std::size_t me = world.current();
      VectorClock& clock = world.memory().of(me).clock;
      check(clock.knows(writer_, written_), "a thread reads what another one may be writing");
      read_[me] = ++clock[me];
    }
    return value_;
  }
  void write(T value, Where where = Where::current()) {
    World& world = World::instance();
    if (world.running()) {
      world.point("write", where);
      begin_run(world);
      const std::size_t me = world.current();
      VectorClock& clock = world.memory().of(me).clock;
      check(clock.knows(writer_, written_), "two threads write without an order");
      for (std::size_t other = 0; other < kMaxThreads; ++other) {
        check(clock.knows(other, read_[other]), "a thread writes what another one may be reading");
      }
      writer_ = me;
      written_ = ++clock[me];
    }
    value_ = std::move(value);
  }
  // Returns the value without any check.
  [[nodiscard]] const T& peek() const noexcept { return value_; }

 private:
  // Forgets who used it in an earlier run.
  void begin_run(const World& world) const noexcept {
    if (std::exchange(run_, world.runs()) != world.runs()) {
      written_ = 0;
      read_ = {};
    }
  }

  T value_{};
  mutable std::uint64_t run_ = 0;
  mutable std::size_t writer_ = 0;
  mutable std::uint32_t written_ = 0;
  mutable VectorClock read_;
};

}  // namespace simulate
