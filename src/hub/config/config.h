#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hookline/error.h"
#include "hookline/script_host.h"

namespace hookline::hub {

// These are the classes of users. The table in docs/hub.md says what each class may do.
inline constexpr int kClassGuest = 0;
inline constexpr int kClassRegistered = 1;
inline constexpr int kClassVip = 2;
inline constexpr int kClassOperator = 3;
inline constexpr int kClassAdmin = 5;
inline constexpr int kClassMaster = 10;

struct RegisteredUser {
  std::string nick;
  std::string password;
  int user_class = kClassRegistered;
};

// Holds the configuration of the embedded hub, with its default values.
struct HubConfig {
  // [hub]
  std::string name = "hookline";
  std::string topic;
  std::string bot_name = "HubBot";
  std::string op_chat_name = "OpChat";
  std::string motd;
  std::string encoding = "utf-8";  // the encoding of nicks and text, a codec name of Python
  std::size_t max_users = 5'000;
  bool resolve_hosts = false;  // look up the names of the users' addresses

  // [listen]
  std::string address = "0.0.0.0";
  std::uint16_t port = 4111;  // 0: any free port

  // [limits]
  std::size_t max_command_bytes = 65'536;  // a longer command disconnects its sender
  std::size_t max_nick_bytes = 64;
  std::size_t max_unsent_bytes = 8u << 20;  // a client that reads more slowly is disconnected
  Duration login_timeout = std::chrono::seconds(30);
  Duration idle_timeout = std::chrono::minutes(20);  // 0: never
  double commands_per_second = 200;  // limits each client in the long run; 0: no limit
  double command_burst = 1'000;
  // Refuse $Search and $ConnectToMe that name another address than the client's own. Otherwise a
  // hub can be misused to make its users flood a stranger.
  bool check_addresses = true;

  Duration kick_ban = std::chrono::minutes(5);  // the ban of a kicked nick; 0: none

  // [store]
  std::filesystem::path store_path = "hookline.db";  // beside the config file; "": in memory
  Duration sql_timeout = std::chrono::seconds(5);    // the limit of each vh.SQL

  // [scripts]
  std::filesystem::path script_folder;  // empty: "scripts" beside the config file
  std::size_t workers = 0;
  std::size_t mailbox_capacity = 65'536;
  Overflow overflow = Overflow::kReject;
  Duration decision_deadline = std::chrono::seconds(2);
  bool late_answer_allows = true;
  Duration timer_interval = std::chrono::seconds(1);  // the time between two OnTimer
  // The time that the start waits for scripts, and a command for its result.
  Duration load_patience = std::chrono::seconds(5);
  Duration load_limit = std::chrono::seconds(60);        // limits an import; 0: no limit
  Duration interrupt_after = std::chrono::seconds(10);   // zero: never
  Duration quarantine_after = std::chrono::seconds(30);  // zero: never
  std::size_t quarantines = 3;
  Duration end_patience = std::chrono::seconds(10);  // the time that the end waits for scripts

  Gil gil = Gil::kOwn;
  ReloadMode reload = ReloadMode::kFresh;
  std::filesystem::path venv;        // empty: none
  std::size_t memory_limit_mib = 0;  // limits each script; 0: no limit
  std::size_t memory_total_mib = 0;  // limits all scripts together; 0: no limit
  std::size_t value_limit_mib = 64;  // limits a copy of one value; 0: no limit
  double cpu_share = 0;              // the share of one core for each script; 0: no limit
  std::map<std::string, PythonOptions> python_of;  // [scripts.NAME]
  bool watch = false;                              // reload scripts whose files change

  // [control]
  std::filesystem::path control_socket;  // see control_socket_path()
  // [geoip]: MaxMind databases; empty: none
  std::filesystem::path geoip_country;
  std::filesystem::path geoip_city;
  std::filesystem::path geoip_asn;

  // [[users]]
  std::vector<RegisteredUser> users;

  // [variables.CONF]: the variables that vh.GetConfig(CONF, NAME) returns
  std::map<std::pair<std::string, std::string>, std::string> variables;

  // The folder of the configuration's file; empty if there is no file.
  std::filesystem::path base_dir;

  // Returns the folder of the scripts.
  [[nodiscard]] std::filesystem::path scripts_path() const {
    return base_dir / (script_folder.empty() ? std::filesystem::path("scripts") : script_folder);
  }

  // Returns the options for the script of this file. Relative paths start in base_dir.
  [[nodiscard]] LoadOptions load_options(const std::filesystem::path& script) const;
};

// Reads a TOML file. An unknown key, or a value of the wrong type or out of range, is
// kBadArguments; the message has the file, the line, and the allowed values.
[[nodiscard]] Result<HubConfig> load_config(const std::filesystem::path& file);
[[nodiscard]] Result<HubConfig> parse_config(std::string_view toml, std::string_view source_name);

// Returns the path of the socket by which `hookline ctl` finds a hub with this configuration. It is
// the one in [control] socket, or else hookline.sock beside the configuration's file; without a
// file, it is hookline.sock in $XDG_RUNTIME_DIR or in the working directory. The path is empty if
// the socket is "off".
[[nodiscard]] std::filesystem::path control_socket_path(const HubConfig& config);

}  // namespace hookline::hub
