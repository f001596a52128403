#pragma once

#include <array>
#include <atomic>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "hookline/hook.h"
#include "plugin/types/hook_table.h"

namespace hookline::detail {

// Numbers the functions of scripts by their names, so that a call carries a number, which fits into
// a queue slot and which a runner finds its function by. Hooks have the first numbers, those of the
// table; any other name gets the next one when it is first called. A number is never given to a
// second name, and means the same in all scripts of a ScriptHost.
//
// Keeps at most kMost names. Further ones have no number and are called in the slower way.
//
// Thread safety: all methods from any thread. Looking up a known name takes no lock.
class FunctionNames {
 public:
  static constexpr std::size_t kMost = 4096;

  // `hooks` must outlive this.
  explicit FunctionNames(const HookTable& hooks);
  FunctionNames(const FunctionNames&) = delete;
  FunctionNames& operator=(const FunctionNames&) = delete;
  ~FunctionNames() = default;

  [[nodiscard]] std::span<const HookRow> hooks() const noexcept { return hooks_.rows(); }

  // Returns the number of a name; nullopt if there is no number left.
  [[nodiscard]] std::optional<std::uint32_t> number(std::string_view name) {
    if (const Entry* const entry = place_of(name).entry) [[likely]] {
      return entry->number;
    }
    return add(name);
  }

  // Returns the name of a number that number() has returned, and "" for any other number.
  [[nodiscard]] std::string_view name(std::uint32_t number) const;

 private:
  // A hash table that is at most half full. A slot is set once, and then constant.
  static constexpr std::size_t kSlots = 2 * kMost;
  // Has the first and last bytes of a name. With its length they tell names apart, up to kWhole
  // bytes.
  struct Ends {
    static constexpr std::size_t kWhole = 2 * sizeof(std::uint64_t);

    // The sizes of the copies are constant, so that none of them is a call.
    explicit Ends(std::string_view name) noexcept {
      const char* const data = name.data();
      const std::size_t size = name.size();
      if (size >= sizeof(std::uint64_t)) {
        first = word_at<std::uint64_t>(data);
        last = word_at<std::uint64_t>(data + size - sizeof(std::uint64_t));
      } else if (size >= sizeof(std::uint32_t)) {
        first = word_at<std::uint32_t>(data);
        last = word_at<std::uint32_t>(data + size - sizeof(std::uint32_t));
      } else if (size > 0) {
        first = word_at<std::uint8_t>(data);
        last = (word_at<std::uint8_t>(data + (size / 2)) << CHAR_BIT) |
               word_at<std::uint8_t>(data + size - 1);
      }
    }
    [[nodiscard]] bool operator==(const Ends&) const = default;

    std::uint64_t first = 0;
    std::uint64_t last = 0;

   private:
    template <class Word>
    [[nodiscard]] static std::uint64_t word_at(const char* from) noexcept {
      Word word = 0;
      std::memcpy(&word, from, sizeof(word));
      return word;
    }
  };
  struct Entry {
    std::string name;
    Ends ends;
    std::uint32_t number = 0;

    [[nodiscard]] bool is(std::string_view other, const Ends& other_ends) const noexcept {
      return name.size() == other.size() && ends == other_ends &&
             (other.size() <= Ends::kWhole || name == other);
    }
  };
  // Is the slot of a name, or the free one where it belongs, which another thread may take
  // meanwhile.
  struct Place {
    std::atomic<const Entry*>* slot = nullptr;
    const Entry* entry = nullptr;  // nullptr: the slot was free
  };
  [[nodiscard]] Place place_of(std::string_view name) const noexcept {
    constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15;  // 2^64 / the golden ratio
    constexpr int kShift = 51;
    static_assert(kSlots == std::size_t{1} << (64 - kShift));
    const Ends ends(name);
    const std::uint64_t hash = (ends.first ^ (ends.last * kMix) ^ name.size()) * kMix;
    for (std::size_t at = hash >> kShift;; at = (at + 1) % kSlots) {
      std::atomic<const Entry*>& slot = (*slots_)[at];
      const Entry* const entry = slot.load(std::memory_order_acquire);
      if (entry == nullptr || entry->is(name, ends)) {
        return {.slot = &slot, .entry = entry};
      }
    }
  }
  [[nodiscard]] std::optional<std::uint32_t> add(std::string_view name);

  const HookTable& hooks_;
  std::unique_ptr<std::array<std::atomic<const Entry*>, kSlots>> slots_ =
      std::make_unique<std::array<std::atomic<const Entry*>, kSlots>>();
  mutable std::mutex mutex_;
  std::deque<Entry> entries_;  // by number; guarded by the mutex, but its elements are constant
};

}  // namespace hookline::detail
