#include "wrapper/callback_host.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <string>
#include <utility>

#include "hookline/clock.h"
#include "hookline/future.h"
#include "verlihub/query_scripts.h"
#include "wrapper/callback_args.h"
#include "wrapper/sql_result.h"
#include "wrapper/values.h"

namespace hookline::wrapper {
namespace {

// Says what an omitted argument becomes where 0 or NULL would mean something else.
struct Default {
  Vh function;
  std::size_t first;
  std::size_t last;
  Value (*value)();
};

constexpr auto kDefaults = std::to_array<Default>({
    {Vh::kSQL, 1, 1, [] { return Value(100); }},              // the limit of rows
    {Vh::kUserRestrictions, 1, 4, [] { return Value(""); }},  // changes nothing
});

std::vector<Value> with_defaults(Vh function, std::span<const Value> args) {
  std::vector<Value> values(args.begin(), args.end());
  for (const Default& row : kDefaults) {
    for (std::size_t i = row.first; row.function == function && i <= row.last; ++i) {
      if (values.at(i).is_none()) {
        values[i] = row.value();
      }
    }
  }
  return values;
}

// Describes a function that the C interface lacks: it returns a list of nicks as the text of an
// NMDC command.
struct RawList {
  Vh function;
  int number;
  std::string_view keyword;
};

constexpr auto kRawLists = std::to_array<RawList>({
    {Vh::kGetRawNickList, W_GetNickList, "$NickList"},
    {Vh::kGetRawOpList, W_GetOpList, "$OpList"},
    {Vh::kGetRawBotList, W_GetBotList, "$BotList"},
});

// Reads the result of a registered function: one value as itself, several values as a tuple.
Result<Value> read_registered(const w_Targs* result, const TextCodec& codec) {
  if (result == nullptr) {
    return {};
  }
  auto values = read_args(*result, codec);
  if (!values) {
    return std::unexpected(std::move(values.error()));
  }
  if (values->empty()) {
    return {};
  }
  return values->size() == 1 ? std::move(values->front()) : Value(Tuple{*std::move(values)});
}

// Logs errors of calls that no script waits for.
void log_failure(const Result<Value>& result) {
  if (!result) {
    spdlog::warn("{}", result.error().message);
  }
}

void free_cells(const w_Targs* result) {
  if (result == nullptr || result->format == nullptr ||
      std::string_view(result->format) != "lllp" || result->args[3].type != 'p') {
    return;
  }
  if (const auto cells = table_cells(*result)) {
    std::ranges::for_each(*cells, [](char* cell) { c_free(cell); });
    c_free(static_cast<void*>(cells->data()));
  }
}

}  // namespace

class CallbackHost::ActiveCall {
 public:
  ActiveCall(CallbackHost& host, ScriptId script) : host_(host) { host_.active_.push_back(script); }
  ActiveCall(const ActiveCall&) = delete;
  ActiveCall& operator=(const ActiveCall&) = delete;
  ~ActiveCall() { host_.active_.pop_back(); }

