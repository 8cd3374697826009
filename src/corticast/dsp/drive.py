"""Drives: what makes electrodes move. Bands, assignment, smoothing, scale, each a part that can be replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from corticast.core.types import Activity, AudioSource, PlacedElectrodes
from corticast.dsp.assignment import rows_by
from corticast.dsp.backend import ArrayChoice
from corticast.dsp.bands import LogBands
from corticast.dsp.magnitudes import SKIRTS, BandMagnitudes, sound_stft
from corticast.dsp.scaling import GAUSSIAN_REACH, ScaleRule, gaussian_sigma_s, scaled, smoothed, without_spill
from corticast.dsp.stft import Stft, StreamingStft
from corticast.errors import DataError, OptionError

# Slower than this, activity would hardly move in a film, and the filter would be longer than the sound.
_LEAST_SMOOTHING_HZ = 0.01

# Samples of all channels that are analysed at a time: spectra that stay in a core's cache, and that memory is at hand
# for (the system is asked for that of larger ones each time, which doubles the analysis' time), or that fill a GPU.
_BLOCK_SAMPLES = {"numpy": 1 << 14, "cupy": 1 << 21}


@dataclass(frozen=True, eq=False)
class AudioDrive:
    """Activity from sound: each electrode follows the magnitude of a frequency band.

    The whole sound is analysed and scaled, so that an excerpt looks like that part of the whole film. The power of
    channels is averaged, not their samples, so that what is out of phase between them is not lost.

    Parameters
    ----------
    audio : sound, read once in blocks
    bands : frequency bands
    assign : which electrodes show which band, see `rows_by`
    smoothing_hz : -3 dB point of the zero-phase smoothing
    scale : what activity 1 is: "band", "global" or "electrode", see `scaled`
    array : where it is computed

    Raises
    ------
    OptionError : a parameter cannot be used
    """

    audio: AudioSource
    bands: LogBands = field(default_factory=LogBands)
    assign: str = "height"
    smoothing_hz: float = 5.0
    scale: ScaleRule = "band"
    array: ArrayChoice = "auto"

    def __post_init__(self) -> None:
        if not _LEAST_SMOOTHING_HZ <= self.smoothing_hz < float("inf"):
            raise OptionError(f"--smoothing-hz {self.smoothing_hz:g}: give {_LEAST_SMOOTHING_HZ:g} Hz or more")
        if self.scale not in ("band", "global", "electrode"):
            raise OptionError(f"--scale {self.scale}: give band, global or electrode")
        if not self.bands.n_below(self.audio.sample_rate / 2):
            raise OptionError(
                f"--bands: {self.audio.name} has {self.audio.sample_rate} samples per second and holds nothing above "
                f"{self.audio.sample_rate / 2:g} Hz; give lower bands"
            )

    @cached_property
    def stft(self) -> Stft:
        """The transform, its segment of about 46 ms a length whose Fourier transform is fast."""
        return sound_stft(self.audio.sample_rate, self.array)

    @property
    def magnitudes(self) -> npt.NDArray[np.float32]:
        """(n_bands, n_columns) float32: mean magnitude in each band, 1 for a sine of full scale in a single bin."""
        return self._analysis[0]

    @cached_property
    def _analysis(self) -> tuple[npt.NDArray[np.float32], float]:
        """Magnitudes, and the sound's highest sample."""
        stft = self.stft
        backend = stft.backend
        streaming = StreamingStft(stft, self.audio.n_channels)
        magnitudes_of = BandMagnitudes(stft, self.bands, self.audio.n_channels)
        peak = 0.0
        parts = []
        for block in self.audio.blocks(max(1, _BLOCK_SAMPLES[backend.name] // self.audio.n_channels)):
            peak = max(peak, float(block.max()), -float(block.min()))
            parts.append(magnitudes_of(streaming.push(block)))
        parts.append(magnitudes_of(streaming.flush()))
        magnitudes = backend.to_host(backend.xp.concatenate(parts, axis=1))
        if not magnitudes.shape[1]:
            raise DataError(f"{self.audio.name}: a sound without samples; give one that holds some")
        return magnitudes, peak

    def activity(self, electrodes: PlacedElectrodes) -> Activity:
        """Activity of each row of the electrode table.

        Raises
        ------
        DataError : the sound has no samples
        OptionError : the table has no column of the assignment's name
        """
        magnitudes, peak = self._analysis
        stft = self.stft
        rows_of = rows_by(self.assign, electrodes, len(magnitudes))
        rows = smoothed(magnitudes, stft.column_rate_hz, self.smoothing_hz)
        edges_hz = self.bands.edges_hz[: len(rows) + 1]
        # How long a moment is in the magnitudes, as the standard deviation of a Gaussian, and how long the smoothing.
        moment_s = float(stft.window_samples.sum()) / stft.sample_rate / np.sqrt(2 * np.pi)
        sigma_s = gaussian_sigma_s(self.smoothing_hz)
        reach_s = stft.n_fft / stft.sample_rate / 2 + GAUSSIAN_REACH * sigma_s
        own = without_spill(
            rows,
            magnitudes,
            edges_hz,
            reach=int(np.ceil(reach_s * stft.column_rate_hz)),
            share=moment_s / np.hypot(moment_s, sigma_s),
        )
        values = scaled(rows, own, self.scale, faintest=peak * SKIRTS)
        warnings = []
        n_dropped = self.bands.n - len(rows)
        if n_dropped:
            nyquist_hz = stft.sample_rate / 2
            warnings.append(
                f"{self.audio.name}: {n_dropped} of {self.bands.n} bands lie above {nyquist_hz:g} Hz: left out"
            )
        if peak == 0:
            warnings.append(f"{self.audio.name}: silent; the electrodes rest")
        elif not values.any():
            low, high = edges_hz[[0, -1]]
            warnings.append(f"{self.audio.name}: nothing between {low:g} and {high:g} Hz; the electrodes rest")
        return Activity(values, stft.column_rate_hz, rows_of, warnings=tuple(warnings))


@dataclass(frozen=True, eq=False)
class ArrayDrive:
    """Activity that is given.

    Parameters
    ----------
    values : (n_channels, n_samples) real; 0 is rest and `full_scale` full activity; values below 0 make it signed,
        from -full_scale to full_scale on a diverging colour map
    sample_rate : samples per second
    names : of the channels; an electrode shows the channel of its name
    start_s : time of the first sample
    full_scale : value that is drawn as full activity

    Raises
    ------
    DataError : shapes do not fit
    """

    values: npt.ArrayLike
    sample_rate: float
    names: Sequence[str]
    start_s: float = 0.0
    full_scale: float = 1.0

    def __post_init__(self) -> None:
        values, names = np.asarray(self.values), list(self.names)
        if values.ndim != 2 or len(values) != len(names) or values.shape[1] < 1:
            raise DataError(f"values have shape {values.shape}, but {len(names)} names; give (n_channels, n_samples)")
        if values.dtype.kind not in "fiub":
            raise DataError(f"values have type {values.dtype}; give real numbers")
        twice = next((name for number, name in enumerate(names) if name in names[:number]), None)
        if twice is not None:
            raise DataError(f"two channels have the name {twice}; give each its own")
        if not self.sample_rate > 0:
            raise DataError(f"sample_rate={self.sample_rate} is not above 0")
        if not self.full_scale > 0:
            raise DataError(f"full_scale={self.full_scale} is not above 0")

    def activity(self, electrodes: PlacedElectrodes) -> Activity:
        """Activity of each row of the electrode table.

        Raises
        ------
        DataError : no electrode has a channel
        """
        values = np.asarray(self.values, dtype=np.float32) / np.float32(self.full_scale)
        warnings = []
        missing = ~np.isfinite(values)
        if missing.any():
            warnings.append(f"{int(missing.sum())} values of the activity are not finite, and are drawn as rest")
            values[missing] = 0.0
        signed = bool((values < 0).any())
        beyond = float(np.abs(values).max())
        if beyond > 1:
            warnings.append(
                f"activity reaches {beyond * self.full_scale:g} and is drawn as full above {self.full_scale:g}; "
                "full_scale sets another limit"
            )
            np.clip(values, -1.0, 1.0, out=values)
        row_of_name = {str(name): row for row, name in enumerate(self.names)}
        rows_of = np.array([row_of_name.get(name, -1) for name in electrodes.table.names], dtype=np.intp)
        if (rows_of < 0).all():
            raise DataError(
                f"no electrode has the name of a channel (electrodes: {electrodes.table.names[0]}, ...; "
                f"channels: {next(iter(row_of_name), 'none')}, ...); give names as the table has them"
            )
        without = [name for name in electrodes.table.names if name not in row_of_name]
        if without:
            warnings.append(f"{len(without)} of {len(rows_of)} electrodes have no channel, and rest: {_some(without)}")
        unused = [name for name in row_of_name if name not in set(electrodes.table.names)]
        if unused:
            warnings.append(f"{len(unused)} of {len(row_of_name)} channels belong to no electrode: {_some(unused)}")
        return Activity(values, self.sample_rate, rows_of, self.start_s, signed, tuple(warnings))


def _some(names: Sequence[str]) -> str:
    """The first few names."""
    return ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
