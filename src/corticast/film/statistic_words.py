"""Words for volumes that look like a statistic, where the file does not say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corticast.core.geometry.statistics import ends_of, lies_about_zero
from corticast.core.model.meaning import INTENSITY
from corticast.core.text.numbers import number

if TYPE_CHECKING:
    from corticast.film.film import Film


def signs_unnamed(film: Film) -> list[str]:
    """A line about values of both signs about 0 that are taken for a statistic, though the file names none."""
    scene = film.scene
    volume = scene.volume
    if volume is None or scene.cmap is not None or volume.meaning != INTENSITY or not lies_about_zero(volume):
        return []
    low, high = map(number, ends_of(volume))
    return [
        f"{volume.name}: values lie about 0, from {low} to {high}, and are taken for a statistic, which the file does "
        "not say; give --cmap gray for greys"
    ]
