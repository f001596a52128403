#include "hub/store/script_sql.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

#include "hub/store/store.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/log_capture.h"

namespace hookline::test {

using namespace hub;

namespace {

const Value kRefused = Tuple{{Value(0), Value(List())}};

Value rows(List list) { return Tuple{{Value(1), Value(std::move(list))}}; }

class ScriptSqlTest : public ::testing::TestWithParam<bool> {
 protected:
  void start(Duration timeout = std::chrono::hours(1)) {
    auto opened = Store::open(GetParam() ? std::string() : (folder.path() / "hub.db").string());
    ASSERT_TRUE(opened);
    store = *std::move(opened);
    auto connected = ScriptSql::open(store->name(), timeout);
    ASSERT_TRUE(connected);
    sql = *std::move(connected);
  }

  [[nodiscard]] Value run(std::string query, std::int64_t limit = 100) const {
    auto result = sql->run("test", std::move(query), limit).get();
    EXPECT_TRUE(result);
    return result.value_or(Value());
  }

  TempFolder folder;
  std::unique_ptr<Store> store;
  std::unique_ptr<ScriptSql> sql;
};

TEST_P(ScriptSqlTest, ScriptsHaveTheirOwnTables) {
  start();
  EXPECT_EQ(run("CREATE TABLE notes(id INTEGER PRIMARY KEY, text)"), rows({}));
  EXPECT_EQ(run("INSERT INTO notes(text) VALUES('one'), (NULL), (3)"), rows({}));
  EXPECT_EQ(run("CREATE INDEX by_text ON notes(text)"), rows({}));
  EXPECT_EQ(run("UPDATE notes SET text = 'two' WHERE id = 2"), rows({}));
  EXPECT_EQ(run("SELECT id, text FROM notes ORDER BY id;"),
            rows({Value(List{"1", "one"}), Value(List{"2", "two"}), Value(List{"3", "3"})}));
  EXPECT_EQ(run("SELECT id FROM notes ORDER BY id", 2), rows({Value(List{"1"}), Value(List{"2"})}));
  EXPECT_EQ(run("SELECT id FROM notes", 0), rows({}));
  EXPECT_EQ(run("DROP TABLE notes"), rows({}));
  EXPECT_EQ(run("SELECT * FROM notes"), kRefused);
}

TEST_P(ScriptSqlTest, TheHubsTablesMayBeRead) {
  start();
  EXPECT_EQ(store
                ->write({{"INSERT INTO hub_settings(conf, name, value) VALUES(?, ?, ?)",
                          {"a", "b", "c"}}})
                .get(),
            Value(true));
  EXPECT_EQ(run("SELECT * FROM hub_settings"), rows({Value(List{"a", "b", "c"})}));
  EXPECT_EQ(run("SELECT nick, class FROM hub_registrations"), rows({}));
}

TEST_P(ScriptSqlTest, WhatIsNotTheirsIsRefused) {
  start();
  EXPECT_EQ(run("CREATE TABLE mine(a)"), rows({}));
  for (const char* query : {
           "SELECT password FROM hub_registrations",
           "SELECT * FROM HUB_registrations",
           "INSERT INTO hub_settings VALUES('a', 'b', 'c')",
           "UPDATE hub_registrations SET class = 10",
           "DELETE FROM hub_bans",
           "DROP TABLE hub_bans",
           "ALTER TABLE hub_bans ADD COLUMN more",
           "CREATE TABLE hub_mine(a)",
           "CREATE TABLE HUB_mine(a)",
           "CREATE INDEX mine_too ON hub_bans(nick)",
           "CREATE TRIGGER t AFTER INSERT ON hub_bans BEGIN DELETE FROM mine; END",
           "CREATE TRIGGER t AFTER INSERT ON mine BEGIN DELETE FROM hub_bans; END",
           "CREATE TEMP TABLE t(a)",
           "CREATE VIRTUAL TABLE t USING fts5(a)",
           "ATTACH ':memory:' AS other",
           "DETACH main",
           "VACUUM",
           "VACUUM INTO '/tmp/copy'",
           "BEGIN",
           "SAVEPOINT s",
           "PRAGMA journal_mode = DELETE",
           "PRAGMA user_version = 0",
           "PRAGMA writable_schema = 1",
           "SELECT load_extension('x')",
           "UPDATE sqlite_master SET sql = ''",
           "SELECT 1; SELECT 2",
           "",
           "no SQL at all",
       }) {
    EXPECT_EQ(run(query), kRefused) << query;
  }
  EXPECT_EQ(run("SELECT count(*) FROM mine"), rows({Value(List{"0"})}));
}

TEST_P(ScriptSqlTest, WhatIsRefusedSaysWhy) {
  struct Case {
    const char* query;
    const char* why;
  };
  start();
  for (const auto& [query, why] : std::to_array<Case>({
           {"ATTACH ':memory:' AS other", "other databases cannot be attached"},
           {"BEGIN", "each call is a transaction of its own"},
           {"SELECT password FROM hub_registrations", "passwords cannot be read"},
           {"DELETE FROM hub_bans", "tables named hub_* are the hub's"},
           {"CREATE TEMP TABLE t(a)", "temporary tables cannot be made"},
           {"PRAGMA user_version = 0", "of PRAGMAs there are those that describe a table"},
           {"SELECT * FROM absent", "no such table: absent"},
       })) {
    const LogCapture log;
    EXPECT_EQ(run(query), kRefused) << query;
    EXPECT_EQ(log.count(std::string("test: vh.SQL: ") + why), 1)
        << query << ": " << ::testing::PrintToString(log.lines());
  }
}

TEST_P(ScriptSqlTest, AValueThatWouldTakeAFunctionMinutesIsRefused) {
  start();
  EXPECT_EQ(run("SELECT length(hex(zeroblob(500000)))"), rows({Value(List{"1000000"})}));
  EXPECT_EQ(run("SELECT instr(hex(zeroblob(3900000)), hex(zeroblob(1900000)) || 1)"), kRefused);
  EXPECT_EQ(run("SELECT 'a' LIKE hex(zeroblob(501))"), kRefused);
}

TEST_P(ScriptSqlTest, AViewDoesNotShowThePasswords) {
  start();
  static_cast<void>(run("CREATE VIEW peek AS SELECT password FROM hub_registrations"));
  EXPECT_EQ(run("SELECT * FROM peek"), kRefused);
}

// Only the timeout ends this query.
constexpr const char* kEndless =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

TEST_P(ScriptSqlTest, AQueryThatTakesTooLongIsGivenUp) {
  start(std::chrono::milliseconds(20));
  EXPECT_EQ(run(kEndless), kRefused);
}

TEST_P(ScriptSqlTest, TheEndInterruptsAQuery) {
  start();
  auto running = sql->run("test", kEndless, 1);
  auto waiting = sql->run("test", "SELECT 1", 1);
  sql.reset();
  const auto interrupted = running.get();
  EXPECT_TRUE(!interrupted || *interrupted == kRefused);
  EXPECT_EQ(waiting.get().error().code, ErrorCode::kShuttingDown);
}

TEST_P(ScriptSqlTest, AResultThatIsTooLongIsRefused) {
  start();
  EXPECT_EQ(run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                " SELECT hex(zeroblob(500000)) FROM n",
                10'000),
            kRefused);
}

INSTANTIATE_TEST_SUITE_P(FileAndMemory, ScriptSqlTest, ::testing::Bool());

}  // namespace
}  // namespace hookline::test
