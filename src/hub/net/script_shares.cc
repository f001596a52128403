#include "hub/net/script_shares.h"

#include <algorithm>

namespace hookline::hub {

void ScriptShares::add(ScriptId script, std::size_t bytes) {
  const auto share = std::ranges::find(shares_, script, &Share::script);
  if (share != shares_.end()) {
    share->bytes += bytes;
  } else {
    shares_.push_back({.script = script, .bytes = bytes});
  }
}

void ScriptShares::note_taken(std::size_t taken, std::size_t waiting) noexcept {
  if (shares_.empty()) {
    return;
  }
  for (Share& share : shares_) {
    share.bytes -= share.bytes * taken / waiting;
  }
  std::erase_if(shares_, [](const Share& share) { return share.bytes == 0; });
}

std::size_t ScriptShares::of(ScriptId script) const noexcept {
  const auto share = std::ranges::find(shares_, script, &Share::script);
  return share == shares_.end() ? 0 : share->bytes;
}

}  // namespace hookline::hub
