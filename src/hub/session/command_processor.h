#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "hookline/future.h"
#include "hookline/hook.h"
#include "hookline/script_host.h"
#include "hub/nmdc/nmdc.h"
#include "hub/session/chat_flow.h"
#include "hub/session/command_input.h"
#include "hub/session/info_flow.h"
#include "hub/session/login_flow.h"
#include "hub/session/peer_flow.h"
#include "hub/store/restrictions.h"

namespace hookline::hub {

class RoomQueue;
class ScriptEvents;
class Session;
class Sessions;
struct HubConfig;
struct HubCounters;

// Is the method of a flow that handles a command once the scripts have decided.
class NextStep {
 public:
  // Makes a step that does nothing, for commands that scripts may only refuse or let pass.
  NextStep() = default;
  template <auto Method, class Flow>
  [[nodiscard]] static NextStep to(Flow* flow) noexcept {
    NextStep step;
    step.flow_ = flow;
    step.run_ = [](void* self, const Decision& decision) {
      (static_cast<Flow*>(self)->*Method)(decision);
    };
    return step;
  }
  void run(const Decision& decision) const { run_(flow_, decision); }
  // Returns whether the step does anything.
  [[nodiscard]] bool acts() const noexcept { return flow_ != nullptr; }

 private:
  void* flow_ = nullptr;
  void (*run_)(void* flow, const Decision& decision) = [](void*, const Decision&) {};
};

// Processes the commands of one client, one after another: asks the scripts about each, and hands
// it to the flow that knows it (login, info, chat, peers).
//
// If the scripts have to decide about a command, the processing of this client's commands stops
// until their decision comes. Meanwhile the client's input stays in the buffer and, beyond a bound,
// in its socket. Chat lines are an exception: they do not wait for the decisions of earlier chat
// lines, but their results keep the order (ChatPipeline). The processing also stops while the
// scripts cannot be asked, because a mailbox is full and must not be overfilled (RoomQueue).
//
// Thread safety: the hub's thread. Ownership: a part of its Session.
class CommandProcessor final : private DecisionHandler {
 public:
  // Has the parts of the hub that this and its flows use.
  struct Needs {  // NOLINT(*-pro-type-member-init): references are always initialized
    const HubConfig& config;
    const Clock& clock;
    HubCounters& counters;
    Sessions& sessions;
    ScriptEvents& scripts;
    RoomQueue& room;
    const Restrictions& restrictions;
    LoginFlow::Needs login;
    InfoFlow::Needs info;
    ChatFlow::Needs chat;
    PeerFlow::Needs peers;
  };

  // `hub` must outlive this.
  CommandProcessor(Session& session, const Needs& hub);
  CommandProcessor(const CommandProcessor&) = delete;
  CommandProcessor& operator=(const CommandProcessor&) = delete;
  ~CommandProcessor() override = default;

  void on_bytes(std::string_view bytes);
  // Called when the session has left. Drops everything that waits.
  void on_left();
  // Processes a command of a script, without its '|', as if the client had sent it, before what the
  // client sends from now on. Returns false if too many such commands wait.
  [[nodiscard]] bool inject(std::string command);
  // Continues when the reason for waiting is over.
  void resume();

  // Asks the scripts about the action that this user's command requests, and performs it unless
  // they refuse; then the user is told. Neither happens once the user has left. REQUIRES: the
  // command is being processed. `act` may call this at its end.
  void if_allowed(Hook hook, std::initializer_list<Argument> args, std::function<void()> act);
  // Returns a function that answers the current chat command where it was given, in main chat or as
  // a private message, now or later. It does nothing once the user has left.
  [[nodiscard]] std::function<void(std::string_view)> answerer();
  // Answers the current chat command when `outcome` is known: `done` for True, `not_done` for
  // anything else, or the error.
  void answer_later(Future<Value> outcome, std::string done, std::string not_done);

  // The flows use the methods below.
  [[nodiscard]] LoginFlow& login() noexcept { return login_; }
  [[nodiscard]] InfoFlow& info() noexcept { return info_; }
  // Returns the command that is being processed, without its '|'. A handler that let it through
  // parses it again in the step after the decision.
  [[nodiscard]] std::string& command() noexcept { return command_; }
  [[nodiscard]] std::string_view args() const noexcept { return nmdc::read_command(command_).args; }
  [[nodiscard]] TimePoint command_at() const noexcept { return command_at_; }
  // Asks the scripts and continues with `next`; immediately if no script has the hook.
  void decide(Hook hook, std::initializer_list<Argument> args, NextStep next);
  // Returns whether the scripts can be asked only later. Then `go_on` is called when they can,
  // unless the user leaves before, and no command is processed meanwhile.
  template <class F>
  [[nodiscard]] bool waits_for_room(Hook hook, F go_on) {
    const bool waits = must_wait(hook);
    if (waits) [[unlikely]] {
      hold(hook, std::move(go_on));
    }
    return waits;
  }
  // Sends the protocol lines that scripts have returned for this client.
  void send_lines(const Decision& decision);
  // Tells the user if no script has refused what the user has sent, but it is dropped since answers
  // are late or missed.
  void tell_if_unchecked(const Decision& decision);
  // Disconnects the client because of a protocol error.
  void malformed(std::string_view what);
  // Returns whether this is the client's own nick. Another nick is a protocol error.
  [[nodiscard]] bool is_own_nick(std::string_view nick);
  // Returns whether the user is forbidden to do this for now, and tells the user so.
  [[nodiscard]] bool is_restricted(Restriction what, std::string_view act);
  // Says where answerer() answers.
  void answer_privately(bool on) noexcept { answers_privately_ = on; }

 private:
  struct Handler;

  void on_decision(const Decision& decision) noexcept override;
  [[nodiscard]] bool is_waiting() const noexcept {
    return waiting_ != nullptr || held_ != nullptr || login_.is_checking_password();
  }
  [[nodiscard]] bool must_wait(Hook hook) const;
  void hold(Hook hook, std::function<void()> go_on);
  void on_room();
  // Continues with `next` when the decision comes; immediately if no script was asked.
  void go_on_with(NextStep next, bool is_asked);
  // Processes commands until there are none or one has to wait.
  void process();
  [[nodiscard]] bool take_command();
  [[nodiscard]] bool may_begin() const {
    return chat_.pipeline().empty() || (!chat_.pipeline().full() && chat_.is_plain_chat());
  }
  void begin_command();
  void any_decided(const Decision& decision);
  void act_decided(const Decision& decision);
  void dispatch();
  static const Handler* find_handler(nmdc::CommandKind kind) noexcept;

  Session& session_;
  const Needs& hub_;
  CommandInput input_;
  LoginFlow login_;
  InfoFlow info_;
  ChatFlow chat_;
  PeerFlow peers_;

  std::string command_;
  TimePoint command_at_;
  bool is_held_back_ = false;  // command_ waits for the chat lines before it

  std::shared_ptr<Session> waiting_;  // the session, while a decision is pending
  NextStep next_;
  std::function<void()> held_;  // is called when the scripts' mailboxes have room
  std::function<void()> act_;   // the action that the scripts decide about in if_allowed()
  bool answers_privately_ = false;
};

}  // namespace hookline::hub
