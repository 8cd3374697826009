"""Places of names beside the contacts of a panel: none over another one, over a contact, a leader or another text.

A greedy search: the names of a group stand on the side of their contacts that has room for most of them, those left on
the side that has room for most of these, and so on. The others take the first free place of a fixed list, contacts in a
fixed order. A place holds at several moments of a turn at once, so that a name does not jump from frame to frame.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from corticast.core.model.types import BoolArray, Float64Array, IntpArray

# Directions in which a name stands right beside its contact, and those of leaders.
_N_BESIDE, _N_AROUND = 16, 32
# Sides of contacts in the order of choice: below, above, right, left, then the diagonals.
_SIDES = np.array([(0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)])
_SIDES = _SIDES / np.hypot(*_SIDES.T)[:, None]
# Free pixels between a name and everything else, in sizes of its text.
_GAP = 0.18
# Share of them between the middle of a leader and a contact, so that the leader's rim has room.
_CLEAR = 0.8


@dataclass(frozen=True, eq=False)
class Crowd:
    """The contacts of a panel, and what their names have to keep clear of. Pixels have edges at integers.

    Parameters
    ----------
    centres : (n_moments, n, 2) float64 pixels, NaN for contacts that are not drawn
    radii : (n,) or (n, n) float64 pixels, of each disc, or of disc j while the name of contact i is shown
    together : (n, n) bool, whether two names are shown in one frame; None if all are
    wanted : (n,) bool, contacts whose names are sought a place for
    boxes : (n, 2) float64, width and height of the names
    blocks : (m, 4) float64 x, y, width, height of rectangles that are taken
    bounds : x, y, width, height of the room
    size_px : font size
    groups : (n,) intp, number of the group of each contact
    ahead : (n, 2) float64, directions in which names stand that need no common side; None for names of contacts
    """

    centres: Float64Array
    radii: Float64Array
    together: BoolArray | None
    wanted: BoolArray
    boxes: Float64Array
    blocks: Float64Array
    bounds: tuple[float, float, float, float]
    size_px: float
    groups: IntpArray
    ahead: Float64Array | None = None


@dataclass(frozen=True, eq=False)
class NamePlaces:
    """Places of names, relative to their contacts.

    Parameters
    ----------
    offsets : (n, 2) float64 pixels from the contact to the middle of its name; NaN where there is no room
    leaders : (n, 2, 2) float64 pixels, both ends of the line from the contact to the name; NaN without a line
    """

    offsets: Float64Array
    leaders: Float64Array

    @property
    def placed(self) -> BoolArray:
        """(n,) bool, contacts whose name has a place."""
        return np.asarray(np.isfinite(self.offsets[:, 0]), dtype=np.bool_)


def place_names(crowd: Crowd, reaches: Sequence[float]) -> NamePlaces:
    """Find the places of names.

    Parameters
    ----------
    reaches : lengths of leaders that are tried, ascending, in sizes of the text
    """
    search = _Search(crowd)
    middle = np.nanmean(np.where(crowd.wanted[None, :, None], crowd.centres, np.nan), axis=(0, 1))
    away = np.nan_to_num(crowd.centres.mean(axis=0) - middle)
    order = [int(row) for row in np.argsort(-np.hypot(*away.T), kind="stable") if crowd.wanted[row]]
    if crowd.ahead is None:
        for group in dict.fromkeys(crowd.groups[order].tolist()):
            search = _on_few_sides(search, [row for row in order if crowd.groups[row] == group])
    else:
        away = np.nan_to_num(crowd.ahead)
    for row in order:
        if not np.isfinite(search.offsets[row, 0]):
            search.try_beside(row, away[row])
    for reach in reaches:
        for row in order:
            if not np.isfinite(search.offsets[row, 0]):
                search.try_leader(row, away[row], reach * crowd.size_px)
    return NamePlaces(search.offsets, search.leaders)


def _on_few_sides(search: _Search, rows: Sequence[int]) -> _Search:
    """The search with the names of a group on as few sides as have room for them."""
    left = list(rows)
    while left:
        found = _on_one_side(search, left)
        if found is search:
            break
        search = found
        left = [row for row in left if not np.isfinite(search.offsets[row, 0])]
    return search


def _on_one_side(search: _Search, rows: Sequence[int]) -> _Search:
    """The search with names on the side that has room for most of them; of equal sides the first."""
    best, most = search, 0
    for side in _SIDES:
        tried = search.copy()
        n_placed = sum(tried.try_side(row, side) for row in rows)
        if n_placed > most:
            best, most = tried, n_placed
        if most == len(rows):
            break
    return best


class _Search:
    """Places that have been taken, and the test of a new one."""

    def __init__(self, crowd: Crowd) -> None:
        n = len(crowd.wanted)
        self._crowd = crowd
        self._gap = _GAP * crowd.size_px
        self._drawn: BoolArray = np.asarray(np.isfinite(crowd.centres).all(axis=(0, 2)), dtype=np.bool_)
        self.offsets = np.full((n, 2), np.nan)
        self.leaders = np.full((n, 2, 2), np.nan)
        # Directions in which no contact stands in the way of a leader, by row.
        self._open: dict[int, IntpArray] = {}

    def copy(self) -> _Search:
        """A search in which the same places are taken."""
        other = _Search(self._crowd)
        other.offsets[:], other.leaders[:] = self.offsets, self.leaders
        return other

    def try_side(self, row: int, side: Float64Array) -> bool:
        """Give a name the place on one side that touches its contact, and say whether that place is free."""
        self._take(row, side[None], self._radius(row) + self._gap, has_leader=False)
        return bool(np.isfinite(self.offsets[row, 0]))

    def try_beside(self, row: int, away: Float64Array) -> None:
        """Give a name a place that touches its contact, if one is free."""
        self._take(row, _directions(_N_BESIDE, away), self._radius(row) + self._gap, has_leader=False)

    def try_leader(self, row: int, away: Float64Array, length: float) -> None:
        """Give a name a place at the end of a leader, if one is free."""
        self._take(row, _directions(_N_AROUND, away), self._radius(row) + self._gap + length, has_leader=True)

    def _radius(self, row: int) -> float:
        radii = self._crowd.radii
        return float(radii[row] if radii.ndim == 1 else radii[row, row])

    def _take(self, row: int, directions: Float64Array, reach: float, *, has_leader: bool) -> None:
        """Take the first free one of several places."""
        half = self._crowd.boxes[row] / 2
        offsets = directions * reach + half * np.clip(directions * np.sqrt(2), -1, 1)
        ends = np.stack(
            [directions * (self._radius(row) + 0.5 * self._gap), directions * (reach - 0.5 * self._gap)], axis=1
        )
        free = self._free(row, offsets, ends if has_leader else None)
        if len(free):
            self.offsets[row] = offsets[free[0]]
            if has_leader:
                self.leaders[row] = ends[free[0]]

    def _free(self, row: int, offsets: Float64Array, lines: Float64Array | None) -> IntpArray:
        """Those of several places that nothing else takes, at any moment."""
        crowd = self._crowd
        own, half = crowd.centres[:, row], crowd.boxes[row] / 2
        reach = float(np.abs(offsets).max() + half.max() + 2 * self._gap)
        discs, radii = self._discs_near(row, reach)
        names, halves, leaders = self._names_near(row, reach)
        blocks, sides = crowd.blocks[:, :2] + crowd.blocks[:, 2:] / 2, crowd.blocks[:, 2:] / 2
        wide = half + self._gap
        kept = np.arange(len(offsets))
        if lines is not None:
            # A long leader meets what a short one meets.
            kept = self._open.get(row, kept)
            away = _distance(discs, *_ends(own, lines[kept])) < radii + _CLEAR * self._gap
            kept = self._open[row] = kept[~_any(away)]
        tests: list[Callable[[Float64Array], BoolArray]] = [
            lambda middles: ~_lie_within(middles, half, crowd.bounds),
            lambda middles: _overlap(middles, wide, blocks, sides),
            lambda middles: (np.maximum(np.abs(discs - middles) - wide, 0) ** 2).sum(axis=3) < radii**2,
            lambda middles: _overlap(middles, wide, names, halves),
            lambda middles: _cross_box(leaders[..., 0, :], leaders[..., 1, :], middles, wide),
        ]
        for is_taken in tests:
            kept = kept[~_any(is_taken(own[:, None, None] + offsets[kept][:, None]))]
        if lines is not None:
            kept = kept[~_any(_cross_box(*_ends(own, lines[kept]), names, halves + 0.5 * self._gap))]
            kept = kept[~_any(_cross(*_ends(own, lines[kept]), leaders[..., 0, :], leaders[..., 1, :]))]
            kept = kept[~_any(_cross_box(*_ends(own, lines[kept]), blocks, sides))]
        return kept

    def _discs_near(self, row: int, reach: float) -> tuple[Float64Array, Float64Array]:
        """Centres (t, 1, m, 2) and radii (m,) of other contacts within reach of a contact at some moment."""
        crowd = self._crowd
        radii = crowd.radii if crowd.radii.ndim == 1 else crowd.radii[row]
        away = np.abs(crowd.centres - crowd.centres[:, row, None]).max(axis=2).min(axis=0)
        near = self._drawn & (away < reach + radii) & (np.arange(len(radii)) != row)
        return crowd.centres[:, None, near], radii[near]

    def _names_near(self, row: int, reach: float) -> tuple[Float64Array, Float64Array, Float64Array]:
        """Middles (t, 1, m, 2) and half sides (m, 2) of names within reach, and leaders (t, 1, k, 2, 2)."""
        crowd = self._crowd
        taken = np.isfinite(self.offsets[:, 0])
        if crowd.together is not None:
            taken &= crowd.together[row]
        rows = np.flatnonzero(taken)
        middles = crowd.centres[:, rows] + self.offsets[rows]
        halves = crowd.boxes[rows] / 2
        away = np.abs(middles - crowd.centres[:, row, None]) - halves
        near = away.max(axis=2).min(axis=0) < reach
        led = rows[np.isfinite(self.leaders[rows, 0, 0])]
        leaders = crowd.centres[:, None, led, None] + self.leaders[led]
        return middles[:, None, near], halves[near], leaders


def _directions(n: int, away: Float64Array) -> Float64Array:
    """(n, 2) unit vectors, those first that point away from the other contacts; ties: to the right."""
    angles = 2 * np.pi * np.arange(n) / n
    vectors = np.round(np.stack([np.cos(angles), np.sin(angles)], axis=1), 12)
    length = float(np.hypot(*away))
    towards = away / length if length > 1e-9 else np.array([1.0, 0.0])
    order = np.argsort(-np.round(vectors @ towards, 6), kind="stable")
    return np.asarray(vectors[order])


def _ends(own: Float64Array, lines: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Both ends (t, c, 1, 2) of lines (c, 2, 2) from a contact at each moment."""
    placed = own[:, None, None, None] + lines[:, None]
    return placed[..., 0, :], placed[..., 1, :]


