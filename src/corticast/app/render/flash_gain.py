"""The flash limit of a film: the largest constant gain on its activity with which no reading is exceeded."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from corticast.app.render.drawing import compositor_of, volume_texture_of
from corticast.app.render.metering import FilmMeter, can_flash, is_sampled, reach_of, sample_step
from corticast.core.flash_counting import RED_SHARE
from corticast.core.flash_reach import Reach
from corticast.core.flash_strictness import Strictness
from corticast.core.flashes import GRID, LEAST_AREA, Excess, merged_spans, sample_size
from corticast.core.model.machine import Machine
from corticast.core.model.types import FrameState
from corticast.film.analysis import Analysis
from corticast.film.film import Film
from corticast.gl.context import OffscreenContext
from corticast.gl.volume import VolumeTexture
from corticast.passes.compositor import Compositor
from corticast.passes.views import ViewPass

# Lines of the small frames of films whose planes move: with half as many the outlines of contacts blur, and flashes of
# rings are missed.
_N_LINES = 4 * GRID[1]
# The search is stricter than the readings. Frames of the search differ a little from the real ones: their outlines are
# blurred, or their pixels lie half a pixel beside. And the real ones differ from a film that was decoded: a block of
# 16 x 16 pixels changes if one of its pixels does, colours are rounded, and fields may lie anywhere.
_STRICT = Strictness(
    least_area=0.92 * LEAST_AREA,
    mean_step=0.95,
    red_shares=(RED_SHARE, 0.975 * RED_SHARE),
    block_px=16,
)
# The search ends where the gain is known to this share of itself.
_TOLERANCE = 0.01
# Below this, activity cannot be seen.
_LEAST_GAIN = 2.0**-7
# The guess of a gain lies below the gain with which a span fails, and the next ones a step above or shares below.
_NEAREST_GUESS, _STEP, _FURTHER = 0.98, 1.06, (0.95, 0.85, 0.65, 0.3)
# Share of the gain found that is taken.
_MARGIN = 0.99
# Seconds before an excess that are drawn too, as changes at its beginning need the samples before.
_BRIEFLY_BEFORE_S, _BEFORE_S = 0.2, 1.0

# Length of all spans, in that of the worst, up to which they are tried together.
_FEW = 4
# Samples after which excesses are looked for.
_CHECKED_EVERY = 15

Span = tuple[float, float]
_NumberedState = tuple[int, FrameState]


@dataclass(frozen=True, eq=False)
class LimitedFilm:
    """A film with the gain of its flash limit.

    Parameters
    ----------
    film : with its gain
    views : pass that draws the film's views from outside, for the compositor of its frames; None without views
    """

    film: Film
    views: ViewPass | None


def limited_film(context: OffscreenContext, film: Film, texture: VolumeTexture | None = None) -> LimitedFilm:
    """Find the gain of a film's activity, above 0 and up to 1.

    Nothing is drawn where the contacts are too small for a flash. Else the whole film is drawn once without a gain:
    only the pixels that the flash meter reads, or small where the planes move. Only the seconds that exceed a reading
    are drawn again. Seconds that exceed a reading at rest do not count: no gain helps there.

    Parameters
    ----------
    context : current
    film : with a gain of 1
    texture : of the film's volume, if it is on the GPU already
    """
    if not film.has_activity:
        return LimitedFilm(film, None)
    sweeps = film.moving_mm is not None
    moves_at_rest = sweeps or film.turns
    texture = volume_texture_of(context, film, texture)
    compositor = _coarse(context, film, texture) if sweeps else _sampling(context, film, texture)
    # Blocks of the film's own pixels.
    block_px = _STRICT.block_px * compositor.layout.size[1] / film.timing.size[1]
    strictness = replace(_STRICT, block_px=block_px)
    reach = reach_of(compositor, film)
    if not can_flash(reach, film, strictness=strictness):
        return LimitedFilm(film, _views_of(compositor))
    search = _Search(context, film, compositor, strictness, reach)
    excesses = search.excesses([(0.0, float(film.duration_s))], 1.0)
    if moves_at_rest:
        at_rest = search.excesses([each.span for each in excesses], 0.0)
        excesses = [each for each in excesses if not any(_overlap(each.span, other.span) for other in at_rest)]
    gain = search.passing(excesses, 1.0)
    if excesses and sweeps:
        # The worst excess in the film's own size.
        own = compositor_of(context, film, film.timing.size, texture=texture)
        real = _Search(context, film, own, replace(_STRICT, least_area=LEAST_AREA))
        gain = real.passing(real.excesses([_worst(excesses).span], gain), gain)
    return LimitedFilm(film.with_gain(gain), None if moves_at_rest else _views_of(compositor))


def _sampling(context: OffscreenContext, film: Film, texture: VolumeTexture | None) -> Compositor:
    """Draws only the pixels that the meter reads."""
    size = film.timing.size
    return compositor_of(context, film, size, texture=texture, frame_size=sample_size(size))


def _coarse(context: OffscreenContext, film: Film, texture: VolumeTexture | None) -> Compositor:
    """Draws frames with fewer lines."""
    width, height = film.timing.size
    n_lines = min(_N_LINES, height)
    size = max(round(width * n_lines / height), 1), n_lines
    return compositor_of(context, replace(film, timing=replace(film.timing, size=size)), size, texture=texture)


def _views_of(compositor: Compositor) -> ViewPass | None:
    return next((each for each in compositor.passes if isinstance(each, ViewPass)), None)


def limited(film: Film, analysis: Analysis, machine: Machine) -> Analysis:
    """The analysis of a film with the gain of its flash limit, for the processes that draw its parts."""
    with OffscreenContext(machine.gpu, machine.backend, threads=machine.threads) as context:
        return replace(analysis, gain=limited_film(context, film).film.gain)


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _worst(excesses: Sequence[Excess]) -> Excess:
    """The second with most flashes, or with the largest area of as many."""
    return max(excesses, key=lambda each: (each.changes, each.area))


class _Search:
    """Draws parts of a film with a gain, and reads their flashes.

    Parameters
    ----------
    film : with a gain of 1
    compositor : draws its frames
    strictness : of the flash meter
    reach : where frames can differ; None if anywhere
    """

    def __init__(
        self,
        context: OffscreenContext,
        film: Film,
        compositor: Compositor,
        strictness: Strictness,
        reach: Reach | None = None,
    ) -> None:
        self._context = context
        self._film = film
        self._compositor = compositor
        self._strictness, self._reach = strictness, reach

    def excesses(self, spans: Sequence[Span], gain: float) -> list[Excess]:
        """Excesses within spans."""
        return [excess for states in self._parts(spans, _BEFORE_S) for excess in self._excesses(states, gain)]

    def passing(self, excesses: Sequence[Excess], below: float) -> float:
        """The largest gain up to another one with which all excesses end: first the worst, then those that remain.

        Spans that are little longer than the worst are tried together: a gain that fails is left at the first excess.
        """
        if not excesses:
            return below
        spans_s = sum(last - first for first, last in merged_spans(tuple(each.span for each in excesses)))
        worst = _worst(excesses)
        if spans_s <= _FEW * (worst.span[1] - worst.span[0]):
            return self._largest(excesses, below)
        gain = self._largest([worst], below)
        excesses = self.excesses([each.span for each in excesses], gain)
        return self._largest(excesses, gain) if excesses else gain

    def _largest(self, excesses: Sequence[Excess], below: float) -> float:
        """The largest gain up to another one without an excess in the spans of some."""
        low = below
        # The first excess after the beginning of a span may need more of the past than another one.
        for before_s in _BRIEFLY_BEFORE_S, _BEFORE_S, math.inf:
            parts = self._parts([each.span for each in excesses], before_s)
            low, high = self._bracket(parts, below, self._guess(excesses, below))
            if low < below:
                break
        else:
            return below
        while high - low > max(_TOLERANCE * high, _LEAST_GAIN):
            middle = (low + high) / 2
            low, high = (low, middle) if self._fails(parts, middle) else (middle, high)
        return max(_MARGIN * low, _LEAST_GAIN)

    def _guess(self, excesses: Sequence[Excess], gain: float) -> float:
        """A gain with which excesses may end: the sides of contacts shrink with it."""
        return gain * min(math.sqrt(self._strictness.least_area / _worst(excesses).area), _NEAREST_GUESS)

    def _bracket(self, parts: Sequence[Sequence[_NumberedState]], below: float, gain: float) -> tuple[float, float]:
        """A gain with which no part fails, and a larger one with which one does; `below` twice where none fails."""
        if self._fails(parts, gain):
            high = gain
            for share in _FURTHER:
                if not self._fails(parts, share * gain):
                    return share * gain, high
                high = share * gain
            return 0.0, high
        low = gain
        while low < below:
            higher = min(_STEP * low, below)
            if self._fails(parts, higher):
                return low, higher
            low = higher
        return below, below

    def _fails(self, parts: Sequence[Sequence[_NumberedState]], gain: float) -> bool:
        return any(self._excesses(states, gain, ends=True) for states in parts)

    def _parts(self, spans: Sequence[Span], before_s: float) -> list[list[_NumberedState]]:
        """States of the sampled frames of each span, those that overlap as one."""
        return [list(self._states(span, before_s)) for span in merged_spans(tuple(spans))]

    def _excesses(self, states: Iterable[_NumberedState], gain: float, *, ends: bool = False) -> list[Excess]:
        """Excesses of states that follow one another; with `ends` those that are found first."""
        meter: FilmMeter | None = None
        try:
            for number, (index, state) in enumerate(states, 1):
                meter = meter or self._meter(index)
                assert state.activity is not None
                scaled = replace(state, activity=state.activity * np.float32(gain))
                meter.frame(index, self._compositor.draw(scaled))
                if ends and number % _CHECKED_EVERY == 0 and (found := meter.excesses):
                    return found
            if meter is None:
                return []
            meter.finish()
            return meter.excesses
        finally:
            if meter is not None:
                meter.close()

    def _meter(self, first: int) -> FilmMeter:
        return FilmMeter(
            self._context,
            self._compositor,
            self._film.fps,
            first,
            first,
            strictness=self._strictness,
            reach=self._reach,
        )

    def _states(self, span: Span, before_s: float) -> Iterator[_NumberedState]:
        """States of the sampled frames of a span, and of some seconds before."""
        fps = self._film.fps
        step = sample_step(fps)
        first = int(max(span[0] - before_s, 0.0) * fps)
        stop = min(int(span[1] * fps) + 1, self._film.n_frames)
        for index in range(first, stop):
            if is_sampled(index, step):
                yield index, self._film.frame(index)
