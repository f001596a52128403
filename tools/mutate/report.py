"""What a run of the mutants tells: a line for each, a table and JSON."""

import collections
import json

MUST = 95.0


def line(count, total, seconds, verdict):
    mutant = verdict["name"]
    if verdict["noticed"]:
        said = f"noticed   {mutant:36} {verdict['by']} {verdict['how']}"
    else:
        said = f"SURVIVED  {mutant:36} {verdict['what']}"
    return f"[{count:3}/{total} {seconds:5.0f} s] {said}"


def percentage(verdicts):
    return 100.0 * sum(v["noticed"] for v in verdicts) / len(verdicts) if verdicts else 100.0


def by_room(verdicts):
    rooms = collections.defaultdict(lambda: {"noticed": 0, "survived": 0})
    for verdict in verdicts:
        rooms[verdict["room"]]["noticed" if verdict["noticed"] else "survived"] += 1
    return dict(rooms)


def results(verdicts, broken):
    return {"percentage": round(percentage(verdicts), 1), "noticed": sum(v["noticed"] for v in verdicts),
            "survived": sum(not v["noticed"] for v in verdicts), "rooms": by_room(verdicts),
            "broken_tests": broken, "mutants": verdicts}


def table(verdicts, broken):
    lines = [f"{'room':12} {'noticed':>8} {'survived':>8}"]
    for room, counts in by_room(verdicts).items():
        lines.append(f"{room:12} {counts['noticed']:8} {counts['survived']:8}")
    survivors = [v for v in verdicts if not v["noticed"]]
    if survivors:
        lines += ["", "Nobody noticed:"]
        lines += [f"  {v['room']}: {v['name']} ({v['file']}): {v['what']}" for v in survivors]
    if broken:
        lines += ["", "These tests fail without a mutant, so that they judged nothing: " + ", ".join(broken)]
    lines += ["", f"{percentage(verdicts):.1f}% of {len(verdicts)} noticed; {MUST:.0f}% are asked"]
    return "\n".join(lines)


def write_json(path, verdicts, broken):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results(verdicts, broken), indent=1) + "\n")


def simulated(output):
    """Returns the verdicts of `simulate --planted` from what it has printed."""
    verdicts = []
    for text in output.splitlines():
        word, _, rest = text.partition(" ")
        if word in ("found", "MISSED", "LOST"):
            name, _, rest = rest.strip().partition(" ")
            what = rest.rpartition(": ")[2]
            verdicts.append({"name": name.rstrip(":"), "room": "simulation", "file": "tests/simulate/planted.toml",
                             "what": what, "noticed": word == "found", "by": "simulate/planted", "how": "failed",
                             "seconds": 0})
    return verdicts
