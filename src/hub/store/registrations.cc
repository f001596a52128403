#include "hub/store/registrations.h"

#include <utility>

#include "hookline/future.h"

namespace hookline::hub {
namespace {

constexpr const char* kRead =
    "SELECT shown, class, password, op, registered_at FROM hub_registrations";
constexpr const char* kInsert =
    "INSERT OR REPLACE INTO hub_registrations(nick, shown, class, password, op, registered_at)"
    " VALUES(?, ?, ?, ?, ?, ?)";
constexpr const char* kDelete = "DELETE FROM hub_registrations WHERE nick = ?";
constexpr const char* kSetClass = "UPDATE hub_registrations SET class = ?2 WHERE nick = ?1";
constexpr const char* kSetSecret = "UPDATE hub_registrations SET password = ?2 WHERE nick = ?1";

}  // namespace

Registrations::Registrations(Store& store, const std::vector<RegisteredUser>& users)
    : store_(store) {
  for (const auto& user : users) {
    users_.emplace(user.nick, Registration{.nick = user.nick,
                                           .user_class = user.user_class,
                                           .secret = user.password,
                                           .is_from_config = true,
                                           .op = {},
                                           .registered_at = 0});
  }
}

Result<void> Registrations::load() {
  return store_.read(kRead, [this](const Statement& row) {
    Registration user{.nick = std::string(row.text(0)),
                      .user_class = static_cast<int>(row.number(1)),
                      .secret = std::string(row.text(2)),
                      .is_from_config = false,
                      .op = std::string(row.text(3)),
                      .registered_at = row.number(4)};
    users_.try_emplace(user.nick, std::move(user));
  });
}

const Registration* Registrations::find(std::string_view nick) const {
  const auto found = users_.find(nick);
  return found == users_.end() ? nullptr : &found->second;
}

Registration* Registrations::find_stored(std::string_view nick) {
  const auto found = users_.find(nick);
  return found == users_.end() || found->second.is_from_config ? nullptr : &found->second;
}

Future<Value> Registrations::add(Registration user) {
  if (users_.contains(user.nick) || !is_class(user.user_class)) {
    return make_ready_future<Value>(false);
  }
  auto written = store_.write({{kInsert,
                                {fold_nick(user.nick), user.nick, user.user_class, user.secret,
                                 user.op, user.registered_at}}});
  std::string nick = user.nick;
  users_.emplace(std::move(nick), std::move(user));
  return written;
}

Future<Value> Registrations::remove(std::string_view nick) {
  if (find_stored(nick) == nullptr) {
    return make_ready_future<Value>(false);
  }
  auto written = store_.write({{kDelete, {fold_nick(nick)}}});
  users_.erase(users_.find(nick));
  return written;
}

Future<Value> Registrations::set_class(std::string_view nick, std::int64_t user_class) {
  auto* user = find_stored(nick);
  if (user == nullptr || !is_class(user_class)) {
    return make_ready_future<Value>(false);
  }
  user->user_class = static_cast<int>(user_class);
  return store_.write({{kSetClass, {fold_nick(nick), user_class}}});
}

Future<Value> Registrations::set_secret(std::string_view nick, std::string hash) {
  auto* user = find_stored(nick);
  if (user == nullptr) {
    return make_ready_future<Value>(false);
  }
  user->secret = hash;
  return store_.write({{kSetSecret, {fold_nick(nick), std::move(hash)}}});
}

}  // namespace hookline::hub
