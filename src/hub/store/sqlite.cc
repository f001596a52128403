#include "hub/store/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <utility>

namespace hookline::hub {
namespace {

// The time that a statement waits for the lock of another connection. It is longer than a query of
// a script may take, so only a lock of another process can cause an error.
constexpr int kBusyMilliseconds = 30'000;

std::unexpected<Error> failure(sqlite3* database) {
  return fail(ErrorCode::kBadArguments, sqlite3_errmsg(database));
}

// Creates the file, because SQLite would make it readable for everybody, and it has password
// hashes.
void make_private_file(const std::string& name) {
  const int file = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file >= 0) {
    ::close(file);
  }
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

void Statement::bind(const std::vector<Value>& values) {
  int index = 0;
  for (const auto& value : values) {
    ++index;
    if (const auto* text = value.as<std::string>()) {
      sqlite3_bind_text64(statement_.get(), index, text->data(), text->size(), SQLITE_TRANSIENT,
                          SQLITE_UTF8);
    } else if (const auto* number = value.as<std::int64_t>()) {
      sqlite3_bind_int64(statement_.get(), index, *number);
    } else if (const auto* flag = value.as<bool>()) {
      sqlite3_bind_int64(statement_.get(), index, *flag ? 1 : 0);
    } else {
      sqlite3_bind_null(statement_.get(), index);
    }
  }
}

Result<Statement::Row> Statement::step() {
  const int status = sqlite3_step(statement_.get());
  if (status == SQLITE_ROW) {
    return Row::kThere;
  }
  if (status != SQLITE_DONE) {
    auto error = failure(sqlite3_db_handle(statement_.get()));
    reset();
    return error;
  }
  reset();
  return Row::kNone;
}

void Statement::reset() noexcept { sqlite3_reset(statement_.get()); }

int Statement::columns() const noexcept { return sqlite3_column_count(statement_.get()); }

std::string_view Statement::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  if (bytes == nullptr) {
    return {};
  }
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

void Database::Close::operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }

std::string Database::memory_name() {
  static std::atomic<int> counter{0};
  return "file:/hookline-" + std::to_string(counter.fetch_add(1)) + "?vfs=memdb";
}

Result<Database> Database::open(const std::string& name) {
  const bool is_memory = name.starts_with("file:/hookline-");
  if (!is_memory) {
    make_private_file(name);
  }
  sqlite3* raw = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                    (is_memory ? SQLITE_OPEN_URI : 0);
  const int status = sqlite3_open_v2(name.c_str(), &raw, flags, nullptr);
  Database database(raw);
  if (status != SQLITE_OK) {
    return raw == nullptr ? fail(ErrorCode::kBadArguments, sqlite3_errstr(status)) : failure(raw);
  }
  sqlite3_busy_timeout(raw, kBusyMilliseconds);
  return database;
}

Result<Statement> Database::prepare(std::string_view sql) const {
  std::string_view rest;
  return prepare(sql, rest);
}

Result<Statement> Database::prepare(std::string_view sql, std::string_view& rest) const {
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  if (sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &raw, &tail) != SQLITE_OK) {
    return failure(handle());
  }
  rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
  if (raw == nullptr) {
    return fail(ErrorCode::kBadArguments, "there is no statement in it");
  }
  return Statement(raw);
}

// NOLINTNEXTLINE(readability-make-member-function-const): it changes what is behind the handle
Result<void> Database::run(const std::string& sql) {
  if (sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return failure(handle());
  }
  return {};
}

Result<std::int64_t> Database::number(std::string_view sql) const {
  auto statement = prepare(sql);
  if (!statement) {
    return std::unexpected(std::move(statement.error()));
  }
  const auto row = statement->step();
  if (!row) {
    return std::unexpected(row.error());
  }
  return *row == Statement::Row::kThere ? statement->number(0) : 0;
}

}  // namespace hookline::hub
