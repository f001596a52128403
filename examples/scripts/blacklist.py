"""Blacklist: turns away connections from addresses that are on downloaded lists.

Lists come over http, https or from files. A thread of the script fetches them, so that nobody waits
for a web server. The last copies are kept in data/blacklist/, so that the lists are in force from
the first connection on, and while a server is down. A list may be gzipped. It has a range of
addresses in each line, in any of the usual forms; # begins a comment:

    Some organisation:1.2.3.0-1.2.3.255
    1.2.3.0 - 1.2.3.255
    1.2.3.0/24
    2001:db8::/32

In hookline.toml:

    [variables.blacklist]
    sources = ""          # addresses of lists, separated by spaces: https://... file:///...
    allow = "127.0.0.0/8" # ranges that are never turned away
    hours = "12"          # between two downloads; 0: only when an operator asks for it
    timeout = "30"        # seconds for each download

Operators: !blacklist [IP], !blacklistupdate.
"""

import bisect
import gzip
import hashlib
import http.client
import io
import ipaddress
import threading
import urllib.request
import zlib

import vh
from kit.commands import OPERATOR, Commands
from kit.settings import setting
from kit.storage import data_path, replace_file

SOURCES = setting("sources", "").split()
HOURS = setting("hours", 12.0)
TIMEOUT = setting("timeout", 30.0)
MOST_BYTES = 64 << 20  # the limit of one list
FETCH_ERRORS = (OSError, ValueError, EOFError, zlib.error, http.client.HTTPException)

commands = Commands()


def to_range(text):
    """Returns (version, first, last), with the addresses as numbers."""
    if "/" in text:
        network = ipaddress.ip_network(text, strict=False)
        return network.version, int(network.network_address), int(network.broadcast_address)
    first, _, last = text.partition("-")
    first = ipaddress.ip_address(first.strip())
    last = ipaddress.ip_address(last.strip()) if last else first
    if first.version != last.version or first > last:
        raise ValueError(f"{text} is no range")
    return first.version, int(first), int(last)


def read_line(line):
    """Returns the range in a line, or None if there is none."""
    text = line.partition("#")[0].strip()
    for candidate in (text, text.rpartition(":")[2]):  # without a name before it, or with one
        try:
            return to_range(candidate)
        except ValueError:
            continue
    return None


class Ranges:
    """A set of addresses, kept as sorted ranges of which no two touch."""

    def __init__(self, ranges):
        self.starts, self.ends = {4: [], 6: []}, {4: [], 6: []}
        for version, first, last in sorted(ranges):
            ends = self.ends[version]
            if ends and first <= ends[-1] + 1:
                ends[-1] = max(ends[-1], last)
            else:
                self.starts[version].append(first)
                ends.append(last)

    def __contains__(self, address):
        number = int(address)
        place = bisect.bisect_right(self.starts[address.version], number) - 1
        return place >= 0 and number <= self.ends[address.version][place]

    def __len__(self):
        return len(self.starts[4]) + len(self.starts[6])


class Source:
    """One list, and its copy on disk."""

    def __init__(self, url):
        self.url = url
        folder = data_path("blacklist")
        folder.mkdir(exist_ok=True)
        self.copy = folder / (hashlib.sha256(url.encode()).hexdigest()[:16] + ".txt")
        self.ranges = []
        self.problem = "has not been fetched yet"

    def read_copy(self):
        if self.copy.exists():
            self.use(self.copy.read_bytes())

    def fetch(self):
        try:
            with urllib.request.urlopen(self.url, timeout=TIMEOUT) as answer:
                data = answer.read(MOST_BYTES + 1)
            if data[:2] == b"\x1f\x8b":
                with gzip.GzipFile(fileobj=io.BytesIO(data)) as unpacked:
                    data = unpacked.read(MOST_BYTES + 1)
            if len(data) > MOST_BYTES:
                raise ValueError(f"is longer than {MOST_BYTES >> 20} MiB")
            self.use(data)
            replace_file(self.copy, data)
        except FETCH_ERRORS as error:
            self.problem = str(error)
            print(f"blacklist: {self.url}: {error}; the last copy stays in force")

    def use(self, data):
        lines = data.decode("utf-8", "replace").splitlines()
        ranges = [found for found in map(read_line, lines) if found]
        if not ranges and any(line.partition("#")[0].strip() for line in lines):
            raise ValueError("has no range in it: is it a list at all?")
        self.ranges, self.problem = ranges, ""


sources = [Source(url) for url in SOURCES]
allowed = Ranges(filter(None, map(read_line, setting("allow", "127.0.0.0/8").split())))
blocked = Ranges([])
turned_away = 0
updating = threading.Lock()
wake, ending = threading.Event(), threading.Event()


def put_in_force():
    global blocked
    blocked = Ranges(found for source in sources for found in source.ranges)


def update():
    """Fetches all lists, and returns the number of ranges that are in force then."""
    with updating:
        for source in sources:
            if ending.is_set():
                break
            source.fetch()
        put_in_force()
    return len(blocked)


def keep_updated():
    """Updates immediately and then regularly, or only on demand if `hours` is 0."""
    if HOURS > 0:
        wake.set()
    while True:
        wake.wait(HOURS * 3600 or None)
        wake.clear()
        if ending.is_set():
            return
        update()


for source in sources:
    source.read_copy()
put_in_force()
updater = threading.Thread(target=keep_updated, name="blacklist")
if sources:
    updater.start()


def is_listed(ip):
    address = ipaddress.ip_address(ip)
    if address.version == 6 and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address in blocked and address not in allowed


def OnNewConn(ip):
    global turned_away
    if not is_listed(ip):
        return 1
    turned_away += 1
    return 0


@commands.add("blacklist", "[IP]: what is on the list, or whether an address is", OPERATOR)
def show(nick, args):
    if args:
        try:
            return f"{args} is {'' if is_listed(args) else 'not '}on the list."
        except ValueError:
            return f"{args} is no IP address."
    rows = [f"{len(blocked)} ranges, {turned_away} connections turned away."]
    rows += [f"  {source.url}: {source.problem or f'{len(source.ranges)} ranges'}"
             for source in sources]
    return "\n".join(rows)


@commands.add("blacklistupdate", ": fetches the lists now", OPERATOR)
def update_soon(nick, args):
    if not sources:
        return "There are no lists: name some in [variables.blacklist] sources."
    wake.set()
    return "The lists are being fetched; !blacklist tells how it went."


def OnHubCommand(nick, command, user_class, in_pm, prefix):
    return commands.run(nick, command, user_class, in_pm)


def OnScriptQuery(command, data, recipient, sender):
    return {"commands": commands.listing(),
            "status": f"{len(blocked)} ranges, {turned_away} turned away"}.get(command)


def UnLoad():
    ending.set()
    wake.set()
    if updater.ident is not None:
        updater.join()
