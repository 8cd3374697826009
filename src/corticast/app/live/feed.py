"""What a live show hears: sound that is captured now, or a file that plays; and the activity that it makes.

capture process ─> Capture ─> analysis thread ─> LiveAnalyser ─> FlashLimiter ─> ActivityHistory ─> draw
                                    └──────────> listeners (a recording)
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from corticast.audio.capture import Capture, CaptureStatus
from corticast.audio.playback import Playback
from corticast.core.flash import FlashLimiter, FlashLook, limited
from corticast.core.model.types import Activity, AudioSource, PlacedElectrodes
from corticast.dsp.history import ActivityHistory
from corticast.dsp.live import LiveAnalyser, LiveDrive
from corticast.errors import CorticastError

FloatArray = npt.NDArray[np.float32]
Hear = Callable[[FloatArray], None]

_log = logging.getLogger("corticast.audio")
# Losses are logged no more often than this.
_LOG_S = 1.0

# The analysis looks for samples this often: well below a block of 512 samples, and 1 % of a core.
_POLL_S = 0.002
_HISTORY_S = 10.0
_SILENCE_DB = -120.0


@dataclass(frozen=True, eq=False)
class Moment:
    """What a frame shows of the sound.

    Parameters
    ----------
    position : of the stream in samples: what the frame stands for
    rows : (n_rows,) float32 activity of the bands
    due_s : monotonic time at which that sample has arrived, or is heard; None when it is not known
    """

    position: float
    rows: FloatArray
    due_s: float | None


@dataclass(frozen=True)
class FeedStatus:
    """How the sound is doing.

    Parameters
    ----------
    device : where it comes from or goes to
    message : what is wrong, empty when nothing is
    n_blocks : that have come
    n_lost, n_late : samples that never came, and blocks that came late
    n_flags : blocks that PortAudio has flagged
    level_db : peak of the last moment, in dB of full scale
    input_latency_s : PortAudio's own; None when it is not known
    """

    device: str
    message: str = ""
    n_blocks: int = 0
    n_lost: int = 0
    n_late: int = 0
    n_flags: int = 0
    level_db: float = _SILENCE_DB
    input_latency_s: float | None = None


class Feed(Protocol):
    """Sound and the activity that it makes. A context manager; all but `start` may be called from the draw thread.

    Attributes
    ----------
    sample_rate, n_channels : of the sound
    row_of_electrode : (n_electrodes,) intp, the row that each electrode shows, -1 for none
    """

    sample_rate: int
    n_channels: int
    row_of_electrode: npt.NDArray[np.intp]

    def start(self, listeners: Sequence[Hear] = ()) -> None:
        """Begin; listeners are given every sample of the stream, in order, from another thread."""

    def arrival_s(self, position: float) -> float | None:
        """Monotonic time at which a sample arrived, or is heard; None when it is not known."""

    def moment(self) -> Moment:
        """What is heard now.

        Raises
        ------
        what has ended the analysis
        """

    def at(self, position: float) -> Moment:
        """What was heard a moment ago, at a position of the stream in samples."""

    @property
    def status(self) -> FeedStatus:
        """How the sound is doing."""

    @property
    def spectrum(self) -> FloatArray:
        """(n_rows,) float32 0..1, for a strip of bands."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""

    @property
    def band_edges_hz(self) -> npt.NDArray[np.float64] | None:
        """(n_rows + 1,) of the bands; None where rows have no frequencies."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know of the analysis."""

    # Gain of the sound in dB, None where it adapts; `has_gain` tells whether it can be set.
    gain_db: float | None
    has_gain: bool

    def limit_flashes(self, look: FlashLook) -> None:
        """Hold activity back where the look of the sprites would flash more than three times a second."""

    def pause(self, paused: bool) -> None:
        """Hold the sound too, where it can be held."""


class _Worker(threading.Thread):
    """Runs a step again and again until it is ended; the error that ended it is kept."""

    def __init__(self, name: str, step: Callable[[], bool]) -> None:
        super().__init__(name=name, daemon=True)
        self._step = step
        self._ended = threading.Event()
        self.error: BaseException | None = None

    def run(self) -> None:
        """Steps that had nothing to do are followed by a pause."""
        try:
            while not self._ended.is_set():
                if not self._step():
                    self._ended.wait(_POLL_S)
        except BaseException as error:
            self.error = error

    def end(self) -> None:
        """End it, and wait until it has."""
        self._ended.set()
        if self.ident is not None:
            self.join()

    def check(self) -> None:
        """Raise what has ended it."""
        if self.error is not None:
            raise self.error


