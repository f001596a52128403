#include "tests/simulate/memory.h"

#include <cstdio>
#include <cstdlib>

namespace simulate {
namespace {

bool acquires(std::memory_order order) noexcept {
  return order != std::memory_order_relaxed && order != std::memory_order_release;
}

bool releases(std::memory_order order) noexcept {
  return order == std::memory_order_release || order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}

}  // namespace

void Memory::reset(std::size_t stale_one_in) {
  ++run_;
  used_ = 0;
  stale_one_in_ = stale_one_in;
  threads_ = {};
  sequential_ = {};
}

Memory::Location& Memory::slot_of(const void* variable) {
  const auto number = reinterpret_cast<std::uintptr_t>(variable);
  std::size_t at = static_cast<std::size_t>((number * 0x9E37'79B9'7F4A'7C15) >> (64 - kTableBits));
  while (table_[at].run == run_ && table_[at].address != variable) {
    at = (at + 1) % kTable;
  }
  return table_[at];
}

Memory::Location& Memory::find(const void* variable, Word now) {
  Location& location = slot_of(variable);
  if (location.run != run_) {
    if (++used_ > kTable / 2) {
      std::fputs("simulate: too many atomic variables in one run\n", stderr);
      std::abort();
    }
    location.address = variable;
    location.run = run_;
    location.count = 0;
  }
  if (location.count == 0) {
    location.count = 1;
    location.sequential = 0;
    location.messages[0] = {.value = now, .clock = {}, .seen = {}};
  }
  return location;
}

void Memory::begin(const void* variable) {
  Location& location = slot_of(variable);
  if (location.run == run_) {
    location.count = 0;
  }
}

void Memory::see(Message& message, std::size_t thread, std::memory_order order) {
  Knowledge& knowledge = threads_[thread];
  if (message.seen[thread] == 0) {
    message.seen[thread] = ++knowledge.clock[thread];
  }
  (acquires(order) ? knowledge.clock : knowledge.acquire_later).join(message.clock);
}

// A message is too old if a later one has been seen by a step that happened before this load.
Memory::Word Memory::load(std::size_t thread, const void* variable, Word now,
                          std::memory_order order) {
  Location& location = find(variable, now);
  std::uint64_t chosen = location.count - 1;
  if (random_.once_in(stale_one_in_)) {
    std::uint64_t oldest = location.count > kHistory ? location.count - kHistory : 0;
    if (order == std::memory_order_seq_cst && location.sequential > oldest + 1) {
      oldest = location.sequential - 1;
    }
    const VectorClock& clock = threads_[thread].clock;
    for (std::uint64_t at = chosen; at > oldest; --at) {
      const VectorClock& seen = location.messages[at % kHistory].seen;
      bool known = false;
      for (std::size_t other = 0; other < kMaxThreads && !known; ++other) {
        known = seen[other] != 0 && clock.knows(other, seen[other]);
      }
      if (known) {
        oldest = at;
      }
    }
    chosen = oldest + random_.below(static_cast<std::size_t>(chosen - oldest) + 1);
  }
  Message& message = location.messages[chosen % kHistory];
  see(message, thread, order);
  return message.value;
}

Memory::Message& Memory::append(Location& location, std::size_t thread, Word value,
                                std::memory_order order) {
  Knowledge& knowledge = threads_[thread];
  const std::uint32_t step = ++knowledge.clock[thread];
  Message& message = location.messages[location.count++ % kHistory];
  message.value = value;
  message.clock = releases(order) ? knowledge.clock : knowledge.released;
  message.seen = {};
  message.seen[thread] = step;
  if (order == std::memory_order_seq_cst) {
    location.sequential = location.count;
    sequential_.join(knowledge.clock);
  }
  return message;
}

void Memory::store(std::size_t thread, const void* variable, Word now, Word value,
                   std::memory_order order) {
  append(find(variable, now), thread, value, order);
}

// The new message also passes on all that the last one has passed on (a release sequence).
void Memory::exchange(std::size_t thread, const void* variable, Word now, Word value,
                      std::memory_order order) {
  Location& location = find(variable, now);
  const VectorClock passed_on = location.last().clock;
  see(location.last(), thread, order);
  append(location, thread, value, order).clock.join(passed_on);
}

void Memory::look(std::size_t thread, const void* variable, Word now, std::memory_order order) {
  see(find(variable, now).last(), thread, order);
}

void Memory::fence(std::size_t thread, std::memory_order order) {
  Knowledge& knowledge = threads_[thread];
  if (acquires(order)) {
    knowledge.clock.join(knowledge.acquire_later);
  }
  if (order == std::memory_order_seq_cst) {
    knowledge.clock.join(sequential_);
    sequential_.join(knowledge.clock);
  }
  if (releases(order)) {
    knowledge.released = knowledge.clock;
  }
}

void Memory::fence_all(std::size_t threads) {
  VectorClock all = sequential_;
  for (std::size_t i = 0; i < threads; ++i) {
    all.join(threads_[i].clock);
    all.join(threads_[i].acquire_later);
  }
  sequential_ = all;
  for (std::size_t i = 0; i < threads; ++i) {
    threads_[i].clock = all;
    threads_[i].released = all;
  }
}

void Memory::tell(std::size_t thread, VectorClock& board) {
  board.join(threads_[thread].clock);
  ++threads_[thread].clock[thread];
}

void Memory::listen(std::size_t thread, const VectorClock& board) {
  threads_[thread].clock.join(board);
}

}  // namespace simulate