 private:
  CallbackHost& host_;
};

CallbackHost::CallbackHost(const w_Tcallback* callbacks, SettingsOf settings_of)
    : settings_of_(std::move(settings_of)) {
  std::copy_n(callbacks, callbacks_.size(), callbacks_.begin());
}

bool CallbackHost::is_serving(ScriptId script) const noexcept {
  return std::ranges::find(active_, script) != active_.end();
}

Result<Value> CallbackHost::call(Vh function, std::span<const Value> args, const Caller& caller) {
  const ActiveCall active(*this, caller.id);
  const std::vector<Value> values = with_defaults(function, args);
  const int number = callback_of(function);
  if (callback(number) != nullptr) {
    return call_row(number, values, caller);
  }
  if (function == Vh::kSQL && callback(W_SQLQuery) != nullptr && callback(W_SQLFetch) != nullptr) {
    return query_in_steps(values, caller);
  }
  const auto* const raw = std::ranges::find(kRawLists, function, &RawList::function);
  if (raw != kRawLists.end() && callback(raw->number) != nullptr) {
    return raw_list(raw->keyword, raw->number, caller);
  }
  return no_such_function(function);
}

// ScriptQuery completes later: the scripts that it asks may call `vh` themselves, so the host
// thread must not wait for them.
Future<Value> CallbackHost::start(Vh function, std::span<const Value> args, const Caller& caller) {
  if (function != Vh::kScriptQuery) {
    return make_ready_future<Value>(call(function, args, caller));
  }
  const auto text = [&args](std::size_t i) -> std::string_view {
    const auto* given = args[i].as<std::string>();
    return given != nullptr ? std::string_view(*given) : std::string_view();
  };
  const auto* with_names = args[3].as<std::int64_t>();
  return verlihub::query_scripts(*scripts_,
                                 {.command = text(0),
                                  .data = text(1),
                                  .recipient = text(2),
                                  .with_names = with_names != nullptr && *with_names != 0},
                                 caller, settings_of_(caller.number)->deadline);
}

Result<w_Targs*> CallbackHost::call_guarded(w_Tcallback function, const Caller& caller,
                                            w_Targs* args) const {
  try {
    return function(static_cast<int>(caller.number), args);
  } catch (...) {
    return std::unexpected(scripts_->to_error(std::current_exception()));
  }
}

Result<Value> CallbackHost::raw_list(std::string_view keyword, int number, const Caller& caller) {
  auto names = call_row(number, {}, caller);
  if (!names) {
    return names;
  }
  std::string text(keyword);
  text += ' ';
  for (const Value& name : *names->as<List>()) {
    text += *name.as<std::string>() + "$$";
  }
  return text + "|";
}

void CallbackHost::on_script_named(const std::string& name, const std::string& version,
                                   const Caller& caller) {
  if (callback(W_name_and_version) != nullptr) {
    log_failure(call_row(W_name_and_version, std::array{Value(name), Value(version)}, caller));
  }
}

Result<Value> CallbackHost::call_row(int number, std::span<const Value> args,
                                     const Caller& caller) {
  const CallbackRow& row = callback_rows().at(static_cast<std::size_t>(number));
  auto sent = CallbackArgs::for_row(row.arguments, args);
  if (!sent) {
    sent.error().message = "vh." + std::string(row.name) + "(): " + sent.error().message;
    return std::unexpected(std::move(sent.error()));
  }
  const auto returned = call_guarded(callback(number), caller, sent->get());
  if (!returned) {
    return std::unexpected(returned.error());
  }
  const CallbackResult result(*returned, sent->get());
  auto value = read_result(row, result.get(), settings_of_(caller.number)->codec);
  if (number == W_SQL) {
    free_cells(result.get());
  }
  return value;
}

// Serves vh.SQL with SQLQuery, one SQLFetch for each row, and SQLFree.
Result<Value> CallbackHost::query_in_steps(std::span<const Value> args, const Caller& caller) {
  auto query = call_row(W_SQLQuery, args.first(1), caller);
  if (!query || query->is_none()) {
    return query ? no_table() : std::move(query);
  }
  const auto& answer = query->as<Tuple>()->items;
  const auto* limit = args[1].as<std::int64_t>();
  const std::int64_t rows = std::min(*answer[1].as<std::int64_t>(), *limit);
  const Value handle = answer[2];
  Result<List> table = fetch_rows(rows, handle, caller);
  if (callback(W_SQLFree) != nullptr) {
    log_failure(call_row(W_SQLFree, std::array{handle}, caller));
  }
  if (!table) {
    return std::unexpected(std::move(table.error()));
  }
  return Value(Tuple{{answer[0], *std::move(table)}});
}

Result<List> CallbackHost::fetch_rows(std::int64_t count, const Value& handle,
                                      const Caller& caller) {
  List rows;
  for (std::int64_t row = 0; row < count; ++row) {
    auto cells = call_row(W_SQLFetch, std::array{Value(row), handle}, caller);
    if (!cells) {
      return std::unexpected(std::move(cells.error()));
    }
    rows.push_back(cells->is_none() ? Value(List()) : *std::move(cells));
  }
  return rows;
}

Result<Value> CallbackHost::call_registered(w_Tcallback function, std::span<const Value> args,
                                            const Caller& caller) {
  const ActiveCall active(*this, caller.id);
  const TextCodec codec = settings_of_(caller.number)->codec;
  const auto sent = CallbackArgs::for_values(args, codec);
  if (!sent) {
    return std::unexpected(sent.error());
  }
  const auto returned = call_guarded(function, caller, sent->get());
  if (!returned) {
    return std::unexpected(returned.error());
  }
  const CallbackResult result(*returned, sent->get());
  return read_registered(result.get(), codec);
}

}  // namespace hookline::wrapper
