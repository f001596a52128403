#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "hookline/script_host.h"

namespace hookline::hub {

class Bans;
class FlushList;
class HostNames;
class Moderation;
class Passwords;
class Registrations;
class Restrictions;
class Roster;
class ScriptEvents;
class Session;
class Sessions;
class Settings;
class UserDirectory;
struct HubConfig;
struct HubCounters;

// Runs the chat commands of users ("!help"), so that sessions need not know them.
class ChatCommandRunner {
 public:
  virtual ~ChatCommandRunner() = default;
  // Runs the command that `sender` typed, after the scripts let it pass. Returns the answer, which
  // is empty if there is none or if it comes later. Thread safety: the hub's thread.
  [[nodiscard]] virtual std::string run(Session& sender, std::string_view text) = 0;
};

// References to the parts of the hub that sessions use. HubCore owns them; they outlive every
// session.
//
// Thread safety: the hub's thread.
struct SessionServices {
  const HubConfig& config;
  Clock& clock;
  HubCounters& counters;
  Settings& settings;
  FlushList& flushes;
  UserDirectory& directory;
  Roster& roster;
  Sessions& sessions;
  ScriptEvents& scripts;
  Registrations& registrations;
  Passwords& passwords;
  Bans& bans;
  Restrictions& restrictions;
  Moderation& moderation;
  ChatCommandRunner& chat_commands;
  HostNames* host_names = nullptr;  // nullptr: host names are not looked up
  std::uint16_t port = 0;           // the port on which the hub listens
};

}  // namespace hookline::hub
