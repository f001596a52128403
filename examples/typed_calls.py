"""A user list, which typed_calls.cc fills and queries."""

from dataclasses import dataclass


@dataclass
class User:
    nick: str
    share: int
    country: str | None = None


users = {}


def greet(nick):
    return f"Hello, {nick}!"


def process_user(nick, share):
    users[nick] = User(nick, share)
    return len(users)


def top(count, by="share", largest=True):
    order = sorted(users.values(), key=lambda user: getattr(user, by), reverse=largest)
    return [user.nick for user in order[:count]]


def shares():
    return {user.nick: user.share for user in users.values()}


def total(shares_by_nick):
    return sum(shares_by_nick.values())


def extremes():
    numbers = sorted(shares().values())
    return numbers[0], numbers[-1]


def find(nick):
    return users.get(nick)


def move(user, country):
    users[user["nick"]] = User(**user | {"country": country})
    return users[user["nick"]]


def share_of(nick):
    return users[nick].share


class Counter:
    def __init__(self):
        self.seen = 0

    def add(self, number):
        self.seen += number
        return self.seen
