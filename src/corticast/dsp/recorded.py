"""Drives from recordings: their high gamma, the amplitude of a band, or their voltage."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import numpy as np

from corticast.core.arguments import check_kind, check_range, check_whole, named_arguments, short_repr
from corticast.core.model.recording import Recording
from corticast.core.model.types import Activity, BoolArray, Float32Array, Measured, PlacedElectrodes, check_placed
from corticast.core.timing import exact
from corticast.dsp.baseline import is_left_out, z_scored
from corticast.dsp.channels import Matched, activity_of_channels, check_start_and_scale
from corticast.dsp.contacts_alone import contacts_alone, resampled_warnings, with_fitting_channels
from corticast.dsp.faults import with_bad_found
from corticast.dsp.high_gamma import (
    SMOOTHERS,
    HighGamma,
    amplitude_name,
    analytic_amplitude,
    band_name,
    check_band,
    column_step,
    columns_of,
    filter_reach_s,
    highest_hz,
    long_pieces,
)
from corticast.dsp.in_time import InTime, lead_of_band_s
from corticast.dsp.line import LineRule, check_line, harmonics_hz, line_frequency_hz
from corticast.dsp.methods import methods_of_amplitude, methods_of_band, methods_of_voltage
from corticast.dsp.pieces import bad_warnings, columns_within, uncounted_columns, whole_columns
from corticast.dsp.reference import ReferenceRule, check_reference, without_bad
from corticast.dsp.referenced import Referencing, shown_channels
from corticast.dsp.scaling import SmoothingRule, check_rule, check_smoothing
from corticast.errors import DataError, OptionError

# Recordings hold volts; pictures show microvolts.
_MICRO = 1e6
_MOST_BYTES = 2**31


@named_arguments
@dataclass(frozen=True, eq=False)
class HighGammaDrive:
    """Activity from a recording: the z-scored envelope of high gamma or of another band, or its amplitude.

    `corticast.dsp.high_gamma` explains the steps.

    The drive analyses the whole recording, so an excerpt looks like that part of the whole film. It leaves out channels
    that the recording or the electrode table marks bad, channels with NaN, infinite or impossible values, and flat
    channels. The electrodes of these channels are hollow.

    Parameters
    ----------
    recording : recording whose channels have the electrodes' names, see `match_names`
    reference : "kind" (average within grids and strips, and within depth contacts), "group" (average within each shaft
        or grid), "average" (of the good channels with electrodes), "bipolar" (pairs of neighbours, at their midpoints)
        or "none"
    line_hz : power-line frequency to remove, above 0; "auto" finds the frequency in the spectrum, None removes nothing
    high_gamma : lowest and highest frequency in Hz
    baseline : first and last second of the z-score's baseline; None takes the median of the whole recording, see
        `z_scored`; "none" shows no z-score but the amplitude of the whole band, in µV if the unit is known (values of
        another `amplitude` of `steps` stay unchanged and have no unit)
    smoothing_hz : -3 dB point of the smoothing; None leaves the smoothing out
    smoothing : "zero-phase" (shows activity early, 53 ms at 5 Hz; with the filters of high gamma 154 ms) or "causal"
        (late, 41 ms at 5 Hz; the filters of the bands stay symmetric)
    band : another band than high gamma, lowest and highest frequency in Hz, instead of `high_gamma`
    start_s : time of the first sample
    full_scale : z-score or amplitude that is drawn as full activity; None chooses one, see `full_scale_of`
    steps : the functions of the analysis; the parameters given here replace their numbers
    threads : number of threads that analyse channels

    Raises
    ------
    OptionError : a parameter is out of range
    DataError : the recording cannot hold these frequencies, or the columns would take more than 2 GiB of memory
    """

    recording: Recording
    reference: ReferenceRule = "kind"
    line_hz: LineRule = "auto"
    high_gamma: tuple[float, float] = (70.0, 150.0)
    baseline: tuple[float, float] | Literal["none"] | None = None
    smoothing_hz: float | None = 5.0
    smoothing: SmoothingRule = "zero-phase"
    band: tuple[float, float] | None = None
    start_s: Fraction | float = 0.0
    full_scale: float | None = None
    steps: HighGamma = field(default_factory=HighGamma)
    threads: int = 1

    __repr__ = short_repr

    def __post_init__(self) -> None:
        _check_recording(self.recording)
        if self.smoothing_hz is not None:
            check_smoothing(self.smoothing_hz)
        check_rule(self.smoothing)
        check_reference(self.reference)
        check_line(self.line_hz)
        check_range("--high-gamma", self.high_gamma, "LO,HI in Hz, such as 70,150", low=0, above=True)
        check_start_and_scale(self.start_s, self.full_scale)
        check_kind("steps", self.steps, HighGamma, "a HighGamma")
        check_whole("threads", self.threads, "a number of threads, 1 or more", low=1)
        if self.band is not None:
            check_range("--band", self.band, "LO,HI in Hz, such as 8,13", low=0, above=True)
        check_band(self.recording, self._band, "--high-gamma" if self.band is None else "--band")
        if self.baseline is not None and not is_left_out(self.baseline):
            want = "START,END in seconds of the recording, such as 0,10, or none"
            check_range("--baseline", self.baseline, want, low=0)
        steps = self._steps
        _check_memory(self.recording, steps.samples_per_column(self.recording.sample_rate))
        if self._baseline_s is not None:
            first, last = self._baseline_s
            rate = steps.band_rate_hz(self.recording.sample_rate)
            if not 0 <= first < last <= self.recording.duration_s + 0.5 / rate or (last - first) * rate < 2:
                raise OptionError(
                    f"--baseline {first:g},{last:g}: {self.recording.name} lasts from 0 to "
                    f"{self.recording.duration_s:g} s; give a START,END within this time"
                )

    @property
    def _baseline_s(self) -> tuple[float, float] | None:
        """First and last second of the baseline; None without seconds."""
        return None if isinstance(self.baseline, str) else self.baseline

    @property
    def _is_amplitude(self) -> bool:
        return isinstance(self.baseline, str)

    @property
    def _steps(self) -> HighGamma:
        """The steps with the parameters of this drive, except the line frequencies.

        Raises
        ------
        OptionError : a step was replaced that the baseline leaves out
        """
        smooth = SMOOTHERS["causal"] if self.smoothing == "causal" else self.steps.smooth
        return replace(
            self.steps,
            band_hz=self._band,
            baseline_s=self.baseline,
            smoothing_hz=self.smoothing_hz,
            smooth=smooth,
        )

    @cached_property
    def _checked(self) -> Recording:
        return with_bad_found(with_fitting_channels(self.recording, highest_hz(self._band)))

    def _of_contacts(self, electrodes: PlacedElectrodes) -> HighGammaDrive:
        """The drive of the recording's contacts alone, where other channels have another rate."""
        names = electrodes.table.names
        if names not in self._drives:
            kept = contacts_alone(self.recording, electrodes.table)
            self._drives[names] = self if kept is self.recording else replace(self, recording=kept)
        return self._drives[names]

    @cached_property
    def _drives(self) -> dict[tuple[str, ...], HighGammaDrive]:
        """Drives by the names of contacts, so that a recording is analysed once for each table."""
        return {}

    @cached_property
    def line_found_hz(self) -> float | None:
        """Power-line frequency that is removed; None if nothing is removed."""
        if self.line_hz != "auto":
            return self.line_hz
        return line_frequency_hz(without_bad(self._checked))

    @cached_property
    def _analysed(self) -> dict[Any, tuple[tuple[str, ...], Float32Array]]:
        """Names and columns, by the reference's key."""
        return {}

    def columns(self, referencing: Referencing) -> tuple[tuple[str, ...], Float32Array]:
        """Names of the referenced channels, and (n_channels, n_columns) float32: z-scores, or amplitudes.

        Amplitudes are in µV if their unit is known.

        Raises
        ------
        DataError : too few channels are good
        """
        if referencing.key not in self._analysed:
            referenced = referencing(self._checked)
            highest_hz = self._band[1] + self._band[1] / 10
            line_hz = harmonics_hz(self.line_found_hz, referenced.sample_rate, highest_hz)
            steps = replace(self._steps, line_hz=line_hz)
            columns = columns_of(referenced, steps, self.threads)
            if self._unit == "µV":
                columns *= np.float32(_MICRO)
            self._analysed[referencing.key] = referenced.names, columns
        return self._analysed[referencing.key]

    def activity(self, electrodes: PlacedElectrodes) -> Activity:
        """Activity of each row of the electrode table, or of each pair of a bipolar reference.

        Raises
        ------
        DataError : no electrode has a channel, or no channel is good
        """
        check_placed(electrodes)
        alone = self._of_contacts(electrodes)
        if alone is not self:
            return alone.activity(electrodes)
        shown = shown_channels(self._checked, electrodes, self.reference)
        names, columns = self.columns(shown.referencing)
        step = self._steps.samples_per_column(self.recording.sample_rate)
        rate_hz = exact(self.recording.sample_rate) / step
        activity = activity_of_channels(
            columns,
            rate_hz,
            shown.electrodes,
            _of_rows(shown.found, self.recording.names, names, is_renumbered=shown.referencing.rule == "bipolar"),
            start_s=self.start_s,
            full_scale=self.full_scale,
            quantity=amplitude_name(self._band) if self._is_amplitude else band_name(self._band),
            unit=self._unit,
            signed=not self._is_amplitude,
            warnings=self._warnings,
            gaps=self._gaps(columns),
            uncounted=uncounted_columns(self.recording, columns.shape[1], step),
        )
        measured = Measured(
            "recording",
            self._band,
            shown.referencing.words,
            self._baseline_words,
            self._in_time.words,
            self._in_time.short_words,
            methods=self._methods(shown.referencing.words),
        )
        return replace(activity, measured=measured, pairs=shown.pairs)

    def _gaps(self, columns: Float32Array) -> BoolArray | None:
        """(n_columns,) bool, columns in gaps and in pieces that are too short; None without gaps."""
        return np.asarray(np.isnan(columns).all(axis=0)) if self.recording.gaps else None

    @property
    def _unit(self) -> str:
        if not self._is_amplitude:
            return "z"
        # The values of another step may be powers.
        return "µV" if self.recording.unit == "V" and self.steps.amplitude is analytic_amplitude else ""

    @property
    def _band(self) -> tuple[float, float]:
        return self.high_gamma if self.band is None else self.band

    @property
    def _warnings(self) -> tuple[str, ...]:
        warnings = [*self._checked.all_warnings, *resampled_warnings(self.recording)]
        if self.line_found_hz is not None and self.line_hz == "auto" and self.line_found_hz <= self._band[1] * 1.1:
            warnings.append(f"{self.recording.name}: removed power-line noise of {self.line_found_hz:g} Hz")
        scaled = "the full scale" if self._is_amplitude else "the baseline and the full scale"
        return (*warnings, *bad_warnings(self.recording, scaled), *self._short_warnings, *self._edge_warnings)

    @property
    def _short_warnings(self) -> tuple[str, ...]:
        """A line about pieces that are too short for the filters."""
        if not self.recording.gaps:
            return ()
        n = len(self.recording.pieces) - len(long_pieces(self.recording, self._band))
        text = f"{self.recording.name}: left out parts between gaps that are shorter than the filters of the band: {n}"
        return (text,) * bool(n)

    @property
    def _edge_warnings(self) -> tuple[str, ...]:
        """What the filters spoil at both ends of the recording, where no samples are known beyond."""
        reach_s, end_s = filter_reach_s(self._band), self.recording.duration_s
        rest_s = self._baseline_s
        touched = rest_s is not None and (rest_s[0] < reach_s or rest_s[1] > end_s - reach_s)
        if self.band is None and not touched:
            return ()
        low, high = self._band
        within = "; the baseline lies partly there" * touched
        return (
            f"{self.recording.name}: the filters of {low:g}–{high:g} Hz reach {reach_s:.2g} s to both sides, so the "
            f"first and the last {reach_s:.2g} s of the recording are uncertain{within}",
        )

    @property
    def _baseline_words(self) -> str:
        if self._is_amplitude:
            return "none"
        rest, how = "whole recording", "median, MAD"
        if self._baseline_s is not None:
            first, last = self._baseline_s
            rest, how = f"{first:g}–{last:g} s", "mean, SD"
        # Another score may use other statistics.
        return f"{rest} ({how})" if self.steps.score is z_scored else rest

    def _methods(self, reference: str) -> str:
        if self.steps != HighGamma():
            # Steps of another maker.
            return ""
        facts = self.recording, reference, self._band, self.line_found_hz
        if self._is_amplitude:
            return methods_of_amplitude(*facts, self._in_time)
        return methods_of_band(*facts, self._baseline_s, self._in_time)

    @cached_property
    def _in_time(self) -> InTime:
        rate = self._steps.band_rate_hz(self.recording.sample_rate)
        symmetric_hz = self.smoothing_hz if self.smoothing == "zero-phase" else None
        lead_s = lead_of_band_s(self._band, rate, symmetric_hz, is_whole=self._is_amplitude)
        return InTime(self.smoothing_hz, self.smoothing, lead_s)


