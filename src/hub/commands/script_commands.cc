#include "hub/commands/script_commands.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <utility>
#include <vector>

#include "hub/base/hub_text.h"
#include "hub/base/log_level.h"
#include "hub/session/hub_core.h"

namespace hookline::hub {
namespace {

constexpr std::string_view kNewLine = "\r\n  ";

// Names and errors come in UTF-8 and may hold anything. The log has all of it.
std::string in_chat(const HubCore& core, std::string_view text) {
  return hub_text(core.config(), text);
}

std::string us(std::uint64_t nanoseconds) {
  std::array<char, 32> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%.1f", static_cast<double>(nanoseconds) / 1000);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string p50_p99(const LatencySummary& latency) {
  return us(latency.p50_ns) + "/" + us(latency.p99_ns);
}

std::string seconds_since(const HubCore& core, TimePoint then) {
  const auto ago = std::chrono::duration_cast<std::chrono::seconds>(core.now() - then);
  return std::to_string(std::max<std::int64_t>(0, ago.count()));
}

std::string memory(const ScriptInfo& script) {
  return script.memory_bytes ? ", memory " + std::to_string(*script.memory_bytes >> 20) + " MiB"
                             : std::string();
}

void append_stats(HubCore& core, const ScriptInfo& script, std::string& out) {
  out += in_chat(core, script.name) + ": calls " + std::to_string(script.mailbox.started) +
         ", errors " + std::to_string(script.errors) + ", missed " + std::to_string(script.missed) +
         ", waiting " + std::to_string(script.mailbox.waiting) + memory(script);
  if (const auto latencies = core.scripts().latencies(script.id)) {
    out.append(kNewLine).append("p50/p99 us: queue wait ").append(p50_p99(latencies->queue_wait));
    out.append(", run ").append(p50_p99(latencies->run));
    out.append(", total ").append(p50_p99(latencies->total));
  }
  if (const auto& last = script.last_error) {
    out.append(kNewLine).append("last error ").append(seconds_since(core, last->at));
    out.append(" s ago: ").append(in_chat(core, last->error.to_string()));
  }
}

// A traceback says at its end what happened; a chat window is no place for a long one.
constexpr std::size_t kMostLines = 12;

std::string last_lines(const HubCore& core, std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  std::string out;
  const std::size_t first = lines.size() > kMostLines ? lines.size() - kMostLines : 0;
  if (first != 0) {
    out.append(kNewLine).append("...");
  }
  for (std::size_t i = first; i < lines.size(); ++i) {
    out.append(kNewLine).append(in_chat(core, lines[i]));
  }
  return out;
}

ScriptManager::Done telling(HubCore& core, AnswerTo answer) {
  return [&core, answer = std::move(answer)](const Result<std::string>& result) {
    answer(result ? in_chat(core, *result)
                  : in_chat(core, result.error().message) +
                        last_lines(core, result.error().traceback));
  };
}

}  // namespace

std::string in_parentheses(std::string_view title, std::string_view version) {
  if (title.empty() && version.empty()) {
    return {};
  }
  std::string out = " (" + std::string(title);
  out += title.empty() || version.empty() ? "" : " ";
  return out.append(version) + ")";
}

void load_script(HubCore& core, std::string_view path_or_name, AnswerTo answer) {
  core.script_manager().load(path_or_name, telling(core, std::move(answer)));
}

void unload_script(HubCore& core, std::string_view name, AnswerTo answer) {
  core.script_manager().unload(name, telling(core, std::move(answer)));
}

void reload_script(HubCore& core, std::string_view name, AnswerTo answer) {
  core.script_manager().reload(name, telling(core, std::move(answer)));
}

std::string change_log_level(HubCore& core, std::string_view level) {
  if (!level.empty()) {
    if (const auto set = set_log_level(level, core.state().scripts()); !set) {
      return set.error().message;
    }
  }
  return "The log level is " + log_level() + ".";
}

std::string list_scripts(HubCore& core) {
  const auto scripts = core.scripts().scripts();
  std::string out = "Scripts: " + std::to_string(scripts.size());
  for (const ScriptInfo& script : scripts) {
    out.append(kNewLine).append(std::to_string(static_cast<std::uint32_t>(script.id)));
    const auto named = core.script_names().of(script.id);
    out.append(" ").append(in_chat(core, script.name));
    out.append(in_parentheses(named.title, named.version));
    out.append(": ").append(in_chat(core, script.path.string()));
    out.append(", hooks ").append(std::to_string(script.hooks.size()));
  }
  return out;
}

std::string script_stats(HubCore& core, std::string_view name) {
  const auto scripts = core.scripts().scripts();
  std::string out;
  for (const ScriptInfo& script : scripts) {
    if (name.empty() || script.name == name) {
      out += out.empty() ? "" : "\r\n";
      append_stats(core, script, out);
    }
  }
  if (!out.empty()) {
    return out;
  }
  return name.empty() ? "No script is loaded."
                      : "There is no script '" + std::string(name) + "'; try !pylist.";
}

}  // namespace hookline::hub
