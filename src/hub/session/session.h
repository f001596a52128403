#pragma once

#include <uv.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "hookline/script_host.h"
#include "hub/config/config.h"
#include "hub/net/connection.h"
#include "hub/nmdc/nmdc.h"
#include "hub/session/command_processor.h"
#include "hub/store/bans.h"
#include "hub/users/user.h"

namespace hookline::hub {

class HostNames;
class Roster;
class ScriptEvents;
class Sessions;
struct HubCounters;

// Says why a connection ended, with the numbers of OnCloseConnEx and vh.CloseConnection
// (vh.eCR_*).
enum class CloseReason : int {
  kDefault = 0,
  kInvalidUser = 1,
  kKicked = 2,
  kForceMove = 3,
  kQuit = 4,  // the client left
  kHubLoad = 5,
  kTimeout = 6,      // the login took too long, or the client did not read what was sent to it
  kToAnyAction = 7,  // silent for too long
  kUserLimit = 8,
  kShareLimit = 9,
  kTagNone = 10,
  kTagInvalid = 11,
  kPassword = 12,
  kLoginError = 13,  // a script refused the login
  kSyntax = 14,      // malformed, too long or too many commands
  kInvalidKey = 15,
  kReconnect = 16,  // the same registered user logged in again
  kClone = 17,
  kSelf = 18,
  kBadNick = 19,
  kNoRedirect = 20,
};

// Says how far a client has come. Phases follow each other in this order; kPassword is skipped for
// a nick without a password, and every phase may end in kLeft.
enum class Phase : std::uint8_t {
  kNew,       // connected; the hub has not sent its lock
  kNick,      // the hub waits for a nick
  kPassword,  // the hub waits for the password
  kInfo,      // the hub waits for the first $MyINFO
  kEntering,  // the scripts decide about the login
  kOnline,
  kLeft,
};

// Is one client of the hub: its connection and its user. Other parts of the hub use it to send to a
// user, to disconnect a user, and to change a user's data. Its CommandProcessor handles its
// commands.
//
// Thread safety: the hub's thread. Ownership: Sessions holds it until its connection has ended; a
// pending decision holds it until the decision comes.
class Session final : public std::enable_shared_from_this<Session>, private Connection::Events {
 public:
  // Has the parts of the hub that this and its CommandProcessor use.
  struct Needs {
    const HubConfig& config;
    const Clock& clock;
    HubCounters& counters;
    FlushList& flushes;
    Roster& roster;
    Sessions& sessions;
    ScriptEvents& scripts;
    const Bans& bans;
    HostNames* host_names = nullptr;  // nullptr: host names are not looked up
    CommandProcessor::Needs commands;
  };

  // `hub` must outlive this.
  explicit Session(const Needs& hub);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() override = default;

  // Accepts the next client of the listener and begins its login. Returns false if there was none.
  [[nodiscard]] bool start(uv_stream_t* listener);

  // Returns an empty text until the nick has been accepted.
  [[nodiscard]] const std::string& nick() const noexcept { return nick_; }
  // Returns the address that a script set, or else the connection's.
  [[nodiscard]] const std::string& ip() const noexcept { return ip_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return connection_.port(); }
  [[nodiscard]] int user_class() const noexcept { return user_class_; }
  [[nodiscard]] bool is_operator() const noexcept { return user_class_ >= kClassOperator; }
  // Returns nullptr until the nick has been accepted.
  [[nodiscard]] const UserPtr& user() const noexcept { return user_; }
  [[nodiscard]] Phase phase() const noexcept { return phase_; }
  // Returns whether the client has logged in and has not been disconnected.
  [[nodiscard]] bool is_online() const noexcept { return phase_ == Phase::kOnline; }
  [[nodiscard]] bool has_left() const noexcept { return phase_ == Phase::kLeft; }
  [[nodiscard]] bool has(nmdc::Feature feature) const noexcept {
    return (features_ & feature) != 0;
  }
  [[nodiscard]] CommandProcessor& commands() noexcept { return commands_; }

  // Sends complete commands, with their '|'.
  void send(std::string_view commands) { connection_.send(commands); }
  // Sends what a script wants to send. Returns false if too much is waiting: see Connection.
  [[nodiscard]] bool offer(std::string_view commands, ScriptId script) {
    return connection_.offer(commands, script);
  }
  // Say something as the hub's bot, in main chat or as a private message.
  void say(std::string_view text);
  void say_privately(std::string_view text);
  // Starts and stops reading from the client.
  void read(bool on) { connection_.read(on); }

  // Ends the session: takes the user out of the lists, tells the other users and the scripts, and
  // closes the connection once `last_words`, if any, have been sent. Only the first call counts.
  void disconnect(CloseReason reason, std::string_view last_words = {});
  // Does the same without waiting for the client.
  void disconnect_now(CloseReason reason);
  // Disconnects at `when`. If called several times, the earliest time counts.
  void disconnect_at(TimePoint when, CloseReason reason);
  // Disconnects the client and tells it why if a ban matches. Returns whether one does.
  bool disconnect_if_banned(const BanSubject& subject);
  // Disconnects a client that was too slow, or silent for too long. Call it regularly.
  void check_timeouts(TimePoint now);

  // Replaces the user's data; the second also shows it to everybody once the user is online.
  // REQUIRES, as set_ip() does: user() is not nullptr, and the session has not left.
  void set_user(UserPtr user);
  void set_info(UserPtr user);
  // Changes the address, tells it to the user and to operators, and looks up its name.
  void set_ip(std::string_view ip);

  // The login uses these.
  void set_phase(Phase phase) noexcept { phase_ = phase; }
  void set_features(std::uint32_t features) noexcept { features_ = features; }
  // Sets the nick that the client asked for, which it may never get.
  void set_wanted_nick(std::string_view nick) { wanted_nick_ = nick; }
  [[nodiscard]] const std::string& wanted_nick() const noexcept { return wanted_nick_; }
  // Gives the nick to this client. REQUIRES: nobody has it.
  void take_nick(std::string_view nick, int user_class);
  // Puts the user, with this data, into the lists.
  void enter(const User& user);

 private:
  void on_bytes(std::string_view bytes) override;
  void on_end() override;
  void on_overflow() override;

  // Tells everyone that the user has left. It does what disconnect() does, except for the
  // connection.
  void leave(CloseReason reason);
  void retire();
  void look_up_host();

  const Needs& hub_;
  Connection connection_;
  CommandProcessor commands_;
  Phase phase_ = Phase::kNew;
  std::uint32_t features_ = 0;
  std::string ip_;
  std::string nick_;
  std::string wanted_nick_;
  int user_class_ = kClassGuest;
  UserPtr user_;
  TimePoint connected_at_;
  TimePoint heard_at_;
  TimePoint left_at_ = kNoDeadline;
  TimePoint ends_at_ = kNoDeadline;  // set by disconnect_at()
  CloseReason ends_with_ = CloseReason::kDefault;
};

}  // namespace hookline::hub
