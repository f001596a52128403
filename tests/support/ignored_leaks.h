#pragma once

#include "marshal/sanitizer.h"

#if HOOKLINE_ASAN
#include <sanitizer/lsan_interface.h>
#endif

namespace hookline {

#if HOOKLINE_ASAN
// While it lives, LeakSanitizer ignores what the calling thread allocates. A test says with it
// which leak it knows of, where a suppression would have to name half of CPython.
using IgnoredLeaks = __lsan::ScopedDisabler;
#else
class [[maybe_unused]] IgnoredLeaks {};
#endif

}  // namespace hookline
