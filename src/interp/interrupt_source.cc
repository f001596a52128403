#include "interp/helpers.h"

namespace hookline::detail {

// Comes after kThreadHelpersSource, whose names it uses.
const char* const kInterruptSource = R"python(
import _queue
import time

# The longest that a wait in C takes until an interrupt gets through.
ROUND_S = 0.5


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
    lock = threading._allocate_lock()  # CPython's own
    lock.acquire()
    lock.acquire(True, seconds)


def in_rounds(wait, timeout):
    """Calls `wait(seconds)` until it returns True, or the timeout (None: there is none) has passed.
    Returns whether it has returned True. Between two calls an interrupt gets through."""
    until = None if timeout is None else monotonic() + timeout
    left = ROUND_S if until is None else timeout
    while left > 0:
        if wait(min(left, ROUND_S)):
            return True
        if until is not None:
            left = until - monotonic()
    return False


def can_be_split(timeout):
    return timeout is None or type(timeout) in (int, float) and 0 < timeout < threading.TIMEOUT_MAX


def joins(thread_join):
    def join(self, timeout=None):
        if not can_be_split(timeout):
            return thread_join(self, timeout)  # which knows what to say

        def wait(seconds):
            thread_join(self, seconds)
            return not self.is_alive()
        in_rounds(wait, timeout)
    return join


# In the main interpreter another script's helpers may have replaced it already.
CQueue = SimpleQueue.__mro__[-2]


class InterruptibleQueue(CQueue):
    """Replaces queue.SimpleQueue, whose get() waits in C."""
    __slots__ = ()

    def get(self, block=True, timeout=None):
        if not block or not can_be_split(timeout):
            return CQueue.get(self, block, timeout)
        item = None

        def wait(seconds):
            nonlocal item
            try:
                item = CQueue.get(self, True, seconds)
                return True
            except _queue.Empty:
                return False
        if not in_rounds(wait, timeout):
            raise _queue.Empty
        return item


def between_rounds():
    """Is called by a lock between two rounds of a wait: calling a function lets an interrupt through."""


def replace_locks():
    if hasattr(threading.Lock, "_between_rounds"):
        return  # the helpers of another script have done so, in the main interpreter
    # Without globals it keeps nothing of this module alive.
    Lock, RLock = lock_types(type(between_rounds)(between_rounds.__code__, {}))
    _thread.allocate_lock = _thread.allocate = _thread.LockType = threading.Lock = Lock
    if hasattr(_thread, "lock"):
        _thread.lock = Lock
    _thread.RLock = threading._CRLock = RLock


def stands_for(replacement, name, module):
    """Lets a replacement look like what it replaces, and returns it."""
    replacement.__name__ = name.rpartition(".")[2]
    replacement.__qualname__ = name
    replacement.__module__ = module
    return replacement


def replace_method(cls, name, make):
    """Replaces the method by make(method)."""
    method = without_guards(getattr(cls, name))
    replacement = make(method)
    replacement.hookline_real = method
    replacement.__doc__ = method.__doc__
    setattr(cls, name, stands_for(replacement, f"{cls.__name__}.{name}", cls.__module__))


def prepare_interrupts():
    time.sleep = stands_for(interruptible_sleep, "sleep", "time")
    replace_method(threading.Thread, "join", joins)
    replace_locks()
    _queue.SimpleQueue = stands_for(InterruptibleQueue, "SimpleQueue", "_queue")
    if queue := sys.modules.get("queue"):
        queue.SimpleQueue = InterruptibleQueue
)python";

}  // namespace hookline::detail
