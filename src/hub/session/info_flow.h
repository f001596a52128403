#pragma once

#include "hookline/hook.h"
#include "hookline/script_host.h"

namespace hookline::hub {

class CommandProcessor;
class Roster;
class Session;
class Settings;
class UserDirectory;
struct HubConfig;

// Handles the information that one client sends about itself ($MyINFO, $MyHubURL, $ExtJSON), and
// its questions about others and the hub ($GetNickList, $GetINFO, $UserIP, $BotINFO).
//
// Thread safety: the hub's thread. Ownership: a part of its CommandProcessor.
class InfoFlow {
 public:
  // Has the parts of the hub that this uses.
  struct Needs {
    const HubConfig& config;
    const Clock& clock;
    const Settings& settings;
    const UserDirectory& directory;
    const Roster& roster;
  };

  // `hub` must outlive this.
  InfoFlow(Session& session, CommandProcessor& commands, const Needs& hub)
      : session_(session), commands_(commands), hub_(hub) {}

  void handle_my_info();
  void handle_my_hub_url();
  void handle_ext_json();
  void handle_nick_list();
  void handle_get_info();
  void handle_user_ip();
  void handle_bot_info();

  // Sends the lists if the client asked for them before its login was done.
  void send_requested_lists();

 private:
  void tag_decided(const Decision& decision);
  void info_decided(const Decision& decision);
  void my_hub_url_decided(const Decision& decision);
  void ext_json_decided(const Decision& decision);
  void bot_info_decided(const Decision& decision);
  void send_lists();

  Session& session_;
  CommandProcessor& commands_;
  const Needs& hub_;
  bool wants_lists_ = false;  // asked for the lists before its login was done
  TimePoint listed_at_ = TimePoint::min();
};

}  // namespace hookline::hub
