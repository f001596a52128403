#include "hub/control/control_commands.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "hub/base/log_level.h"
#include "hub/session/hub_core.h"
#include "marshal/json.h"

namespace hookline::hub {
namespace {

using Reply = std::function<void(std::string)>;
using Fields = std::vector<std::pair<Value, Value>>;

Value object(Fields fields) { return Dict{std::move(fields)}; }

std::string as_line(const Value& reply) {
  auto text = detail::to_json(reply);
  // A path may be no text at all.
  return text ? *std::move(text) : R"({"ok":false,"error":"the reply cannot be written as JSON"})";
}

std::string success(Value result) {
  return as_line(object({{"ok", true}, {"result", std::move(result)}}));
}

std::string failure(const Error& error) {
  return as_line(object({{"ok", false}, {"error", error.message}, {"traceback", error.traceback}}));
}

Value describe(HubCore& core, const ScriptInfo& script) {
  List hooks;
  for (const Hook hook : script.hooks) {
    hooks.emplace_back(hook_row(hook).name);
  }
  auto named = core.script_names().of(script.id);
  return object({{"id", static_cast<std::int64_t>(script.id)},
                 {"name", script.name},
                 {"title", std::move(named.title)},
                 {"version", std::move(named.version)},
                 {"path", script.path.string()},
                 {"hooks", std::move(hooks)}});
}

Value in_us(const LatencySummary& latency) {
  const auto us = [](std::uint64_t ns) { return static_cast<double>(ns) / 1000; };
  return object({{"p50_us", us(latency.p50_ns)}, {"p99_us", us(latency.p99_ns)}});
}

Value last_error(const HubCore& core, const ScriptInfo& script) {
  if (!script.last_error) {
    return {};
  }
  const auto ago =
      std::chrono::duration_cast<std::chrono::seconds>(core.now() - script.last_error->at);
  return object({{"message", script.last_error->error.to_string()},
                 {"seconds_ago", std::max<std::int64_t>(0, ago.count())}});
}

Value figures(HubCore& core, const ScriptInfo& script) {
  const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  Fields fields = {
      {"name", script.name},
      {"calls", number(script.mailbox.started)},
      {"errors", number(script.errors)},
      {"missed", number(script.missed)},
      {"waiting", number(script.mailbox.waiting)},
      {"memory_bytes", script.memory_bytes ? Value(number(*script.memory_bytes)) : Value()},
      {"last_error", last_error(core, script)}};
  if (const auto latencies = core.scripts().latencies(script.id)) {
    fields.emplace_back("queue_wait", in_us(latencies->queue_wait));
    fields.emplace_back("run", in_us(latencies->run));
    fields.emplace_back("total", in_us(latencies->total));
  }
  return object(std::move(fields));
}

void list(HubCore& core, const std::string& /*argument*/, const Reply& reply) {
  List scripts;
  for (const ScriptInfo& script : core.scripts().scripts()) {
    scripts.push_back(describe(core, script));
  }
  reply(success(std::move(scripts)));
}

void stats(HubCore& core, const std::string& name, const Reply& reply) {
  List scripts;
  for (const ScriptInfo& script : core.scripts().scripts()) {
    if (name.empty() || script.name == name) {
      scripts.push_back(figures(core, script));
    }
  }
  if (scripts.empty() && !name.empty()) {
    reply(failure({.code = ErrorCode::kScriptNotFound,
                   .message = "There is no script '" + name + "'; try 'hookline ctl list'."}));
    return;
  }
  reply(success(std::move(scripts)));
}

void log(HubCore& core, const std::string& level, const Reply& reply) {
  if (!level.empty()) {
    if (const auto set = set_log_level(level, core.state().scripts()); !set) {
      reply(failure(set.error()));
      return;
    }
  }
  reply(success(log_level()));
}

template <void (ScriptManager::*Change)(std::string_view, ScriptManager::Done)>
void change(HubCore& core, const std::string& script, const Reply& reply) {
  (core.script_manager().*Change)(script, [reply](const Result<std::string>& result) {
    reply(result ? success(*result) : failure(result.error()));
  });
}

struct Command {
  std::string_view name;
  bool needs_argument;
  void (*run)(HubCore&, const std::string& argument, const Reply&);
};

constexpr auto kCommands = std::to_array<Command>({
    {"list", false, &list},
    {"load", true, &change<&ScriptManager::load>},
    {"unload", true, &change<&ScriptManager::unload>},
    {"reload", true, &change<&ScriptManager::reload>},
    {"stats", false, &stats},
    {"log", false, &log},
});

std::string text_field(const Value& request, std::string_view key) {
  const auto* fields = request.as<Dict>();
  const Value* value = fields != nullptr ? fields->find(key) : nullptr;
  const auto* text = value != nullptr ? value->as<std::string>() : nullptr;
  return text != nullptr ? *text : std::string();
}

}  // namespace

void run_control_command(HubCore& core, std::string_view request, const Reply& reply) {
  const auto parsed = detail::from_json(request);
  const std::string name = parsed ? text_field(*parsed, "command") : std::string();
  const auto* const command = std::ranges::find(kCommands, name, &Command::name);
  const std::string argument = parsed ? text_field(*parsed, "argument") : std::string();
  if (command == kCommands.end()) {
    reply(failure({.code = ErrorCode::kBadArguments,
                   .message = R"(A request is {"command": "list"}, or load, unload, reload, stats )"
                              R"(or log, and has its "argument".)"}));
  } else if (command->needs_argument && argument.empty()) {
    reply(failure({.code = ErrorCode::kBadArguments,
                   .message = "Say which script to " + name + " as the \"argument\"."}));
  } else {
    command->run(core, argument, reply);
  }
}

}  // namespace hookline::hub
