#include "interp/helpers.h"

namespace hookline::detail {

const char* const kThreadHelpersSource = R"python(
import _thread
import gc
import io
import os
import stat
import sys
import threading
import traceback  # before a script's folder can hide it
from _queue import SimpleQueue
from time import monotonic, sleep

THREAD_PATIENCE_S = 4  # less than the five seconds after which the log reports a slow end
DAEMON_PATIENCE_S = 1
THREAD_STACK = 16 << 20  # bytes, as a worker has, whatever RLIMIT_STACK says

start_joinable_thread = _thread.start_joinable_thread
# The attribute of a threading.Thread with its handle: the first since CPython 3.14, the second in 3.13.
HANDLE = next((name for name in ("_os_thread_handle", "_handle") if name in vars(threading.main_thread())), None)
in_main = False  # whether this is the main interpreter
strangers = {}  # {id: thread} of threads from before the script, which do not belong to it
threads = {}  # {handle: name} of threads that the threading module does not know


def is_done(thread):
    return getattr(thread, HANDLE).is_done() if HANDLE else not thread.is_alive()


def join(thread, patience):
    (getattr(thread, HANDLE) if HANDLE else thread).join(patience)


def start_joined(function, /, *, handle=None, daemon=True):
    """Replaces threading's function. CPython aborts the process if a daemon thread is left when its
    interpreter ends, so it refuses to start one. Here they are joinable; end_threads() ends them."""
    def run():
        note_thread(script[0] if script else "?")
        function()
        end_child()
    return start_joinable_thread(run, handle=handle, daemon=False)


def start_new_thread(function, args, kwargs={}, /):
    """Replaces _thread's function. Nobody joins its threads, so they count as daemons too."""
    handle = start_joined(lambda: function(*args, **kwargs))
    threads[handle] = getattr(function, "__name__", "?")
    for done in [handle for handle in list(threads) if handle.is_done()]:
        threads.pop(done, None)
    return handle.ident


def prepare_threads(is_main):
    global in_main
    in_main = is_main
    threading.stack_size(THREAD_STACK)
    _thread.start_new_thread = _thread.start_new = start_new_thread
    threading._daemon_threads_allowed = lambda: True
    threading._start_joinable_thread = start_joined
    if is_main:
        # A thread inherits `daemon` from the one that starts it, which is true for foreign threads.
        threading.current_thread()._daemonic = False
    else:
        # CPython (gh-75698) takes the thread that started the process's Python for the main thread; the
        # worker would be a "dummy" thread, which prints an error when the interpreter ends.
        del threading._active[threading._main_thread.ident]
        threading._get_main_thread_ident = threading.get_ident
        threading._main_thread = threading._MainThread()
    strangers.update((id(thread), thread) for thread in threading.enumerate())


def attempt(step):
    try:
        step()
    except SystemExit:
        pass
    except BaseException:
        try:
            traceback.print_exc()
        except BaseException:
            pass


def other_threads(daemons):
    return [thread for thread in threading.enumerate()
            if thread.daemon == daemons and id(thread) not in strangers
            and not isinstance(thread, threading._DummyThread) and not is_done(thread)]


def join_others(until):
    """Waits for threads that are not daemons. The script's hooks do not run meanwhile, so threads that
    take longer are treated as daemons, which also ends a threading.Timer that restarts itself."""
    while (others := other_threads(False)) and (patience := until - monotonic()) > 0:
        if others[0].ident is None:
            sleep(0.001)  # it is just being started
        else:
            attempt(lambda: join(others[0], patience))


def live_daemons():
    """Returns [(thread, ident, name)]; an ident is None while the thread is being started."""
    return [(handle, handle.ident, name) for handle, name in list(threads.items())
            if not handle.is_done()] \
        + [(thread, thread.ident, thread.name) for thread in other_threads(True)]


def live_threads():
    return live_daemons() + [(thread, thread.ident, thread.name) for thread in other_threads(False)]


def waker(frame):
    """Returns a function that ends the wait of a frame's thread in `threading` (as in queue.get()),
    time.sleep() or an asyncio loop; None if it does not wait there."""
    lock = {threading.Condition.wait.__code__: "waiter", interruptible_sleep.__code__: "lock"}.get(
        frame.f_code if frame is not None else None)
    if lock:
        return getattr(frame.f_locals.get(lock), "release", None)
    while frame is not None:
        if frame.f_code.co_name == "_run_once":
            return frame.f_locals["self"]._write_to_self
        frame = frame.f_back
    return None


def wake(frame):
    if release := waker(frame):
        try:
            release()
        except RuntimeError:
            pass  # it does not wait yet, or not any more


def wake_all():
    """Ends all waits for queues in C, whose waiting threads cannot be told from others."""
    for found in gc.get_objects():
        if isinstance(found, SimpleQueue):
            found.put(None)


told = False


def end_threads(those=None):
    """Ends the threads `those` (as of live_threads()), or all. Python can end while daemons run, but one
    interpreter of many cannot. So SystemExit is raised at their next step, and again if they catch
    it; a thread that waits in other code in C gets it when that returns. Returns the names of threads that
    have not ended in time."""
    until = monotonic() + DAEMON_PATIENCE_S
    # Leaves time to threads that the script itself told to end, and for their `finally` blocks.
    global told
    again = monotonic() + (0.4 if told else 0.1)
    pause = 0.0001
    which = None if those is None else {id(thread) for thread, _, _ in those}
    while live := [(ident, name) for thread, ident, name in live_threads()
                   if which is None or id(thread) in which]:
        now = monotonic()
        if now > until:
            return [name for _, name in live]
        if now > again:
            told = True
            again = now + 0.4
            for ident in [ident for ident, _ in live if ident is not None]:
                interrupt(ident)
                attempt(lambda: wake(current_frames().get(ident)))
            if those is None:
                wake_all()
        sleep(pause)
        pause = min(2 * pause, 0.02)
    return []


def end_pools(until):
    """Runs the functions that concurrent.futures has registered, which end its threads."""
    exits = threading._threading_atexits[::-1]
    if not exits:
        return
    handle = start_joined(lambda: [attempt(end) for end in exits])
    threads[handle] = "the end of a pool"
    handle.join(max(until - monotonic(), 0))


def reopen_pools():
    """Lets the next script in the main interpreter use concurrent.futures again."""
    for name, flag in ("thread", "_shutdown"), ("process", "_global_shutdown"):
        if module := sys.modules.get(f"concurrent.futures.{name}"):
            setattr(module, flag, False)


def flush_files():
    """Flushes files that threads which go on keep open. Only regular ones: a pipe could block."""
    for found in gc.get_objects():
        if type(found) in (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom):
            try:
                if stat.S_ISREG(os.fstat(found.fileno()).st_mode):
                    found.flush()
            except Exception:
                pass  # closed, or not for writing
)python";

}  // namespace hookline::detail
