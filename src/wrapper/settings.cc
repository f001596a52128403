#include "wrapper/settings.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "hookline/typed_hook.h"
#include "hookline/verlihub/hooks.h"

namespace hookline::wrapper {
namespace {

constexpr auto kObserved = std::to_array<Hook>({
    verlihub::kOnCloseConn,
    verlihub::kOnCloseConnEx,
    verlihub::kOnUnLoad,
    verlihub::kOnScriptCommand,
    verlihub::kOnUserInList,
    verlihub::kOnUserLogout,
    verlihub::kOnTimer,
    verlihub::kOnNewReg,
    verlihub::kOnNewBan,
    verlihub::kOnSetConfig,
});

constexpr double kLongestSeconds = 86'400;

// Reads one document. Stops at the first mistake and keeps its description.
class SettingsReader {
 public:
  explicit SettingsReader(std::string_view source_name) : source_(source_name) {}

  Result<Settings> read(const toml::table& root) {
    const bool good = read_hooks(root["hooks"].node()) && read_hub(root["hub"].node());
    return good ? Result<Settings>(std::move(settings_))
                : fail(ErrorCode::kBadArguments, std::move(mistake_));
  }

 private:
  bool wrong(const toml::node& node, const std::string& what) {
    mistake_ = source_ + ":" + std::to_string(node.source().begin.line) + ": " + what;
    return false;
  }

  bool read_hooks(const toml::node* node) {
    if (node == nullptr) {
      return true;
    }
    const toml::table* const section = node->as_table();
    if (section == nullptr) {
      return wrong(*node, "'hooks' must be a section: [hooks]");
    }
    return std::ranges::all_of(*section, [this](const auto& entry) {
      return read_hook_key(entry.first.str(), entry.second);
    });
  }

  bool read_hook_key(std::string_view key, const toml::node& value) {
    if (key == "deadline") {
      return read_seconds(key, value, settings_.deadline);
    }
    if (key == "load_deadline") {
      return read_seconds(key, value, settings_.load_deadline);
    }
    if (const auto hook = verlihub::find_hook(key)) {
      return read_mode(*hook, value);
    }
    return wrong(value, "[hooks] has no '" + std::string(key) +
                            "': its keys are deadline, load_deadline and the names of hooks");
  }

  bool read_seconds(std::string_view key, const toml::node& node, Duration& to) {
    const auto seconds = node.is_number() ? node.value<double>() : std::nullopt;
    if (!seconds || *seconds < 0.001 || *seconds > kLongestSeconds || std::isnan(*seconds)) {
      return wrong(
          node, "[hooks] " + std::string(key) + " must be a number of seconds from 0.001 to 86400");
    }
    to = std::chrono::round<Duration>(std::chrono::duration<double>(*seconds));
    return true;
  }

  bool read_mode(Hook hook, const toml::node& node) {
    const auto text = node.value_exact<std::string>();
    if (text != "decide" && text != "observe") {
      return wrong(node, "[hooks] " + std::string(verlihub::hook_row(hook).name) +
                             R"( must be "decide" or "observe")");
    }
    settings_.modes.at(static_cast<std::size_t>(hook)) =
        text == "decide" ? HookMode::kDecide : HookMode::kObserve;
    return true;
  }

  // Reads the one setting of a hub that this library needs.
  bool read_hub(const toml::node* node) {
    const toml::table* const section = node != nullptr ? node->as_table() : nullptr;
    const toml::node* const encoding = section != nullptr ? section->get("encoding") : nullptr;
    if (encoding == nullptr) {
      return true;
    }
    const auto name = encoding->value_exact<std::string>();
    if (!name || name->empty()) {
      return wrong(*encoding, "[hub] encoding must be the name of a Python codec, as \"cp1251\"");
    }
    settings_.codec = TextCodec(*name);
    return true;
  }

  std::string source_;
  Settings settings_;
  std::string mistake_;
};

}  // namespace

std::array<HookMode, verlihub::kHookCount> default_hook_modes() {
  std::array<HookMode, verlihub::kHookCount> modes{};
  for (const Hook hook : kObserved) {
    modes.at(static_cast<std::size_t>(hook)) = HookMode::kObserve;
  }
  return modes;
}

Result<Settings> parse_settings(std::string_view toml, std::string_view source_name) {
  try {
    return SettingsReader(source_name).read(toml::parse(toml, source_name));
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::kBadArguments, std::string(source_name) + ":" +
                                              std::to_string(error.source().begin.line) + ": " +
                                              std::string(error.description()));
  }
}

Result<Settings> load_settings(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return Settings();
  }
  const std::string text((std::istreambuf_iterator<char>(stream)),
                         std::istreambuf_iterator<char>());
  return parse_settings(text, file.string());
}

}  // namespace hookline::wrapper
