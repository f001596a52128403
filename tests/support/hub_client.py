"""A user of a hub, for tests: it logs in, sends what it is told to, and waits for what the hub has to say."""

import collections
import re
import socket

PATIENCE = 120  # seconds; only a test that fails reaches it


class Client:
    """Remembers what it was told: expect() also finds what arrived before something else that was expected.

    `lines` has the numbered lines of chat, in the order in which they arrived.
    """

    def __init__(self, port, nick):
        self.nick = nick
        self.socket = socket.socket()
        self.socket.settimeout(PATIENCE)
        # The system must not take all of what the hub sends while nobody reads.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        self.socket.connect(("127.0.0.1", port))
        self.partial = []
        self.arrived = collections.deque()
        self.told = []  # what has arrived, and nobody has expected so far
        self.lines = []

    def close(self):
        self.socket.close()

    def send(self, text):
        self.socket.sendall(text.encode())

    def chat(self, text):
        self.send(f"<{self.nick}> {text}|")

    def expect(self, pattern):
        """Waits until a command matches. Returns the match."""
        for at, command in enumerate(self.told):
            if found := re.match(pattern, command, re.DOTALL):
                del self.told[at]
                return found
        while True:
            command = self.next_command(pattern)
            if re.match(r"<\w+> line \d+$", command):
                self.lines.append(command)
            if found := re.match(pattern, command, re.DOTALL):
                return found
            self.told.append(command)

    def next_command(self, wanted):
        while not self.arrived:
            read = self.socket.recv(1 << 20)
            if not read:
                raise AssertionError(f"the hub hung up before {self.nick} got {wanted}")
            first, *others = read.split(b"|")
            self.partial.append(first)
            for other in others:
                self.arrived.append(b"".join(self.partial))
                self.partial = [other]
        return self.arrived.popleft().decode()

    def log_in(self, password=None):
        self.expect(r"\$Lock ")
        self.send(f"$Supports NoGetINFO NoHello |$Key x|$ValidateNick {self.nick}|")
        if password:
            self.expect(r"\$GetPass")
            self.send(f"$MyPass {password}|")
        self.send(f"$Version 1,0091|$MyINFO $ALL {self.nick} <s V:0.1,M:A,H:1/0/0,S:1>$ $100\x01$$0$|"
                  "$GetNickList|")
        self.expect(r"\$NickList")
