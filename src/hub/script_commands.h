#pragma once

#include <string>
#include <string_view>

namespace hookline {

class HubCore;

// What "!pylist" answers: which scripts are loaded, one line each.
[[nodiscard]] std::string list_scripts(HubCore& core);

// What "!pystats [NAME]" answers: the figures of one script, or of all. docs/metrics.md explains
// them. Takes some microseconds for each script.
[[nodiscard]] std::string script_stats(HubCore& core, std::string_view name);

}  // namespace hookline
