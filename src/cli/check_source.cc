#include <string_view>

#include "cli/cli.h"

namespace hookline::cli {

namespace {

constexpr std::string_view kSource = R"python(
"""Checks a script without running it, for `hookline check`.

check(path, hooks, called, gil) takes {name: {"arguments": "nick, message", "allows_fewer": bool}} of
the hooks, and of other functions that the host calls. It returns {"path", "loads", "hooks": [{"name", "line"}], "imports": [{"module",
"line", "status", "message"}], "errors": [...], "warnings": [...]}; errors and warnings are {"file",
"line", "column", "message"}. The status of an import is "ok", "beside" (a file beside the script),
"missing", "refuses" (it does not support interpreters with this GIL) or "fails".
"""

import ast
import difflib
import importlib
import importlib.util
import os
import re
import sys

# How names of hooks begin.
STYLES = (re.compile("On(?=[A-Z])"), re.compile("on_"))

INSTEAD = {
    "curses": "a script has no terminal, so leave it out",
    "tkinter": "a script has no screen, so leave it out",
    "readline": "a script has no terminal, so leave it out",
    "faulthandler": "leave it out",
    "tracemalloc": "use sys.getsizeof and gc.get_objects instead",
    "numpy": "use array, math and statistics instead, or run what needs it in a subprocess",
    "pandas": "use csv, sqlite3 and statistics instead, or run what needs it in a subprocess",
    "pydantic": "use dataclasses instead",
}


gil = "own"


def check(path, hooks, called, gil_of_script):
    global gil
    gil = gil_of_script
    return Check(path, hooks, called).run()


class Check:
    def __init__(self, path, hooks, called):
        self.path = path
        self.expected = {**hooks, **called}
        # If all hooks begin in the same way, another function that does so is probably meant as one.
        self.style = next((style for style in STYLES if hooks and all(map(style.match, hooks))), None)
        self.hooks, self.imports, self.errors, self.warnings = [], [], [], []
        self.seen_files, self.seen_modules = set(), set()

    def run(self):
        path = os.path.join(self.path, "__init__.py") if os.path.isdir(self.path) else self.path
        # The folder that the script imports from: its own, or that of its package.
        self.folder = os.path.dirname(self.path.rstrip("/") if path != self.path else path)
        tree = self.parse(path, 0)
        if tree is not None:
            self.look_for_hooks(tree, path)
            self.look_for_imports(tree, path)
            self.look_for_callbacks(tree, path)
            self.look_for_refused_calls(tree, path)
        stem = self.stem()
        if stem in sys.stdlib_module_names:
            self.warnings.append({"file": self.path, "line": 0, "column": 0, "message": f"has the name of "
                f"a module of the standard library: it is loaded as {stem}_script, and `import {stem}` "
                "means the library's; rename it"})
        return {"path": self.path, "loads": not self.errors, "hooks": self.hooks,
                "imports": self.imports, "errors": self.errors, "warnings": self.warnings}

    def stem(self):
        return os.path.splitext(os.path.basename(self.path.rstrip("/")))[0]

    def error(self, file, line, column, message):
        self.errors.append({"file": file, "line": line, "column": column, "message": message})

    def warn(self, file, node, message):
        self.warnings.append({"file": file, "line": node.lineno, "column": node.col_offset + 1,
                              "message": message})

    def parse(self, path, line):
        self.seen_files.add(os.path.abspath(path))
        try:
            with open(path, "rb") as file:
                source = file.read()
        except OSError as error:
            message = f"cannot be read: {error.strerror}"
            if os.path.isdir(self.path):
                path, message = self.path, "is a folder without an __init__.py: name its scripts"
            self.error(path, line, 0, message)
            return None
        try:
            tree = ast.parse(source, path)
            # Some mistakes, such as a return outside a function, are only found by compile().
            compile(source, path, "exec", dont_inherit=True)
            return tree
        except SyntaxError as error:
            self.error(path, error.lineno or 0, error.offset or 0, f"syntax error: {error.msg}")
        except (ValueError, RecursionError, MemoryError) as error:
            self.error(path, 0, 0, f"cannot be compiled: {error}")
        return None

    # Hooks are functions at the module's top level whose names the host knows.

