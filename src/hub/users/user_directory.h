#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "hub/users/nick_table.h"
#include "hub/users/user.h"
#include "plugin/types/snapshot_cell.h"

namespace hookline::hub {

// Holds all users and bots of the hub at one moment. It is immutable, so a script can read it for
// as long as it likes. It consists of several tables, so that a changed copy shares all tables but
// one.
class DirectorySnapshot {
 public:
  // Returns nullptr if there is no such user. The user lives as long as this snapshot.
  [[nodiscard]] const User* find(std::string_view nick) const noexcept {
    const std::uint64_t hash = NickHash()(nick);
    return tables_[table_of(hash)].find(nick, hash);
  }

  // Visits listed users and bots, in undefined order.
  template <class F>
  void for_each_listed(F visit) const {
    for (const NickTable& table : tables_) {
      table.for_each([&visit](const User& user) {
        if (user.is_listed) {
          visit(user);
        }
      });
    }
  }

  // Count listed users, without bots.
  [[nodiscard]] std::size_t user_count() const noexcept { return user_count_; }
  [[nodiscard]] std::uint64_t share_bytes() const noexcept { return share_bytes_; }

 private:
  friend class UserDirectory;
  static constexpr unsigned kTableBits = 6;

  // Takes the bits of the hash that the table itself does not use.
  [[nodiscard]] static std::size_t table_of(std::uint64_t hash) noexcept {
    return hash >> (64u - kTableBits);
  }
  void count(const User& user, bool added) noexcept;

  std::array<NickTable, std::size_t{1} << kTableBits> tables_;
  std::size_t user_count_ = 0;
  std::uint64_t share_bytes_ = 0;
};

// Publishes the users and bots of the hub: the hub's thread writes, and any thread reads.
//
// Thread safety: put() and erase() on one thread; all other methods from any thread. A reader waits
// for the writer only after a change, while a pointer is copied.
class UserDirectory {
 public:
  using Reader = detail::SnapshotCell<DirectorySnapshot>::Reader;

  UserDirectory() = default;

  // Adds the user, or replaces the one with the same nick.
  void put(UserPtr user);
  // Removes the user, if there is one.
  void erase(std::string_view nick);

  // Returns the current snapshot, for the calling thread to read for a short while.
  [[nodiscard]] Reader read() const { return snapshots_.read(); }

 private:
  void replace(std::string_view nick, UserPtr user);

  // The snapshot that was published last. The writer must not read it through `snapshots_`, because
  // it may hold a Reader of an older one.
  std::shared_ptr<const DirectorySnapshot> latest_ = std::make_shared<const DirectorySnapshot>();
  detail::SnapshotCell<DirectorySnapshot> snapshots_;
};

}  // namespace hookline::hub
