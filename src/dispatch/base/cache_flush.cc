#include "dispatch/base/cache_flush.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace hookline::detail {
namespace {

bool has_clflushopt() noexcept {
#if defined(__x86_64__)
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_CLFLUSHOPT) != 0;
#else
  return false;
#endif
}

}  // namespace

const bool CacheFlush::kAvailable = has_clflushopt();

}  // namespace hookline::detail
