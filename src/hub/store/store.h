#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/store/sqlite.h"

namespace hookline::hub {

// What of the hub survives a restart: an SQLite database with one thread that writes.
//
// The hub works on copies in memory, which it reads once at start and changes before it writes:
// only the writer waits for the disk. What is queued together is committed together; a write is
// confirmed, by its future, when it is durable.
//
// Thread safety: write() from any thread; the rest on the thread that opened it, and read() before
// the first write().
class Store {
 public:
  // One statement, and what goes to its parameters. `sql` must be a literal: statements are kept
  // prepared by its address.
  struct Write {
    const char* sql;
    std::vector<Value> values;
  };

  // "" or ":memory:" for one that is gone with the Store. An error names the file, and says what to
  // do.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(const std::string& path);
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  // Writes what is queued.
  ~Store();

  // Calls `row(const Statement&)` for each row of a query.
  template <class F>
  [[nodiscard]] Result<void> read(const char* sql, F row);

  // The future has `result` once all of them are durable, or else the first error; a write that
  // fails is logged too. All are in one transaction, but one that fails undoes only itself.
  [[nodiscard]] Future<Value> write(std::vector<Write> writes, Value result = true);
  // For what nobody waits for.
  void write_later(std::vector<Write> writes);

  // What to tell the operator when the database of this path has an error.
  [[nodiscard]] static Error unusable(const std::string& path, const Error& error);

  // What a second connection to the same database opens.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  struct Group {
    std::vector<Write> writes;
    Value result;
    Promise<Value> promise;
    Result<Value> outcome;
  };
  Store(Database database, std::string name);
  void queue(Group group);
  void serve();
  void commit(std::vector<Group>& groups);
  [[nodiscard]] Result<void> run(const Write& write);
  [[nodiscard]] Result<Statement*> prepared(const char* sql);

  Database database_;
  std::string name_;
  std::unordered_map<const char*, Statement> statements_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Group> queued_;
  bool is_ending_ = false;
  std::thread writer_;
};

template <class F>
Result<void> Store::read(const char* sql, F row) {
  auto statement = database_.prepare(sql);
  if (!statement) {
    return std::unexpected(std::move(statement.error()));
  }
  for (;;) {
    const auto stepped = statement->step();
    if (!stepped) {
      return std::unexpected(stepped.error());
    }
    if (*stepped == Statement::Row::kNone) {
      return {};
    }
    row(*statement);
  }
}

}  // namespace hookline::hub
