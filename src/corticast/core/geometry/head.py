"""The content of a volume, for views from outside: a brain, a head or a CT, and the level of its surface."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from corticast.core.color.color import BT709_KB, BT709_KR
from corticast.core.color.windowing import background_of
from corticast.core.counting import Sample
from corticast.core.geometry.affines import zooms_mm
from corticast.core.geometry.background import on_dark
from corticast.core.model.types import Float64Array, Volume

# The analysis samples about so many voxels along each axis.
_SAMPLES_PER_AXIS = 128
_N_BINS = 512

# The brightest voxel in a thousand must not move the surface.
_BRIGHTEST = 99.9

# An adult brain has 1 to 1.7 litres, up to 2 with its meninges and remains of the neck. A head has 3.5 and more.
_LARGEST_BRAIN_LITRES = 2.5

# A volume is masked by missing values if they fill at least this share.
_MASKED_SHARE = 0.25

# In a T1w, fluid has about a third of the tissue's median, and grey matter nine tenths: the cortex begins in between.
# First hits of rays lie a median of 0.4 mm from FreeSurfer's pial surface of the same brain; 0.5 with Otsu's threshold.
_CORTEX_SHARE = 0.6

# The surface is above the outside by this share of its level at least.
_LEAST_RISE = 1e-3

# Hounsfield units below any tissue, and of bone. A CT has both, and much of it is air.
AIR_HU, _BONE_HU, _AIR_SHARE = -500.0, 700.0, 0.1


# How each kind of volume is seen: the surface of a head would be its skin.
_RENDER_OF_KIND: dict[str, Literal["surface", "mip", "glass"]] = {"brain": "surface", "head": "glass", "ct": "mip"}


@dataclass(frozen=True, eq=False)
class Head:
    """The content of a volume.

    Parameters
    ----------
    kind : "brain" (extracted: almost only brain and background), "head", or "ct"
    level : scaled value at the surface, between outside and tissue
    outside : scaled value outside the surface
    """

    kind: Literal["brain", "head", "ct"]
    level: float
    outside: float


_known: WeakKeyDictionary[Volume, Head] = WeakKeyDictionary()


def head_of(volume: Volume) -> Head:
    """Analyse a volume, once.

    The surface's level is Otsu's threshold over a sample of the voxels: it separates them into two classes with the
    least variance within (Otsu 1979, IEEE Trans. Syst. Man Cybern. 9:62). In an extracted brain, the level is 0.6 of
    the median of the upper class, above the background. A background that is not dark is left out, see `on_dark`.
    """
    if volume not in _known:
        seen = on_dark(volume)
        steps = sample_steps(seen.shape)
        sample = seen.voxels[tuple(slice(None, None, step) for step in steps)]
        litres_per_voxel = float(np.prod(zooms_mm(seen.affine)) * np.prod(steps)) * 1e-6
        _known[volume] = _look_at(seen, sample, litres_per_voxel)
    return _known[volume]


def sample_steps(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Voxels from one sample of a volume to the next, along i, j and k."""
    i, j, k = (max(1, round(n / _SAMPLES_PER_AXIS)) for n in shape[:3])
    return i, j, k


def luma_of(colours: npt.NDArray[Any]) -> Float64Array:
    """(...) float64, 0 to 255, of colours with three or four channels, over black."""
    values = colours.astype(np.float64)
    opacity = values[..., 3] / 255 if values.shape[-1] == 4 else 1.0
    return np.asarray(values[..., :3] @ np.array([BT709_KR, 1 - BT709_KR - BT709_KB, BT709_KB]) * opacity)


def render_of(render: Literal["auto", "surface", "mip", "glass"], volume: Volume) -> Literal["surface", "mip", "glass"]:
    """How a volume is seen: as the scene says, else by its kind."""
    return _RENDER_OF_KIND[head_of(volume).kind] if render == "auto" else render


def surface_level_of(volume: Volume, chosen: float | None = None) -> float:
    """Scaled value at a volume's surface: the chosen one, else the one that `head_of` finds."""
    return head_of(volume).level if chosen is None else chosen


def outside_of(volume: Volume, level: float) -> float:
    """Scaled value outside of a volume's surface at a level: a scene may ask for a level below that of `head_of`."""
    return min(head_of(volume).outside, level - _LEAST_RISE * max(abs(level), 1.0))


def _look_at(volume: Volume, voxels: npt.NDArray[Any], litres_per_voxel: float) -> Head:
    """Analyse a sample of a volume's voxels."""
    if volume.is_rgb:
        return Head("head", otsu_threshold(luma_of(voxels)), 0.0)
    stored = Sample.of(voxels)
    sample = replace(stored, values=stored.values * volume.slope + volume.inter)
    known = np.isfinite(sample.values)
    if not known.any():
        return Head("head", 0.0, -1.0)
    lowest = float(sample.values[known].min())
    if sample.share(known) <= 1 - _MASKED_SHARE:
        # Voxels that a mask left without a value are background.
        outside = min(lowest, 0.0)
        background: float | None = outside
        sample = replace(sample, values=np.where(known, sample.values, outside))
    else:
        face = background_of(volume.voxels)
        background = None if face is None else face * volume.slope + volume.inter
        outside = lowest if background is None else background
        sample = sample.of_values(known)
    if volume.meaning.is_labels:
        # Every label is a part of the head.
        return Head("brain", outside + 0.5, outside)
    level = _threshold(sample)
    if sample.share(sample.values < AIR_HU) > _AIR_SHARE and sample.values.max() > _BONE_HU:
        return Head("ct", level, outside)
    n_filled = sample.number(sample.values != outside)
    if background is None or n_filled * litres_per_voxel > _LARGEST_BRAIN_LITRES:
        return Head("head", level, outside)
    tissue = sample.of_values(sample.values >= level)
    if tissue.values.size:
        level = outside + _CORTEX_SHARE * (tissue.percentile(50) - outside)
    return Head("brain", level, outside)


def otsu_threshold(values: npt.ArrayLike) -> float:
    """The value that separates a sample into two classes with the least variance within.

    Parameters
    ----------
    values : (...) finite floats, at least one
    """
    return _threshold(Sample(np.asarray(values, dtype=np.float64).ravel()))


def _threshold(sample: Sample) -> float:
    values = sample.values
    if values.min() == values.max():
        # Within a single class, nothing stands out.
        return float(values[0]) + 1.0
    # Dividing by a power of 2 is exact. Squares of the largest floats would overflow.
    unit = 2.0 ** np.floor(np.log2(np.abs(values).max()))
    values = values / unit
    # Float64 has too few numbers for the edges of the bins where values are far from 0, and close to each other.
    lowest = values.min()
    values = values - lowest
    brightest = replace(sample, values=values).percentile(_BRIGHTEST)
    counts, edges = sample.histogram(np.minimum(values, brightest), _N_BINS)
    middles = (edges[1:] + edges[:-1]) / 2
    below, total = np.cumsum(counts), counts.sum()
    sum_below = np.cumsum(counts * middles)
    with np.errstate(invalid="ignore", divide="ignore"):
        between = (sum_below[-1] * below / total - sum_below) ** 2 / (below * (total - below))
    between[~np.isfinite(between)] = 0.0
    # All thresholds in a gap of the histogram are equal. Take the middle one.
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))
    return float((lowest + edges[1 + (best[0] + best[-1]) // 2]) * unit)
