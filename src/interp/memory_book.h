#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "interp/memory_account.h"

namespace hookline::detail {

// Has the accounts of all interpreters of the process. An interpreter is named by its number
// (Interpreter::number()).
//
// Thread safety: all functions from any thread.

// A number that no interpreter has.
inline constexpr std::int64_t kNoInterpreter = -1;

// Returns the total that all accounts draw from. Only MemoryTotalLimit sets its limit.
[[nodiscard]] MemoryTotal& memory_total();

// Limits that total as long as it lives. The least limit of all that live counts.
class MemoryTotalLimit {
 public:
  explicit MemoryTotalLimit(std::size_t bytes);
  MemoryTotalLimit(const MemoryTotalLimit&) = delete;
  MemoryTotalLimit& operator=(const MemoryTotalLimit&) = delete;
  ~MemoryTotalLimit();

 private:
  // Sets the least limit of the list. REQUIRES: the mutex of the accounts.
  static void apply() noexcept;

  const std::size_t bytes_;
  MemoryTotalLimit* next_ = nullptr;  // in the list of those that live
};

// Returns the account of the interpreter that the calling thread is attached to. A thread that is
// attached to none gets the account of the process, which has no limit. REQUIRES: the result is
// used before the thread detaches.
[[nodiscard]] MemoryAccount& memory_account_here() noexcept;

// Returns the account of an interpreter, or nullptr. REQUIRES: it is used before it is closed.
[[nodiscard]] MemoryAccount* memory_account_of(std::int64_t interpreter);

// Closes the account of an interpreter that has ended. REQUIRES: no thread is in it.
void close_memory_account(std::int64_t interpreter);
// Forgets all accounts, because Python starts again and counts its interpreters anew.
void close_memory_accounts();

// Sets a limit for what the interpreter holds; what it has used until now counts. nullopt means no
// limit.
void set_memory_limit(std::int64_t interpreter, std::optional<std::size_t> bytes);
// Lets an interpreter exceed its limit, because it is about to end.
void grant_memory_to_end(std::int64_t interpreter);

// Hold all mutexes of the accounts during fork(), and let go of them afterwards, because the child
// has no other thread that could let go of one.
void hold_memory_book();
void let_go_of_memory_book();

struct InterpreterMemory {
  std::size_t used = 0;
  std::size_t peak = 0;
  std::optional<std::size_t> limit;
};
// Returns the memory of an interpreter, in bytes: arenas of 1 MiB each, which hold all objects of
// up to 512 bytes, and larger blocks. nullopt: it has no account, since nothing was allocated in it
// yet, or Python uses malloc for all (RuntimeOptions::use_system_malloc).
[[nodiscard]] std::optional<InterpreterMemory> interpreter_memory(std::int64_t interpreter);

}  // namespace hookline::detail
