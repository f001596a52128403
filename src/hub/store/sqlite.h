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

// Owns a prepared statement.
//
// Thread safety: as its Database. It must not outlive the Database.
class Statement {
 public:
  enum class Row : std::uint8_t { kThere, kNone };

  // Sets the parameters in their order. None, bool, int and str are allowed; anything else becomes
  // NULL.
  void bind(const std::vector<Value>& values);
  // Goes to the next row. Returns kNone at the end; the statement can then be bound and run again.
  [[nodiscard]] Result<Row> step();
  void reset() noexcept;

  [[nodiscard]] int columns() const noexcept;
  // Read a column of the current row; NULL reads as "" and 0. The text is valid until the next
  // step().
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

// Owns a connection to an SQLite database.
//
// Thread safety: one thread at a time. Errors are kBadArguments with SQLite's message.
class Database {
 public:
  // Opens a file, or creates it so that only its owner can read it; or opens a database in memory,
  // with a name from memory_name().
  [[nodiscard]] static Result<Database> open(const std::string& name);
  // Makes a name for a new database in memory, which exists as long as a connection to it.
  [[nodiscard]] static std::string memory_name();

  [[nodiscard]] Result<Statement> prepare(std::string_view sql) const;
  // Does the same with the first statement of several; `rest` is what follows it.
  [[nodiscard]] Result<Statement> prepare(std::string_view sql, std::string_view& rest) const;
  // Runs statements whose result is not needed.
  [[nodiscard]] Result<void> run(const std::string& sql);
  // Returns the number in the first column of the first row; 0 if there is no row.
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
