#pragma once

#include <chrono>
#include <cstdint>

namespace hookline::detail {

// Returns the time of the steady clock in nanoseconds.
[[nodiscard]] inline std::uint64_t monotonic_ns() noexcept {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                        std::chrono::steady_clock::now().time_since_epoch())
                                        .count());
}

// Tells whether a call is measured, and when it was accepted. Every call carries one, so it is a
// single word.
//
// Reading the clock costs as much as half a call, so only some calls are measured. The first call
// after the mailbox was empty always is, since waking the worker costs far more. One in kSampled of
// the later calls is measured, and counts kSampled times. So the figures of a quiet script are
// exact, and those of a busy script are a sample.
//
// The choice must not depend on the rhythm in which calls come: if each 64th call were measured, a
// host that posts in bursts of 64 would only ever have the first call of each burst measured. So
// the calls' numbers are multiplied by the golden ratio. The fractions of these products fill the
// unit interval evenly for any step through the numbers, and a call is measured if its fraction is
// less than 1/kSampled.
class CallStamp {
 public:
  static constexpr std::uint32_t kSampled = 64;

  // Makes the stamp of a call that is not measured.
  CallStamp() = default;
  // `posted_ns` is the monotonic_ns() at which the call was accepted. `first` says that the call
  // found the mailbox empty.
  CallStamp(std::uint64_t posted_ns, bool first) noexcept
      : word_(posted_ns << 1 | static_cast<std::uint64_t>(first)) {}

  // Stamps a call that is being accepted. `ticket` is the number of calls accepted before it.
  [[nodiscard]] static CallStamp now(std::uint64_t ticket, bool first) noexcept {
    return first || is_sampled(ticket) ? CallStamp(monotonic_ns(), first) : CallStamp();
  }
  // Tells whether the call with this number is in the sample.
  [[nodiscard]] static bool is_sampled(std::uint64_t ticket) noexcept {
    constexpr std::uint64_t kGolden = 0x9E37'79B9'7F4A'7C15;  // as a fraction of 2^64
    return ticket * kGolden < UINT64_MAX / kSampled;
  }

  [[nodiscard]] bool measured() const noexcept { return word_ != 0; }
  [[nodiscard]] std::uint64_t posted_ns() const noexcept { return word_ >> 1; }
  // Returns the number of calls that this one stands for.
  [[nodiscard]] std::uint32_t weight() const noexcept { return (word_ & 1) != 0 ? 1 : kSampled; }

 private:
  std::uint64_t word_ = 0;
};

}  // namespace hookline::detail
