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

// Creates the hub's tables, all named hub_*, or converts those of an older version in one
// transaction. Fails with kBadArguments if a newer version wrote the database.
[[nodiscard]] Result<void> migrate(Database& database);

// Returns the version of the tables that migrate() makes: the number in `PRAGMA user_version`.
[[nodiscard]] int schema_version() noexcept;

// Keeps the hub's data across restarts, in an SQLite database that one thread writes.
//
// The hub works on copies in memory. It reads them once at start, and changes them before it
// writes, so that only the writing thread waits for the disk. Writes that are queued when the
// thread is ready are committed together. A write's future completes when the write is durable.
//
// Thread safety: write() from any thread; all other methods on the thread that opened it. read()
// REQUIRES that there was no write().
class Store {
 public:
  // Holds one statement and the values of its parameters. `sql` must be a literal, because prepared
  // statements are kept by its address.
  struct Write {
    const char* sql;
    std::vector<Value> values;
  };

  // Opens a database. With "" or ":memory:" the data is lost when the Store is destroyed. An error
  // names the file and says what to do.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(const std::string& path);
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  // Performs all queued writes first.
  ~Store();

  // Calls `row(const Statement&)` for each row of a query.
  template <class F>
  [[nodiscard]] Result<void> read(const char* sql, F row);

  // Performs these writes. The future has `result` once all of them are durable, or the first
  // error. A write that fails is logged, too. They share one transaction, but a write that fails
  // undoes only itself.
  [[nodiscard]] Future<Value> write(std::vector<Write> writes, Value result = true);
  // Does the same for a caller that does not need the result.
  void write_later(std::vector<Write> writes);

  // Returns the error to show to the operator when the database at `path` cannot be used.
  [[nodiscard]] static Error unusable(const std::string& path, const Error& error);

  // Returns the name with which a second connection opens the same database.
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
