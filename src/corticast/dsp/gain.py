"""Scaling of band magnitudes as they come: what of them is a band's own, and what counts as full activity."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from corticast.dsp.scaling import LEAST_LEVEL_DB, MOST_LIFT_DB, spill_factors

FloatVector = npt.NDArray[np.float32]

# Times the margin of `spill_factors`, for a column that is judged after one hop: the band of a tone that starts or
# ends may have changed by half only. With these, tones that last and pause for a segment and more stay below 0.95 of
# the bound after one hop and 0.8 after two, wherever they lie.
_MARGIN_AFTER_ONE = np.float32(1.7)

# A band that showed nothing of its own for so long shows nothing until it does again. Longer than a bar's rests, so
# that what sounds in a rhythm is never late.
_HELD_S = 2.0

# References are taken from the mean of so many columns: the start of a tone as abrupt as can be shows up to 1.7 times
# its magnitude in a wide band, which would hold down the tone itself for long.
_LEVEL_COLUMNS = 3

# While a band sounds, its reference falls by 1 / e in this time.
_FALL_S = 20.0

# No reference is lower: what is fainter is never lifted to full activity. Magnitude of a sine of full scale is 1.
_FLOOR = np.float32(10 ** (-60 / 20))

_LEAST_SHARE = np.float32(10 ** (-LEAST_LEVEL_DB / 20))
_LEAST_LIFTED = np.float32(10 ** (-MOST_LIFT_DB / 20))


class OwnSound:
    """What bands hold of their own, column by column: `scaling.without_spill` for streams.

    While the start of a tone enters a segment, all bands show about the same, as for a click or noise; a hop later the
    tone's band is far above the others, in every position of the start. So a column is judged when the next one has
    come, and less strictly when the one after it has. Until then a band shows no more than what it held of its own
    within the last two seconds: a rise beyond that is seen a hop later, any other at once.

    Parameters
    ----------
    edges_hz : (n_bands + 1,) of the bands
    column_rate_hz : columns per second
    hops_per_segment : columns for which a start is seen
    """

    def __init__(self, edges_hz: npt.ArrayLike, column_rate_hz: float, hops_per_segment: int) -> None:
        self._factors = spill_factors(edges_hz)
        n_bands = len(self._factors)
        # The columns that are judged, the one after them, and all before that may see the same start.
        self._recent = np.zeros((n_bands, hops_per_segment + 3), dtype=np.float32)
        self._owned = np.zeros((n_bands, max(1, round(_HELD_S * column_rate_hz))), dtype=np.float32)
        self._shown = np.zeros((n_bands, 2), dtype=np.float32)
        self._n_columns = 0

    def push(self, magnitudes: FloatVector) -> tuple[FloatVector, FloatVector, FloatVector]:
        """Take in a column.

        Parameters
        ----------
        magnitudes : (n_bands,) float32

        Returns
        -------
        shown : (n_bands,) float32, of this column what may be shown
        own : (n_bands,) float32, of the two columns before what is each band's own
        held : (n_bands,) float32, the highest `own` of the last two seconds
        """
        p = self._n_columns
        one_before, two_before = (self._recent[:, (p - n) % self._recent.shape[1]] for n in (1, 2))
        self._recent[:, p % self._recent.shape[1]] = magnitudes
        change = self._recent.max(axis=1) - self._recent.min(axis=1)
        spill = (self._factors * change[:, None]).max(axis=0)
        own = np.where(one_before > _MARGIN_AFTER_ONE * spill, one_before, np.float32(0))
        own = np.where(two_before > spill, np.maximum(own, two_before), own)
        self._owned[:, p % self._owned.shape[1]] = own
        held = self._owned.max(axis=1)
        shown = np.minimum(magnitudes, held)
        # What was withheld and turns out to be a band's own is shown now, or the peak of a clap would be missed.
        shown = np.where(own > self._shown.max(axis=1), own, shown)
        self._shown[:, p % 2] = shown
        self._n_columns += 1
        return shown, own, held


class AdaptiveGain:
    """The magnitude that is full activity: within three columns that of what is heard, then slowly falling.

    As offline, no band is lifted more than 30 dB above what the loudest needs, and one 50 dB below it rests. While a
    band pauses its reference stays, so that silence does not amplify noise.

    Parameters
    ----------
    n_bands : number of bands
    column_rate_hz : columns per second
    """

    def __init__(self, n_bands: int, column_rate_hz: float) -> None:
        self._fall = np.float32(np.exp(-1 / (_FALL_S * column_rate_hz)))
        self._recent = np.zeros((n_bands, _LEVEL_COLUMNS), dtype=np.float32)
        self._n_columns = 0
        self._levels = np.zeros(n_bands, dtype=np.float32)
        self._loudest = np.float32(0)

    def push(self, own: FloatVector, held: FloatVector, fixed: FloatVector | None = None) -> FloatVector:
        """Take in what is a column's own.

        Parameters
        ----------
        own : (n_bands,) float32
        held : (n_bands,) float32, the highest `own` of a while
        fixed : (n_bands,) float32, references to give in place of those that adapt

        Returns
        -------
        (n_bands,) float32, magnitude that is full activity, infinite in bands that rest
        """
        self._recent[:, self._n_columns % _LEVEL_COLUMNS] = own
        self._n_columns += 1
        level = self._recent.mean(axis=1)
        sounds = own > self._loudest * _LEAST_SHARE
        self._levels = np.maximum(np.where(sounds, self._levels * self._fall, self._levels), level)
        # Not the highest of the levels: a band that pauses for long would hold all others down.
        fall = self._fall if sounds.any() else np.float32(1)
        self._loudest = np.maximum(self._loudest * fall, level.max())
        rests = held <= self._loudest * _LEAST_SHARE
        references = np.maximum(np.maximum(self._levels, self._loudest * _LEAST_LIFTED), _FLOOR)
        return np.where(rests, np.float32(np.inf), references if fixed is None else fixed)
