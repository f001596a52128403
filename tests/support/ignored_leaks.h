#pragma once

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

namespace hookline {

#if defined(__SANITIZE_ADDRESS__)
// While it lives, LeakSanitizer ignores what the calling thread allocates. A test says with it
// which leak it knows of, where a suppression would have to name half of CPython.
using IgnoredLeaks = __lsan::ScopedDisabler;
#else
class [[maybe_unused]] IgnoredLeaks {};
#endif

}  // namespace hookline
