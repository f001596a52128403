#pragma once

#include <string>
#include <string_view>

#include "hookline/hook.h"
#include "hookline/script_host.h"
#include "hookline/verlihub/hooks.h"
#include "hub/session/chat_pipeline.h"

namespace hookline::hub {

class CommandProcessor;
class Roster;
class ScriptEvents;
class Session;
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

// Handles what one client says: in main chat, in private messages, to the operators' chat, and as
// commands to the hub.
//
// Thread safety: the hub's thread. Ownership: a part of its CommandProcessor.
class ChatFlow {
 public:
  // Has the parts of the hub that this and its ChatPipeline use.
  struct Needs {
    const HubConfig& config;
    const Clock& clock;
    HubCounters& counters;
    const Roster& roster;
    ScriptEvents& scripts;
    ChatCommandRunner& chat_commands;
  };

  // `hub` must outlive this.
  ChatFlow(Session& session, CommandProcessor& commands, const Needs& hub);

  void handle_chat();
  void handle_private();
  void handle_main_chat_to();

  // Returns whether the present command is a chat line of this user, and not a command to the hub.
  [[nodiscard]] bool is_plain_chat() const;
  [[nodiscard]] const ChatPipeline& pipeline() const noexcept { return pipeline_; }

  // Called by the ChatPipeline, in the order of the lines. Changes `command`, the whole chat line.
  void chat_decided(std::string& command, TimePoint received, const Decision& decision);

 private:
  // Asks the scripts about the present command, a chat line in which the user says `text`.
  void ask_about_line(std::string_view text);
  void private_decided(const Decision& decision);
  void op_chat_decided(const Decision& decision);
  void main_chat_to_decided(const Decision& decision);
  void begin_chat_command(std::string_view text, bool in_private);
  void hub_command_decided(const Decision& decision);
  void user_command_decided(const Decision& decision);
  void broadcast_replaced(std::string_view command, const verlihub::Replacement& replacement);

  Session& session_;
  CommandProcessor& commands_;
  const Needs& hub_;
  ChatPipeline pipeline_;
  std::string chat_command_;  // the text of the command to the hub that is being decided
};

}  // namespace hookline::hub
