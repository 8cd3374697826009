"""Views from outside: where their viewers stand, and how much they show."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from corticast.core.geometry.camera import NAMED_VIEWS, OBLIQUE_VIEWS, Camera
from corticast.core.geometry.cells import ViewCell
from corticast.core.geometry.head import head_of
from corticast.core.model.layout_words import Word
from corticast.core.model.scene import Scene
from corticast.core.model.types import Float64Array, PlacedElectrodes

# Contacts count as all on one side from this share on.
_ONE_SIDED = 0.9

# Room around the head and the contacts, as a share of their extent: only the middles of bricks are known of a head, and
# contacts are discs.
_MARGIN_SHARE = 0.035

# Contacts that stand on the plain background have as much around them, and so has a volume of a few voxels.
_PLAIN_MARGIN_MM = 8.0

# Names of panels whose word is shorter.
_SIDES = {"left": "left lateral", "right": "right lateral"}


@dataclass(frozen=True, eq=False)
class Outside:
    """A scene as views from outside show it, with room for the head and all contacts.

    Parameters
    ----------
    placed : where the electrodes are, None without any
    """

    scene: Scene
    placed: PlacedElectrodes | None

    @cached_property
    def _contacts_mm(self) -> Float64Array:
        return self.placed.pos[self.placed.drawn] if self.placed is not None else np.zeros((0, 3))

    @cached_property
    def shown_mm(self) -> Float64Array:
        """(n, 3) float64, points of the head and all contacts."""
        head = [head_of(self.scene.volume).filled_mm] if self.scene.volume is not None else []
        return np.concatenate([self._contacts_mm, *head])

    @cached_property
    def _share_left(self) -> float:
        return float((self._contacts_mm[:, 0] < 0).mean()) if len(self._contacts_mm) else 0.5

    @property
    def sides(self) -> tuple[str, ...]:
        """Sides that the word "lateral" stands for: those that `--side` names, or else those with contacts."""
        if self.scene.side is not None:
            return ("left", "right") if self.scene.side == "both" else (self.scene.side,)
        if self._share_left >= _ONE_SIDED:
            return ("left",)
        return ("right",) if self._share_left <= 1 - _ONE_SIDED else ("left", "right")

    def view(self, word: Word) -> ViewCell:
        """The view that a word stands for: a side, or "3d" with or without angles."""
        if word.name == "3d":
            oblique = OBLIQUE_VIEWS["left" if self._share_left >= 0.5 else "right"]
            angles = tuple(float(each) for each in word.at) or self.scene.view or oblique
            return self._around(word.name, angles[0], angles[1])
        name = _SIDES.get(word.name, word.name)
        # Once a view has turned, the name of its side no longer holds.
        return self._around(f"{name}, turning" if self.scene.spin else name, *NAMED_VIEWS[name])

    def _around(self, name: str, azimuth_deg: float, elevation_deg: float) -> ViewCell:
        centre_mm = (self.shown_mm.min(axis=0) + self.shown_mm.max(axis=0)) / 2
        least_margin_mm = _PLAIN_MARGIN_MM if self.scene.volume is None else 0.0
        camera = Camera(azimuth_deg, elevation_deg, centre_mm)
        return _around(name, camera, self.shown_mm, least_margin_mm, turning=self.scene.spin != 0)


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
