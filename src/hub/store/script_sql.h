#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/base/work_thread.h"
#include "hub/store/sqlite.h"

struct sqlite3;

namespace hookline::hub {

// Restricts a connection to what scripts may do. They may read everything except the password
// hashes, and write and create tables and indices, except those named hub_*, which are the hub's.
// Everything else is refused: other databases, transactions that outlast a statement, extensions,
// PRAGMAs that change something. `why` must outlive the connection; it receives a clause that says
// why a statement was refused.
void guard_scripts_sql(sqlite3* database, std::string_view& why);

// Runs the queries of scripts (vh.SQL) on the hub's database, with a connection and a thread of
// their own: one guarded statement each, with limits on its time and its result.
//
// Thread safety: run() from any thread, all other methods on one thread. The destructor interrupts
// the query that is running.
class ScriptSql {
 public:
  static constexpr std::int64_t kMaxRows = 10'000;
  static constexpr std::size_t kMaxBytes = 16u << 20;
  // Limits the size of one value. The timeout is checked between the steps of a statement, and not
  // within a function such as instr() or replace(), which would take minutes on longer texts.
  static constexpr std::size_t kMaxValueBytes = 1u << 20;
  static constexpr int kMaxPatternBytes = 1'000;

  // `name` is Store::name(). Each statement may run for `timeout` of real time.
  [[nodiscard]] static Result<std::unique_ptr<ScriptSql>> open(const std::string& name,
                                                               Duration timeout);
  ScriptSql(const ScriptSql&) = delete;
  ScriptSql& operator=(const ScriptSql&) = delete;
  ~ScriptSql();

  // Runs a query. The future has (1, rows) with the first `limit` rows, each a list of str; or (0,
  // []) after an error, which is logged with `who`.
  [[nodiscard]] Future<Value> run(std::string who, std::string query, std::int64_t limit);

 private:
  ScriptSql(Database database, Duration timeout);
  static int is_over(void* self);
  [[nodiscard]] Result<List> rows_of(const std::string& query, std::int64_t limit);

  Database database_;
  Duration timeout_;
  TimePoint deadline_ = kNoDeadline;  // limits the running query; used by its thread only
  std::string_view why_refused_;      // used by the same thread
  std::atomic<bool> is_ending_{false};
  std::unique_ptr<WorkThread> thread_;
};

}  // namespace hookline::hub
