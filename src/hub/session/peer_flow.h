#pragma once

#include <string_view>

#include "hookline/hook.h"
#include "hookline/script_host.h"

namespace hookline::hub {

class CommandProcessor;
class Moderation;
class Roster;
class Session;
struct HubConfig;

// Handles what one client sends to other clients: searches and their results, requests for
// connections, and an operator's $Kick.
//
// Thread safety: the hub's thread. Ownership: a part of its CommandProcessor.
class PeerFlow {
 public:
  // Has the parts of the hub that this uses.
  struct Needs {
    const HubConfig& config;
    const Roster& roster;
    Moderation& moderation;
  };

  // `hub` must outlive this.
  PeerFlow(Session& session, CommandProcessor& commands, const Needs& hub)
      : session_(session), commands_(commands), hub_(hub) {}

  void handle_search();
  void handle_search_result();
  void handle_connect_to_me();
  void handle_rev_connect_to_me();
  void handle_kick();

 private:
  void search_decided(const Decision& decision);
  void search_result_decided(const Decision& decision);
  void connect_to_me_decided(const Decision& decision);
  void rev_connect_to_me_decided(const Decision& decision);
  // Returns whether this is the client's own address. If not, tells the user.
  [[nodiscard]] bool is_own_address(std::string_view address, std::string_view what);
  // Sends the command, as it came, to an online user.
  void pass_on(std::string_view nick);

  Session& session_;
  CommandProcessor& commands_;
  const Needs& hub_;
};

}  // namespace hookline::hub
