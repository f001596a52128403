#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "hookline/clock.h"
#include "hookline/error.h"
#include "hookline/value.h"
#include "hookline/verlihub/hooks.h"

namespace hookline::wrapper {

// Says whether w_CallHook waits for the script.
enum class HookMode : std::uint8_t {
  kDecide,   // waits for the script's answer, up to the deadline
  kObserve,  // queues the event and returns immediately
};

// Hooks whose answer the hub ignores observe, all others decide.
[[nodiscard]] std::array<HookMode, verlihub::kHookCount> default_hook_modes();

// Holds the settings of a script, from hookline.toml in its config dir. docs/wrapper.md describes
// them.
struct Settings {
  std::array<HookMode, verlihub::kHookCount> modes = default_hook_modes();
  Duration deadline = std::chrono::seconds(2);        // for hooks that decide
  Duration load_deadline = std::chrono::seconds(30);  // for w_Load and w_Unload
  TextCodec codec;

  [[nodiscard]] HookMode mode(Hook hook) const { return modes.at(static_cast<std::size_t>(hook)); }
};

// Reads the file; without one, the defaults apply. Sections for other programs are skipped. An
// unknown key or an invalid value is kBadArguments, with file, line and the expected value.
[[nodiscard]] Result<Settings> load_settings(const std::filesystem::path& file);
[[nodiscard]] Result<Settings> parse_settings(std::string_view toml, std::string_view source_name);

}  // namespace hookline::wrapper