def _any(is_taken: BoolArray) -> BoolArray:
    """(c,) bool, whether something meets a place at any moment; (t, c, m) bool."""
    return np.asarray(is_taken.any(axis=(0, 2)), dtype=np.bool_)


def _lie_within(middles: Float64Array, half: Float64Array, bounds: tuple[float, float, float, float]) -> BoolArray:
    x, y, width, height = bounds
    low, high = np.array([x, y]) + half, np.array([x + width, y + height]) - half
    return np.asarray(((middles >= low) & (middles <= high)).all(axis=-1))


def _overlap(one: Float64Array, half: Float64Array, other: Float64Array, other_half: Float64Array) -> BoolArray:
    """Whether rectangles of some middles and half sides overlap."""
    return np.asarray((np.abs(one - other) < half + other_half).all(axis=-1))


def _distance(points: Float64Array, start: Float64Array, end: Float64Array) -> Float64Array:
    """Distance of points from line segments."""
    along = end - start
    length = np.maximum((along**2).sum(axis=-1), 1e-12)
    share = np.clip(((points - start) * along).sum(axis=-1) / length, 0, 1)
    return np.asarray(np.sqrt(((start + share[..., None] * along - points) ** 2).sum(axis=-1)))


def _cross_box(start: Float64Array, end: Float64Array, middle: Float64Array, half: Float64Array) -> BoolArray:
    """Whether line segments meet rectangles (the slab method)."""
    along = end - start
    along = np.where(np.abs(along) < 1e-9, 1e-9, along)
    one, other = (middle - half - start) / along, (middle + half - start) / along
    first, last = np.minimum(one, other).max(axis=-1), np.maximum(one, other).min(axis=-1)
    return np.asarray((first <= last) & (last >= 0) & (first <= 1))


def _cross(start: Float64Array, end: Float64Array, other_start: Float64Array, other_end: Float64Array) -> BoolArray:
    """Whether line segments cross."""

    def side(a: Float64Array, b: Float64Array, c: Float64Array) -> Float64Array:
        to_b, to_c = b - a, c - a
        return np.asarray(to_b[..., 0] * to_c[..., 1] - to_b[..., 1] * to_c[..., 0])

    one = side(start, end, other_start) * side(start, end, other_end) < 0
    return np.asarray(one & (side(other_start, other_end, start) * side(other_start, other_end, end) < 0))
