"""Tests that a script cannot overflow the C stack of its worker by what CPython guards, or can bear in 16 MiB.

Each table below runs in one process, with stack limits that a host may have. The script prints what it begins
with, so that a crash names it. docs/faults.md lists what no stack is large enough for.

Runs with $HOOKLINE_BIN, the executable, and any Python >= 3.11.
"""

import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import unittest

HOOKLINE = os.environ["HOOKLINE_BIN"]
PATIENCE = 300  # seconds; only a test that fails reaches it
MIB = 1 << 20
STACK_LIMITS = (1 * MIB, 8 * MIB, resource.RLIM_INFINITY)

SCRIPT = r'''
import ast, collections, copy, functools, itertools, json, pickle, re, sys, threading

DEEP = 200_000   # levels that nothing but an exception can bear
BORNE = 100_000  # levels of those things whose depth CPython does not count

def nested(kind, levels):
    value = kind()
    for _ in range(levels):
        value = {1: value} if kind is dict else kind([value])
    return value

def iterator(wrap):
    value = iter([1])
    for _ in range(BORNE):
        value = wrap(value)
    return next(value)

def calls_itself(call):
    def again(*ignored):
        return call(again)
    return again()

class Compares:
    def __lt__(self, other): return sorted([self, other])
    def __eq__(self, other): return [self] == [other]
    def __hash__(self): return hash((self,))
    def __repr__(self): return repr([Compares()])
    def __format__(self, spec): return format(self)
    def __getattr__(self, name): return getattr(Compares(), name)

class Node:
    pass

def chain_of_nodes():
    node = None
    for _ in range(DEEP):
        last, node = node, Node()
        node.next = last

RAISE = {  # what they do: the exception it ends with
    "repr of a list": (lambda: repr(nested(list, DEEP)), RecursionError),
    "repr of a dict": (lambda: repr(nested(dict, DEEP)), RecursionError),
    "a list compared": (lambda: nested(list, DEEP) == nested(list, DEEP), RecursionError),
    "a tuple compared": (lambda: nested(tuple, DEEP) < nested(tuple, DEEP), RecursionError),
    "a dict compared": (lambda: nested(dict, DEEP) == nested(dict, DEEP), RecursionError),
    "lists sorted": (lambda: sorted([nested(list, DEEP), nested(list, DEEP)]), RecursionError),
    "sorted(key=) that sorts": (lambda: calls_itself(lambda f: sorted([1, 2], key=f)), RecursionError),
    "max(key=) that calls max": (lambda: calls_itself(lambda f: max([1, 2], key=f)), RecursionError),
    "map() in map()": (lambda: calls_itself(lambda f: list(map(f, [1]))), RecursionError),
    "reduce() in reduce()": (lambda: calls_itself(lambda f: functools.reduce(f, [1, 2])), RecursionError),
    "re.sub() in re.sub()": (lambda: calls_itself(lambda f: re.sub("a", f, "a")), RecursionError),
    "__lt__": (lambda: Compares() < Compares(), RecursionError),
    "__eq__": (lambda: Compares() == Compares(), RecursionError),
    "__hash__": (lambda: hash(Compares()), RecursionError),
    "__repr__": (lambda: repr(Compares()), RecursionError),
    "__format__": (lambda: format(Compares()), RecursionError),
    "__getattr__": (lambda: Compares().name, RecursionError),
    "json.loads of lists": (lambda: json.loads("[" * DEEP + "]" * DEEP), RecursionError),
    "json.loads of objects": (lambda: json.loads('{"a":' * DEEP + "1" + "}" * DEEP), RecursionError),
    "json.dumps": (lambda: json.dumps(nested(list, DEEP)), RecursionError),
    "copy.deepcopy": (lambda: copy.deepcopy(nested(list, DEEP)), RecursionError),
    "pickle.dumps": (lambda: pickle.dumps(nested(list, DEEP)), RecursionError),
    "a regex of groups": (lambda: re.compile("(" * DEEP + ")" * DEEP), RecursionError),
    "parentheses compiled": (lambda: compile("(" * DEEP + ")" * DEEP, "x", "eval"), SyntaxError),
    "signs compiled": (lambda: compile("-" * DEEP + "1", "x", "eval"), MemoryError),
    "attributes compiled": (lambda: compile("a" + ".b" * DEEP, "x", "eval"), RecursionError),
    "calls compiled": (lambda: compile("a" + "()" * DEEP, "x", "eval"), RecursionError),
    "a sum compiled": (lambda: compile("x" + "+x" * DEEP, "x", "eval"), RecursionError),
    "elif compiled": (lambda: compile("if x: pass\n" + "elif x: pass\n" * DEEP, "x", "exec"), MemoryError),
    "ast.literal_eval": (lambda: ast.literal_eval("-" * DEEP + "1"), MemoryError),
}
# CPython 3.13 counts the levels; since 3.14 it looks how much of the stack is left, and these fit.
if sys.version_info < (3, 14):
    RAISE["isinstance"] = (lambda: isinstance(1, nested(tuple, DEEP)), RecursionError)
BEAR = {
    "map": lambda: iterator(lambda i: map(int, i)),
    "filter": lambda: iterator(lambda i: filter(None, i)),
    "zip": lambda: iterator(lambda i: zip(i)),
    "enumerate": lambda: iterator(lambda i: enumerate(i)),
    "chain": lambda: iterator(lambda i: itertools.chain(i)),
    "islice": lambda: iterator(lambda i: itertools.islice(i, 1)),
    "hash of a tuple": lambda: hash(nested(tuple, BORNE)),
    "a deque freed": lambda: nested(collections.deque, BORNE) and None,
    "lists freed": lambda: nested(list, 1_000_000) and None,
    "tuples freed": lambda: nested(tuple, 1_000_000) and None,
    "dicts freed": lambda: nested(dict, 1_000_000) and None,
    "objects freed": chain_of_nodes,
    "pickle.loads": lambda: pickle.loads(b"]" * DEEP + b"a" * (DEEP - 1) + b".") and None,
    "isinstance": lambda: isinstance(1, nested(tuple, 500)) and None,
    "a regex on a long text": lambda: re.match("(?:a|b)*$", "a" * 1_000_000) and None,
}

def run():
    wrong = []
    for name, (what, error) in RAISE.items():
        print(name, file=sys.stderr, flush=True)
        try:
            what()
            wrong.append(f"{name}: no exception")
        except BaseException as raised:
            if type(raised) is not error:
                wrong.append(f"{name}: {type(raised).__name__}")
    for name, what in BEAR.items():
        print(name, file=sys.stderr, flush=True)
        what()
    return "; ".join(wrong)

def run_in_thread():
    results = []
    thread = threading.Thread(target=lambda: results.append(run()))
    thread.start()
    thread.join()
    return results
'''


