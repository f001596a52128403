#pragma once

namespace hookline::detail {

// Does nothing for about half a microsecond, without the caches' or the other hardware thread's
// noticing.
inline void cpu_pause() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  constexpr int kPauses = 64;
  for (int i = 0; i < kPauses; ++i) {
    __builtin_ia32_pause();
  }
#endif
}

}  // namespace hookline::detail
