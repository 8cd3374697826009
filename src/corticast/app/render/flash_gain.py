"""The flash limit of a film: the largest constant gain on its activity with which no reading is exceeded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from corticast.app.render.drawing import compositor_of, volume_texture_of
from corticast.app.render.metering import FilmMeter, is_sampled, sample_step
from corticast.core.flashes import GRID, LEAST_AREA, Flashes, merged_spans
from corticast.core.model.machine import Machine
from corticast.core.model.types import FrameState
from corticast.film.analysis import Analysis
from corticast.film.film import Film
from corticast.gl.context import OffscreenContext
from corticast.gl.volume import VolumeTexture
from corticast.passes.compositor import Compositor

# Lines of the small frames: at half as many the outlines of contacts blur, and flashes of rings are missed.
_HEIGHT = 4 * GRID[1]
# The search ends where the gain is known to this share of itself.
_TOLERANCE = 0.01
# Below this, activity cannot be seen.
_LEAST_GAIN = 2.0**-7
# Share of the gain before that is tried first.
_NEAR = 0.9
# Small frames differ a little from the real ones: in gain, and in the area of contacts with their outlines.
_MARGIN, _AREA_MARGIN = 0.98, 0.92
# So many seconds of the first span are searched again in the film's own size.
_CHECKED_S = 2
# Of a span that exceeds a reading, so many seconds are searched: single flashes need one, long sequences five.
_SEARCHED_S = (2, 6)

Span = tuple[float, float]


def find_gain(context: OffscreenContext, film: Film, texture: VolumeTexture | None = None) -> float:
    """Find the gain of a film's activity, above 0 and up to 1.

    The whole film is drawn once, small and without a gain. Only the seconds that exceed a reading are drawn again, two
    of them in the film's own size. Seconds that exceed a reading at rest do not count: no gain helps there.

    Parameters
    ----------
    context : current
    film : with a gain of 1
    texture : of the film's volume, if it is on the GPU already
    """
    if film.activity is None or film.placed is None:
        return 1.0
    texture = volume_texture_of(context, film, texture)
    search = _Search(context, film, texture, min(film.timing.size[1], _HEIGHT), _AREA_MARGIN)
    spans = search.exceeded([(0.0, float(film.duration_s))], 1.0)
    moves_at_rest = film.moving_mm is not None or film.turns
    at_rest = search.exceeded(spans, 0.0) if moves_at_rest else []
    spans = [span for span in spans if not any(span[0] < last and first < span[1] for first, last in at_rest)]
    if not spans:
        return 1.0
    gain = _MARGIN * search.passing(spans, 1.0)
    real = _Search(context, film, texture, film.timing.size[1])
    return real.passing([(spans[0][0], min(spans[0][1], spans[0][0] + _CHECKED_S))], gain)


def with_gain(context: OffscreenContext, film: Film, texture: VolumeTexture | None = None) -> Film:
    """The film with the gain that `find_gain` finds."""
    return replace(film, gain=find_gain(context, film, texture))


def limited(film: Film, analysis: Analysis, machine: Machine) -> Analysis:
    """The analysis of a film with the gain that `find_gain` finds, for the processes that draw its parts."""
    with OffscreenContext(machine.gpu, machine.backend, threads=machine.threads) as context:
        return replace(analysis, gain=find_gain(context, film))


class _Search:
    """Draws parts of a film with a gain, and reads their flashes.

    Parameters
    ----------
    n_lines : height of the frames in pixels
    area_margin : share of the area of a reading that must flash
    """

    def __init__(
        self,
        context: OffscreenContext,
        film: Film,
        texture: VolumeTexture | None,
        n_lines: int,
        area_margin: float = 1.0,
    ) -> None:
        self._context = context
        self._film = film
        self._least_area = area_margin * LEAST_AREA
        width, height = film.timing.size
        size = max(round(width * n_lines / height), 1), n_lines
        small = replace(film, timing=replace(film.timing, size=size), gain=1.0)
        self._compositor: Compositor = compositor_of(context, small, size, texture=texture)

    def exceeded(self, spans: Sequence[Span], gain: float) -> list[Span]:
        """Seconds of spans in which a reading is exceeded, in order."""
        flashes = [self._flashes(within, gain) for within in spans]
        found = [span for each in flashes for reading in each.readings for span in reading.times_s]
        return list(merged_spans(tuple(found)))

    def passing(self, spans: Sequence[Span], below: float) -> float:
        """The largest gain up to another one with which all spans pass."""
        gain, left = below, self.exceeded(spans, below)
        while left and gain > _LEAST_GAIN:
            gain = self.largest(left[0], gain)
            left = self.exceeded(left, gain)
        return gain

    def largest(self, span: Span, below: float) -> float:
        """The largest gain up to another one with which the beginning of a span passes."""
        shorter = [(span[0], min(span[1], span[0] + seconds)) for seconds in _SEARCHED_S]
        span = next((each for each in shorter if self._flashes(each, below).exceeded), span)
        # A later span needs little less than the one before.
        near = _NEAR * below
        low, high = (0.0, near) if self._flashes(span, near).exceeded else (near, below)
        while high - low > max(_TOLERANCE * high, _LEAST_GAIN):
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
        meter = FilmMeter(self._context, self._compositor, fps, first, first, least_area=self._least_area)
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
