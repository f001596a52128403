#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "hub/nmdc/nick.h"
#include "hub/users/user.h"

namespace hookline::hub {

// Finds users by nick in a hash table. It is immutable: a change makes a new table.
//
// Thread safety: const access from any thread.
class NickTable {
 public:
  NickTable() : NickTable(slots_for(0), 0) {}

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  // Returns nullptr if there is no such user. The user lives as long as the table or a copy of it.
  // REQUIRES: `hash` is the NickHash of the nick.
  [[nodiscard]] const User* find(std::string_view nick, std::uint64_t hash) const noexcept {
    for (std::size_t at = hash & mask_; slots_[at].user != nullptr; at = (at + 1) & mask_) {
      if (slots_[at].hash == hash && same_nick(slots_[at].user->nick, nick)) {
        return slots_[at].user.get();
      }
    }
    return nullptr;
  }

  // Makes a table without `leaving`, which is a user of this table or nullptr, and with `coming`,
  // unless that is nullptr.
  [[nodiscard]] NickTable changed(const User* leaving, UserPtr coming, std::uint64_t hash) const;

  template <class F>
  void for_each(F visit) const {
    for (const Slot& slot : *owner_) {
      if (slot.user != nullptr) {
        visit(*slot.user);
      }
    }
  }

 private:
  struct Slot {
    std::uint64_t hash = 0;  // the whole hash, so that other nicks are rarely compared
    UserPtr user;
  };

  using Slots = std::vector<Slot>;

  static Slots slots_for(std::size_t size);
  static void add(Slots& slots, UserPtr user, std::uint64_t hash);
  NickTable(Slots slots, std::size_t size);

  // The size is a power of two. At least one slot is empty, which ends every search.
  std::shared_ptr<const Slots> owner_;
  const Slot* slots_;  // the first slot, which saves a search two loads
  std::size_t mask_;   // number of slots, minus one
  std::size_t size_;
};

}  // namespace hookline::hub
