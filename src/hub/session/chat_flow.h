#pragma once

#include <string>
#include <string_view>

#include "hookline/script_host.h"
#include "hub/session/chat_pipeline.h"
#include "hub/session/session_services.h"

namespace hookline::hub {

class CommandProcessor;

// Handles what one client says: in main chat, in private messages, to the operators' chat, and as
// commands to the hub.
//
// Thread safety: the hub's thread. Ownership: a part of its CommandProcessor.
class ChatFlow {
 public:
  ChatFlow(Session& session, CommandProcessor& commands, SessionServices& hub);

  void handle_chat();
  void handle_private();
  void handle_main_chat_to();

  // Returns whether the present command is a chat line of this user, and not a command to the hub.
  [[nodiscard]] bool is_plain_chat() const;
  [[nodiscard]] const ChatPipeline& pipeline() const noexcept { return pipeline_; }

  // Called by the ChatPipeline, in the order of the lines. Changes `command`, the whole chat line.
  void chat_decided(std::string& command, TimePoint received, const Verdict& verdict);

 private:
  void private_decided(const Verdict& verdict);
  void op_chat_decided(const Verdict& verdict);
  void main_chat_to_decided(const Verdict& verdict);
  void begin_chat_command(std::string_view text, bool in_private);
  void hub_command_decided(const Verdict& verdict);
  void user_command_decided(const Verdict& verdict);
  void broadcast_replaced(std::string_view command, const Replacement& replacement);

  Session& session_;
  CommandProcessor& commands_;
  SessionServices& hub_;
  ChatPipeline pipeline_;
  std::string chat_command_;  // the text of the command to the hub that is being decided
};

}  // namespace hookline::hub
