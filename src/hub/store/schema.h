#pragma once

#include "hookline/error.h"
#include "hub/store/sqlite.h"

namespace hookline::hub {

// The tables of the hub, all named hub_*, as this version of it knows them. A file of an older
// version is brought up to date in one transaction; one of a newer version is an error.
[[nodiscard]] Result<void> migrate(Database& database);

// What migrate() makes of a database: the number in its `PRAGMA user_version`.
[[nodiscard]] int schema_version() noexcept;

}  // namespace hookline::hub
