"""The air around a head: the part of a volume that light grounds show as paper.

A flood from outside finds the air: ventricles and dark tissue, which it does not reach, keep their colours. The flood
starts at the edges of the volume's box. Its front is as thick as a finger, and enters neither nose nor ear nor the cut
through a neck, from where dark bone and fluid would lead to the brain. Then it fills corners up to its own depth. A
corner that tissue encloses in a slice would look like a hole bitten out of the head, and stays dark. Around
a brain alone is no such tissue.

At the rim a voxel holds a share of the head and a share of air. Its opacity is the head's share, so that the colour of
the head alone follows from the mixture. The edge itself is that of the opacity, smoothed by a voxel, so that slices
show no steps of voxels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from corticast.core.color.color import BT709_KB, BT709_KR
from corticast.core.color.themes import Theme
from corticast.core.geometry.affines import zooms_mm
from corticast.core.geometry.background import on_dark
from corticast.core.geometry.head import head_of
from corticast.core.geometry.slabs import slabs
from corticast.core.geometry.statistics import is_statistic
from corticast.core.geometry.surface_field import smoothed
from corticast.core.model.types import BoolArray, Float32Array, UInt8Array, Volume

# The flood runs on cells: so many along the volume's longest side.
_CELLS = 96

# Radius of the flood's front as a share of the longest side: 6 mm in a field of view of 256 mm. A background of a
# single value needs half of that: a mask has no skull whose dark bone leads inwards.
_FRONT, _FRONT_AT_MASKS = 0.025, 0.0125
# The flood fills corners that its front does not enter, so deep in radii of the front.
_CORNERS = 2.0

# Noise of the air reaches up to so many times its 90th percentile, but at least up to the second share of the surface's
# level, or at masks, whose background has a single value, up to the third one, and at most up to the fourth.
_NOISE, _FAINT, _FAINTEST, _BRIGHTEST = 3.0, 0.3, 0.15, 0.6
# Every seventh voxel of the air shows its noise.
_EACH = 7

# Hounsfield units of air, and of a head's surface. Beyond the circle that a scanner measures, values lie far below.
_AIR_HU, _SKIN_HU = -1000.0, -500.0

# Groups of cells that float in the air are noise if there are fewer, or if none of their voxels reaches the surface's
# level: ghosts of a pulsing vessel or of an eye that moves.
_SPECK_CELLS = 12

# Around a head lies at least this share of air; less is a gap in noise.
_LEAST_AIR = 0.01

# A voxel of the rim is all head from this multiple of the surface's level on.
_SOLID = 1.5

# Distances from the value of the air are cut here: larger ones could overflow in float32.
_FARTHEST = 1e34


@dataclass(frozen=True, eq=False)
class Air:
    """The air around the head of a volume.

    Parameters
    ----------
    opacity : (nx, ny, nz) uint8, share of the head in each voxel: 0 in the air, 255 in the head
    edge : (nx, ny, nz) uint8, the opacity smoothed; the head's edge lies at 128
    value : scaled value of the air
    """

    opacity: UInt8Array
    edge: UInt8Array
    value: float


_known: WeakKeyDictionary[Volume, Air | None] = WeakKeyDictionary()


def air_of(volume: Volume) -> Air | None:
    """Find the air around the head of a volume, once; None without any, and where noise hides its end.

    None, too, if the surface lies so far above the air that computing in float32 would overflow.

    Opacity and edge take a byte per voxel each; finding them takes 10 bytes per voxel for a while.
    """
    if volume not in _known:
        _known[volume] = _found(on_dark(volume))
    return _known[volume]


def shown_air(volume: Volume, colours: UInt8Array, theme: Theme) -> Air | None:
    """Air in whose place the ground of a theme shows; None where the map begins with the ground's colour.

    Parameters
    ----------
    colours : (256, 3) colour map of the volume
    """
    return None if begins_with_ground(volume, colours, theme) else air_of(volume)


def begins_with_ground(volume: Volume, colours: UInt8Array, theme: Theme) -> bool:
    """Whether the lowest values of a volume have the ground's colour already; parameters as in `shown_air`."""
    lowest = np.zeros(3) if volume.is_rgb else colours[0]
    return not theme.is_transparent and bool((lowest == np.round(255 * np.asarray(theme.ground))).all())


