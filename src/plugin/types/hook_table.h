#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "hookline/error.h"
#include "hookline/hook.h"

namespace hookline::detail {

// Has the hooks that a host gave to its ScriptHost.
//
// Thread safety: constant once it is made, so any thread may read it.
class HookTable {
 public:
  // The most hooks that a table may have. It leaves most numbers of functions to other functions.
  static constexpr std::size_t kMost = 1024;

  HookTable() = default;
  // REQUIRES: check(rows).
  explicit HookTable(std::vector<HookRow> rows);

  // Fails with kBadArguments, and a sentence that names the hook, if a name of a hook or an
  // argument is no identifier or is there twice, if there are too many rows or arguments, if a kind
  // is unknown, or if there is no rule that can merge answers.
  [[nodiscard]] static Result<void> check(std::span<const HookRow> rows);

  [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }
  [[nodiscard]] std::span<const HookRow> rows() const noexcept { return rows_; }
  [[nodiscard]] bool has(Hook hook) const noexcept {
    return static_cast<std::size_t>(hook) < rows_.size();
  }
  // REQUIRES: has(hook).
  [[nodiscard]] const HookRow& row(Hook hook) const noexcept {
    return rows_[static_cast<std::size_t>(hook)];
  }

  // Both return nullopt if there is no such hook.
  [[nodiscard]] std::optional<Hook> find(std::string_view name) const noexcept;
  // Finds a hook by its hook_key(), which takes one look in nearly all cases.
  [[nodiscard]] std::optional<Hook> find_key(std::uint64_t key) const noexcept {
    for (std::size_t at = key & mask_;; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (slot.key == key) [[likely]] {
        return slot.hook;
      }
      if (slot.hook == kNoHook) {
        return std::nullopt;
      }
    }
  }

 private:
  static constexpr Hook kNoHook{UINT16_MAX};
  struct Slot {
    std::uint64_t key = 0;
    Hook hook = kNoHook;
  };

  std::vector<HookRow> rows_;
  std::vector<Slot> slots_ = std::vector<Slot>(1);  // a hash table that is at most half full
  std::size_t mask_ = 0;                            // its size less one
};

}  // namespace hookline::detail
