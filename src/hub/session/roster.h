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

// Knows which session has which nick, and sends to many users together. Keeps the directory that
// scripts read up to date.
//
// Thread safety: the hub's thread. Ownership: sessions are borrowed; each removes itself before it
// ends.
class Roster {
 public:
  explicit Roster(UserDirectory& directory) : directory_(directory) {}

  // Adds a bot: a listed user without a client. Replaces a bot with the same nick.
  void put_bot(const UserPtr& bot);
  void remove_bot(std::string_view nick);
  // Returns nullptr if no bot has this nick.
  [[nodiscard]] UserPtr find_bot(std::string_view nick) const;
  [[nodiscard]] bool is_bot(std::string_view nick) const { return bots_.contains(nick); }

  // Gives the nick of `user` to the session. REQUIRES: nobody has it.
  void reserve(Session& session, const UserPtr& user);
  // Call it when the user of a session has changed.
  void update(const UserPtr& user) { directory_.put(user); }
  // Adds a session that has logged in. From now on it gets what is broadcast.
  void enter(Session& session, const UserPtr& user);
  // Frees the session's nick. Does nothing if it has none.
  void remove(Session& session);

  // Returns the session with this nick, logged in or about to log in; nullptr for a bot or if there
  // is none.
  [[nodiscard]] Session* find(std::string_view nick) const;
  // Returns the session with this nick if it has logged in.
  [[nodiscard]] Session* find_online(std::string_view nick) const;
  [[nodiscard]] bool is_taken(std::string_view nick) const {
    return is_bot(nick) || find(nick) != nullptr;
  }
  [[nodiscard]] const std::vector<Session*>& online() const noexcept { return online_; }
  [[nodiscard]] std::size_t reserved() const noexcept { return by_nick_.size(); }

  void broadcast(std::string_view line) const;
  void broadcast(std::string_view line, std::int64_t min_class, std::int64_t max_class) const;
  void broadcast_except(const Session& one, std::string_view line) const;
  // Shows a newcomer, who is in the lists already, to everybody.
  void announce(const User& newcomer) const;

  // Return complete commands, with the closing '|'.
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
