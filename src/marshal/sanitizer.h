#pragma once

// Says which sanitizer this code is compiled with. GCC, and clang from 22, define macros for them;
// older versions of clang have features instead.

#if defined(__has_feature)
#define HOOKLINE_HAS_FEATURE(feature) __has_feature(feature)
#else
#define HOOKLINE_HAS_FEATURE(feature) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || HOOKLINE_HAS_FEATURE(address_sanitizer)
#define HOOKLINE_ASAN 1
#else
#define HOOKLINE_ASAN 0
#endif

#if defined(__SANITIZE_THREAD__) || HOOKLINE_HAS_FEATURE(thread_sanitizer)
#define HOOKLINE_TSAN 1
#else
#define HOOKLINE_TSAN 0
#endif
