#pragma once

namespace hookline::detail {

// Does nothing for about half a microsecond. The caches and the core's other hardware thread do not
// notice. On processors that are neither x86 nor ARM64 it returns immediately.
inline void cpu_pause() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  constexpr int kPauses = 64;
  for (int i = 0; i < kPauses; ++i) {
    __builtin_ia32_pause();
  }
#elif defined(__aarch64__)
  // Some ten nanoseconds each: ARM64's `yield` does nothing on most of its cores.
  constexpr int kPauses = 48;
  for (int i = 0; i < kPauses; ++i) {
    asm volatile("isb" ::: "memory");
  }
#endif
}

}  // namespace hookline::detail
