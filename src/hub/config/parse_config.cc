// Reads the text of a configuration: ConfigReader goes through the TOML document, key by key.

#include <toml++/toml.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <sstream>
#include <type_traits>

#include "hub/config/config.h"
#include "hub/config/config_keys.h"
#include "hub/nmdc/nick.h"
#include "hub/nmdc/nmdc.h"
#include "plugin/types/enum_names.h"

namespace hookline::hub {
namespace {

// Reads one document into a HubConfig. Stops at the first mistake, and keeps its description.
class ConfigReader {
 public:
  explicit ConfigReader(std::string_view source_name) : source_(source_name) {}

  Result<HubConfig> read(const toml::table& root);

 private:
  // Each of these returns false after it has described the mistake.
  bool wrong(const toml::node& node, const std::string& what);
  bool read_section(std::string_view name, const toml::node& node);
  bool read_keys(std::string_view section, const toml::table& table);
  bool read_value(const ConfigKey& key, const toml::node& node);
  bool read_script(std::string_view name, const toml::table& table);
  bool read_users(const toml::node& node);
  bool read_user(const toml::node& node);
  bool read_variables(const toml::node& node);
  bool check_names(const toml::table& root);

  bool set(const ConfigKey& key, const toml::node& node, std::string HubConfig::* to);
  bool set(const ConfigKey& key, const toml::node& node, std::filesystem::path HubConfig::* to);
  bool set(const ConfigKey& key, const toml::node& node, bool HubConfig::* to);
  bool set(const ConfigKey& key, const toml::node& node, double HubConfig::* to);
  bool set(const ConfigKey& key, const toml::node& node, Duration HubConfig::* to);
  template <class Enum>
    requires std::is_enum_v<Enum>
  bool set(const ConfigKey& key, const toml::node& node, Enum HubConfig::* to);
  template <std::unsigned_integral T>
  bool set(const ConfigKey& key, const toml::node& node, T HubConfig::* to);
  bool wrong_value(const ConfigKey& key, const toml::node& node, const std::string& expected);

