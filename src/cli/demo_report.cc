#include "cli/demo_report.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <ratio>
#include <string_view>

namespace hookline::cli {

namespace {

constexpr double kThousand = 1'000;

double rounded(double value) { return std::round(value * kThousand) / kThousand; }

std::string decimal(double value, int digits) {
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : ", ") + word;
  }
  return text;
}

void add_row(std::string& table, std::string_view label, std::string_view value) {
  constexpr std::size_t kLabelWidth = 26;
  constexpr std::size_t kValueWidth = 12;
  table += "  ";
  table += label;
  table.append(kLabelWidth - label.size(), ' ');
  if (value.size() < kValueWidth) {
    table.append(kValueWidth - value.size(), ' ');
  }
  table += value;
  table += '\n';
}

double us(Duration time) { return std::chrono::duration<double, std::micro>(time).count(); }

nlohmann::ordered_json script_json(const DemoReport::ScriptStats& stats) {
  return {{"script", stats.script},
          {"calls", stats.calls},
          {"errors", stats.errors},
          {"queue_wait_p50_us", us(stats.queue_wait.p50)},
          {"queue_wait_p99_us", us(stats.queue_wait.p99)},
          {"run_p50_us", us(stats.run.p50)},
          {"run_p99_us", us(stats.run.p99)}};
}

// Appends a table whose first column is left-aligned, and whose other columns are right-aligned.
void add_columns(std::string& table, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  for (const auto& row : rows) {
    table.append("  ").append(row[0]).append(widths[0] - row[0].size(), ' ');
    for (std::size_t i = 1; i < row.size(); ++i) {
      table.append(2 + widths[i] - row[i].size(), ' ').append(row[i]);
    }
    table += '\n';
  }
}

void add_script_stats(std::string& table, const std::vector<DemoReport::ScriptStats>& scripts) {
  std::vector<std::vector<std::string>> rows{
      {"script", "calls", "errors", "wait p50, us", "wait p99, us", "run p50, us", "run p99, us"}};
  for (const auto& stats : scripts) {
    rows.push_back({stats.script, grouped(stats.calls), grouped(stats.errors),
                    decimal(us(stats.queue_wait.p50), 1), decimal(us(stats.queue_wait.p99), 1),
                    decimal(us(stats.run.p50), 1), decimal(us(stats.run.p99), 1)});
  }
  add_columns(table, rows);
}

}  // namespace

std::string grouped(std::uint64_t number) {
  constexpr std::size_t kGroup = 3;
  std::string text = std::to_string(number);
  for (std::size_t place = text.size(); place > kGroup;) {
    place -= kGroup;
    text.insert(place, 1, ',');
  }
  return text;
}

std::string DemoReport::to_json() const {
  nlohmann::ordered_json json{
      {"messages", messages},
      {"delivered", delivered},
      {"lost", lost},
      {"duplicates", duplicates},
      {"out_of_order", out_of_order},
      {"seconds", rounded(seconds)},
      {"messages_per_s", std::round(messages_per_s)},
      {"hooks_per_s", std::round(hooks_per_s)},
      {"verdict_p50_us", decision_p50_us},
      {"verdict_p99_us", decision_p99_us},
      {"allowed", allowed},
      {"blocked", blocked},
      {"replaced", replaced},
      {"late_verdicts", late_decisions},
      {"script_count", nullptr},
      {"hub_cpu_us_per_message", rounded(hub_cpu_us_per_message)},
      {"clients", clients},
      {"scripts", scripts},
      {"script_stats", nlohmann::ordered_json::array()},
      {"problems", problems},
      {"ok", ok()},
  };
  if (script_count) {
    json["script_count"] = *script_count;
  }
  for (const ScriptStats& stats : script_stats) {
    json["script_stats"].push_back(script_json(stats));
  }
  // A problem may quote bytes of a chat line, which need not be UTF-8.
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string DemoReport::to_table() const {
  std::string table = grouped(clients) + " clients, " + grouped(scripts.size()) + " scripts (" +
                      join(scripts) + ")\n\n";
  add_row(table, "messages", grouped(messages));
  add_row(table, "seconds", decimal(seconds, 2));
  add_row(table, "messages/s", grouped(static_cast<std::uint64_t>(messages_per_s)));
  add_row(table, "hooks/s", grouped(static_cast<std::uint64_t>(hooks_per_s)));
  add_row(table, "verdict p50, us", grouped(decision_p50_us));
  add_row(table, "verdict p99, us", grouped(decision_p99_us));
  add_row(table, "hub CPU per message, us", decimal(hub_cpu_us_per_message, 1));
  add_row(table, "allowed", grouped(allowed));
  add_row(table, "replaced", grouped(replaced));
  add_row(table, "blocked", grouped(blocked));
  add_row(table, "delivered to every client", grouped(delivered));
  add_row(table, "lost", grouped(lost));
  add_row(table, "counted by the script",
          script_count ? grouped(static_cast<std::uint64_t>(*script_count)) : "not asked");
  table += '\n';
  if (!script_stats.empty()) {
    add_script_stats(table, script_stats);
    table += '\n';
  }
  for (const std::string& problem : problems) {
    table += "FAILED: " + problem + '\n';
  }
  if (ok()) {
    table += script_count
                 ? "Every line was decided and delivered, and the script counted the same.\n"
                 : "Every line was decided and delivered. No script has a function "
                   "hooks_seen(), so none was asked.\n";
  }
  return table;
}

}  // namespace hookline::cli
