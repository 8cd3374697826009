"""The grey window by the values of the head alone: air and backgrounds that are not dark do not count."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from corticast.core.color.windowing import MAX_VALUE, WindowSpec, window_of
from corticast.core.counting import Sample
from corticast.core.geometry.background import head_in, on_dark
from corticast.core.geometry.head import AIR_HU, head_of, sample_steps
from corticast.core.geometry.inner_tissue import inner_tissue
from corticast.core.geometry.statistics import diverges, ends_of
from corticast.core.model.meaning import INTENSITY
from corticast.core.model.types import Float64Array, Volume

# Percentiles of a head.
_DARKEST, _BRIGHTEST = 0.5, 99.5
# Percentile of the inner tissue that counts as its bright kind (the white matter of a T1w), and its share of white.
_BRIGHT_TISSUE, _BRIGHT_SHARE = 95.0, 0.85
# Percentile of magnitudes at the ends of a window about 0.
_MOST = 99.0
# Voxels of the rim may be background.
_RIM = 4
# Contacts and leads have more Hounsfield units than bone. So many voxels are no noise.
_METAL_HU, _LEAST_METAL = 2000.0, 20


def head_window(volume: Volume, spec: WindowSpec | Literal["auto"] = "robust") -> tuple[float, float]:
    """The scaled values drawn black and white; see `window_of`.

    "auto" has the low end of "robust". Its high end gives the 95th percentile of the tissue in the inner half of a head
    or brain (see `inner_tissue`) a grey of 0.85, but is no higher than the largest value: white matter is light, with
    room above, however bright the skin is. CTs, labels, statistics, values about 0
    and volumes of few voxels have "robust".

    Before a background that is not dark, "robust" takes the 0.5 and the 99.5 percentile well within the head. Of a CT,
    which is mostly air, it takes those of the values above -500 HU. Where a CT holds metal, its high end is the median
    of the values above 2000 HU, so that contacts are brighter than bone. Of values of both signs about 0, 0 is in the
    middle, and the ends are at the 99th percentile of the magnitudes that are not 0.

    Raises
    ------
    OptionError : as `window_of`
    """
    if spec == "auto":
        return _with_light_tissue(volume, head_window(volume))
    seen = on_dark(volume)
    if spec != "robust" or volume.is_rgb:
        return window_of(seen, spec)
    if diverges(volume):
        return _about_zero(volume)
    return _of_ct(seen) if head_of(volume).kind == "ct" else _of_head(volume)


def content_window(volume: Volume, spec: WindowSpec | Literal["auto"]) -> tuple[float, float]:
    """The window that separates content from noise; for "auto" the robust one, whose share noise does not reach."""
    return head_window(volume, "robust" if spec == "auto" else spec)


def _with_light_tissue(volume: Volume, robust: tuple[float, float]) -> tuple[float, float]:
    """A window whose high end is by the inner tissue; the robust one where the values are not of tissue."""
    if volume.is_rgb or volume.meaning != INTENSITY or head_of(volume).kind == "ct" or diverges(volume):
        return robust
    inner = inner_tissue(volume)
    if inner is None:
        return robust
    low = robust[0]
    high = low + (float(np.percentile(inner, _BRIGHT_TISSUE)) - low) / _BRIGHT_SHARE
    if high > robust[1]:
        high = min(high, ends_of(volume)[1], MAX_VALUE)
    return (low, high) if np.float32(low) < np.float32(high) else robust


def _about_zero(volume: Volume) -> tuple[float, float]:
    """A window with 0 in the middle, up to the 99th percentile of the magnitudes that are not 0."""
    values = volume.voxels[np.isfinite(volume.voxels)].astype(np.float64) * volume.slope + volume.inter
    most = float(np.percentile(np.abs(values[values != 0]), _MOST))
    return -most, most


def _of_head(volume: Volume) -> tuple[float, float]:
    """The window of a volume's values, or of those well within a head before a background that is not dark."""
    inside = head_in(volume)
    if inside is None:
        return window_of(volume)
    from scipy import ndimage

    core = ndimage.binary_erosion(inside, iterations=_RIM)
    values = volume.voxels[core if core.any() else inside].astype(np.float64) * volume.slope + volume.inter
    low, high = (float(edge) for edge in np.percentile(values, (_DARKEST, _BRIGHTEST)))
    return (low, high) if np.float32(low) < np.float32(high) else window_of(volume)


def _of_ct(seen: Volume) -> tuple[float, float]:
    """The window of a CT's head, its metal included."""
    stored = Sample.of(seen.voxels[tuple(slice(None, None, step) for step in sample_steps(seen.shape))])
    sample = replace(stored, values=stored.values * seen.slope + seen.inter)
    head = sample.of_values(np.isfinite(sample.values) & (sample.values > AIR_HU))
    low, high = (float(head.percentile(percent)) for percent in (_DARKEST, _BRIGHTEST))
    metal = _metal(seen)
    high = max(high, float(np.median(metal))) if metal.size >= _LEAST_METAL else high
    return (low, high) if np.float32(low) < np.float32(high) else window_of(seen)


def _metal(volume: Volume) -> Float64Array:
    """Values of metal in a CT, in Hounsfield units."""
    stored = (_METAL_HU - volume.inter) / (volume.slope or 1.0)
    with np.errstate(invalid="ignore"):
        found = volume.voxels[volume.voxels >= stored if volume.slope >= 0 else volume.voxels <= stored]
        values = found.astype(np.float64) * volume.slope + volume.inter
    return values[np.isfinite(values)]
