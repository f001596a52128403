import asyncio

import vh

# `vh` has the functions of examples/expose.cc, with signatures and docstrings: help(vh.get_stats).


# [text]
def text():
    return vh.greet("ann")
# [/text]


# [arguments]
def arguments():
    return vh.repeat("hi"), vh.repeat("hi", 3), vh.repeat("hi", between=", ")
# [/arguments]


def signature():
    return vh.repeat.__doc__


# [containers]
def containers():
    counts = vh.count_words(["a", "b", "a"])
    return counts, vh.frequent(counts)
# [/containers]


# [structs]
def structs():
    return vh.add_stats(vh.get_stats("ann"), {"nick": "ann", "lines": 5})
# [/structs]


# [items]
def items():
    return sum(vh.count_up(1, 1_000_000))  # only one item exists at a time
# [/items]


# [errors]
def unknown():
    try:
        vh.share_of("nobody")
    except LookupError as error:
        return f"no such user: {error}"


def wrong():
    try:
        vh.share_of("ann", most="all")
    except TypeError as error:
        return str(error)
# [/errors]


def each():
    nicks = []
    vh.each_user(nicks.append)
    return nicks


class Oops(Exception):
    pass


def same():
    oops = Oops("mine")

    def fail(nick):
        raise oops

    try:
        vh.each_user(fail)
    except Oops as caught:
        return caught is oops


# [resources]
def record():
    with vh.Recording("chat", limit=2) as recording:
        kept = [recording.add(line) for line in ("hello", "how are you", "bye")]
    try:
        recording.add("too late")
    except ValueError as error:
        return kept, str(error)
# [/resources]


# [async_with]
async def record_in_coroutine():
    async with await vh.Recording.awaitable("chat") as recording:
        return await recording.add.awaitable("hello")
# [/async_with]


def record_awaiting():
    return asyncio.run(record_in_coroutine())


# [batch]
def announce():
    with vh.batch():
        for line in "one", "two", "three":
            vh.mc(line)
# [/batch]


# [awaitable]
async def ask_twice():
    return await asyncio.gather(vh.ask_database.awaitable("ann"), vh.ask_database.awaitable("bob"))
# [/awaitable]


def awaited():
    return asyncio.run(ask_twice())
