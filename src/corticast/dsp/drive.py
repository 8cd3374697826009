"""Drives turn sound or arrays into electrode activity: bands, assignment, smoothing and scale are separate parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from corticast.core.arguments import (
    check_array,
    check_choice,
    check_kind,
    check_names,
    check_real,
    check_switch,
    check_text,
    check_unique,
    named_arguments,
    short_repr,
)
from corticast.core.model.machine import ArrayChoice
from corticast.core.model.subject_names import full_names
from corticast.core.model.types import (
    Activity,
    AudioSource,
    Float32Array,
    Measured,
    PlacedElectrodes,
    check_audio,
    check_placed,
)
from corticast.dsp.assignment import ASSIGNMENTS, order_words, rows_by
from corticast.dsp.bands import LogBands
from corticast.dsp.channels import activity_of_channels, check_start_and_scale, matched
from corticast.dsp.full_scale import bits_beyond, shown_and_good, values_beyond
from corticast.dsp.in_time import InTime, lead_of_window_s
from corticast.dsp.magnitudes import SKIRTS, BandMagnitudes, sound_stft
from corticast.dsp.methods import SCALE_WORDS, methods_of_sound
from corticast.dsp.recorded_pairs import pairs_matched, recorded_pairs
from corticast.dsp.scaling import (
    GAUSSIAN_REACH,
    ScaleRule,
    SmoothingRule,
    check_rule,
    check_smoothing,
    gaussian_sigma_s,
    over_levels,
    smoothed,
    without_spill,
)
from corticast.dsp.stft import Stft, StreamingStft
from corticast.errors import DataError, OptionError

# Samples of all channels that are analysed at a time. On a CPU, the spectra fit the cache of a core and memory that the
# process already holds: the system would map larger ones anew each time, which doubles the time. On a GPU they fill it.
_BLOCK_SAMPLES = {"numpy": 1 << 14, "cupy": 1 << 21}
# Units of changes from a baseline, which have a sign even where all values of a table are positive.
_SIGNED_UNITS = ("z", "dB", "%")


@named_arguments
@dataclass(frozen=True, eq=False)
class AudioDrive:
    """Activity from sound: each electrode follows the magnitude of a frequency band.

    The drive analyses and scales the whole sound, so an excerpt looks like that part of the whole film. It averages
    the power of all channels rather than their samples, so sound in opposite phase does not cancel.

    Parameters
    ----------
    audio : sound, read once in blocks
    bands : frequency bands
    assign : rule that assigns bands to electrodes, see `rows_by`
    smoothing_hz : -3 dB point of the smoothing; None leaves the smoothing out
    smoothing : "zero-phase" (shows sound early, 53 ms at 5 Hz) or "causal" (late, 41 ms at 5 Hz)
    scale : meaning of activity 1: "band", "global" or "electrode", see `over_levels`
    array : array library: "auto", "cupy" or "numpy"

    Raises
    ------
    OptionError : a parameter is out of range, or the sound has no frequency in any band
    """

    audio: AudioSource
    bands: LogBands = field(default_factory=LogBands)
    assign: str = "height"
    smoothing_hz: float | None = 5.0
    smoothing: SmoothingRule = "zero-phase"
    scale: ScaleRule = "band"
    array: ArrayChoice = "auto"

    __repr__ = short_repr

    def __post_init__(self) -> None:
        check_audio(self.audio)
        check_kind("--bands", self.bands, LogBands, "LogBands, such as LogBands(400, 6000, 10)")
        check_text("--assign", self.assign, ASSIGNMENTS)
        if self.smoothing_hz is not None:
            check_smoothing(self.smoothing_hz)
        check_rule(self.smoothing)
        check_choice("--scale", self.scale, get_args(ScaleRule))
        check_choice("--array", self.array, get_args(ArrayChoice))
        if not self.bands.n_below(self.audio.sample_rate / 2):
            raise OptionError(
                f"--bands: {self.audio.name} has {self.audio.sample_rate} samples per second and holds nothing above "
                f"{self.audio.sample_rate / 2:g} Hz; give lower bands"
            )

    def __getstate__(self) -> dict[str, Any]:
        # The transform holds a module; a copy makes its own.
        return {name: value for name, value in vars(self).items() if name != "stft"}

    @cached_property
    def stft(self) -> Stft:
        """The transform. Its segments last about 46 ms; their length has a fast Fourier transform."""
        return sound_stft(self.audio.sample_rate, self.array)

    @property
    def _in_time(self) -> InTime:
        lead_s = lead_of_window_s(self.stft, self.smoothing_hz if self.smoothing == "zero-phase" else None)
        return InTime(self.smoothing_hz, self.smoothing, lead_s, "window", "the sound")

    @property
    def magnitudes(self) -> Float32Array:
        """(n_bands, n_columns) float32: mean magnitude of each band; a full-scale sine in one bin has 1."""
        return self._analysis[0]

    @cached_property
    def _analysis(self) -> tuple[Float32Array, float]:
        """Magnitudes, and the largest sample of the sound."""
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
        OptionError : the table has no column of the name that `assign` gives
        """
        check_placed(electrodes)
        magnitudes, peak = self._analysis
        stft = self.stft
        rows_of = rows_by(self.assign, electrodes, len(magnitudes))
        rows = smoothed(magnitudes, stft.column_rate_hz, self.smoothing_hz, self.smoothing)
        edges_hz = self.bands.edges_hz[: len(rows) + 1]
        # Duration of a moment in the magnitudes, and of the smoothing, as standard deviations of Gaussians.
        moment_s = float(stft.window_samples.sum()) / stft.sample_rate / np.sqrt(2 * np.pi)
        sigma_s = 0.0 if self.smoothing_hz is None else gaussian_sigma_s(self.smoothing_hz)
        reach_s = stft.n_fft / stft.sample_rate / 2 + GAUSSIAN_REACH * sigma_s
        own = without_spill(
            rows,
            magnitudes,
            edges_hz,
            reach=int(np.ceil(reach_s * stft.column_rate_hz)),
            share=moment_s / np.hypot(moment_s, sigma_s),
        )
        values = over_levels(rows, own, self.scale, faintest=peak * SKIRTS)
        n_clipped, n_values = values_beyond(values, rows_of, shown_and_good(electrodes))
        beyond = bits_beyond(values)
        np.minimum(values, np.float32(1), out=values)
        in_time = self._in_time
        warnings = []
        n_dropped = self.bands.n - len(rows)
        if n_dropped:
            nyquist_hz = stft.sample_rate / 2
            warnings.append(
                f"{self.audio.name}: left out {n_dropped} of {self.bands.n} bands, which lie above {nyquist_hz:g} Hz"
            )
        if peak == 0:
            warnings.append(f"{self.audio.name}: silent; the electrodes rest")
        elif not values.any():
            low, high = edges_hz[[0, -1]]
            warnings.append(f"{self.audio.name}: nothing between {low:g} and {high:g} Hz; the electrodes rest")
        return Activity(
            values,
            Fraction(stft.sample_rate) / stft.hop_length,
            rows_of,
            warnings=tuple(warnings),
            quantity="sound level",
            measured=Measured(
                "sound",
                (float(edges_hz[0]), float(edges_hz[-1])),
                smoothing=in_time.words,
                smoothing_short=in_time.short_words,
                scale=SCALE_WORDS[self.scale],
                order=order_words(self.assign, in_picture=electrodes.in_picture),
                methods=methods_of_sound(self.audio, edges_hz, stft.n_fft, self.scale, in_time),
            ),
            n_clipped=n_clipped,
            n_values=n_values,
            beyond=beyond,
        )


