#include <array>
#include <string>
#include <utility>

#include "hub/store/store.h"

namespace hookline::hub {
namespace {

// Lists one migration for each version, oldest first. A released migration never changes. `nick` is
// folded, `shown` is as it was written; times are seconds since the epoch.
constexpr auto kMigrations = std::to_array<const char*>({
    R"sql(
CREATE TABLE hub_registrations(
  nick TEXT PRIMARY KEY, shown TEXT NOT NULL, class INTEGER NOT NULL, password TEXT NOT NULL,
  op TEXT NOT NULL, registered_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE hub_bans(
  id INTEGER PRIMARY KEY, type INTEGER NOT NULL, nick TEXT NOT NULL, address TEXT NOT NULL,
  op TEXT NOT NULL, reason TEXT NOT NULL, banned_at INTEGER NOT NULL, until INTEGER NOT NULL);
CREATE TABLE hub_kicks(
  id INTEGER PRIMARY KEY, nick TEXT NOT NULL, ip TEXT NOT NULL, op TEXT NOT NULL,
  reason TEXT NOT NULL, note_op TEXT NOT NULL, note_usr TEXT NOT NULL, kicked_at INTEGER NOT NULL);
CREATE TABLE hub_restrictions(
  nick TEXT NOT NULL, kind INTEGER NOT NULL, until INTEGER NOT NULL,
  PRIMARY KEY(nick, kind)) WITHOUT ROWID;
CREATE TABLE hub_settings(
  conf TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY(conf, name)) WITHOUT ROWID;
)sql",
    R"sql(
CREATE TABLE hub_scripts(path TEXT PRIMARY KEY, is_loaded INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE hub_script_log(id INTEGER PRIMARY KEY CHECK (id = 1), level TEXT NOT NULL);
)sql",
});

Result<void> run_migrations(Database& database, std::size_t from) {
  for (std::size_t version = from; version < kMigrations.size(); ++version) {
    if (auto done = database.run(kMigrations.at(version)); !done) {
      return done;
    }
  }
  return database.run("PRAGMA user_version = " + std::to_string(kMigrations.size()));
}

}  // namespace

int schema_version() noexcept { return static_cast<int>(kMigrations.size()); }

Result<void> migrate(Database& database) {
  const auto version = database.number("PRAGMA user_version");
  if (!version) {
    return std::unexpected(version.error());
  }
  if (*version > schema_version()) {
    return fail(ErrorCode::kBadArguments, "it was written by a newer hookline (schema " +
                                              std::to_string(*version) + ", while this one knows " +
                                              std::to_string(schema_version()) + ")");
  }
  if (*version == schema_version()) {
    return {};
  }
  if (auto begun = database.run("BEGIN IMMEDIATE"); !begun) {
    return begun;
  }
  auto done = run_migrations(database, static_cast<std::size_t>(*version));
  auto ended = database.run(done ? "COMMIT" : "ROLLBACK");
  return done ? ended : done;
}

}  // namespace hookline::hub
