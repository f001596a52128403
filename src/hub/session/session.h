#pragma once

#include <uv.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "hookline/script_host.h"
#include "hub/base/close_reason.h"
#include "hub/net/connection.h"
#include "hub/net/flood_limit.h"
#include "hub/nmdc/command_splitter.h"
#include "hub/nmdc/nmdc.h"
#include "hub/session/chat_pipeline.h"
#include "hub/session/hub_core.h"
#include "hub/users/user.h"

namespace hookline::hub {

// One client, from its connection to its end.
//
// Its commands are processed one after another. A command that the scripts have to decide about
// stops the processing, of this session only, until its verdict is there; what comes meanwhile
// stays in the buffer and, beyond a bound, in the client's socket. Only chat lines do not wait for
// the verdicts of chat lines before them, although what comes of them keeps their order.
//
// Thread safety: the hub's thread. Life: shared by the HubCore, until the connection has ended, and
// by a pending verdict, until it has come.
class Session final : public std::enable_shared_from_this<Session>,
                      private VerdictHandler,
                      private Connection::Events {
 public:
  explicit Session(HubCore& core);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() override = default;

  // Takes the next client of the listener and begins its login. False if there was none.
  [[nodiscard]] bool start(uv_stream_t* listener);

  // Empty until the nick has been accepted.
  [[nodiscard]] const std::string& nick() const noexcept { return nick_; }
  // What scripts have set it to, or the connection's.
  [[nodiscard]] const std::string& ip() const noexcept { return ip_; }
  [[nodiscard]] int user_class() const noexcept { return user_class_; }
  [[nodiscard]] bool is_operator() const noexcept { return user_class_ >= kClassOperator; }
  // nullptr until the nick has been accepted.
  [[nodiscard]] const UserPtr& user() const noexcept { return user_; }
  // Past its login and still there.
  [[nodiscard]] bool is_online() const noexcept { return phase_ == Phase::kOnline; }
  [[nodiscard]] bool has(nmdc::Feature feature) const noexcept {
    return (features_ & feature) != 0;
  }

  // Complete commands, with their '|'.
  void send(std::string_view commands) { connection_.send(commands); }
  // As the hub's bot, in main chat or as a private message.
  void say(std::string_view text);
  void say_privately(std::string_view text);
  // Answers the chat command that is being run, there where it was said, now or later: nothing
  // happens if the user has left by then.
  [[nodiscard]] std::function<void(std::string_view)> answerer();

  // Ends the session: leaves the lists, tells the others and the scripts, then closes the
  // connection once `last_words`, if any, have been sent. Only the first call counts.
  void disconnect(CloseReason reason, std::string_view last_words = {});
  // As above, without waiting for the client.
  void disconnect_now(CloseReason reason);
  // Ends it at `when`, unless it has been told to end earlier.
  void disconnect_at(TimePoint when, CloseReason reason);

  void check_timeouts(TimePoint now);

  // For scripts. REQUIRES: user() is not nullptr, and the session has not left.
  // Shows this as what the user says of itself.
  void set_info(UserPtr user);
  void set_ip(std::string_view ip);
  // Processes a command, without its '|', as if the client had sent it, before what it sends from
  // here on. False if too many of them are waiting.
  [[nodiscard]] bool inject(std::string command);

  // Asks the scripts about what this user's command is about to do, and does it unless they refuse:
  // then the user is told, where the command was given. Neither happens once the user has left.
  // REQUIRES: the command is just being processed; `act`, too, may call this, at its end.
  void if_allowed(Hook hook, std::initializer_list<HookArg> args, std::function<void()> act);

  // For its ChatPipeline: a verdict, and then, once it is out of the pipeline, going on.
  void chat_decided(std::string& command, TimePoint received, const Verdict& verdict);
  void resume();

 private:
  // How far the login is.
  enum class Phase : std::uint8_t {
    kNew,       // connected, the lock not yet sent
    kNick,      // until the nick is accepted
    kPassword,  // until the password is
    kInfo,      // until its first $MyINFO
    kEntering,  // until the scripts have decided about the login
    kOnline,
    kLeft,
  };
  using Step = void (Session::*)(const Verdict&);
  struct Handler;

  void on_bytes(std::string_view bytes) override;
  void on_end() override;
  void on_overflow() override;
  void on_verdict(const Verdict& verdict) noexcept override;

  // Asks the scripts, and goes on with `next`: at once if none has the hook.
  void decide(Hook hook, std::initializer_list<HookArg> args, Step next);
  void go_on(Step next, const Verdict& verdict);
  // What scripts have for this connection.
  void send_lines(const Verdict& verdict);
  [[nodiscard]] bool is_waiting() const noexcept {
    return waiting_ != nullptr || is_checking_password_;
  }
  // Commands, until there are none or one has to wait.
  void process();
  [[nodiscard]] bool take_command();
  void set_user(UserPtr user);
  void look_up_host();
  [[nodiscard]] bool may_begin() const {
    return chat_.empty() || (!chat_.full() && is_plain_chat());
  }
  void begin_command();
  void any_decided(const Verdict& verdict);
  void dispatch();
  static const Handler* find_handler(nmdc::CommandKind kind) noexcept;
  void malformed(std::string_view what);
  void leave(CloseReason reason);
  void retire();
  [[nodiscard]] nmdc::Command command() const noexcept { return nmdc::read_command(command_); }
  // A *_decided() reads the command again: what its handler has let through parses.
  // For commands that scripts may only refuse or let pass.
  void ignore(const Verdict& verdict);

  // session_login.cc
  void new_connection_decided(const Verdict& verdict);
  void handle_supports();
  void supports_decided(const Verdict& verdict);
  void handle_key();
  void handle_validate_nick();
  void nick_decided(const Verdict& verdict);
  [[nodiscard]] bool check_nick(std::string_view nick);
  void deny_nick(std::string_view nick, std::string_view why);
  void handle_password();
  void password_decided(const Verdict& verdict);
  void password_checked(bool fits);
  void admit(bool fits);
  // Disconnects a client that must stay away, and says why.
  [[nodiscard]] bool is_banned(const BanSubject& subject);
  void take_nick(std::string_view nick, int user_class);
  void handle_version();
  void handle_nick_list();
  void handle_my_info();
  void tag_decided(const Verdict& verdict);
  void info_decided(const Verdict& verdict);
  void enter();
  void login_decided(const Verdict& verdict);
  void send_lists();

  // session_chat.cc
  void handle_chat();
  [[nodiscard]] bool is_plain_chat() const;
  // Says so to a user who may not `act` for now.
  [[nodiscard]] bool is_restricted(Restriction what, std::string_view act);
  void handle_private();
  void private_decided(const Verdict& verdict);
  void op_chat_decided(const Verdict& verdict);
  void handle_main_chat_to();
  void main_chat_to_decided(const Verdict& verdict);
  void begin_chat_command(std::string_view text, bool in_private);
  void hub_command_decided(const Verdict& verdict);
  void user_command_decided(const Verdict& verdict);
  void act_decided(const Verdict& verdict);

  // session_peer.cc
  void handle_search();
  void search_decided(const Verdict& verdict);
  void handle_search_result();
  void search_result_decided(const Verdict& verdict);
  void handle_connect_to_me();
  void connect_to_me_decided(const Verdict& verdict);
  void handle_rev_connect_to_me();
  void rev_connect_to_me_decided(const Verdict& verdict);
  void handle_get_info();
  void handle_user_ip();
  void handle_kick();
  void handle_quit();
  void handle_my_hub_url();
  void my_hub_url_decided(const Verdict& verdict);
  void handle_ext_json();
  void ext_json_decided(const Verdict& verdict);
  void handle_bot_info();
  void bot_info_decided(const Verdict& verdict);
  void handle_unknown();
  void handle_my_nick();
  void handle_lock();
  void ctm_to_hub_decided(const Verdict& verdict);
  [[nodiscard]] bool is_own_nick(std::string_view nick);
  [[nodiscard]] bool is_own_address(std::string_view address, std::string_view what);

  HubCore& core_;
  Connection connection_;
  CommandSplitter input_;
  FloodLimit flood_;
  Phase phase_ = Phase::kNew;
  std::uint32_t features_ = 0;
  std::string ip_;
  std::string nick_;
  std::string wanted_nick_;  // until its password has come
  std::string peer_nick_;    // of a client that takes the hub for another client
  int user_class_ = kClassGuest;
  UserPtr user_;
  bool wants_lists_ = false;  // it asked for the nick list before its login was done
  ChatPipeline chat_;
  bool is_held_back_ = false;  // command_ waits until the chat lines before it are decided

  std::deque<std::string> injected_;  // oldest first
  std::string command_;               // the one that is being processed
  std::string chat_command_;          // its text, if it is one for the hub, and where it was said
  bool is_private_command_ = false;
  std::function<void()> act_;          // what the scripts are deciding about in if_allowed()
  bool is_checking_password_ = false;  // on another thread

  std::shared_ptr<Session> waiting_;  // this, while a verdict is pending
  Step next_ = nullptr;
  TimePoint connected_at_;
  TimePoint heard_at_;
  TimePoint command_at_;
  TimePoint left_at_ = kNoDeadline;
  TimePoint ends_at_ = kNoDeadline;  // because a script wants it
  CloseReason ends_with_ = CloseReason::kDefault;
  TimePoint listed_at_ = TimePoint::min();
};

}  // namespace hookline::hub
