"""What a soak tells: a line every few seconds, and figures and a table at the end."""

import time


def progress_line(soak, rss, threads, descriptors):
    crowd, ledger, scripts = soak.crowd, soak.ledger, soak.scripts
    return (f"soak: {time.monotonic() - soak.began:4.0f} s, {crowd.chat_lines} lines, {ledger.received} deliveries, "
            f"{ledger.lost} lost, {ledger.late} late, {sum(scripts.fired().values())} faults, "
            f"{scripts.total('interrupted')} interrupted, {scripts.total('quarantined')} quarantined, "
            f"{rss // 1024} MB, {threads} threads, {descriptors} descriptors, {len(crowd.users())} users")


def percentile(values, share):
    values = sorted(values)
    return round(values[min(len(values) - 1, int(len(values) * share))], 3) if values else 0


def bursts(soak):
    """Returns when lines were late, and what happened within the second before and meanwhile."""
    happened = soak.scripts.happened()
    return [{"at_s": round(begin - soak.began, 1), "seconds": round(end - begin, 2),
             "faults": sorted({kind for kind, when in happened if begin - 1 <= when <= end})}
            for begin, end in soak.ledger.bursts[:200]]


def results(soak):
    crowd, ledger, scripts = soak.crowd, soak.ledger, soak.scripts
    fired = scripts.fired()
    start = soak.at_start or (0, 0, 0, 0)
    end = soak.at_end or (0, 0, 0, 0)
    died = soak.exit_code is None
    return {
        "seed": soak.options.seed,
        "minutes": soak.options.minutes,
        "limits": soak.options.limits,
        "events": scripts.total("calls"),
        "lines": crowd.chat_lines if crowd else 0,
        "deliveries": ledger.received,
        "lost": ledger.lost,
        "repeated": ledger.repeated,
        "late_deliveries": ledger.late,
        "late": bursts(soak),
        "delivery_p50_s": percentile(ledger.delays, 0.5),
        "delivery_p99_s": percentile(ledger.delays, 0.99),
        "delivery_max_s": round(ledger.slowest, 3),
        "users_joined": crowd.joined if crowd else 0,
        "users_left": crowd.left if crowd else 0,
        "users_thrown_out": crowd.thrown_out if crowd else 0,
        "questions": crowd.asked if crowd else 0,
        "answers": crowd.answered if crowd else 0,
        "slowest_answer_s": round(crowd.slowest_answer, 3) if crowd else 0,
        "faults": dict(sorted(fired.items())),
        "scripts_loaded": dict(sorted(scripts.loads.items())),
        # Of a hub that has died nobody can say which fault it was that ended it.
        "survived": 0 if died else sum(fired.values()),
        "changes": {f"{command} {result}": count for (command, result), count in sorted(scripts.changes.items())},
        "changes_not_returned": scripts.slow,
        **{key: scripts.total(key) for key in ("errors", "missed", "skipped", "interrupted", "quarantined")},
        "late_calls": scripts.total("late"),
        "left_behind": soak.unfinished,
        "rss_first_kb": start[0],
        "rss_last_kb": end[0],
        "rss_peak_kb": soak.peak[0],
        "threads_first": start[1],
        "threads": end[1],
        "threads_peak": soak.peak[1],
        "fds_first": start[2],
        "fds": end[2],
        "fds_peak": soak.peak[2],
        "thread_names": soak.thread_names,
        "descriptor_kinds": soak.descriptor_kinds,
        "cpu_s": round(soak.cpu, 1),
        "exit_code": soak.exit_code,
        "problems": soak.problems,
    }


def table(soak, figures):
    lines = [f"  {'fault':<24}{'loaded':>8}{'happened':>10}"]
    names = sorted(set(figures["faults"]) | set(figures["scripts_loaded"]))
    for name in names:
        lines.append(f"  {name:<24}{figures['scripts_loaded'].get(name, 0):>8}{figures['faults'].get(name, 0):>10}")
    lines.append("")
    for key, value in figures.items():
        if key not in ("faults", "scripts_loaded", "problems", "late"):
            lines.append(f"  {key:<24}{value if not isinstance(value, list) else ', '.join(value) or 'none'}")
    lines += [f"  late at {burst['at_s']} s, for {burst['seconds']} s, with {', '.join(burst['faults']) or 'nothing'}"
              for burst in figures["late"][:20]]
    lines.append("")
    lines += [f"soak: {problem.splitlines()[0]}" for problem in soak.problems]
    lines.append("soak: failed" if soak.problems else
                 f"soak: nothing was lost, and the hub survived {figures['survived']} faults")
    return "\n".join(lines)
