"""What examples/streams.cc reads from, and what it feeds."""


closed = 0


def countdown(start):
    """A generator: C++ gets its items one by one, as they are made."""
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
    """`words` is an iterator whose items C++ makes as this loop asks for them."""
    with words:
        return max(words, key=len)


def shout(words):
    """Both: reads from C++ while C++ reads from it."""
    for word in words:
        yield word.upper()
