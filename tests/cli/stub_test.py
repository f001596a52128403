"""A type checker understands share/vh.pyi, and finds with it what is wrong in a script.

It is skipped where mypy is not installed (package python3-mypy).
"""

import os
import pathlib
import subprocess
import sys
import tempfile

STUB = pathlib.Path(os.environ["HOOKLINE_SOURCE_DIR"]) / "share" / "vh.pyi"
CHECKER = ["/usr/bin/python3", "-m", "mypy"]

RIGHT = """
import asyncio
import vh

def OnHubCommand(nick: str, command: str, user_class: int, in_pm: int, prefix: str) -> int:
    info = vh.GetMyINFO(nick)
    share = int(info[5]) if info else 0
    vh.pm(f"{share} {vh.GetConfig('a', 'b') or ''} {len(vh.GetNickList())}", nick, from_nick=vh.botname)
    vh.AddRegUser(nick, 1, password="secret")
    vh.CloseConnection(nick, vh.eCR_KICKED)
    rows: list[list[str]] = vh.SQL("SELECT 1")[1]
    if vh.UserRestrictions(nick, chat="3h")["chat"]:
        vh.mc(rows[0][0])
    with vh.batch():
        vh.mc("one")
    return 1

async def ask() -> None:
    print(await vh.ask_database.awaitable("ann"))
"""

WRONG = {
    "vh.mc(1)": "arg-type",
    "vh.mc()": "call-arg",
    "vh.GetMyINFO('ann')[0]": "index",
    "vh.GetUserClass('ann') + 'x'": "operator",
    "vh.AddRegUser('ann', class_=1)": "call-arg",
    "vh.eCR_KICKED = 3": "misc",
}


def mypy(*arguments):
    return subprocess.run([*CHECKER, "--strict", *arguments], text=True, capture_output=True, check=False,
                          env={**os.environ, "MYPYPATH": str(STUB.parent)})


if subprocess.run([*CHECKER, "--version"], capture_output=True, check=False).returncode != 0:
    print("stub: skipped, mypy is not installed")
    sys.exit(77)

with tempfile.TemporaryDirectory(prefix="hookline-test-") as name:
    folder = pathlib.Path(name)
    cache = f"--cache-dir={folder / 'cache'}"
    right = folder / "right.py"
    right.write_text(RIGHT, encoding="utf-8")
    result = mypy(cache, str(STUB), str(right))
    assert result.returncode == 0, result.stdout + result.stderr
    wrong = folder / "wrong.py"
    wrong.write_text("import vh\n" + "\n".join(WRONG) + "\n", encoding="utf-8")
    found = mypy(cache, str(wrong)).stdout
    for line, (statement, code) in enumerate(WRONG.items(), 2):
        of_line = [text for text in found.splitlines() if f"wrong.py:{line}:" in text]
        assert any(f"[{code}]" in text for text in of_line), f"{statement}: {of_line}"
print("stub: fine")