@named_arguments
@dataclass(frozen=True, eq=False)
class VoltageDrive:
    """Activity from a recording: its voltage, on a diverging colour map around zero.

    The same channels are left out as in `HighGammaDrive`.

    Parameters
    ----------
    recording : recording whose channels have the electrodes' names, see `match_names`
    reference : see `HighGammaDrive`
    smoothing_hz : -3 dB point of the smoothing; None shows every sample without smoothing
    smoothing : see `HighGammaDrive`; "causal" is causal throughout
    start_s : time of the first sample
    full_scale : value that is drawn as full activity (in µV if the unit is known); None chooses one

    Raises
    ------
    OptionError : a parameter is out of range
    DataError : the values would take more than 2 GiB of memory
    """

    recording: Recording
    reference: ReferenceRule = "none"
    smoothing_hz: float | None = None
    smoothing: SmoothingRule = "zero-phase"
    start_s: Fraction | float = 0.0
    full_scale: float | None = None

    __repr__ = short_repr

    def __post_init__(self) -> None:
        _check_recording(self.recording)
        check_reference(self.reference)
        if self.smoothing_hz is not None:
            check_smoothing(self.smoothing_hz)
        check_rule(self.smoothing)
        check_start_and_scale(self.start_s, self.full_scale)
        _check_memory(self.recording, self._step)

    @property
    def _step(self) -> int:
        return 1 if self.smoothing_hz is None else column_step(self.recording.sample_rate, self.smoothing_hz)

    def activity(self, electrodes: PlacedElectrodes) -> Activity:
        """Activity of each row of the electrode table.

        Raises
        ------
        DataError : no electrode has a channel, or no channel is good
        """
        check_placed(electrodes)
        kept = contacts_alone(self.recording, electrodes.table)
        if kept is not self.recording:
            return replace(self, recording=kept).activity(electrodes)
        checked = with_bad_found(with_fitting_channels(self.recording))
        shown = shown_channels(checked, electrodes, self.reference)
        referenced = shown.referencing(checked)
        is_renumbered = shown.referencing.rule == "bipolar"
        values = self._values(referenced)
        is_volt = self.recording.unit == "V"
        if is_volt:
            values *= np.float32(_MICRO)
        activity = activity_of_channels(
            values,
            exact(self.recording.sample_rate) / self._step,
            shown.electrodes,
            _of_rows(shown.found, self.recording.names, referenced.names, is_renumbered=is_renumbered),
            start_s=self.start_s,
            full_scale=self.full_scale,
            quantity="voltage" if is_volt else "activity",
            unit="µV" if is_volt else "",
            signed=True,
            warnings=(*checked.all_warnings, *resampled_warnings(checked), *bad_warnings(checked, "the full scale")),
            gaps=columns_within(checked.gaps, values.shape[1], self._step) if checked.gaps else None,
            uncounted=uncounted_columns(checked, values.shape[1], self._step),
        )
        in_time = InTime(self.smoothing_hz, self.smoothing)
        measured = Measured(
            "recording",
            reference=shown.referencing.words,
            smoothing=in_time.words,
            smoothing_short=in_time.short_words,
            methods=methods_of_voltage(self.recording, shown.referencing.words, in_time),
        )
        return replace(activity, measured=measured, pairs=shown.pairs)

    def _values(self, referenced: Recording) -> Float32Array:
        """(n_channels, n_columns) voltage; NaN in gaps. No smoothing reaches across a gap."""
        if self.smoothing_hz is None:
            return np.concatenate([block.astype(np.float32) for block in referenced.blocks()], axis=1)
        smooth, step = SMOOTHERS[self.smoothing], self._step
        shape = len(referenced.names), -(-referenced.n_samples // step)
        values = np.full(shape, np.nan, dtype=np.float32)
        for first, stop in whole_columns(referenced.pieces, step):
            for row, out in enumerate(values):
                samples = referenced.read(first, stop, np.array([row]))
                part = smooth(samples, referenced.sample_rate, self.smoothing_hz)[0, ::step]
                out[first // step :][: len(part)] = part
        return values


def _check_memory(recording: Recording, samples_per_column: int) -> None:
    """Refuse activity that would take more than 2 GiB."""
    n_bytes = 4 * len(recording.names) * (recording.n_samples // samples_per_column)
    if n_bytes > _MOST_BYTES:
        raise DataError(
            f"{recording.path or recording.name}: its activity needs {n_bytes / 2**30:.1f} GiB of memory; "
            "give --smoothing-hz 10 to keep fewer columns"
        )


def _check_recording(recording: Recording) -> None:
    check_kind("recording", recording, Recording, "a recording from load_recording, or Recording.of_array")


def _of_rows(found: Matched, before: tuple[str, ...], after: tuple[str, ...], *, is_renumbered: bool) -> Matched:
    """Renumber the channels after some were left out, and warn about electrodes that become hollow."""
    if is_renumbered:
        return found
    row_of = {name: row for row, name in enumerate(after)}
    of_channel = np.array([row_of.get(name, -1) for name in before], dtype=np.intp)
    rows = np.where(found.rows >= 0, of_channel[found.rows], -1)
    n_lost = int(((found.rows >= 0) & (rows < 0)).sum())
    if (rows < 0).all():
        raise DataError("no electrode has a good channel; mark good channels as good, or give another --reference")
    lost = (f"{n_lost} electrodes are hollow: their channel is bad or left out",) * bool(n_lost)
    return Matched(rows, (*found.warnings, *lost))
