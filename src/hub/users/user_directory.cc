#include "hub/users/user_directory.h"

#include <utility>

namespace hookline::hub {

void DirectorySnapshot::count(const User& user, bool added) noexcept {
  if (!user.is_listed || user.is_bot) {
    return;
  }
  // Unsigned arithmetic wraps. Clients can claim any share, so the sum may overflow.
  user_count_ += added ? 1u : ~std::size_t{0};
  share_bytes_ += added ? user.share_bytes : 0 - user.share_bytes;
}

void UserDirectory::put(UserPtr user) {
  const std::string_view nick = user->nick;
  replace(nick, std::move(user));
}

void UserDirectory::erase(std::string_view nick) { replace(nick, nullptr); }

void UserDirectory::replace(std::string_view nick, UserPtr user) {
  const std::uint64_t hash = NickHash()(nick);
  const std::size_t index = DirectorySnapshot::table_of(hash);
  const NickTable& table = latest_->tables_.at(index);
  const User* const leaving = table.find(nick, hash);
  if (leaving == nullptr && user == nullptr) {
    return;
  }
  auto next = std::make_shared<DirectorySnapshot>(*latest_);
  if (leaving != nullptr) {
    next->count(*leaving, false);
  }
  if (user != nullptr) {
    next->count(*user, true);
  }
  next->tables_.at(index) = table.changed(leaving, std::move(user), hash);
  latest_ = std::move(next);
  snapshots_.publish(latest_);
}

}  // namespace hookline::hub
