#include "hub/user_directory.h"

#include <algorithm>
#include <utility>

namespace hookline {

std::size_t DirectorySnapshot::bucket_of(std::string_view nick) noexcept {
  return NickHash()(nick) % kBuckets;
}

UserPtr DirectorySnapshot::find(std::string_view nick) const {
  for (const auto& user : *buckets_.at(bucket_of(nick))) {
    if (same_nick(user->nick, nick)) {
      return user;
    }
  }
  return nullptr;
}

void DirectorySnapshot::count(const User& user, bool added) noexcept {
  if (!user.is_listed || user.is_bot) {
    return;
  }
  // Unsigned arithmetic wraps: shares are what clients claim, and may add up to anything.
  user_count_ += added ? 1u : ~std::size_t{0};
  share_bytes_ += added ? user.share_bytes : 0 - user.share_bytes;
}

UserDirectory::UserDirectory() {
  auto empty = std::make_shared<DirectorySnapshot>();
  empty->buckets_.fill(std::make_shared<const DirectorySnapshot::Bucket>());
  snapshot_ = std::move(empty);
}

void UserDirectory::put(UserPtr user) {
  const std::string_view nick = user->nick;
  replace(nick, std::move(user));
}

void UserDirectory::erase(std::string_view nick) { replace(nick, nullptr); }

void UserDirectory::replace(std::string_view nick, UserPtr user) {
  auto next = std::make_shared<DirectorySnapshot>(*snapshot());
  auto& slot = next->buckets_.at(DirectorySnapshot::bucket_of(nick));
  auto bucket = std::make_shared<DirectorySnapshot::Bucket>(*slot);
  const auto old = std::ranges::find_if(
      *bucket, [nick](const UserPtr& other) { return same_nick(other->nick, nick); });
  if (old != bucket->end()) {
    next->count(**old, false);
    bucket->erase(old);
  }
  if (user != nullptr) {
    next->count(*user, true);
    bucket->push_back(std::move(user));
  }
  slot = std::move(bucket);

  std::shared_ptr<const DirectorySnapshot> published = std::move(next);
  {
    const std::scoped_lock lock(mutex_);
    snapshot_.swap(published);
  }
  // `published` is the old one now: if this was its last owner, it is freed outside the lock.
}

std::shared_ptr<const DirectorySnapshot> UserDirectory::snapshot() const {
  const std::scoped_lock lock(mutex_);
  return snapshot_;
}

}  // namespace hookline
