"""Cells of a scene's layout: what each of its words stands for in the scene at hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np

from corticast.core.geometry.affines import snap_to_voxel_centre
from corticast.core.geometry.cells import CellTree, EmptyCell, ObliqueCell, SliceCell
from corticast.core.geometry.fit import Fit
from corticast.core.geometry.panels import PLANES
from corticast.core.geometry.planes import plane_through
from corticast.core.geometry.spread import spread_of
from corticast.core.geometry.views import Outside
from corticast.core.model.groups import groups_of
from corticast.core.model.layout_words import SLICE_PLANES, Word
from corticast.core.model.layouts import arrangements
from corticast.core.model.scene import Scene, layout_as_typed
from corticast.core.model.scouts import scout_of
from corticast.core.model.trees import above, beside, leaves, with_leaves
from corticast.core.model.types import PlacedElectrodes
from corticast.errors import OptionError


def cell_trees(scene: Scene, placed: PlacedElectrodes | None, fit: Fit) -> tuple[CellTree, ...]:
    """Arrangements of cells that a scene's frames may have.

    Parameters
    ----------
    placed : where the electrodes are, None without any
    fit : what the panels have room for
    """
    cells = _Cells(scene, Outside(scene, placed, fit))
    # Arrangements share the cells of a word.
    cells_of = cache(cells.of)
    return tuple(
        with_leaves(tree, chosen)
        for tree in arrangements(scene.layout, contacts=scene.electrodes is not None)
        for chosen in product(*(cells_of(word) for word in leaves(tree)))
    )


@dataclass(frozen=True, eq=False)
class _Cells:
    """Makes the cells of words.

    Parameters
    ----------
    outside : the scene as views from outside show it
    """

    scene: Scene
    outside: Outside

    def of(self, word: Word) -> list[CellTree]:
        """Cells that a word stands for, in each of the arrangements that they may have."""
        if word.name == "mosaic":
            return self._mosaic(word)
        if word.name in SLICE_PLANES:
            planes_mm = [float(plane_mm) for plane_mm in word.at]
            return [beside([SliceCell(word.name, plane_mm) for plane_mm in planes_mm] or [SliceCell(word.name)])]
        if word.name == "shaft":
            return [beside([self._shaft(str(group)) for group in word.at])]
        if word.name == "lateral":
            sides: list[CellTree] = [self.outside.view(Word(side)) for side in self.outside.sides]
            return [beside(sides), above(sides)] if len(sides) > 1 else sides
        return [self.outside.view(word)]

    def _shaft(self, group: str) -> ObliqueCell:
        """The plane that holds the drawn contacts of a group."""
        placed = self.outside.placed
        assert placed is not None  # a scene without electrodes has no shaft
        chosen = placed.drawn & np.array([each == group for each in groups_of(placed.table)])
        pos_mm = placed.pos[chosen]
        n_places = len(np.unique(pos_mm, axis=0))
        if n_places < 2:
            problem = f"a line needs two contacts that are drawn, and {group} has {n_places}"
            raise OptionError(f"{layout_as_typed(self.scene.layout)}: {problem}", "layout")
        plane = plane_through(pos_mm, self.scene.convention, self.scene.sagittal_nose)
        return ObliqueCell(f"shaft {group}", plane, pos_mm)

    def _mosaic(self, word: Word) -> list[CellTree]:
        """Slices in rows from the top, in as many columns as one likes; a scout stands at the lower right."""
        spread = spread_of(word, self.scene, self.outside.placed)
        cells = [SliceCell(spread.plane, plane_mm) for plane_mm in spread.planes_mm]
        scout = scout_of(word, self.scene.layout, self.scene.shown_labels)
        last = [] if scout is None else [SliceCell(scout, self._middle_mm(PLANES[scout][0]), is_scout=True)]
        n = len(cells) + len(last)
        numbers_of_columns = dict.fromkeys(-(-n // n_rows) for n_rows in range(1, n + 1))
        return [_rows_of(cells, last, n_columns) for n_columns in numbers_of_columns]

    def _middle_mm(self, axis: int) -> float:
        """Coordinate in mm of the plane through the middle of the head."""
        volume = self.scene.volume
        plane_mm = float(self.outside.fit.body.ends_mm(np.eye(3)[[axis]]).mean())
        return plane_mm if volume is None else snap_to_voxel_centre(volume.affine, volume.shape, axis, plane_mm)


def _rows_of(cells: list[SliceCell], last: list[SliceCell], n_columns: int) -> CellTree:
    """Rows of equally many cells; empty ones stand before the scout, or else at the end."""
    empty = [EmptyCell()] * (-(len(cells) + len(last)) % n_columns)
    filled: list[CellTree] = [*cells, *empty, *last]
    return above([beside(filled[first : first + n_columns]) for first in range(0, len(filled), n_columns)])
