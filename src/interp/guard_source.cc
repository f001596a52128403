#include "interp/helpers.h"

namespace hookline::detail {

const char* const kGuardSource = R"python(
import _frozen_importlib
import _signal
import posix
import sys

# These guards keep a script from ending or changing the process that all scripts and the server share.
# Each function is replaced in its module when that is imported. Other modules have copies of it (that
# of posix.close is os.close), which are replaced, too. The first of them is the one that scripts know.

HOST = posix.getpid()
STACK_FLOOR = 16 << 20  # bytes of a thread's C stack: less does not hold Python's own recursion limit
COPIES = {"posix": ("os",), "_signal": ("signal",), "_thread": ("threading",), "_socket": ("socket",),
          "_posixsubprocess": ("subprocess",), "_io": ("io", "builtins")}


def in_child():
    """Says whether this is a process that a script has forked, which may do as it likes."""
    return posix.getpid() != HOST


def end_child(exit=getattr(posix._exit, "hookline_real", posix._exit)):
    """Ends a child that a thread of the script has forked, when that thread ends."""
    if in_child():
        exit(0)


# Descriptors. A script may close what os or socket gave it, and what nobody can tell from that: a file
# or a pipe that was opened after its interpreter was made. A descriptor is known by its number and by
# the device and inode behind it, because numbers are used again.

fstat = posix.fstat
own = {}  # {descriptor: identity} of what os and socket gave this script
before_script = open_files()  # the same, of the files and pipes from before the interpreter
SOCKET, ANONYMOUS = 0o140000, 0  # file types: the second is that of eventfd, epoll and the like


def identity(descriptor):
    try:
        status = fstat(descriptor)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def is_closable(descriptor):
    try:
        status = fstat(descriptor)
    except OSError:
        return True  # the function itself says that nothing is open there
    known = status.st_dev, status.st_ino
    if own.get(descriptor) == known:
        return True
    if before_script.get(descriptor) == known:
        return False
    return status.st_mode & 0o170000 not in (SOCKET, ANONYMOUS)


# Kinds of replacements. Each takes the real function, its name, and the last column of the table.


class Guarded:
    """Is called as the function that it stands for, which is a builtin one: as an attribute of a class
    it is not bound, as a function of Python's would be."""

    def __init__(self, replacement, real):
        self.call = replacement
        self.hookline_real = real
        self.hookline_instead = getattr(replacement, "hookline_instead", None)  # for `hookline check`
        self.__name__ = self.__qualname__ = real.__name__
        self.__module__, self.__doc__ = real.__module__, real.__doc__

    def __call__(self, *args, **keywords):
        return self.call(*args, **keywords)

    def __repr__(self):
        return f"<guarded {self.hookline_real!r}>"


def refused_with(exception, is_harmless):
    def make(real, name, instead):
        def refused(*args, **keywords):
            if is_harmless(*args, **keywords) or in_child():
                return real(*args, **keywords)
            raise exception(f"{name}() is refused, because the process is not the script's: {instead}")
        if is_harmless is no_call:
            refused.hookline_instead = instead
        return refused
    return make


def unless(is_harmless):
    return refused_with(PermissionError, is_harmless)


def no_call(*args, **keywords):
    return False


never = unless(no_call)
# signal.signal() raises ValueError on any thread but the main one, which libraries expect.
never_here = refused_with(ValueError, no_call)


def gives_descriptors(real, name, instead):
    def opened(*args, **keywords):
        result = real(*args, **keywords)
        for descriptor in result if type(result) is tuple else (result,):
            own[descriptor] = identity(descriptor)
        return result
    return opened


def forks(real, name, instead):
    def fork():
        result = real()
        if (result[0] if type(result) is tuple else result) == 0:
            note_forked()  # the child ends when the script returns: see forked_child.h
        elif type(result) is tuple:
            own[result[1]] = identity(result[1])
        return result
    return fork


def exits(real, name, instead):
    def _exit(status=0):
        if in_child():
            real(status)
        raise SystemExit(status)
    return _exit


def keeps_blocked(real, name, instead):
    """What the worker blocks stays blocked, so that a signal of the host's does not end it there."""
    blocked = real(_signal.SIG_BLOCK, ())

