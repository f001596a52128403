#pragma once

#include <filesystem>
#include <string_view>

namespace hookline::bench {

// Starts the only Python of this process, unless it runs. end_python() ends it, on the same thread.
void start_python();
void end_python();

// Returns the path of a file of bench/scripts/.
[[nodiscard]] inline std::filesystem::path script_file(std::string_view name) {
  return std::filesystem::path(HOOKLINE_SOURCE_DIR) / "bench" / "scripts" / name;
}
// Returns the path of a script with the hooks of both forms, which do nothing.
[[nodiscard]] inline std::filesystem::path events_script() { return script_file("events.py"); }

}  // namespace hookline::bench