class CaptureFeed:
    """Sound from a device, analysed as it comes.

    Parameters
    ----------
    drive : bands, assignment, envelope and gain
    placed : electrodes that show it
    wanted : device by number or name; None takes the default one
    sample_rate, n_channels : None takes the device's
    block_size : samples of a callback's buffer

    Raises
    ------
    OptionError : a parameter cannot be used
    DeviceError : there is no such device
    """

    is_over = False
    has_gain = True

    def __init__(
        self,
        drive: LiveDrive,
        placed: PlacedElectrodes | None,
        *,
        wanted: str | None = None,
        sample_rate: int | None = None,
        n_channels: int | None = None,
        block_size: int,
    ) -> None:
        self._drive = drive
        self._placed = placed
        self._limiter: FlashLimiter | None = None
        self._capture = Capture(wanted, sample_rate=sample_rate, n_channels=n_channels, block_size=block_size)
        self._listeners: tuple[Hear, ...] = ()
        self._worker = _Worker("corticast-analysis", self._analyse)
        self._told = CaptureStatus("opening", "", 0, 0, 0, 0, None, "")
        self._told_s = time.monotonic()

    def __enter__(self) -> Self:
        self._capture.__enter__()
        try:
            self.sample_rate, self.n_channels = self._capture.sample_rate, self._capture.n_channels
            self._analyser = LiveAnalyser(self._drive, self.sample_rate, self.n_channels)
            stft = self._analyser.stft
            capacity = int(_HISTORY_S * stft.column_rate_hz)
            self._history = ActivityHistory(self._analyser.n_bands, stft.hop_length, capacity)
            self.row_of_electrode = np.zeros(0, dtype=np.intp)
            if self._placed is not None:
                self.row_of_electrode = self._analyser.rows_of(self._placed)
        except BaseException:
            self._capture.__exit__(None, None, None)
            raise
        return self

    def start(self, listeners: Sequence[Hear] = ()) -> None:
        """Begin to analyse."""
        self._listeners = tuple(listeners)
        self._worker.start()

    def _analyse(self) -> bool:
        samples = self._capture.read()
        if not samples.shape[1]:
            return False
        columns = self._analyser.push(samples)
        if columns.shape[1]:
            limiter = self._limiter
            self._history.put(columns if limiter is None else limiter.limit(columns))
        for hear in self._listeners:
            hear(samples)
        self._log_losses()
        return True

    def _log_losses(self) -> None:
        """Put in the log what was lost or late since the last time, once a second at most."""
        now_s = time.monotonic()
        if now_s - self._told_s < _LOG_S:
            return
        before, status = self._told, self._capture.status
        self._told, self._told_s = status, now_s
        n_lost, n_late = status.n_lost - before.n_lost, status.n_late - before.n_late
        # That a device is gone has been said already.
        if n_lost and before.state == status.state == "running":
            _log.warning("%s: %d samples lost, %d in all", status.device, n_lost, status.n_lost)
        if n_late:
            _log.info("%s: %d blocks late, %d in all", status.device, n_late, status.n_late)
        if n_flags := status.n_flags - before.n_flags:
            _log.info("%s: %d blocks flagged, %d in all", status.device, n_flags, status.n_flags)

    def moment(self) -> Moment:
        """The newest column."""
        self._worker.check()
        return self.at(self._history.newest)

    def at(self, position: float) -> Moment:
        """What was heard at a position of the last seconds."""
        return Moment(position, self._history.at(position), self.arrival_s(position))

    def arrival_s(self, position: float) -> float | None:
        """Monotonic time at which the block with a sample arrived in the callback; None beyond the last 30 s."""
        return self._capture.arrival_s(position)

    @property
    def status(self) -> FeedStatus:
        """How the capture is doing."""
        status = self._capture.status
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
    def spectrum(self) -> FloatArray:
        """(n_bands,) float32 0..1."""
        return self._analyser.spectrum

    @property
    def band_edges_hz(self) -> npt.NDArray[np.float64] | None:
        """(n_bands + 1,) in Hz."""
        return self._drive.bands.edges_hz[: self._analyser.n_bands + 1]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know of the bands."""
        return self._analyser.warnings

    def limit_flashes(self, look: FlashLook) -> None:
        """Hold activity back from the next column on."""
        if self._limiter is None:
            self._limiter = FlashLimiter(look, self._analyser.stft.column_rate_hz, self._analyser.n_bands)
        else:
            # What has flashed already counts.
            self._limiter.look = look

    @property
    def gain_db(self) -> float | None:
        """Gain of the sound in dB; None lets it adapt."""
        return self._analyser.gain_db

    @gain_db.setter
    def gain_db(self, value: float | None) -> None:
        self._analyser.gain_db = value

    def pause(self, paused: bool) -> None:
        """Nothing: what is played elsewhere goes on, and is recorded."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._worker.end()
        self._capture.__exit__(kind, error, trace)


