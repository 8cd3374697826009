"""Films of numbered pictures, and the facts that ffmpeg and ffprobe read from films."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import fields
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from corticast.core.model.encoder import EncoderOptions
from corticast.process.ffmpeg import executable
from corticast.video.writer import Sound, VideoWriter
from tests.conftest import expected

WIDTH, HEIGHT = 64, 48
BLOCKS = (4, 4)  # rows, columns of the pattern that holds a frame's number


def needs_ffprobe(test):
    missing = shutil.which("ffprobe") is None and not expected("ffprobe")
    return pytest.mark.slow(pytest.mark.skipif(missing, reason="ffprobe is not installed")(test))


RATES = [Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(60), Fraction(441, 16)]


def numbered(number: int) -> np.ndarray:
    """Grey picture of black and white blocks, the bits of a number."""
    bits = (number >> np.arange(BLOCKS[0] * BLOCKS[1])) & 1
    return np.kron(bits.reshape(BLOCKS), np.ones((HEIGHT // BLOCKS[0], WIDTH // BLOCKS[1]))).astype(np.uint8) * 255


def number_of(grey: np.ndarray) -> int:
    blocks = grey.reshape(BLOCKS[0], HEIGHT // BLOCKS[0], BLOCKS[1], WIDTH // BLOCKS[1]).mean(axis=(1, 3)).ravel()
    assert ((blocks < 30) | (blocks > 225)).all(), "a picture is a mixture"
    return int(((blocks > 128) << np.arange(blocks.size)).sum())


def frame_of(grey: np.ndarray, pix_fmt: str) -> np.ndarray:
    if pix_fmt == "yuv420p":
        luma = np.round(16 + grey * (219 / 255)).astype(np.uint8)
        return np.concatenate([luma.ravel(), np.full(grey.size // 2, 128, np.uint8)])
    return np.dstack([grey, grey, grey, np.full_like(grey, 255)])


def gathered(options: dict[str, object]) -> dict[str, object]:
    """Options of a writer, those of the encoder in one."""
    names = {each.name for each in fields(EncoderOptions)} & options.keys()
    others = {name: value for name, value in options.items() if name not in names}
    return {**others, "encoding": EncoderOptions(**{name: options[name] for name in names})}


def write_film(path: Path, greys: list[np.ndarray], fps: Fraction, **options: object) -> Path:
    height, width = greys[0].shape
    with VideoWriter(path, size=(width, height), fps=fps, n_frames=len(greys), **gathered(options)) as writer:
        for grey in greys:
            writer.write(frame_of(grey, writer.pix_fmt))
    assert not list(path.parent.glob(".corticast*"))
    return path


def decoded(path: Path, pix_fmt: str, *before: str, shape: tuple[int, int] = (HEIGHT, WIDTH)) -> np.ndarray:
    """All frames of a film, without any repeated or left out."""
    n_bytes = {"gray": 1, "rgb24": 3, "rgba": 4}.get(pix_fmt)
    command = [executable(), "-v", "error", *before, "-i", str(path), "-fps_mode", "passthrough", "-f", "rawvideo"]
    done = subprocess.run([*command, "-pix_fmt", pix_fmt, "-"], capture_output=True, check=True)
    assert not done.stderr
    frames = np.frombuffer(done.stdout, np.uint8)
    return frames.reshape(-1, *shape, n_bytes) if n_bytes else frames.reshape(-1, shape[0] * shape[1] * 3 // 2)


def heard(path: Path, n_channels: int = 1) -> np.ndarray:
    """(n_samples, n_channels) of the sound, sample 0 at the film's time 0."""
    command = [executable(), "-v", "error", "-i", str(path), "-map", "0:a", "-af", "aresample=first_pts=0"]
    raw = subprocess.run([*command, "-f", "f32le", "-"], capture_output=True, check=True).stdout
    return np.frombuffer(raw, "<f4").reshape(-1, n_channels)


def probed(path: Path, entries: str, *options: str) -> dict:
    command = ["ffprobe", "-v", "error", *options, "-show_entries", entries, "-of", "json", str(path)]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def noise_sound(sample_rate: int, n_channels: int, n_samples: int, block: int = 1000) -> tuple[Sound, np.ndarray]:
    """Sound in uneven blocks, and the whole of it; band-limited, so that lossy codecs keep it."""
    rng = np.random.default_rng(5)
    white = rng.standard_normal((n_channels, n_samples + 64))
    smooth = np.apply_along_axis(lambda row: np.convolve(row, np.hanning(64) / 32, "same"), 1, white)
    samples = (0.8 * smooth[:, :n_samples]).astype(np.float32)
    cuts = np.cumsum([block, 1, 0, 3 * block])
    return Sound(sample_rate, n_channels, iter(np.split(samples, cuts, axis=1))), samples


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of the whole boxes of an MP4 file, or of a box."""
    first = 0
    while first + 8 <= len(data):
        size = int.from_bytes(data[first : first + 4], "big")
        if size < 8 or first + size > len(data):
            return
        yield data[first + 4 : first + 8], data[first + 8 : first + size]
        first += size


def fragments_of(path: Path) -> list[int]:
    """Frames in each whole fragment of an MP4 file that may still grow, by ISO/IEC 14496-12."""
    n_frames, found = 0, []
    for kind, content in _boxes(path.read_bytes()):
        if kind == b"moof":
            tracks = [list(_boxes(track)) for each, track in _boxes(content) if each == b"traf"]
            pictures = [track for track in tracks if dict(track)[b"tfhd"][4:8] == bytes([0, 0, 0, 1])]
            runs = [run for track in pictures for each, run in track if each == b"trun"]
            n_frames = sum(int.from_bytes(run[4:8], "big") for run in runs)
        elif kind == b"mdat":
            found.append(n_frames)
    return found


COLOR_TAGS = {
    "color_range": "tv",
    "color_space": "bt709",
    "color_transfer": "bt709",
    "color_primaries": "bt709",
}


def time_stamps(path: Path) -> list[Fraction]:
    """When each frame is shown in seconds, as the file says."""
    found = probed(path, "frame=best_effort_timestamp:stream=time_base", "-select_streams", "v")
    time_base = Fraction(found["streams"][0]["time_base"])
    return [frame["best_effort_timestamp"] * time_base for frame in found["frames"]]


def digests(path, *options):
    """Hashes of all decoded frames, or of the sound, by ffmpeg."""
    command = [executable(), "-v", "error", "-i", path, *options, "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def frames_of(path):
    return digests(path, "-map", "0:v", "-f", "framemd5")


def sound_of(path):
    return digests(path, "-map", "0:a", "-f", "md5")