  std::string source_;
  HubConfig config_;
  std::string mistake_;
};

std::string in_words(const ConfigKey& key) {
  const auto word = [](double number) {
    std::ostringstream out;
    out << number;
    return out.str();
  };
  return "from " + word(key.min) + " to " + word(key.max);
}

// Returns false for NaN, too.
bool is_within(const ConfigKey& key, double number) {
  return number >= key.min && number <= key.max;
}

constexpr std::int64_t kMostMib = 1'000'000;

// Returns a memory limit of a script in bytes; the file has it in MiB.
std::optional<std::size_t> memory_of(const toml::node& node) {
  const auto mib = node.value_exact<std::int64_t>();
  return mib && *mib >= 0 && *mib <= kMostMib ? std::optional(static_cast<std::size_t>(*mib) << 20U)
                                              : std::nullopt;
}

std::optional<double> share_of(const toml::node& node) {
  const auto share = node.value<double>();
  return share && *share >= 0 && *share <= 1 ? share : std::nullopt;
}

// Returns the enumerator that the node names, or nullopt if there is none.
template <class Enum>
std::optional<Enum> enumerator_of(const toml::node& node) {
  return detail::enum_named<Enum>(node.value_or(std::string()));
}

bool ConfigReader::wrong(const toml::node& node, const std::string& what) {
  mistake_ = source_ + ":" + std::to_string(node.source().begin.line) + ": " + what;
  return false;
}

bool ConfigReader::wrong_value(const ConfigKey& key, const toml::node& node,
                               const std::string& expected) {
  return wrong(
      node, "[" + std::string(key.section) + "] " + std::string(key.name) + " must be " + expected);
}

bool ConfigReader::set(const ConfigKey& key, const toml::node& node, std::string HubConfig::* to) {
  const auto text = node.value_exact<std::string>();
  // The protocol's own delimiter would end the command that the text is sent in.
  const bool may_have_bar = key.name == "motd";
  if (!text || (!may_have_bar && text->contains('|'))) {
    return wrong_value(key, node, may_have_bar ? "a string" : "a string without '|'");
  }
  config_.*to = *text;
  return true;
}

bool ConfigReader::set(const ConfigKey& key, const toml::node& node,
                       std::filesystem::path HubConfig::* to) {
  const auto text = node.value_exact<std::string>();
  if (!text) {
    return wrong_value(key, node, "a string, the path of a folder");
  }
  config_.*to = *text;
  return true;
}

bool ConfigReader::set(const ConfigKey& key, const toml::node& node, bool HubConfig::* to) {
  const auto value = node.value_exact<bool>();
  if (!value) {
    return wrong_value(key, node, "true or false");
  }
  config_.*to = *value;
  return true;
}

bool ConfigReader::set(const ConfigKey& key, const toml::node& node, double HubConfig::* to) {
  const auto value = node.is_number() ? node.value<double>() : std::nullopt;
  if (!value || !is_within(key, *value)) {
    return wrong_value(key, node, "a number " + in_words(key));
  }
  config_.*to = *value;
  return true;
}

bool ConfigReader::set(const ConfigKey& key, const toml::node& node, Duration HubConfig::* to) {
  const auto value = node.is_number() ? node.value<double>() : std::nullopt;
  if (!value || !is_within(key, *value)) {
    return wrong_value(key, node, "a number of seconds " + in_words(key));
  }
  config_.*to = std::chrono::round<Duration>(std::chrono::duration<double>(*value));
  return true;
}

template <std::unsigned_integral T>
bool ConfigReader::set(const ConfigKey& key, const toml::node& node, T HubConfig::* to) {
  const auto value = node.value_exact<std::int64_t>();
  if (!value || !is_within(key, static_cast<double>(*value))) {
    return wrong_value(key, node, "an integer " + in_words(key));
  }
  config_.*to = static_cast<T>(*value);
  return true;
}

template <class Enum>
  requires std::is_enum_v<Enum>
bool ConfigReader::set(const ConfigKey& key, const toml::node& node, Enum HubConfig::* to) {
  const auto value = enumerator_of<Enum>(node);
  if (!value) {
    return wrong_value(key, node, detail::enum_choices<Enum>());
  }
  config_.*to = *value;
  return true;
}

bool ConfigReader::read_value(const ConfigKey& key, const toml::node& node) {
  return std::visit([&](auto member) { return set(key, node, member); }, key.target);
}

bool ConfigReader::read_keys(std::string_view section, const toml::table& table) {
  for (const auto& [name, node] : table) {
    if (section == "scripts" && node.is_table()) {
      if (!read_script(name.str(), *node.as_table())) {
        return false;
      }
      continue;
    }
    const auto keys = config_keys();
    const auto key = std::ranges::find_if(keys, [&, wanted = name.str()](const ConfigKey& row) {
      return row.section == section && row.name == wanted;
    });
    if (key == keys.end()) {
      std::string known;
      for (const auto& row : keys) {
        if (row.section == section) {
          known += (known.empty() ? "" : ", ") + std::string(row.name);
        }
      }
      return wrong(node, "[" + std::string(section) + "] has no key '" + std::string(name.str()) +
                             "'; it has " + known);
    }
    if (!read_value(*key, node)) {
      return false;
    }
  }
  return true;
}

bool ConfigReader::read_script(std::string_view name, const toml::table& table) {
  PythonOptions options;
  for (const auto& [key, value] : table) {
    if (key == "venv" && value.is_string()) {
      options.venv = value.value_or(std::string());
    } else if (key == "gil" && enumerator_of<Gil>(value)) {
      options.gil = enumerator_of<Gil>(value);
    } else if (key == "memory_limit" && memory_of(value)) {
      options.memory_limit = memory_of(value);
    } else if (key == "value_limit" && memory_of(value)) {
      options.value_limit = memory_of(value);
    } else if (key == "cpu_share" && share_of(value)) {
      options.cpu_share = share_of(value);
    } else if (key == "reload" && enumerator_of<ReloadMode>(value)) {
      options.reload = enumerator_of<ReloadMode>(value);
    } else {
      return wrong(value, "[scripts." + std::string(name) +
                              R"(] has gil = "own", "shared" or "main", venv = "path", )"
                              "memory_limit = MiB, value_limit = MiB, cpu_share = 0 to 1 and "
                              R"(reload = "fresh" or "in_place", not ')" +
                              std::string(key.str()) + "' of this value");
    }
  }
  config_.python_of[std::string(name)] = std::move(options);
  return true;
}

bool ConfigReader::read_user(const toml::node& node) {
  const auto* table = node.as_table();
  if (table == nullptr) {
    return wrong(node, "[[users]] must be tables");
  }
  RegisteredUser user;
  for (const auto& [name, value] : *table) {
    if (name == "nick" && value.is_string()) {
      user.nick = value.value_or(std::string());
    } else if (name == "password" && value.is_string()) {
      user.password = value.value_or(std::string());
    } else if (name == "class" && value.is_integer()) {
      user.user_class = static_cast<int>(
          std::clamp<std::int64_t>(value.value_or(std::int64_t{0}), 0, kClassMaster + 1));
    } else {
      return wrong(value,
                   R"([[users]] has nick = "...", password = "..." and class = number, not ')" +
                       std::string(name.str()) + "' of this type");
    }
  }
  if (!nmdc::is_valid_nick(user.nick, config_.max_nick_bytes)) {
    return wrong(node, "[[users]] needs a nick of 1 to " + std::to_string(config_.max_nick_bytes) +
                           " bytes, without spaces, control characters and $ | < >");
  }
  if (user.password.empty() || user.password.contains('|')) {
    return wrong(node, "[[users]] needs a password, without '|'");
  }
  if (user.user_class < kClassRegistered || user.user_class > kClassMaster) {
    return wrong(node, "[[users]] class must be from 1 to 10");
  }
  const auto same = [key = fold_nick(user.nick)](const RegisteredUser& other) {
    return fold_nick(other.nick) == key;
  };
  if (std::ranges::any_of(config_.users, same)) {
    return wrong(node, "[[users]] has the nick '" + user.nick + "' twice");
  }
  config_.users.push_back(std::move(user));
  return true;
}

bool ConfigReader::read_users(const toml::node& node) {
  const auto* users = node.as_array();
  if (users == nullptr) {
    return wrong(node, "users must be written as [[users]]");
  }
  return std::ranges::all_of(*users, [this](const toml::node& user) { return read_user(user); });
}

bool ConfigReader::read_variables(const toml::node& node) {
  const auto text_of = [](const toml::node& value) -> std::optional<std::string> {
    if (const auto truth = value.value_exact<bool>()) {
      return *truth ? "1" : "0";  // old scripts compare with these
    }
    if (const auto number = value.value_exact<std::int64_t>()) {
      return std::to_string(*number);
    }
    return value.value<std::string>();
  };
  const auto* confs = node.as_table();
  if (confs == nullptr) {
    return wrong(node, "variables must be written as [variables.CONF]");
  }
  for (const auto& [conf, table] : *confs) {
    if (!table.is_table()) {
      return wrong(table, "variables must be written as [variables.CONF]");
    }
    for (const auto& [name, value] : *table.as_table()) {
      const auto text = text_of(value);
      if (!text) {
        return wrong(value, "[variables." + std::string(conf.str()) + "] " +
                                std::string(name.str()) +
                                " must be a string, an integer or a bool");
      }
      config_.variables[{std::string(conf.str()), std::string(name.str())}] = *text;
    }
  }
  return true;
}

bool ConfigReader::read_section(std::string_view name, const toml::node& node) {
  const auto keys = config_keys();
  if (std::ranges::find(keys, name, &ConfigKey::section) == keys.end()) {
    return wrong(node, "there is no section [" + std::string(name) +
                           "]; there are [hub], [listen], [limits], [scripts], [control], [store], "
                           "[geoip], [[users]] and [variables.CONF]");
  }
  const auto* table = node.as_table();
  return table != nullptr
             ? read_keys(name, *table)
             : wrong(node, std::string(name) + " must be written as [" + std::string(name) + "]");
}

bool ConfigReader::check_names(const toml::table& root) {
  for (const auto* name : {&config_.bot_name, &config_.op_chat_name}) {
    if (!nmdc::is_valid_nick(*name, config_.max_nick_bytes)) {
      return wrong(root, "[hub] bot_name and op_chat_name must be nicks: '" + *name + "' is not");
    }
  }
  if (fold_nick(config_.bot_name) == fold_nick(config_.op_chat_name)) {
    return wrong(root, "[hub] bot_name and op_chat_name must differ");
  }
  for (const auto& user : config_.users) {
    const auto key = fold_nick(user.nick);
    if (key == fold_nick(config_.bot_name) || key == fold_nick(config_.op_chat_name)) {
      return wrong(root, "[[users]] nick '" + user.nick + "' is the name of a bot");
    }
  }
  return true;
}

Result<HubConfig> ConfigReader::read(const toml::table& root) {
  // The users come last, because [limits] says which nicks are valid, wherever it is in the file.
  bool good = true;
  for (const auto& [name, node] : root) {
    if (good && name == "variables") {
      good = read_variables(node);
    } else if (good && name != "users") {
      good = read_section(name.str(), node);
    }
  }
  const auto* users = root.get("users");
  good = good && (users == nullptr || read_users(*users)) && check_names(root);
  return good ? Result<HubConfig>(std::move(config_))
              : fail(ErrorCode::kBadArguments, std::move(mistake_));
}

}  // namespace

Result<HubConfig> parse_config(std::string_view toml, std::string_view source_name) {
  try {
    return ConfigReader(source_name).read(toml::parse(toml));
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::kBadArguments, std::string(source_name) + ":" +
                                              std::to_string(error.source().begin.line) + ": " +
                                              std::string(error.description()));
  }
}

}  // namespace hookline::hub
