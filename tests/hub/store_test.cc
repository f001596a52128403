#include "hub/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "tests/plugin/test_scripts.h"

namespace hookline::test {

using namespace hub;

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kInsert = "INSERT INTO hub_settings(conf, name, value) VALUES(?, ?, ?)";
constexpr const char* kRead = "SELECT conf || '.' || name || '=' || value FROM hub_settings";

class StoreTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string path() const { return (folder.path() / "hub.db").string(); }

  [[nodiscard]] static std::unique_ptr<Store> open(const std::string& name) {
    auto store = Store::open(name);
    EXPECT_TRUE(store) << store.error().message;
    return store ? *std::move(store) : nullptr;
  }

  [[nodiscard]] static std::string why_not(const std::string& name) {
    const auto store = Store::open(name);
    EXPECT_FALSE(store);
    return store ? std::string() : store.error().message;
  }

  [[nodiscard]] static std::vector<std::string> rows(Store& store) {
    std::vector<std::string> out;
    EXPECT_TRUE(store.read(kRead, [&](const Statement& row) { out.emplace_back(row.text(0)); }));
    return out;
  }

  TempFolder folder;
};

TEST_F(StoreTest, KeepsWhatWasConfirmed) {
  {
    auto store = open(path());
    EXPECT_EQ(store->write({{kInsert, {"a", "b", "c"}}}, 7).get(), Value(7));
  }
  EXPECT_THAT(rows(*open(path())), ElementsAre("a.b=c"));
}

TEST_F(StoreTest, WritesWhatIsQueuedBeforeItEnds) {
  {
    auto store = open(path());
    store->write_later({{kInsert, {"a", "b", "1"}}, {kInsert, {"a", "c", "2"}}});
  }
  EXPECT_THAT(rows(*open(path())), ElementsAre("a.b=1", "a.c=2"));
}

TEST_F(StoreTest, AWriteThatFailsUndoesOnlyItself) {
  {
    auto store = open(path());
    auto first = store->write({{kInsert, {"a", "b", "1"}}});
    auto second = store->write({{kInsert, {"a", "b", "2"}}});
    auto third = store->write({{kInsert, {"a", "c", "3"}}});
    EXPECT_EQ(first.get(), Value(true));
    const auto refused = second.get();
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("UNIQUE"));
    EXPECT_EQ(third.get(), Value(true));
  }
  EXPECT_THAT(rows(*open(path())), ElementsAre("a.b=1", "a.c=3"));
}

TEST_F(StoreTest, ADatabaseInMemoryIsForgotten) {
  {
    auto store = open(":memory:");
    EXPECT_EQ(store->write({{kInsert, {"a", "b", "c"}}}).get(), Value(true));
  }
  EXPECT_THAT(rows(*open("")), ElementsAre());
}

TEST_F(StoreTest, TheFileIsForItsOwnerAlone) {
  const auto store = open(path());
  struct stat status{};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
}

TEST_F(StoreTest, AFileThatIsNoDatabaseIsNamed) {
  folder.write("hub.db", std::string(4096, 'x'));
  const auto why = why_not(path());
  EXPECT_THAT(why, HasSubstr(path()));
  EXPECT_THAT(why, HasSubstr("file is not a database"));
  EXPECT_THAT(why, HasSubstr("move it away"));
}

TEST_F(StoreTest, AFolderThatIsNotThereIsNamed) {
  EXPECT_THAT(why_not((folder.path() / "no" / "hub.db").string()), HasSubstr("no/hub.db"));
}

TEST_F(StoreTest, ANewerSchemaIsRefused) {
  {
    auto database = Database::open(path());
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->run("PRAGMA user_version = 1000"));
  }
  EXPECT_THAT(why_not(path()), HasSubstr("newer hookline (schema 1000"));
}

TEST_F(StoreTest, AnOlderSchemaIsBroughtUpToDate) {
  {
    // Makes the tables of the first version.
    auto store = open(path());
    EXPECT_EQ(store->write({{kInsert, {"a", "b", "c"}}}).get(), Value(true));
  }
  {
    auto database = Database::open(path());
    ASSERT_TRUE(database);
    ASSERT_TRUE(
        database->run("DROP TABLE hub_scripts; DROP TABLE hub_script_log;"
                      "PRAGMA user_version = 1"));
  }
  auto store = open(path());
  EXPECT_THAT(rows(*store), ElementsAre("a.b=c"));
  EXPECT_TRUE(store->read("SELECT * FROM hub_scripts", [](const Statement&) {}));
  auto database = Database::open(path());
  ASSERT_TRUE(database);
  EXPECT_EQ(database->number("PRAGMA user_version"), schema_version());
}

}  // namespace
}  // namespace hookline::test
