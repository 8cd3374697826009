"""Volumes whose small values count as much as large ones: statistics by their file, and values that lie about 0."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np

from corticast.core.color.windowing import background_of
from corticast.core.counting import Sample
from corticast.core.geometry.background import on_dark
from corticast.core.geometry.head import head_of, sample_steps
from corticast.core.geometry.slabs import slabs
from corticast.core.model.meaning import INTENSITY
from corticast.core.model.types import Volume

# Values lie about 0 where each sign has this share of them, and magnitudes that reach this share of the other sign's:
# a T1w that was interpolated by splines has a few small values below 0.
_LEAST_OF_SIGN, _LEAST_MAGNITUDE, _LARGEST = 0.05, 0.2, 95.0

_signs: WeakKeyDictionary[Volume, bool] = WeakKeyDictionary()
_about_zero: WeakKeyDictionary[Volume, bool] = WeakKeyDictionary()


def is_statistic(volume: Volume) -> bool:
    """Whether all values of a volume that differ from its background are data: no level separates a head from air."""
    if volume.meaning.is_labels:
        return False
    return volume.meaning != INTENSITY or lies_about_zero(volume)


def diverges(volume: Volume) -> bool:
    """Whether 0 is in the middle of the colours: those of statistics of both signs, and of values that lie about 0."""
    if volume.meaning == INTENSITY:
        return lies_about_zero(volume)
    return volume.meaning.diverges and has_both_signs(volume)


def lies_about_zero(volume: Volume) -> bool:
    """Whether values of both signs lie before a background of 0, so that they look like a statistic; looked at once."""
    if volume not in _about_zero:
        _about_zero[volume] = _lies_about_zero(volume)
    return _about_zero[volume]


def _lies_about_zero(volume: Volume) -> bool:
    if volume.is_rgb or volume.voxels.dtype.kind == "b":
        return False
    background = background_of(volume.voxels)
    if background is None or background * volume.slope + volume.inter != 0 or not has_both_signs(volume):
        return False
    if on_dark(volume) is not volume or head_of(volume).kind == "ct":
        return False
    steps = sample_steps(volume.shape)
    stored = Sample.of(volume.voxels[tuple(slice(None, None, step) for step in steps)])
    sample = Sample(stored.values * volume.slope + volume.inter, stored.counts)
    data = sample.of_values(np.isfinite(sample.values) & (sample.values != 0))
    above, below = data.values > 0, data.values < 0
    n_least = min(data.number(above), data.number(below))
    if n_least == 0 or n_least < _LEAST_OF_SIGN * (data.number(above) + data.number(below)):
        return False
    up, down = data.of_values(above).percentile(_LARGEST), -data.of_values(below).percentile(100 - _LARGEST)
    return min(up, down) >= _LEAST_MAGNITUDE * max(up, down)


def has_both_signs(volume: Volume) -> bool:
    """Whether values lie on both sides of 0; looked at once."""
    if volume not in _signs:
        low, high = (0.0, 0.0) if volume.is_rgb else ends_of(volume)
        _signs[volume] = low < 0 < high
    return _signs[volume]


def ends_of(volume: Volume) -> tuple[float, float]:
    """The smallest and the largest scaled value of a volume; zeros without any."""
    parts = (slab[np.isfinite(slab)] if slab.dtype.kind == "f" else slab for _, slab in slabs(volume.voxels))
    ends = [(part.min(), part.max()) for part in parts if part.size]
    if not ends:
        return 0.0, 0.0
    scaled = np.array(ends, dtype=np.float64) * volume.slope + volume.inter
    return float(scaled.min()), float(scaled.max())
