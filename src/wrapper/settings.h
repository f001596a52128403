#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "hookline/clock.h"
#include "hookline/error.h"
#include "hookline/hook.h"
#include "hookline/text.h"

namespace hookline::wrapper {

// What w_CallHook does with a hook.
enum class HookMode : std::uint8_t {
  kDecide,   // waits for the script's answer, up to the deadline
  kObserve,  // queues the event, and the hub goes on
};

// Those whose answer a hub has no use for observe.
[[nodiscard]] std::array<HookMode, kHookCount> default_hook_modes();

// What hookline.toml in the config dir of a script says. docs/wrapper.md describes it.
struct Settings {
  std::array<HookMode, kHookCount> modes = default_hook_modes();
  Duration deadline = std::chrono::seconds(2);        // of a hook that decides
  Duration load_deadline = std::chrono::seconds(30);  // of w_Load and w_Unload
  TextCodec codec;

  [[nodiscard]] HookMode mode(Hook hook) const { return modes.at(static_cast<std::size_t>(hook)); }
};

// Reads the file, if there is one: else everything is as above. Sections that are not for this
// library are skipped. An unknown key, or a value that cannot be, is kBadArguments with file, line
// and what would be right.
[[nodiscard]] Result<Settings> load_settings(const std::filesystem::path& file);
[[nodiscard]] Result<Settings> parse_settings(std::string_view toml, std::string_view source_name);

}  // namespace hookline::wrapper
