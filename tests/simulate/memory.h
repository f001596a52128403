#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/simulate/clock.h"
#include "tests/simulate/random.h"

namespace simulate {

// Keeps what one simulated thread knows, as the C++ memory model has it.
struct Knowledge {
  VectorClock clock;          // the steps that happened before its next one
  VectorClock acquire_later;  // what relaxed loads have read: an acquire fence adds it to the clock
  VectorClock released;       // the clock at its last release fence, which relaxed stores pass on
};

// The memory of atomic variables. Each variable remembers its last values, and a load may return
// any of them that the C++ memory model allows to the thread: so a store that is not ordered stays
// invisible for a while, as in a processor's store buffer, and more than on any real processor.
//
// All stores of a variable are in the order in which they happen here, and operations that read and
// write find the last one. A fence of all threads together (membarrier) lets every thread know what
// any thread knows.
//
// The variables themselves always have their last value, so whoever looks at them without this
// class (the simulation's own checks) sees that.
class Memory {
 public:
  using Word = std::uint64_t;

  explicit Memory(Random& random) : random_(random), table_(kTable) {}

  // Forgets all variables and what threads know. `stale_one_in`: how often a load looks for an old
  // value; 0: never, which makes the memory sequentially consistent.
  void reset(std::size_t stale_one_in);

  [[nodiscard]] Knowledge& of(std::size_t thread) noexcept { return threads_[thread]; }

  // A variable begins at an address, perhaps where another one was.
  void begin(const void* variable);

  // The operations of a thread. `now` is the value that the variable has. What is stored must also
  // be written to the variable by the caller.
  [[nodiscard]] Word load(std::size_t thread, const void* variable, Word now,
                          std::memory_order order);
  void store(std::size_t thread, const void* variable, Word now, Word value,
             std::memory_order order);
  // Reads the last value and replaces it.
  void exchange(std::size_t thread, const void* variable, Word now, Word value,
                std::memory_order order);
  // Reads the last value, as an exchange that fails does.
  void look(std::size_t thread, const void* variable, Word now, std::memory_order order);
  void fence(std::size_t thread, std::memory_order order);
  // Is a full fence on each of the first `threads` threads.
  void fence_all(std::size_t threads);

  // One thread tells another everything it knows, as unlocking and locking a mutex does.
  void tell(std::size_t thread, VectorClock& board);
  void listen(std::size_t thread, const VectorClock& board);

 private:
  static constexpr std::size_t kHistory = 4;
  static constexpr std::size_t kTableBits = 12;
  static constexpr std::size_t kTable = std::size_t{1} << kTableBits;

  struct Message {
    Word value = 0;
    VectorClock clock;  // what a thread that acquires it learns
    VectorClock seen;   // at which step each thread has seen it first; 0: not yet
  };
  struct Location {
    const void* address = nullptr;
    std::uint64_t run = 0;  // the entry is unused unless this is the current run
    std::uint64_t count = 0;
    std::uint64_t sequential = 0;  // the number of messages when the last seq_cst store was made
    std::array<Message, kHistory> messages;

    [[nodiscard]] Message& last() noexcept { return messages[(count - 1) % kHistory]; }
  };

  Location& find(const void* variable, Word now);
  Location& slot_of(const void* variable);
  Message& append(Location& location, std::size_t thread, Word value, std::memory_order order);
  void see(Message& message, std::size_t thread, std::memory_order order);

  Random& random_;
  std::vector<Location> table_;
  std::uint64_t run_ = 0;
  std::size_t used_ = 0;
  std::size_t stale_one_in_ = 0;
  std::array<Knowledge, kMaxThreads> threads_;
  VectorClock sequential_;  // what the sequentially consistent fences and stores have told
};

}  // namespace simulate
