#include "dispatch/mailbox/admission.h"

namespace hookline::detail {

bool Admission::raise_limit(std::uint64_t accepted) noexcept {
  const std::uint64_t limit = left_.load(std::memory_order_seq_cst) +
                              displaced_.load(std::memory_order_acquire) + capacity_;
  limit_.store(limit, std::memory_order_relaxed);
  return accepted < limit;
}

bool Admission::try_become_idle() noexcept {
  std::uint64_t word = word_.load(std::memory_order_acquire);
  const std::uint64_t gone =
      left_.load(std::memory_order_relaxed) + displaced_.load(std::memory_order_acquire);
  return word / kOne == gone &&
         word_.compare_exchange_strong(word, word | kIdle, std::memory_order_acq_rel,
                                       std::memory_order_relaxed);
}

bool Admission::drained() const noexcept {
  const std::uint64_t word = word_.load(std::memory_order_acquire);
  const std::uint64_t gone =
      left_.load(std::memory_order_relaxed) + displaced_.load(std::memory_order_acquire);
  return (word & kClosed) != 0 && word / kOne == gone;
}

}  // namespace hookline::detail
