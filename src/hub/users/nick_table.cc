#include "hub/users/nick_table.h"

#include <bit>
#include <utility>

namespace hookline::hub {

NickTable::NickTable(Slots slots, std::size_t size)
    : owner_(std::make_shared<const Slots>(std::move(slots))),
      slots_(owner_->data()),
      mask_(owner_->size() - 1),
      size_(size) {}

NickTable NickTable::changed(const User* leaving, UserPtr coming, std::uint64_t hash) const {
  const std::size_t size = size_ - (leaving == nullptr ? 0u : 1u) + (coming == nullptr ? 0u : 1u);
  Slots next = slots_for(size);
  for (const Slot& slot : *owner_) {
    if (slot.user != nullptr && slot.user.get() != leaving) {
      add(next, slot.user, slot.hash);
    }
  }
  if (coming != nullptr) {
    add(next, std::move(coming), hash);
  }
  return {std::move(next), size};
}

// At most two thirds of the slots are used.
NickTable::Slots NickTable::slots_for(std::size_t size) {
  return Slots(std::bit_ceil(size + (size / 2) + 1));
}

void NickTable::add(Slots& slots, UserPtr user, std::uint64_t hash) {
  const std::size_t mask = slots.size() - 1;
  std::size_t at = hash & mask;
  while (slots[at].user != nullptr) {
    at = (at + 1) & mask;
  }
  slots[at] = {hash, std::move(user)};
}

}  // namespace hookline::hub
