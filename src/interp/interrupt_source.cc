#include "interp/helpers.h"

namespace hookline::detail {

// Comes after kThreadHelpersSource, whose names it uses.
const char* const kInterruptSource = R"python(
import time


class Interrupted(BaseException):
    """Is raised by the host in a script that takes too long."""

    def __init__(self, *args):
        super().__init__(*args or ("the host ended the call, because it took too long",))


Interrupted.__module__ = "hookline"


def interruptible_sleep(seconds, /):
    """Replaces time.sleep(). It waits for a lock that only the host releases, when it interrupts the
    script; the C function would not return before its time."""
    if type(seconds) not in (int, float) or not 0 < seconds < threading.TIMEOUT_MAX:
        return sleep(seconds)  # which knows what to say
    lock = _thread.allocate_lock()
    lock.acquire()
    lock.acquire(True, seconds)


def prepare_interrupts():
    time.sleep = interruptible_sleep
    interruptible_sleep.__name__ = interruptible_sleep.__qualname__ = "sleep"
    interruptible_sleep.__module__ = "time"
)python";

}  // namespace hookline::detail
