import asyncio

import app

# `app` has the functions of examples/expose.cc, with signatures and docstrings: help(app.get_stats).


# [text]
def text():
    return app.greet("ann")
# [/text]


# [arguments]
def arguments():
    return app.repeat("hi"), app.repeat("hi", 3), app.repeat("hi", between=", ")
# [/arguments]


def signature():
    return app.repeat.__doc__


# [containers]
def containers():
    counts = app.count_words(["a", "b", "a"])
    return counts, app.frequent(counts)
# [/containers]


# [structs]
def structs():
    return app.add_stats(app.get_stats("ann"), {"nick": "ann", "lines": 5})
# [/structs]


# [items]
def items():
    return sum(app.count_up(1, 100_000))  # only one item exists at a time
# [/items]


# [errors]
def unknown():
    try:
        app.share_of("nobody")
    except LookupError as error:
        return f"no such user: {error}"


def wrong():
    try:
        app.share_of("ann", most="all")
    except TypeError as error:
        return str(error)
# [/errors]


def each():
    nicks = []
    app.each_user(nicks.append)
    return nicks


class Oops(Exception):
    pass


def same():
    oops = Oops("mine")

    def fail(nick):
        raise oops

    try:
        app.each_user(fail)
    except Oops as caught:
        return caught is oops


# [resources]
def record():
    with app.Recording("chat", limit=2) as recording:
        kept = [recording.add(line) for line in ("hello", "how are you", "bye")]
    try:
        recording.add("too late")
    except ValueError as error:
        return kept, str(error)
# [/resources]


# [async_with]
async def record_in_coroutine():
    async with await app.Recording.awaitable("chat") as recording:
        return await recording.add.awaitable("hello")
# [/async_with]


def record_awaiting():
    return asyncio.run(record_in_coroutine())


# [batch]
def announce():
    with app.batch():
        for line in "one", "two", "three":
            app.say(line)
# [/batch]


# [awaitable]
async def ask_twice():
    return await asyncio.gather(app.ask_database.awaitable("ann"), app.ask_database.awaitable("bob"))
# [/awaitable]


def awaited():
    return asyncio.run(ask_twice())
