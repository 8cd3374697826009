"""Files that appear only once they are complete."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A hidden file to write. It replaces `path` on success and is removed on failure."""
    # Two machines may share a folder and have processes with the same number.
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        yield partial
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def is_same_file(one: Path, other: Path) -> bool:
    """Whether two paths name one file, also through links; the file need not be there."""
    if one.exists() and other.exists():
        return one.samefile(other)
    # Path.resolve fails for links that lead back to themselves.
    return os.path.realpath(one) == os.path.realpath(other)


def write_text(path: Path, text: str) -> None:
    """Write a small file in UTF-8."""
    with whole_file(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")
