"""Write docs/library-warnings.md, the table of the warnings of libraries, or check it.

usage: python tools/library_warnings_table.py [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path

from corticast.io.library_words import WORDS, Words

DOCUMENT = Path(__file__).parents[1] / "docs" / "library-warnings.md"

FOOT = """
Other libraries do not warn by themselves:

- nibabel decodes headers, and its checks are off: corticast checks each field. Forms, zooms, slopes, intercepts and
  units that cannot be used are reported with the value that replaces them.
- nibabel's images in memory (`cc.load_volume(image)`) are read by the same code, so its own readers give no warning.
- MNE-Python, pynwb, openpyxl and SciPy's reader of .mat files work in a process of their own. Printed text is dropped
  there, and warnings come back as lines. A crash, too much memory and too much computing are errors of one line.
- soundfile gives no warnings. libsndfile keeps a log, in which corticast reads whether a sound is cut off.
- mpg123, the MP3 decoder within libsndfile, writes about damaged frames to standard error past every program that uses
  it. ffmpeg therefore decodes MP3.
- fontTools logs faults in the file of `--font`. Each kind of fault becomes one line: its first message in fontTools'
  words, and the number of the others.
- ffmpeg runs in a process of its own. Its last complaint is reported beside the length that it could decode.
- NumPy and SciPy warn of divisions by 0 and of overflow in an analysis. Channels that cause them are left out
  beforehand and reported: those with NaN or infinite values, with values above 1e30, and flat ones. Sound samples that
  are NaN, infinite or above 1e10 become silence, and their number is reported.
"""

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
    rows = [(library, words) for library, entries in WORDS.items() for words in entries]
    table = "".join(f"| {library} | {_code(words.begins)} | {_fate(words)} |\n" for library, words in rows)
    return HEAD + table + FOOT


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
