#include "hub/store/script_sql.h"

#include <spdlog/spdlog.h>
#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "hookline/future.h"

namespace hookline::hub {
namespace {

// SQLite checks the time after this number of steps, which take some microseconds.
constexpr int kStepsBetweenLooks = 1'000;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n;") == std::string_view::npos;
}

Value answer(bool success, List rows) {
  return Tuple{{Value(success ? 1 : 0), Value(std::move(rows))}};
}

}  // namespace

Result<std::unique_ptr<ScriptSql>> ScriptSql::open(const std::string& name, Duration timeout) {
  auto database = Database::open(name);
  if (!database) {
    return std::unexpected(std::move(database.error()));
  }
  if (auto done = database->run("PRAGMA synchronous = FULL"); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return std::unique_ptr<ScriptSql>(new ScriptSql(*std::move(database), timeout));
}

ScriptSql::ScriptSql(Database database, Duration timeout)
    : database_(std::move(database)), timeout_(timeout) {
  guard_scripts_sql(database_.handle(), why_refused_);
  sqlite3_limit(database_.handle(), SQLITE_LIMIT_LENGTH, static_cast<int>(kMaxValueBytes));
  sqlite3_limit(database_.handle(), SQLITE_LIMIT_LIKE_PATTERN_LENGTH, kMaxPatternBytes);
  sqlite3_progress_handler(database_.handle(), kStepsBetweenLooks, &ScriptSql::is_over, this);
  thread_ = std::make_unique<WorkThread>();
}

ScriptSql::~ScriptSql() {
  is_ending_.store(true);
  thread_.reset();
}

int ScriptSql::is_over(void* self) {
  const auto& sql = *static_cast<const ScriptSql*>(self);
  return sql.is_ending_.load() || Clock::system().now() >= sql.deadline_ ? 1 : 0;
}

Future<Value> ScriptSql::run(std::string who, std::string query, std::int64_t limit) {
  Promise<Value> promise;
  auto future = promise.future();
  thread_->post([this, who = std::move(who), query = std::move(query), limit,
                 promise = std::move(promise)]() mutable {
    if (is_ending_.load()) {
      return;  // the promise reports it when it is destroyed
    }
    deadline_ = Clock::system().now() + timeout_;
    auto rows = rows_of(query, std::clamp<std::int64_t>(limit, 0, kMaxRows));
    if (!rows) {
      spdlog::warn("{}: vh.SQL: {}", who, rows.error().message);
    }
    const bool good = rows.has_value();
    promise.set(answer(good, good ? *std::move(rows) : List()));
  });
  return future;
}

Result<List> ScriptSql::rows_of(const std::string& query, std::int64_t limit) {
  std::string_view rest;
  why_refused_ = {};
  auto statement = database_.prepare(query, rest);
  if (!statement) {
    return why_refused_.empty() ? std::unexpected(std::move(statement.error()))
                                : fail(ErrorCode::kBadArguments, std::string(why_refused_));
  }
  if (!is_blank(rest)) {
    return fail(ErrorCode::kBadArguments, "only one statement at a time: call it once for each");
  }
  List rows;
  std::size_t bytes = 0;
  for (;;) {
    const auto row = statement->step();
    if (!row) {
      return std::unexpected(row.error());
    }
    if (*row == Statement::Row::kNone || std::cmp_greater_equal(rows.size(), limit)) {
      return rows;
    }
    List texts;
    for (int column = 0; column < statement->columns(); ++column) {
      texts.emplace_back(statement->text(column));
      bytes += statement->text(column).size();
    }
    if (bytes > kMaxBytes) {
      return fail(ErrorCode::kBadArguments, "the result is too long: ask for less at a time");
    }
    rows.emplace_back(std::move(texts));
  }
}

}  // namespace hookline::hub
