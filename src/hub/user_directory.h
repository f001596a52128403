#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "hub/nick.h"
#include "hub/user.h"

namespace hookline {

// Everybody on the hub at one moment. Immutable, so that a script reads it for as long as it likes.
// Cut into buckets, so that the next moment's copy shares all but one of them.
class DirectorySnapshot {
 public:
  // nullptr if there is none.
  [[nodiscard]] UserPtr find(std::string_view nick) const;

  // Listed users and bots, in no order.
  template <class F>
  void for_each_listed(F visit) const {
    for (const auto& bucket : buckets_) {
      for (const auto& user : *bucket) {
        if (user->is_listed) {
          visit(*user);
        }
      }
    }
  }

  // Of listed users, without bots.
  [[nodiscard]] std::size_t user_count() const noexcept { return user_count_; }
  [[nodiscard]] std::uint64_t share_bytes() const noexcept { return share_bytes_; }

 private:
  friend class UserDirectory;
  static constexpr std::size_t kBuckets = 64;
  using Bucket = std::vector<UserPtr>;

  static std::size_t bucket_of(std::string_view nick) noexcept;
  void count(const User& user, bool added) noexcept;

  std::array<std::shared_ptr<const Bucket>, kBuckets> buckets_;
  std::size_t user_count_ = 0;
  std::uint64_t share_bytes_ = 0;
};

// Who is on the hub, for the hub's thread to write and for any thread to read.
//
// Thread safety: put() and erase() on one thread; snapshot() on any. Neither waits for the other
// for longer than it takes to copy a pointer.
class UserDirectory {
 public:
  UserDirectory();

  // Adds the user, or takes the place of the one with the same nick.
  void put(UserPtr user);
  // Does nothing if there is none.
  void erase(std::string_view nick);

  [[nodiscard]] std::shared_ptr<const DirectorySnapshot> snapshot() const;

 private:
  void replace(std::string_view nick, UserPtr user);

  mutable std::mutex mutex_;  // guards the pointer, not what it points to
  std::shared_ptr<const DirectorySnapshot> snapshot_;
};

}  // namespace hookline
