"""The ffmpeg executable: its path, its version, and one run of it.

imageio-ffmpeg brings the executable. Its own frame writer is not used: it hides the exit status
and knows neither sound on a second pipe nor colour tags.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Self

import imageio_ffmpeg

from corticast.errors import DeviceError, EncoderError

_N_LAST_LINES = 4


def executable() -> str:
    """Absolute path of the ffmpeg executable.

    Raises
    ------
    DeviceError : it is missing
    """
    remedy = "pip install imageio-ffmpeg, or name one in IMAGEIO_FFMPEG_EXE"
    try:
        named: str = imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError:
        raise DeviceError(f"no ffmpeg was found; {remedy}") from None
    found = shutil.which(named)
    if found is None:
        raise DeviceError(f"{named}: no such executable; {remedy}")
    return os.path.abspath(found)


def version() -> str:
    """Version of the ffmpeg executable in its own words, such as "7.0.2-static".

    Raises
    ------
    DeviceError : there is no ffmpeg, or it does not run
    """
    with FfmpegRun(["-version"], label="version", has_output=True) as run:
        words = run.output.read().decode(errors="replace").split(maxsplit=3)
        if (status := run.status()) != 0:
            raise DeviceError(f"{executable()}: does not run ({_ending(status)})")
    return words[2] if words[:2] == ["ffmpeg", "version"] else "unknown"


def spoken(line: str) -> str:
    """A line of ffmpeg's without the names and addresses of the parts that speak, such as "[mp4 @ 0x5581]"."""
    return re.sub(r"^(\[[^\]]*\]\s*)+", "", line.strip())


class FfmpegRun:
    """One run of ffmpeg, in a process group of its own.

    A context manager: leaving it ends ffmpeg if it still runs. With a group of its own, Ctrl-C on
    the terminal reaches only this process, which then ends ffmpeg, and a wrapper script ends with
    the programs that it has started. A thread reads standard error, so that ffmpeg never waits for
    a reader there.

    Parameters
    ----------
    arguments : after the executable and the options that keep it quiet
    label : name of the output in messages
    folder : working directory; None is this process's
    stdin : file descriptor that ffmpeg reads at pipe:0; None for nothing
    has_output : whether `output` reads from ffmpeg's pipe:1
    pass_fds : further file descriptors that ffmpeg inherits
    niceness : priority of ffmpeg below that of this process
    loglevel : of ffmpeg
    hear : called with each line on standard error, in another thread

    Raises
    ------
    DeviceError : there is no ffmpeg, or it does not start
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        label: str,
        folder: Path | None = None,
        stdin: int | None = None,
        has_output: bool = False,
        pass_fds: Sequence[int] = (),
        niceness: int = 0,
        loglevel: str = "error",
        hear: Callable[[str], None] | None = None,
    ) -> None:
        self._command = [executable(), "-hide_banner", "-nostdin", "-nostats", "-loglevel", loglevel, "-y", *arguments]
        self._label = label
        self._hear = hear
        self._last_lines: deque[str] = deque(maxlen=_N_LAST_LINES)
        self._listener = threading.Thread(target=self._listen, name="corticast-ffmpeg-stderr", daemon=True)
        try:
            self._process = subprocess.Popen(
                self._command,
                cwd=folder,
                stdin=subprocess.DEVNULL if stdin is None else stdin,
                stdout=subprocess.PIPE if has_output else subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=pass_fds,
                process_group=0,
            )
        except OSError as error:
            raise DeviceError(f"{self._command[0]}: does not start ({error.strerror})") from None
        self._listener.start()
        if niceness:
            # ffmpeg may have ended already, which `wait` reports.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.setpriority(os.PRIO_PGRP, self._process.pid, niceness)

    def _listen(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as stderr:
            for line in stderr:
                text = line.decode(errors="replace").rstrip()
                if self._hear is not None:
                    self._hear(text)
                if (said := spoken(text)) and not said.startswith("Last message repeated"):
                    self._last_lines.append(said)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def output(self) -> IO[bytes]:
        """Output of ffmpeg at pipe:1."""
        assert self._process.stdout is not None
        return self._process.stdout

    @property
    def last_words(self) -> str:
        """Last lines on standard error, once ffmpeg has ended."""
        return " / ".join(self._last_lines)

    def wait(self) -> None:
        """Wait until ffmpeg has ended.

        Raises
        ------
        EncoderError : ffmpeg failed
        """
        if self.status() != 0:
            raise self.failure()

    def status(self, timeout_s: float | None = None) -> int:
        """Wait until ffmpeg and the thread that listens to it have ended; the exit status.

        Raises
        ------
        TimeoutError : ffmpeg takes longer than `timeout_s`
        """
        try:
            status = self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            raise TimeoutError from None
        self._listener.join()
        return status

    def failure(self) -> EncoderError:
        """Wait until ffmpeg has ended; the error to raise when it left its task undone.

        The text is for the user. Notes, which a traceback shows, give the command and all last lines.
        """
        ending = _ending(self.status())
        if "No space left on device" in self.last_words:
            text = f"{self._label}: the disk is full; free some space or write elsewhere (ffmpeg {ending})"
        else:
            reason = f": {self.last_words}" if self.last_words else " and left no message"
            text = f"{self._label}: ffmpeg {ending}{reason}"
        error = EncoderError(text)
        error.add_note(f"command: {shlex.join(self._command)}")
        error.add_note(f"last lines: {self.last_words}")
        return error

    def kill(self) -> None:
        """End ffmpeg at once, whatever it does, and wait for it; nothing happens when it has ended."""
        if self._process.poll() is None:
            # ffmpeg may have ended just now; macOS then answers that the signal is not permitted.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self.status()
        if self._process.stdout is not None:
            self._process.stdout.close()


def _ending(status: int) -> str:
    return f"ended with status {status}" if status >= 0 else f"was killed by {signal.Signals(-status).name}"
