#pragma once

#include <cstdint>

namespace hookline::detail {

// A small number that no other living thread has, to find a thread's own part of something by
// index.
//
// Numbers are dense: the lowest free one is given out at a thread's first call, and given back when
// the thread exits. What a thread has written before it gave its number back, the next one that
// gets the number sees.
//
// This is the library's one process-wide table. It holds nothing but which numbers are taken.
//
// Thread safety: all of it.
class ThreadSlot {
 public:
  static constexpr std::uint32_t kLimit = 1024;
  // More than kLimit threads at once, or a thread that is already running its exit handlers.
  static constexpr std::uint32_t kNone = UINT32_MAX;

  [[nodiscard]] static std::uint32_t current() noexcept {
    return number == kUnknown ? acquire() : number;
  }

 private:
  friend class ThreadSlotReturn;
  static constexpr std::uint32_t kUnknown = UINT32_MAX - 1;
  static std::uint32_t acquire() noexcept;
  static void give_back() noexcept;

  static constinit thread_local std::uint32_t number;
};

}  // namespace hookline::detail
