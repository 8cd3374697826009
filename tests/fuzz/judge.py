"""Whether a reader keeps its promise: whatever the bytes, data or one error of one line, in bounded memory and time."""

from __future__ import annotations

import os
import resource
import tempfile
import time
import traceback
import warnings
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path

from corticast.errors import CorticastError, CorticastWarning
from corticast.io.library_warnings import OF_PROGRAMMERS

# Longest line, without the folder of the file.
MOST_CHARACTERS = 300
# Stands between the files of an input of several files.
SPLIT = b"\n-- next file --\n"


class FaultError(AssertionError):
    """A reader broke its promise.

    Parameters
    ----------
    kind : such as "ValueError at edf.py:120"; equal kinds are one fault
    """

    def __init__(self, kind, text):
        super().__init__(f"{kind}: {text}")
        self.kind = kind


@dataclass(frozen=True)
class Reader:
    """A reader, and where it begins.

    Parameters
    ----------
    files : names of the files that are fuzzed together; the first one is opened
    read : function of the path that reads all of the file
    seeds : functions that write the files into a folder, by software that is not ours
    modules : of corticast.io that hold its code
    words : that the fuzzer puts in
    pack : function that makes the bytes of the first file of those of the fuzzer, such as gzip.compress
    most_mb, most_s : bounds for memory and computing time
    """

    files: tuple
    read: object
    seeds: tuple
    modules: tuple
    words: tuple = ()
    pack: object = bytes
    most_mb: int = 256
    most_s: float = 10.0

    def contents(self, folder):
        """The seeds as the fuzzer has them."""
        made = []
        for seed in self.seeds:
            self._clear(folder)
            seed(folder)
            made.append(SPLIT.join((folder / name).read_bytes() for name in self.files if (folder / name).exists()))
        self._clear(folder)
        return made

    def write(self, content, folder):
        """Write the files of an input; those that the input lacks are removed."""
        parts = content.split(SPLIT, len(self.files) - 1)
        for number, name in enumerate(self.files):
            path = folder / name
            if number < len(parts):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(self.pack(parts[number]) if number == 0 else parts[number])
            else:
                path.unlink(missing_ok=True)
        return folder / self.files[0]

    def _clear(self, folder):
        for name in self.files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).unlink(missing_ok=True)


def judge(reader, content, folder):
    """Read an input, and find faults.

    Returns
    -------
    "" for data, else the text of the refusal

    Raises
    ------
    FaultError : as the class says
    """
    path = reader.write(content, folder)
    refusal, lines = "", ()
    began_s, began_mb = time.process_time(), _reset_peak_mb()
    with _silent(), _bounded(reader.most_mb):
        try:
            lines = tuple(getattr(reader.read(path), "warnings", ()))
        except CorticastError as error:
            refusal = error.as_typed
        except Exception as error:
            raise FaultError(_kind(error), repr(error)[:500]) from error
    if time.process_time() - began_s > reader.most_s:
        raise FaultError("time", f"{time.process_time() - began_s:.1f} s of computing")
    if _peak_mb() - began_mb > reader.most_mb:
        raise FaultError("memory", f"{_peak_mb() - began_mb:.0f} MB")
    for line in (refusal, *lines):
        _check_line(line, reader, folder, is_refusal=line is refusal and bool(refusal))
    return refusal


def _check_line(line, reader, folder, *, is_refusal):
    plain = line.replace(str(folder.absolute()) + os.sep, "").replace(str(folder) + os.sep, "")
    what = "refusal" if is_refusal else "warning"
    if len(plain) > MOST_CHARACTERS:
        raise FaultError(f"long {what} {plain[:40]}", plain)
    if is_refusal and any(character < " " or character in "\x7f\x85\u2028\u2029" for character in plain):
        raise FaultError(f"{what} of several lines {plain[:40]!r}", repr(plain))
    if is_refusal and not any(Path(name).name in plain for name in reader.files):
        raise FaultError(f"{what} without the file", plain)


def _kind(error):
    places = [frame for frame in traceback.extract_tb(error.__traceback__) if "corticast" in frame.filename]
    place = places[-1] if places else traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(place.filename).name}:{place.name}"


@contextmanager
def _silent():
    """Nothing may be written, and no warning of a library may come through."""
    with (
        tempfile.TemporaryFile("w+", errors="replace") as heard,
        warnings.catch_warnings(record=True) as leaked,
        redirect_stdout(heard),
        redirect_stderr(heard),
    ):
        warnings.simplefilter("always")
        own = [os.dup(1), os.dup(2)]
        try:
            os.dup2(heard.fileno(), 1)
            os.dup2(heard.fileno(), 2)
            yield
        finally:
            heard.flush()
            for number, descriptor in enumerate(own, 1):
                os.dup2(descriptor, number)
                os.close(descriptor)
        heard.seek(0)
        text = heard.read()
    if text:
        raise FaultError(f"output {text[:30]!r}", text[:500])
    for warning in leaked:
        if not issubclass(warning.category, (CorticastWarning, *OF_PROGRAMMERS)):
            place = f"{Path(warning.filename).name}:{warning.lineno}"
            raise FaultError(f"{warning.category.__name__} at {place}", str(warning.message)[:500])


@contextmanager
def _bounded(most_mb):
    """Let no allocation exceed the bound by far: it fails, and the machine lives."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + (4 * most_mb << 20), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _reset_peak_mb():
    """Memory of now, from which the peak counts again."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return _peak_mb()


def _peak_mb():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