class PlaybackFeed:
    """A file that plays; what is drawn is what is heard, by the stream's own clock.

    Parameters
    ----------
    source : the sound
    activity : of the whole sound, as in a film; None without electrodes
    band_edges_hz : (n_rows + 1,) of the activity's rows; None where they have no frequencies
    wanted : device by number or name; None takes the default one
    block_size : samples of a callback's buffer
    """

    # A file is scaled by the whole of it.
    gain_db: float | None = None
    has_gain = False

    def __init__(
        self,
        source: AudioSource,
        activity: Activity | None,
        *,
        band_edges_hz: npt.NDArray[np.float64] | None = None,
        wanted: str | None = None,
        block_size: int,
    ) -> None:
        self.sample_rate, self.n_channels = source.sample_rate, source.n_channels
        self._activity = self._whole = activity
        self.band_edges_hz = None
        if band_edges_hz is not None and activity is not None:
            self.band_edges_hz = band_edges_hz[: len(activity.values) + 1]
        none = np.zeros(0, dtype=np.intp)
        self.row_of_electrode = none if activity is None else activity.row_of_electrode
        self._playback = Playback(source, wanted=wanted, block_size=block_size)
        self._blocks = source.blocks(2048)
        self._n_heard = 0
        self._level_db = _SILENCE_DB
        self._is_limited = False
        self._new_look: FlashLook | None = None
        self._listeners: tuple[Hear, ...] = ()
        self._worker = _Worker("corticast-playback", self._follow)

    def __enter__(self) -> Self:
        self._playback.__enter__()
        return self

    def start(self, listeners: Sequence[Hear] = ()) -> None:
        """Begin to follow what is heard."""
        self._listeners = tuple(listeners)
        self._worker.start()

    def _follow(self) -> bool:
        """Take up another look, and hand on the block that has been heard."""
        look, self._new_look = self._new_look, None
        if look is not None and self._whole is not None:
            self._activity = limited(self._whole, look)
        if self._playback.heard() < self._n_heard + 2048 and not self._playback.is_over:
            return False
        try:
            block = next(self._blocks, None)
        except (CorticastError, OSError):
            # What plays tells that the file is gone; the rest of the recording is silent.
            block = None
        if block is None:
            self._blocks = iter(())
            return False
        self._n_heard += block.shape[1]
        peak = float(np.abs(block).max(initial=0.0))
        self._level_db = 20 * float(np.log10(max(peak, 10 ** (_SILENCE_DB / 20))))
        for hear in self._listeners:
            hear(block)
        return True

    def moment(self) -> Moment:
        """What is heard now."""
        self._worker.check()
        return self.at(self._playback.heard())

    def at(self, position: float) -> Moment:
        """What is heard at a position of the file."""
        return Moment(position, self._rows_at(position), self.arrival_s(position))

    def arrival_s(self, position: float) -> float | None:
        """Monotonic time at which a sample is heard."""
        now_s = time.monotonic()
        return now_s + (position - self._playback.heard(now_s)) / self.sample_rate

    def _rows_at(self, position: float) -> FloatArray:
        if self._activity is None:
            return np.zeros(0, dtype=np.float32)
        return self._activity.rows_at(position / self.sample_rate)

    @property
    def status(self) -> FeedStatus:
        """How the playback is doing."""
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
    def spectrum(self) -> FloatArray:
        """(n_rows,) float32: the activity of the bands."""
        return self._rows_at(self._playback.heard())

    def limit_flashes(self, look: FlashLook) -> None:
        """Hold the file's activity back."""
        # It takes seconds where much is to be held back: only the first time is waited for.
        if self._is_limited or self._whole is None:
            self._new_look = look
        else:
            self._is_limited, self._activity = True, limited(self._whole, look)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know of the activity."""
        return self._activity.warnings if self._activity is not None else ()

    @property
    def is_over(self) -> bool:
        """Whether the file has been heard."""
        return self._playback.is_over

    def pause(self, paused: bool) -> None:
        """Hold the sound, or let it go on."""
        if paused:
            self._playback.pause()
        else:
            self._playback.resume()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._worker.end()
        self._playback.__exit__(kind, error, trace)
