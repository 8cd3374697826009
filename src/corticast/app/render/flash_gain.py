"""The flash limit of a film: the largest constant gain on its activity with which no reading is exceeded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from corticast.app.render.drawing import compositor_of, volume_texture_of
from corticast.app.render.metering import FilmMeter, is_sampled, sample_step
from corticast.core.flashes import GRID, Flashes
from corticast.core.model.machine import Machine
from corticast.core.model.types import FrameState
from corticast.film.analysis import Analysis
from corticast.film.film import Film
from corticast.gl.context import OffscreenContext
from corticast.gl.volume import VolumeTexture
from corticast.passes.compositor import Compositor

# Frames are drawn at twice the size of their samples.
_HEIGHT = 2 * GRID[1]
# Steps of the search, each half as wide as the one before: to 1 % of full activity.
_N_STEPS = 7
# Below this, activity cannot be seen.
_LEAST_GAIN = 2.0**-_N_STEPS
# Share of the gain before that is tried first.
_NEAR = 0.9
# Small frames differ a little from the real ones.
_MARGIN = 0.97
# Of a span that exceeds a reading, so many seconds are searched: single flashes need one, long sequences five.
_SEARCHED_S = (2, 6)

Span = tuple[float, float]


def find_gain(context: OffscreenContext, film: Film, texture: VolumeTexture | None = None) -> float:
    """Find the gain of a film's activity, above 0 and up to 1.

    The whole film is drawn once, small and without a gain. Only the seconds that exceed a reading are drawn again. What
    exceeds a reading at rest does not come from activity; no gain helps there, and it does not count.

    Parameters
    ----------
    context : current
    film : with a gain of 1
    texture : of the film's volume, if it is on the GPU already
    """
    if film.activity is None or film.placed is None:
        return 1.0
    search = _Search(context, film, volume_texture_of(context, film, texture))
    spans = search.exceeded([(0.0, float(film.duration_s))], 1.0)
    moves_at_rest = film.moving_mm is not None or film.turns
    at_rest = search.exceeded(spans, 0.0) if moves_at_rest else []
    spans = [span for span in spans if not any(span[0] < last and first < span[1] for first, last in at_rest)]
    gain = 1.0
    while spans:
        gain = search.largest(spans[0], gain)
        spans = search.exceeded(spans, gain) if gain > _LEAST_GAIN else []
    return gain if gain == 1.0 else gain * _MARGIN


def with_gain(context: OffscreenContext, film: Film, texture: VolumeTexture | None = None) -> Film:
    """The film with the gain that `find_gain` finds."""
    return replace(film, gain=find_gain(context, film, texture))


def limited(film: Film, analysis: Analysis, machine: Machine) -> Analysis:
    """The analysis of a film with the gain that `find_gain` finds, for the processes that draw its parts."""
    with OffscreenContext(machine.gpu, machine.backend, threads=machine.threads) as context:
        return replace(analysis, gain=find_gain(context, film))


class _Search:
    """Draws parts of a film, small and with a gain, and reads their flashes."""

    def __init__(self, context: OffscreenContext, film: Film, texture: VolumeTexture | None) -> None:
        self._context = context
        self._film = film
        width, height = film.timing.size
        n_lines = min(height, _HEIGHT)
        size = max(round(width * n_lines / height), 1), n_lines
        small = replace(film, timing=replace(film.timing, size=size), gain=1.0)
        self._compositor: Compositor = compositor_of(context, small, size, texture=texture)

    def exceeded(self, spans: Sequence[Span], gain: float) -> list[Span]:
        """Seconds of spans in which a reading is exceeded, in order."""
        flashes = [self._flashes(within, gain) for within in spans]
        return sorted({span for each in flashes for reading in each.readings for span in reading.times_s})

    def largest(self, span: Span, below: float) -> float:
        """The largest gain up to another one with which the beginning of a span passes."""
        shorter = [(span[0], min(span[1], span[0] + seconds)) for seconds in _SEARCHED_S]
        span = next((each for each in shorter if self._flashes(each, below).exceeded), span)
        # A later span needs little less than the one before.
        near = _NEAR * below
        low, high = (0.0, near) if self._flashes(span, near).exceeded else (near, below)
        for _ in range(_N_STEPS):
            middle = (low + high) / 2
            if self._flashes(span, middle).exceeded:
                high = middle
            else:
                low = middle
        return max(low, _LEAST_GAIN)

    def _flashes(self, span: Span, gain: float) -> Flashes:
        fps = self._film.fps
        step = sample_step(fps)
        # Changes at the beginning of a second need the sample before.
        first = int(max(span[0] - 1, 0.0) * fps)
        stop = min(int(span[1] * fps) + 1, self._film.n_frames)
        frames = [index for index in range(first, stop) if is_sampled(index, step)]
        meter = FilmMeter(self._context, self._compositor, fps, first, first)
        try:
            for index, state in self._states(frames, gain):
                meter.frame(index, self._compositor.draw(state))
            return meter.finish()
        finally:
            meter.close()

    def _states(self, frames: Sequence[int], gain: float) -> Iterator[tuple[int, FrameState]]:
        for index in frames:
            state = replace(self._film, gain=1.0).frame(index)
            assert state.activity is not None
            yield index, replace(state, activity=state.activity * np.float32(gain))
