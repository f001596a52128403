#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/error.h"
#include "hookline/value.h"

struct sqlite3;
struct sqlite3_stmt;

namespace hookline::hub {

class Database;

// One prepared statement, finalized with its owner.
//
// Thread safety: that of its Database. It must not outlive it.
class Statement {
 public:
  enum class Row : std::uint8_t { kThere, kNone };

  // `values` go to the parameters in their order: None, bool, int and str; anything else is NULL.
  void bind(const std::vector<Value>& values);
  // The next row; kNone at the end, after which it may be bound and run again.
  [[nodiscard]] Result<Row> step();
  void reset() noexcept;

  [[nodiscard]] int columns() const noexcept;
  // Of the row that step() came to: NULL reads as "" and 0. The text lives until the next step().
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::int64_t number(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// A connection to an SQLite database.
//
// Thread safety: one thread at a time. Errors are
// kBadArguments, in SQLite's own words.
class Database {
 public:
  // Opens a file, or makes it, for its owner alone to read; or a database in memory, by a name that
  // memory_name() made.
  [[nodiscard]] static Result<Database> open(const std::string& name);
  // A name of a new database in memory, which lives as long as a connection to it does.
  [[nodiscard]] static std::string memory_name();

  [[nodiscard]] Result<Statement> prepare(std::string_view sql) const;
  // As above; `rest` is what follows the first statement.
  [[nodiscard]] Result<Statement> prepare(std::string_view sql, std::string_view& rest) const;
  // Runs statements that return nothing of interest.
  [[nodiscard]] Result<void> run(const std::string& sql);
  // The number in the first column of the first row; 0 if there is none.
  [[nodiscard]] Result<std::int64_t> number(std::string_view sql) const;

  [[nodiscard]] sqlite3* handle() const noexcept { return database_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* database) const noexcept;
  };
  explicit Database(sqlite3* database) : database_(database) {}
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace hookline::hub