    def look_for_hooks(self, tree, path):
        functions, others = {}, {}
        for node in top_level(tree.body):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                functions[node.name] = node
            else:
                others.update((name, node) for name in bound_names(node))
        for name, node in sorted((others | functions).items(), key=lambda item: item[1].lineno):
            if name in self.expected:
                self.hooks.append({"name": name, "line": node.lineno})
                if name in functions:
                    self.check_arguments(functions[name], path)
            elif name in functions:
                self.check_name(functions[name], path)

    def check_arguments(self, function, path):
        if isinstance(function, ast.AsyncFunctionDef):
            self.warn(path, function, f"{function.name} is an async function, which is not "
                                      "supported yet: it will not run")
        expected, given = self.expected[function.name], function.args
        names = argument_names(expected["arguments"])
        positional = given.posonlyargs + given.args
        needed = len(positional) - len(given.defaults)
        keyword_only = [arg.arg for arg, default in zip(given.kwonlyargs, given.kw_defaults)
                        if default is None]
        fits = (needed <= len(names) and
                (expected["allows_fewer"] or given.vararg or len(names) <= len(positional)))
        if keyword_only:
            self.warn(path, function, f"{function.name} needs {keyword_only[0]} by name, but hooks "
                                      "are called by position: each call will fail")
        elif not fits:
            takes = f"{needed}" if needed == len(positional) else f"{needed} to {len(positional)}"
            takes += " argument" if takes == "1" else " arguments"
            self.warn(path, function,
                      f"{function.name} takes {takes}, but is called with {len(names)}"
                      f" ({', '.join(names) or 'none'}): each call will fail")

    def check_name(self, function, path):
        close = max(self.expected, key=lambda hook: likeness(function.name, hook), default="")
        if close and likeness(function.name, close) >= 0.85:
            self.warn(path, function, f"{function.name} is not a hook: did you mean {close}?")
        elif self.style and self.style.match(function.name):
            self.warn(path, function, f"{function.name} is not a hook: nothing will call it")

    # C code may call a callback on a thread that it has started. CPython attaches such a thread to the
    # main interpreter, so it would use the script's objects with another allocator and another lock.

    def look_for_callbacks(self, tree, path):
        for node in ast.walk(tree):
            name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
            if name in ("CFUNCTYPE", "PYFUNCTYPE") and gil == "own":
                self.warn(path, node, f"a callback of {name} that C code calls on a thread of its own "
                                      "corrupts memory under a GIL of its own: write \"# hookline: "
                                      "gil=main\" at the top of the script, unless only the script's own "
                                      "threads call it")

    # Functions that are refused whatever their arguments are: see interp/guard_source.cc.

    def look_for_refused_calls(self, tree, path):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                name = ast.unparse(node.func)
                if instead := instead_of(*name.rpartition(".")[::2]):
                    self.warn(path, node, f"{name}() is refused in a script: {instead}")

    # Each module is really imported, here, in an interpreter with the GIL that the script wants.
    # Files beside the script are only read, because importing them would run the script's code.

    def look_for_imports(self, tree, path):
        for node, optional in imports_of(tree):
            for module in imported_modules(node):
                if module not in self.seen_modules:
                    self.seen_modules.add(module)
                    self.check_import(module, node, optional, path)
            if isinstance(node, ast.ImportFrom) and node.level:
                self.read_relative(node, path)

    def read_relative(self, node, path):
        base = os.path.dirname(path)
        for _ in range(node.level - 1):
            base = os.path.dirname(base)
        names = [node.module] if node.module else [alias.name for alias in node.names]
        for name in names:
            self.read_beside(os.path.join(base, *name.split(".")), node.lineno)

    def read_beside(self, stem, line):
        """Checks a file beside the script. Returns False if there is none of that name."""
        for path in (stem + ".py", os.path.join(stem, "__init__.py")):
            if os.path.isfile(path):
                if os.path.abspath(path) not in self.seen_files:
                    tree = self.parse(path, line)
                    if tree is not None:
                        self.look_for_imports(tree, path)
                return True
        return False

