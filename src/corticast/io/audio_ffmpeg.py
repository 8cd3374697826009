"""Sound files, and the sound of videos, through the ffmpeg executable of imageio-ffmpeg."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Self

import numpy as np

from corticast.core.model.types import Float32Array
from corticast.errors import DataError, DeviceError, one_line
from corticast.io.audio_file import BLOCK_SIZE, REMEDY, AudioFile, is_usable, warn_of_unusable
from corticast.io.door import Stamp, by_path
from corticast.io.file_kinds import SOUND
from corticast.process import ffmpeg
from corticast.process.ffmpeg import FfmpegRun

# A playlist must not send ffmpeg to the network, and no header makes it take more memory at once.
_ARGUMENTS_BEFORE_INPUT = ("-max_alloc", str(256 << 20), "-protocol_whitelist", "file", "-i")
_ARGUMENTS_AFTER_INPUT = ("-map", "0:a:0", "-c:a", "pcm_f32le", "-bitexact", "-f", "wav", "pipe:1")
# Lines that name a fault of a file; others only name its consequences.
_COMPLAINT = re.compile(r"\[(error|fatal)\](?! (Error|Failed) |.*Error opening)|\[warning\].*(corrupt|do not match)")
_CODEC = re.compile(r"Stream #0:.*?: Audio: (\w+)")


class _Findings:
    """Facts that ffmpeg reports about a file, line by line.

    Attributes
    ----------
    codec : name of the sound's codec
    complaint : the last fault of the file, "" for a sound file without faults
    has_no_sound : whether the file has no sound track
    """

    def __init__(self) -> None:
        self.codec = self.complaint = ""
        self.has_no_sound = False

    def hear(self, line: str) -> None:
        """Take in a line, such as "[in#0 @ 0x5581] [error] moov atom not found"."""
        if _COMPLAINT.search(line):
            self.complaint = ffmpeg.spoken(line).rstrip(".")
        if not self.codec and (found := _CODEC.search(line)):
            self.codec = found[1]
        self.has_no_sound |= "matches no streams" in line


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
        self.findings = _Findings()
        try:
            self._run = FfmpegRun(
                [*_ARGUMENTS_BEFORE_INPUT, f"file:{path}", *_ARGUMENTS_AFTER_INPUT],
                label=str(path),
                has_output=True,
                loglevel="level+info",
                hear=self.findings.hear,
            )
        except DeviceError as error:
            reason = one_line(error)
            raise DeviceError(f"{path}: needs ffmpeg, which does not run ({reason}); install imageio-ffmpeg") from error
        try:
            self.n_channels, self.sample_rate = self._read_wav_header()
        except struct.error:
            self._run.status()
            self._run.kill()
            raise self._no_sound(path) from None

    def _no_sound(self, path: Path) -> DataError:
        if self.findings.has_no_sound:
            return DataError(f"{path}: there is no sound in it; {REMEDY}")
        reason = f" ({self.findings.complaint})" if self.findings.complaint else ""
        return DataError(f"{path}: no sound that can be decoded{reason}; {REMEDY}")

    def _read_wav_header(self) -> tuple[int, int]:
        """Channels and sample rate; the next byte is the first of the samples."""
        self._run.output.read(12)
        n_channels = sample_rate = 0
        while True:
            name, size = struct.unpack("<4sI", self._run.output.read(8))
            if name == b"data":
                return n_channels, sample_rate
            body = self._run.output.read(size + size % 2)
            if name == b"fmt ":
                n_channels, sample_rate = struct.unpack("<2xHI", body[:8])

    def read(self, n: int) -> Float32Array:
        """The next n frames; fewer at the end."""
        n_bytes = 4 * self.n_channels
        data = self._run.output.read(n * n_bytes)
        return np.frombuffer(data, dtype="<f4", count=len(data) // n_bytes * self.n_channels).reshape(
            -1, self.n_channels
        )

    def status(self) -> int:
        """Exit status, once all frames have been read; `findings` are complete then."""
        return self._run.status()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._run.kill()


def open_by_ffmpeg(path: Path, stamp: Stamp) -> AudioFile:
    """Open the sound that ffmpeg decodes; decoding it once gives its length.

    Raises
    ------
    DataError : ffmpeg finds no sound in the file
    DeviceError : ffmpeg does not run
    """
    n_samples = n_unusable = 0
    with by_path(path, SOUND, since=stamp), _Decoding(path) as decoding:
        while len(frames := decoding.read(BLOCK_SIZE)):
            n_samples += len(frames)
            n_unusable += frames.size - int(np.count_nonzero(is_usable(frames)))
        status = decoding.status()
        complaint = decoding.findings.complaint or (f"exit status {status}" if status != 0 else "")
        if complaint and n_samples == 0:
            raise DataError(f"{path}: its sound cannot be decoded ({complaint}); {REMEDY}")
        return AudioFile(
            path=path,
            sample_rate=decoding.sample_rate,
            n_channels=decoding.n_channels,
            n_samples=n_samples,
            format=f"{decoding.findings.codec or 'sound'}, decoded by ffmpeg",
            warnings=(
                *warn_of_unusable(path, n_unusable),
                *_warn_damaged(path, complaint, n_samples / decoding.sample_rate),
            ),
            _frames=partial(_ffmpeg_frames, stamp),
            _has_unusable=n_unusable > 0,
        )


def _warn_damaged(path: Path, complaint: str, decoded_s: float) -> tuple[str, ...]:
    if not complaint:
        return ()
    return (f"{path.name}: may be damaged or cut off, {decoded_s:.3f} s could be decoded; ffmpeg says: {complaint}",)


def _ffmpeg_frames(stamp: Stamp, path: Path, block_size: int, start: int, end: int) -> Iterator[Float32Array]:
    """Float32Array from `start` to before `end`; fewer when the sound ends before.

    All before `start` is decoded and dropped: ffmpeg's own seeking is not exact for every codec.
    """
    with by_path(path, SOUND, since=stamp), _Decoding(path) as decoding:
        left = start
        while left > 0 and len(frames := decoding.read(min(left, BLOCK_SIZE))):
            left -= len(frames)
        left = end - start
        while left > 0 and len(frames := decoding.read(min(left, block_size))):
            left -= len(frames)
            yield frames
        if left > 0 and (status := decoding.status()) != 0:
            reason = decoding.findings.complaint or "it gives no reason"
            raise DataError(f"{path}: ffmpeg ended with status {status} ({reason})")
