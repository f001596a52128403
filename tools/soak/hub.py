"""The hub under test: its process, its control socket, and what the system says about it."""

import asyncio
import json
import os
import re
import resource
import signal
import subprocess
import time
from pathlib import Path

CONFIG = """
[listen]
address = "127.0.0.1"
port = 0
[limits]
commands_per_second = 0
login_timeout = 300
idle_timeout = 0
[store]
path = ""
[scripts]
verdict_deadline = {verdict_deadline}
timer_interval = 0.5
load_patience = 2
load_limit = 5
interrupt_after = 1
quarantine_after = {quarantine_after}
quarantines = 1000000
end_patience = {end_patience}
{limits}[control]
socket = "control"
"""

# What scripts may use, of which a run has one. With "total" they often find no memory, and with "share" they are
# often late.
LIMITS = {
    "usual": "memory_limit = 256\nmemory_total = 2048\n",
    "total": "memory_limit = 256\nmemory_total = 400\n",
    "share": "memory_limit = 256\nmemory_total = 2048\ncpu_share = 0.3\n",
}


def without_core():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class HubEnded(Exception):
    pass


class Hub:
    VERDICT_DEADLINE = 0.2
    END_PATIENCE = 10
    QUARANTINE_AFTER = 2
    # The hub answers a command after load_patience at the latest. Only a hub that is stuck takes this long.
    ANSWER_PATIENCE = 60

    def __init__(self, program, folder, limits="usual"):
        self.program = program
        self.limits = limits
        self.folder = Path(folder)
        self.log = self.folder / "hub.log"
        self.process = None
        self.port = None
        self.users = lambda: 0  # returns how many are connected

    def start(self):
        config = self.folder / "hookline.toml"
        config.write_text(CONFIG.format(verdict_deadline=self.VERDICT_DEADLINE,
                                        end_patience=self.END_PATIENCE,
                                        quarantine_after=self.QUARANTINE_AFTER,
                                        limits=LIMITS[self.limits]), encoding="utf-8")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [self.program, "hub", "--config", str(config), "--log-level", "info"], cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True,
                preexec_fn=without_core)
        line = self.process.stdout.readline()
        found = re.search(r":(\d+) with ", line)
        if not found:
            raise HubEnded(f"the hub did not start: {line!r} {self.tail()}")
        self.port = int(found[1])

    def check(self):
        code = self.process.poll()
        if code is not None:
            raise HubEnded(f"the hub ended with {code}: {self.tail()}")

    async def control(self, command, argument=""):
        """Returns the hub's answer, a dict with "ok"."""
        return await asyncio.wait_for(self._control(command, argument), self.ANSWER_PATIENCE)

    async def wait_for(self, name):
        """Waits until a script is loaded. On a machine that is busy its import may be given up, and begun again."""
        end = time.monotonic() + 2 * self.ANSWER_PATIENCE
        while time.monotonic() < end:
            answer = await self.control("list")
            states = [script["state"] for script in answer["result"] if script["name"] == name]
            if "loaded" in states:
                return
            if "loading" not in states:
                await self.control("load", name)
            await asyncio.sleep(0.1)
        raise HubEnded(f"the script '{name}' cannot be loaded: {self.tail()}")

    async def _control(self, command, argument):
        reader, writer = await asyncio.open_unix_connection(str(self.folder / "control"), limit=1 << 26)
        try:
            request = {"command": command, "argument": argument}
            writer.write(json.dumps(request).encode() + b"\n")
            line = await reader.readline()
            if not line:
                raise HubEnded(f"the hub closed its control socket at {request}")
            return json.loads(line)
        finally:
            writer.close()

    def tail(self, size=3000):
        with open(self.log, "rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - size))
            return log.read().decode(errors="replace")

    def figures(self):
        """Returns (memory in KB, threads, descriptors, CPU seconds), as the system counts them.

        Connections of users do not count as descriptors.
        """
        folder = Path(f"/proc/{self.process.pid}")
        status = (folder / "status").read_text(encoding="utf-8")
        number = {key: int(re.search(rf"{key}:\s+(\d+)", status)[1]) for key in ("VmRSS", "Threads")}
        fields = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return number["VmRSS"], number["Threads"], len(os.listdir(folder / "fd")) - self.users(), cpu

    def threads(self):
        """Returns {name of a thread: how many}."""
        names = {}
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            try:
                name = (task / "comm").read_text(encoding="utf-8").strip()
            except OSError:
                continue
            names[name] = names.get(name, 0) + 1
        return names

    def descriptors(self):
        """Returns {what a descriptor is, without its number: how many}."""
        kinds = {}
        for link in Path(f"/proc/{self.process.pid}/fd").iterdir():
            try:
                kind = re.sub(r"\d+", "N", os.readlink(link))
            except OSError:
                continue
            kinds[kind] = kinds.get(kind, 0) + 1
        return kinds

    def terminate(self):
        """Ends the hub by one signal. Returns its exit code, or None if it does not end in time."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(3 * self.END_PATIENCE)
        except subprocess.TimeoutExpired:
            return None

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process:
            self.process.stdout.close()
