"""The pixels of a colour bar: the colours that are reached, with an arrow where values lie beyond."""

from __future__ import annotations

import numpy as np

from corticast.core.model.types import BoolArray, Float64Array, UInt8Array

# Of values that are hidden.
GREY = (0.5, 0.5, 0.5)
# Length of an arrow as a share of the bar's, at most.
_LONGEST_ARROW = 0.25
# Width of a tick as a share of the bar's.
_TICK = 0.14


def bar_pixels(
    colours: UInt8Array,
    size: tuple[int, int],
    *,
    gain: float = 1.0,
    signed: bool = False,
    low_arrow: bool = False,
    high_arrow: bool = False,
    grey: tuple[float, float] | None = None,
) -> UInt8Array:
    """Draw a colour map as a bar: low values at the bottom, or on the left of one that lies.

    Parameters
    ----------
    colours : (256, 3) uint8
    size : width, height in pixels
    gain : factor on the values before they become colours, so that the bar ends with the colours that are reached
    signed : whether values run from -1 to 1, else from 0 to 1
    low_arrow, high_arrow : ends that are triangles, beyond which values lie
    grey : part of the bar, in 0..1 from the low end, whose values are hidden; ticks stand at its ends. None without one

    Returns
    -------
    (height, width, 4) uint8, premultiplied sRGB and coverage
    """
    across, along = sorted(size)
    tip = min(float(across), _LONGEST_ARROW * along)
    at: Float64Array = np.arange(along, dtype=np.float64) + 0.5
    start, stop = tip * low_arrow, along - tip * high_arrow
    share = np.clip((at - start) / max(stop - start, 1.0), 0.0, 1.0)
    value = 0.5 + (share - 0.5) * gain if signed else share * gain
    entries = np.minimum(np.floor(value * len(colours)), len(colours) - 1).astype(np.intp)
    coverage = _coverage(at, across, along, tip, low_arrow=low_arrow, high_arrow=high_arrow)
    rgb = colours[entries] / 255.0
    if grey is not None:
        rgb[(share > grey[0]) & (share < grey[1])] = GREY
        coverage[:, _ticks(at - start, max(stop - start, 1.0), across, grey)] = 0
    rgba = np.concatenate([rgb, np.ones((along, 1))], axis=1)
    lying = np.floor(coverage[..., None] * rgba * 255 + 0.5).astype(np.uint8)
    standing = lying.transpose(1, 0, 2)[::-1]
    return np.ascontiguousarray(standing if size[1] > size[0] else lying)


def _ticks(at: Float64Array, length: float, across: int, grey: tuple[float, float]) -> BoolArray:
    """Gaps in the bar where its grey part begins and ends, at which numbers stand."""
    half = max(_TICK * across, 1.0) / 2
    within = [end for end in grey if 0 < end < 1]
    return np.logical_or.reduce([np.abs(at - end * length) <= half for end in within] or [np.zeros(len(at), np.bool_)])


def _coverage(
    at: Float64Array, across: int, along: int, tip: float, *, low_arrow: bool, high_arrow: bool
) -> Float64Array:
    """(across, along) share of each pixel that the bar covers."""
    half = np.full(along, across / 2 + 0.5)
    if low_arrow:
        half = np.minimum(half, across / 2 * at / tip)
    if high_arrow:
        half = np.minimum(half, across / 2 * (along - at) / tip)
    from_middle = np.abs(np.arange(across) + 0.5 - across / 2)
    return np.asarray(np.clip(half[None, :] - from_middle[:, None] + 0.5, 0.0, 1.0))
