"""Scaling of live band magnitudes: separate a band's own sound from spill, and adapt the value of full activity."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from corticast.core.model.types import Float32Array
from corticast.dsp.scaling import LEAST_LEVEL_DB, MOST_LIFT_DB, spill_factors

# `spill_factors` allow a margin; one hop after an onset the margin must be larger by this factor, since the band of the
# tone may have changed by half only. With both margins, tones and pauses of a segment and more stay below 0.95 of the
# bound after one hop and below 0.8 after two, wherever they begin.
_MARGIN_AFTER_ONE = np.float32(1.7)

# A band without own sound for so long stays dark until it sounds again. The time is longer than the rests of a bar, so
# rhythmic sound is never late.
_HELD_S = 2.0

# References are means over so many columns. A very abrupt onset shows up to 1.7 times its magnitude in a wide band,
# and would hold down the tone itself for long.
_LEVEL_COLUMNS = 3

# While a band sounds, its reference falls to 1 / e in this time.
_FALL_S = 20.0

# The lowest reference: softer sound never reaches full activity. A full-scale sine has magnitude 1.
_FLOOR = np.float32(10 ** (-60 / 20))

_LEAST_SHARE = np.float32(10 ** (-LEAST_LEVEL_DB / 20))
_LEAST_LIFTED = np.float32(10 ** (-MOST_LIFT_DB / 20))


class OwnSound:
    """The own sound of each band, column by column: `scaling.without_spill` for streams.

    While the onset of a tone enters a segment, all bands show about the same magnitude, as for a click or noise. One
    hop later, the tone's band is far above the others, at whichever sample the tone began. So the analysis judges a
    column when the next one arrives, and judges it again, less strictly, one column later. Until then, a band shows no
    more than its own sound of the last two seconds. A larger rise appears one hop later, everything else at once.

    Parameters
    ----------
    edges_hz : (n_bands + 1,) of the bands
    column_rate_hz : columns per second
    hops_per_segment : number of columns that see one onset
    """

    def __init__(self, edges_hz: npt.ArrayLike, column_rate_hz: float, hops_per_segment: int) -> None:
        self._factors = spill_factors(edges_hz)
        n_bands = len(self._factors)
        # The two columns under judgement, the newest one, and all earlier ones that may see the same onset.
        self._recent = np.zeros((n_bands, hops_per_segment + 3), dtype=np.float32)
        self._owned = np.zeros((n_bands, max(1, round(_HELD_S * column_rate_hz))), dtype=np.float32)
        self._shown = np.zeros((n_bands, 2), dtype=np.float32)
        self._n_columns = 0

    def push(self, magnitudes: Float32Array) -> tuple[Float32Array, Float32Array, Float32Array]:
        """Take in a column.

        Parameters
        ----------
        magnitudes : (n_bands,) float32

        Returns
        -------
        shown : (n_bands,) float32, the magnitude of this column that may be shown
        own : (n_bands,) float32, the own sound of each band in the two columns before
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
        # Show withheld sound late once it proves to be the band's own: the peak of a clap would be missing otherwise.
        shown = np.where(own > self._shown.max(axis=1), own, shown)
        self._shown[:, p % 2] = shown
        self._n_columns += 1
        return shown, own, held


class AdaptiveGain:
    """The magnitude of full activity. It rises to the level of the sound within three columns, then falls slowly.

    As offline, no band is lifted more than 30 dB above the lift of the loudest band, and bands 50 dB below that one
    rest. While a band pauses, its reference stays, so silence does not amplify noise.

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

    def push(self, own: Float32Array, held: Float32Array, fixed: Float32Array | None = None) -> Float32Array:
        """Take in the own sound of a column.

        Parameters
        ----------
        own : (n_bands,) float32
        held : (n_bands,) float32, the highest `own` of the last seconds
        fixed : (n_bands,) float32, references that replace the adaptive ones

        Returns
        -------
        (n_bands,) float32, magnitude of full activity; infinite for bands that rest
        """
        self._recent[:, self._n_columns % _LEVEL_COLUMNS] = own
        self._n_columns += 1
        level = self._recent.mean(axis=1)
        sounds = own > self._loudest * _LEAST_SHARE
        self._levels = np.maximum(np.where(sounds, self._levels * self._fall, self._levels), level)
        # The highest level would be wrong here: a band in a long pause would hold all others down.
        fall = self._fall if sounds.any() else np.float32(1)
        self._loudest = np.maximum(self._loudest * fall, level.max())
        rests = held <= self._loudest * _LEAST_SHARE
        references = np.maximum(np.maximum(self._levels, self._loudest * _LEAST_LIFTED), _FLOOR)
        return np.where(rests, np.float32(np.inf), references if fixed is None else fixed)
