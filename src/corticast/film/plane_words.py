"""Words for the planes that a film has chosen by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corticast.core.geometry.affines import world_box_mm
from corticast.core.geometry.depths import Slab
from corticast.core.geometry.masked import around_mm
from corticast.core.geometry.panels import PLANES, plane_digits
from corticast.core.geometry.resting import resting_planes
from corticast.core.geometry.shown_body import enough_share
from corticast.core.geometry.spread import Spread, spread_of
from corticast.core.model.layouts import words_in
from corticast.core.model.types import Volume
from corticast.core.text.numbers import millimetres, percent
from corticast.film.sizes import Size

if TYPE_CHECKING:
    from corticast.film.film import Film


def planes_line(film: Film, size: Size | None = None) -> str:
    """Planes that have moved away from the contacts, slices of mosaics, and ends around a mask, in one line; or "".

    Parameters
    ----------
    size : width, height of the frames in pixels; None takes the film's
    """
    moved = _moved(film, size or film.timing.size) if film.moving_mm is None else []
    parts = [*moved, *_mosaics(film), *_nearest(film), *_ends(film)]
    return f"planes: {'; '.join(parts)}" if parts else ""


def planes_outside(film: Film) -> list[str]:
    """Warnings about slices outside of the volume, which show contacts alone; none without any."""
    volume = film.scene.volume
    if volume is None:
        return []
    box = world_box_mm(volume.affine, volume.shape)
    found, n_digits = [], plane_digits(volume)
    for panel in film.layout().slices:
        axis, option = panel.fixed_axis, "--plane-mm" if panel.plane_mm is None else "--layout"
        low, high = box[:, axis]
        has = f"{'xyz'[axis]} = {millimetres(low, n_digits)} to {millimetres(high, n_digits)} mm"
        found += [
            f"{option}: the {panel.name} slice {_at(axis, plane_mm, volume)} lies outside of {volume.name}, "
            f"which has {has}"
            for plane_mm in film.planes_on(panel)
            if not low <= plane_mm <= high
        ]
    return found


def _moved(film: Film, size: Size) -> list[str]:
    """Words for each slice at rest that lies further inside than the contact it would run through."""
    scene = film.scene
    if scene.volume is None or scene.image is not None:
        return []
    through_mm = resting_planes(scene, film.placed).through_mm
    layout, found = film.layout(size), []
    for panel in layout.slices:
        axis, plane_mm = panel.fixed_axis, film.resting_mm[panel.fixed_axis]
        if panel.plane_mm is None and plane_mm != through_mm[axis]:
            least = percent(enough_share(scene, scene.volume))
            at, wanted = (_at(axis, each, scene.volume) for each in (plane_mm, through_mm[axis]))
            why = f"since the slice {wanted} shows less than {least} of the largest one"
            slab = layout.depths.resting.get((axis, plane_mm))
            found.append(f"{panel.name} {at}, {why}{_reach(slab, axis, plane_mm, scene.volume)}")
    return list(dict.fromkeys(found))


def _reach(slab: Slab | None, axis: int, plane_mm: float, volume: Volume) -> str:
    """Words for a slab that reaches farther than usual; none without one."""
    if slab is None:
        return ""
    end_mm = plane_mm + (slab.above_mm if slab.above_mm > slab.below_mm else -slab.below_mm)
    return f", and the depth there reaches contacts to {'xyz'[axis]} = {millimetres(end_mm, plane_digits(volume))} mm"


def _nearest(film: Film) -> list[str]:
    """Words for the depth of slices of mosaics that share the contacts among them; none without any."""
    slabs = film.layout().depths.own
    deep_mm = [min(slab.below_mm, slab.above_mm) for slab in slabs.values()]
    if len(slabs) < 2:
        return []
    deepest = millimetres(max(deep_mm), plane_digits(film.scene.volume) + 1)
    return [f"depth: each contact on its nearest slice, {deepest} mm"]


def _ends(film: Film) -> list[str]:
    """Words for slices that end around a mask."""
    volume, mask = film.scene.volume, film.scene.mask
    if volume is None or mask is None or not film.layout().cuts:
        return []
    return [f"slices end {millimetres(around_mm(volume), plane_digits(volume))} mm beyond the brain of {mask.name}"]


def _mosaics(film: Film) -> list[str]:
    """Words for the slices of each mosaic."""
    scene = film.scene
    if scene.image is not None or (film.placed is not None and film.placed.in_picture):
        return []
    words = words_in(scene.layout, contacts=scene.electrodes is not None)
    return [_of_mosaic(spread_of(word, scene, film.placed), film) for word in words if word.name == "mosaic"]


def _of_mosaic(spread: Spread, film: Film) -> str:
    axis, scene = PLANES[spread.plane][0], film.scene
    first, last = (millimetres(spread.planes_mm[end], plane_digits(scene.volume)) for end in (0, -1))
    n = len(spread.planes_mm)
    words = f"{n} {spread.plane} slices, {'xyz'[axis]} = {first} to {last} mm"
    if n == 1:
        words = f"1 {spread.plane} slice, {'xyz'[axis]} = {first} mm"
    if scene.volume is None:
        return f"{words}, {'over the' if spread.has_all else 'through all'} contacts"
    more = "" if spread.has_all else "; no more lie there"
    if spread.over == "contacts":
        return f"{words}, over the contacts{more}"
    return f"{words}, over slices with at least {percent(enough_share(scene, scene.volume))} of the largest one{more}"


def _at(axis: int, plane_mm: float, volume: Volume) -> str:
    return f"at {'xyz'[axis]} = {millimetres(plane_mm, plane_digits(volume))} mm"
