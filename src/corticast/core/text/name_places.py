"""Places of names beside the contacts of a panel: none over another one, over a contact, a leader or another text.

A greedy search: the names of a group stand on the side of their contacts that has room for most of them, those left on
the side that has room for most of these, and so on. A name without a place beside its contact takes that of a neighbour
whose name has room on another side. Leaders serve the names that are left. A place holds at several moments of a turn
at once, so that a name does not jump from frame to frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corticast.core.model.types import BoolArray, Float64Array, IntpArray
from corticast.core.text.name_room import Crowd, Places

# Directions in which a name stands right beside its contact, and those of leaders.
_N_BESIDE, _N_AROUND = 16, 32
# From a contact to the name beside it, in sizes of the text.
_CLOSE = 0.04
# Sides of contacts in the order of choice, among the directions beside: below, above, right, left, the diagonals.
_SIDES = (4, 12, 0, 8, 2, 14, 6, 10)


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

    @classmethod
    def none(cls, n: int) -> NamePlaces:
        """No place for any of n names."""
        return cls(np.full((n, 2), np.nan), np.full((n, 2, 2), np.nan))

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
    drawn = np.asarray(np.isfinite(crowd.centres).all(axis=(0, 2)), dtype=np.bool_)
    wanted = np.flatnonzero(crowd.wanted & drawn)
    if not len(wanted):
        return NamePlaces.none(len(drawn))
    away = np.nan_to_num(crowd.centres.mean(axis=0) - crowd.centres[:, wanted].mean(axis=(0, 1)))
    order = wanted[np.argsort(-np.hypot(*away[wanted].T), kind="stable")]
    search = _Search(crowd, away if crowd.ahead is None else np.nan_to_num(crowd.ahead))
    if crowd.ahead is None:
        for group in dict.fromkeys(crowd.groups[order].tolist()):
            search.take_sides(order[crowd.groups[order] == group])
    search.take_beside(order)
    search.take_turns(order)
    search.take_leaders(order, crowd.size_px * np.asarray(reaches))
    return NamePlaces(search.offsets, search.leaders)


class _Search:
    """Places that have been taken, and the choice of further ones.

    Parameters
    ----------
    away : (n, 2) float64, direction in which each name stands best
    """

    def __init__(self, crowd: Crowd, away: Float64Array) -> None:
        n = len(crowd.wanted)
        self._crowd, self._away = crowd, away
        self.offsets: Float64Array = np.full((n, 2), np.nan)
        self.leaders: Float64Array = np.full((n, 2, 2), np.nan)
        wanted = np.flatnonzero(crowd.wanted)
        rows, numbers = np.repeat(wanted, _N_BESIDE), np.tile(np.arange(_N_BESIDE), len(wanted))
        # Whether a place is free of all but other names, by contact and direction.
        self._free = np.zeros((n, _N_BESIDE), dtype=np.bool_)
        self._free[rows, numbers] = self._beside(rows, numbers).are_free()

    def take_sides(self, rows: IntpArray) -> None:
        """Give the names of a group places on as few sides as have room for them."""
        while len(rows):
            n = len(rows)
            numbers = np.repeat(_SIDES, n)
            places = self._beside(np.tile(rows, len(_SIDES)), numbers)
            free = self._free[places.rows, numbers]
            free[free] = self._are_clear(places[free])
            fitting: list[IntpArray] = []
            for side in range(len(_SIDES)):
                some = np.arange(side * n, (side + 1) * n)
                fitting.append(_fitting(places, some[free[some]]))
                if len(fitting[-1]) == n:
                    break
            chosen = max(fitting, key=len)
            if not len(chosen):
                return
            self._take(places[chosen])
            rows = rows[np.isnan(self.offsets[rows, 0])]

    def take_beside(self, order: IntpArray) -> None:
        """Give names that are left the first free places beside their contacts."""
        left = self._left(order)
        rows, numbers = np.repeat(left, _N_BESIDE), self._preferred(left, _N_BESIDE).ravel()
        free = self._free[rows, numbers]
        self._take_first(self._beside(rows[free], numbers[free]))

    def take_turns(self, order: IntpArray) -> None:
        """Give names that are left the places of neighbours whose names have room on another side."""
        for row in self._left(order):
            places = self._free_beside(int(row))
            if not len(places.rows):
                continue
            taken = self._taken
            met = places.meet(taken)
            for number in np.flatnonzero(met.sum(axis=1) == 1):
                if self._take_turn(places[number : number + 1], int(taken.rows[np.argmax(met[number])])):
                    break

    def _take_turn(self, place: Places, neighbour: int) -> bool:
        """Move the name of a neighbour aside for another one, and say whether there is room for both."""
        if np.isfinite(self.leaders[neighbour, 0, 0]):
            return False
        others = self._free_beside(neighbour)
        others = others[~others.meet(place)[:, 0]]
        taken = self._taken
        met = others.meet(taken[taken.rows != neighbour]).any(axis=1)
        if met.all():
            return False
        first = int(np.argmin(met))
        self._take(others[first : first + 1])
        self._take(place)
        return True

    def take_leaders(self, order: IntpArray, lengths_px: Float64Array) -> None:
        """Give names that are left places at the ends of leaders, short ones first."""
        left = self._left(order)
        rows, numbers = np.repeat(left, _N_AROUND), self._preferred(left, _N_AROUND).ravel()
        for length_px in lengths_px:
            # A long leader meets what a short one meets.
            unnamed = np.isnan(self.offsets[rows, 0])
            rows, numbers = rows[unnamed], numbers[unnamed]
            places = self._led(rows, numbers, float(length_px))
            is_open = places.have_open_lines()
            rows, numbers, places = rows[is_open], numbers[is_open], places[is_open]
            self._take_first(places[places.are_free()])

    def _take_first(self, places: Places) -> None:
        """Take the first free place of each contact, one after the other."""
        places = places[self._are_clear(places)]
        while len(places.rows):
            first = places[:1]
            self._take(first)
            others = places[places.rows != first.rows[0]]
            places = others[~others.meet(first)[:, 0]]

    def _left(self, rows: IntpArray) -> IntpArray:
        """Contacts without a name."""
        return rows[np.isnan(self.offsets[rows, 0])]

    def _take(self, places: Places) -> None:
        self.offsets[places.rows] = places.offsets
        self.leaders[places.rows] = np.nan if places.lines is None else places.lines

    @property
    def _taken(self) -> Places:
        rows = np.flatnonzero(np.isfinite(self.offsets[:, 0]))
        lines = self.leaders[rows]
        return Places(self._crowd, rows, self.offsets[rows], lines if np.isfinite(lines).any() else None)

    def _are_clear(self, places: Places) -> BoolArray:
        """(k,) bool, whether places meet no name that has its place."""
        return np.asarray(~places.meet(self._taken).any(axis=1), dtype=np.bool_)

    def _free_beside(self, row: int) -> Places:
        """Places beside a contact that only other names may take, the best ones first."""
        numbers = self._preferred(np.array([row]), _N_BESIDE)[0]
        numbers = numbers[self._free[row, numbers]]
        return self._beside(np.full(len(numbers), row), numbers)

    def _preferred(self, rows: IntpArray, n: int) -> IntpArray:
        """(k, n) intp, directions, those first that point away from the other contacts; ties: to the right."""
        length = np.hypot(*self._away[rows].T)[:, None]
        away = np.where(length > 1e-9, self._away[rows] / np.maximum(length, 1e-9), (1.0, 0.0))
        return np.argsort(-np.round(away @ _directions(n).T, 6), axis=1, kind="stable")

    def _beside(self, rows: IntpArray, numbers: IntpArray) -> Places:
        """Places that touch contacts."""
        directions = _directions(_N_BESIDE)[numbers]
        return Places(self._crowd, rows, self._offsets(rows, directions, 0.0))

    def _led(self, rows: IntpArray, numbers: IntpArray, length_px: float) -> Places:
        """Places at the ends of leaders."""
        directions, gap = _directions(_N_AROUND)[numbers], self._crowd.gap_px
        near = self._crowd.own_radii(rows) + 0.5 * gap
        lines = np.stack([directions * near[:, None], directions * (near + length_px)[:, None]], axis=1)
        return Places(self._crowd, rows, self._offsets(rows, directions, length_px), lines)

    def _offsets(self, rows: IntpArray, directions: Float64Array, length_px: float) -> Float64Array:
        """(k, 2) float64 pixels from contacts to the middles of names that stand so far beyond their discs."""
        gap_px = self._crowd.gap_px if length_px else _CLOSE * self._crowd.size_px
        reach = self._crowd.own_radii(rows) + gap_px + length_px
        half = self._crowd.boxes[rows] / 2
        return np.asarray(directions * reach[:, None] + half * np.clip(directions * np.sqrt(2), -1, 1))


def _fitting(places: Places, some: IntpArray) -> IntpArray:
    """Those of some places that do not meet, one after the other."""
    met = places[some].meet(places[some])
    free, kept = np.ones(len(some), dtype=np.bool_), []
    for number in range(len(some)):
        if free[number]:
            kept.append(number)
            free &= ~met[number]
    return some[np.array(kept, dtype=np.intp)]


def _directions(n: int) -> Float64Array:
    """(n, 2) unit vectors, from the right over below."""
    angles = 2 * np.pi * np.arange(n) / n
    return np.round(np.stack([np.cos(angles), np.sin(angles)], axis=1), 12)
