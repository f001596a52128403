"""Measures what the smallest call takes in Python's own executors, with a window of them in flight.

Prints JSON: {executor: {form: [ns per call, a number per repetition]}}.
"""

import collections
import concurrent.futures
import json
import time

WINDOW = 1024
CALLS = 10_000
REPETITIONS = 5
NICK = "joe_the_plumber"
MESSAGE = "hello everybody, has anyone seen the new release?"


def OnUserLogin(nick):
    return 1


def OnParsedMsgChat(nick, message):
    return 1


FORMS = {"one_text": (OnUserLogin, (NICK,)), "two_texts": (OnParsedMsgChat, (NICK, MESSAGE))}


def ns_per_call(executor, function, arguments, calls):
    window = collections.deque()
    start = time.perf_counter_ns()
    for _ in range(calls):
        if len(window) == WINDOW:
            window.popleft().result()
        window.append(executor.submit(function, *arguments))
    for future in window:
        future.result()
    return (time.perf_counter_ns() - start) / calls


def measure(executor):
    samples = {}
    for form, (function, arguments) in FORMS.items():
        ns_per_call(executor, function, arguments, WINDOW)
        samples[form] = [ns_per_call(executor, function, arguments, CALLS) for _ in range(REPETITIONS)]
    return samples


def main():
    result = {}
    for name in ("ThreadPoolExecutor", "InterpreterPoolExecutor"):  # the second since 3.14
        if kind := getattr(concurrent.futures, name, None):
            with kind(max_workers=1) as executor:
                result[name] = measure(executor)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
