#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "hub/config/config.h"

namespace hookline::hub {

// Holds the variables that scripts read and set (vh.GetConfig, vh.SetConfig), including the hub's
// own.
//
// The hub's own variables have the conf "config" or kConfigName, which mean the same. hub_name,
// topic, motd and max_users can be set; bot_name and op_chat_name can only be read.
//
// Thread safety: all methods from any thread. They hold a lock only while they copy a string.
class Settings {
 public:
  static constexpr std::string_view kConfigName = "hookline";

  using Key = std::pair<std::string, std::string>;

  explicit Settings(const HubConfig& config);

  // Replaces other spellings of a variable by its own.
  [[nodiscard]] static Key key_of(std::string_view conf, std::string_view name);

  [[nodiscard]] std::optional<std::string> get(std::string_view conf, std::string_view name) const;
  // Returns one of the hub's own variables.
  [[nodiscard]] std::string own(std::string_view name) const;
  [[nodiscard]] std::size_t max_users() const;

  // Fails with kBadArguments if the variable can only be read, or cannot have this value.
  [[nodiscard]] static Result<void> check(std::string_view conf, std::string_view name,
                                          std::string_view value);
  // Returns the previous value ("" for a new variable), or the error of check().
  Result<std::string> set(std::string_view conf, std::string_view name, std::string_view value);

 private:
  mutable std::mutex mutex_;
  std::map<Key, std::string> values_;
};

}  // namespace hookline::hub
