"""Flashes: what counts as one, and activity held back so that nothing large flashes more than three times a second.

Success criterion 2.3.1 of WCAG 2.2 calls a flash a pair of opposing changes of relative luminance by a tenth of its
maximum or more, the darker state below 0.80. More than three in some second endanger people with photosensitive
epilepsy where they take up more than a quarter of some 10 degrees of the visual field; for a picture that fills a
screen that field is estimated as 341 x 256 of 1024 x 768 pixels, a third of its width and height.

What is limited is activity, not pixels, so that a frame shows the same whatever the frame rate and whichever frames
are drawn. All rows are taken to move together: how many share the frame is not known beforehand when sound is live.

sprites in the frame ─> coverage ─┐
colours, what lies behind ────────┴─> flash_look ─> FlashLook ─> FlashLimiter (live), limited (films)
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.color.color import look_up
from corticast.core.geometry.sprites import diameter_px
from corticast.core.model.types import Activity, BoolArray, Float32Array, Float64Array, IntpArray, UInt8Array

# The darker state's luminance, and the least change of it, in a flash.
DARKER, LEAST_CHANGE = 0.8, 0.1

# Of the frame's sides, that are 10 degrees of the visual field.
_FIELD_SHARE = 1 / 3

# Of such a field, that may flash at any rate: a quarter, less what the grid of cells may be mistaken by.
MOST_SHARE = 0.25 * 0.95

# Half of that is left to swings that are taken for too small, half to places where the sprites of several rows meet.
_FREE_SHARE = MOST_SHARE / 2

# Three flashes are six changes. Frames come up to a tenth of a second later than what they show.
MOST_CHANGES, PERIOD_S = 6, 1.1

# Where sprites lie over one another rows change by turns. A sprite that passes before a brighter one changes a pixel in
# either direction, and so does its dark edge.
_CHANGES_OF_A_TURN = 2

# Steps between rest and full activity that swings are told apart by; a power of two, so that limits are exact.
_N_STEPS = 32

# Pixels at 1080 lines within a sprite's radius that change with it: its dark outline, and what is half covered.
_EDGE_PX, _LINES = 3.0, 1080

# Rows of the grid that the sprites' areas are measured on: sprites of the default size are 2.7 cells wide at full. It
# is coarser where they are so large that more cells would tell nothing more.
_GRID_ROWS, _MOST_CELLS_PER_SPRITE = 72, 16


def can_cover(n_sprites: int, diameter: float, size: tuple[int, int]) -> bool:
    """Whether sprites are large enough to flash, were all of them within one field without covering one another.

    Parameters
    ----------
    diameter : at full activity, in pixels
    size : width, height of the frame in pixels
    """
    return bool(n_sprites * np.pi / 4 * diameter**2 > MOST_SHARE * size[0] * size[1] * _FIELD_SHARE**2)


@dataclass(frozen=True, eq=False)
class Coverage:
    """How much of a field sprites cover, in the field where that is most.

    Parameters
    ----------
    rings : (33,) share of a field within the sprites at rest, and within what each thirty-second of activity adds to
        them; what lies within several sprites counts as often
    covered : (33,) share of a field that they cover at each thirty-second of activity
    n_edge : thirty-seconds of activity by which a sprite grows as much as its edge is wide
    meet : whether sprites of several rows of activity lie over one another in a large part of a field
    """

    rings: Float64Array
    covered: Float64Array
    n_edge: int = 0
    meet: bool = False

    @property
    def can_flash(self) -> bool:
        """Whether enough is covered."""
        return bool(self.covered[-1] > MOST_SHARE)


NOTHING = Coverage(np.zeros(_N_STEPS + 1), np.zeros(_N_STEPS + 1))


def coverage(
    centres_px: Float64Array,
    scales: npt.ArrayLike,
    rows: IntpArray,
    diameters: tuple[float, float],
    size: tuple[int, int],
) -> Coverage:
    """Measure what sprites cover as activity grows.

    Parameters
    ----------
    centres_px : (n, 2) column, row of the sprites' centres
    scales : (n,) shares of the full diameter that they are drawn with
    rows : (n,) row of activity that each shows
    diameters : at rest and at full activity, in pixels
    size : width, height of the frame in pixels
    """
    cell = max(size[1] / _GRID_ROWS, diameters[1] / _MOST_CELLS_PER_SPRITE)
    shape = (max(round(size[1] / cell), 1), max(round(size[0] / cell), 1))
    radii = diameter_px(np.arange(_N_STEPS + 1) / _N_STEPS, diameters) / 2
    cells, away = cells_around(centres_px / cell, np.asarray(scales, dtype=np.float64), radii[-1] / cell, shape)
    # Least radius, before scaling, with which some sprite reaches each cell.
    reached = np.full((shape[0] + 2) * (shape[1] + 2), np.inf)
    np.minimum.at(reached, cells.ravel(), away.ravel())
    reached = cells_inside(reached, shape)

    def covered(radius_px: float) -> Float64Array:
        # A cell that an edge passes through is covered in part.
        return field_shares(np.clip(radius_px / cell - reached + 0.5, 0.0, 1.0))

    if covered(radii[-1]).max() <= MOST_SHARE:
        return NOTHING
    coarse = np.arange(0, _N_STEPS + 1, 4)
    shares = np.interp(np.arange(_N_STEPS + 1), coarse, [covered(radii[level]).max() for level in coarse])

    disc = np.clip(radii[-1] / cell - away + 0.5, 0.0, 1.0)
    discs = np.bincount(cells.ravel(), disc.ravel(), minlength=(shape[0] + 2) * (shape[1] + 2))
    rings = field_shares(cells_inside(discs, shape)).max() * np.diff(radii**2, prepend=0.0) / radii[-1] ** 2

    _, row_of_sprite = np.unique(rows, return_inverse=True)
    is_covered = np.zeros((int(row_of_sprite.max()) + 1, len(discs)), dtype=bool)
    sprite, row, column = np.nonzero(away <= radii[-1] / cell)
    is_covered[row_of_sprite[sprite], cells[sprite, row, column]] = True
    meet = field_shares(cells_inside(is_covered.sum(axis=0), shape) > 1).max() > _FREE_SHARE
    step_px = (radii[-1] - radii[1]) / (_N_STEPS - 1)
    edge_px = _EDGE_PX * size[1] / _LINES
    n_edge = min(math.ceil(edge_px / step_px), _N_STEPS) if step_px > 0 else 0
    return Coverage(rings, shares, n_edge, bool(meet))


def cells_around(
    centres: Float64Array, scales: Float64Array, radius: float, shape: tuple[int, int]
) -> tuple[IntpArray, Float64Array]:
    """(n, m, m) cells around each centre, with a border for those outside, and how far they are; lengths in cells."""
    n_around = int(np.ceil(radius)) + 1
    steps = np.arange(-n_around, n_around + 1)
    columns, rows = (np.floor(centres[:, axis, None]).astype(np.intp) + steps for axis in (0, 1))
    away = np.hypot(rows[:, :, None] + 0.5 - centres[:, 1, None, None], columns[:, None] + 0.5 - centres[:, :1, None])
    away /= scales[:, None, None]
    rows, columns = np.clip(rows, -1, shape[0]) + 1, np.clip(columns, -1, shape[1]) + 1
    return rows[:, :, None] * (shape[1] + 2) + columns[:, None], away


def cells_inside(cells: npt.NDArray[Any], shape: tuple[int, int]) -> npt.NDArray[Any]:
    """A grid without its border."""
    return cells.reshape(shape[0] + 2, shape[1] + 2)[1:-1, 1:-1]


def field_shares(covered: npt.NDArray[Any]) -> Float64Array:
    """Mean of every field of a grid."""
    height, width = (max(int(side * _FIELD_SHARE), 1) for side in covered.shape)
    sums = np.pad(covered, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    inside = sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width] + sums[:-height, :-width]
    return np.asarray(inside / (height * width))


def relative_luminance(colours: npt.NDArray[Any]) -> Float64Array:
    """Relative luminance of sRGB colours, 0 black and 1 white (IEC 61966-2-1, as WCAG takes it).

    Parameters
    ----------
    colours : (..., 3) in 0..255
    """
    values = colours / 255.0
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


@dataclass(frozen=True, eq=False)
class FlashLook:
    """How often a picture's luminance changes as activity swings.

    Parameters
    ----------
    changes : (n, n) int, the opposing changes that a swing between two levels of activity brings to a part of the
        picture which is too large to flash; levels are thirty-seconds, from 0 to 1 or from -1 to 1 when signed
    together : whether rows have to change together, because a pixel may see the changes of several
    """

    changes: npt.NDArray[np.int_]
    together: bool = False

    @property
    def can_flash(self) -> bool:
        """Whether any swing is half a flash."""
        return bool(self.changes.any())

    @cached_property
    def rest(self) -> int:
        """Level of activity 0."""
        return len(self.changes) - 1 - _N_STEPS

    @cached_property
    def least_swing(self) -> float:
        """Least way of activity per change, infinite when nothing flashes."""
        low, high = np.nonzero(np.triu(self.changes))
        # Both ends may lie up to a level from where they are taken to be.
        ways = (high - low - 2) / (_N_STEPS * self.changes[low, high])
        return max(float(ways.min(initial=np.inf)), 0.0)

    @cached_property
    def limits(self) -> dict[int, list[list[float]]]:
        """Activity up to which a rise from a level brings no first, no second, ... change, by level.

        Under 1 that of rises; under -1 that of falls, of activity with its sign changed.
        """
        n_most = int(self.changes.max(initial=0))
        limits: dict[int, list[list[float]]] = {}
        for sign, changes, lowest in (
            (1, self.changes, -self.rest),
            (-1, self.changes[::-1, ::-1], self.rest + 1 - len(self.changes)),
        ):
            of_level = []
            for level, further in enumerate(changes):
                firsts = [np.flatnonzero(further[level:] > count) for count in range(n_most)]
                known = [(level + first[0] - 1 + lowest) / _N_STEPS if len(first) else np.inf for first in firsts]
                of_level.append([*map(float, known), float("inf")])
            limits[sign] = of_level[::sign]
        return limits

    def restless(self, values: npt.NDArray[Any], column_rate_hz: float) -> BoolArray:
        """(n_rows,) bool, rows that go so far back and forth in some second that they might flash too often.

        Parameters
        ----------
        values : (n_rows, n_columns) activity
        """
        n_columns = values.shape[1]
        ways = np.zeros((len(values), n_columns + 1))
        # Activity comes from rest.
        np.cumsum(np.abs(np.diff(values, axis=1, prepend=np.float32(0))), axis=1, out=ways[:, 1:])
        n = min(_period_columns(column_rate_hz) + 1, n_columns)
        furthest = (ways[:, n:] - ways[:, : n_columns + 1 - n]).max(axis=1)
        return np.asarray(furthest >= MOST_CHANGES * self.least_swing)


def flash_look(
    covered: Coverage,
    colours: UInt8Array,
    *,
    signed: bool = False,
    grounds: Sequence[tuple[float, float]] = ((0.0, 1.0),),
) -> FlashLook:
    """Count the changes that swings of activity bring.

    Where the ground is brighter than a small sprite and darker than a large one, a rise is two opposing changes: the
    sprite first darkens and then lights the pixels that it comes to cover. So is a swing of signed activity through 0.

    Parameters
    ----------
    covered : what sprites cover
    colours : (256, 3) uint8, colour map of activity
    signed : whether activity runs from -1 to 1
    grounds : luminance of what lies behind the sprites, and how much of it has that luminance
    """
    levels = np.arange(-_N_STEPS if signed else 0, _N_STEPS + 1)
    n = len(levels)
    changes = np.zeros((n, n), dtype=np.int_)
    if not covered.can_flash:
        return FlashLook(changes)
    place = levels / _N_STEPS
    sprite = relative_luminance(look_up(colours, 0.5 + 0.5 * place if signed else place))
    behind = np.array([luminance for luminance, _ in grounds])
    # (level, ring, ground): what a pixel shows.
    is_covered = np.abs(levels)[:, None, None] >= np.arange(_N_STEPS + 1)[:, None]
    shown = np.where(is_covered, sprite[:, None, None], behind)
    areas = covered.rings[:, None] * np.array([share for _, share in grounds])
    turns = _alternations(shown.reshape(n, -1)).reshape(n, n, -1, len(behind))
    counts = np.maximum(turns, _edges(levels, covered.n_edge)[..., None]).reshape(n, n, -1)
    # Where sprites lie over one another, rings count what they share more than once.
    most = covered.covered[np.maximum(np.abs(levels)[:, None], np.abs(levels))]
    for count in range(1, int(counts.max()) + 1):
        changes += np.minimum((counts >= count) @ areas.ravel(), most) > _FREE_SHARE
    return FlashLook(changes, covered.meet)


def _edges(levels: npt.NDArray[np.int_], n_edge: int) -> npt.NDArray[np.int_]:
    """How often the edges of sprites pass each ring in a swing between two levels.

    That is a change whatever the colours: an edge is dark, and another sprite may lie behind.

    Parameters
    ----------
    levels : (n,) in thirty-seconds
    n_edge : width of an edge

    Returns
    -------
    (n, n, 33)
    """
    ring = np.arange(_N_STEPS + 1)
    first, last = levels[:, None, None], levels[None, :, None]
    passed = np.zeros((len(levels), len(levels), _N_STEPS + 1), dtype=np.int_)
    for sign in (1, -1):
        inner, outer = (np.clip(sign * end, 0, None) for end in (first, last))
        inner, outer = np.minimum(inner, outer), np.maximum(inner, outer)
        # An edge that moves by less than its width changes as much again.
        width = np.minimum(outer - inner, n_edge)
        passed += (ring > inner - width) & (ring > 0) & (ring <= outer) & (inner < outer)
    return passed


def _alternations(shown: Float64Array) -> npt.NDArray[np.int_]:
    """Opposing changes of luminance between any two levels.

    Parameters
    ----------
    shown : (n_levels, n_pixels) luminance

    Returns
    -------
    (n_levels, n_levels, n_pixels)
    """
    n = len(shown)
    low, high = shown.copy(), shown.copy()
    direction = np.zeros(shown.shape, dtype=np.int_)
    count = np.zeros_like(direction)
    counts = np.zeros((n, *shown.shape), dtype=np.int_)
    for last in range(n):
        # All swings that begin at or below this level go one step on.
        begun = slice(0, last + 1)
        now = np.broadcast_to(shown[last], shown[begun].shape)
        rises = (direction[begun] < 1) & (now - low[begun] >= LEAST_CHANGE) & (low[begun] < DARKER)
        falls = (direction[begun] > -1) & (high[begun] - now >= LEAST_CHANGE) & (now < DARKER)
        turns = rises | falls
        count[begun] += turns
        direction[begun] = np.where(turns, np.where(rises, 1, -1), direction[begun])
        low[begun] = np.where(turns, now, np.minimum(low[begun], now))
        high[begun] = np.where(turns, now, np.maximum(high[begun], now))
        counts[begun, last] = counts[last, begun] = count[begun]
    return counts


class FlashLimiter:
    """Holds activity back, column by column, before it flashes too often.

    A row that has flashed three times in a second is held where its next swing would count, until the second is over.
    Meanwhile it moves as far as that is no flash; a row that never flashes too often stays as it is. Where sprites of
    several rows lie over one another, rows take turns too: while it is that of rises no fall counts, and turns are as
    rare as a row's own changes.

    Parameters
    ----------
    look : what flashes; may be exchanged at any time, by any thread
    column_rate_hz : columns per second
    n_rows : of activity
    """

    def __init__(self, look: FlashLook, column_rate_hz: float, n_rows: int) -> None:
        self.look = look
        self._rows = [_Row(look, _period_columns(column_rate_hz)) for _ in range(n_rows)]
        self._turns = _Turns(_period_columns(column_rate_hz))

    def limit(self, columns: Float32Array) -> Float32Array:
        """Limit the next columns.

        Parameters
        ----------
        columns : (n_rows, n) float32

        Returns
        -------
        like `columns`, the same array where nothing was held back
        """
        # Taken once: another look may be set meanwhile.
        look = self.look
        n_columns = columns.shape[1]
        n_changes = _CHANGES_OF_A_TURN * max(int(look.changes.max()), 1)
        self._turns.n_changes = min(n_changes, MOST_CHANGES) if look.together else 0
        # One after another where rows do not heed each other, which is faster.
        n_at_once = 1 if look.together else max(n_columns, 1)
        values = columns.tolist()
        limited = columns
        for first in range(0, n_columns, n_at_once):
            for number, row in enumerate(self._rows):
                held = row.limit(values[number][first : first + n_at_once], look, self._turns)
                if held:
                    if limited is columns:
                        limited = columns.copy()
                    limited[number, [first + place for place in held]] = list(held.values())
        return limited


class _Turns:
    """Whose turn it is: that of rises or that of falls.

    Parameters
    ----------
    period : columns in which luminance may change six times

    Attributes
    ----------
    n_changes : of luminance that a turn may bring; 0 where it is everyone's turn
    """

    def __init__(self, period: int) -> None:
        self.n_changes = 0
        self._period = period
        self._sign = 1
        self._changed: deque[int] = deque([-period] * MOST_CHANGES, maxlen=MOST_CHANGES)

    def take(self, sign: int, now: int) -> bool:
        """Whether a rise (1) or a fall (-1) may count now; it begins the turn where that may begin."""
        if self.n_changes and sign != self._sign:
            if now - self._changed[self.n_changes - 1] < self._period:
                return False
            self._sign = sign
            self._changed.extend([now] * self.n_changes)
        return True


class _Row:
    """A row on its way: in which direction, how far, and when luminance has changed.

    Activity is looked at with the sign of the direction, so that every swing is a rise.
    """

    def __init__(self, look: FlashLook, period: int) -> None:
        self._period = period
        self._n_columns = 0
        self._changed: deque[int] = deque([-period] * MOST_CHANGES, maxlen=MOST_CHANGES)
        self._sign = 1
        # Level that the swing began at, changes that it has brought, and how far it has come.
        self._origin = look.rest
        self._counted = 0
        self._furthest = 0.0
        self._set(look)

    def _set(self, look: FlashLook) -> None:
        self._look = look
        limits = look.limits[self._sign][self._origin]
        self._ahead = limits[min(self._counted, len(limits) - 1)]
        self._back = _turning_point(self._sign, self._furthest, look)

    def limit(self, values: list[float], look: FlashLook, turns: _Turns) -> dict[int, float]:
        """Values that are held back, by their place in the list."""
        if look is not self._look:
            self._set(look)
        held: dict[int, float] = {}
        changed, period = self._changed, self._period
        sign, furthest, ahead, back = self._sign, self._furthest, self._ahead, self._back
        for now, value in enumerate(values, self._n_columns):
            way = sign * value
            if back <= way <= furthest:
                continue
            if way < back:
                if now - changed[0] < period or not turns.take(-sign, now):
                    held[now - self._n_columns] = sign * back
                    continue
                changed.append(now)
                self._origin, self._counted = _level_beyond(sign, furthest, look), 1
                sign, way = -sign, -way
                ahead = look.limits[sign][self._origin][1]
                furthest = -math.inf
            while way > ahead:
                if now - changed[0] < period or not (self._counted or turns.take(sign, now)):
                    way = ahead
                    held[now - self._n_columns] = sign * way
                    break
                changed.append(now)
                self._counted += 1
                ahead = look.limits[sign][self._origin][self._counted]
            if way > furthest:
                furthest = way
                back = _turning_point(sign, furthest, look)
        self._n_columns += len(values)
        self._sign, self._furthest, self._ahead, self._back = sign, furthest, ahead, back
        return held


def _level_beyond(sign: int, furthest: float, look: FlashLook) -> int:
    """Level of the end of a swing: beyond it rather than short of it, so that the next is not taken for too small."""
    return min(max(sign * math.ceil(furthest * _N_STEPS) + look.rest, 0), len(look.changes) - 1)


def _turning_point(sign: int, furthest: float, look: FlashLook) -> float:
    """How far activity may come back, with the sign of its direction, until that is a change."""
    return min(-look.limits[-sign][_level_beyond(sign, furthest, look)][0], furthest)


def _period_columns(column_rate_hz: float) -> int:
    """Columns after which a change no longer counts; it may have come right after the column before its own."""
    return int(np.ceil(PERIOD_S * column_rate_hz)) + 1


def limited(activity: Activity, look: FlashLook, speed: float = 1.0) -> Activity:
    """Activity with which nothing flashes too often: the same where it never does, else held back, with a warning.

    Parameters
    ----------
    speed : seconds of activity that go by in a second of the film, in whose time flashes count
    """
    rate_hz = float(activity.column_rate_hz) * speed
    if not look.can_flash:
        return activity
    restless = look.restless(activity.values, rate_hz)
    if not restless.any():
        return activity
    rows = np.flatnonzero(restless | look.together)
    before = activity.values[rows]
    after = FlashLimiter(look, rate_hz, len(rows)).limit(before)
    if after is before:
        return activity
    values = activity.values.copy()
    values[rows] = after
    held_s = int((after != before).any(axis=0).sum()) / rate_hz
    return replace(activity, values=values, warnings=(*activity.warnings, held_warning(held_s)))


def held_warning(held_s: float) -> str:
    """What is said of activity that was held back for some seconds."""
    return (
        f"activity held back for {held_s:.1f} s so that nothing flashes more than three times a second; "
        "--no-flash-limit shows it all"
    )
