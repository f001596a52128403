"""The code in docs/*.md is the code in examples/ and tests/consumers/.

usage: docs_test.py SOURCE_DIR

A block says where it is from in the line above it: `<!-- examples/NAME -->` means the whole file (a path from the
root), and `<!-- examples/NAME: TAG -->` what is between the lines `// [TAG]` and `// [/TAG]` (in Python, `# [TAG]`).
"""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
MARKER = re.compile(r"^<!-- ((?:examples|tests/consumers)/[^\s:]+)(?:: (\S+))? -->\n", re.MULTILINE)
BLOCK = re.compile(r"```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def part(text, tag):
    found = re.findall(rf"^ *(?://|#) \[{tag}\]\n(.*?)^ *(?://|#) \[/{tag}\]$", text, re.MULTILINE | re.DOTALL)
    return found[0] if len(found) == 1 else None


def problem(page, marker):
    name, tag = marker.groups()
    place = f"{page.relative_to(root)}: {name}{': ' + tag if tag else ''}"
    source = root / name
    if not source.is_file():
        return f"{place}: there is no such file"
    wanted = source.read_text(encoding="utf-8")
    if tag:
        wanted = part(wanted, tag)
        if wanted is None:
            return f"{place}: the file does not have exactly one part of that name"
    block = BLOCK.match(page.read_text(encoding="utf-8"), marker.end())
    if block is None:
        return f"{place}: no code block follows the line that names its source"
    if block[1] != wanted:
        return f"{place}: the page shows another code than the file has: copy it into its block"
    return None


pages = sorted((root / "docs").glob("*.md"))
markers = [(page, marker) for page in pages for marker in MARKER.finditer(page.read_text(encoding="utf-8"))]
problems = [found for page, marker in markers if (found := problem(page, marker))]
# A marker that is misspelt must not go unnoticed.
for page in pages:
    written = page.read_text(encoding="utf-8").count("<!-- examples/") + page.read_text(
        encoding="utf-8").count("<!-- tests/")
    if written != sum(1 for other, _ in markers if other == page):
        problems.append(f"{page.relative_to(root)}: a line '<!-- examples/... -->' that is not of the form of the others")
# A snippet that nobody compiles or runs must not go unnoticed either.
guide = root / "docs" / "embedding.md"
snippets = re.findall(r"(.*)\n```(?:cpp|python)\n", guide.read_text(encoding="utf-8"))
problems += [f"docs/embedding.md: no line names the source of the snippet below {line!r}"
             for line in snippets if not MARKER.match(line + "\n")]
if not markers:
    problems.append("docs/*.md: no block names its source")
if problems:
    sys.exit("\n".join(problems))
print(f"docs: {len(markers)} blocks are as they are in examples/")
