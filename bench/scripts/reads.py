"""Reads from the hub in a loop, and calls a C function of Python's own for comparison."""

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
    """Returns the CPU time of this thread for one turn of the loop, in nanoseconds."""
    start = time.thread_time_ns()
    for _ in range(ROUNDS):
        loop(nicks)
    return (time.thread_time_ns() - start) / (ROUNDS * len(nicks))


def median(numbers):
    return sorted(numbers)[len(numbers) // 2]


def measure():
    """Returns [ns per turn of the empty loop, with a C function, with a read, and the number of nicks].

    The three loops are measured in turns, and the results are medians.
    """
    nicks = vh.GetNickList()
    slices = [[cpu_ns(loop, nicks) for loop in (empty, builtin, read)] for _ in range(SLICES)]
    return [median(column) for column in zip(*slices)] + [len(nicks)]
