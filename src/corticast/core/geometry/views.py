"""Which views from outside a scene has, where their viewers stand, and how much they show."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corticast.core.geometry.camera import NAMED_VIEWS, OBLIQUE_VIEWS, Camera
from corticast.core.geometry.cells import ViewCell
from corticast.core.geometry.head import head_of
from corticast.core.model.layouts import views_in
from corticast.core.model.scene import Scene
from corticast.core.model.types import Float64Array, PlacedElectrodes

# Contacts count as all on one side from this share on.
_ONE_SIDED = 0.9

# Room around the head and the contacts, as a share of their extent: only the middles of bricks are known of a head, and
# contacts are discs.
_MARGIN_SHARE = 0.035

# Contacts that stand on the plain background have as much around them, and so has a volume of a few voxels.
_PLAIN_MARGIN_MM = 8.0


def views_of(scene: Scene, placed: PlacedElectrodes | None) -> tuple[ViewCell, ...]:
    """Views from outside that a scene's layout has, with room for the head and all contacts.

    Parameters
    ----------
    placed : where the electrodes are, None without any
    """
    if not scene.is_seen_from_outside:
        return ()
    contacts_mm = placed.pos[placed.drawn] if placed is not None else np.zeros((0, 3))
    parts = [contacts_mm]
    if scene.volume is not None:
        parts.append(head_of(scene.volume).filled_mm)
    shown_mm = np.concatenate(parts)
    centre_mm = (shown_mm.min(axis=0) + shown_mm.max(axis=0)) / 2
    least_margin_mm = _PLAIN_MARGIN_MM if scene.volume is None else 0.0
    return tuple(
        _around(_title(name, scene), Camera(*angles, centre_mm), shown_mm, least_margin_mm, turning=scene.spin != 0)
        for name, angles in _viewers(scene, contacts_mm)
    )


def _title(name: str, scene: Scene) -> str:
    """Name of a view's panel. Once a view has turned, the name of its side no longer holds."""
    return f"{name}, turning" if scene.spin and name in NAMED_VIEWS else name


def _viewers(scene: Scene, contacts_mm: Float64Array) -> Sequence[tuple[str, tuple[float, float]]]:
    """Names of the views, with azimuth and elevation."""
    share_left = float((contacts_mm[:, 0] < 0).mean()) if len(contacts_mm) else 0.5
    oblique = scene.view or OBLIQUE_VIEWS["left" if share_left >= 0.5 else "right"]
    unseen = f"{_unseen_side(scene, share_left)} lateral"
    return [(name, NAMED_VIEWS.get(name, oblique)) for name in views_in(scene.layout) if name != unseen]


def _unseen_side(scene: Scene, share_left: float) -> str:
    """Side whose lateral view is left out; "no" if both are shown."""
    if scene.side is not None:
        return {"left": "right", "right": "left", "both": "no"}[scene.side]
    return "right" if share_left >= _ONE_SIDED else "left" if share_left <= 1 - _ONE_SIDED else "no"


def _around(name: str, camera: Camera, shown_mm: Float64Array, least_margin_mm: float, *, turning: bool) -> ViewCell:
    """The view that has room for points, from wherever a turning camera looks."""
    if turning:
        # About the vertical through the centre every point goes in a circle.
        radius = np.linalg.norm((shown_mm - camera.centre_mm)[:, :2], axis=1)
        height = np.abs(shown_mm[:, 2] - camera.centre_mm[2])
        elevation = np.deg2rad(camera.elevation_deg)
        up = height * np.cos(elevation) + radius * abs(np.sin(elevation))
        half = radius.max(), up.max()
    else:
        seen = camera.seen(shown_mm)
        low, high = seen.min(axis=0), seen.max(axis=0)
        # In the viewer's axes the shown points have another middle than in the world.
        middle = (low + high) / 2
        camera = Camera(camera.azimuth_deg, camera.elevation_deg, camera.centre_mm + middle @ camera.axes)
        half = (high[0] - low[0]) / 2, (high[1] - low[1]) / 2
    # The middle of a single brick, or of bricks behind one another, has no extent.
    margin_mm = max(_MARGIN_SHARE * 2 * float(max(half)), least_margin_mm) or _PLAIN_MARGIN_MM
    return ViewCell(name, camera, (2 * (float(half[0]) + margin_mm), 2 * (float(half[1]) + margin_mm)))
