#pragma once

#include <string_view>

struct sqlite3;

namespace hookline::hub {

// From here on, statements on this connection may read everything but the password hashes, and
// write and make tables and indices, but none of those named hub_*, which are the hub's. Everything
// that is not named there is refused: other databases, transactions that outlast a statement,
// extensions, PRAGMAs that change something. `why` must outlive the connection; it gets a clause
// that says why a statement was refused.
void guard_scripts_sql(sqlite3* database, std::string_view& why);

}  // namespace hookline::hub
