#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "hub/store/script_sql.h"

namespace hookline::hub {
namespace {

// Says which of the arguments of an action name something. The documentation of SQLite lists them
// by authorizer code.
enum class About : unsigned char {
  kFirst,     // its first argument is a table
  kSecond,    // its second argument is a table
  kBoth,      // an index or a trigger and its table: neither may be the hub's
  kColumn,    // a table and a column that is read
  kPragma,    // a PRAGMA and its argument
  kFunction,  // its second argument is a function
  kNothing,
};

struct Rule {
  int action;
  About about;
};

constexpr auto kAllowed = std::to_array<Rule>({
    {SQLITE_SELECT, About::kNothing},
    {SQLITE_RECURSIVE, About::kNothing},
    {SQLITE_READ, About::kColumn},
    {SQLITE_FUNCTION, About::kFunction},
    {SQLITE_INSERT, About::kFirst},
    {SQLITE_UPDATE, About::kFirst},
    {SQLITE_DELETE, About::kFirst},
    {SQLITE_CREATE_TABLE, About::kFirst},
    {SQLITE_DROP_TABLE, About::kFirst},
    {SQLITE_ALTER_TABLE, About::kSecond},
    {SQLITE_CREATE_INDEX, About::kBoth},
    {SQLITE_DROP_INDEX, About::kBoth},
    {SQLITE_CREATE_VIEW, About::kFirst},
    {SQLITE_DROP_VIEW, About::kFirst},
    {SQLITE_REINDEX, About::kFirst},
    {SQLITE_PRAGMA, About::kPragma},
});

// These PRAGMAs change nothing, whatever their argument is.
constexpr auto kPragmas = std::to_array<std::string_view>({
    "table_info",
    "table_xinfo",
    "table_list",
    "index_list",
    "index_info",
});

struct Refusal {
  int action;
  std::string_view why;
};

constexpr auto kRefusals = std::to_array<Refusal>({
    {SQLITE_ATTACH, "other databases cannot be attached"},
    {SQLITE_DETACH, "other databases cannot be attached"},
    {SQLITE_TRANSACTION, "each call is a transaction of its own"},
    {SQLITE_SAVEPOINT, "each call is a transaction of its own"},
    {SQLITE_PRAGMA, "of PRAGMAs there are those that describe a table (table_info ...)"},
    {SQLITE_FUNCTION, "extensions cannot be loaded"},
    {SQLITE_READ, "passwords cannot be read: name the columns that you need"},
    {SQLITE_CREATE_TRIGGER, "triggers cannot be made"},
    {SQLITE_CREATE_TEMP_TABLE, "temporary tables cannot be made: make a table, and drop it"},
    {SQLITE_CREATE_TEMP_INDEX, "temporary tables cannot be made: make a table, and drop it"},
    {SQLITE_CREATE_TEMP_VIEW, "temporary views cannot be made: make a view, and drop it"},
    {SQLITE_CREATE_VTABLE, "virtual tables cannot be made"},
});

// The reason for refusing an action that is allowed with other tables, or that is not in the list.
constexpr std::string_view kOtherRefusal =
    "tables named hub_* are the hub's: change them with the functions of vh";

std::string_view why_not(int action) {
  const auto* row = std::ranges::find(kRefusals, action, &Refusal::action);
  return row != kRefusals.end() ? row->why : kOtherRefusal;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_hubs(std::string_view name) { return same_name(name.substr(0, 4), "hub_"); }

bool may(About about, std::string_view first, std::string_view second) {
  switch (about) {
    case About::kFirst:
      return !is_hubs(first);
    case About::kSecond:
      return !is_hubs(second);
    case About::kBoth:
      return !is_hubs(first) && !is_hubs(second);
    case About::kColumn:
      return !(same_name(first, "hub_registrations") && same_name(second, "password"));
    case About::kPragma:
      return std::ranges::any_of(kPragmas, [&](auto name) { return same_name(first, name); });
    case About::kFunction:
      return !same_name(second, "load_extension");
    case About::kNothing:
      return true;
  }
  return false;
}

int authorize(void* why, int action, const char* first, const char* second,
              const char* /*database*/, const char* /*trigger*/) {
  const auto* rule = std::ranges::find(kAllowed, action, &Rule::action);
  const auto text = [](const char* name) { return std::string_view(name == nullptr ? "" : name); };
  if (rule != kAllowed.end() && may(rule->about, text(first), text(second))) {
    return SQLITE_OK;
  }
  *static_cast<std::string_view*>(why) = why_not(action);
  return SQLITE_DENY;
}

}  // namespace

void guard_scripts_sql(sqlite3* database, std::string_view& why) {
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_set_authorizer(database, &authorize, &why);
}

}  // namespace hookline::hub
