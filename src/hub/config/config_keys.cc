#include "hub/config/config_keys.h"

#include <array>
#include <charconv>
#include <chrono>
#include <type_traits>

#include "plugin/types/enum_names.h"

namespace hookline::hub {
namespace {

constexpr double kMaxBytes = 1e9;
constexpr double kDay = 86'400;

// clang-format off
const auto kKeys = std::to_array<ConfigKey>({
  {"hub", "name", &HubConfig::name, 0, 0, "text", "The hub's name, as clients show it."},
  {"hub", "topic", &HubConfig::topic, 0, 0, "text", "The topic at the start; operators and scripts may change it."},
  {"hub", "bot_name", &HubConfig::bot_name, 0, 0, "nick", "The nick with which the hub speaks."},
  {"hub", "op_chat_name", &HubConfig::op_chat_name, 0, 0, "nick", "A private message to it reaches every operator."},
  {"hub", "motd", &HubConfig::motd, 0, 0, "text", "A text for each user who logs in; empty: none."},
  {"hub", "encoding", &HubConfig::encoding, 0, 0, "codec", "The encoding of nicks and text, as a codec name of Python."},
  {"hub", "max_users", &HubConfig::max_users, 1, 1e6, "users", "The hub turns away users beyond this number, but never operators."},
  {"hub", "resolve_hosts", &HubConfig::resolve_hosts, 0, 0, "bool", "Look up the host names of the users' addresses, for vh.GetUserHost."},
  {"listen", "address", &HubConfig::address, 0, 0, "IP address", R"(The address to listen on; "::" accepts IPv6 and IPv4.)"},
  {"listen", "port", &HubConfig::port, 0, 65'535, "port", "The port to listen on; 0 chooses a free one."},
  {"limits", "max_command_bytes", &HubConfig::max_command_bytes, 256, kMaxBytes, "bytes", "A longer command disconnects its sender."},
  {"limits", "max_nick_bytes", &HubConfig::max_nick_bytes, 1, 255, "bytes", "A longer nick is denied."},
  {"limits", "max_unsent_bytes", &HubConfig::max_unsent_bytes, 4'096, kMaxBytes, "bytes", "A client that reads so slowly that more than this waits for it is disconnected."},
  {"limits", "login_timeout", &HubConfig::login_timeout, 0.001, kDay, "seconds", "The time that a login may take, from the connection on."},
  {"limits", "idle_timeout", &HubConfig::idle_timeout, 0, 365 * kDay, "seconds", "The time that a client may be silent; 0: for ever."},
  {"limits", "commands_per_second", &HubConfig::commands_per_second, 0, 1e9, "1/s", "The number of commands that each client may send in the long run; 0: no limit."},
  {"limits", "command_burst", &HubConfig::command_burst, 1, 1e9, "commands", "The number of commands that each client may send together."},
  {"limits", "check_addresses", &HubConfig::check_addresses, 0, 0, "bool", "Refuse searches and connection requests that name another address than the client's own."},
  {"limits", "kick_ban", &HubConfig::kick_ban, 0, 365 * kDay, "seconds", "The time that a kicked nick is banned; 0: it is not banned."},
  {"store", "path", &HubConfig::store_path, 0, 0, "path", R"(The database of registrations, bans and settings, beside the config file; "" or ":memory:" forgets everything at the end.)"},
  {"store", "sql_timeout", &HubConfig::sql_timeout, 0.001, 20, "seconds", "The time that one vh.SQL of a script may take."},
  {"scripts", "script_folder", &HubConfig::script_folder, 0, 0, "path", R"(The folder of the scripts; empty: "scripts" beside the config file. A relative path starts there, too.)"},
  {"scripts", "workers", &HubConfig::workers, 0, 1'024, "threads", "The number of threads that run scripts; 0: one for each script."},
  {"scripts", "mailbox_capacity", &HubConfig::mailbox_capacity, 1, 1e8, "calls", "The number of calls that may wait for one script."},
  {"scripts", "overflow", &HubConfig::overflow, 0, 0, "policy", R"(The effect of a call to a full mailbox: "block", "reject", "drop_oldest" or "drop_newest". With "block" the hub stops reading from the clients whose commands the script is to see.)"},
  {"scripts", "verdict_deadline", &HubConfig::decision_deadline, 0.001, kDay, "seconds", "The time that the hub waits for a script's decision."},
  {"scripts", "late_verdict_allows", &HubConfig::late_answer_allows, 0, 0, "bool", "The effect of a late verdict: true lets the event go on, false blocks it."},
  {"scripts", "timer_interval", &HubConfig::timer_interval, 0.001, kDay, "seconds", "The time between two calls of OnTimer."},
  {"scripts", "load_patience", &HubConfig::load_patience, 0, kDay, "seconds", "The time that the hub waits for scripts before it serves without those that are still loading, and that a command waits for a script."},
  {"scripts", "load_limit", &HubConfig::load_limit, 0, kDay, "seconds", "The time that the import of a script may take; 0: any time. A script that takes longer is not loaded."},
  {"scripts", "interrupt_after", &HubConfig::interrupt_after, 0, kDay, "seconds", "The time that one call of a script may take, before an exception ends it; 0: any time."},
  {"scripts", "quarantine_after", &HubConfig::quarantine_after, 0, kDay, "seconds", "The time after which a call that did not end then is left behind with its thread, and the script runs again; 0: never."},
  {"scripts", "quarantines", &HubConfig::quarantines, 0, 1e6, "times", "A script that is left behind more often than this within ten minutes is not run any more."},
  {"scripts", "end_patience", &HubConfig::end_patience, 0, kDay, "seconds", "The time that the end of the hub waits for scripts. It then ends without them, with exit code 3. Also the time in which the calls that wait for a script that is unloaded run."},
  {"scripts", "gil", &HubConfig::gil, 0, 0, "gil", R"("own": scripts run beside each other; "shared": they take turns, and may import modules that refuse an interpreter with a GIL of its own; "main": like "shared", for one script in the main interpreter.)"},
  {"scripts", "venv", &HubConfig::venv, 0, 0, "path", "A virtual environment whose packages scripts can import; empty: none. A relative path starts beside the config file."},
  {"scripts", "memory_limit", &HubConfig::memory_limit_mib, 0, 1e6, "MiB", "The memory that one script may hold, beyond which it gets MemoryError; 0: no limit. An empty script has about 5."},
  {"scripts", "memory_total", &HubConfig::memory_total_mib, 0, 1e6, "MiB", "The memory that all scripts together may hold; 0: no limit."},
  {"scripts", "value_limit", &HubConfig::value_limit_mib, 0, 1e6, "MiB", "The size of a result of a script, or of the arguments of one call into the hub or one vh.batch(), beyond which it is refused; 0: no limit."},
  {"scripts", "cpu_share", &HubConfig::cpu_share, 0, 1, "cores", "The share of one core that a script may use in the long run; while it has used more, the hub does not wait for its verdicts. 0: no limit."},
  {"scripts", "reload", &HubConfig::reload, 0, 0, "reload", R"("fresh": a reload makes a fresh interpreter, and nothing is left of the old code; "in_place": the fresh code runs in the old interpreter, which takes no memory.)"},
  {"scripts", "watch", &HubConfig::watch, 0, 0, "bool", "Reload scripts when their files change, load new ones, and unload removed ones."},
  {"control", "socket", &HubConfig::control_socket, 0, 0, "path", R"(The socket of `hookline ctl`; empty: "hookline.sock" beside the config file, or without one in `$XDG_RUNTIME_DIR`; "off": none. A relative path starts beside the config file.)"},
  {"geoip", "country", &HubConfig::geoip_country, 0, 0, "path", "A MaxMind database of countries (.mmdb); empty: none. A relative path starts beside the config file."},
  {"geoip", "city", &HubConfig::geoip_city, 0, 0, "path", "A database of cities, which also has the countries."},
  {"geoip", "asn", &HubConfig::geoip_asn, 0, 0, "path", "A database of autonomous systems."},
});
// clang-format on

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
    }
    out.push_back(c);
  }
  out.push_back('"');
  return out;
}

std::string number_text(double number) {
  std::array<char, 32> text{};
  auto* const end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

std::string value_text(const std::string& value) { return in_quotes(value); }
std::string value_text(const std::filesystem::path& value) { return in_quotes(value.string()); }
std::string value_text(bool value) { return value ? "true" : "false"; }
std::string value_text(double value) { return number_text(value); }
std::string value_text(std::uint16_t value) { return std::to_string(value); }
std::string value_text(std::size_t value) { return std::to_string(value); }
template <class Enum>
  requires std::is_enum_v<Enum>
std::string value_text(Enum value) {
  return in_quotes(detail::enum_name(value));
}
std::string value_text(Duration value) {
  return number_text(std::chrono::duration<double>(value).count());
}

}  // namespace

std::span<const ConfigKey> config_keys() { return kKeys; }

std::string config_text(const ConfigKey& key, const HubConfig& config) {
  return std::visit([&config](auto member) { return value_text(config.*member); }, key.target);
}

}  // namespace hookline::hub
