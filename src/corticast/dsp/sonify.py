"""From activity to sound: each contact sounds a partial, and its activity sets the loudness.

::

    activity ─> by pitch and speaker ─> linear between columns ─┐
                                      tones of fixed phase ─────┴─> × ─> sum ─> × gain, fades

Contacts share pitches in phase. So their loudness adds, no contact cancels another, and an hour of hundreds of contacts
takes no longer than an hour of a few.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt

from corticast.core.arguments import check_kind, check_real, named_arguments
from corticast.core.model.types import Activity, BoolArray, Float32Array, Float64Array, IntpArray, PlacedElectrodes
from corticast.core.timing import exact
from corticast.dsp.assignment import rows_by
from corticast.errors import DataError

SAMPLE_RATE = 48000

# Just intonation, major pentatonic: 1, 9/8, 5/4, 3/2, 5/3 in 24ths, over four octaves. All tones are harmonics of one
# fundamental with a period of a whole number of samples. The lowest tone is 24 · 48000 / 10472 = 110.008 Hz.
_STEPS = (24, 27, 30, 36, 40)
_N_OCTAVES = 4
_PERIOD = 10472
# Negative values sound a quarter tone flat (the septimal 35/36, 49 cents), out of tune with positive ones.
_PERIOD_FLAT = round(_PERIOD * 36 / 35)

# Loudest possible sample. Lossy encoders may exceed the loudest sample they get, so some room is left.
_PEAK = 0.7
_FADE_S = 0.005
# Contacts closer to the midline than this sound from the middle, even in a narrow implantation.
_LEAST_HALF_WIDTH_MM = 20.0

# Samples computed at a time: the interpolated values fit the cache of a core. All blocks are cut from these chunks, so
# every way of reading gives the same samples.
_CHUNK = 4096
_COLUMNS_AT_A_TIME = 1 << 14


def pitches_hz() -> Float64Array:
    """(21,) float64, the tones of the contacts in Hz, ascending."""
    return _harmonics() * (SAMPLE_RATE / _PERIOD)


def flat_pitches_hz() -> Float64Array:
    """(21,) float64, the tones of negative values in Hz, ascending."""
    return _harmonics() * (SAMPLE_RATE / _PERIOD_FLAT)


def _harmonics() -> Float64Array:
    octaves = [step * 2**octave for octave in range(_N_OCTAVES) for step in _STEPS]
    return np.array([*octaves, _STEPS[0] * 2**_N_OCTAVES], dtype=np.float64)


def _tones(period: int) -> Float32Array:
    """(n_pitches, period) float32: one period of each tone, with an rms of 2^-0.5.

    The phases grow with the square of the pitch's number (M. R. Schroeder, IEEE Trans. Inf. Theory 16, 85, 1970), so
    the peaks of many tones do not coincide.
    """
    harmonics = _harmonics()
    number = np.arange(len(harmonics))
    turns = harmonics[:, None] * np.arange(period)[None, :] % period / period
    phases = np.pi * number**2 / len(harmonics)
    return np.sin(2 * np.pi * turns + phases[:, None]).astype(np.float32)


@named_arguments
@dataclass(frozen=True, eq=False)
class Sonified:
    """Sound of activity: an `AudioSource` that computes its samples when they are read.

    The lowest contacts have the lowest tones (`pitches_hz`). Tones become softer by 3 dB per octave, since the ear
    hears higher tones louder. Left contacts sound from the left and right ones from the right, with equal power in
    between. Activity is linear between columns and constant at both ends, as the electrodes show it. Negative values
    sound a quarter tone flat. One gain serves the whole activity, so that even the sum of all partials stays below the
    peak. The sound fades in and out in 5 ms.

    Contacts that are not drawn, lack activity, or are marked bad are silent.

    Parameters
    ----------
    activity : activity of the electrodes
    electrodes : their positions
    start_s : time of the activity at the first sample
    duration_s : duration of the sound; None lasts until the end of the activity
    speed : seconds of activity per second of sound; the tones keep their pitch
    rests_outside : whether the sound is silent before the activity's first column and after its end
    name : name for titles and messages

    Raises
    ------
    DataError : no contact is audible
    """

    activity: Activity
    electrodes: PlacedElectrodes
    start_s: Fraction | float = Fraction(0)
    duration_s: Fraction | float | None = None
    speed: Fraction | float = Fraction(1)
    rests_outside: bool = False
    name: str = "sound of the activity"

    def __post_init__(self) -> None:
        check_kind("activity", self.activity, Activity, "the Activity of a drive")
        check_kind("electrodes", self.electrodes, PlacedElectrodes, "PlacedElectrodes")
        check_real("start_s", self.start_s, "the time of the first sample in seconds")
        if self.duration_s is not None:
            check_real("duration_s", self.duration_s, "seconds above 0, or None", above=0)
        check_real("speed", self.speed, "seconds of activity per second of sound, above 0", above=0)
        if not self._audible.any():
            raise DataError(
                "--sonify: no contact is audible; at least one must be drawn, show activity and not be marked bad"
            )

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
            return round(exact(self.duration_s) * SAMPLE_RATE)
        return max(0, round((self.activity.end_s - exact(self.start_s)) / exact(self.speed) * SAMPLE_RATE))

    @property
    def _audible(self) -> BoolArray:
        placed = self.electrodes
        return placed.drawn & ~placed.table.bad & (self.activity.row_of_contact >= 0)

    @property
    def pitch_of_contact(self) -> IntpArray:
        """(n_contacts,) intp, index into `pitches_hz` for each contact, -1 for silent contacts."""
        heard = np.where(self._audible[:, None], self.electrodes.pos, np.nan)
        return rows_by("height", replace(self.electrodes, pos=heard), len(_harmonics()))

    @property
    def pan_of_contact(self) -> Float64Array:
        """(n_contacts,) float64, from -1 (left) to 1 (right)."""
        x = self.electrodes.pos[:, 0]
        heard = x[self._audible]
        if self.electrodes.in_picture:
            # The left of a picture sounds from the left.
            middle, half_width = (heard.max() + heard.min()) / 2, np.ptp(heard) / 2
            return np.asarray((x - middle) / half_width if half_width else 0 * x)
        return np.asarray(x / max(np.abs(heard).max(), _LEAST_HALF_WIDTH_MM))

    @cached_property
    def _mix(self) -> Float32Array:
        """(2 · n_pitches, n_rows) float32: share of each row in each pitch, for the left and then the right speaker."""
        n_pitches = len(_harmonics())
        mix = np.zeros((2, n_pitches, len(self.activity.values)))
        contacts = np.flatnonzero(self._audible)
        pitches, rows = self.pitch_of_contact[contacts], self.activity.row_of_contact[contacts]
        angles = (self.pan_of_contact[contacts] + 1) * np.pi / 4
        loudness = np.sqrt(_harmonics()[0] / _harmonics()[pitches])
        np.add.at(mix[0], (pitches, rows), loudness * np.cos(angles))
        np.add.at(mix[1], (pitches, rows), loudness * np.sin(angles))
        return mix.reshape(2 * n_pitches, -1).astype(np.float32)

    @cached_property
    def _gain(self) -> np.float32:
        """Factor on the partials. The largest possible sum of all partials reaches the peak.

        Partials are linear between columns, so the columns alone decide. Activity fainter than that of one fully
        active contact is not lifted.
        """
        values = self.activity.values
        loudest = 1.0
        for first in range(0, values.shape[1], _COLUMNS_AT_A_TIME):
            both = self._mix @ np.abs(values[:, first : first + _COLUMNS_AT_A_TIME])
            loudest = max(loudest, float(both.reshape(2, -1, both.shape[1]).sum(axis=1).max()))
        return np.float32(_PEAK / loudest)

    @cached_property
    def _banks(self) -> tuple[tuple[float, Float32Array], ...]:
        """Sign of the values, and their tones."""
        upper = (1.0, _tones(_PERIOD))
        return (upper, (-1.0, _tones(_PERIOD_FLAT))) if self.activity.signed else (upper,)

    def blocks(self, block_size: int = 65536, start: int = 0, stop: int | None = None) -> Iterator[Float32Array]:
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
                # Only the first chunk may begin before `position`.
                chunk = self._chunk(n_made)[:, max(0, position - n_made * _CHUNK) :]
                n_made += 1
                parts.append(chunk)
                n_ready += chunk.shape[1]
            ready = np.concatenate(parts, axis=1) if len(parts) > 1 else ready
            yield np.ascontiguousarray(ready[:, :wanted])
            ready = ready[:, wanted:]
            position += wanted

    def _chunk(self, number: int) -> Float32Array:
        """(2, _CHUNK) float32, the samples from number · _CHUNK on."""
        samples = np.arange(number * _CHUNK, (number + 1) * _CHUNK)
        values = self.activity.values
        n_columns = values.shape[1]
        time_s = float(self.start_s) + samples * (float(self.speed) / SAMPLE_RATE)
        since_column_0_s = time_s - float(self.activity.start_s)
        position = np.clip(since_column_0_s * float(self.activity.column_rate_hz), 0.0, n_columns - 1.0)
        left = np.minimum(position.astype(np.intp), max(n_columns - 2, 0))
        weight = (position - left).astype(np.float32)
        first = int(left[0])
        # All columns around the samples of the chunk, including the outermost.
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

    def _fade(self, samples: npt.NDArray[np.int64]) -> Float32Array:
        """Loudness 0..1: 1 except near the ends of the sound, or of an activity that rests outside its columns."""
        begin, end = 0.0, float(self.n_samples)
        if self.rests_outside:
            ends = np.array([self.activity.start_s, self.activity.end_s], dtype=np.float64)
            first, last = (ends - float(self.start_s)) / float(self.speed) * SAMPLE_RATE
            begin, end = max(begin, first), min(end, last)
        ramp = np.minimum(samples - begin, end - samples) / (_FADE_S * SAMPLE_RATE)
        return np.clip(ramp, 0.0, 1.0).astype(np.float32)
