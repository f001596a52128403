#pragma once

#include <cstdint>

namespace hookline::detail {

// Gives each living thread a small number of its own, which serves as an index into per-thread
// data.
//
// Numbers are dense: a thread gets the lowest free one at its first call, and gives it back when it
// exits. The next thread that gets the number sees everything that the previous one wrote.
//
// The table of taken numbers is one per process.
//
// Thread safety: all methods from any thread.
class ThreadSlot {
 public:
  static constexpr std::uint32_t kLimit = 1024;
  // Returned if kLimit threads have a number already, or if the calling thread runs its exit
  // handlers.
  static constexpr std::uint32_t kNone = UINT32_MAX;

  [[nodiscard]] static std::uint32_t current() noexcept {
    return number == kUnknown ? acquire() : number;
  }

 private:
  friend class ThreadSlotReturn;
  static constexpr std::uint32_t kUnknown = UINT32_MAX - 1;
  static std::uint32_t acquire() noexcept;
  static void give_back() noexcept;

  // The shared library reaches it without a call, which the usual model of a library would need.
  [[gnu::tls_model("initial-exec")]] static constinit thread_local std::uint32_t number;
};

}  // namespace hookline::detail
