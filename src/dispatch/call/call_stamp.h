#pragma once

#include <cstdint>

namespace hookline::detail {

// Which calls are measured, and since when: see LaneMetrics. One word, since every call has it.
class CallStamp {
 public:
  // Not measured.
  CallStamp() = default;
  // `posted_ns`: when it was accepted, by the steady clock. `first`: it found the mailbox empty.
  CallStamp(std::uint64_t posted_ns, bool first) noexcept
      : word_(posted_ns << 1 | static_cast<std::uint64_t>(first)) {}

  [[nodiscard]] bool measured() const noexcept { return word_ != 0; }
  [[nodiscard]] std::uint64_t posted_ns() const noexcept { return word_ >> 1; }
  [[nodiscard]] bool first() const noexcept { return (word_ & 1) != 0; }

 private:
  std::uint64_t word_ = 0;
};

}  // namespace hookline::detail
