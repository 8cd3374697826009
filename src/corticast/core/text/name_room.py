"""Room for names: which places discs, other texts and the edges of the room leave free, and which names meet.

Discs near names are found in a grid of cells, so that the cost follows the neighbours of names, not all pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from corticast.core.model.types import BoolArray, Float64Array, IntpArray

# Free pixels between a name and everything else, in sizes of its text.
GAP = 0.12
# Those between the middle of a leader and a contact, so that the rim of the leader has room.
_CLEAR = 0.145
# Gaps between a name and the discs of other contacts. Letters lie so many times as far from another contact as from
# their own, so that the name is seen to belong to its own contact.
_APART = 2.0


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
    blocks : (m, 4) float64, boxes that are taken
    bounds : x, y, width, height of the room
    size_px : font size
    groups : (n,) intp, number of the group of each contact
    ahead : (n, 2) float64, directions in which names stand that need no common side; None for names of contacts
    rests : as `radii`, those of discs at rest; -inf for discs that bear no name; None where all are as `radii`
    rim_px : room around the letters within `boxes`
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
    rests: Float64Array | None = None
    rim_px: float = 0.0

    @property
    def middles_of_blocks(self) -> tuple[Float64Array, Float64Array]:
        """(m, 2) and (m, 2) float64, middles of the taken boxes, and half their widths and heights."""
        first, last = self.blocks[:, :2], self.blocks[:, 2:]
        return (first + last) / 2, (last - first) / 2

    @property
    def gap_px(self) -> float:
        """Free pixels between a name and everything else."""
        return GAP * self.size_px

    def own_radii(self, rows: IntpArray) -> Float64Array:
        """(k,) float64 pixels, radii of the discs of contacts while their own names are shown."""
        return radii_of(self.radii, rows, rows)

    def are_kin(self, rows: IntpArray, others: IntpArray) -> BoolArray:
        """(k,) bool, whether two contacts share their name: that of their group."""
        return np.asarray(self.groups[rows] == self.groups[others]) & (self.ahead is not None)


def radii_of(radii: Float64Array, rows: IntpArray, discs: IntpArray) -> Float64Array:
    """(k,) float64 pixels, radii of discs while the names of other contacts are shown; see `Crowd`."""
    return radii[discs] if radii.ndim == 1 else radii[rows, discs]


@dataclass(frozen=True, eq=False)
class Places:
    """Possible or taken places of names.

    Parameters
    ----------
    crowd : whose names they are
    rows : (k,) intp, contacts
    offsets : (k, 2) float64 pixels from each contact to the middle of its name
    lines : (k, 2, 2) float64 pixels, both ends of the leader from each contact; None without leaders
    """

    crowd: Crowd
    rows: IntpArray
    offsets: Float64Array
    lines: Float64Array | None = None

    def __getitem__(self, kept: IntpArray | BoolArray | slice) -> Places:
        """Some of the places."""
        lines = None if self.lines is None else self.lines[kept]
        return Places(self.crowd, self.rows[kept], self.offsets[kept], lines)

    @cached_property
    def middles(self) -> Float64Array:
        """(n_moments, k, 2) float64 pixels, middles of the names."""
        return self.crowd.centres[:, self.rows] + self.offsets

    @cached_property
    def halves(self) -> Float64Array:
        """(k, 2) float64 pixels, half the width and the height of the names."""
        return self.crowd.boxes[self.rows] / 2

    @cached_property
    def ends(self) -> Float64Array:
        """(2, n_moments, k, 2) float64 pixels, both ends of the leaders, of places that have some."""
        assert self.lines is not None
        return np.moveaxis(self.crowd.centres[:, self.rows, None] + self.lines, 2, 0)

    def are_free(self) -> BoolArray:
        """(k,) bool, whether names stand within the room, clear of discs and of taken rectangles, at all moments."""
        crowd = self.crowd
        x, y, width, height = crowd.bounds
        low, high = np.array([x, y]) + self.halves, np.array([x + width, y + height]) - self.halves
        free: BoolArray = np.asarray(((self.middles >= low) & (self.middles <= high)).all(axis=(0, 2)), dtype=np.bool_)
        rows = np.flatnonzero(free)
        (blocks, sides), wide = crowd.middles_of_blocks, self.halves[rows] + crowd.gap_px
        for middles in self.middles[:, rows]:
            free[rows[_overlap(middles[:, None], wide[:, None], blocks, sides).any(axis=1)]] = False
        return free & ~self._on_discs(np.flatnonzero(free))

    def _on_discs(self, places: IntpArray) -> BoolArray:
        """(k,) bool, places among some that come near a disc, or that read as the name of another contact."""
        crowd, own = self.crowd, self._own_gaps
        met = np.zeros(len(self.rows), dtype=np.bool_)
        apart, largest = _APART * crowd.gap_px, crowd.radii.max(initial=0.0)
        farthest = max(apart, _APART * own[places].max(initial=0.0))
        for moment, middles in enumerate(self.middles):
            reach = self.halves[places].max(axis=0, initial=0.0) + farthest + largest
            one, disc = self._near(places, middles, moment, reach)
            rests = self._rests(one, disc)
            # A name may stand near ghosts, and near its own group.
            alike = np.isinf(rests) | crowd.are_kin(self.rows[one], disc)
            away = np.abs(middles[one] - crowd.centres[moment, disc]) - self.halves[one]
            beside = np.maximum(away - np.where(alike, 0.0, apart)[:, None], 0)
            met[one[(beside**2).sum(axis=1) < self._radii(one, disc) ** 2]] = True
            gaps = np.hypot(*np.maximum(away + crowd.rim_px, 0).T) - rests
            met[one[~alike & (gaps < _APART * own[one])]] = True
        return met

    @property
    def _own_gaps(self) -> Float64Array:
        """(k,) float64 pixels, from the letters to the own disc at rest; 0 with a leader."""
        if self.lines is not None:
            return np.zeros(len(self.rows))
        away = np.maximum(np.abs(self.offsets) - self.halves + self.crowd.rim_px, 0)
        rests = self.crowd.radii if self.crowd.rests is None else self.crowd.rests
        return np.asarray(np.hypot(*away.T) - radii_of(rests, self.rows, self.rows))

    def have_open_lines(self) -> BoolArray:
        """(k,) bool, whether leaders keep clear of discs and of taken rectangles, at all moments."""
        crowd, is_open = self.crowd, np.ones(len(self.rows), dtype=np.bool_)
        blocks, sides = crowd.middles_of_blocks
        for moment, (starts, ends) in enumerate(zip(*self.ends, strict=True)):
            places = np.flatnonzero(is_open)
            half = np.abs(ends - starts)[places].max(axis=0, initial=0.0) / 2
            clear_px = _CLEAR * crowd.size_px
            reach = half + crowd.radii.max(initial=0.0) + clear_px
            one, disc = self._near(places, (starts + ends) / 2, moment, reach)
            away = _distance(crowd.centres[moment, disc], starts[one], ends[one])
            is_open[one[away < self._radii(one, disc) + clear_px]] = False
            places = np.flatnonzero(is_open)
            crosses = _cross_box(starts[places, None], ends[places, None], blocks, sides)
            is_open[places[crosses.any(axis=1)]] = False
        return is_open

    def _near(
        self, places: IntpArray, points: Float64Array, moment: int, reach: Float64Array
    ) -> tuple[IntpArray, IntpArray]:
        """Pairs of a place and a disc of another contact that lie near one another."""
        centres = self.crowd.centres[moment]
        drawn = np.flatnonzero(np.isfinite(centres).all(axis=1))
        one, disc = pairs_near(points[places], centres[drawn], reach)
        one, disc = places[one], drawn[disc]
        other = self.rows[one] != disc
        return one[other], disc[other]

    def _radii(self, places: IntpArray, discs: IntpArray) -> Float64Array:
        return radii_of(self.crowd.radii, self.rows[places], discs)

    def _rests(self, places: IntpArray, discs: IntpArray) -> Float64Array:
        rests = self.crowd.radii if self.crowd.rests is None else self.crowd.rests
        return radii_of(rests, self.rows[places], discs)

    def meet(self, taken: Places) -> BoolArray:
        """(k, m) bool, places that meet a taken one at some moment: names and leaders of both."""
        gap = self.crowd.gap_px
        middles, wide = self.middles[:, :, None], (self.halves + gap)[:, None]
        others, sides = taken.middles[:, None], taken.halves
        met: BoolArray = np.asarray(_overlap(middles, wide, others, sides).any(axis=0), dtype=np.bool_)
        if self.lines is not None:
            starts, ends = self.ends[:, :, :, None]
            met |= _cross_box(starts, ends, others, sides + 0.5 * gap).any(axis=0)
        if taken.lines is not None:
            led = np.flatnonzero(np.isfinite(taken.lines[:, 0, 0]))
            led_starts, led_ends = taken.ends[:, :, None, led]
            met[:, led] |= _cross_box(led_starts, led_ends, middles, wide).any(axis=0)
            if self.lines is not None:
                met[:, led] |= _cross(starts, ends, led_starts, led_ends).any(axis=0)
        together = self.crowd.together
        return met if together is None else met & together[np.ix_(self.rows, taken.rows)]


def pairs_near(one: Float64Array, other: Float64Array, reach: Float64Array) -> tuple[IntpArray, IntpArray]:
    """Pairs of points that lie less than a reach apart, across and down.

    Parameters
    ----------
    one, other : (n, 2) and (m, 2) float64, finite
    reach : (2,) float64, above 0

    Returns
    -------
    (k,) intp each, rows of `one` and of `other`
    """
    if not len(one) or not len(other):
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    start = np.minimum(one.min(axis=0), other.min(axis=0))
    cells, other_cells = (((points - start) // reach).astype(np.intp) + 1 for points in (one, other))
    n_down = max(int(cells[:, 1].max()), int(other_cells[:, 1].max())) + 2
    keys = other_cells[:, 0] * n_down + other_cells[:, 1]
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    firsts, seconds = [], []
    for across in (-1, 0, 1):
        # Three cells below one another have numbers in a row.
        middle = (cells[:, 0] + across) * n_down + cells[:, 1]
        low, high = np.searchsorted(keys, middle - 1), np.searchsorted(keys, middle + 1, side="right")
        counts = high - low
        firsts.append(np.repeat(np.arange(len(one)), counts))
        seconds.append(order[np.arange(counts.sum()) + np.repeat(low - (np.cumsum(counts) - counts), counts)])
    first, second = np.concatenate(firsts), np.concatenate(seconds)
    near = (np.abs(one[first] - other[second]) < reach).all(axis=1)
    return first[near], second[near]


def _overlap(one: Float64Array, half: Float64Array, other: Float64Array, other_half: Float64Array) -> BoolArray:
    """Whether rectangles of some middles and half sides overlap."""
    across = np.abs(one[..., 0] - other[..., 0]) < half[..., 0] + other_half[..., 0]
    return np.asarray(across & (np.abs(one[..., 1] - other[..., 1]) < half[..., 1] + other_half[..., 1]))


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
    low, high = np.minimum(one, other), np.maximum(one, other)
    first, last = np.maximum(low[..., 0], low[..., 1]), np.minimum(high[..., 0], high[..., 1])
    return np.asarray((first <= last) & (last >= 0) & (first <= 1))


def _cross(start: Float64Array, end: Float64Array, other_start: Float64Array, other_end: Float64Array) -> BoolArray:
    """Whether line segments cross."""

    def side(a: Float64Array, b: Float64Array, c: Float64Array) -> Float64Array:
        to_b, to_c = b - a, c - a
        return np.asarray(to_b[..., 0] * to_c[..., 1] - to_b[..., 1] * to_c[..., 0])

    one = side(start, end, other_start) * side(start, end, other_end) < 0
    return np.asarray(one & (side(other_start, other_end, start) * side(other_start, other_end, end) < 0))
