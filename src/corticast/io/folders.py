"""Entries of folders of a dataset, with one line about a folder that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corticast.errors import DataError, one_line


def listed(folder: Path) -> list[Path]:
    """Entries of a folder, sorted by name, without hidden ones; empty for a folder that is missing.

    Raises
    ------
    DataError : the folder cannot be read
    """
    with _readable(folder):
        try:
            return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        except (FileNotFoundError, NotADirectoryError):
            return []


def folders_in(folder: Path, prefix: str = "") -> list[Path]:
    """Folders in a folder whose names begin with a prefix, sorted by name; empty for a folder that is missing.

    Raises
    ------
    DataError : the folder cannot be read
    """
    found = [path for path in listed(folder) if path.name.startswith(prefix)]
    with _readable(folder):
        return [path for path in found if path.is_dir()]


@contextmanager
def _readable(folder: Path) -> Iterator[None]:
    """Turn an error of the system in the body into one line."""
    try:
        yield
    except OSError as error:
        why = one_line(error.strerror or error, 80)
        raise DataError(
            f"{folder}: the folder cannot be read ({why}); allow reading, or move the folder away"
        ) from error
