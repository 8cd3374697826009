"""Scouts of mosaics: one slice across the others, on which the label `cuts` shows them as lines. It loads no NumPy."""

from __future__ import annotations

from collections.abc import Collection

from corticast.core.model.layout_words import SLICE_PLANES, Word
from corticast.core.model.layouts import mosaic_plane, words_in

# Across the slices of each plane, as radiologists choose it.
_ACROSS = {"axial": "sagittal", "coronal": "sagittal", "sagittal": "coronal"}

# Views from outside along the slices of each plane, which show them as lines too.
_VIEWS = {
    "axial": ("left", "right", "lateral", "anterior", "posterior"),
    "coronal": ("left", "right", "lateral", "superior", "inferior"),
    "sagittal": ("anterior", "posterior", "superior", "inferior"),
}


def views_along(plane: str) -> tuple[str, ...]:
    """Views from outside whose viewers look along the slices of a plane, which are lines there."""
    return _VIEWS[plane]


def scout_of(word: Word, layout: str, labels: Collection[str]) -> str | None:
    """Plane of the scout that a mosaic has in a layout; None where its lines are off, or another panel shows them.

    Parameters
    ----------
    word : the mosaic
    layout : name or expression
    labels : that are drawn
    """
    if word.name != "mosaic" or "cuts" not in labels:
        return None
    plane = mosaic_plane(word)
    others = {mosaic_plane(each) if each.name == "mosaic" else each.name for each in words_in(layout)}
    shows_lines = (set(SLICE_PLANES) - {plane}) | {"shaft", *_VIEWS[plane]}
    return None if others & shows_lines else _ACROSS[plane]


def scouts_in(layout: str, labels: Collection[str]) -> tuple[str, ...]:
    """Planes of all scouts in a layout; parameters as above."""
    found = (scout_of(word, layout, labels) for word in words_in(layout))
    return tuple(dict.fromkeys(plane for plane in found if plane is not None))
