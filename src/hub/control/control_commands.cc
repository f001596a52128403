#include "hub/control/control_commands.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "hookline/script_info.h"
#include "hookline/verlihub/hooks.h"
#include "hub/base/log_level.h"
#include "hub/base/text.h"
#include "marshal/json.h"

namespace hookline::hub {
namespace {

using Fields = std::vector<std::pair<Value, Value>>;

Value object(Fields fields) { return Dict{std::move(fields)}; }

std::string as_line(const Value& reply) {
  auto text = detail::to_json(reply);
  // The reply may contain a path whose bytes are not valid text.
  return text ? *std::move(text) : R"({"ok":false,"error":"the reply cannot be written as JSON"})";
}

std::string success(Value result) {
  return as_line(object({{"ok", true}, {"result", std::move(result)}}));
}

std::string failure(const Error& error) {
  return as_line(object({{"ok", false}, {"error", error.message}, {"traceback", error.traceback}}));
}

Value in_us(const LatencySummary& latency) {
  const auto us = [](Duration time) {
    return std::chrono::duration<double, std::micro>(time).count();
  };
  return object({{"p50_us", us(latency.p50)}, {"p99_us", us(latency.p99)}});
}

std::string text_field(const Value& request, std::string_view key) {
  const auto* fields = request.as<Dict>();
  const Value* value = fields != nullptr ? fields->find(key) : nullptr;
  const auto* text = value != nullptr ? value->as<std::string>() : nullptr;
  return text != nullptr ? *text : std::string();
}

}  // namespace

struct ControlCommands::Row {
  std::string_view name;
  bool needs_argument;
  void (ControlCommands::*run)(const std::string& argument, const Reply&);
};

Value ControlCommands::describe(const ScriptInfo& script) const {
  List hooks;
  for (const Hook hook : script.hooks) {
    hooks.emplace_back(verlihub::hook_row(hook).name);
  }
  auto named = names_.of(script.id);
  return object({{"id", static_cast<std::int64_t>(script.id)},
                 {"name", script.name},
                 {"title", std::move(named.title)},
                 {"version", std::move(named.version)},
                 {"path", script.path.string()},
                 {"hooks", std::move(hooks)},
                 {"state", "loaded"},
                 {"is_over_cpu_share", script.is_over_cpu_share}});
}

Value ControlCommands::describe(const UnfinishedScript& script) const {
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(clock_.now() - script.since);
  return object({{"id", static_cast<std::int64_t>(script.id)},
                 {"name", script.name},
                 {"title", ""},
                 {"version", ""},
                 {"path", script.path.string()},
                 {"hooks", List()},
                 {"state", script.is_loading ? "loading" : "ending"},
                 {"seconds", static_cast<std::int64_t>(age.count())},
                 {"place", innermost_frame(script.stack)}});
}

Value ControlCommands::last_error(const ScriptInfo& script) const {
  if (!script.last_error) {
    return {};
  }
  const auto ago =
      std::chrono::duration_cast<std::chrono::seconds>(clock_.now() - script.last_error->at);
  return object({{"message", script.last_error->error.to_string()},
                 {"seconds_ago", std::max<std::int64_t>(0, ago.count())}});
}

Value ControlCommands::figures(const ScriptInfo& script) const {
  const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  const auto bytes = [&](std::optional<std::size_t> value) {
    return value ? Value(number(*value)) : Value();
  };
  Fields fields = {{"name", script.name},
                   {"calls", number(script.mailbox.started)},
                   {"errors", number(script.errors)},
                   {"missed", number(script.missed)},
                   {"late", number(script.late)},
                   {"skipped", number(script.skipped)},
                   {"interrupted", number(script.interrupted)},
                   {"quarantined", number(script.quarantined)},
                   {"left_behind", number(script.left_behind)},
                   {"waiting", number(script.mailbox.waiting)},
                   {"memory_bytes", bytes(script.memory_bytes)},
                   {"memory_peak_bytes", bytes(script.memory_peak_bytes)},
                   {"memory_limit_bytes", bytes(script.memory_limit_bytes)},
                   {"cpu_seconds", std::chrono::duration<double>(script.cpu_time).count()},
                   {"cpu_share", script.cpu_share ? Value(*script.cpu_share) : Value()},
                   {"over_cpu_share", number(script.over_cpu_share)},
                   {"is_over_cpu_share", script.is_over_cpu_share},
                   {"last_error", last_error(script)}};
  if (const auto latencies = scripts_.host().latencies(script.id)) {
    fields.emplace_back("queue_wait", in_us(latencies->queue_wait));
    fields.emplace_back("run", in_us(latencies->run));
    fields.emplace_back("total", in_us(latencies->total));
  }
  return object(std::move(fields));
}

void ControlCommands::list(const std::string& /*argument*/, const Reply& reply) {
  List scripts;
  for (const ScriptInfo& script : scripts_.host().scripts()) {
    scripts.push_back(describe(script));
  }
  for (const UnfinishedScript& script : scripts_.host().unfinished()) {
    scripts.push_back(describe(script));
  }
  reply(success(std::move(scripts)));
}

void ControlCommands::stats(const std::string& name, const Reply& reply) {
  List scripts;
  for (const ScriptInfo& script : scripts_.host().scripts()) {
    if (name.empty() || script.name == name) {
      scripts.push_back(figures(script));
    }
  }
  if (scripts.empty() && !name.empty()) {
    reply(failure({.code = ErrorCode::kScriptNotFound,
                   .message = "There is no script '" + name + "'; try 'hookline ctl list'."}));
    return;
  }
  reply(success(std::move(scripts)));
}

void ControlCommands::log(const std::string& level, const Reply& reply) {
  if (!level.empty()) {
    if (const auto set = set_log_level(level, state_); !set) {
      reply(failure(set.error()));
      return;
    }
  }
  reply(success(log_level()));
}

template <void (ScriptManager::*Change)(std::string_view, ScriptManager::Done)>
void ControlCommands::change(const std::string& script, const Reply& reply) {
  (manager_.*Change)(script, [reply](const Result<std::string>& result) {
    reply(result ? success(*result) : failure(result.error()));
  });
}

void ControlCommands::run(std::string_view request, const Reply& reply) {
  static constexpr auto kCommands = std::to_array<Row>({
      {"list", false, &ControlCommands::list},
      {"load", true, &ControlCommands::change<&ScriptManager::load>},
      {"unload", true, &ControlCommands::change<&ScriptManager::unload>},
      {"reload", true, &ControlCommands::change<&ScriptManager::reload>},
      {"stats", false, &ControlCommands::stats},
      {"log", false, &ControlCommands::log},
  });
  const auto parsed = detail::from_json(request);
  const std::string name = parsed ? text_field(*parsed, "command") : std::string();
  const auto* const command = std::ranges::find(kCommands, name, &Row::name);
  const std::string argument = parsed ? text_field(*parsed, "argument") : std::string();
  if (command == kCommands.end()) {
    reply(failure({.code = ErrorCode::kBadArguments,
                   .message = R"(A request is {"command": "list"}, or load, unload, reload, stats )"
                              R"(or log, and has its "argument".)"}));
  } else if (command->needs_argument && argument.empty()) {
    reply(failure({.code = ErrorCode::kBadArguments,
                   .message = "Say which script to " + name + " as the \"argument\"."}));
  } else {
    (this->*command->run)(argument, reply);
  }
}

}  // namespace hookline::hub
