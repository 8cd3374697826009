"""Shows that are captured: their pictures, clicks and tones."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
from tests.films import (
    HEIGHT,
    RATES,
    WIDTH,
    decoded,
    frame_of,
    gathered,
    heard,
    number_of,
    numbered,
    probed,
    time_stamps,
)

from corticast.video.live_writer import LiveWriter

NTSC = RATES[2]
SAMPLE_RATE = 48000


def capture(path: Path, fps: Fraction = Fraction(30), **options) -> LiveWriter:
    settings = {"size": (WIDTH, HEIGHT), "sample_rate": SAMPLE_RATE, "n_channels": 1, **options}
    return LiveWriter(path, fps=fps, **gathered(settings))


def picture(number: int) -> np.ndarray:
    return frame_of(numbered(number), "yuv420p")


def tone(n_samples: int) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * 440 * np.arange(n_samples)[None] / SAMPLE_RATE).astype(np.float32)


def until(condition, limit_s: float = 120.0) -> None:
    """Wait for something that is bound to happen, however busy the machine is."""
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def click(from_middle_s: np.ndarray) -> np.ndarray:
    """A short burst around time 0."""
    return np.exp(-0.5 * (from_middle_s / 0.002) ** 2) * np.sin(2 * np.pi * 2000 * from_middle_s + 1)


PREVIOUS = b"the previous film"


def large(number: int, scale: int) -> np.ndarray:
    return frame_of(np.kron(numbered(number), np.ones((scale, scale), np.uint8)), "yuv420p")


def perform(show: LiveWriter, n_frames: int, then: Callable[[], object] | None = None) -> None:
    """Numbered frames, 30 a second, each after its part of a tone, as fast as the encoder takes them; then a call."""
    for k in range(n_frames):
        show.hear(tone(SAMPLE_RATE // 30))
        show.show(picture(k))
        until(lambda: show.n_waiting < 6 or show.failure is not None)
    if then is not None:
        then()


def fail(error: type[BaseException]) -> None:
    raise error


def numbers_of(path: Path) -> list[int]:
    return [number_of(frame[..., 0]) for frame in decoded(path, "gray")]


def running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def offsets_of(
    film: Path, fps: Fraction, flashes: np.ndarray, n_channels: int = 1, shape: tuple[int, int] = (HEIGHT, WIDTH)
) -> np.ndarray:
    """How many seconds each flash comes after its click, in a film whose first white frames have these numbers."""
    stamps = np.array(time_stamps(film), np.float64)
    white = np.flatnonzero(decoded(film, "gray", shape=shape).mean(axis=(1, 2, 3)) > 128)[: len(flashes)]
    np.testing.assert_array_equal(white, flashes)
    rate = int(probed(film, "stream=sample_rate", "-select_streams", "a")["streams"][0]["sample_rate"])
    power = (heard(film, n_channels).astype(np.float64) ** 2).sum(axis=1)
    heard_s = []
    for k in flashes:
        first = max(0, round((k / float(fps) - 0.1) * rate))
        part = power[first : first + round(0.2 * rate)]
        heard_s.append((first + np.average(np.arange(len(part)), weights=part)) / rate)
    # Both shifted alike would be no offset, but another part of the show.
    np.testing.assert_allclose(heard_s, flashes / float(fps), atol=0.001)
    return stamps[white] - heard_s


def check_repeats(numbers: list[int], show: LiveWriter) -> None:
    """Each frame that is in the film begins at its own place, and no picture is missing that was not counted."""
    firsts = [k for k, number in enumerate(numbers) if k == 0 or numbers[k - 1] != number]
    assert [numbers[k] for k in firsts] == firsts
    assert show.n_frames == len(numbers) == len(firsts) + show.n_dropped + show.n_repeated
