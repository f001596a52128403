#pragma once

// An executable whose tests leave interpreters behind includes this once: Python keeps all that
// they have, and LeakSanitizer cannot see what its arenas refer to. The other tests of the room
// look for leaks.
#include "marshal/sanitizer.h"

#if HOOKLINE_ASAN
#include <sanitizer/lsan_interface.h>

extern "C" int __lsan_is_turned_off() { return 1; }
#endif
