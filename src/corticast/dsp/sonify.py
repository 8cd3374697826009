"""Activity to sound: each contact a partial whose loudness is its activity.

::

    activity ─> by pitch and speaker ─> linear between columns ─┐
                                      tones of fixed phase ─────┴─> × ─> sum ─> × gain, fades

Contacts share pitches, in phase, so that their loudness adds and none silences another: an hour of hundreds of contacts
costs no more than that of a few.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from corticast.core.model.types import Activity, PlacedElectrodes
from corticast.dsp.assignment import rows_by
from corticast.errors import DataError

FloatArray = npt.NDArray[np.float32]

SAMPLE_RATE = 48000

# Just intonation, major pentatonic: 1, 9/8, 5/4, 3/2, 5/3 in 24ths, over four octaves. All tones are harmonics of one
# fundamental, whose period is a whole number of samples: the lowest tone is 24 · 48000 / 10472 = 110.008 Hz.
_STEPS = (24, 27, 30, 36, 40)
_N_OCTAVES = 4
_PERIOD = 10472
# Values below zero sound a quarter tone flat (the septimal 35/36, 49 cents): out of tune with those above.
_PERIOD_FLAT = round(_PERIOD * 36 / 35)

# Loudest sample that is possible; lossy encoders go beyond what they are given.
_PEAK = 0.7
_FADE_S = 0.005
# Contacts nearer to the midline than this are heard from the middle, however narrow the implantation is.
_LEAST_HALF_WIDTH_MM = 20.0

# Samples that are made at a time: what is interpolated stays in a core's cache. Blocks are cut from these, so that all
# ways of reading give the same samples.
_CHUNK = 4096
_COLUMNS_AT_A_TIME = 1 << 14


def pitches_hz() -> npt.NDArray[np.float64]:
    """(21,) float64, the tones that contacts are given, ascending."""
    return _harmonics() * (SAMPLE_RATE / _PERIOD)


def flat_pitches_hz() -> npt.NDArray[np.float64]:
    """(21,) float64, the tones of values below zero."""
    return _harmonics() * (SAMPLE_RATE / _PERIOD_FLAT)


def _harmonics() -> npt.NDArray[np.float64]:
    octaves = [step * 2**octave for octave in range(_N_OCTAVES) for step in _STEPS]
    return np.array([*octaves, _STEPS[0] * 2**_N_OCTAVES], dtype=np.float64)


def _tones(period: int) -> FloatArray:
    """(n_pitches, period) float32: one period of all tones, each of rms 2^-0.5.

    Their phases grow with the square of the pitch's number (M. R. Schroeder, IEEE Trans. Inf. Theory 16, 85, 1970), so
    that the peaks of many do not fall together.
    """
    harmonics = _harmonics()
    number = np.arange(len(harmonics))
    turns = harmonics[:, None] * np.arange(period)[None, :] % period / period
    phases = np.pi * number**2 / len(harmonics)
    return np.sin(2 * np.pi * turns + phases[:, None]).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Sonified:
    """Sound of activity: an `AudioSource` that is made while it is read.

    The lowest contacts have the lowest tones (`pitches_hz`; a higher one is drawn softer by 3 dB per octave, as the ear
    hears it louder), and left ones are heard left, right ones right, with equal power between. Activity is linear
    between columns and held at both ends, as electrodes show it; values below zero sound a quarter tone flat. The gain
    is one for all of the activity, by the highest that its partials can add up to; the sound's ends are faded for 5 ms.

    Contacts that are not drawn, show no activity, or are marked bad are not heard.

    Parameters
    ----------
    activity : of the electrodes
    electrodes : where they are
    start_s : time of the activity at the first sample
    duration_s : of the sound; None lasts until the activity's end
    speed : seconds of activity per second of sound; tones keep their pitch
    rests_outside : whether nothing is heard before the activity's first column and after its end
    name : for titles and messages

    Raises
    ------
    DataError : no contact can be heard
    """

    activity: Activity
    electrodes: PlacedElectrodes
    start_s: float = 0.0
    duration_s: float | None = None
    speed: float = 1.0
    rests_outside: bool = False
    name: str = "sound of the activity"

    def __post_init__(self) -> None:
        if not self._audible.any():
            raise DataError("--sonify: no contact with activity is drawn and not marked bad; nothing could be heard")

    @property
    def sample_rate(self) -> int:
        """Samples per second and channel."""
        return SAMPLE_RATE

    @property
    def n_channels(self) -> int:
        """Left and right."""
        return 2

    @property
    def n_samples(self) -> int:
        """Samples per channel."""
        if self.duration_s is not None:
            return round(self.duration_s * SAMPLE_RATE)
        return max(0, round((self.activity.end_s - self.start_s) / self.speed * SAMPLE_RATE))

    @property
    def _audible(self) -> npt.NDArray[np.bool_]:
        placed = self.electrodes
        return placed.drawn & ~placed.table.bad & (self.activity.row_of_electrode >= 0)

    @property
    def pitch_of_electrode(self) -> npt.NDArray[np.intp]:
        """(n_electrodes,) intp, which of `pitches_hz` each contact has, -1 for none."""
        heard = np.where(self._audible[:, None], self.electrodes.pos, np.nan)
        return rows_by("height", replace(self.electrodes, pos=heard), len(_harmonics()))

    @property
    def pan_of_electrode(self) -> npt.NDArray[np.float64]:
        """(n_electrodes,) float64, -1 left to 1 right."""
        x = self.electrodes.pos[:, 0]
        heard = x[self._audible]
        if self.electrodes.in_picture:
            # What is left in a picture is heard left.
            middle, half_width = (heard.max() + heard.min()) / 2, np.ptp(heard) / 2
            return np.asarray((x - middle) / half_width if half_width else 0 * x)
        return np.asarray(x / max(np.abs(heard).max(), _LEAST_HALF_WIDTH_MM))

    @cached_property
    def _mix(self) -> FloatArray:
        """(2 · n_pitches, n_rows) float32: share of each row in each pitch, for the left speaker and the right."""
        n_pitches = len(_harmonics())
        mix = np.zeros((2, n_pitches, len(self.activity.values)))
        contacts = np.flatnonzero(self._audible)
        pitches, rows = self.pitch_of_electrode[contacts], self.activity.row_of_electrode[contacts]
        angles = (self.pan_of_electrode[contacts] + 1) * np.pi / 4
        loudness = np.sqrt(_harmonics()[0] / _harmonics()[pitches])
        np.add.at(mix[0], (pitches, rows), loudness * np.cos(angles))
        np.add.at(mix[1], (pitches, rows), loudness * np.sin(angles))
        return mix.reshape(2 * n_pitches, -1).astype(np.float32)

    @cached_property
    def _gain(self) -> np.float32:
        """What partials are multiplied by: all of them at their loudest together would reach the peak.

        Between columns partials are between their values there, so that the columns decide. What is fainter than one
        contact at full activity is not lifted.
        """
        values = self.activity.values
        loudest = 1.0
        for first in range(0, values.shape[1], _COLUMNS_AT_A_TIME):
            both = self._mix @ np.abs(values[:, first : first + _COLUMNS_AT_A_TIME])
            loudest = max(loudest, float(both.reshape(2, -1, both.shape[1]).sum(axis=1).max()))
        return np.float32(_PEAK / loudest)

    @cached_property
    def _banks(self) -> tuple[tuple[float, FloatArray], ...]:
        """Sign of the values, and the tones that they sound by."""
        upper = (1.0, _tones(_PERIOD))
        return (upper, (-1.0, _tones(_PERIOD_FLAT))) if self.activity.signed else (upper,)

    def blocks(self, block_size: int = 65536, start: int = 0, stop: int | None = None) -> Iterator[FloatArray]:
        """Blocks of shape (2, n <= block_size) of the samples from `start` to before `stop`."""
        last = self.n_samples if stop is None else min(stop, self.n_samples)
        ready = np.zeros((2, 0), np.float32)
        position = max(start, 0)
        n_made = position // _CHUNK
        while position < last:
            wanted = min(block_size, last - position)
            parts = [ready]
            n_ready = ready.shape[1]
            while n_ready < wanted:
                # Only the first chunk may begin before what is wanted.
                chunk = self._chunk(n_made)[:, max(0, position - n_made * _CHUNK) :]
                n_made += 1
                parts.append(chunk)
                n_ready += chunk.shape[1]
            ready = np.concatenate(parts, axis=1) if len(parts) > 1 else ready
            yield np.ascontiguousarray(ready[:, :wanted])
            ready = ready[:, wanted:]
            position += wanted

    def _chunk(self, number: int) -> FloatArray:
        """(2, _CHUNK) float32, samples from number · _CHUNK on."""
        samples = np.arange(number * _CHUNK, (number + 1) * _CHUNK)
        values = self.activity.values
        n_columns = values.shape[1]
        time_s = self.start_s + samples * (self.speed / SAMPLE_RATE)
        position = np.clip((time_s - self.activity.start_s) * self.activity.column_rate_hz, 0.0, n_columns - 1.0)
        left = np.minimum(position.astype(np.intp), max(n_columns - 2, 0))
        weight = (position - left).astype(np.float32)
        first = int(left[0])
        # Every column that the chunk lies between, those at its ends included.
        columns = values[:, first : int(left[-1]) + 2]
        left -= first
        right = np.minimum(left + 1, columns.shape[1] - 1)
        sound = np.zeros((2, _CHUNK), np.float32)
        for sign, tones in self._banks:
            loudness = self._mix @ np.maximum(sign * columns, 0, dtype=np.float32)
            if not loudness.any():
                continue
            now = loudness[:, left]
            now += weight * (loudness[:, right] - now)
            turning = tones.take(samples % tones.shape[1], axis=1)
            sound += (now.reshape(2, -1, _CHUNK) * turning).sum(axis=1)
        return sound * (self._gain * self._fade(samples))

    def _fade(self, samples: npt.NDArray[np.int64]) -> FloatArray:
        """Share of the sound that is heard: 1, but near its ends, and those of an activity that rests outside them."""
        begin, end = 0.0, float(self.n_samples)
        if self.rests_outside:
            ends = np.array([self.activity.start_s, self.activity.end_s])
            first, last = (ends - self.start_s) / self.speed * SAMPLE_RATE
            begin, end = max(begin, first), min(end, last)
        ramp = np.minimum(samples - begin, end - samples) / (_FADE_S * SAMPLE_RATE)
        return np.clip(ramp, 0.0, 1.0).astype(np.float32)
