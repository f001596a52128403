#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hookline/options.h"
#include "hookline/script_info.h"

namespace hookline::cli {

// Writes a number for people: 200000 as "200,000".
[[nodiscard]] std::string grouped(std::uint64_t number);

// Has the figures of one run of the demo.
struct DemoReport {
  // Has the figures of one script since it was loaded.
  struct ScriptStats {
    std::string script;
    std::uint64_t calls = 0;
    std::uint64_t errors = 0;
    LatencySummary queue_wait;
    LatencySummary run;
  };

  std::uint64_t messages = 0;   // sent
  std::uint64_t delivered = 0;  // received by every client
  std::uint64_t lost = 0;       // neither blocked nor delivered
  std::uint64_t duplicates = 0;
  std::uint64_t out_of_order = 0;
  std::uint64_t allowed = 0;
  std::uint64_t blocked = 0;
  std::uint64_t replaced = 0;
  std::uint64_t late_decisions = 0;
  std::size_t clients = 0;
  std::vector<std::string> scripts;
  std::vector<ScriptStats> script_stats;
  double seconds = 0;
  double messages_per_s = 0;
  double hooks_per_s = 0;  // calls of Python functions
  std::uint64_t decision_p50_us = 0;
  std::uint64_t decision_p99_us = 0;
  double hub_cpu_us_per_message = 0;
  // Is the result of a script's hooks_seen(); empty if no script has this function.
  std::optional<std::int64_t> script_count;
  // Has one sentence for each thing that went wrong. The demo has succeeded if there is none.
  std::vector<std::string> problems;

  [[nodiscard]] bool ok() const { return problems.empty(); }
  // Writes the report as one JSON object on one line.
  [[nodiscard]] std::string to_json() const;
  [[nodiscard]] std::string to_table() const;
};

}  // namespace hookline::cli
