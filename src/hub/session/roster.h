#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hub/nmdc/nick.h"
#include "hub/users/user.h"
#include "hub/users/user_directory.h"

namespace hookline::hub {

class Session;

// Who has which nick, and who is to be told what. Keeps the directory that scripts read in step.
//
// Thread safety: the hub's thread. Sessions are borrowed: each removes itself before it ends.
class Roster {
 public:
  explicit Roster(UserDirectory& directory) : directory_(directory) {}

  // A user without a client: listed, and nobody else's nick. One with the same nick is replaced.
  void put_bot(const UserPtr& bot);
  void remove_bot(std::string_view nick);
  // nullptr if no bot has the nick.
  [[nodiscard]] UserPtr find_bot(std::string_view nick) const;
  [[nodiscard]] bool is_bot(std::string_view nick) const { return bots_.contains(nick); }

  // Gives the nick of `user` to the session. REQUIRES: nobody has it.
  void reserve(Session& session, const UserPtr& user);
  // The session's user has changed.
  void update(const UserPtr& user) { directory_.put(user); }
  // The session is past its login: it gets what is broadcast from now on.
  void enter(Session& session, const UserPtr& user);
  // Gives the nick back. Does nothing for a session that has none.
  void remove(Session& session);

  // The session that has this nick, logged in or about to; nullptr for a bot or nobody.
  [[nodiscard]] Session* find(std::string_view nick) const;
  // As above, but only one that is past its login.
  [[nodiscard]] Session* find_online(std::string_view nick) const;
  [[nodiscard]] bool is_taken(std::string_view nick) const {
    return is_bot(nick) || find(nick) != nullptr;
  }
  [[nodiscard]] const std::vector<Session*>& online() const noexcept { return online_; }
  [[nodiscard]] std::size_t reserved() const noexcept { return by_nick_.size(); }

  void broadcast(std::string_view line) const;
  void broadcast(std::string_view line, std::int64_t min_class, std::int64_t max_class) const;
  void broadcast_except(const Session& one, std::string_view line) const;
  void to_operators(std::string_view line) const;
  // Tells everybody of somebody new, who is in the lists already.
  void announce(const User& newcomer) const;

  // Ready to send, with the closing '|'.
  [[nodiscard]] std::string nick_list() const;
  [[nodiscard]] std::string op_list() const;
  [[nodiscard]] std::string all_my_infos() const;
  [[nodiscard]] std::string all_ips() const;

 private:
  using NickMap = std::unordered_map<std::string, Session*, NickHash, NickEqual>;

  UserDirectory& directory_;
  NickMap by_nick_;
  std::unordered_map<std::string, UserPtr, NickHash, NickEqual> bots_;
  std::vector<Session*> online_;
};

}  // namespace hookline::hub
