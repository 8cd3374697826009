"""The one way to open a user's file: every reader comes through here.

::

    path ── os.open, fstat ──> OpenFile ── readinto ──> memory that is ours
                 │                 └── a change while the file is read ──> DataError
                 └── folder, pipe, device, socket, link without content, too large ──> DataError at once

A file is opened without waiting, and only then asked for its kind: nobody can exchange the file in between. Files are
read in blocks into arrays of ours. No file is mapped into memory: a mapped file that becomes shorter ends the process.

`opened` is for readers of ours, and for libraries that read streams. `by_path` is for libraries that need a path.
`corticast.io.file_kinds` has the largest size of each kind of file.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corticast.core.model.types import UInt8Array
from corticast.errors import DataError
from corticast.io.file_kinds import FileKind, size_in_words
from corticast.io.missing_content import command_for, named_by_pointer
from corticast.io.refusals import refusal, unreadable, words_for
from corticast.process.memory import available_bytes

# Pipes and devices must not wait for their other end. Windows lacks these names, and has no such files.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
# A file is read in pieces: gzip copies all that is read at once.
PIECE_BYTES = 1 << 20
# Larger files are no pointers to the content of a link.
_POINTER_BYTES = 1024


@dataclass(frozen=True)
class Stamp:
    """The state of a file. An equal stamp means that the content is the same.

    Parameters
    ----------
    device, inode : number of the file on this machine
    size : in bytes
    mtime_ns : time of the last change
    """

    device: int
    inode: int
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, facts: os.stat_result) -> Stamp:
        """The stamp of a file by the facts that the system states."""
        return cls(facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns)


def stamp_of(path: Path) -> Stamp | None:
    """The stamp of the file that a path leads to now; None without a file."""
    try:
        return Stamp.of(os.stat(path))
    except OSError:
        return None


class OpenFile(io.FileIO):
    """A regular file that is open for reading, unbuffered; `opened` gives one.

    Parameters
    ----------
    path : of the file
    descriptor : of the open file, which this object closes
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        super().__init__(descriptor, "rb")
        self.path = path
        self.stamp = self._last = Stamp.of(os.fstat(descriptor))

    def close(self) -> None:
        """Close the file, and keep its stamp of now: wrappers of streams close their stream."""
        if not self.closed:
            self._last = Stamp.of(os.fstat(self.fileno()))
        super().close()

    @property
    def has_changed(self) -> bool:
        """Whether another program has changed the file since it was opened."""
        return (self._last if self.closed else Stamp.of(os.fstat(self.fileno()))) != self.stamp

    @property
    def size(self) -> int:
        """Bytes of the file at its opening."""
        return self.stamp.size

    def check(self) -> None:
        """Check that the file has not changed since it was opened.

        Raises
        ------
        DataError : the file has changed
        """
        if self.has_changed:
            raise changed(self.path)


def changed(path: Path) -> DataError:
    """The error about a file that another program changes meanwhile."""
    return DataError(f"{path}: has changed since it was opened; start again")


@contextmanager
def opened(path: Path, kind: FileKind, *, since: Stamp | None = None) -> Iterator[OpenFile]:
    """Open a file, and check at the end that nobody has changed the file meanwhile.

    Parameters
    ----------
    since : stamp of an earlier opening, which must still hold

    Raises
    ------
    DataError : the file cannot be read, is no regular file, is too large, or changes; errors of reading in the body
        are converted
    """
    with _open(path, kind) as file:
        if since is not None and file.stamp != since:
            raise changed(path)
        try:
            yield file
        except Exception as error:
            # Errors of a reader follow from the change.
            if file.has_changed:
                raise changed(path) from error
            if isinstance(error, OSError) and error.errno is not None:
                raise unreadable(path, kind, error) from error
            raise
        file.check()


@contextmanager
def by_path(path: Path, kind: FileKind, *, since: Stamp | None = None) -> Iterator[Stamp]:
    """Check a file that a library opens by its path in the body, before and after.

    Raises
    ------
    DataError : as in `opened`; or another file has taken the path meanwhile
    """
    with opened(path, kind, since=since) as file:
        try:
            yield file.stamp
        except Exception as error:
            if stamp_of(path) != file.stamp:
                raise changed(path) from error
            raise
        if stamp_of(path) != file.stamp:
            raise changed(path)


def read_bytes(path: Path, kind: FileKind) -> bytes:
    """The whole content of a file.

    Raises
    ------
    DataError : as in `opened`
    """
    with opened(path, kind) as file:
        return file.read(file.size) or b""


def read_into(file: io.RawIOBase | io.BufferedIOBase, memory: memoryview) -> int:
    """Fill memory from a stream, as far as the stream reaches.

    Returns
    -------
    number of bytes that were filled
    """
    n_filled = 0
    while n_filled < len(memory) and (n_read := file.readinto(memory[n_filled : n_filled + PIECE_BYTES])):
        n_filled += n_read
    return n_filled


def empty_array(path: Path, n_bytes: int, content: str) -> UInt8Array:
    """An array for content of a file that is still to be read.

    Parameters
    ----------
    n_bytes : size of the array
    content : the words for the content, such as "its voxels"

    Raises
    ------
    DataError : the memory of this machine does not suffice
    """
    left = available_bytes()
    try:
        if left is None or n_bytes <= left:
            return np.empty(n_bytes, dtype=np.uint8)
    except MemoryError:
        pass
    room = "this machine can give" if left is None else f"the {size_in_words(left)} that this machine has left"
    raise DataError(f"{path}: {content} take {size_in_words(n_bytes)} of memory, more than {room}; give a smaller file")


def check_exists(path: Path, kind: FileKind) -> None:
    """Refuse a path that no reader could open, before anything else is done.

    Raises
    ------
    DataError : as in `opened`
    """
    with opened(path, kind):
        pass


def _open(path: Path, kind: FileKind) -> OpenFile:
    try:
        descriptor = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:
        raise refusal(path, kind, error) from error
    try:
        _check_kind(path, kind, os.fstat(descriptor), descriptor)
        if hasattr(os, "set_blocking"):
            os.set_blocking(descriptor, True)
        return OpenFile(path, descriptor)
    except BaseException as error:
        os.close(descriptor)
        if isinstance(error, OSError):
            raise unreadable(path, kind, error) from error
        raise


def _check_kind(path: Path, kind: FileKind, facts: os.stat_result, descriptor: int) -> None:
    if not stat.S_ISREG(facts.st_mode):
        raise DataError(f"{path}: {words_for(facts.st_mode) or 'is no regular file; give a file'}")
    if facts.st_size <= _POINTER_BYTES and (program := named_by_pointer(os.read(descriptor, _POINTER_BYTES))):
        command = command_for(path, program)
        raise DataError(f"{path}: a pointer of {program}, whose content is not here; `{command}` fetches it")
    os.lseek(descriptor, 0, os.SEEK_SET)
    if kind.most_bytes is not None and facts.st_size > kind.most_bytes:
        raise DataError(
            f"{path}: too large: it has {size_in_words(facts.st_size)}, and {kind.name} has at most "
            f"{size_in_words(kind.most_bytes)}; {kind.remedy}"
        )
