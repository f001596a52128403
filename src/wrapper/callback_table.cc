#include "wrapper/callback_table.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "marshal/format.h"
#include "wrapper/hub_json.h"
#include "wrapper/sql_result.h"
#include "wrapper/values.h"

namespace hookline::wrapper {
namespace {

// These functions read results. The format has been checked already, but pointers may still be
// null.

bool is(const w_Targs& result, std::string_view format) { return result.format == format; }

Result<Value> read_bool(const w_Targs& result, const TextCodec& /*codec*/) {
  return result.args[0].l != 0;
}

Result<Value> read_value(const w_Targs& result, const TextCodec& codec) {
  auto values = read_args(result, codec);
  return values ? std::move(values->front()) : Result<Value>(std::unexpected(values.error()));
}

// Passes JSON to the script as text.
Result<Value> read_text(const w_Targs& result, const TextCodec& /*codec*/) {
  return result.args[0].s == nullptr ? Value() : Value(result.args[0].s);
}

Result<Value> read_float(const w_Targs& result, const TextCodec& /*codec*/) {
  return is(result, "d") ? result.args[0].d : static_cast<double>(result.args[0].l);
}

// Sizes are passed to the script as text, because they may not fit into a C int.
Result<Value> read_size(const w_Targs& result, const TextCodec& codec) {
  return is(result, "l") ? std::to_string(result.args[0].l) : read_value(result, codec);
}

Result<Value> read_tuple(const w_Targs& result, const TextCodec& codec) {
  auto values = read_args(result, codec);
  return values ? Value(Tuple{*std::move(values)}) : Result<Value>(std::unexpected(values.error()));
}

Error wrong_json(std::string_view expected) {
  return {.code = ErrorCode::kUnsupportedType,
          .message = "the JSON is not " + std::string(expected)};
}

// Splits "a$$b$$", or a whole command "$NickList a$$b$$|".
List split_names(std::string_view raw) {
  if (raw.starts_with('$')) {
    raw.remove_prefix(std::min(raw.find(' ') + 1, raw.size()));
  }
  if (raw.ends_with('|')) {
    raw.remove_suffix(1);
  }
  constexpr std::string_view kBetween = "$$";
  List names;
  while (!raw.empty()) {
    const std::size_t end = std::min(raw.find(kBetween), raw.size());
    if (end != 0) {
      names.emplace_back(raw.substr(0, end));
    }
    raw.remove_prefix(std::min(end + kBetween.size(), raw.size()));
  }
  return names;
}

bool are_texts(const List& values) {
  return std::ranges::all_of(values, [](const Value& value) { return value.kind() == Kind::kStr; });
}

Result<Value> read_names(const w_Targs& result, const TextCodec& codec) {
  if (is(result, "s")) {
    return result.args[0].s == nullptr ? List() : split_names(result.args[0].s);
  }
  auto value = read_value(result, codec);
  if (value && value->is_none()) {
    return List();
  }
  if (value && (value->as<List>() == nullptr || !are_texts(*value->as<List>()))) {
    return std::unexpected(wrong_json("a list of nicks"));
  }
  return value;
}

Result<Value> read_my_info(const w_Targs& result, const TextCodec& codec) {
  if (is(result, "ssssss")) {
    return result.args[0].s == nullptr ? Result<Value>() : read_tuple(result, codec);
  }
  constexpr std::size_t kParts = 6;
  auto value = read_value(result, codec);
  if (!value || value->is_none()) {
    return value;
  }
  auto* parts = value->as<List>();
  if (parts == nullptr || parts->size() != kParts || !are_texts(*parts)) {
    return std::unexpected(wrong_json("a list of nick, desc, tag, speed, mail and size"));
  }
  return Value(Tuple{std::move(*parts)});
}

Result<Value> read_dict(const w_Targs& result, const TextCodec& codec) {
  auto value = read_value(result, codec);
  if (value && !value->is_none() && value->kind() != Kind::kDict) {
    return std::unexpected(wrong_json("an object"));
  }
  return value;
}

Result<Value> read_restrictions(const w_Targs& result, const TextCodec& codec) {
  if (is(result, "D")) {
    return read_dict(result, codec);
  }
  Dict restrictions;
  std::size_t at = 0;
  for (const char* name : {"chat", "pm", "search", "ctm"}) {
    restrictions.items.emplace_back(name, result.args[at++].l != 0);
  }
  return restrictions;
}

Value no_answer() { return {}; }
Value no_success() { return false; }
Value no_names() { return List(); }

// A function of `vh` has the same name as its callback; these callbacks have no function.
constexpr auto kWithoutFunction =
    std::to_array<std::string_view>({"SQLQuery", "SQLFetch", "SQLFree", "name_and_version"});

constexpr std::optional<Vh> find_function(std::string_view name) {
  for (std::size_t i = 0; i < verlihub::kVhFunctions.size(); ++i) {
    if (verlihub::kVhFunctions.at(i).name == name) {
      return static_cast<Vh>(i);
    }
  }
  return std::nullopt;
}

// clang-format off
#define HOOKLINE_CALLBACKS(X)                                            \
  X(SendToOpChat, "s|s", "l", read_bool, no_success)                     \
  X(SendToActive, "s|l", "l", read_bool, no_success)                     \
  X(SendToPassive, "s|l", "l", read_bool, no_success)                    \
  X(SendToActiveClass, "sll|l", "l", read_bool, no_success)              \
  X(SendToPassiveClass, "sll|l", "l", read_bool, no_success)             \
  X(SendDataToUser, "ss|l", "l", read_bool, no_success)                  \
  X(SendDataToAll, "sll|l", "l", read_bool, no_success)                  \
  X(SendPMToAll, "ssll", "l", read_bool, no_success)                     \
  X(CloseConnection, "s|ll", "l", read_bool, no_success)                 \
  X(GetMyINFO, "s", "ssssss D", read_my_info, no_answer)                 \
  X(SetMyINFO, "s|sssss", "l", read_bool, no_success)                    \
  X(GetUserClass, "s", "l", read_value, no_answer)                       \
  X(GetUserHost, "s", "s", read_value, no_answer)                        \
  X(GetUserIP, "s", "s", read_value, no_answer)                          \
  X(SetUserIP, "ss", "l", read_bool, no_success)                         \
  X(SetMyINFOFlag, "sl", "l", read_bool, no_success)                     \
  X(UnsetMyINFOFlag, "sl", "l", read_bool, no_success)                   \
  X(GetUserHubURL, "s", "s", read_value, no_answer)                      \
  X(GetUserExtJSON, "s", "s D", read_text, no_answer)                    \
  X(GetUserCC, "s", "s", read_value, no_answer)                          \
  X(GetIPCC, "s", "s", read_value, no_answer)                            \
  X(GetIPCN, "s", "s", read_value, no_answer)                            \
  X(GetIPCity, "s", "s", read_value, no_answer)                          \
  X(GetIPASN, "s|s", "s", read_value, no_answer)                         \
  X(GetGeoIP, "s|s", "D", read_dict, no_answer)                          \
  X(GetNickList, "", "D L s", read_names, no_names)                      \
  X(GetOpList, "", "D L s", read_names, no_names)                        \
  X(GetBotList, "", "D L s", read_names, no_names)                       \
  X(AddRegUser, "sl|ss", "l", read_bool, no_success)                     \
  X(DelRegUser, "s", "l", read_bool, no_success)                         \
  X(SetRegClass, "sl", "l", read_bool, no_success)                       \
  X(Ban, "sssll", "l", read_bool, no_success)                            \
  X(KickUser, "sss|sss", "l", read_bool, no_success)                     \
  X(DelNickTempBan, "s", "l", read_bool, no_success)                     \
  X(DelIPTempBan, "s", "l", read_bool, no_success)                       \
  X(ParseCommand, "ssl", "l", read_bool, no_success)                     \
  X(ScriptCommand, "ss|a", "l", read_bool, no_success)                   \
  X(SetConfig, "sss", "l", read_bool, no_success)                        \
  X(GetConfig, "ss|s", "s l", read_size, no_answer)                      \
  X(IsRobotNickBad, "s", "l", read_value, no_answer)                     \
  X(AddRobot, "slssss", "l", read_bool, no_success)                      \
  X(DelRobot, "s", "l", read_bool, no_success)                           \
  X(SQL, "s|l", "lllp lD l", read_table, no_table)                       \
  X(SQLQuery, "s", "lllp ll", read_query, no_answer)                     \
  X(SQLFetch, "lp", "L D", read_cells, no_answer)                        \
  X(SQLFree, "p", "l", read_bool, no_success)                            \
  X(GetServFreq, "", "d l", read_float, no_answer)                       \
  X(GetUsersCount, "", "l", read_value, no_answer)                       \
  X(GetTotalShareSize, "", "s l", read_size, no_answer)                  \
  X(UserRestrictions, "s|ssss", "D llll", read_restrictions, no_answer)  \
  X(Topic, "|s", "s", read_value, no_answer)                             \
  X(mc, "s|s", "l", read_bool, no_success)                               \
  X(usermc, "ss|s", "l", read_bool, no_success)                          \
  X(classmc, "sll|s", "l", read_bool, no_success)                        \
  X(pm, "ss|ss", "l", read_bool, no_success)                             \
  X(name_and_version, "|ss", "ss l", read_tuple, no_answer)              \
  X(StopHub, "l|l", "l", read_bool, no_success)
// clang-format on

constexpr std::array<CallbackRow, kCallbackCount> kRows = {{
#define HOOKLINE_ROW(name, arguments, results, read, empty) \
  {#name, arguments, results, &(read), &(empty), find_function(#name)},
    HOOKLINE_CALLBACKS(HOOKLINE_ROW)
#undef HOOKLINE_ROW
}};

// Checks that the rows are in the order of the enum in the C header.
enum Place : int {
#define HOOKLINE_PLACE(name, arguments, results, read, empty) kPlaceOf_##name,
  HOOKLINE_CALLBACKS(HOOKLINE_PLACE)
#undef HOOKLINE_PLACE
};
#define HOOKLINE_CHECK(name, arguments, results, read, empty) \
  static_assert(static_cast<int>(kPlaceOf_##name) == static_cast<int>(W_##name));
HOOKLINE_CALLBACKS(HOOKLINE_CHECK)
#undef HOOKLINE_CHECK

// Checks that a callback gets the arguments that its function of `vh` takes.
constexpr bool sends_what_vh_takes(std::string_view name, std::string_view arguments) {
  const auto function = find_function(name);
  return function ? verlihub::vh_row(*function).argument_kinds == arguments
                  : std::ranges::find(kWithoutFunction, name) != kWithoutFunction.end();
}
#define HOOKLINE_CHECK(name, arguments, results, read, empty) \
  static_assert(sends_what_vh_takes(#name, arguments));
HOOKLINE_CALLBACKS(HOOKLINE_CHECK)
#undef HOOKLINE_CHECK

bool accepts(const CallbackRow& row, std::string_view format) {
  std::string_view rest = row.results;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, end) == format) {
      return true;
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

// Returns whether each element has the type that the format says. No accepted format contains a
// T(...).
bool types_agree(const w_Targs& result) {
  const std::string_view format = result.format;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (result.args[i].type != format[i]) {
      return false;
    }
  }
  return true;
}

Error unexpected_result(const CallbackRow& row, const w_Targs& result) {
  if (result.format != nullptr && accepts(row, result.format)) {
    return {.code = ErrorCode::kUnsupportedType,
            .message = "vh." + std::string(row.name) + "(): the hub answered \"" + result.format +
                       "\" with elements of other types"};
  }
  return {.code = ErrorCode::kUnsupportedType,
          .message = "vh." + std::string(row.name) + "(): the hub answered \"" +
                     (result.format != nullptr ? result.format : "") + "\", expected one of \"" +
                     std::string(row.results) + "\""};
}

}  // namespace

const std::array<CallbackRow, kCallbackCount>& callback_rows() { return kRows; }

int callback_of(Vh function) noexcept {
  static constexpr auto kNumbers = [] {
    std::array<int, verlihub::kVhFunctions.size()> found{};
    found.fill(-1);
    for (int number = 0; number < kCallbackCount; ++number) {
      if (const auto& row = kRows.at(static_cast<std::size_t>(number)); row.function) {
        found.at(static_cast<std::size_t>(*row.function)) = number;
      }
    }
    return found;
  }();
  return kNumbers.at(static_cast<std::size_t>(function));
}

Result<Value> read_result(const CallbackRow& row, const w_Targs* result, const TextCodec& codec) {
  if (result == nullptr || (result->format != nullptr && *result->format == '\0')) {
    return row.empty();
  }
  if (result->format == nullptr || !accepts(row, result->format) || !types_agree(*result)) {
    return std::unexpected(unexpected_result(row, *result));
  }
  auto value = row.read(*result, codec);
  if (!value) {
    value.error().message = "vh." + std::string(row.name) + "(): " + value.error().message;
  }
  return value;
}

}  // namespace hookline::wrapper
