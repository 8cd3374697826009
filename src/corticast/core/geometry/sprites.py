"""Electrode sprites: how large, how strong, where they are shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# Width of the dark outline, in pixels of a 1080-line frame.
OUTLINE_PX = 2.0

# Contacts away from the plane, or under the surface: small and dim, but moving.
GHOST_SCALE = 0.45
GHOST_OPACITY = 0.4


def diameter_px(activity: npt.ArrayLike, range_px: tuple[float, float]) -> npt.NDArray[np.float64]:
    """Sprite diameter MIN + (MAX - MIN) · max(a, 0.01).

    Twin of `sprite_diameter_px` in shaders/lib/sprite_size.glsl. The magnitude counts where activity
    is signed, and activity above 1 draws as 1.

    Parameters
    ----------
    activity : (...) float
    range_px : diameters in pixels at 0 and at 1
    """
    low, high = range_px
    share = np.maximum(np.minimum(np.abs(np.asarray(activity, dtype=np.float64)), 1.0), 0.01)
    return np.asarray(low + (high - low) * share)


# In a translucent head the far half is dimmed; in between contacts fade over some mm.
FAR_SCALE, FAR_OPACITY = 0.75, 0.45
_FADE_MM = 15.0


@dataclass(frozen=True)
class SpriteLook:
    """What a drive asks of the sprites where the scene leaves it open.

    Parameters
    ----------
    diameters : at rest and at full activity, in pixels of a 1080-line frame
    cmap : colour map of activity, None for the default
    """

    diameters: tuple[float, float] = (6.0, 40.0)
    cmap: str | None = None


@dataclass(frozen=True, eq=False)
class SpriteStyle:
    """How contacts appear in one panel.

    Parameters
    ----------
    scale : (n,) float32, share of the full diameter
    opacity : (n,) float32, 0 hides
    order : (n,) intp, rows in the order they are drawn: ghosts first, then by row
    """

    scale: npt.NDArray[np.float32]
    opacity: npt.NDArray[np.float32]
    order: npt.NDArray[np.intp]


def in_slab(pos_mm: npt.NDArray[np.float64], axis: int, plane_mm: float, depth_mm: float) -> npt.NDArray[np.bool_]:
    """Contacts within a distance of a plane.

    Parameters
    ----------
    pos_mm : (n, 3) RAS+ mm, NaN where missing
    axis : world axis that the plane fixes
    """
    return np.asarray(np.abs(pos_mm[:, axis] - plane_mm) <= depth_mm, dtype=np.bool_)


def slice_style(pos_mm: npt.NDArray[np.float64], axis: int, plane_mm: float, depth_mm: float | None) -> SpriteStyle:
    """Appearance of contacts on a slice panel.

    Within the slab at full strength; others as ghosts. A sagittal panel shows the contacts of its
    own hemisphere only (the side of x = 0 that the plane lies on), and whatever lies in the slab.

    Parameters
    ----------
    pos_mm : (n, 3) RAS+ mm, NaN where missing
    axis : world axis that the panel's plane fixes, 0 for sagittal
    plane_mm : its coordinate
    depth_mm : half the slab's thickness, None shows everything at full strength
    """
    n = len(pos_mm)
    present = np.isfinite(pos_mm).all(axis=1)
    if depth_mm is None:
        full = np.ones(n, dtype=bool)
        shown = present
    else:
        full = in_slab(pos_mm, axis, plane_mm, depth_mm)
        own_side = np.ones(n, dtype=bool) if axis != 0 else pos_mm[:, 0] * plane_mm >= 0
        shown = present & (full | own_side)
    opacity = np.where(shown, np.where(full, 1.0, GHOST_OPACITY), 0.0).astype(np.float32)
    scale = np.where(full, 1.0, GHOST_SCALE).astype(np.float32)
    return SpriteStyle(scale, opacity, np.argsort(full, kind="stable"))


def view_style(depth_mm: npt.NDArray[np.float64], *, dims: bool) -> SpriteStyle:
    """Appearance of contacts seen from outside: the far ones first, so that nearer ones cover them.

    Parameters
    ----------
    depth_mm : (n,) mm towards the viewer from the middle of the head, NaN where missing
    dims : whether those beyond the middle are dimmed
    """
    present = np.isfinite(depth_mm)
    near = np.clip(np.where(present, depth_mm, 0.0) / _FADE_MM + 0.5, 0.0, 1.0) if dims else np.ones(len(depth_mm))
    opacity = np.where(present, FAR_OPACITY + (1 - FAR_OPACITY) * near, 0.0).astype(np.float32)
    scale = (FAR_SCALE + (1 - FAR_SCALE) * near).astype(np.float32)
    return SpriteStyle(scale, opacity, np.argsort(depth_mm, kind="stable"))
