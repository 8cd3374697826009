"""Figures of a live show."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from corticast.film.sizes import Size


@dataclass
class LiveReport:
    """Figures of a show.

    Parameters
    ----------
    seconds : duration
    n_frames : frames drawn
    n_late : frames left out because their time had passed, without a window
    fps : frames drawn per second
    latency_ms : percentiles "p50", "p95" and "p99" of the time from the arrival of a sample in the audio callback to
        the frame that shows it; empty without samples
    n_blocks, n_lost : blocks and lost samples of the stream
    n_late_blocks, n_flags : blocks that arrived late, and those that PortAudio has flagged
    input_latency_ms : PortAudio's own figure
    device, sample_rate, n_channels : of the sound
    size, renderer : of the picture
    rss_mib : resident memory after the first frame, without a window, and at the end
    capture : film of the show, its size in pixels, its frames, frames that were repeated because draws were late,
        frames that the encoder had no time for, and samples that were silenced for the same reason
    sizes : diameters of the contacts, in one line; "" without contacts
    flash_limit : smallest gain of the activity, and seconds with a gain below 1; None without the limit
    warnings : of film and sound
    """

    seconds: float = 0.0
    n_frames: int = 0
    n_late: int = 0
    fps: float = 0.0
    latency_ms: dict[str, float] = field(default_factory=dict)
    n_blocks: int = 0
    n_lost: int = 0
    n_late_blocks: int = 0
    n_flags: int = 0
    input_latency_ms: float | None = None
    device: str = ""
    sample_rate: int = 0
    n_channels: int = 0
    size: Size = (0, 0)
    renderer: str = ""
    rss_mib: tuple[float, float] = (0.0, 0.0)
    sizes: str = ""
    capture: dict[str, Any] | None = None
    flash_limit: dict[str, Any] | None = None
    warnings: tuple[str, ...] = ()


def rss_mib() -> float:
    """Resident memory of this process in MiB; 0 if the system does not report it."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except (OSError, ValueError, IndexError):
        return 0.0
