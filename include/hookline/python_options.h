#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace hookline {

// Which lock a script holds while it runs.
enum class Gil : std::uint8_t {
  // One of its interpreter's own: the script runs beside all others.
  kOwn,
  // The main interpreter's: the script takes turns with all scripts of that kind, and may import
  // extension modules that refuse a GIL of their own (single-phase initialization).
  kShared,
  // The main interpreter's, and the script runs in the main interpreter itself, for extension
  // modules that refuse every other. Only one script can.
  kMain,
};

// The names of Gil in configurations, in the order of the enum.
inline constexpr std::array<std::string_view, 3> kGilNames = {"own", "shared", "main"};

// How the Python of a script is set up. Unset fields fall back to the next source: the options of
// load(), the comments at the top of the script, ScriptHostOptions::python.
struct PythonOptions {
  std::optional<Gil> gil;
  // A virtual environment whose packages the script can import.
  std::optional<std::filesystem::path> venv;
};

}  // namespace hookline
