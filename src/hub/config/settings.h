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

// The variables that scripts read and set (vh.GetConfig, vh.SetConfig), the hub's own among them.
//
// The hub's own are under the names "config" and kConfigName, which are one: hub_name, topic, motd
// and max_users may be set, bot_name and op_chat_name only read.
//
// Thread safety: all methods from any thread; none waits for more than the copy of a string.
class Settings {
 public:
  static constexpr std::string_view kConfigName = "hookline";

  using Key = std::pair<std::string, std::string>;

  explicit Settings(const HubConfig& config);

  // The one spelling of a variable that has several.
  [[nodiscard]] static Key key_of(std::string_view conf, std::string_view name);

  [[nodiscard]] std::optional<std::string> get(std::string_view conf, std::string_view name) const;
  // One of the hub's own.
  [[nodiscard]] std::string own(std::string_view name) const;
  [[nodiscard]] std::size_t max_users() const;

  // kBadArguments for a variable that is only read, or a value that it cannot have.
  [[nodiscard]] static Result<void> check(std::string_view conf, std::string_view name,
                                          std::string_view value);
  // What was there before ("" for a new one), or what check() says.
  Result<std::string> set(std::string_view conf, std::string_view name, std::string_view value);

 private:
  mutable std::mutex mutex_;
  std::map<Key, std::string> values_;
};

}  // namespace hookline::hub
