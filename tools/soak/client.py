"""A user of the hub: logs in, chats in numbered lines, and hands what it receives to the ledger."""

import asyncio
import re

CHAT = re.compile(rb"<u(\d+)> #c(\d+) ")
PRIVATE = re.compile(rb"\$To: u(\d+) From: u(\d+) \$<u\d+> #p(\d+) ")
ALIVE = re.compile(rb"<[^>]*> alive(\d+) (\d+)")


def lock_to_key(lock):
    """Computes the answer to $Lock, as NMDC defines it."""
    last = len(lock) - 1
    key = [lock[0] ^ lock[last] ^ lock[last - 1] ^ 5]
    key += [lock[i] ^ lock[i - 1] for i in range(1, len(lock))]
    key = [((byte << 4) | (byte >> 4)) & 0xFF for byte in key]
    return b"".join(b"/%%DCN%03d%%/" % byte if byte in (0, 5, 36, 96, 124, 126) else bytes([byte])
                    for byte in key)


class Client(asyncio.Protocol):
    """Speaks the protocol. `crowd` knows the other users, and is told what happens."""

    def __init__(self, number, crowd):
        self.number = number
        self.crowd = crowd
        self.nick = f"u{number}"
        self.chat_stream = crowd.ledger.stream(f"the chat of {self.nick}")
        self.pm_streams = {}  # by the receiver's number
        self.pm_marks = []  # (chat line that follows, stream, end): what the echo of that line settles
        self.inbox = crowd.ledger.inbox(self.nick)
        self.transport = None
        self.partial = []
        self.was_greeted = False
        self.has_list = False
        self.is_in = False  # the hub has sent its first line back
        self.is_leaving = False
        self.is_closed = False
        self.last_words = ""

    # Of asyncio.Protocol.

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, _error):
        self.is_closed = True
        self.crowd.on_closed(self)

    def data_received(self, data):
        parts = data.split(b"|")
        self.partial.append(parts[0])
        for part in parts[1:]:
            command = b"".join(self.partial)
            self.partial = [part]
            self.handle(command)

    # What the hub says.

    def handle(self, command):
        if command.startswith(b"<"):
            self.handle_chat(command)
        elif command.startswith(b"$To: "):
            self.handle_private(command)
        elif not self.was_greeted and command.startswith(b"$Lock "):
            self.was_greeted = True
            lock = command[6:].partition(b" Pk=")[0]
            self.write(b"$Supports NoGetINFO NoHello |$Key " + lock_to_key(lock) + b"|$ValidateNick "
                       + self.nick.encode() + b"|")
        elif not self.has_list and command == b"$Hello " + self.nick.encode():
            self.write(b"$Version 1,0091|$MyINFO $ALL " + self.nick.encode()
                       + b" <soak V:0.1,M:A,H:1/0/0,S:1>$ $100\x01$$0$|$GetNickList|")
        elif not self.has_list and command.startswith(b"$NickList"):
            self.has_list = True
            self.chat(0)
        elif command.startswith((b"$ValidateDenide", b"$GetPass", b"$HubIsFull")):
            self.last_words = command[:200].decode(errors="replace")

    def handle_chat(self, command):
        if line := CHAT.match(command):
            sender, number = int(line[1]), int(line[2])
            stream = self.crowd.streams.get(sender)
            if stream is not None:
                self.inbox.receive(stream, number)
            if sender == self.number:
                self.on_echo(number)
        elif answer := ALIVE.match(command):
            self.crowd.on_alive(int(answer[1]), int(answer[2]))
        else:
            self.last_words = command[:200].decode(errors="replace")

    def handle_private(self, command):
        if line := PRIVATE.match(command):
            sender = self.crowd.senders.get(int(line[2]))
            if sender is not None and self.number in sender.pm_streams:
                self.inbox.receive(sender.pm_streams[self.number], int(line[3]))
        else:
            self.last_words = command[:200].decode(errors="replace")

    def on_echo(self, number):
        """The hub has handled this line, and all that was sent before it."""
        self.chat_stream.settle(number + 1)
        while self.pm_marks and self.pm_marks[0][0] <= number:
            _, stream, end = self.pm_marks.pop(0)
            stream.settle(end)
        if not self.is_in:
            self.is_in = True
            self.inbox.is_there(self.crowd.all_streams())
            self.crowd.on_in(self)

    # What the user does.

    def write(self, data):
        if not self.is_closed:
            self.transport.write(data)

    def chat(self, padding):
        number = self.chat_stream.send()
        self.write(b"<%s> #c%d %s|" % (self.nick.encode(), number, b"x" * padding))

    def tell(self, other, padding):
        stream = self.pm_streams.get(other.number)
        if stream is None:
            stream = self.crowd.ledger.stream(f"the messages of {self.nick} to {other.nick}")
            self.pm_streams[other.number] = stream
        number = stream.send()
        self.pm_marks.append((self.chat_stream.sent, stream, number + 1))
        self.write(b"$To: %s From: %s $<%s> #p%d %s|" % (
            other.nick.encode(), self.nick.encode(), self.nick.encode(), number, b"x" * padding))

    def ask_alive(self, number):
        self.write(b"<%s> +alive%d|" % (self.nick.encode(), number))

    def leave(self):
        self.is_leaving = True
        if self.transport is not None:
            self.transport.abort()