@named_arguments
@dataclass(frozen=True, eq=False)
class ArrayDrive:
    """Activity from an array.

    Parameters
    ----------
    values : (n_channels, n_samples) real; 0 is rest, `full_scale` is full activity
    sample_rate : samples per second
    names : of the channels; an electrode shows the channel with its name, see `match_names`, and is hollow without one.
        None if the channels follow the order of the table's rows.
    start_s : time of the first sample
    full_scale : value that is drawn as full activity; None chooses one for all channels, see `full_scale_of`
    quantity : name of the values, for the colour bar
    rests_outside : whether activity is 0 before the first and after the last sample; else these samples last
    name : file that holds the values, for messages
    unit : of the values, for the colour bar, such as "µV", "dB" or "%"
    signed : whether values have a sign, from -full_scale to full_scale on a diverging colour map. None decides: values
        in z, dB or % have a sign, and so do arrays with a negative value.
    warnings : warnings about the file that holds the values, one line each

    Raises
    ------
    DataError : the shapes do not fit, the values are not real, a name occurs twice, or a number is not above 0
    """

    values: npt.ArrayLike
    sample_rate: Fraction | float
    names: Sequence[str] | None
    start_s: Fraction | float = 0.0
    full_scale: float | None = 1.0
    quantity: str = "activity"
    rests_outside: bool = False
    name: str = ""
    unit: str = ""
    signed: bool | None = None
    warnings: tuple[str, ...] = ()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        want = "real numbers of shape (n_channels, n_samples)"
        values = check_array("values", self.values, want, n_axes=(2,))
        if self.names is not None:
            check_names("names", self.names, len(values), f"one name for each of the {len(values)} rows of values")
            check_unique("names", self.names)
        check_real("sample_rate", self.sample_rate, "samples per second, above 0", above=0)
        check_start_and_scale(self.start_s, self.full_scale)
        check_text("quantity", self.quantity, "the name of the values, for the colour bar")
        check_switch("rests_outside", self.rests_outside)
        check_text("name", self.name, "a name for messages")
        check_text("unit", self.unit, "the unit of the values, for the colour bar")
        if self.signed is not None:
            check_switch("signed", self.signed)
        if self.signed is False and (values < 0).any():
            raise DataError("signed False: some values are negative; leave signed out")

    def activity(self, electrodes: PlacedElectrodes) -> Activity:
        """Activity of each row of the electrode table, or of each pair where the channels are pairs.

        Raises
        ------
        DataError : no electrode has a channel
        """
        check_placed(electrodes)
        values = np.asarray(self.values)
        names = None if self.names is None else full_names(tuple(map(str, self.names)), electrodes.table, self.name)
        recorded = recorded_pairs(names, electrodes.table.names) if names is not None else {}
        pairs = None
        if recorded and names is not None:
            electrodes, found, pairs = pairs_matched(electrodes, names, recorded)
        else:
            found = matched(electrodes, names, len(values), source=self.name)
        shown = activity_of_channels(
            values,
            self.sample_rate,
            electrodes,
            found,
            start_s=self.start_s,
            full_scale=self.full_scale,
            quantity=self.quantity,
            unit=self.unit,
            signed=True if self.signed is None and self.unit in _SIGNED_UNITS else self.signed,
            rests_outside=self.rests_outside,
            warnings=self.warnings,
        )
        measured = Measured("table", reference="bipolar" if recorded else "", name=Path(self.name).name)
        return replace(shown, measured=measured, pairs=pairs)
