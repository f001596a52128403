#include "dispatch/base/asymmetric_fence.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>

namespace hookline::detail {
namespace {

long membarrier(int command) noexcept { return syscall(__NR_membarrier, command, 0, 0); }

}  // namespace

const bool AsymmetricFence::kAvailable = membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0;

void AsymmetricFence::heavy() noexcept {
  if (!kAvailable) {
    full();
  } else if (membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) != 0) {
    std::abort();  // cannot fail after registration, and the protocol is broken without it
  }
}

// A locked instruction on a private variable, because ThreadSanitizer does not support
// atomic_thread_fence.
void AsymmetricFence::full() noexcept {
  static std::atomic<int> dummy{0};
  dummy.fetch_add(0, std::memory_order_seq_cst);
}

}  // namespace hookline::detail
