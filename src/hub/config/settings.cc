#include "hub/config/settings.h"

#include <algorithm>
#include <array>

#include "hub/base/text.h"

namespace hookline::hub {
namespace {

// The names that old scripts use.
constexpr auto kAliases = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"hub_topic", "topic"},
    {"hub_security", "bot_name"},
    {"opchat_name", "op_chat_name"},
});

std::optional<std::size_t> read_count(std::string_view text) {
  const auto number = read_number<std::size_t>(text);
  return number.value_or(0) != 0 ? number : std::nullopt;
}

}  // namespace

Settings::Key Settings::key_of(std::string_view conf, std::string_view name) {
  const bool is_own = conf == "config" || conf == kConfigName;
  const auto* alias = std::ranges::find(kAliases, name, &decltype(kAliases)::value_type::first);
  return {std::string(is_own ? kConfigName : conf),
          std::string(is_own && alias != kAliases.end() ? alias->second : name)};
}

Settings::Settings(const HubConfig& config) {
  for (const auto& [key, value] : config.variables) {
    values_[key_of(key.first, key.second)] = value;
  }
  const auto own = [this](const char* name, std::string value) {
    values_[key_of(kConfigName, name)] = std::move(value);
  };
  own("hub_name", config.name);
  own("topic", config.topic);
  own("motd", config.motd);
  own("max_users", std::to_string(config.max_users));
  own("bot_name", config.bot_name);
  own("op_chat_name", config.op_chat_name);
}

std::optional<std::string> Settings::get(std::string_view conf, std::string_view name) const {
  const auto key = key_of(conf, name);
  const std::scoped_lock lock(mutex_);
  const auto found = values_.find(key);
  return found == values_.end() ? std::nullopt : std::optional(found->second);
}

std::string Settings::own(std::string_view name) const {
  return get(kConfigName, name).value_or(std::string());
}

std::size_t Settings::max_users() const { return read_count(own("max_users")).value_or(1); }

Result<void> Settings::check(std::string_view conf, std::string_view name, std::string_view value) {
  const auto key = key_of(conf, name);
  if (key.first == kConfigName) {
    if (key.second == "bot_name" || key.second == "op_chat_name") {
      return fail(ErrorCode::kBadArguments, key.second + " cannot be changed while the hub runs");
    }
    if (key.second == "max_users" && !read_count(value)) {
      return fail(ErrorCode::kBadArguments, "max_users must be a positive number");
    }
    if ((key.second == "hub_name" || key.second == "topic") && value.contains('|')) {
      return fail(ErrorCode::kBadArguments, key.second + " must not contain '|'");
    }
  }
  return {};
}

Result<std::string> Settings::set(std::string_view conf, std::string_view name,
                                  std::string_view value) {
  if (auto checked = check(conf, name, value); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  const std::scoped_lock lock(mutex_);
  return std::exchange(values_[key_of(conf, name)], std::string(value));
}

}  // namespace hookline::hub