def _found(volume: Volume) -> Air | None:
    head = head_of(volume)
    is_ct = head.kind == "ct"
    outside, rise = (_AIR_HU, _SKIN_HU - _AIR_HU) if is_ct else (head.outside, head.level - head.outside)
    if rise > _FARTHEST:
        return None
    distance, has_both_signs = _distances(volume, outside, rise, clips=is_ct)
    zooms = zooms_mm(volume.affine)
    longest_mm = float((zooms * volume.shape).max())
    block = [max(1, round(longest_mm / _CELLS / zoom)) for zoom in zooms]
    cell_mm = zooms * block
    largest = _largest_in(distance, block)
    air_cells = _flooded(largest < rise, cell_mm, _FRONT * longest_mm)
    noise = distance[_spread(air_cells, block, distance.shape)][::_EACH]
    if not noise.size:
        return None
    usual = float(np.percentile(noise, 90))
    is_mask = usual == 0
    least = (0.0 if has_both_signs else _FAINTEST) if is_mask else _FAINT
    # Small values of a statistic are no air.
    is_map = is_statistic(volume)
    faint = 0.0 if is_map else min(max(_NOISE * usual, least * rise), _BRIGHTEST * rise)
    front_mm = (_FRONT_AT_MASKS if is_mask or is_map else _FRONT) * longest_mm
    air_cells = _flooded(largest <= faint, cell_mm, front_mm)
    specks = _specks(~air_cells, largest >= rise)
    air_cells |= specks
    if air_cells.mean() < _LEAST_AIR or air_cells.all():
        return None
    opacity = np.zeros(distance.shape, np.uint8)
    # Around the head: most of a conformed volume is air.
    box = tuple(
        slice(max(0, (int(rows.min()) - 2) * k), (int(rows.max()) + 3) * k)
        for rows, k in zip(np.nonzero(~air_cells), block, strict=True)
    )
    part = distance[box]
    cells = air_cells[tuple(slice(side.start // k, None) for side, k in zip(box, block, strict=True))]
    air = _spread(cells, block, part.shape) & (part <= faint)
    air = _grown(air, max(block) + 1, part <= faint)
    enclosed = np.zeros_like(air) if is_map or head.kind == "brain" else _enclosed(air)
    air &= ~enclosed
    air |= _spread(specks[tuple(slice(s.start // k, None) for s, k in zip(box, block, strict=True))], block, part.shape)
    # A map of both signs is not mixed with air: its small values count as much at its rim.
    opacity[box] = np.where(air, np.uint8(0), np.uint8(255)) if has_both_signs else _opacity(part, air, rise)
    opacity[box][enclosed] = 255
    edge = np.zeros(distance.shape, np.uint8)
    edge[box] = _edge(opacity[box])
    return Air(opacity, edge, outside)


def _edge(opacity: UInt8Array) -> UInt8Array:
    """The opacity smoothed by a voxel. Half of it stays at least, so that a sheet of single voxels can be seen."""
    smooth = opacity.astype(np.uint16) << np.uint16(6)
    for axis in (0, 1, 2) * 2:
        smooth = smoothed(smooth, axis)
    return np.maximum((smooth >> np.uint16(6)).astype(np.uint8), opacity // 2)


def _distances(volume: Volume, outside: float, rise: float, *, clips: bool) -> tuple[Float32Array, bool]:
    """(nx, ny, nz) distance of each scaled value from that of the air, 0 without a value; whether values lie below.

    Parameters
    ----------
    clips : whether values below that of the air are air, too
    """
    if volume.is_rgb:
        colours = volume.voxels.astype(np.float32)
        opacity = colours[..., 3] / 255 if colours.shape[-1] == 4 else np.float32(1)
        luma = colours[..., :3] @ np.array([BT709_KR, 1 - BT709_KR - BT709_KB, BT709_KB], np.float32)
        return luma * opacity, False
    distance = _above(volume, outside)
    if clips:
        np.maximum(distance, 0, out=distance)
    lowest = float(np.nanmin(distance, initial=0.0))
    np.abs(distance, out=distance)
    np.nan_to_num(distance, copy=False)
    np.minimum(distance, np.float32(_FARTHEST), out=distance)
    return distance, lowest < -_FAINTEST * rise


def _above(volume: Volume, outside: float) -> Float32Array:
    """(nx, ny, nz) scaled values minus that of the air."""
    voxels, slope = volume.voxels, volume.slope
    if voxels.dtype.itemsize <= 2 or (voxels.dtype == np.float32 and slope == 1):
        # Float32 holds every value of these types exactly.
        above = voxels.astype(np.float32)
        above *= np.float32(slope)
        above += np.float32(volume.inter - outside)
        return above
    # Far from 0, float32 cannot tell neighbouring values of the other types apart.
    above = np.empty(voxels.shape, np.float32, order="F")
    with np.errstate(over="ignore", invalid="ignore"):
        for first, slab in slabs(voxels):
            scaled = slab.astype(np.float64) * slope + volume.inter
            above[:, :, first : first + slab.shape[2]] = scaled - outside
    return above


def _largest_in(values: Float32Array, block: list[int]) -> Float32Array:
    """The largest value of each cell."""
    for axis, k in enumerate(block):
        values = np.maximum.reduceat(values, np.arange(0, values.shape[axis], k), axis=axis)
    return values


def _spread(cells: BoolArray, block: list[int], shape: tuple[int, ...]) -> BoolArray:
    """Cells as voxels."""
    for axis, k in enumerate(block):
        cells = np.repeat(cells, k, axis=axis)
    return cells[tuple(slice(n) for n in shape)]


def _flooded(is_open: BoolArray, cell_mm: npt.NDArray[Any], front_mm: float) -> BoolArray:
    """Open cells that a ball reaches from an edge of the box, and corners beside its way."""
    from scipy import ndimage

    if is_open.all():
        return is_open
    wide = ndimage.distance_transform_edt(is_open, sampling=cell_mm) > front_mm
    parts, _ = ndimage.label(wide)
    sides = sum(np.ix_(*(np.isin(np.arange(n), (0, n - 1)).astype(int) for n in wide.shape)))
    reached = np.isin(parts, np.unique(parts[wide & (sides >= 2)])) & wide
    steps = int(np.ceil(_CORNERS * front_mm / cell_mm.min()))
    return np.asarray(ndimage.binary_dilation(reached, iterations=steps, mask=is_open))


def _enclosed(air: BoolArray) -> BoolArray:
    """Air that does not reach the edge of the box within one of the three slices through it."""
    from scipy import ndimage

    enclosed = np.zeros_like(air)
    for axis in range(3):
        in_plane = np.zeros((3, 3, 3), bool)
        in_plane[tuple(1 if other == axis else slice(None) for other in range(3))] = True
        parts, n = ndimage.label(air, in_plane)
        ends = [np.take(parts, end, other) for other in range(3) if other != axis for end in (0, -1)]
        reaches = np.zeros(n + 1, bool)
        for end in ends:
            reaches[end] = True
        reaches[0] = True
        enclosed |= ~reaches[parts]
    return enclosed


def _specks(filled: BoolArray, is_bright: BoolArray) -> BoolArray:
    """Small groups of filled cells, and groups without a bright cell; never the largest group."""
    from scipy import ndimage

    parts, _ = ndimage.label(filled)
    sizes = np.bincount(parts.ravel())
    # Neither the cells that are not filled nor the largest group, which may be small itself.
    sizes[0] = sizes.max()
    bright = np.bincount(parts.ravel(), weights=is_bright.ravel()) > 0
    is_noise = ((sizes < _SPECK_CELLS) | ~bright) & (sizes < sizes[1:].max(initial=0))
    return np.asarray(is_noise[parts])


def _grown(region: BoolArray, steps: int, within: BoolArray) -> BoolArray:
    """A region after steps to all six neighbours."""
    for _ in range(steps):
        more = region.copy()
        for axis in range(3):
            low, high = [slice(None)] * 3, [slice(None)] * 3
            low[axis], high[axis] = slice(None, -1), slice(1, None)
            more[tuple(low)] |= region[tuple(high)]
            more[tuple(high)] |= region[tuple(low)]
        region = more & within
    return region


def _opacity(distance: Float32Array, air: BoolArray, rise: float) -> UInt8Array:
    """Share of the head in each voxel: at the rim by its value, as a mixture of air and the tissue beside it."""
    from scipy import ndimage

    everywhere = np.ones_like(air)
    beside = _grown(air, 1, everywhere)
    next_to_it = _grown(beside, 1, everywhere) & ~beside & (distance < _SOLID * rise)
    rim = (beside & ~air) | next_to_it
    tissue = np.minimum(ndimage.maximum_filter(distance, 5)[rim], np.float32(_SOLID * rise))
    opacity = np.where(air, np.uint8(0), np.uint8(255))
    share = np.minimum(distance[rim] / np.maximum(tissue, np.float32(1e-30)), 1)
    # Within the rim the share rises to 1 before the value is that of the tissue: else fluid would end in dots there.
    within = np.clip(distance[rim] / rise - 0.5, 0, 1) * next_to_it[rim]
    opacity[rim] = 255 * (share + (1 - share) * within) + 0.5
    return opacity
