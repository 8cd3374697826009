"""Write docs/options.md, the table of all options, or check that it is up to date.

usage: python tools/options_table.py [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path

from corticast.cli import demo, frame, live, render
from corticast.core.model.options import Option, flag_of
from corticast.core.model.run_options import HEADINGS

DOCUMENT = Path(__file__).parents[1] / "docs" / "options.md"

COMMANDS = {"render": render.TABLES, "frame": frame.TABLES, "live": live.TABLES, "demo": demo.TABLES}

HEAD = """# Options

`tools/options_table.py` writes this page from the table of options, which the commands and scene files are made of too.
A key of a scene file is an option of a scene without its dashes, with underscores: `plane_mm` is `--plane-mm`.
The key of a switch that is on by default has no `no`: `flash_limit = false` is `--no-flash-limit`.
"""


def page() -> str:
    """The whole page."""
    headings: dict[str, dict[str, tuple[str, Option, list[str]]]] = {}
    for command, tables in COMMANDS.items():
        for name, option in (item for table in tables for item in table.items()):
            rows = headings.setdefault(option.heading, {})
            # Commands may have options of one name that say other things.
            key = f"{name} {option.help_text}"
            rows.setdefault(key, (name, option, []))[2].append(command)
    parts = [HEAD]
    for heading in sorted(headings, key=HEADINGS.index):
        lines = [f"## {heading}", "", "| option | meaning [default] | commands |", "| --- | --- | --- |"]
        for name, option, having in headings[heading].values():
            lines.append(f"| `{_flag(name, option)}` | {_cell(option)} | {', '.join(having)} |")
        parts.append("\n".join([*lines, ""]))
    return "\n".join(parts)


def _flag(name: str, option: Option) -> str:
    flag = ", ".join(flag_of(name, option).split())
    return f"{flag} {option.kind.metavar}".strip().replace("|", "\\|")


def _cell(option: Option) -> str:
    return option.help_text.replace("|", "\\|")


def main() -> None:
    """Write the page, or exit with 1 if it is another one."""
    if "--check" not in sys.argv[1:]:
        DOCUMENT.write_text(page(), encoding="utf-8")
    elif not DOCUMENT.is_file() or DOCUMENT.read_text(encoding="utf-8") != page():
        sys.exit(f"{DOCUMENT} is out of date; run python tools/options_table.py")


if __name__ == "__main__":
    main()
