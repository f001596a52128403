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

namespace hookline::hub {

// The queries of scripts (vh.SQL), on the hub's database but on a connection and a thread of their
// own: one statement each, guarded (sql_guard.h), for a limited time and with a limited result.
//
// Thread safety: run() from any thread; the rest on one. When it is destroyed, the query that is
// running is interrupted.
class ScriptSql {
 public:
  static constexpr std::int64_t kMostRows = 10'000;
  static constexpr std::size_t kMostBytes = 16u << 20;
  // Of one value. The time is looked at between the steps of a statement, not within a function
  // (instr, replace), which on longer texts takes minutes.
  static constexpr std::size_t kMostValueBytes = 1u << 20;
  static constexpr int kMostPatternBytes = 1'000;

  // `name` as of Store::name(). `timeout` of system time for each statement.
  [[nodiscard]] static Result<std::unique_ptr<ScriptSql>> open(const std::string& name,
                                                               Duration timeout);
  ScriptSql(const ScriptSql&) = delete;
  ScriptSql& operator=(const ScriptSql&) = delete;
  ~ScriptSql();

  // (1, rows), the first `limit` of them, each a list of texts; or (0, []), and the reason is
  // logged with `who`.
  [[nodiscard]] Future<Value> run(std::string who, std::string query, std::int64_t limit);

 private:
  ScriptSql(Database database, Duration timeout);
  static int is_over(void* self);
  [[nodiscard]] Result<List> rows_of(const std::string& query, std::int64_t limit);

  Database database_;
  Duration timeout_;
  TimePoint deadline_ = kNoDeadline;  // of the running query; its thread's
  std::string_view why_refused_;      // likewise
  std::atomic<bool> is_ending_{false};
  std::unique_ptr<WorkThread> thread_;
};

}  // namespace hookline::hub
