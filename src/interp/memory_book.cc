#include "interp/memory_book.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <new>
#include <utility>

#include "marshal/py_ref.h"

namespace hookline::detail {

namespace {

// An interpreter that is ending may exceed its limit by this, because code in Python ends its
// threads and takes its modules apart.
constexpr std::size_t kGraceToEnd = std::size_t{32} << 20U;

struct Book {
  MemoryTotal total;
  MemoryTotalLimit* limits = nullptr;  // the first in a list; guarded by `mutex`
  MemoryAccount& process = *MemoryAccount::open(total);
  std::mutex mutex;
  std::map<std::int64_t, MemoryAccount*> accounts;
  // Counts the changes of `accounts`, so that threads see that what they remember is outdated.
  std::atomic<std::uint64_t> version = 1;

  Book() { process.set_grace(kUnlimited); }
};

// It is never destroyed, because Python may outlive the static objects of C++.
Book& book() {
  static Book& instance = *new Book;
  return instance;
}

// Is the last account that a thread has used. Threads seldom change between interpreters.
struct Remembered {
  const PyInterpreterState* interpreter = nullptr;
  std::uint64_t version = 0;
  MemoryAccount* account = nullptr;
};
[[gnu::tls_model("initial-exec")]] constinit thread_local Remembered remembered;

// Throws std::bad_alloc.
MemoryAccount& find_account(PyInterpreterState* interpreter) {
  const std::scoped_lock lock(book().mutex);
  MemoryAccount*& account = book().accounts[PyInterpreterState_GetID(interpreter)];
  if (account == nullptr) {  // also if open() has thrown the last time
    account = MemoryAccount::open(book().total);
  }
  remembered = {.interpreter = interpreter,
                .version = book().version.load(std::memory_order_relaxed),
                .account = account};
  return *account;
}

}  // namespace

MemoryTotal& memory_total() { return book().total; }

MemoryTotalLimit::MemoryTotalLimit(std::size_t bytes) : bytes_(bytes) {
  const std::scoped_lock lock(book().mutex);
  next_ = std::exchange(book().limits, this);
  apply();
}

MemoryTotalLimit::~MemoryTotalLimit() {
  const std::scoped_lock lock(book().mutex);
  MemoryTotalLimit** place = &book().limits;
  while (*place != this) {
    place = &(*place)->next_;
  }
  *place = next_;
  apply();
}

void MemoryTotalLimit::apply() noexcept {
  std::size_t least = kUnlimited;
  for (const MemoryTotalLimit* limit = book().limits; limit != nullptr; limit = limit->next_) {
    least = std::min(least, limit->bytes_);
  }
  book().total.set_limit(least);
}

MemoryAccount& memory_account_here() noexcept {
  Book& all = book();
  const PyThreadState* const thread = PyThreadState_GetUnchecked();
  if (thread == nullptr) {
    return all.process;
  }
  if (thread->interp == remembered.interpreter &&
      remembered.version == all.version.load(std::memory_order_relaxed)) [[likely]] {
    return *remembered.account;
  }
  try {
    return find_account(thread->interp);
  } catch (const std::bad_alloc&) {
    return all.process;
  }
}

MemoryAccount* memory_account_of(std::int64_t interpreter) {
  const std::scoped_lock lock(book().mutex);
  const auto found = book().accounts.find(interpreter);
  return found != book().accounts.end() ? found->second : nullptr;
}

void close_memory_account(std::int64_t interpreter) {
  const std::scoped_lock lock(book().mutex);
  const auto account = book().accounts.extract(interpreter);
  book().version.fetch_add(1, std::memory_order_relaxed);
  if (!account.empty() && account.mapped() != nullptr) {
    account.mapped()->close();
  }
}

void close_memory_accounts() {
  const std::scoped_lock lock(book().mutex);
  for (const auto& [number, account] : std::exchange(book().accounts, {})) {
    if (account != nullptr) {
      account->close();
    }
  }
  book().version.fetch_add(1, std::memory_order_relaxed);
}

void set_memory_limit(std::int64_t interpreter, std::optional<std::size_t> bytes) {
  if (MemoryAccount* const account = memory_account_of(interpreter)) {
    account->set_limit(bytes);
  }
}

void grant_memory_to_end(std::int64_t interpreter) {
  if (MemoryAccount* const account = memory_account_of(interpreter)) {
    account->set_grace(kGraceToEnd);
  }
}

void hold_memory_book() {
  book().mutex.lock();
  book().total.mutex().lock();
}

void let_go_of_memory_book() {
  book().total.mutex().unlock();
  book().mutex.unlock();
}

// The lock keeps the account from being closed meanwhile.
std::optional<InterpreterMemory> interpreter_memory(std::int64_t interpreter) {
  const std::scoped_lock lock(book().mutex);
  const auto found = book().accounts.find(interpreter);
  if (found == book().accounts.end() || found->second == nullptr) {
    return std::nullopt;
  }
  const MemoryAccount& account = *found->second;
  return InterpreterMemory{
      .used = account.used(), .peak = account.peak(), .limit = account.limit()};
}

}  // namespace hookline::detail
