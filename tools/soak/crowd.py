"""The users of the hub: they come and go at random, chat, and write to each other."""

import asyncio
import time

from .client import Client


class Crowd:
    def __init__(self, port, dice, ledger, size, patience):
        self.port = port
        self.dice = dice
        self.ledger = ledger
        self.size = size
        self.patience = patience  # seconds that users wait for what they are owed
        self.count = 0
        self.senders = {}  # every user there ever was, by number
        self.streams = {}  # the chat of each
        self.here = []  # those who are in, or on their way
        self.joined = 0
        self.left = 0
        self.chat_lines = 0
        self.thrown_out = 0
        self.asked = 0
        self.answered = 0
        self.asked_at = {}  # (who asked, when), by number
        self.slowest_answer = 0.0
        self.healthy_seen = 0
        self.busy = set()

    # What clients tell.

    def all_streams(self):
        return list(self.streams.values())

    def on_in(self, _client):
        self.joined += 1

    def on_closed(self, client):
        if client in self.here:
            self.here.remove(client)
        if not client.is_leaving:
            self.thrown_out += 1
            self.ledger.note(f"the hub closed the connection of {client.nick}; "
                             f"its last words were: {client.last_words or 'none'}")

    def on_alive(self, number, seen):
        asked = self.asked_at.pop(number, None)
        if asked is not None:
            self.answered += 1
            self.slowest_answer = max(self.slowest_answer, time.monotonic() - asked[1])
        self.healthy_seen = max(self.healthy_seen, seen)

    # What users do.

    def users(self):
        return [client for client in self.here if client.is_in and not client.is_leaving]

    async def join(self):
        client = Client(self.count, self)
        self.count += 1
        self.senders[client.number] = client
        self.streams[client.number] = client.chat_stream
        self.here.append(client)
        await asyncio.get_running_loop().create_connection(lambda: client, "127.0.0.1", self.port)
        return client

    async def leave(self, client):
        """Leaves in the middle of it all, or after the user has got what others have got."""
        if self.dice.random() < 0.5:
            client.leave()  # what the hub has not sent back is not owed to anybody
        else:
            client.is_leaving = True
            await self.collect(client)
            client.leave()
        self.left += 1

    async def collect(self, client):
        """Waits until the user has everything that the hub has handled so far."""
        owed = [(stream, stream.settled) for stream in self.all_streams()]
        owed += [(sender.pm_streams[client.number], sender.pm_streams[client.number].settled)
                 for sender in self.senders.values() if client.number in sender.pm_streams]
        end = time.monotonic() + self.patience
        while True:
            missing = [(stream, client.inbox.missing(stream, until)) for stream, until in owed]
            missing = [(stream, count) for stream, count in missing if count]
            if not missing or client.is_closed:
                return
            if time.monotonic() > end:
                for stream, count in missing:
                    self.ledger.lose(count, f"{client.nick} never got the last {count} line(s) of "
                                            f"{stream.name}")
                return
            await asyncio.sleep(0.02)

    def background(self, coroutine):
        task = asyncio.create_task(coroutine)
        self.busy.add(task)
        task.add_done_callback(self.busy.discard)

    async def step(self):
        """Does what users do within some hundredths of a second."""
        users = self.users()
        if len(self.here) < self.size:
            await self.join()
        elif len(users) > self.size // 2 and self.dice.random() < 0.01:
            self.background(self.leave(self.dice.choice(users)))
        for client in users:
            if client.chat_stream.sent - client.chat_stream.settled > 100:
                continue  # the hub is behind; memory stays bounded
            if self.dice.random() < 0.2:
                client.chat(int(self.dice.expovariate(1 / 40)))
                self.chat_lines += 1
            if self.dice.random() < 0.05:
                client.tell(self.dice.choice(users), self.dice.randrange(60))

    def ask_alive(self):
        users = self.users()
        if users:
            client = users[0]
            self.asked_at[self.asked] = (client, time.monotonic())
            client.ask_alive(self.asked)
            self.asked += 1

    def waiting(self):
        """Returns how many lines of users who are here the hub has not sent back."""
        return sum(client.chat_stream.sent - client.chat_stream.settled for client in self.users())

    async def finish(self):
        """Waits until everybody has everything, and counts what is missing as lost."""
        if self.busy:
            await asyncio.gather(*self.busy)
        end = time.monotonic() + self.patience
        while self.waiting() and time.monotonic() < end:
            await asyncio.sleep(0.05)
        for client in self.users():
            missing = client.chat_stream.sent - client.chat_stream.settled
            if missing:
                self.ledger.lose(missing, f"the hub never sent the last {missing} line(s) of {client.nick}")
            client.chat_stream.settled = client.chat_stream.sent
        await asyncio.gather(*(self.collect(client) for client in self.users()))
        self.ask_alive()  # the answer has the number of lines that the healthy script has seen by now
        while self.unanswered() and time.monotonic() < end:
            await asyncio.sleep(0.05)

    def unanswered(self):
        """Returns how many questions to the healthy script have no answer, though who asked is here."""
        return sum(client in self.here for client, _ in self.asked_at.values())

    def unseen(self):
        """Returns how many of the lines that the hub has handled the healthy script has not seen."""
        return max(0, sum(stream.settled for stream in self.streams.values()) - self.healthy_seen)

    def close(self):
        for client in list(self.here):
            client.leave()
