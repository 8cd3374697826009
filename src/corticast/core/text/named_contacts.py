"""Which contacts of a scene have names, each its own or one for its group."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from corticast.core.geometry.panels import Panel
from corticast.core.model.groups import groups_of
from corticast.core.model.scene import Scene
from corticast.core.model.subject_names import matching_rows
from corticast.core.model.types import BoolArray, Float64Array, IntpArray, PlacedElectrodes
from corticast.core.text.group_ends import head_centre, outermost, outward


@dataclass(frozen=True, eq=False)
class NamedContacts:
    """The contacts that a scene names.

    Parameters
    ----------
    scene : which contacts are named
    placed : where the contacts are
    """

    scene: Scene
    placed: PlacedElectrodes

    @property
    def are_groups(self) -> bool:
        """Whether groups have names, in place of contacts."""
        return self.scene.names == "group"

    @property
    def words(self) -> tuple[str, ...]:
        """The name of each contact, or of its group."""
        return groups_of(self.placed.table) if self.are_groups else self.placed.table.names

    @property
    def asked(self) -> BoolArray:
        """(n,) bool, contacts whose name is asked for, and that have a position."""
        names = self.scene.names
        if names in ("all", "group") or names is None:
            return self.placed.drawn
        matches = [matching_rows(self.placed.table, pattern) for pattern in names]
        return np.asarray(self.placed.drawn & np.logical_or.reduce(matches))

    @cached_property
    def groups(self) -> IntpArray:
        """(n,) intp, number of the group of each contact."""
        return np.unique(np.array(groups_of(self.placed.table)), return_inverse=True)[1].astype(np.intp)

    @cached_property
    def outward(self) -> Float64Array:
        """(n, 3) float64, directions of shafts out of the head; NaN for contacts of other groups."""
        return outward(self.placed.pos, self.groups, head_centre(self.scene, self.placed))

    def outermost(self, wanted: BoolArray, panel: Panel, without: BoolArray | None = None) -> BoolArray:
        """(n,) bool, the wanted contact of each group that lies farthest out: along a shaft, else on the panel.

        Parameters
        ----------
        wanted : (n,) bool
        without : (n,) bool, contacts whose groups are left out
        """
        if without is not None:
            wanted = wanted & ~np.isin(self.groups, self.groups[without])
        pixels = panel.pixel_of(self.placed.pos)
        middle = np.nanmean(pixels[self.placed.drawn], axis=0)
        along = (self.placed.pos * self.outward).sum(axis=1)
        return outermost(wanted, self.groups, np.where(np.isnan(along), np.hypot(*(pixels - middle).T), along))
