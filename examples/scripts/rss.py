"""RSS announcer: announces new items of feeds (RSS 0.9 to 2.0, Atom) in the main chat.

Feeds come over http, https or from files; a thread of the script fetches them. Known items are kept
in data/rss.json. A feed that is read for the first time is not announced. In hookline.toml:

    [variables.rss]
    feeds = ""          # addresses, separated by spaces: https://... file:///...
    minutes = "15"      # between two updates; 0: only when an operator asks for it
    bot = "News"        # the nick that announces the items
    most = "3"          # announced items of a feed in one update; the others only count as seen
    timeout = "20"      # seconds for each feed

Users: +news [N]. Operators: !newsupdate.
"""

import collections
import functools
import http.client
import threading
import urllib.request
import xml.etree.ElementTree

import vh
from kit.commands import OPERATOR, Commands
from kit.settings import setting
from kit.storage import data_path, load_json, save_json

FEEDS = setting("feeds", "").split()
MINUTES = setting("minutes", 15.0)
BOT = setting("bot", "News")
MOST = setting("most", 3)
TIMEOUT = setting("timeout", 20.0)
MOST_BYTES = 4 << 20
REMEMBERED = 500  # the number of items of a feed
FILE = data_path("rss.json")
FETCH_ERRORS = (OSError, ValueError, http.client.HTTPException, xml.etree.ElementTree.ParseError)

commands = Commands()
Item = collections.namedtuple("Item", "key title link")


def fetch(url):
    with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
        data = answer.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError(f"is longer than {MOST_BYTES >> 20} MiB")
    return data


def name_of(element):
    """Returns the name without its namespace, because RSS and Atom differ in little else."""
    return element.tag.rpartition("}")[2]


def read_item(element):
    parts = {}
    for child in element:
        text = " ".join((child.text or child.get("href") or "").split())
        parts.setdefault(name_of(child), text)
    title, link = parts.get("title", ""), parts.get("link", "")
    return Item(parts.get("guid") or parts.get("id") or link or title, title or link, link)


def read_feed(data):
    """Returns the items of a feed in the order of the feed, the newest first."""
    root = xml.etree.ElementTree.fromstring(data)
    items = [read_item(element) for element in root.iter() if name_of(element) in ("item", "entry")]
    return [item for item in items if item.key]


class Feed:
    def __init__(self, url):
        self.url = url
        self.seen = None  # keys, the oldest first; None: the feed has never been read
        self.problem = ""

    def look(self):
        """Reads the feed, and returns its new items, the oldest first."""
        try:
            items = read_feed(fetch(self.url))
        except FETCH_ERRORS as error:
            self.problem = str(error)
            print(f"rss: {self.url}: {error}")
            return []
        self.problem = ""
        is_first = self.seen is None
        self.seen = self.seen or {}
        new = [item for item in reversed(items) if item.key not in self.seen]
        self.seen.update(dict.fromkeys(item.key for item in new))
        for key in list(self.seen)[:-max(REMEMBERED, len(items))]:
            del self.seen[key]
        latest.extend(new)
        return [] if is_first else new


feeds = [Feed(url) for url in FEEDS]
latest = collections.deque(maxlen=50)
announced = 0
looking = threading.Lock()
wake, ending = threading.Event(), threading.Event()
has_begun = has_bot = False


@functools.cache
def recall():
    """Reads which items were seen before. Not used while the script loads: see kit/storage.py."""
    saved = load_json(FILE, {})
    for feed in feeds:
        if feed.url in saved:
            feed.seen = dict.fromkeys(saved[feed.url])


def show_item(item):
    return item.title + (f"  {item.link}" if item.link and item.link != item.title else "")


def update():
    """Reads all feeds, announces the new items, and returns their number."""
    global announced
    told = 0
    with looking:
        recall()
        for feed in feeds:
            if ending.is_set():
                break
            new = feed.look()
            told += len(new)
            with vh.batch():
                for item in new[-MOST:] if MOST else ():
                    vh.mc(vh.encode(show_item(item)), BOT)
        save_json(FILE, {feed.url: list(feed.seen) for feed in feeds if feed.seen is not None})
        announced += told
    return told


def keep_looking():
    """Updates immediately and then regularly, or only on demand if `minutes` is 0."""
    if MINUTES > 0:
        wake.set()
    while True:
        wake.wait(MINUTES * 60 or None)
        wake.clear()
        if ending.is_set():
            return
        update()


looker = threading.Thread(target=keep_looking, name="rss")


def OnTimer(msec):
    """Starts the bot and the thread, once a script that this one replaces has ended."""
    global has_begun, has_bot
    if has_begun:
        return
    has_begun = True
    has_bot = vh.IsRobotNickBad(BOT) == vh.eBOT_OK and vh.AddRobot(
        BOT, 0, "I tell what is new: +news", "", "", "0")
    if feeds:
        looker.start()


@commands.add("news", "[N]: what was new last")
def show_news(nick, args):
    count = int(args) if args.isdecimal() and len(args) < 9 else 5
    items = list(latest)[-count:] if count else []
    rows = [f"  {show_item(item)}" for item in reversed(items)]
    return "\n".join(["The news:"] + rows) if rows else "There is no news."


@commands.add("newsupdate", ": looks at the feeds now", OPERATOR)
def look_soon(nick, args):
    if not feeds:
        return "There are no feeds: name some in [variables.rss] feeds."
    wake.set()
    return "\n".join(["The feeds are being read. When they were last:"] +
                     [f"  {feed.url}: {feed.problem or 'fine'}" for feed in feeds])


def OnHubCommand(nick, command, user_class, in_pm, prefix):
    return commands.run(nick, command, user_class, in_pm)


def OnScriptQuery(command, data, recipient, sender):
    return {"commands": commands.listing(),
            "status": f"{len(feeds)} feeds, {announced} items told"}.get(command)


def UnLoad():
    ending.set()
    wake.set()
    if looker.ident is not None:
        looker.join()
    if has_bot:
        vh.DelRobot(BOT)