class CStack(unittest.TestCase):
    def call(self, function, stack):
        with tempfile.TemporaryDirectory(prefix="hookline-test-") as folder:
            script = pathlib.Path(folder) / "deep.py"
            script.write_text(SCRIPT, encoding="utf-8")
            done = subprocess.run(
                [HOOKLINE, "call", "--timeout", str(PATIENCE), script, function], stdin=subprocess.DEVNULL, text=True, capture_output=True,
                timeout=PATIENCE, check=False,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_STACK, (stack, resource.RLIM_INFINITY)))
        last = done.stderr.strip().splitlines()[-1:]
        self.assertEqual(done.returncode, 0, f"stack limit {stack}: it ended at {last}: {done.stderr[-2000:]}")
        return done.stdout.strip()

    def test_on_the_worker(self):
        for stack in STACK_LIMITS:
            with self.subTest(stack=stack):
                self.assertEqual(self.call("run", stack), '""')

    def test_on_a_thread_of_the_script(self):
        for stack in STACK_LIMITS:
            with self.subTest(stack=stack):
                self.assertEqual(self.call("run_in_thread", stack), '[""]')


if __name__ == "__main__":
    if {"ASAN_OPTIONS", "TSAN_OPTIONS"} & os.environ.keys():
        sys.exit(77)  # the preset of a sanitizer, which needs more stack, and has limits of its own
    unittest.main()
