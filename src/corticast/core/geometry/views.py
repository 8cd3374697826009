"""Views from outside: where their viewers stand, and how much they show."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from corticast.core.geometry.camera import NAMED_VIEWS, OBLIQUE_VIEWS, Camera
from corticast.core.geometry.cells import ViewCell
from corticast.core.geometry.fit import Fit
from corticast.core.model.layout_words import Word
from corticast.core.model.scene import Scene
from corticast.core.model.types import Float64Array, PlacedElectrodes

# Contacts count as all on one side from this share on.
_ONE_SIDED = 0.9

# Names of panels whose word is shorter.
_SIDES = {"left": "left lateral", "right": "right lateral"}


@dataclass(frozen=True, eq=False)
class Outside:
    """A scene as views from outside show it.

    Parameters
    ----------
    placed : where the electrodes are, None without any
    fit : what the views have room for
    """

    scene: Scene
    placed: PlacedElectrodes | None
    fit: Fit

    @cached_property
    def _contacts_mm(self) -> Float64Array:
        return self.placed.pos[self.placed.drawn] if self.placed is not None else np.zeros((0, 3))

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
        # Once a view has turned, the name of a side holds for its first frame alone.
        return self._around(f"turning from {name}" if self.scene.spin else name, *NAMED_VIEWS[name])

    def _around(self, name: str, azimuth_deg: float, elevation_deg: float) -> ViewCell:
        camera = Camera(azimuth_deg, elevation_deg, np.zeros(3))
        return self.fit.view(name, camera, turning=self.scene.spin != 0)
