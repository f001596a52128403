"""Doxygen's input filter: turns the headers' plain // comments into documentation comments.

    doxygen_filter.py FILE

A comment above or after a declaration (`int size;  // In bytes.`) describes it. Lines that are indented within a
comment are code. A comment that is followed by an empty line or a directive belongs to no declaration and stays
plain, and so do NOLINT and the like. The content of a namespace `detail` is left out. The filter prints as many
lines as it reads, so that doxygen's line numbers are right.
"""

import pathlib
import re
import sys

COMMENT = re.compile(r"^(\s*)//(?: (.*))?$")
BEHIND = re.compile(r"^(\s*[^\s/].*[;,{}])  // (.*)$")
DETAIL = re.compile(r"^namespace (?:\[\[.*?\]\] )?(?:hookline::)?detail \{$")
TOOL = re.compile(r"\bNOLINT|clang-format")
# Doxygen would read these as commands or markup.
ESCAPES = {"\\": "\\\\", "@": "\\@", "#": "\\#", "%": "\\%", "&": "&amp;", "<": "&lt;", ">": "&gt;"}


def plain(text):
    return "".join(ESCAPES.get(letter, letter) for letter in text)


def prose(text):
    return re.sub(r"`([^`]+)`", r"<tt>\1</tt>", plain(text))


def block(lines):
    """Returns a block of // comments as a documentation comment with the same number of lines."""
    margin = COMMENT.match(lines[0])[1]
    printed, in_code = [], False
    for text in (COMMENT.match(line)[2] or "" for line in lines):
        code = text.startswith("  ") or (in_code and not text)
        before = "<pre>" if code and not in_code else "</pre>" if in_code and not code else ""
        printed.append(f"{margin}/// {before}{plain(text) if code else prose(text)}".rstrip())
        in_code = code
    if in_code:
        printed[-1] += "</pre>"
    return printed


def filtered(lines):
    at = 0
    while at < len(lines):
        if DETAIL.match(lines[at]):
            while not lines[at].startswith("}  // namespace"):
                yield ""
                at += 1
            yield ""
            at += 1
            continue
        end = at
        while end < len(lines) and COMMENT.match(lines[end]) and not TOOL.search(lines[end]):
            end += 1
        if end > at:
            follower = lines[end].strip() if end < len(lines) else ""
            # The lists of hooks and errors are macros, which doxygen expands, so their comments describe nothing.
            alone = not follower or follower.startswith(("#", "}", "namespace", "NOLINT", "//"))
            yield from lines[at:end] if alone else block(lines[at:end])
            at = end
            continue
        behind = BEHIND.match(lines[at])
        if behind and not TOOL.search(lines[at]):
            yield f"{behind[1]}  ///< {prose(behind[2])}"
        else:
            yield lines[at]
        at += 1


print("\n".join(filtered(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8").splitlines())))
