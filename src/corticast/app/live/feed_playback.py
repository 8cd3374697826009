"""A live show of a sound file that plays."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import numpy as np

from corticast.app.live.feed import SILENCE_DB, FeedStatus, FeedThread, Hear, Moment
from corticast.audio.playback import Playback
from corticast.core.model.types import Activity, AudioSource, Float32Array, Float64Array
from corticast.errors import CorticastError

# Listeners get the sound in blocks of so many samples.
_BLOCK_SIZE = 2048


class PlaybackFeed:
    """A file that plays; frames show the sample that is heard, by the clock of the sound card.

    Parameters
    ----------
    source : the sound
    activity : of the whole sound, as in a film; None without electrodes
    band_edges_hz : (n_rows + 1,) of the activity's rows, in Hz; None if they are no bands of frequencies
    wanted : device by number or name; None takes the default one
    block_size : samples of a callback's buffer
    """

    # The whole file sets the scale.
    gain_db: float | None = None
    has_gain = False

    def __init__(
        self,
        source: AudioSource,
        activity: Activity | None,
        *,
        band_edges_hz: Float64Array | None = None,
        wanted: str | None = None,
        block_size: int,
    ) -> None:
        self.sample_rate, self.n_channels = source.sample_rate, source.n_channels
        self._activity = activity
        self.band_edges_hz = None
        if band_edges_hz is not None and activity is not None:
            self.band_edges_hz = band_edges_hz[: len(activity.values) + 1]
        self.row_of_contact = np.zeros(0, dtype=np.intp) if activity is None else activity.row_of_contact
        self._playback = Playback(source, wanted=wanted, block_size=block_size)
        self._blocks = source.blocks(_BLOCK_SIZE)
        self._n_heard = 0
        self._level_db = SILENCE_DB
        self._listeners: tuple[Hear, ...] = ()
        self._thread = FeedThread("corticast-playback", self._follow)

    def __enter__(self) -> Self:
        self._playback.__enter__()
        return self

    def start(self, listeners: Sequence[Hear] = ()) -> None:
        """Begin to follow the playback."""
        self._listeners = tuple(listeners)
        self._thread.start()

    def end(self) -> None:
        """End; listeners get the sound that has been heard since the thread last looked."""
        self._thread.end()
        while self._thread.error is None and self._follow():
            pass

    def _follow(self) -> bool:
        """Give listeners the block that has been heard."""
        if self._playback.heard() < self._n_heard + _BLOCK_SIZE and not self._playback.is_over:
            return False
        try:
            block = next(self._blocks, None)
        except (CorticastError, OSError):
            # The playback reports the missing file; the rest of the film is silent.
            block = None
        if block is None:
            self._blocks = iter(())
            return False
        self._n_heard += block.shape[1]
        peak = float(np.abs(block).max(initial=0.0))
        self._level_db = 20 * float(np.log10(max(peak, 10 ** (SILENCE_DB / 20))))
        for hear in self._listeners:
            hear(block)
        return True

    def moment(self) -> Moment:
        """The sound that is heard now."""
        self._thread.check()
        return self.at(self._playback.heard())

    def at(self, position: float) -> Moment:
        """The sound at a position of the file."""
        return Moment(position, self._rows_at(position), self.arrival_s(position))

    def arrival_s(self, position: float) -> float | None:
        """Monotonic time at which a sample is heard."""
        now_s = time.monotonic()
        return now_s + (position - self._playback.heard(now_s)) / self.sample_rate

    def _rows_at(self, position: float) -> Float32Array:
        if self._activity is None:
            return np.zeros(0, dtype=np.float32)
        return self._activity.rows_at(position / self.sample_rate)

    @property
    def status(self) -> FeedStatus:
        """State of the playback."""
        status = self._playback.status
        return FeedStatus(
            device=status.device,
            message=status.message,
            n_blocks=status.n_blocks,
            n_lost=status.n_lost,
            n_flags=status.n_flags,
            level_db=self._level_db,
        )

    @property
    def spectrum(self) -> Float32Array:
        """(n_rows,) float32: the activity of the bands."""
        return self._rows_at(self._playback.heard())

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings about the activity."""
        return self._activity.warnings if self._activity is not None else ()

    @property
    def is_over(self) -> bool:
        """Whether the file has been heard."""
        return self._playback.is_over

    def pause(self, paused: bool) -> None:
        """Hold the sound, or resume it."""
        if paused:
            self._playback.pause()
        else:
            self._playback.resume()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.end()
        self._playback.__exit__(kind, error, trace)
