#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <source_location>
#include <type_traits>
#include <utility>

#include "tests/simulate/world.h"

// This stands in for the standard library, with its names, and stores pointers as bytes.
// NOLINTBEGIN(*-naming,*-nodiscard,*-sizeof-expression,*-multi-level-implicit-pointer-conversion)
namespace simulate {

// Stands for std::atomic in the code that is simulated. It has the same size, so that the layouts
// which the code asserts stay as they are.
template <class T>
class Atomic {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(Memory::Word));
  using Order = std::memory_order;

 public:
  using value_type = T;
  static constexpr bool is_always_lock_free = true;

  constexpr Atomic() noexcept(std::is_nothrow_default_constructible_v<T>) : value_() { begin(); }
  constexpr Atomic(T value) noexcept : value_(value) { begin(); }  // NOLINT(*-explicit-*)
  Atomic(const Atomic&) = delete;
  Atomic& operator=(const Atomic&) = delete;
  ~Atomic() = default;

  [[nodiscard]] bool is_lock_free() const noexcept { return true; }

  T load(Order order = Order::seq_cst, Where where = Where::current()) const noexcept {
    World& world = World::instance();
    if (!world.running()) {
      return value_;
    }
    world.point("load", where);
    const T value = from_word(world.memory().load(world.current(), this, to_word(value_), order));
    trace(world, value);
    return value;
  }
  operator T() const noexcept { return load(); }  // NOLINT(*-explicit-*)

  void store(T value, Order order = Order::seq_cst, Where where = Where::current()) noexcept {
    World& world = World::instance();
    if (world.running()) {
      world.point("store", where);
      world.memory().store(world.current(), this, to_word(value_), to_word(value), order);
      trace(world, value);
    }
    value_ = value;
  }
  T operator=(T value) noexcept {  // NOLINT(*-assign*)
    store(value);
    return value;
  }

  T exchange(T value, Order order = Order::seq_cst, Where where = Where::current()) noexcept {
    return change("exchange", [&](T) { return value; }, order, where);
  }

  bool compare_exchange_strong(T& expected, T desired, Order success, Order failure,
                               Where where = Where::current()) noexcept {
    return compare_exchange("cas", false, expected, desired, success, failure, where);
  }
  bool compare_exchange_strong(T& expected, T desired, Order order = Order::seq_cst,
                               Where where = Where::current()) noexcept {
    return compare_exchange("cas", false, expected, desired, order, for_failure(order), where);
  }
  bool compare_exchange_weak(T& expected, T desired, Order success, Order failure,
                             Where where = Where::current()) noexcept {
    return compare_exchange("weak cas", true, expected, desired, success, failure, where);
  }
  bool compare_exchange_weak(T& expected, T desired, Order order = Order::seq_cst,
                             Where where = Where::current()) noexcept {
    return compare_exchange("weak cas", true, expected, desired, order, for_failure(order), where);
  }

  template <class D>
  T fetch_add(D by, Order order = Order::seq_cst, Where where = Where::current()) noexcept {
    return change("fetch_add", [&](T was) { return add(was, by); }, order, where);
  }
  template <class D>
  T fetch_sub(D by, Order order = Order::seq_cst, Where where = Where::current()) noexcept {
    return change("fetch_sub", [&](T was) { return subtract(was, by); }, order, where);
  }
  T fetch_or(T bits, Order order = Order::seq_cst, Where where = Where::current()) noexcept {
    return change("fetch_or", [&](T was) { return static_cast<T>(was | bits); }, order, where);
  }
  T fetch_and(T bits, Order order = Order::seq_cst, Where where = Where::current()) noexcept {
    return change("fetch_and", [&](T was) { return static_cast<T>(was & bits); }, order, where);
  }
  T operator++() noexcept { return static_cast<T>(fetch_add(1) + 1); }
  T operator++(int) noexcept { return fetch_add(1); }
  T operator--() noexcept { return static_cast<T>(fetch_sub(1) - 1); }
  T operator--(int) noexcept { return fetch_sub(1); }

 private:
  static Memory::Word to_word(const T& value) noexcept {
    Memory::Word word = 0;
    std::memcpy(&word, &value, sizeof value);
    return word;
  }
  static T from_word(Memory::Word word) noexcept {
    T value;
    std::memcpy(&value, &word, sizeof value);
    return value;
  }
  template <class D>
  static T add(T was, D by) noexcept {
    if constexpr (std::is_pointer_v<T>) {
      return was + by;
    } else {
      return static_cast<T>(was + static_cast<T>(by));
    }
  }
  template <class D>
  static T subtract(T was, D by) noexcept {
    if constexpr (std::is_pointer_v<T>) {
      return was - by;
    } else {
      return static_cast<T>(was - static_cast<T>(by));
    }
  }
  static constexpr Order for_failure(Order order) noexcept {
    return order == Order::acq_rel   ? Order::acquire
           : order == Order::release ? Order::relaxed
                                     : order;
  }
  constexpr void begin() const noexcept {
    if (!std::is_constant_evaluated() && World::instance().running()) {
      World::instance().memory().begin(this);
    }
  }
  static void trace(World& world, const T& value) {
    if (world.tracing()) {
      world.note(to_word(value));
    }
  }

  template <class Change>
  T change(const char* what, Change new_value, Order order, const Where& where) noexcept {
    World& world = World::instance();
    if (!world.running()) {
      return std::exchange(value_, new_value(value_));
    }
    world.point(what, where);
    const T was = value_;
    value_ = new_value(was);
    world.memory().exchange(world.current(), this, to_word(was), to_word(value_), order);
    trace(world, value_);
    return was;
  }

  bool compare_exchange(const char* what, bool weak, T& expected, T desired, Order success,
                        Order failure, const Where& where) noexcept {
    World& world = World::instance();
    const bool running = world.running();
    if (running) {
      world.point(what, where);
    }
    const bool equal = to_word(value_) == to_word(expected);
    if (!running) {
      (equal ? value_ : expected) = equal ? desired : value_;
      return equal;
    }
    if (!equal || (weak && world.random().once_in(kSpuriousOneIn))) {
      world.memory().look(world.current(), this, to_word(value_), failure);
      expected = value_;
      trace(world, value_);
      return false;
    }
    world.memory().exchange(world.current(), this, to_word(value_), to_word(desired), success);
    value_ = desired;
    trace(world, value_);
    return true;
  }

  static constexpr std::size_t kSpuriousOneIn = 16;

  T value_;
};

class AtomicFlag {
 public:
  bool test_and_set(std::memory_order order = std::memory_order_seq_cst,
                    Where where = Where::current()) noexcept {
    return set_.exchange(true, order, where);
  }
  void clear(std::memory_order order = std::memory_order_seq_cst,
             Where where = Where::current()) noexcept {
    set_.store(false, order, where);
  }

 private:
  Atomic<bool> set_{false};
};

inline void atomic_thread_fence(std::memory_order order, Where where = Where::current()) noexcept {
  World& world = World::instance();
  if (world.running()) {
    world.point("fence", where);
    world.memory().fence(world.current(), order);
  }
}

}  // namespace simulate
// NOLINTEND(*-naming,*-nodiscard,*-sizeof-expression,*-multi-level-implicit-pointer-conversion)
