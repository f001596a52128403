"""Streams to and from examples/streams.cc."""


closed = 0


def countdown(start):
    """Makes items that C++ reads one by one, while they are made."""
    global closed
    try:
        while True:
            yield start
            start -= 1
    finally:
        closed += 1


def countdowns_closed():
    return closed


class Users:
    def __init__(self, *nicks):
        self.nicks = nicks

    def starting(self, letter, upper=False):
        for nick in self.nicks:
            if nick.startswith(letter):
                yield nick.upper() if upper else nick


def longest(words):
    """Reads an iterator `words`: C++ makes each item when this loop asks for it."""
    with words:
        return max(words, key=len)


def shout(words):
    """Reads from C++ while C++ reads from it."""
    for word in words:
        yield word.upper()
