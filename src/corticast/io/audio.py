"""Sound files, read in blocks: soundfile where it can, the ffmpeg of imageio-ffmpeg for all else.

What `blocks` gives is what is analysed and what goes into the film, sample for sample.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.errors import DataError, DeviceError

_BLOCK_SIZE = 65536

_REMEDY = "give a WAV, FLAC, Ogg, MP3, or another file with sound that ffmpeg decodes"


@dataclass(frozen=True, eq=False)
class AudioFile:
    """A sound file. Samples are read when they are asked for.

    Parameters
    ----------
    path : of the file
    sample_rate : samples per second and channel
    n_channels : number of channels
    n_samples : samples per channel, counted, not taken from the header
    format : container and encoding, for `corticast info`
    warnings : what a person should know of the file
    """

    path: Path
    sample_rate: int
    n_channels: int
    n_samples: int
    format: str
    warnings: tuple[str, ...]
    _by_ffmpeg: bool

    @property
    def name(self) -> str:
        """Name of the file without its extension."""
        return self.path.stem

    @property
    def duration_s(self) -> Fraction:
        """Duration in seconds."""
        return Fraction(self.n_samples, self.sample_rate)

    def blocks(
        self, block_size: int = _BLOCK_SIZE, start: int = 0, stop: int | None = None
    ) -> Iterator[npt.NDArray[np.float32]]:
        """Samples from `start` to before `stop`, in order.

        Samples that are not finite are 0; full scale is ±1, and what lies beyond is kept.

        Returns
        -------
        blocks of shape (n_channels, n <= block_size) float32

        Raises
        ------
        DataError : the file can no longer be read
        """
        last = self.n_samples if stop is None else min(stop, self.n_samples)
        if self._by_ffmpeg:
            source = _ffmpeg_blocks(self.path, self.n_channels, block_size)
            blocks = _cut(source, start, last)
        else:
            blocks = _soundfile_blocks(self.path, block_size, start, last)
        for block in blocks:
            if not np.isfinite(block).all():
                block = np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)
            yield np.ascontiguousarray(block.T)


def load_audio(path: str | os.PathLike[str]) -> AudioFile:
    """Open a sound file, or the sound of a video. The contents decide, not the name.

    Raises
    ------
    DataError : there is no such file, no sound in it, or no samples
    DeviceError : ffmpeg is needed and missing
    """
    file = Path(path)
    if not file.is_file():
        raise DataError(f"{file}: no such file; {_REMEDY}")
    sound = _open_by_soundfile(file)
    if sound is None:
        sound = _open_by_ffmpeg(file)
    if sound.n_samples == 0:
        raise DataError(f"{file}: a sound without samples; {_REMEDY}")
    return sound


def _open_by_soundfile(file: Path) -> AudioFile | None:
    """The sound as libsndfile reads it; None when it does not know the format."""
    import soundfile

    try:
        with soundfile.SoundFile(file) as opened:
            rate, channels, announced = opened.samplerate, opened.channels, opened.frames
            name = f"{opened.format} {opened.subtype}"
            # MP3 and damaged files announce what they do not hold, and only floats can hold NaN.
            if opened.format == "MP3" or opened.subtype in ("FLOAT", "DOUBLE") or announced > _plausible(file, opened):
                n_samples, n_bad = _count(opened)
            else:
                n_samples, n_bad = announced, 0
    except soundfile.LibsndfileError:
        return None
    except (RuntimeError, OSError) as error:
        raise DataError(f"{file}: {' '.join(str(error).split())}; {_REMEDY}") from error
    warnings = []
    if n_bad:
        warnings.append(f"{file}: {n_bad} samples are not finite, and are taken as silence")
    shortened = _missing_seconds(file, n_samples, rate)
    if shortened:
        warnings.append(f"{file}: cut off: {shortened:.2f} s that its header announces are missing")
    return AudioFile(file, rate, channels, n_samples, name, tuple(warnings), _by_ffmpeg=False)


def _plausible(file: Path, opened: Any) -> int:
    """Most samples that a file of this size can hold uncompressed; compressed formats are believed."""
    if not opened.subtype.startswith("PCM") or opened.format == "FLAC":
        return int(opened.frames)
    return file.stat().st_size // max(1, opened.channels)


def _missing_seconds(file: Path, n_samples: int, sample_rate: int) -> float:
    """Seconds that a RIFF header announces and the file does not hold.

    libsndfile takes the file's end for the sound's. Sizes of 0 and 0xFFFFFFFF are written by programs that could not
    know better, and announce nothing.
    """
    with file.open("rb") as stream:
        head = stream.read(4096)
    if head[:4] != b"RIFF" or (chunk := head.find(b"data")) < 0 or len(head) < chunk + 8:
        return 0.0
    announced = int.from_bytes(head[chunk + 4 : chunk + 8], "little")
    held = file.stat().st_size - chunk - 8
    layout = head.find(b"fmt ")
    bytes_per_frame = int.from_bytes(head[layout + 20 : layout + 22], "little") if layout > 0 else 0
    if announced in (0, 0xFFFFFFFF) or announced >= 0x7FFFF000 or announced <= held or not bytes_per_frame:
        return 0.0
    return (announced // bytes_per_frame - n_samples) / sample_rate


def _count(opened: Any) -> tuple[int, int]:
    """Samples that can be read, and how many values of them are not finite."""
    n_samples = n_bad = 0
    for block in opened.blocks(_BLOCK_SIZE, dtype="float32", always_2d=True):
        n_samples += len(block)
        n_bad += int(np.count_nonzero(~np.isfinite(block)))
    return n_samples, n_bad


def _soundfile_blocks(file: Path, block_size: int, start: int, stop: int) -> Iterator[npt.NDArray[np.float32]]:
    import soundfile

    try:
        with soundfile.SoundFile(file) as opened:
            opened.seek(start)
            left = stop - start
            while left > 0:
                block = opened.read(min(block_size, left), dtype="float32", always_2d=True)
                if not len(block):
                    return
                left -= len(block)
                yield block
    except (RuntimeError, OSError) as error:
        raise DataError(f"{file}: {' '.join(str(error).split())}; the file may have changed") from error


def _cut(blocks: Iterator[npt.NDArray[np.float32]], start: int, stop: int) -> Iterator[npt.NDArray[np.float32]]:
    """The part from `start` to before `stop` of a stream that begins at 0."""
    first = 0
    for block in blocks:
        part = block[max(0, start - first) : max(0, stop - first)]
        first += len(block)
        if len(part):
            yield part
        if first >= stop:
            return


def _ffmpeg() -> str:
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise DeviceError("no ffmpeg; install imageio-ffmpeg again, or set IMAGEIO_FFMPEG_EXE") from error


def _open_by_ffmpeg(file: Path) -> AudioFile:
    """The sound as ffmpeg decodes it. It is decoded once to be counted: containers estimate their length."""
    arguments = [_ffmpeg(), "-nostdin", "-hide_banner", "-i", str(file)]
    # Without an output ffmpeg describes its input, and ends with an error.
    told = subprocess.run(arguments, capture_output=True, check=False).stderr.decode("utf-8", "replace")
    stream = re.search(r"Stream #.*?Audio: ([^,]+),(?:.*?,)? ?(\d+) Hz, ([^,\n]+)", told)
    if stream is None:
        raise DataError(f"{file}: no sound in it that ffmpeg decodes; {_REMEDY}")
    codec, rate = stream.group(1).split()[0], int(stream.group(2))
    n_channels = _n_channels(file)
    n_samples = sum(len(block) for block in _ffmpeg_blocks(file, n_channels, _BLOCK_SIZE))
    return AudioFile(file, rate, n_channels, n_samples, f"{codec} by ffmpeg", (), _by_ffmpeg=True)


def _n_channels(file: Path) -> int:
    """Channels of the sound, from the header that ffmpeg writes ahead of one decoded sample."""
    arguments = [*_decoding(file), "-frames:a", "1", "-f", "wav", "pipe:1"]
    head = subprocess.run(arguments, capture_output=True, check=False).stdout
    layout = head.find(b"fmt ")
    n_channels = int.from_bytes(head[layout + 10 : layout + 12], "little") if layout >= 0 else 0
    if not n_channels:
        raise DataError(f"{file}: its sound cannot be decoded; {_REMEDY}")
    return n_channels


def _decoding(file: Path) -> list[str]:
    return [_ffmpeg(), "-nostdin", "-v", "error", "-i", str(file), "-map", "0:a:0"]


def _ffmpeg_blocks(file: Path, n_channels: int, block_size: int) -> Iterator[npt.NDArray[np.float32]]:
    """Decoded blocks of shape (n, n_channels)."""
    n_bytes = 4 * n_channels * block_size
    arguments = [*_decoding(file), "-f", "f32le", "-c:a", "pcm_f32le", "pipe:1"]
    # Complaints go to a file: a full pipe that nobody reads would stop ffmpeg.
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=complaints)
        assert process.stdout is not None
        try:
            while data := process.stdout.read(n_bytes):
                usable = len(data) - len(data) % (4 * n_channels)
                yield np.frombuffer(data[:usable], dtype="<f4").reshape(-1, n_channels)
            if process.wait() != 0:
                complaints.seek(0)
                lines = complaints.read().decode("utf-8", "replace").strip().splitlines()
                raise DataError(f"{file}: ffmpeg cannot decode it: {lines[-1] if lines else 'no reason given'}")
        finally:
            process.stdout.close()
            if process.poll() is None:
                process.kill()
                process.wait()
