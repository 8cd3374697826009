"""Activity from live sound: the transform, bands and unit of `AudioDrive`, without any look ahead.

::

    blocks ─> StreamingStft ─> LogBands ─> OwnSound ─> AdaptiveGain or a fixed one ─> attack and release ─> activity
"""

from __future__ import annotations

import math
import statistics
import time
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from corticast.core.model.machine import ArrayChoice
from corticast.core.model.types import Float32Array, IntpArray, PlacedElectrodes
from corticast.dsp.assignment import rows_by
from corticast.dsp.backend import array_backend
from corticast.dsp.bands import LogBands
from corticast.dsp.gain import AdaptiveGain, OwnSound
from corticast.dsp.magnitudes import HOPS_PER_SEGMENT, BandMagnitudes, sound_stft
from corticast.dsp.stft import Stft, StreamingStft
from corticast.errors import DataError, OptionError

ChannelChoice = Literal["all", "mix"] | int

# 40 dB above full scale. A broken driver may give larger samples, whose square would overflow.
_HIGHEST_SAMPLE = np.float32(100)

# Activity below this is invisible. It becomes 0, since a decay alone never ends.
_LEAST_ACTIVITY = np.float32(1e-4)

_LEVEL_S = 0.05
_LEAST_LEVEL_DB = -120.0
_SPECTRUM_DB = 80.0
_MOST_GAIN_DB = 120.0

_WARM_UP_BLOCKS = 10
_TIMED_BLOCKS = 50


@dataclass(frozen=True)
class LiveDrive:
    """The way from live sound to activity.

    Parameters
    ----------
    bands : frequency bands
    assign : rule that assigns bands to electrodes, see `rows_by`
    attack_s, release_s : time constants of rise and fall; 0 follows at once
    gain_db : with 0, a full-scale sine in the middle of a band is full activity; None adapts to the sound
    channel : "all" averages the power of all channels, "mix" averages their samples; a number takes one, from 1
    array : array library; "auto" takes the faster one

    Raises
    ------
    OptionError : a parameter is out of range
    """

    bands: LogBands = field(default_factory=LogBands)
    assign: str = "height"
    attack_s: float = 0.01
    release_s: float = 0.15
    gain_db: float | None = None
    channel: ChannelChoice = "all"
    array: ArrayChoice = "auto"

    def __post_init__(self) -> None:
        for option, value in (("attack", self.attack_s), ("release", self.release_s)):
            if not 0 <= value < math.inf:
                raise OptionError(f"--{option} {value:g}: give seconds, 0 or more")
        _check_gain(self.gain_db)
        if self.channel not in ("all", "mix") and (not isinstance(self.channel, int) or self.channel < 1):
            raise OptionError(f"--channel {self.channel}: give all, mix, or a number from 1")


