"""The sound of a live show and the activity that it causes: captured now, or played from a file.

feed_capture:  capture process ─> Capture ─> analysis thread ─> LiveAnalyser ─> ActivityHistory ─> draw
                                                   └──────────> listeners (a film of the show)
feed_playback: file ─> Playback ─> playback process ─> position that is heard ─> Activity of the whole file ─> draw
                                                   └──────────> listeners (a film of the show)
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from corticast.core.model.types import Float32Array, Float64Array, IntpArray

Hear = Callable[[Float32Array], None]

SILENCE_DB = -120.0

# A thread looks for samples this often: well below a block of 512 samples, and 1 % of a core.
_POLL_S = 0.002


@dataclass(frozen=True, eq=False)
class Moment:
    """The sound that a frame shows.

    Parameters
    ----------
    position : of the sound, in samples of the stream
    rows : (n_rows,) float32 activity of the bands
    due_s : monotonic time at which that sample has arrived, or is heard; None if it is unknown
    """

    position: float
    rows: Float32Array
    due_s: float | None


@dataclass(frozen=True)
class FeedStatus:
    """State of the sound.

    Parameters
    ----------
    device : its source or destination
    message : a fault, "" without one
    n_blocks : received, or played
    n_lost, n_late : samples that never came, and blocks that came late
    n_flags : blocks that PortAudio has flagged
    level_db : peak of the last moment, in dB of full scale
    input_latency_s : PortAudio's own figure; None if it is unknown
    """

    device: str
    message: str = ""
    n_blocks: int = 0
    n_lost: int = 0
    n_late: int = 0
    n_flags: int = 0
    level_db: float = SILENCE_DB
    input_latency_s: float | None = None


class Feed(Protocol):
    """Sound and the activity that it causes; a context manager. The draw thread may call all methods but `start`.

    Attributes
    ----------
    sample_rate, n_channels : of the sound
    row_of_contact : (n_contacts,) intp, the row that each contact shows, -1 without one
    """

    sample_rate: int
    n_channels: int
    row_of_contact: IntpArray

    def start(self, listeners: Sequence[Hear] = ()) -> None:
        """Begin.

        Parameters
        ----------
        listeners : called with every sample of the stream, (n_channels, n) float32, in order, from another thread
        """

    def end(self) -> None:
        """End; listeners then have all sound that has been heard, and get no more."""

    def arrival_s(self, position: float) -> float | None:
        """Monotonic time at which a sample arrived, or is heard; None if it is unknown."""

    def moment(self) -> Moment:
        """The sound that is heard now.

        Raises
        ------
        Exception : the error that has ended the analysis
        """

    def at(self, position: float) -> Moment:
        """The sound at a position of the last seconds, in samples of the stream."""

    @property
    def status(self) -> FeedStatus:
        """State of the sound."""

    @property
    def spectrum(self) -> Float32Array:
        """(n_rows,) float32 0..1, for a strip of bands."""

    @property
    def is_over(self) -> bool:
        """Whether the sound has ended."""

    @property
    def band_edges_hz(self) -> Float64Array | None:
        """(n_rows + 1,) in Hz; None if rows are no bands of frequencies."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings of the analysis."""

    # Gain of the sound in dB, None if it adapts; `has_gain`: whether it can be set.
    gain_db: float | None
    has_gain: bool

    def pause(self, paused: bool) -> None:
        """Hold the sound too, if it can be held."""


class FeedThread(threading.Thread):
    """Runs a step again and again until its end; an error that ends it is kept.

    Parameters
    ----------
    name : of the thread
    step : one step; whether it had anything to do
    """

    def __init__(self, name: str, step: Callable[[], bool]) -> None:
        super().__init__(name=name, daemon=True)
        self._step = step
        self._ended = threading.Event()
        self.error: BaseException | None = None

    def run(self) -> None:
        """Run steps, with a pause after each that had nothing to do; the thread's own."""
        try:
            while not self._ended.is_set():
                if not self._step():
                    self._ended.wait(_POLL_S)
        except BaseException as error:
            self.error = error

    def end(self) -> None:
        """End the thread, and wait for it."""
        self._ended.set()
        if self.ident is not None:
            self.join()

    def check(self) -> None:
        """Raise the error that has ended the thread."""
        if self.error is not None:
            raise self.error
