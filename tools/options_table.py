"""Write docs/options.md, the table of all options, and the parameters of `Scene` in its docstring, or check both.

Editors read the docstring in the source, so that the meaning of each parameter stands there.

usage: python tools/options_table.py [--check]
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path

from corticast.cli import bench, cmap, config, demo, doctor, frame, info, live, render, spectrogram
from corticast.core.model.options import Option, flag_of, table_of
from corticast.core.model.run_options import HEADINGS
from corticast.core.model.scene import Scene
from corticast.errors import in_python

DOCUMENT = Path(__file__).parents[1] / "docs" / "options.md"
SOURCE = Path(__file__).parents[1] / "src/corticast/core/model/scene.py"

# The parameters of the class Scene, up to the next section of its docstring.
_PARAMETERS = re.compile(r"(?<=\n    Parameters\n    ----------\n).*?(?=\n    Raises\n)", re.DOTALL)
_WIDTH = 120

_MODULES = (render, frame, live, demo, spectrogram, cmap, info, doctor, config)
COMMANDS = {
    **{module.__name__.rpartition(".")[2]: module.TABLES for module in _MODULES},
    **{f"bench {name}": tables for name, tables in bench.TABLES.items()},
}

HEAD = """# Options

`tools/options_table.py` writes this page from the table of options, which the commands and scene files are made of too.
A key of a scene file is an option of a scene without its dashes, with underscores: `plane_mm` is `--plane-mm`.
The key of a switch has no `no`: `flash_limit = false` is `--no-flash-limit`.
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


def with_parameters(source: str) -> str:
    """The module of the scene with the parameters of `Scene` as the table has them."""
    before, head, after = source.partition("\nclass Scene(")
    return before + head + _PARAMETERS.sub(lambda _: parameters(), after, count=1)


def parameters() -> str:
    """The options of a scene as a docstring lists them."""
    lines = (f"{name} : {in_python(option.help_text)}" for name, option in table_of(Scene).items())
    wrapped = (textwrap.wrap(line, _WIDTH, initial_indent=" " * 4, subsequent_indent=" " * 8) for line in lines)
    return "".join(f"{line}\n" for lines in wrapped for line in lines)


def main() -> None:
    """Write both, or exit with 1 if one is out of date."""
    source = SOURCE.read_text(encoding="utf-8")
    wanted = {DOCUMENT: page(), SOURCE: with_parameters(source)}
    if "--check" not in sys.argv[1:]:
        for path, text in wanted.items():
            path.write_text(text, encoding="utf-8")
        return
    for path, text in wanted.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            sys.exit(f"{path} is out of date; run make options")


if __name__ == "__main__":
    main()
