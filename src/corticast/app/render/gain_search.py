"""The search for the largest gain on a film's activity with which no excess of flashes is left."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from corticast.app.render.metering import FilmMeter, is_sampled, sample_step
from corticast.core.flash_reach import Reach
from corticast.core.flash_strictness import Strictness
from corticast.core.flashes import Excess, merged_spans
from corticast.core.model.types import FrameState
from corticast.film.film import Film
from corticast.gl.context import OffscreenContext
from corticast.passes.compositor import Compositor

# The search ends where the gain is known to this share of itself.
_TOLERANCE = 0.01
# Below this, activity cannot be seen.
_LEAST_GAIN = 2.0**-7
# The guess of a gain lies below the gain with which a span fails, and the next ones a step above or shares below.
_NEAREST_GUESS, _STEP, _FURTHER = 0.98, 1.06, (0.98, 0.93, 0.8, 0.6, 0.3)
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


def worst_of(excesses: Sequence[Excess]) -> Excess:
    """The second with most flashes, or with the largest area of as many."""
    return max(excesses, key=lambda each: (each.changes, each.area))


class GainSearch:
    """Draws parts of a film with a gain, and reads their flashes.

    Parameters
    ----------
    context : current
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
        worst = worst_of(excesses)
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
        return gain * min(math.sqrt(self._strictness.least_area / worst_of(excesses).area), _NEAREST_GUESS)

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
