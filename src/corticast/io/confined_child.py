"""The child of `corticast.io.confined`: limits, the library, and its answers.

The library may open its own modules, the file, and other files in the same folder or below: an audit hook of Python's
refuses all others. A file whose content names another one decides about no file elsewhere.
"""

from __future__ import annotations

import json
import os
import socket
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np

from corticast.core.model.types import Float64Array, IntpArray
from corticast.errors import CorticastError, DataError, one_line
from corticast.io.confined_process import FACTS, FAILURE, MESSAGE, REQUEST
from corticast.io.file_kinds import size_in_words
from corticast.process.forks import serve_forks
from corticast.process.shared_memory import map_shared

# Folders of the system that libraries ask about their surroundings.
_SYSTEM = ("/proc", "/sys")


class Content(Protocol):
    """The content of a file that its facts hold as a whole."""

    @property
    def facts(self) -> dict[str, Any]:
        """What JSON can hold of the file, but samples."""

    @property
    def lines(self) -> tuple[str, ...]:
        """Warnings of the library so far, in lines of ours."""


@runtime_checkable
class Reader(Content, Protocol):
    """An open file with samples."""

    def read(self, first: int, stop: int, rows: IntpArray) -> Float64Array:
        """(n_rows, stop - first) samples of some rows."""


class _Folder:
    """The files that the library may open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._home = str(path.parent)
        # MNE-Python asks for its settings.
        own = (sys.prefix, sys.base_prefix, *filter(None, sys.path), str(Path.home() / ".mne"), *_SYSTEM)
        self._known = tuple(os.path.abspath(folder) + os.sep for folder in own)
        self.refused = ""
        self.files: dict[str, None] = {}

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Refuse a file that lies elsewhere, and files that are not regular."""
        if event != "open" or isinstance(arguments[0], int):
            return
        name = os.path.abspath(os.fsdecode(arguments[0]))
        is_here = name.startswith(self._home.rstrip(os.sep) + os.sep)
        if (not is_here and name.startswith(self._known)) or name == os.devnull:
            return
        why = "" if is_here else "names a file outside its folder"
        if is_here:
            with suppress(OSError):
                why = "" if stat.S_ISREG(os.stat(name).st_mode) else "names no regular file"
        if why:
            where = one_line(name, 80)
            self.refused = f"{self._path}: {why}, {where}; put that file beside it, and name it so"
            raise DataError(self.refused)
        self.files[name] = None


def serve_reader(load: Callable[[Path], None], open_file: Callable[[Path, dict[str, Any]], Content]) -> None:
    """Do the task of a `Confined`: a module calls this as the main module of its process.

    The process of a file without samples ends with its facts.

    Parameters
    ----------
    load : imports the library, by the path of the first file; opening says if it is not installed
    open_file : opens a file, by its path and the further arguments of `Confined`
    """
    serve_forks(lambda task: load(Path(task["path"])), partial(_do, open_file))


def _do(open_file: Callable[[Path, dict[str, Any]], Content], task: dict[str, Any], fds: list[int]) -> None:
    path = Path(task["path"])
    fd, memory = fds
    shared = np.frombuffer(map_shared(memory, task["shared_bytes"]), dtype=np.float64)
    with socket.socket(fileno=fd) as connected:
        folder = _Folder(path)
        try:
            _limit_memory(task["most_bytes"])
            sys.addaudithook(folder.hear)
            _limit_time(task["most_s"])
            content = open_file(path, task["arguments"])
            _refuse(folder)
        except Exception as error:
            _say(connected, FAILURE, _failure(error, path, folder, task))
            return
        files = list(folder.files)
        _say(connected, FACTS, {**content.facts, "files": files, "lines": content.lines})
        if isinstance(content, Reader):
            _answer_requests(connected, content, shared, folder, task)


def _answer_requests(
    connected: socket.socket, reader: Reader, shared: Float64Array, folder: _Folder, task: dict[str, Any]
) -> None:
    """Read samples until the parent has closed the socket."""
    while (request := _received(connected, REQUEST.size)) is not None:
        first, stop, n_rows = REQUEST.unpack(request)
        rows = np.frombuffer(_received(connected, 8 * n_rows) or b"", dtype="<i8").astype(np.intp)
        _limit_time(task["most_s"])
        try:
            shared[: n_rows * (stop - first)].reshape(n_rows, stop - first)[:] = reader.read(first, stop, rows)
            _refuse(folder)
        except Exception as error:
            _say(connected, FAILURE, _failure(error, Path(task["path"]), folder, task))
            continue
        _say(connected, FACTS, {"lines": reader.lines})


def _refuse(folder: _Folder) -> None:
    """Refuse what the library went on without.

    Raises
    ------
    DataError : the file names another one elsewhere
    """
    if folder.refused:
        raise DataError(folder.refused)


def _failure(error: Exception, path: Path, folder: _Folder, task: dict[str, Any]) -> dict[str, str]:
    if folder.refused:
        error = DataError(folder.refused)
    elif _is_of_memory(error):
        most = size_in_words(task["most_bytes"])
        error = DataError(f"{path}: takes more than {most} of memory to read; repair or export the file again")
    elif not isinstance(error, CorticastError):
        error = DataError(f"{path}: cannot be read ({one_line(error, 120)}); repair or export the file again")
    return {"error": type(error).__name__, "message": error.as_typed}


def _is_of_memory(error: BaseException | None) -> bool:
    return error is not None and (isinstance(error, MemoryError) or _is_of_memory(error.__cause__ or error.__context__))


def _say(connected: socket.socket, kind: bytes, facts: dict[str, Any]) -> None:
    content = json.dumps(facts).encode()
    connected.sendall(MESSAGE.pack(kind, len(content)) + content)


def _received(connected: socket.socket, n_bytes: int) -> bytes | None:
    """So many bytes; None if the parent has closed the socket."""
    content = b""
    while len(content) < n_bytes:
        part = connected.recv(n_bytes - len(content))
        if not part:
            return None
        content += part
    return content


def _limit_memory(most_bytes: int) -> None:
    """Limit the memory beyond that of now, where the system can."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + most_bytes
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _limit_time(most_s: int) -> None:
    """Limit the computing time of the next answer, where the system can."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime) + 1 + most_s
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))
