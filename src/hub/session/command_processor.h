#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hub/nmdc/nmdc.h"
#include "hub/session/chat_flow.h"
#include "hub/session/command_input.h"
#include "hub/session/info_flow.h"
#include "hub/session/login_flow.h"
#include "hub/session/peer_flow.h"
#include "hub/session/session_services.h"
#include "hub/store/restrictions.h"

namespace hookline::hub {

// Where a command goes on once the scripts have decided: a method of a flow.
class NextStep {
 public:
  // Goes on nowhere: for commands that scripts may only refuse or let pass.
  NextStep() = default;
  template <auto Method, class Flow>
  [[nodiscard]] static NextStep to(Flow* flow) noexcept {
    NextStep step;
    step.flow_ = flow;
    step.run_ = [](void* self, const Verdict& verdict) {
      (static_cast<Flow*>(self)->*Method)(verdict);
    };
    return step;
  }
  void run(const Verdict& verdict) const { run_(flow_, verdict); }

 private:
  void* flow_ = nullptr;
  void (*run_)(void* flow, const Verdict& verdict) = [](void*, const Verdict&) {};
};

// Processes the commands of one client, one after another: asks the scripts about each, and hands
// it to the flow that knows it (login, info, chat, peers).
//
// A command that the scripts have to decide about stops the processing, of this client only, until
// its verdict comes. What the client sends meanwhile stays in the buffer and, beyond a bound, in
// its socket. Only chat lines do not wait for the verdicts of earlier chat lines, but their results
// keep the order (ChatPipeline).
//
// Thread safety: the hub's thread. Ownership: a part of its Session.
class CommandProcessor final : private VerdictHandler {
 public:
  CommandProcessor(Session& session, SessionServices& hub);
  CommandProcessor(const CommandProcessor&) = delete;
  CommandProcessor& operator=(const CommandProcessor&) = delete;
  ~CommandProcessor() override = default;

  void on_bytes(std::string_view bytes);
  // Called when the session has left: drops what waits.
  void on_left();
  // Processes a command of a script, without its '|', as if the client had sent it, before what the
  // client sends from now on. False if too many such commands wait.
  [[nodiscard]] bool inject(std::string command);
  // Goes on after what made it wait is over.
  void resume();

  // Asks the scripts about what this user's command is about to do, and does it unless they refuse;
  // then the user is told. Neither happens once the user has left. REQUIRES: the command is being
  // processed. `act` may call this at its end.
  void if_allowed(Hook hook, std::initializer_list<HookArg> args, std::function<void()> act);
  // Returns a function that answers the current chat command where it was given, in main chat or as
  // a private message, now or later. It does nothing once the user has left.
  [[nodiscard]] std::function<void(std::string_view)> answerer();
  // Answers the current chat command when `outcome` is known: `done` for True, `not_done` for
  // anything else, or the error.
  void answer_later(Future<Value> outcome, std::string done, std::string not_done);

  // For the flows.
  [[nodiscard]] LoginFlow& login() noexcept { return login_; }
  [[nodiscard]] InfoFlow& info() noexcept { return info_; }
  // The command that is being processed, without its '|'. What a handler let through parses again
  // in the step after the verdict.
  [[nodiscard]] std::string& command() noexcept { return command_; }
  [[nodiscard]] std::string_view args() const noexcept { return nmdc::read_command(command_).args; }
  [[nodiscard]] TimePoint command_at() const noexcept { return command_at_; }
  // Asks the scripts and goes on with `next`, immediately if no script has the hook.
  void decide(Hook hook, std::initializer_list<HookArg> args, NextStep next);
  // Sends what scripts have for this client.
  void send_lines(const Verdict& verdict);
  // Disconnects the client because of a protocol error.
  void malformed(std::string_view what);
  // Whether this is the client's own nick; if not, that is a protocol error.
  [[nodiscard]] bool is_own_nick(std::string_view nick);
  // Whether the user may not do this for now; if so, tells the user.
  [[nodiscard]] bool is_restricted(Restriction what, std::string_view act);
  // Where answerer() answers.
  void answer_privately(bool on) noexcept { answers_privately_ = on; }

 private:
  struct Handler;

  void on_verdict(const Verdict& verdict) noexcept override;
  [[nodiscard]] bool is_waiting() const noexcept {
    return waiting_ != nullptr || login_.is_checking_password();
  }
  // Processes commands until there are none or one has to wait.
  void process();
  [[nodiscard]] bool take_command();
  [[nodiscard]] bool may_begin() const {
    return chat_.pipeline().empty() || (!chat_.pipeline().full() && chat_.is_plain_chat());
  }
  void begin_command();
  void any_decided(const Verdict& verdict);
  void act_decided(const Verdict& verdict);
  void dispatch();
  static const Handler* find_handler(nmdc::CommandKind kind) noexcept;

  Session& session_;
  SessionServices& hub_;
  CommandInput input_;
  LoginFlow login_;
  InfoFlow info_;
  ChatFlow chat_;
  PeerFlow peers_;

  std::string command_;
  TimePoint command_at_;
  bool is_held_back_ = false;  // command_ waits for the chat lines before it

  std::shared_ptr<Session> waiting_;  // the session, while a verdict is pending
  NextStep next_;
  std::function<void()> act_;  // what the scripts decide about in if_allowed()
  bool answers_privately_ = false;
};

}  // namespace hookline::hub
