"""Files whose content lies elsewhere: links into an annex, and the pointers of git-annex and Git LFS.

git-annex (and DataLad, which uses it) has a link to `.git/annex/objects/KEY` in place of a file. Where a file system
has no links, a text with this path or with `/annex/objects/KEY` stands there. Git LFS has a text of three lines.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

_ANNEX, _LFS = "git-annex", "Git LFS"
_POINTERS = (
    (re.compile(rb"version https://git-lfs\.github\.com/spec/v\d"), _LFS),
    (re.compile(rb"(?:\.\./)*(?:\.git)?/annex/objects/\S"), _ANNEX),
)


def is_link_without_content(path: Path) -> bool:
    """Whether a broken link leads into an annex, or into the folder of a repository."""
    try:
        return ".git" in Path(os.readlink(path)).parts
    except OSError:
        return False


def named_by_pointer(head: bytes) -> str | None:
    """The program whose pointer a small file is; None for other files.

    Parameters
    ----------
    head : the file's first bytes
    """
    return next((program for pattern, program in _POINTERS if pattern.match(head)), None)


def command_for(path: Path, program: str = _ANNEX) -> str:
    """The command that fetches the content of a file."""
    if program == _ANNEX and any((folder / ".datalad").is_dir() for folder in path.absolute().parents):
        return shlex.join(["datalad", "get", str(path)])
    if program == _ANNEX:
        return shlex.join(["git", "-C", str(path.parent), "annex", "get", path.name])
    return shlex.join(["git", "-C", str(path.parent), "lfs", "pull", "--include", path.name])