class LiveAnalyser:
    """Activity of bands from sound in blocks of any size. The size of the blocks does not change the result.

    One thread uses the analyser. Any thread may set `gain_db` and read `level_db`, `spectrum` and `n_columns`.

    Parameters
    ----------
    drive : how sound becomes activity
    sample_rate : samples per second
    n_channels : rows of every block

    Raises
    ------
    OptionError : unknown channel, or all bands lie above Nyquist
    DeviceError : the array library of the drive does not work
    """

    def __init__(self, drive: LiveDrive, sample_rate: int, n_channels: int) -> None:
        n_bands = drive.bands.n_below(sample_rate / 2)
        if not n_bands:
            raise OptionError(
                f"--bands: {sample_rate} samples per second hold nothing above {sample_rate / 2:g} Hz; give lower bands"
            )
        if not isinstance(drive.channel, str) and drive.channel > n_channels:
            raise OptionError(
                f"--channel {drive.channel}: the device has {n_channels} channels; give 1 to {n_channels}, or all"
            )
        self.drive = drive
        self.stft: Stft = sound_stft(sample_rate, choose_array(drive, sample_rate, n_channels))
        self.n_bands = n_bands
        self.n_columns = 0
        self.level_db = _LEAST_LEVEL_DB
        self.spectrum: Float32Array = np.zeros(n_bands, dtype=np.float32)
        self._n_channels = n_channels
        self._gain_db = drive.gain_db
        n_used = n_channels if drive.channel == "all" else 1
        self._streaming = StreamingStft(self.stft, n_used)
        self._magnitudes = BandMagnitudes(self.stft, drive.bands, n_used)
        self._full_scale = _full_scale(self.stft, drive.bands)
        column_rate_hz = self.stft.column_rate_hz
        self._own = OwnSound(drive.bands.edges_hz[: n_bands + 1], column_rate_hz, HOPS_PER_SEGMENT)
        self._gain = AdaptiveGain(n_bands, column_rate_hz)
        self._rise, self._fall = (_step(seconds, column_rate_hz) for seconds in (drive.attack_s, drive.release_s))
        self._activity = np.zeros(n_bands, dtype=np.float32)
        self._heard = np.zeros(max(1, round(_LEVEL_S * sample_rate)), dtype=np.float32)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings about the bands, one line each."""
        n_dropped = self.drive.bands.n - self.n_bands
        if not n_dropped:
            return ()
        nyquist_hz = self.stft.sample_rate / 2
        return (f"left out {n_dropped} of {self.drive.bands.n} bands, which lie above {nyquist_hz:g} Hz",)

    @property
    def gain_db(self) -> float | None:
        """The gain set by hand; None while the gain adapts."""
        return self._gain_db

    @gain_db.setter
    def gain_db(self, gain_db: float | None) -> None:
        _check_gain(gain_db)
        self._gain_db = gain_db

    def rows_of(self, electrodes: PlacedElectrodes) -> IntpArray:
        """(n_contacts,) intp, the band that each contact shows, -1 without a band; see `rows_by`."""
        return rows_by(self.drive.assign, electrodes, self.n_bands)

    def push(self, samples: npt.ArrayLike) -> Float32Array:
        """Take in samples.

        Parameters
        ----------
        samples : (n_channels, n) real, full scale ±1, n may be 0; NaN counts as 0

        Returns
        -------
        (n_bands, n_new) float32: activity 0..1 of the columns that are now complete, half a segment after their sound

        Raises
        ------
        DataError : the block has another number of channels
        """
        block = self._sound(samples)
        self._measure_level(block)
        hop_length = self.stft.hop_length
        columns = []
        # Each hop completes at most one column: transforms of several columns at a time round differently.
        for first in range(0, block.shape[1], hop_length):
            spectra = self._streaming.push(block[:, first : first + hop_length])
            if spectra.shape[2]:
                columns.append(self._column(self.stft.backend.to_host(self._magnitudes(spectra))[:, 0]))
        self.n_columns += len(columns)
        return np.stack(columns, axis=1) if columns else np.zeros((self.n_bands, 0), dtype=np.float32)

    def _sound(self, samples: npt.ArrayLike) -> Float32Array:
        """(n_used, n) float32: the channels to analyse, all values finite."""
        block = np.asarray(samples, dtype=np.float32)
        if block.ndim != 2 or len(block) != self._n_channels:
            raise DataError(f"a block has shape {block.shape}; give ({self._n_channels}, n)")
        if not isinstance(self.drive.channel, str):
            block = block[self.drive.channel - 1 : self.drive.channel]
        if not (np.abs(block) <= _HIGHEST_SAMPLE).all():
            block = np.clip(np.nan_to_num(block, nan=0.0), -_HIGHEST_SAMPLE, _HIGHEST_SAMPLE)
        return block.mean(axis=0, keepdims=True) if self.drive.channel == "mix" else block

    def _measure_level(self, block: Float32Array) -> None:
        length = len(self._heard)
        self._heard = np.concatenate([self._heard, np.abs(block[:, -length:]).max(axis=0)])[-length:]
        self.level_db = 20 * math.log10(max(float(self._heard.max()), 10 ** (_LEAST_LEVEL_DB / 20)))

    def _column(self, magnitudes: Float32Array) -> Float32Array:
        """(n_bands,) activity of the next column."""
        faintest = np.float32(10 ** (-_SPECTRUM_DB / 20))
        self.spectrum = np.minimum(
            1 + 20 / _SPECTRUM_DB * np.log10(np.maximum(magnitudes / self._full_scale, faintest)), np.float32(1)
        )
        gain_db = self._gain_db
        fixed = None if gain_db is None else self._full_scale * np.float32(10 ** (-gain_db / 20))
        shown, own, held = self._own.push(magnitudes)
        wanted = np.minimum(shown / self._gain.push(own, held, fixed), np.float32(1))
        step = np.where(wanted > self._activity, self._rise, self._fall)
        activity = self._activity + step * (wanted - self._activity)
        activity[activity < _LEAST_ACTIVITY] = 0
        self._activity = activity
        return activity


def choose_array(drive: LiveDrive, sample_rate: int, n_channels: int) -> ArrayChoice:
    """Choose the array library: the one the drive names, or for "auto" the one that is faster for a block.

    Raises
    ------
    DeviceError : the drive asks for CuPy, but CuPy does not work
    """
    if array_backend(drive.array).name == "numpy":
        return "numpy"
    if drive.array == "cupy":
        return "cupy"
    return min(("cupy", "numpy"), key=lambda array: _block_s(replace(drive, array=array), sample_rate, n_channels))


def _block_s(drive: LiveDrive, sample_rate: int, n_channels: int) -> float:
    """Median time in seconds to analyse a block of one hop, after compilation."""
    analyser = LiveAnalyser(drive, sample_rate, n_channels)
    noise = np.random.default_rng(0).uniform(-1, 1, (n_channels, analyser.stft.hop_length)).astype(np.float32)
    times_s = []
    for _ in range(_WARM_UP_BLOCKS + _TIMED_BLOCKS):
        start_s = time.perf_counter()
        analyser.push(noise)
        times_s.append(time.perf_counter() - start_s)
    return statistics.median(times_s[_WARM_UP_BLOCKS:])


def _full_scale(stft: Stft, bands: LogBands) -> Float32Array:
    """(n_bands,) float32: the magnitude of a full-scale sine in the middle of each band."""
    n_bands = bands.n_below(stft.sample_rate / 2)
    edges_hz = bands.edges_hz[: n_bands + 1]
    times_s = np.arange(stft.n_fft) / stft.sample_rate
    tones = np.sin(2 * np.pi * np.sqrt(edges_hz[1:] * edges_hz[:-1])[:, None] * times_s)
    # The middle column of the tones.
    spectra = stft(tones)[:, :, HOPS_PER_SEGMENT // 2]
    magnitudes = stft.backend.to_host(BandMagnitudes(stft, bands, 1)(spectra.T[None]))
    return np.ascontiguousarray(np.diagonal(magnitudes), dtype=np.float32)


def _step(seconds: float, column_rate_hz: float) -> np.float32:
    """Share of the remaining distance that a one-pole envelope covers in one column."""
    return np.float32(-math.expm1(-1 / (seconds * column_rate_hz))) if seconds else np.float32(1)


def _check_gain(gain_db: float | None) -> None:
    if gain_db is not None and not abs(gain_db) <= _MOST_GAIN_DB:
        raise OptionError(f"--gain {gain_db}: give dB between {-_MOST_GAIN_DB:g} and {_MOST_GAIN_DB:g}, or auto")
