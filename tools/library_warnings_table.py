"""Write docs/library-warnings.md, the table of the warnings of libraries, or check it.

usage: python tools/library_warnings_table.py [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path

from corticast.io.library_words import WORDS, Words

DOCUMENT = Path(__file__).parents[1] / "docs" / "library-warnings.md"

HEAD = """# Warnings of libraries

Libraries that read files warn of faults in them. Such a warning becomes one line that names the file: after
`corticast: warning:` on the command line, in `warnings` of inputs, films and reports in Python, and in
sidecars. A warning that is not in this table is passed on in the library's words: `FILE: LIBRARY reports: TEXT`, at
most 300 characters. Warnings for programmers alone (`DeprecationWarning`, `FutureWarning`, `ResourceWarning`) are left
out.

| library | its warning | what becomes of it |
| --- | --- | --- |
"""


def page() -> str:
    """The whole page."""
    rows = (
        f"| {library} | {_code(words.begins)} | {_fate(words)} |"
        for library, entries in WORDS.items()
        for words in entries
    )
    return HEAD + "\n".join([*rows, ""])


def _code(text: str) -> str:
    mark = "``" if "`" in text else "`"
    return f"{mark}{text.strip()} …{mark}".replace("|", "\\|")


def _fate(words: Words) -> str:
    if words.why:
        return f"left out: {words.why}"
    return f"error, exit status 2: {words.ours}" if words.refuses else f"warning: {words.ours}"


def main() -> None:
    """Write the page, or exit with 1 if it is out of date."""
    wanted = page()
    if "--check" not in sys.argv[1:]:
        DOCUMENT.write_text(wanted, encoding="utf-8")
    elif not DOCUMENT.is_file() or DOCUMENT.read_text(encoding="utf-8") != wanted:
        sys.exit(f"{DOCUMENT} is out of date; run make options")


if __name__ == "__main__":
    main()
