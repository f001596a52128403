#include "hub/commands/script_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <ratio>
#include <utility>
#include <vector>

#include "hookline/script_info.h"
#include "hub/base/log_level.h"
#include "hub/base/text.h"

namespace hookline::hub {
namespace {

constexpr std::string_view kNewLine = "\r\n  ";

// The number of lines of a traceback that are shown in chat. Its end says what happened.
constexpr std::size_t kMaxLines = 12;

// Returns the time in units of Unit seconds, with one decimal.
template <class Unit>
std::string decimal(Duration time) {
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.1f",
                                   std::chrono::duration<double, Unit>(time).count());
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string us(Duration time) { return decimal<std::micro>(time); }
std::string seconds(Duration time) { return decimal<std::ratio<1>>(time); }

std::string p50_p99(const LatencySummary& latency) {
  return us(latency.p50) + "/" + us(latency.p99);
}

// Returns ", memory 5 MiB (peak 7, limit 64)".
std::string memory(const ScriptInfo& script) {
  const auto mib = [](std::size_t bytes) { return std::to_string(bytes >> 20U); };
  if (!script.memory_bytes || !script.memory_peak_bytes) {
    return {};
  }
  std::string text = ", memory " + mib(*script.memory_bytes) + " MiB (peak ";
  text += mib(*script.memory_peak_bytes);
  if (script.memory_limit_bytes) {
    text += ", limit " + mib(*script.memory_limit_bytes);
  }
  return text + ')';
}

// Returns ", CPU 1.5 s (share 0.2, exceeded 3 times, now too)".
std::string cpu(const ScriptInfo& script) {
  std::string text = ", CPU " + seconds(script.cpu_time) + " s";
  if (script.cpu_share) {
    text += fmt::format(" (share {:g}, exceeded {} times{})", *script.cpu_share,
                        script.over_cpu_share, script.is_over_cpu_share ? ", now too" : "");
  }
  return text;
}

}  // namespace

// Converts text for chat. Names and errors are UTF-8 and may contain anything; the log has them
// unchanged.
std::string ScriptCommands::in_chat(std::string_view text) const {
  return hub_text(config_.encoding, text);
}

void ScriptCommands::append_stats(const ScriptInfo& script, std::string& out) const {
  out += in_chat(script.name) + ": calls " + std::to_string(script.mailbox.started) + ", errors " +
         std::to_string(script.errors) + ", missed " + std::to_string(script.missed) + ", late " +
         std::to_string(script.late) + ", waiting " + std::to_string(script.mailbox.waiting) +
         memory(script) + cpu(script);
  if (const auto latencies = scripts_.host().latencies(script.id)) {
    out.append(kNewLine).append("p50/p99 us: queue wait ").append(p50_p99(latencies->queue_wait));
    out.append(", run ").append(p50_p99(latencies->run));
    out.append(", total ").append(p50_p99(latencies->total));
  }
  if (const auto& last = script.last_error) {
    const auto ago = std::chrono::duration_cast<std::chrono::seconds>(clock_.now() - last->at);
    out.append(kNewLine).append("last error ");
    out.append(std::to_string(std::max<std::int64_t>(0, ago.count())));
    out.append(" s ago: ").append(in_chat(last->error.to_string()));
  }
}

std::string ScriptCommands::last_lines(std::string_view text) const {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  std::string out;
  const std::size_t first = lines.size() > kMaxLines ? lines.size() - kMaxLines : 0;
  if (first != 0) {
    out.append(kNewLine).append("...");
  }
  for (std::size_t i = first; i < lines.size(); ++i) {
    out.append(kNewLine).append(in_chat(lines[i]));
  }
  return out;
}

ScriptManager::Done ScriptCommands::answer_to(Session& sender) const {
  return [this, answer = sender.commands().answerer()](const Result<std::string>& result) {
    answer(result ? in_chat(*result)
                  : in_chat(result.error().message) + last_lines(result.error().traceback));
  };
}

std::string ScriptCommands::pyload(Session& sender, std::string_view path_or_name) {
  manager_.load(path_or_name, answer_to(sender));
  return {};
}

std::string ScriptCommands::pyunload(Session& sender, std::string_view name) {
  manager_.unload(name, answer_to(sender));
  return {};
}

std::string ScriptCommands::pyreload(Session& sender, std::string_view name) {
  manager_.reload(name, answer_to(sender));
  return {};
}

std::string ScriptCommands::pylog(Session& /*sender*/, std::string_view level) {
  if (!level.empty()) {
    if (const auto set = set_log_level(level, state_); !set) {
      return set.error().message;
    }
  }
  return "The log level is " + log_level() + ".";
}

std::string ScriptCommands::pylist(Session& /*sender*/, std::string_view /*args*/) {
  const auto scripts = scripts_.host().scripts();
  std::string out = "Scripts: " + std::to_string(scripts.size());
  for (const ScriptInfo& script : scripts) {
    out.append(kNewLine).append(std::to_string(static_cast<std::uint32_t>(script.id)));
    const auto named = names_.of(script.id);
    out.append(" ").append(in_chat(script.name));
    out.append(in_parentheses(named.title, named.version));
    out.append(": ").append(in_chat(script.path.string()));
    out.append(", hooks ").append(std::to_string(script.hooks.size()));
    out.append(script.is_over_cpu_share ? ", over its share of CPU time" : "");
  }
  for (const UnfinishedScript& script : scripts_.host().unfinished()) {
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(clock_.now() - script.since);
    out.append(kNewLine).append(std::to_string(static_cast<std::uint32_t>(script.id)));
    out.append(" ").append(in_chat(script.name));
    out.append(": ").append(in_chat(script.path.string()));
    out.append(script.is_loading ? ", loading (" : ", ending (");
    out.append(std::to_string(age.count())).append(" s)");
    if (const std::string place = innermost_frame(script.stack); !place.empty()) {
      out.append(" at ").append(in_chat(place));
    }
  }
  return out;
}

std::string ScriptCommands::pystats(Session& /*sender*/, std::string_view name) {
  const auto scripts = scripts_.host().scripts();
  std::string out;
  for (const ScriptInfo& script : scripts) {
    if (name.empty() || script.name == name) {
      out += out.empty() ? "" : "\r\n";
      append_stats(script, out);
    }
  }
  if (!out.empty()) {
    return out;
  }
  return name.empty() ? "No script is loaded."
                      : "There is no script '" + std::string(name) + "'; try !pylist.";
}

}  // namespace hookline::hub
