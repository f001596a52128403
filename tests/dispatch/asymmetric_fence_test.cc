#include "dispatch/base/asymmetric_fence.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <thread>

#include "tests/support/scale.h"

namespace hookline {

using namespace detail;

namespace {

// Each of two threads writes a variable and then reads the one that the other writes: at least one
// of them sees the write. Without a fence both miss it now and then.
TEST(AsymmetricFence, OneOfTwoSeesWhatTheOtherWrote) {
  std::atomic<std::uint64_t> light{0};
  std::atomic<std::uint64_t> heavy{0};
  std::uint64_t seen_by_light = 0;
  std::uint64_t seen_by_heavy = 0;
  const std::uint64_t rounds = scaled(20'000);
  std::uint64_t missed = 0;
  std::barrier barrier(2);
  std::thread other([&] {
    for (std::uint64_t round = 1; round <= rounds; ++round) {
      barrier.arrive_and_wait();
      light.store(round, std::memory_order_relaxed);
      AsymmetricFence::light();
      seen_by_light = heavy.load(std::memory_order_relaxed);
      barrier.arrive_and_wait();
    }
  });
  for (std::uint64_t round = 1; round <= rounds; ++round) {
    barrier.arrive_and_wait();
    heavy.store(round, std::memory_order_relaxed);
    AsymmetricFence::heavy();
    seen_by_heavy = light.load(std::memory_order_relaxed);
    barrier.arrive_and_wait();
    missed += seen_by_light != round && seen_by_heavy != round ? 1U : 0U;
  }
  other.join();
  EXPECT_EQ(missed, 0U);
}

}  // namespace
}  // namespace hookline
