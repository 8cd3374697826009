"""The ffmpeg executable: where it is, and one run of it.

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
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import imageio_ffmpeg

from corticast.errors import DeviceError, EncoderError

_N_LAST_LINES = 4


def executable() -> str:
    """Absolute path of the ffmpeg executable.

    Raises
    ------
    DeviceError : there is none
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
    """Version of the ffmpeg executable as it says itself, such as "7.0.2-static".

    Raises
    ------
    DeviceError : there is no ffmpeg, or it does not run
    """
    path = executable()
    try:
        told = subprocess.run([path, "-version"], stdin=subprocess.DEVNULL, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise DeviceError(f"{path}: does not run ({error})") from None
    words = told.decode(errors="replace").split(maxsplit=3)
    return words[2] if words[:2] == ["ffmpeg", "version"] else "unknown"


def quiet_command(arguments: Sequence[str]) -> list[str]:
    """A command whose run says nothing but errors, and asks nothing.

    Raises
    ------
    DeviceError : there is no ffmpeg
    """
    return [executable(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y", *arguments]


def spoken(line: bytes) -> str:
    """A line of ffmpeg's without the names and addresses of the parts that speak, such as "[mp4 @ 0x5581]"."""
    return re.sub(r"^(\[[^\]]*\]\s*)+", "", line.decode(errors="replace").strip())


class FfmpegRun:
    """One run of ffmpeg, in a process group of its own.

    A context manager: leaving it ends ffmpeg if it still runs. It has a group of its own, so that
    Ctrl-C on the terminal reaches only this process, which then ends ffmpeg, and so that a wrapper
    script ends with what it has started. A thread reads what ffmpeg says, which thus never blocks
    on a full stderr.

    Parameters
    ----------
    arguments : after the executable and the options that keep it quiet
    folder : working directory
    label : name of the output in messages
    stdin : what ffmpeg reads at pipe:0, as for `subprocess.Popen`
    pass_fds : further file descriptors that ffmpeg inherits
    niceness : by how much it gives way to this process where both want the processor

    Raises
    ------
    DeviceError : there is no ffmpeg, or it does not start
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        folder: Path,
        label: str,
        stdin: int = subprocess.DEVNULL,
        pass_fds: Sequence[int] = (),
        niceness: int = 0,
    ) -> None:
        self._command = quiet_command(arguments)
        self._label = label
        self._last_lines: deque[str] = deque(maxlen=_N_LAST_LINES)
        self._listener = threading.Thread(target=self._listen, name="corticast-ffmpeg-stderr", daemon=True)
        try:
            self._process = subprocess.Popen(
                self._command,
                cwd=folder,
                stdin=stdin,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=pass_fds,
                process_group=0,
            )
        except OSError as error:
            raise DeviceError(f"{self._command[0]}: does not start ({error.strerror})") from None
        self._listener.start()
        if niceness:
            # It may have ended, which is told where its end is waited for.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.setpriority(os.PRIO_PGRP, self._process.pid, niceness)

    def _listen(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as stderr:
            for line in stderr:
                text = spoken(line)
                if text and not text.startswith("Last message repeated"):
                    self._last_lines.append(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def wait(self) -> None:
        """Wait until ffmpeg has ended.

        Raises
        ------
        EncoderError : it did not end well
        """
        if self._ended() != 0:
            raise self.failure()

    def _ended(self) -> int:
        """Wait until ffmpeg and the thread that listens to it have ended; the exit status."""
        status = self._process.wait()
        self._listener.join()
        return status

    def failure(self) -> EncoderError:
        """Wait until ffmpeg has ended; what to raise when it left its task undone.

        The text is for the user; notes, which a traceback shows, tell the command and all last lines.
        """
        status = self._ended()
        ending = f"ended with status {status}" if status >= 0 else f"was killed by {signal.Signals(-status).name}"
        said = " / ".join(self._last_lines)
        if "No space left on device" in said:
            text = f"{self._label}: the disk is full; free some space or write elsewhere (ffmpeg {ending})"
        else:
            text = f"{self._label}: ffmpeg {ending}: {said or 'it said nothing'}"
        error = EncoderError(text)
        error.add_note(f"command: {shlex.join(self._command)}")
        error.add_note(f"last lines: {said}")
        return error

    def kill(self) -> None:
        """End ffmpeg at once, whatever it does, and wait for it; nothing happens when it has ended."""
        if self._process.poll() is None:
            # It may have ended just now; macOS then answers that the signal is not permitted.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._ended()
