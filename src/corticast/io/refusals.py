"""Why a path cannot be opened or read, in one line."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from corticast.errors import DataError, one_line
from corticast.io.file_kinds import FileKind
from corticast.io.missing_content import command_for, is_link_without_content

_IRREGULAR = (
    (stat.S_ISDIR, "is a folder; give a file in the folder"),
    (stat.S_ISFIFO, "is a pipe; save its content as a file"),
    (stat.S_ISSOCK, "is a socket; give a file"),
    (stat.S_ISCHR, "is a device; give a file"),
    (stat.S_ISBLK, "is a device; give a file"),
)
_REASONS = {
    errno.ENOENT: "no such file",
    errno.ENOTDIR: "no such file",
    errno.ELOOP: "a link that leads back to itself",
    errno.EACCES: "no permission to read the file",
    errno.EPERM: "no permission to read the file",
    errno.ENAMETOOLONG: "a name that is too long for a file",
    # Sockets answer so.
    errno.ENXIO: "is no regular file",
}


def unreadable(path: Path, kind: FileKind, error: OSError) -> DataError:
    """The error about a file whose content the system does not give."""
    return DataError(f"{path}: cannot be read ({error.strerror or error}); {kind.remedy}")


def refusal(path: Path, kind: FileKind, error: OSError | ValueError) -> DataError:
    """The error about a path that cannot be opened."""
    if not isinstance(error, OSError):
        # A name with a null character.
        return DataError(f"{path!r}: an impossible name ({error}); {kind.remedy}")
    if error.errno == errno.ENOENT and path.is_symlink():
        if is_link_without_content(path):
            return DataError(f"{path}: a link whose content is not here; `{command_for(path)}` fetches it")
        return DataError(f"{path}: a link to a missing file, {os.readlink(path)}; {kind.remedy}")
    irregular = _irregular(path)
    if irregular:
        return DataError(f"{path}: {irregular}")
    reason = _REASONS.get(error.errno or 0) or one_line(error.strerror or error)
    return DataError(f"{path}: {reason}; {kind.remedy}")


def _irregular(path: Path) -> str:
    """What a path that cannot be opened is, other than a file; "" if unknown."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return ""
    return words_for(mode)


def words_for(mode: int) -> str:
    """What a path with a mode of `os.stat` is, other than a file; "" for files and unknown kinds."""
    return next((words for is_so, words in _IRREGULAR if is_so(mode)), "")
