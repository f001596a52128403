"""Doxygen's input filter: turns the headers' plain // comments into documentation comments.

    doxygen_filter.py FILE

A comment above a declaration describes it, one behind it (`int size;  // In bytes.`) too. Lines that are
indented within a comment are code. A comment that is followed by an empty line or an #include belongs to nothing
and stays plain. What is in a namespace `detail` is left out. Prints as many lines as it reads, so that line numbers stay right.
"""

import pathlib
import re
import sys

COMMENT = re.compile(r"^(\s*)//(?: (.*))?$")
BEHIND = re.compile(r"^(\s*[^\s/].*[;,{}])  // (.*)$")
# After a tag of this kind a comment is for tools, not for readers.
TOOL = re.compile(r"\bNOLINT|clang-format|\[/?\w+\]$")


def escaped(text):
    """Markdown and doxygen read these letters as commands."""
    return re.sub(r"([\\@<>&#%*_`~|])", r"\\\1", text).replace(r"\*", "&#42;").replace(r"\_", "&#95;").replace(
        r"\`", "&#96;").replace(r"\~", "&#126;").replace(r"\|", "&#124;").replace('::', r"\::")


def comment_block(lines):
    """The lines of one run of // comments, as one documentation comment of as many lines."""
    texts = [COMMENT.match(line)[2] or "" for line in lines]
    margin = COMMENT.match(lines[0])[1]
    printed, in_code = [], False
    for at, text in enumerate(texts):
        code = text.startswith("  ") or (in_code and not text and any(
            later.startswith("  ") for later in texts[at + 1 : at + 2]))
        opening = "<pre>" if code and not in_code else ""
        closing = "</pre>" if in_code and not code else ""
        in_code = code
        body = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") if code else text
        printed.append(f"{margin}/// {closing}{opening}{escaped_code(body) if code else escaped(body)}".rstrip())
    if in_code:
        printed[-1] += "</pre>"
    return printed


def escaped_code(text):
    return re.sub(r"([\\@#%])", r"\\\1", text).replace("::", r"\::").replace("*", "&#42;").replace(
        "_", "&#95;").replace("`", "&#96;").replace("|", "&#124;")


def filtered(lines):
    at = 0
    while at < len(lines):
        if re.match(r"namespace (hookline::)?detail \{$", lines[at]):
            while not lines[at].startswith("}"):
                yield ""
                at += 1
            lines[at] = ""
        end = at
        while end < len(lines) and COMMENT.match(lines[end]) and not TOOL.search(lines[end]):
            end += 1
        if end > at:
            follower = lines[end] if end < len(lines) else ""
            lonely = not follower.strip() or follower.startswith("#")
            yield from lines[at:end] if lonely else comment_block(lines[at:end])
            at = end
            continue
        behind = BEHIND.match(lines[at])
        if behind and not TOOL.search(lines[at]):
            yield f"{behind[1]}  ///< {escaped(behind[2])}"
        else:
            yield lines[at]
        at += 1


print("\n".join(filtered(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8").splitlines())))