    def pthread_sigmask(how, mask, /):
        if in_child() or how == _signal.SIG_BLOCK:
            return real(how, mask)
        mask = set(mask)
        return real(how, mask - blocked if how == _signal.SIG_UNBLOCK else mask | blocked)
    return pthread_sigmask


def at_least(real, name, instead):
    def stack_size(size=0, /):
        return real(max(size, STACK_FLOOR) if size >= 0 else size)
    real(STACK_FLOOR)
    return stack_size


# Children get the mask of the thread that starts them, and keep what the process ignores.

real_sigmask = getattr(_signal.pthread_sigmask, "hookline_real", _signal.pthread_sigmask)
IGNORED_HERE = _signal.SIGPIPE, _signal.SIGXFSZ


def unblocks(real, name, instead):
    def fork_exec(*args):
        blocked = real_sigmask(_signal.SIG_BLOCK, ())
        if not blocked:
            return real(*args)
        try:
            real_sigmask(_signal.SIG_UNBLOCK, blocked)
            return real(*args)
        finally:
            real_sigmask(_signal.SIG_SETMASK, blocked)
    return fork_exec


def spawns(real, name, instead):
    def posix_spawn(*args, setsigmask=(), setsigdef=IGNORED_HERE, **keywords):
        return real(*args, setsigmask=setsigmask, setsigdef=setsigdef, **keywords)
    return posix_spawn


def runs_shell(real, name, instead):
    """The C function makes the whole process ignore SIGINT and SIGQUIT while the command runs."""
    def system(command):
        sys.audit("os.system", command)
        child = posix.posix_spawn("/bin/sh", ("sh", "-c", command), sys.modules["os"].environ,
                                  setsigmask=(), setsigdef=IGNORED_HERE)
        return posix.waitpid(child, 0)[1]
    return system


def keeps_open(real, name, instead):
    """A file object that is made of the server's descriptor does not close it when it is released, as
    in `sys.stdout = os.fdopen(sys.stdout.fileno(), "w")`."""
    def open(file, *args, **keywords):
        if type(file) is int and not is_closable(file):
            if len(args) > 5:
                args = *args[:5], False, *args[6:]
            else:
                keywords["closefd"] = False
        return real(file, *args, **keywords)
    return open


def detaches(real):
    def detach(self):
        descriptor = self.fileno()
        if descriptor >= 0:
            own[descriptor] = identity(descriptor)
        return real(self)
    detach.__doc__, detach.hookline_real = real.__doc__, real
    return detach


# Whether a call harms nobody else.


def is_other_process(pid, signal, /):
    return signal == 0 or pid not in (HOST, 0, -1, -posix.getpgrp())


def is_other_group(group, signal, /):
    return signal == 0 or group not in (0, 1, posix.getpgrp())


def is_null_signal(thread, signal, /):
    return signal == 0


def cancels(seconds, /):
    return seconds == 0


def cancels_timer(which, seconds, interval=0.0, /):
    return seconds == 0


def is_free(descriptor, target, inheritable=True):
    return is_closable(target)


def only_reads(pid, resource, limits=None, /):
    return limits is None or pid not in (0, HOST)


def only_prints(timeout, repeat=False, file=None, exit=False):
    return not exit


def is_refused_anyway(*args, **keywords):
    return not in_main  # CPython refuses it in all other interpreters


ASK_OPERATOR = "the one who runs the server sets limits, before it starts"
NO_SIGNALS = "use a timer hook, threading.Timer or asyncio, and UnLoad() or atexit for the end"
TO_FAIL = "raise an exception"
OWN_ONLY = "close only what the script has opened itself"
A_PROCESS = "run a program with subprocess"
CRASHES = "the server says itself which script was running when it crashed"
NO_INTERPRETERS = "use a thread, or subprocess for what must run in parallel"

GUARDS = (
    # module, function, kind, what to use instead
    ("posix", "_exit", exits, None),
    ("posix", "abort", never, TO_FAIL),
    ("posix", "kill", unless(is_other_process), TO_FAIL),
    ("posix", "killpg", unless(is_other_group), TO_FAIL),
    ("posix", "execv", unless(is_refused_anyway), A_PROCESS),
    ("posix", "execve", unless(is_refused_anyway), A_PROCESS),
    ("posix", "fork", forks, None),
    ("posix", "forkpty", forks, None),
    ("posix", "close", unless(is_closable), OWN_ONLY),
    ("posix", "closerange", never, OWN_ONLY),
    ("posix", "dup2", unless(is_free), "assign sys.stdout, or use contextlib.redirect_stdout"),
    ("posix", "dup2", gives_descriptors, None),
    ("posix", "open", gives_descriptors, None),
    ("posix", "pipe", gives_descriptors, None),
    ("posix", "pipe2", gives_descriptors, None),
    ("posix", "dup", gives_descriptors, None),
    ("posix", "openpty", gives_descriptors, None),
    ("posix", "posix_openpt", gives_descriptors, None),
    ("posix", "memfd_create", gives_descriptors, None),
    ("posix", "eventfd", gives_descriptors, None),
    ("posix", "timerfd_create", gives_descriptors, None),
    ("posix", "pidfd_open", gives_descriptors, None),
    ("_io", "open", keeps_open, None),
    ("posix", "posix_spawn", spawns, None),
    ("posix", "posix_spawnp", spawns, None),
    ("posix", "system", runs_shell, None),
    ("_posixsubprocess", "fork_exec", unblocks, None),
    ("_signal", "alarm", unless(cancels), NO_SIGNALS),
    ("_signal", "setitimer", unless(cancels_timer), NO_SIGNALS),
    ("_signal", "raise_signal", never, TO_FAIL),
    ("_signal", "pthread_kill", unless(is_null_signal), TO_FAIL),
    ("_signal", "signal", never_here, NO_SIGNALS),
    ("_signal", "set_wakeup_fd", never_here, NO_SIGNALS),
    ("_signal", "siginterrupt", never, NO_SIGNALS),
    ("_signal", "sigwait", never, NO_SIGNALS),
    ("_signal", "sigwaitinfo", never, NO_SIGNALS),
    ("_signal", "sigtimedwait", never, NO_SIGNALS),
    ("_signal", "pthread_sigmask", keeps_blocked, None),
    ("_thread", "stack_size", at_least, None),
    ("_socket", "close", unless(is_closable), OWN_ONLY),
    ("resource", "setrlimit", never, ASK_OPERATOR),
    ("resource", "prlimit", unless(only_reads), ASK_OPERATOR),
    ("faulthandler", "dump_traceback_later", unless(only_prints), "leave exit=True out"),
    ("faulthandler", "enable", never, CRASHES),
    ("faulthandler", "register", never, CRASHES),
    ("faulthandler", "_sigsegv", never, TO_FAIL),
    ("faulthandler", "_sigabrt", never, TO_FAIL),
    ("faulthandler", "_sigfpe", never, TO_FAIL),
    ("faulthandler", "_fatal_error_c_thread", never, TO_FAIL),
    ("faulthandler", "_read_null", never, TO_FAIL),
    ("faulthandler", "_stack_overflow", never, TO_FAIL),
    ("_interpreters", "create", never, NO_INTERPRETERS),
    ("_interpreters", "destroy", never, NO_INTERPRETERS),
    ("_interpreters", "exec", never, NO_INTERPRETERS),
    ("_interpreters", "call", never, NO_INTERPRETERS),
    ("_interpreters", "run_string", never, NO_INTERPRETERS),
    ("_interpreters", "run_func", never, NO_INTERPRETERS),
)

guards = {}  # {module: its rows}
for row in GUARDS:
    guards.setdefault(row[0], []).append(row)
guards["socket"] = []  # it has a method to replace, which is not a row


def replace_copies(module, function, old, new):
    for other in map(sys.modules.get, COPIES.get(module, ())):
        for copy in function, "_" + function:
            if other is not None and getattr(other, copy, None) is old:
                setattr(other, copy, new)
    for functions in guarded_sets:
        if old in functions:
            functions.add(new)


def without_guards(function):
    """Returns the real function. The main interpreter has the guards of its last script."""
    while True:
        if type(pair := getattr(function, "__self__", None)) is tuple:  # of guarded_open()
            function = pair[0]
        elif hasattr(function, "hookline_real"):
            function = function.hookline_real
        else:
            return function


def guard_module(name):
    """Replaces the functions of a module that has been imported, and the copies of them."""
    module = sys.modules[name]
    done = {}  # {name: the function that was there}
    for _, function, kind, instead in guards[name]:
        present = getattr(module, function, None)
        if present is None:
            continue  # this Python, or this system, does not have it
        if function not in done:
            done[function] = present
            present = without_guards(present)
        shown = f"{COPIES.get(name, (name,))[0]}.{function}"
        guarded = Guarded(kind(present, shown, instead), present)
        if kind is keeps_open:
            guarded = guarded_open(present, guarded)  # a builtin function, which only asks for numbers
        setattr(module, function, guarded)
    for function, old in done.items():
        replace_copies(name, function, old, getattr(module, function))
    if name == "socket":
        real = getattr(module.socket.detach, "hookline_real", module.socket.detach)
        module.socket.detach = detaches(real)


# The standard library looks up in these sets what a function can do.
guarded_sets = [value for name, value in vars(sys.modules["os"]).items() if name.startswith("supports_")
                and type(value) is set]


class GuardFinder:
    """Finds the modules that are guarded in the way in which they would be found without it."""
    is_hookline_guard = True

    def find_spec(self, name, path=None, target=None):
        if name not in guards:
            return None
        for finder in sys.meta_path:
            if finder is not self and (spec := finder.find_spec(name, path, target)):
                spec.loader = GuardLoader(spec.loader)
                return spec
        return None


class GuardLoader:
    def __init__(self, loader):
        self.loader = loader

    def __getattr__(self, name):
        return getattr(self.loader, name)

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        self.loader.exec_module(module)
        module.__spec__.loader = module.__loader__ = self.loader
        guard_module(module.__name__)


def guard_process():
    for name in guards:
        if name in sys.modules:
            guard_module(name)
    sys.meta_path[:] = [finder for finder in sys.meta_path
                        if not getattr(finder, "is_hookline_guard", False)]
    sys.meta_path.insert(0, GuardFinder())
)python";

}  // namespace hookline::detail
