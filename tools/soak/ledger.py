"""Keeps account of the numbered lines that users send, and of who has received them.

A stream is what one user sends in main chat, or what one user sends to another one by private message. Its
lines are numbered from 0. A receiver may come late, but from its first line of a stream on it must get each
one, once and in order. A line that was sent after a receiver was there is owed to that receiver.
"""

import collections


class Stream:
    def __init__(self, name, now):
        self.name = name
        self.now = now
        self.sent = 0
        self.settled = 0  # lines before this one are known to have been handled by the hub
        self.times = {}  # when a line was sent; only of the last ones

    def send(self):
        """Returns the number of the next line."""
        number = self.sent
        self.times[number] = self.now()
        self.times.pop(number - 2000, None)
        self.sent += 1
        return number

    def settle(self, end):
        self.settled = max(self.settled, end)


class Inbox:
    """What one receiver has got, and what it is owed."""

    def __init__(self, ledger, name):
        self.ledger = ledger
        self.name = name
        self.next = {}  # the number that must come next, by stream
        self.owed_from = None  # by stream; None until the receiver is known to be there

    def is_there(self, streams):
        """Says that the hub counts the receiver as a user from now on."""
        self.owed_from = {stream: stream.sent for stream in streams}

    def receive(self, stream, number):
        first = number if self.owed_from is None else self.owed_from.get(stream, 0)
        expected = self.next.get(stream, min(first, number))
        if number < expected:
            self.ledger.repeated += 1
            self.ledger.note(f"{self.name} got line {number} of {stream.name} again, or too late: "
                             f"line {expected} was next")
            return
        if number > expected:
            self.ledger.lose(number - expected, f"{self.name} got line {number} of {stream.name}, but line "
                                                f"{expected} was next")
        self.next[stream] = number + 1
        self.ledger.count(stream, number)

    def missing(self, stream, until):
        """Returns how many lines before `until` the receiver still has to get."""
        if self.owed_from is None:
            return 0
        return max(0, until - self.next.get(stream, self.owed_from.get(stream, 0)))


class Ledger:
    """All streams, and what went wrong."""

    MOST_NOTES = 50

    def __init__(self, now, late_after):
        self.now = now
        self.late_after = late_after
        self.received = 0
        self.lost = 0
        self.repeated = 0
        self.late = 0  # deliveries that took longer than late_after
        self.slowest = 0.0
        self.delays = collections.deque(maxlen=100_000)  # of the last deliveries, in seconds
        self.bursts = []  # (from, to), in which lines were late
        self.notes = []

    def stream(self, name):
        return Stream(name, self.now)

    def inbox(self, name):
        return Inbox(self, name)

    def note(self, text):
        if len(self.notes) < self.MOST_NOTES:
            self.notes.append(text)

    def lose(self, count, text):
        self.lost += count
        self.note(text)

    def count(self, stream, number):
        self.received += 1
        sent = stream.times.get(number)
        if sent is None:
            return
        delay = self.now() - sent
        self.delays.append(delay)
        self.slowest = max(self.slowest, delay)
        if delay > self.late_after:
            self.late += 1
            self.add_burst(sent, self.now())

    def add_burst(self, begin, end):
        """Notes from when to when lines were late. What overlaps is one burst."""
        if self.bursts and begin <= self.bursts[-1][1]:
            last = self.bursts[-1]
            self.bursts[-1] = (min(last[0], begin), max(last[1], end))
        else:
            self.bursts.append((begin, end))
