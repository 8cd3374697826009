"""How strong contacts are shown on a panel: whole, as ghosts, dimmed, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

import numpy as np
import numpy.typing as npt

from corticast.core.geometry.depths import Depths, Slab
from corticast.core.geometry.panels import CutPanel, FlatPanel, ObliquePanel, Panel, PicturePanel, SlicePanel
from corticast.core.model.types import BoolArray, Float32Array, Float64Array, FrameState, IntpArray

# Contacts away from the plane, or under the surface: small and dim, but moving. Smaller ones look like dust. At 0.6,
# contacts of the usual size all over a head fill a quarter of a field, so that live shows would limit their flashes.
GHOST_SCALE = 0.55
GHOST_OPACITY = 0.4
# Least diameter of ghosts in pixels of the frame, unless the contacts themselves are smaller: inside the outline of a
# smaller one too few pixels are left for its colour.
GHOST_PX = 5.0
# Ghosts beside a slab fade over so many depths of the slab, down to this share.
_GHOST_FADE, _LEAST_GHOST = 4.0, 0.25

# In a translucent head the far half is dimmed; in between contacts fade over some mm of a human head.
FAR_SCALE, FAR_OPACITY = 0.75, 0.45
_FADE_MM = 15.0


@dataclass(frozen=True, eq=False)
class SpriteStyle:
    """How contacts appear in one panel.

    Parameters
    ----------
    scale : (n,) float32, share of the full diameter
    opacity : (n,) float32, 0 hides
    order : (n,) intp, rows in the order they are drawn: ghosts first, then by row
    """

    scale: Float32Array
    opacity: Float32Array
    order: IntpArray


def ghost_scale(full_px: Float64Array) -> Float64Array:
    """(n,) float64, sizes of ghosts as shares of the contacts' own.

    Twin of `ghost_scale` in shaders/pass/sprites.vert.

    Parameters
    ----------
    full_px : (n,) float64, diameters of the contacts at full activity in pixels of the frame
    """
    return np.clip(GHOST_PX / np.maximum(full_px, 1e-6), GHOST_SCALE, 1.0)


def in_slab(distance_mm: Float64Array, slab: Slab | None) -> BoolArray:
    """(n,) bool, whether contacts are near a plane.

    Parameters
    ----------
    distance_mm : (n,) float64, signed, of the contacts from the plane; NaN where missing
    slab : of the plane; None takes all contacts for near
    """
    return np.ones(len(distance_mm), dtype=np.bool_) if slab is None else slab.holds(distance_mm)


def drawn_on_cut(
    pos_mm: Float64Array,
    distance_mm: Float64Array,
    slab: Slab | None,
    *,
    sagittal_mm: float | None = None,
    ghosts: bool | BoolArray = True,
) -> BoolArray:
    """(n,) bool, whether a plane's panel draws contacts: those of the slab, and ghosts beside the slab.

    Parameters
    ----------
    pos_mm : (n, 3) RAS+ mm
    distance_mm : (n,) float64, signed, of the contacts from the plane
    slab : of the plane, None takes every contact into the slab
    sagittal_mm : x of a sagittal slice, whose ghosts lie in the slice's own hemisphere; None for other planes
    ghosts : whether contacts beside the slab are drawn, of all contacts or of each
    """
    own_side = True if sagittal_mm is None else pos_mm[:, 0] * sagittal_mm >= 0
    return np.asarray(in_slab(distance_mm, slab) | (own_side & np.asarray(ghosts, dtype=np.bool_)), dtype=np.bool_)


def ghost_opacity(distance_mm: npt.ArrayLike, slab: Slab) -> Float64Array:
    """(n,) float64, opacity of contacts beside a slab: the farther from the plane, the fainter.

    Parameters
    ----------
    distance_mm : (n,) float, signed, of the contacts from the plane; NaN where missing
    slab : of the plane
    """
    depth_mm = slab.reach_mm(distance_mm)
    beyond = np.nan_to_num(np.abs(np.asarray(distance_mm, dtype=np.float64))) - depth_mm
    fade = np.divide(beyond, _GHOST_FADE * depth_mm, out=np.zeros_like(beyond), where=depth_mm > 0)
    return np.asarray(GHOST_OPACITY * np.clip(1 - fade, _LEAST_GHOST, 1.0))


def shown_beside(panel: Panel, panels: Sequence[Panel], pos_mm: Float64Array, depths: Depths) -> BoolArray:
    """(n,) bool, contacts that another slice of a mosaic shows at full strength, so that a ghost would repeat them.

    Parameters
    ----------
    panel : that the contacts are drawn on
    panels : of the frame
    depths : slabs of the panels
    """
    found = np.zeros(len(pos_mm), dtype=np.bool_)
    if depths.usual is None or not isinstance(panel, SlicePanel) or panel.plane_mm is None:
        return found
    for each in panels:
        beside = isinstance(each, SlicePanel) and each is not panel and each.fixed_axis == panel.fixed_axis
        if beside and isinstance(each, SlicePanel) and each.plane_mm is not None:
            found |= in_slab(each.distance_mm(pos_mm, each.plane_mm), depths.on(each, each.plane_mm))
    return found


def cut_style(
    panel: CutPanel,
    pos_mm: Float64Array,
    plane_mm: float,
    slab: Slab | None,
    *,
    ghosts: bool | BoolArray = True,
) -> SpriteStyle:
    """Appearance of contacts on a panel that shows a plane.

    Within the slab at full strength; others as ghosts. A sagittal panel shows the contacts of its
    own hemisphere only (the side of x = 0 that the plane lies on), and whatever lies in the slab.

    Parameters
    ----------
    pos_mm : (n, 3) RAS+ mm, NaN where missing
    plane_mm : coordinate of the plane along its normal
    slab : of the plane, None shows everything at full strength
    ghosts : whether contacts outside the slab are drawn, of all contacts or of each
    """
    distance_mm = panel.distance_mm(pos_mm, plane_mm)
    full = in_slab(distance_mm, slab)
    sagittal_mm = plane_mm if isinstance(panel, SlicePanel) and panel.fixed_axis == 0 else None
    shown = drawn_on_cut(pos_mm, distance_mm, slab, sagittal_mm=sagittal_mm, ghosts=ghosts)
    shown &= np.isfinite(pos_mm).all(axis=1)
    faint = 1.0 if slab is None else ghost_opacity(distance_mm, slab)
    opacity = np.where(shown, np.where(full, 1.0, faint), 0.0).astype(np.float32)
    scale = np.where(full, 1.0, GHOST_SCALE).astype(np.float32)
    return SpriteStyle(scale, opacity, np.argsort(full, kind="stable"))


def flat_style(
    panel: FlatPanel,
    state: FrameState,
    pos: Float64Array,
    depths: Depths,
    *,
    ghosts: bool | BoolArray = True,
) -> SpriteStyle:
    """Appearance of contacts on a slice, as `cut_style`; at full strength on a picture.

    Parameters
    ----------
    panel : that the contacts are drawn on
    state : of the frame, which says where planes are
    pos : (n, 2 or 3) float64, pixels of the picture or RAS+ mm, NaN where missing
    depths : slabs of the panels
    ghosts : whether contacts outside the slab are drawn, of all contacts or of each
    """
    match panel:
        case SlicePanel() | ObliquePanel():
            plane_mm = panel.plane_at(state.planes_mm)
            return cut_style(panel, pos, plane_mm, depths.on(panel, plane_mm), ghosts=ghosts)
        case PicturePanel():
            n = len(pos)
            return SpriteStyle(np.ones(n, np.float32), np.ones(n, np.float32), np.arange(n))
        case _:
            assert_never(panel)


def style_on(
    panel: FlatPanel,
    panels: Sequence[Panel],
    state: FrameState,
    pos: Float64Array,
    depths: Depths,
    *,
    ghosts: bool,
) -> SpriteStyle:
    """Appearance of contacts on a panel of a frame: `flat_style`, without ghosts that would repeat other slices.

    Parameters
    ----------
    panel : that the contacts are drawn on
    panels : of the frame
    state, pos, depths : as `flat_style`
    ghosts : whether contacts outside the slab are drawn
    """
    apart = ~shown_beside(panel, panels, pos, depths)
    return flat_style(panel, state, pos, depths, ghosts=ghosts & apart)


def view_style(depth_mm: Float64Array, *, dims: bool, scale: float = 1.0) -> SpriteStyle:
    """Appearance of contacts seen from outside: the far ones first, so that nearer ones cover them.

    Parameters
    ----------
    depth_mm : (n,) mm towards the viewer from the middle of the head, NaN where missing
    dims : whether those beyond the middle are dimmed
    scale : factor on the distances of a human head
    """
    present = np.isfinite(depth_mm)
    towards = np.where(present, depth_mm, 0.0) / (scale * _FADE_MM)
    near = np.clip(towards + 0.5, 0.0, 1.0) if dims else np.ones(len(depth_mm))
    opacity = np.where(present, FAR_OPACITY + (1 - FAR_OPACITY) * near, 0.0).astype(np.float32)
    size = (FAR_SCALE + (1 - FAR_SCALE) * near).astype(np.float32)
    return SpriteStyle(size, opacity, np.argsort(depth_mm, kind="stable"))
