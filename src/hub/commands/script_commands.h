#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace hookline::hub {

class HubCore;

// " (Greeter 1.2)", of what a script calls itself; "" if it has not said.
[[nodiscard]] std::string in_parentheses(std::string_view title, std::string_view version);

// What "!pylist" answers: which scripts are loaded, one line each.
[[nodiscard]] std::string list_scripts(HubCore& core);

// What "!pyload", "!pyunload" and "!pyreload" do: returns at once, and gives what came of it to
// `answer` when it is there, on the hub's thread. An error comes with the end of its traceback.
using AnswerTo = std::function<void(std::string_view)>;
void load_script(HubCore& core, std::string_view path_or_name, AnswerTo answer);
void unload_script(HubCore& core, std::string_view name, AnswerTo answer);
void reload_script(HubCore& core, std::string_view name, AnswerTo answer);

// What "!pylog [LEVEL]" answers.
[[nodiscard]] std::string change_log_level(HubCore& core, std::string_view level);

// What "!pystats [NAME]" answers: the figures of one script, or of all. docs/metrics.md explains
// them. Takes some microseconds for each script.
[[nodiscard]] std::string script_stats(HubCore& core, std::string_view name);

}  // namespace hookline::hub
