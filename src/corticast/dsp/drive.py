"""Drives: what makes electrodes move. Bands, assignment, smoothing, scale, each a part that can be replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.types import Activity, AudioSource, PlacedElectrodes
from corticast.dsp.assignment import rows_by
from corticast.dsp.backend import ArrayChoice
from corticast.dsp.bands import LogBands
from corticast.dsp.scaling import ScaleRule, is_silent, scaled, smoothed, unmasked
from corticast.dsp.stft import Stft, StreamingStft
from corticast.errors import DataError, OptionError

# A segment lasts as long as 2048 samples at 44.1 kHz, whatever the sample rate: its length decides how well tones
# and moments are told apart.
_SEGMENT_S = 2048 / 44100
_HOPS_PER_SEGMENT = 4


@dataclass(frozen=True, eq=False)
class AudioDrive:
    """Activity from sound: each electrode follows the magnitude of a frequency band.

    The whole sound is analysed and scaled, so that an excerpt looks like that part of the whole film. Channels
    are averaged by magnitude, so that what is out of phase between them is not lost.

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
        if not self.smoothing_hz > 0:
            raise OptionError(f"--smoothing-hz {self.smoothing_hz:g}: give a frequency above 0")
        if self.scale not in ("band", "global", "electrode"):
            raise OptionError(f"--scale {self.scale}: give band, global or electrode")
        if not self.bands.n_below(self.audio.sample_rate / 2):
            raise OptionError(
                f"--bands: {self.audio.name} has {self.audio.sample_rate} samples per second and holds nothing above "
                f"{self.audio.sample_rate / 2:g} Hz; give lower bands"
            )

    @cached_property
    def stft(self) -> Stft:
        """The transform, its segment a power of two of about 46 ms."""
        exponent = round(np.log2(self.audio.sample_rate * _SEGMENT_S))
        n_fft = 2 ** max(int(exponent), 4)
        return Stft(self.audio.sample_rate, n_fft, n_fft // _HOPS_PER_SEGMENT, array=self.array)

    @cached_property
    def magnitudes(self) -> npt.NDArray[np.float32]:
        """(n_bands, n_columns) float32: mean magnitude in each band, 1 for a sine of full scale in a single bin."""
        stft = self.stft
        xp = stft.backend.xp
        streaming = StreamingStft(stft, self.audio.n_channels)
        # The magnitude of a full-scale sine is half the window's sum.
        unit = 2.0 / float(stft.window_samples.sum())
        weights = xp.asarray(self.bands.weights(stft.sample_rate, stft.n_fft)) * xp.float32(unit)
        parts = []
        for block in self.audio.blocks():
            parts.append(_band_magnitudes(streaming.push(block), weights, xp))
        parts.append(_band_magnitudes(streaming.flush(), weights, xp))
        return stft.backend.to_host(xp.concatenate(parts, axis=1))

    def activity(self, electrodes: PlacedElectrodes) -> Activity:
        """Activity of each row of the electrode table.

        Raises
        ------
        OptionError : the table has no column of the assignment's name
        """
        rate_hz = self.stft.column_rate_hz
        rows = unmasked(smoothed(self.magnitudes, rate_hz, self.smoothing_hz))
        rows_of = rows_by(self.assign, electrodes, len(rows))
        warnings = []
        n_dropped = self.bands.n - len(rows)
        if n_dropped:
            nyquist_hz = self.audio.sample_rate / 2
            warnings.append(
                f"{self.audio.name}: {n_dropped} of {self.bands.n} bands lie above {nyquist_hz:g} Hz: left out"
            )
        if is_silent(self.magnitudes):
            warnings.append(f"{self.audio.name}: silent; the electrodes rest")
        return Activity(scaled(rows, self.scale), rate_hz, rows_of, warnings=tuple(warnings))


def _band_magnitudes(spectra: Any, weights: Any, xp: Any) -> Any:
    """(n_bands, n_columns) mean magnitudes of (n_channels, n_freqs, n_columns) spectra, averaged over channels."""
    return weights @ xp.abs(spectra).mean(axis=0)


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
        shape = np.shape(self.values)
        if len(shape) != 2 or shape[0] != len(self.names) or shape[1] < 1:
            raise DataError(f"values have shape {shape}, but {len(self.names)} names; give (n_channels, n_samples)")
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
        values = np.array(self.values, dtype=np.float32)
        warnings = []
        missing = ~np.isfinite(values)
        if missing.any():
            warnings.append(f"{int(missing.sum())} values of the activity are not finite, and are drawn as rest")
            values[missing] = 0.0
        values /= np.float32(self.full_scale)
        beyond = float(np.abs(values).max())
        if beyond > 1:
            warnings.append(
                f"activity reaches {beyond * self.full_scale:g} and is drawn as full above {self.full_scale:g}; "
                "full_scale sets another limit"
            )
        row_of_name = {str(name): row for row, name in enumerate(self.names)}
        rows_of = np.array([row_of_name.get(name, -1) for name in electrodes.table.names], dtype=np.intp)
        if (rows_of < 0).all():
            raise DataError(
                f"no electrode has the name of a channel (electrodes: {electrodes.table.names[0]}, ...; "
                f"channels: {next(iter(row_of_name), 'none')}, ...); give names as the table has them"
            )
        n_without = int((rows_of < 0).sum())
        if n_without:
            warnings.append(f"{n_without} of {len(rows_of)} electrodes have no channel, and rest")
        unused = [name for name in row_of_name if name not in set(electrodes.table.names)]
        if unused:
            warnings.append(f"{len(unused)} channels belong to no electrode: {', '.join(unused[:5])}")
        signed = bool((values < 0).any())
        clipped = np.clip(values, -1.0, 1.0)
        return Activity(clipped, self.sample_rate, rows_of, self.start_s, signed, tuple(warnings))
