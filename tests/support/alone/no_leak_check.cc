// The tests of such an executable leave interpreters behind: Python keeps all that they have, and
// LeakSanitizer cannot see what its arenas refer to. The other tests of the room look for leaks.

#include "marshal/sanitizer.h"

#if HOOKLINE_ASAN
#include <sanitizer/lsan_interface.h>

extern "C" int __lsan_is_turned_off() { return 1; }
#endif
