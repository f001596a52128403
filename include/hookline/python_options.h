#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace [[gnu::visibility("default")]] hookline {

// Which global interpreter lock (GIL) a script holds while it runs.
enum class Gil : std::uint8_t {
  // Its interpreter's own: the script runs in parallel with all others.
  kOwn,
  // The main interpreter's: the script takes turns with all others of that kind, and may import
  // extension modules that refuse an own GIL (single-phase initialization).
  kShared,
  // The main interpreter's too, and the script runs in the main interpreter itself, for extension
  // modules that refuse any other. Only one script at a time can.
  kMain,
};

// The names in configurations, in the order of the enum.
inline constexpr std::array<std::string_view, 3> kGilNames = {"own", "shared", "main"};

// How the Python of a script is set up. Unset fields fall back to the next source: the options of
// load(), the comments at the top of the script, ScriptHostOptions::python.
struct PythonOptions {
  std::optional<Gil> gil = std::nullopt;
  // A virtual environment whose packages the script can import.
  std::optional<std::filesystem::path> venv = std::nullopt;
};

}  // namespace hookline
