#include "interp/helpers.h"

namespace hookline::detail {

// Defines the functions that kGuardSource puts in place of others.
const char* const kGuardKindsSource = R"python(
import _signal
import posix
import sys

HOST = posix.getpid()
STACK_FLOOR = 16 << 20  # bytes of a thread's C stack: less does not hold Python's own recursion limit


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
    return detach


def guard_detach(socket):
    replace_method(socket.socket, "detach", detaches)


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
)python";

}  // namespace hookline::detail
