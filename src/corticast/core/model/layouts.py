"""The table of layouts, from which follow options, panels and the keys of a show. It loads no NumPy."""

from __future__ import annotations

from itertools import chain
from typing import Literal

LayoutName = Literal[
    "ortho", "grid", "sagittal", "coronal", "axial", "lateral", "3d", "superior", "inferior", "anterior", "posterior"
]

# Names of slices. All other cells of a layout are views from outside: "3d", and those that have their viewer in
# `corticast.core.geometry.camera.NAMED_VIEWS`.
SLICE_PLANES = ("axial", "coronal", "sagittal")

# Cells of each layout, rows from the top, equally many cells in each. Beside slices, the cell of a view holds lines of
# text where there are no electrodes. A show's number keys choose the first nine layouts.
LAYOUTS: dict[LayoutName, tuple[tuple[str, ...], ...]] = {
    "ortho": (("sagittal", "coronal", "axial"),),
    "grid": (("sagittal", "coronal"), ("axial", "3d")),
    "sagittal": (("sagittal",),),
    "coronal": (("coronal",),),
    "axial": (("axial",),),
    "lateral": (("left lateral", "right lateral"),),
    "3d": (("3d",),),
    "superior": (("superior",),),
    "inferior": (("inferior",),),
    "anterior": (("anterior",),),
    "posterior": (("posterior",),),
}


def views_in(layout: LayoutName) -> tuple[str, ...]:
    """Names of the views from outside of a layout."""
    return tuple(cell for cell in chain(*LAYOUTS[layout]) if cell not in SLICE_PLANES)


def layouts_with(*cells: str) -> tuple[LayoutName, ...]:
    """Layouts that have one of some slices and views."""
    return tuple(name for name, rows in LAYOUTS.items() if not {*chain(*rows)}.isdisjoint(cells))


SLICE_LAYOUTS = layouts_with(*SLICE_PLANES)

# Layouts that show the head from outside, and no slice.
OUTSIDE_LAYOUTS = tuple(name for name in LAYOUTS if name not in SLICE_LAYOUTS)

VIEWS = tuple(dict.fromkeys(chain(*map(views_in, LAYOUTS))))
