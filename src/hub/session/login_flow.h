#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "hookline/hook.h"
#include "hookline/script_host.h"

namespace hookline::hub {

class CommandProcessor;
class Passwords;
class Registrations;
class Roster;
class ScriptEvents;
class Session;
class Settings;
struct HubConfig;
struct User;

// Leads one client from its connection into the user lists: the lock, the nick, the password, and
// the scripts' decisions about each. The InfoFlow handles its first $MyINFO, and then calls
// enter().
//
// Thread safety: the hub's thread. Ownership: a part of its CommandProcessor.
class LoginFlow {
 public:
  // Has the parts of the hub that this uses.
  struct Needs {
    const HubConfig& config;
    const Settings& settings;
    const Roster& roster;
    const ScriptEvents& scripts;
    const Registrations& registrations;
    Passwords& passwords;
    std::uint16_t port = 0;  // the port on which the hub listens
  };

  // `hub` must outlive this.
  LoginFlow(Session& session, CommandProcessor& commands, const Needs& hub)
      : session_(session), commands_(commands), hub_(hub) {}

  // Asks the scripts about the new connection, and then sends the lock.
  void begin();
  // Puts the user, with this data, into the lists, and asks the scripts about the login.
  void enter(const User& user);
  // Returns whether a password is being checked on another thread. Commands have to wait meanwhile.
  [[nodiscard]] bool is_checking_password() const noexcept { return is_checking_password_; }

  void handle_supports();
  void handle_key();
  void handle_validate_nick();
  void handle_password();
  void handle_version();
  // Handles clients that another client has sent here. They mistake the hub for a client and begin
  // to shake hands with it.
  void handle_my_nick();
  void handle_lock();

 private:
  void connection_decided(const Decision& decision);
  void supports_decided(const Decision& decision);
  void nick_decided(const Decision& decision);
  [[nodiscard]] bool check_nick(std::string_view nick);
  void deny_nick(std::string_view nick, std::string_view why);
  void password_decided(const Decision& decision);
  void password_checked(bool fits);
  // Lets the client in if its password fits.
  void admit(bool fits);
  void login_decided(const Decision& decision);
  void show_addresses();
  void greet();
  void lock_decided(const Decision& decision);

  Session& session_;
  CommandProcessor& commands_;
  const Needs& hub_;
  bool is_checking_password_ = false;
  std::string peer_nick_;  // the nick in $MyNick
};

}  // namespace hookline::hub
