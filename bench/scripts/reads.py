"""Reads from the hub in a loop, beside a C function of Python's own."""

import builtins
import time

import vh

SLICES = 9
ROUNDS = 5


def empty(nicks):
    for nick in nicks:
        pass


def builtin(nicks):
    for nick in nicks:
        builtins.hash(nick)


def read(nicks):
    for nick in nicks:
        vh.GetUserClass(nick)


def cpu_ns(loop, nicks):
    """CPU time of this thread for a round of the loop."""
    start = time.thread_time_ns()
    for _ in range(ROUNDS):
        loop(nicks)
    return (time.thread_time_ns() - start) / (ROUNDS * len(nicks))


def median(numbers):
    return sorted(numbers)[len(numbers) // 2]


def measure():
    """[ns of the empty loop, with a C function, with a read] per turn, slice by slice in turn."""
    nicks = vh.GetNickList()
    slices = [[cpu_ns(loop, nicks) for loop in (empty, builtin, read)] for _ in range(SLICES)]
    return [median(column) for column in zip(*slices)] + [len(nicks)]
