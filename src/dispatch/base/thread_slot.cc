#include "dispatch/base/thread_slot.h"

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>

namespace hookline::detail {
namespace {

constexpr std::size_t kBitsPerWord = 64;
using Word = std::atomic<std::uint64_t>;

constinit std::array<Word, ThreadSlot::kLimit / kBitsPerWord> taken{};

// Sets the lowest bit that is clear and returns it; kBitsPerWord if none is clear.
std::size_t take_bit(Word& word) noexcept {
  std::uint64_t bits = word.load(std::memory_order_relaxed);
  while (bits != UINT64_MAX) {
    const auto bit = static_cast<std::size_t>(std::countr_one(bits));
    // Acquire: makes the writes of the number's last owner visible.
    if (word.compare_exchange_weak(bits, bits | (std::uint64_t{1} << bit),
                                   std::memory_order_acq_rel, std::memory_order_relaxed)) {
      return bit;
    }
  }
  return kBitsPerWord;
}

}  // namespace

[[gnu::tls_model("initial-exec")]] constinit thread_local std::uint32_t ThreadSlot::number =
    ThreadSlot::kUnknown;

// Returns the thread's number when the thread exits. It is separate from the number, so that
// reading the number needs no check whether a thread_local object has been constructed.
class ThreadSlotReturn {
 public:
  ThreadSlotReturn() noexcept = default;
  ThreadSlotReturn(const ThreadSlotReturn&) = delete;
  ThreadSlotReturn& operator=(const ThreadSlotReturn&) = delete;
  ~ThreadSlotReturn() { ThreadSlot::give_back(); }
};

std::uint32_t ThreadSlot::acquire() noexcept {
  number = kNone;
  for (std::size_t i = 0; i < taken.size(); ++i) {
    const std::size_t bit = take_bit(taken[i]);
    if (bit < kBitsPerWord) {
      number = static_cast<std::uint32_t>((i * kBitsPerWord) + bit);
      static thread_local const ThreadSlotReturn kReturnAtExit;
      break;
    }
  }
  return number;
}

void ThreadSlot::give_back() noexcept {
  const std::uint32_t mine = number;
  number = kNone;
  const std::uint64_t bit = std::uint64_t{1} << (mine % kBitsPerWord);
  taken[mine / kBitsPerWord].fetch_and(~bit, std::memory_order_acq_rel);
}

}  // namespace hookline::detail
