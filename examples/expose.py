import vh

# What examples/expose.cc exposes is in `vh`, with a signature and a docstring: help(vh.get_stats).


def stats():
    ann = vh.get_stats("ann")
    return f"{ann['nick']}: {ann['lines']} lines, {vh.get_stats('ann', limit=5)['lines']} of late"


def wrong():
    try:
        vh.get_stats("ann", "many")
    except TypeError as error:
        return str(error)


def unknown():
    try:
        vh.get_stats("nobody")
    except LookupError as error:
        return f"no stats: {error}"


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


def record():
    with vh.Recording("chat", limit=2) as recording:
        kept = [recording.add(line) for line in ("hello", "how are you", "bye")]
    try:
        recording.add("too late")
    except ValueError as error:
        return kept, str(error)


def announce():
    with vh.batch():
        for line in "one", "two", "three":
            vh.mc(line)


async def awaits():
    import asyncio

    answers = await asyncio.gather(vh.ask_database.awaitable("ann"), vh.ask_database.awaitable("bob"))
    return answers


def awaited():
    import asyncio

    return asyncio.run(awaits())
