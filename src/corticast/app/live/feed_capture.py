"""A live show of sound from a device."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

import numpy as np

from corticast.app.live.feed import FeedStatus, FeedThread, Hear, Moment
from corticast.audio.capture import CaptureStatus
from corticast.core.model.types import Float32Array, Float64Array, PlacedElectrodes
from corticast.dsp.history import ActivityHistory
from corticast.dsp.live import LiveAnalyser, LiveDrive

_log = logging.getLogger("corticast.audio")
# Losses are logged no more often than this.
_LOG_S = 1.0

_HISTORY_S = 10.0


class SampleSource(Protocol):
    """Sound that arrives; a context manager, such as `corticast.audio.capture.Capture`.

    Attributes
    ----------
    sample_rate, n_channels : of the sound, settled by entering the context
    """

    sample_rate: int
    n_channels: int

    def __enter__(self) -> Self:
        """Open the source."""

    def __exit__(self, *_: object) -> None:
        """Close the source."""

    def read(self) -> Float32Array:
        """(n_channels, n) float32, the samples since the last call; none may have come."""

    def arrival_s(self, position: float) -> float | None:
        """Monotonic time at which a sample arrived; None if it is unknown."""

    @property
    def status(self) -> CaptureStatus:
        """State of the source."""


class CaptureFeed:
    """Sound that arrives, analysed at its arrival.

    Parameters
    ----------
    drive : bands, assignment, envelope and gain
    placed : electrodes that show the activity
    source : sound; the feed opens and closes it
    """

    is_over = False
    has_gain = True

    def __init__(self, drive: LiveDrive, placed: PlacedElectrodes | None, source: SampleSource) -> None:
        self._drive = drive
        self._placed = placed
        self._source = source
        self._listeners: tuple[Hear, ...] = ()
        self._thread = FeedThread("corticast-analysis", self._analyse)
        self._logged = CaptureStatus("opening", "", 0, 0, 0, 0, None, "")
        self._logged_s = time.monotonic()

    def __enter__(self) -> Self:
        self._source.__enter__()
        try:
            self.sample_rate, self.n_channels = self._source.sample_rate, self._source.n_channels
            self._analyser = LiveAnalyser(self._drive, self.sample_rate, self.n_channels)
            stft = self._analyser.stft
            capacity = int(_HISTORY_S * stft.column_rate_hz)
            self._history = ActivityHistory(self._analyser.n_bands, stft.hop_length, capacity)
            self.row_of_contact = np.zeros(0, dtype=np.intp)
            if self._placed is not None:
                self.row_of_contact = self._analyser.rows_of(self._placed)
        except BaseException:
            self._source.__exit__(None, None, None)
            raise
        return self

    def start(self, listeners: Sequence[Hear] = ()) -> None:
        """Begin to analyse."""
        self._listeners = tuple(listeners)
        self._thread.start()

    def end(self) -> None:
        """End the analysis; listeners have its sound."""
        self._thread.end()

    def _analyse(self) -> bool:
        samples = self._source.read()
        if not samples.shape[1]:
            return False
        columns = self._analyser.push(samples)
        if columns.shape[1]:
            self._history.put(columns)
        for hear in self._listeners:
            hear(samples)
        self._log_losses()
        return True

    def _log_losses(self) -> None:
        """Log the samples and blocks that were lost or late since the last time, at most once a second."""
        now_s = time.monotonic()
        if now_s - self._logged_s < _LOG_S:
            return
        before, status = self._logged, self._source.status
        self._logged, self._logged_s = status, now_s
        n_lost, n_late = status.n_lost - before.n_lost, status.n_late - before.n_late
        # The supervisor has logged a lost device already.
        if n_lost and before.state == status.state == "running":
            _log.warning("%s: %d samples lost, %d in all", status.device, n_lost, status.n_lost)
        if n_late:
            _log.info("%s: %d blocks late, %d in all", status.device, n_late, status.n_late)
        if n_flags := status.n_flags - before.n_flags:
            _log.info("%s: %d blocks flagged, %d in all", status.device, n_flags, status.n_flags)

    def moment(self) -> Moment:
        """The newest column."""
        self._thread.check()
        return self.at(self._history.newest)

    def at(self, position: float) -> Moment:
        """The sound at a position of the last seconds."""
        return Moment(position, self._history.at(position), self.arrival_s(position))

    def arrival_s(self, position: float) -> float | None:
        """Monotonic time at which the block with a sample arrived in the callback; None beyond the last 30 s."""
        return self._source.arrival_s(position)

    @property
    def status(self) -> FeedStatus:
        """State of the capture."""
        status = self._source.status
        return FeedStatus(
            device=status.device,
            message=status.message,
            n_blocks=status.n_blocks,
            n_lost=status.n_lost,
            n_late=status.n_late,
            n_flags=status.n_flags,
            level_db=self._analyser.level_db,
            input_latency_s=status.input_latency_s,
        )

    @property
    def spectrum(self) -> Float32Array:
        """(n_bands,) float32 0..1."""
        return self._analyser.spectrum

    @property
    def band_edges_hz(self) -> Float64Array | None:
        """(n_bands + 1,) in Hz."""
        return self._drive.bands.edges_hz[: self._analyser.n_bands + 1]

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings about the bands."""
        return self._analyser.warnings

    @property
    def gain_db(self) -> float | None:
        """Gain of the sound in dB; None adapts it."""
        return self._analyser.gain_db

    @gain_db.setter
    def gain_db(self, value: float | None) -> None:
        self._analyser.gain_db = value

    def pause(self, paused: bool) -> None:
        """Nothing: a capture cannot hold its source, and its film continues."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.end()
        self._source.__exit__(kind, error, trace)
