#include "interp/helpers.h"

namespace hookline::detail {

const char* const kHelpersSource = R"python(
import _frozen_importlib
import _frozen_importlib_external
import atexit
import gc
import os
import sys
import threading
from types import FunctionType, MethodType


before = None  # (path, prefix, exec_prefix), which a script in the main interpreter may change


def refuse(*args):
    raise RuntimeError("this would touch the threads of other scripts")


def prepare(stdout_to_stderr, is_main):
    global before
    before = list(sys.path), sys.prefix, sys.exec_prefix
    guard_process()
    # Python's own versions would return frames and exceptions of other interpreters.
    sys._current_frames = current_frames
    sys._current_exceptions = refuse
    prepare_threads(is_main)
    prepare_interrupts()
    limit_output(stdout_to_stderr)


def use_venv(venv):
    """Makes the packages of a virtual environment importable. Returns what is wrong with it, or None."""
    import site
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    advice = f"make it with 'python{here} -m venv {venv}'"
    try:
        with open(f"{venv}/pyvenv.cfg", encoding="utf-8") as file:
            lines = [line.partition("=") for line in file]
    except OSError:
        return f"{venv} is not a virtual environment: {advice}"
    settings = {key.strip().lower(): value.strip() for key, _, value in lines}
    version = settings.get("version") or settings.get("version_info") or "another version"
    if version.split(".")[:2] != here.split("."):
        return f"{venv} is a virtual environment of Python {version}, but scripts run in {here}: {advice}"
    system = [path for path in sys.path if path in site.getsitepackages()]
    sys.path[:] = [path for path in sys.path if path not in system]
    sys.prefix = sys.exec_prefix = venv
    site.addsitedir(f"{venv}/lib/python{here}/site-packages")
    if settings.get("include-system-site-packages", "false").lower() == "true":
        sys.path += system


left = []  # names of threads that have not ended


def finish():
    """Does what Py_EndInterpreter would do, in the order in which Python ends, but without the lock
    that is held around that function. Returns the names of threads that have not ended."""
    global left
    threading._SHUTTING_DOWN = not in_main
    until = monotonic() + THREAD_PATIENCE_S
    end_pools(until)
    join_others(until)
    if not in_main:
        attempt(atexit._run_exitfuncs)
    left = end_threads()
    if in_main:
        reopen_pools()
    if left:
        attempt(flush_files)
    attempt(flush)
    return left


def flush():
    for stream in sys.stdout, sys.stderr:
        if stream is not None:
            stream.flush()


class HostModuleFinder:
    """Finds the module of the host, and makes it whenever it is imported and is not in sys.modules."""

    def __init__(self, name, create_module, exec_module):
        self.name, self.create_module, self.exec_module = name, create_module, exec_module

    def find_spec(self, name, path=None, target=None):
        return _frozen_importlib.ModuleSpec(name, self, origin="built-in") if name == self.name else None

    def leave(self):
        sys.modules.pop(self.name, None)
        if self in sys.meta_path:
            sys.meta_path.remove(self)


host_module = None  # its finder, if the host has a module


def offer_host_module(name, create_module, exec_module):
    global host_module
    host_module = HostModuleFinder(name, create_module, exec_module)
    sys.meta_path.insert(0, host_module)


script = None  # (name, folder) of the loaded script
undo = None  # (script, modules, path) from before the load in progress


def forget(folder, name=None):
    """Removes the module `name` and the modules and packages that lie directly in `folder`, but none
    from deeper folders, such as a virtual environment. Returns what it removed."""
    tops = {name}
    for module_name, module in list(sys.modules.items()):
        file = getattr(module, "__dict__", {}).get("__file__")
        if file in (f"{folder}/{module_name}.py", f"{folder}/{module_name}/__init__.py"):
            tops.add(module_name)
    dropped = [name for name in list(sys.modules) if name.partition(".")[0] in tops]
    return [sys.modules.pop(name) for name in dropped]


def release():
    """Releases everything that the script holds, so that its files are flushed. Py_EndInterpreter is
    too late for that: in 3.13.5 it frees a module's globals after the modules that write files."""
    if in_main and host_module:
        host_module.leave()
    if script:
        name, folder = script
        for module in forget(folder, name):
            if not left:
                getattr(module, "__dict__", {}).clear()
        gc.collect()
    if in_main:
        leave_main()


def leave_main():
    """Restores the main interpreter, which goes on without its script, for the next one."""
    sys.path[:], sys.prefix, sys.exec_prefix = before
    time.sleep = sleep
    attempt(flush)


def behind_standard_library():
    """Returns where a script's folder belongs in sys.path: a file there called queue.py or calendar.py
    must not stand in for the module of that name, in this script or in others that lie beside it."""
    library = os.path.dirname(os.__file__)
    standard = library, f"{library}/lib-dynload"
    return max((at for at, path in enumerate(sys.path, 1) if path in standard), default=0)


def begin_load(stem, folder, file, package):
    """Creates and registers the script's module, so that it can be imported while it loads. Removes
    what the last script imported from its folder, so that a reload sees changes in those files."""
    global script, undo
    undo = script, dict(sys.modules), list(sys.path)
    if script:
        old_name, old_folder = script
        forget(old_folder, old_name)
        if old_folder in sys.path:
            sys.path.remove(old_folder)
    forget(folder)
    _frozen_importlib_external.PathFinder.invalidate_caches()
    name = stem.replace(".", "_")
    is_taken = name in sys.modules or name in sys.stdlib_module_names \
        or name in sys.builtin_module_names or host_module and name == host_module.name
    if is_taken:
        # `import json` must import the standard library's, in the script and in what it imports.
        name += "_script"
    sys.path.insert(behind_standard_library(), folder)
    spec = _frozen_importlib_external.spec_from_file_location(
        name, file, submodule_search_locations=[os.path.dirname(file)] if package else None)
    module = _frozen_importlib.module_from_spec(spec)
    sys.modules[name] = module
    script = name, folder
    return module


def undo_load():
    """Restores the state after a load that failed. Modules imported from elsewhere stay."""
    global script, undo
    old_script, modules, path = undo
    if script is not old_script:
        name, folder = script
        forget(folder, name)
    for name, module in modules.items():
        sys.modules.setdefault(name, module)
    sys.path[:] = path
    script, undo = old_script, None


def end_load():
    global undo
    undo = None


def arity(function):
    """Returns the (least, most) positional arguments; most is -1 if unlimited or unknown."""
    bound = type(function) is MethodType
    plain = function.__func__ if bound else function
    if type(plain) is FunctionType and not {"__wrapped__", "__signature__"} & plain.__dict__.keys():
        code = plain.__code__
        most = max(code.co_argcount - bound, 0)
        least = max(most - len(plain.__defaults__ or ()), 0)
        return least, -1 if code.co_flags & 0x04 else most  # CO_VARARGS
    import inspect
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return 0, -1
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    least = sum(p.default is p.empty for p in positional)
    unlimited = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    return least, -1 if unlimited else len(positional)
)python";

}  // namespace hookline::detail
