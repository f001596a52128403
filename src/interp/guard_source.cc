#include "interp/helpers.h"

namespace hookline::detail {

// Comes after kGuardKindsSource, whose names it uses.
const char* const kGuardSource = R"python(
# These guards keep a script from ending or changing the process that all scripts and the server share.
# Each function is replaced in its module when that is imported. Other modules have copies of it (that
# of posix.close is os.close), which are replaced, too. The first of them is the one that scripts know.

ASK_OPERATOR = "the one who runs the server sets limits, before it starts"
NO_SIGNALS = ("use a timer hook, threading.Timer or asyncio, and for the end atexit, "
              "or the function that the server calls then")
TO_FAIL = "raise an exception"
OWN_ONLY = "close only what the script has opened itself"
A_PROCESS = "run a program with subprocess"
CRASHES = "the server says itself which script was running when it crashed"
NO_INTERPRETERS = "use a thread, or subprocess for what must run in parallel"

COPIES = {"posix": ("os",), "_signal": ("signal",), "_thread": ("threading",), "_socket": ("socket",),
          "_posixsubprocess": ("subprocess",), "_io": ("io", "builtins")}

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
# Modules with methods to replace, which are not rows.
METHODS = {"socket": (guard_detach, make_socket_interruptible), "ssl": (make_ssl_interruptible,)}
for name in METHODS:
    guards.setdefault(name, [])


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
    for replace in METHODS.get(name, ()):
        replace(module)


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
