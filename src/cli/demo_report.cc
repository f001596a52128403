#include "cli/demo_report.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>

#include "cli/number_text.h"

namespace hookline {

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

}  // namespace

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
      {"verdict_p50_us", verdict_p50_us},
      {"verdict_p99_us", verdict_p99_us},
      {"allowed", allowed},
      {"blocked", blocked},
      {"replaced", replaced},
      {"late_verdicts", late_verdicts},
      {"script_count", nullptr},
      {"hub_cpu_us_per_message", rounded(hub_cpu_us_per_message)},
      {"clients", clients},
      {"scripts", scripts},
      {"problems", problems},
      {"ok", ok()},
  };
  if (script_count) {
    json["script_count"] = *script_count;
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
  add_row(table, "verdict p50, us", grouped(verdict_p50_us));
  add_row(table, "verdict p99, us", grouped(verdict_p99_us));
  add_row(table, "hub CPU per message, us", decimal(hub_cpu_us_per_message, 1));
  add_row(table, "allowed", grouped(allowed));
  add_row(table, "replaced", grouped(replaced));
  add_row(table, "blocked", grouped(blocked));
  add_row(table, "delivered to every client", grouped(delivered));
  add_row(table, "lost", grouped(lost));
  add_row(table, "counted by the script",
          script_count ? grouped(static_cast<std::uint64_t>(*script_count)) : "not asked");
  table += '\n';
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

}  // namespace hookline
