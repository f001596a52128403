"""The scripts that misbehave: which of them are loaded, reloaded and unloaded when, and what the hub counted."""

import asyncio
import collections
import time

from . import faults

# Figures of `hookline ctl stats` that are added up over all scripts.
COUNTED = ("calls", "errors", "missed", "late", "skipped", "interrupted", "quarantined")


class Scripts:
    MOST = 6  # loaded together, besides the healthy one

    def __init__(self, hub, dice, chosen, seconds):
        self.hub = hub
        self.dice = dice
        self.chosen = chosen
        self.deck = []
        self.seconds = seconds  # how long a script takes that nothing can interrupt
        self.count = 0
        self.fired_file = hub.folder / "fired"  # scripts note there how they misbehave
        self.paths = {}  # the file of each script, by name
        self.kinds = {}  # the fault of each script that the hub may know, by name
        self.changing = set()  # names
        self.loads = collections.Counter()  # by fault
        self.changes = collections.Counter()  # by command and result
        self.slow = 0  # answers that said that the code has not returned
        self.last = {}  # the last figures of each script
        self.busy = set()
        self.failure = None

    def happened(self):
        """Returns [(kind, when)] of all faults that happened, by the monotonic clock."""
        try:
            text = self.fired_file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        pairs = [line.split() for line in text.splitlines()]
        return [(pair[0], float(pair[1])) for pair in pairs if len(pair) == 2]

    def fired(self):
        """Returns how often each fault happened."""
        return collections.Counter(kind for kind, _ in self.happened())

    def write(self):
        """Writes a script of the next kind, of which all come once before one comes again. Returns the names of
        what is to be loaded: its own, and that of its partner."""
        if not self.deck:
            self.deck = self.dice.sample(self.chosen, len(self.chosen))
        fault = self.deck.pop()
        path = self.hub.folder / (fault.file or f"{fault.name}_{self.count}.py")
        # The hub gives another name to what is called as a module of the standard library.
        name = path.stem + "_script" * bool(fault.file)
        self.count += 1
        self.paths[name] = path
        self.kinds[name] = fault.name
        faults.write(path, fault, self.dice.randrange(1 << 30), self.fired_file, self.seconds)
        if not fault.partner:
            return [name]
        partner = f"{name}_partner"
        self.paths[partner] = path.with_stem(partner)
        self.kinds[partner] = fault.name
        self.paths[partner].write_text(fault.partner, encoding="utf-8")
        return [name, partner]

    def start_change(self, command, name):
        self.changing.add(name)
        task = asyncio.create_task(self.change(command, name))
        self.busy.add(task)
        task.add_done_callback(self.busy.discard)

    async def change(self, command, name):
        try:
            argument = str(self.paths[name]) if command == "load" else name
            if command == "load":
                self.loads[self.kinds[name]] += 1
            if command == "unload":
                await self.note_figures(name)
            answer = await self.hub.control(command, argument)
            self.changes[command, "done" if answer["ok"] else "refused"] += 1
            self.slow += "not returned" in answer.get("error", "")
            fault = faults.BY_NAME.get(self.kinds.get(name))
            if command == "load" and fault and fault.when == "load":
                faults.note(self.fired_file, fault, time.monotonic())
            if command == "unload" and answer["ok"]:
                self.kinds.pop(name, None)
        except TimeoutError:
            self.failure = self.failure or f"the hub did not answer to '{command} {name}'"
        except Exception as error:  # said at the next check, not lost in a task
            self.failure = self.failure or f"'{command} {name}': {error}"
        finally:
            self.changing.discard(name)

    async def note_figures(self, name=""):
        answer = await self.hub.control("stats", name)
        for script in answer.get("result", []) if answer["ok"] else []:
            self.last[script["name"]] = {key: script.get(key) or 0 for key in COUNTED}

    def total(self, key):
        return sum(script[key] for script in self.last.values())

    async def known(self):
        """Returns {name: its entry} of what `list` says, without the healthy script."""
        answer = await self.hub.control("list")
        return {entry["name"]: entry for entry in answer["result"] if entry["name"] != "healthy"}

    async def step(self):
        """Changes something."""
        if self.failure:
            return
        known = await self.known()
        if len(self.busy) >= 8:
            return
        # Those that failed to load, or are not run any more, are gone.
        for name in [name for name in self.kinds if name not in known and name not in self.changing]:
            del self.kinds[name]
        free = [name for name, entry in known.items()
                if name not in self.changing and name in self.kinds and entry.get("state") != "ending"]
        roll = self.dice.random()
        if len(self.kinds) < self.MOST and roll < 0.6 or not free:
            if len(self.kinds) < self.MOST:
                for name in self.write():
                    self.start_change("load", name)
        elif roll < 0.8:
            self.start_change("reload", self.dice.choice(free))
        else:
            self.start_change("unload", self.dice.choice(free))

    async def unload_all(self):
        if self.busy:
            await asyncio.gather(*self.busy)
        for name, entry in (await self.known()).items():
            if entry.get("state") != "ending":
                self.start_change("unload", name)
        if self.busy:
            await asyncio.gather(*self.busy)
