"""Sound files, and the sound of videos, through the ffmpeg executable of imageio-ffmpeg."""

from __future__ import annotations

import re
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import numpy as np

from corticast.errors import DataError, DeviceError
from corticast.io.audio_file import BLOCK_SIZE, REMEDY, AudioFile, Frames, warn_of_non_finite
from corticast.process import ffmpeg

_ARGUMENTS_BEFORE_INPUT = (
    *("-hide_banner", "-nostdin", "-nostats", "-v", "level+info"),
    # A playlist must not send ffmpeg to the network.
    *("-protocol_whitelist", "file", "-i"),
)
_ARGUMENTS_AFTER_INPUT = ("-map", "0:a:0", "-c:a", "pcm_f32le", "-bitexact", "-f", "wav", "pipe:1")
# What ffmpeg finds wrong with a file, but not what follows from it.
_COMPLAINT = r"\[(error|fatal)\](?! (Error|Failed) |.*Error opening)|\[warning\].*(corrupt|do not match)"


class _Decoding:
    """One run of ffmpeg that decodes the first sound track of a file from its beginning; a context manager.

    Parameters
    ----------
    path : any file

    Raises
    ------
    DataError : ffmpeg finds no sound in the file
    DeviceError : ffmpeg does not run
    """

    def __init__(self, path: Path) -> None:
        # What ffmpeg says goes to a file: a pipe that nobody reads would stop it.
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  closed in __exit__
        try:
            # A group of its own: Ctrl-C must not end it before this process asks for that.
            self._process = subprocess.Popen(
                [ffmpeg.executable(), *_ARGUMENTS_BEFORE_INPUT, f"file:{path}", *_ARGUMENTS_AFTER_INPUT],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=self._log,
                process_group=0,
            )
        except (DeviceError, OSError) as error:
            self._log.close()
            reason = " ".join(str(error).split())
            raise DeviceError(f"{path}: needs ffmpeg, which does not run ({reason}); install imageio-ffmpeg") from error
        assert self._process.stdout is not None
        self._stdout = self._process.stdout
        try:
            self.n_channels, self.sample_rate = self._read_wav_header()
        except struct.error:
            self._process.wait()
            said, complaint = self._said(), self.complaint()
            self.__exit__()
            if "matches no streams" in said:
                raise DataError(f"{path}: there is no sound in it; {REMEDY}") from None
            reason = f" ({complaint})" if complaint else ""
            raise DataError(f"{path}: no sound that can be decoded{reason}; {REMEDY}") from None

    def _read_wav_header(self) -> tuple[int, int]:
        """Channels and sample rate; the next byte is the first of the samples."""
        self._stdout.read(12)
        n_channels = sample_rate = 0
        while True:
            name, size = struct.unpack("<4sI", self._stdout.read(8))
            if name == b"data":
                return n_channels, sample_rate
            body = self._stdout.read(size + size % 2)
            if name == b"fmt ":
                n_channels, sample_rate = struct.unpack("<2xHI", body[:8])

    def read(self, n: int) -> Frames:
        """The next n frames; fewer at the end."""
        n_bytes = 4 * self.n_channels
        data = self._stdout.read(n * n_bytes)
        return np.frombuffer(data, dtype="<f4", count=len(data) // n_bytes * self.n_channels).reshape(
            -1, self.n_channels
        )

    def status(self) -> int:
        """Exit status, after all has been read."""
        return self._process.wait()

    def codec(self) -> str:
        """Name of the sound's codec."""
        found = re.search(r"Stream #0:.*?: Audio: (\w+)", self._said())
        return found[1] if found is not None else "sound"

    def complaint(self) -> str:
        """The last thing that ffmpeg found wrong with the file, "" when nothing."""
        wrong = [line for line in self._said().splitlines() if re.search(_COMPLAINT, line)]
        # Without the part that speaks and the level, such as "[in#0 @ 0x5581] [error] ".
        return re.sub(r"^(\[[^]]*\] )*", "", wrong[-1]).rstrip(".") if wrong else ""

    def _said(self) -> str:
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stdout.close()
        self._process.kill()
        self._process.wait()
        self._log.close()


def open_by_ffmpeg(path: Path) -> AudioFile:
    """The sound as ffmpeg decodes it, counted by decoding it once."""
    n_samples = n_non_finite = 0
    with _Decoding(path) as decoding:
        while len(frames := decoding.read(BLOCK_SIZE)):
            n_samples += len(frames)
            n_non_finite += frames.size - int(np.count_nonzero(np.isfinite(frames)))
        status = decoding.status()
        complaint = decoding.complaint() or (f"it ended with status {status}" if status != 0 else "")
        if complaint and n_samples == 0:
            raise DataError(f"{path}: its sound cannot be decoded ({complaint}); {REMEDY}")
        return AudioFile(
            path=path,
            sample_rate=decoding.sample_rate,
            n_channels=decoding.n_channels,
            n_samples=n_samples,
            format=f"{decoding.codec()}, decoded by ffmpeg",
            warnings=(
                *warn_of_non_finite(path, n_non_finite),
                *_warn_damaged(path, complaint, n_samples / decoding.sample_rate),
            ),
            _frames=_ffmpeg_frames,
            _has_non_finite=n_non_finite > 0,
        )


def _warn_damaged(path: Path, complaint: str, decoded_s: float) -> tuple[str, ...]:
    if not complaint:
        return ()
    return (f"{path.name}: may be damaged or cut off, {decoded_s:.3f} s could be decoded; ffmpeg says: {complaint}",)


def _ffmpeg_frames(path: Path, block_size: int, start: int, end: int) -> Iterator[Frames]:
    """Frames from `start` to before `end`; fewer when the sound ends before.

    What lies before `start` is decoded and dropped: ffmpeg's own seeking is not exact for every codec.
    """
    with _Decoding(path) as decoding:
        left = start
        while left > 0 and len(frames := decoding.read(min(left, BLOCK_SIZE))):
            left -= len(frames)
        left = end - start
        while left > 0 and len(frames := decoding.read(min(left, block_size))):
            left -= len(frames)
            yield frames
        if left > 0 and (status := decoding.status()) != 0:
            raise DataError(
                f"{path}: ffmpeg ended with status {status} ({decoding.complaint() or 'it gives no reason'})"
            )
