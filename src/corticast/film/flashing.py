"""When a film would flash: what its sprites do, one by one, where they stand.

The limiter takes all rows of activity to move together, as it must while sound is live. Of a film all is known, and
only while more of some field of view than is allowed sees more than three flashes in a second is anything held back.

changes of each row, added up where sprites meet ─> windows that may flash ─> sprites painted there, point by point ─┐
                                       activity held back there <─ windows in which too much changes too often <─────┘
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from corticast.core.color.color import look_up
from corticast.core.flash import (
    DARKER,
    LEAST_CHANGE,
    MOST_CHANGES,
    MOST_SHARE,
    PERIOD_S,
    FlashLook,
    cells_around,
    cells_inside,
    field_shares,
    held_warning,
    limited,
    relative_luminance,
)
from corticast.core.geometry.sprites import OUTLINE_PX, diameter_px
from corticast.core.model.types import Activity, BoolArray, Float32Array, Float64Array, IntpArray, UInt8Array

# Activity is looked at so many times per second of the film, and changes are counted by tenths of a second.
_RATE_HZ, _BINS_PER_S = 60, 10

# Rows of the grid on which sprites are laid out: those of the default size are 2.7 cells wide at full.
_GRID_ROWS = 72

# A sprite that grows and shrinks by less changes less than a quarter of what it covers.
_LEAST_GROWTH = 1 / 8

# Tenths of a second that are worked on at a time.
_BINS_AT_ONCE = 256


@dataclass(frozen=True, eq=False)
class SpriteField:
    """Sprites as they stand in a frame of 1080 lines, in the order that they are drawn in.

    Parameters
    ----------
    centres_px : (n, 2) column, row
    scales : (n,) shares of the full diameter
    rows : (n,) row of activity that each shows
    diameters : at rest and at full activity, in pixels
    size : width, height of the frame in pixels
    grounds : luminances that may lie behind the sprites
    """

    centres_px: Float64Array
    scales: Float64Array
    rows: IntpArray
    diameters: tuple[float, float]
    size: tuple[int, int]
    grounds: tuple[float, ...]


def without_flashes(
    activity: Activity,
    look: FlashLook,
    fields: list[SpriteField],
    colours: UInt8Array,
    speed: float,
) -> Activity:
    """Activity held back while it flashes, with a warning; the same where it never does.

    Parameters
    ----------
    look : what the limiter holds back by
    fields : the sprites, from each direction that a turning camera sees them from
    colours : (256, 3) uint8, colour map of activity
    speed : seconds of activity that go by in a second of the film, in whose time flashes count
    """
    flashes = _flashing_columns(activity, fields, colours, speed)
    if not flashes.any():
        return activity
    values = activity.values.copy()
    for first, last in _runs(flashes):
        part = replace(activity, values=activity.values[:, first:last], warnings=())
        values[:, first:last] = limited(part, look, speed).values
    held = replace(activity, values=values)
    if _flashing_columns(held, fields, colours, speed).any():
        # Where what is held back meets what is not.
        held = replace(activity, values=limited(replace(activity, warnings=()), look, speed).values)
    n_held = int((held.values != activity.values).any(axis=0).sum())
    if not n_held:
        return activity
    warning = held_warning(n_held / (float(activity.column_rate_hz) * speed))
    return replace(held, warnings=(*activity.warnings, warning))


def _runs(flags: BoolArray) -> list[tuple[int, int]]:
    """First and end of each run of columns."""
    ends = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    return [(int(first), int(last)) for first, last in ends.reshape(-1, 2)]


def _flashing_columns(activity: Activity, fields: list[SpriteField], colours: UInt8Array, speed: float) -> BoolArray:
    """(n_columns,) bool, columns within a second of flashes that are too many and too large."""
    rate_hz = float(activity.column_rate_hz) * speed
    n_columns = activity.values.shape[1]
    changes = _changes(activity, colours, rate_hz)
    n_window = round(PERIOD_S * _BINS_PER_S) + 1
    sums = np.cumsum(np.pad(changes, ((0, 0), (1, n_window))), axis=1)
    within = np.minimum(sums[:, n_window:] - sums[:, :-n_window], 255).astype(np.float32)
    full = np.abs(activity.values).max(axis=1)
    begins = np.zeros(within.shape[1], dtype=bool)
    for field in fields:
        grid = _Grid(field, full)
        begins |= grid.flashes(_may_flash(grid, within), activity, colours, rate_hz)
    flashes = np.zeros(n_columns, dtype=bool)
    for bin_ in np.flatnonzero(begins):
        # A second before, in which the limiter finds out, and the window itself.
        first, last = (bin_ / _BINS_PER_S - PERIOD_S) * rate_hz, (bin_ / _BINS_PER_S + 2 * PERIOD_S) * rate_hz
        flashes[max(int(first), 0) : int(np.ceil(last)) + 1] = True
    return flashes


def _changes(activity: Activity, colours: UInt8Array, rate_hz: float) -> npt.NDArray[np.int_]:
    """(n_rows, n_bins) opposing changes of luminance that each row brings to its sprites, by tenths of a second.

    Of the sprite's colour; and two for each time that it grows or shrinks a good deal, over what may be darker than it
    is when small and lighter than when large.
    """
    from scipy.signal import find_peaks

    n_columns = activity.values.shape[1]
    length_s = n_columns / rate_hz
    times = np.arange(int(np.ceil(length_s * _RATE_HZ)) + 1) * rate_hz / _RATE_HZ
    n_bins = int(np.ceil(length_s * _BINS_PER_S)) + 1
    counts = np.zeros((len(activity.values), n_bins), dtype=np.int_)
    for row, values in enumerate(activity.values):
        shown = np.interp(times, np.arange(n_columns), values)
        place = 0.5 + 0.5 * shown if activity.signed else shown
        of_kind = []
        for signal, least, weight in (
            (relative_luminance(look_up(colours, place)), LEAST_CHANGE, 1),
            (np.abs(shown), _LEAST_GROWTH, 2),
        ):
            turns = [find_peaks(sign * signal, prominence=least)[0] for sign in (1, -1)]
            bins = np.concatenate(turns) * _BINS_PER_S // _RATE_HZ
            of_kind.append(weight * np.bincount(bins, minlength=n_bins)[:n_bins])
        counts[row] = np.maximum(*of_kind)
    return counts


class _Grid:
    """A field's sprites on a grid of points, in the order that they are drawn in.

    Parameters
    ----------
    full : (n_rows,) largest activity of each row
    """

    def __init__(self, field: SpriteField, full: Float32Array) -> None:
        self._field = field
        self._cell_px = field.size[1] / _GRID_ROWS
        self.shape = _GRID_ROWS, max(round(field.size[0] / self._cell_px), 1)
        radii = diameter_px(full[field.rows], field.diameters) / 2 / self._cell_px
        most = float(radii.max(initial=0.0))
        cells, away = cells_around(field.centres_px / self._cell_px, field.scales, most, self.shape)
        sprite, row, column = np.nonzero(away <= radii[:, None, None])
        # Points without the border that is around them, and those that each sprite reaches.
        bordered = np.arange((self.shape[0] + 2) * (self.shape[1] + 2))
        number = np.full(len(bordered), -1)
        number[cells_inside(bordered, self.shape).ravel()] = np.arange(self.shape[0] * self.shape[1])
        point = number[cells[sprite, row, column]]
        seen = point >= 0
        self._sprite, self.point = sprite[seen], point[seen]
        self.rows = field.rows[self._sprite]
        self._away_px = away[sprite, row, column][seen] * self._cell_px

    def too_much(self, too_often: BoolArray) -> bool:
        """Whether the points that change too often are too many of some field of view; (n_points,)."""
        return bool(too_often.any() and field_shares(too_often.reshape(self.shape)).max() > MOST_SHARE)

    def flashes(
        self,
        may_flash: BoolArray,
        activity: Activity,
        colours: UInt8Array,
        rate_hz: float,
    ) -> BoolArray:
        """(n_bins,) bool, those of the windows in which too much changes too often."""
        found = np.zeros(len(may_flash), dtype=bool)
        n_window = round(PERIOD_S * _RATE_HZ)
        per_bin = _RATE_HZ // _BINS_PER_S
        for first, last in _runs(may_flash):
            for begin in range(first, last, _BINS_AT_ONCE):
                end = min(begin + _BINS_AT_ONCE, last)
                steps = np.arange(begin * per_bin, end * per_bin + n_window)
                for ground in self._field.grounds:
                    turns = _turns(self._painted(steps * rate_hz / _RATE_HZ, activity, colours, ground))
                    sums = np.cumsum(np.pad(turns, ((1, 0), (0, 0))), axis=0, dtype=np.int32)
                    begins = np.arange(end - begin) * per_bin
                    too_often = sums[begins + n_window] - sums[begins] > MOST_CHANGES
                    found[begin:end] |= [self.too_much(each) for each in too_often]
        return found

    def _painted(self, columns: Float64Array, activity: Activity, colours: UInt8Array, ground: float) -> Float32Array:
        """(n_times, n_points) luminance at columns of the activity, between whole ones too."""
        last = activity.values.shape[1] - 1
        columns = np.clip(columns, 0, last)
        left = columns.astype(np.intp)
        weight = (columns - left).astype(np.float32)
        right = np.minimum(left + 1, last)
        shown = activity.values[:, left] * (1 - weight) + activity.values[:, right] * weight
        place = 0.5 + 0.5 * shown if activity.signed else shown
        luminance = relative_luminance(look_up(colours, place)).astype(np.float32)
        radii = (diameter_px(shown, self._field.diameters) / 2).astype(np.float32)
        painted = np.full((len(columns), self.shape[0] * self.shape[1]), ground, dtype=np.float32)
        # Sprite after sprite, each on the points that it reaches.
        ends = np.flatnonzero(np.diff(self._sprite, prepend=-1, append=-1))
        for begin, end in pairwise(ends):
            points, away, row = self.point[begin:end], self._away_px[begin:end], self.rows[begin]
            radius = radii[row][:, None]
            under = painted[:, points]
            painted[:, points] = np.where(
                away <= radius - OUTLINE_PX, luminance[row][:, None], np.where(away <= radius, np.float32(0), under)
            )
        return painted


def _turns(luminance: Float32Array) -> BoolArray:
    """(n_times, n_points) bool, where luminance has changed into the other direction by enough to count."""
    low, high = luminance[0].copy(), luminance[0].copy()
    direction = np.zeros(luminance.shape[1], dtype=np.int8)
    turns = np.zeros(luminance.shape, dtype=bool)
    for step, now in enumerate(luminance):
        rises = (direction < 1) & (now - low >= LEAST_CHANGE) & (low < DARKER)
        falls = (direction > -1) & (high - now >= LEAST_CHANGE) & (now < DARKER)
        turned = turns[step] = rises | falls
        direction = np.where(turned, np.where(rises, 1, -1), direction).astype(np.int8)
        low, high = np.where(turned, now, np.minimum(low, now)), np.where(turned, now, np.maximum(high, now))
    return turns


def _may_flash(grid: _Grid, within: Float32Array) -> BoolArray:
    """(n_bins,) bool, windows in which too much may change too often, were every sprite seen by itself.

    Parameters
    ----------
    within : (n_rows, n_bins) changes of each row in the window that begins with a bin
    """
    from scipy.sparse import coo_array

    n_points = grid.shape[0] * grid.shape[1]
    ones = np.ones(len(grid.point), np.float32)
    covered = coo_array((ones, (grid.point, grid.rows)), shape=(n_points, len(within))).tocsr()
    # A row counts once where several of its sprites meet.
    covered.data[:] = 1.0
    may_flash = np.zeros(within.shape[1], dtype=bool)
    busy = np.flatnonzero(within.any(axis=0))
    for first in range(0, len(busy), _BINS_AT_ONCE):
        some = busy[first : first + _BINS_AT_ONCE]
        may_flash[some] = [grid.too_much(each) for each in (covered @ within[:, some] > MOST_CHANGES).T]
    return may_flash