    def check_import(self, module, node, optional, path):
        root = module.split(".")[0]
        if root in sys.stdlib_module_names:
            # Files beside the script come behind the standard library.
            if is_beside(os.path.join(self.folder, root)) and root != self.stem():
                self.warn(path, node, f"{root} is the module of the standard library, and not the file "
                                      "beside the script: rename that file")
            status, message = try_import(module)
        elif self.read_beside(os.path.join(self.folder, *module.split(".")), node.lineno):
            status, message = "beside", ""
        else:
            status, message = try_import(module)
        self.imports.append({"module": module, "line": node.lineno, "status": status,
                             "message": message})
        if status not in ("ok", "beside"):
            if optional:
                self.warn(path, node, f"{message} (the script can do without it)")
            else:
                self.error(path, node.lineno, node.col_offset + 1, message)


def instead_of(module, function):
    """Returns what to use instead of a function that is refused, or None."""
    where = {"os": "posix", "signal": "_signal"}.get(module, module)
    return getattr(getattr(sys.modules.get(where), function, None), "hookline_instead", None)


def is_beside(stem):
    return os.path.isfile(stem + ".py") or os.path.isfile(os.path.join(stem, "__init__.py"))


def argument_names(arguments):
    """Returns the names in a text like "nick: str, message: str"."""
    while (plain := re.sub(r"\[[^][]*\]", "", arguments)) != arguments:
        arguments = plain  # without the commas in "dict[str, int]"
    return [part.partition(":")[0].strip() for part in arguments.split(",") if part.strip()]


def likeness(name, hook):
    """Returns how alike two names are, from 0 to 1. Case and underscores do not count much."""
    pairs = ((name.lower(), hook.lower()),
             (name.replace("_", "").lower(), hook.replace("_", "").lower()))
    return max(difflib.SequenceMatcher(None, *pair).ratio() for pair in pairs)


def top_level(body):
    """Yields the statements of a module, including those inside of if, try, with and for."""
    for node in body:
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for field in ("body", "orelse", "finalbody"):
                yield from top_level(getattr(node, field, None) or ())
            for handler in getattr(node, "handlers", ()):
                yield from top_level(handler.body)


def bound_names(node):
    """Returns the names that an assignment or an import binds."""
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name for alias in node.names]
    return []


def imports_of(tree):
    """Yields each import statement, and whether the script loads if the import fails."""
    def walk(node, optional):
        for child in ast.iter_child_nodes(node):
            inside = optional
            if isinstance(child, (ast.Import, ast.ImportFrom)):
                yield child, optional
            elif isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                inside = True
            elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                inside = True
            elif isinstance(child, ast.Try) and any(map(catches_import_error, child.handlers)):
                inside = True
            yield from walk(child, inside)
    return walk(tree, False)


def catches_import_error(handler):
    caught = "Exception" if handler.type is None else ast.unparse(handler.type)
    return any(name in caught for name in ("ImportError", "ModuleNotFoundError", "Exception"))


def imported_modules(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if node.level == 0 else []


def try_import(module):
    """Imports the module, and returns (status, message)."""
    try:
        importlib.import_module(module)
        return "ok", ""
    except ModuleNotFoundError as error:
        if error.name and (module == error.name or module.startswith(error.name + ".")):
            return "missing", f"there is no module {error.name} for this Python: install it, or " \
                              "put it beside the script"
        return failure(module, error)
    except BaseException as error:  # includes SystemExit
        return failure(module, error)


def failure(module, error):
    if "subinterpreter" in everything_said(error):
        root = module.split(".")[0]
        advice = INSTEAD.get(root.lstrip("_"), "run what needs it in a subprocess")
        if gil == "own":
            return "refuses", f"{module} cannot be imported under a GIL of its own: write " \
                              f"\"# hookline: gil=shared\" at the top of the script; {advice}"
        return "refuses", f"{module} cannot be imported in a sub-interpreter: write " \
                          f"\"# hookline: gil=main\" at the top of the script; {advice}"
    return "fails", f"importing {module} raises {type(error).__name__}: {first_line(error)}"


def everything_said(error):
    """Returns the texts of an exception and its causes, because packages wrap the one that matters."""
    texts, seen = [], set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        texts.append(str(error))
        error = error.__cause__ or error.__context__
    return " ".join(texts).replace("sub-interpreter", "subinterpreter")


def first_line(error):
    return (str(error).strip().splitlines() or ["no message"])[0]
)python";

}  // namespace

std::string_view check_source() { return kSource; }

}  // namespace hookline::cli
