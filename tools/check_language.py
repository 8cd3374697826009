"""Finds phrases that do not read at once, in all texts: comments, docstrings, messages, shaders and pages.

tools/language_banned.txt lists the phrases. tools/language_not_cleared.txt lists the files that still hold some; the
check fails when a file outside this list holds one, and when a file in the list holds none any more.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_FOLDERS = (".ci", "benchmarks", "docs", "shaders", "src", "tests", "tools")
_SUFFIXES = {"", ".css", ".frag", ".glsl", ".html", ".js", ".md", ".py", ".sh", ".svg", ".vert", ".yml"}
# Between two words of one sentence: line breaks, comment signs, and quotes of strings that Python joins.
_GAP = r"""(?:\s|\#|//|["']\s+[fr]?["'])+"""


class Phrase(NamedTuple):
    """A banned phrase, and advice on how to say it."""

    text: str
    instead: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """Matches the phrase in prose, and a single word also as a part of an identifier."""
        first, *others = map(re.escape, self.text.split())
        # Sentences may begin with the phrase. Its other words are in small letters: `None` is a value.
        start = f"(?:(?<![a-zA-Z]){first}|{first.capitalize()})"
        return re.compile(f"{start}{''.join(_GAP + word for word in others)}(?![a-z])")


def phrases(root: Path) -> list[Phrase]:
    """The banned phrases of a repository."""
    lines = (root / "tools" / "language_banned.txt").read_text(encoding="utf-8").splitlines()
    return [Phrase(*line.split("\t")) for line in lines]


def not_cleared(root: Path) -> list[str]:
    """Paths of files that may still hold banned phrases."""
    return (root / "tools" / "language_not_cleared.txt").read_text(encoding="utf-8").splitlines()


def files(root: Path) -> Iterator[Path]:
    """All files with texts, in the order of their paths."""
    folders = [path for name in _FOLDERS for path in (root / name).rglob("*")]
    return (
        path
        for path in sorted([*root.glob("*.md"), root / "Makefile", *folders])
        if path.suffix in _SUFFIXES and path.is_file()
    )


def findings(text: str, banned: list[Phrase]) -> list[str]:
    """All banned phrases in a text, as lines of the form "12: “PHRASE”: ADVICE"."""
    found = sorted((match.start(), each) for each in banned for match in each.pattern.finditer(text))
    return [f"{text.count(chr(10), 0, start) + 1}: “{each.text}”: {each.instead}" for start, each in found]


def problems(root: Path) -> list[str]:
    """Reasons why the check of a repository fails."""
    banned, listed = phrases(root), set(not_cleared(root))
    lines = []
    for path in files(root):
        name = path.relative_to(root).as_posix()
        found = findings(path.read_text(encoding="utf-8"), banned)
        if name not in listed:
            lines += [f"{name}:{line}" for line in found]
        elif found:
            listed.remove(name)
    return lines + [
        f"tools/language_not_cleared.txt: {name} holds no banned phrase or does not exist; remove this line"
        for name in sorted(listed)
    ]


def main(root: Path) -> int:
    """Report all problems; 1 if there are any."""
    lines = problems(root)
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.write(f"language: {len(lines)} problems, {len(not_cleared(root))} files not yet cleared\n")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parents[1]))
