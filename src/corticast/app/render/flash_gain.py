"""The flash limit of a film: the largest constant gain on its activity with which no reading is exceeded."""

from __future__ import annotations

from dataclasses import dataclass, replace

from corticast.app.render.drawing import compositor_of, volume_texture_of
from corticast.app.render.gain_search import GainSearch, Span, worst_of
from corticast.app.render.metering import can_flash, reach_of
from corticast.core.flash_light import RED_SHARE
from corticast.core.flash_strictness import Strictness
from corticast.core.flashes import GRID, LEAST_AREA, sample_size
from corticast.core.model.machine import Machine
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
    search = GainSearch(context, film, compositor, strictness, reach)
    excesses = search.excesses([(0.0, float(film.duration_s))], 1.0)
    if moves_at_rest:
        at_rest = search.excesses([each.span for each in excesses], 0.0)
        excesses = [each for each in excesses if not any(_overlap(each.span, other.span) for other in at_rest)]
    gain = search.passing(excesses, 1.0)
    if excesses and sweeps:
        # The worst excess in the film's own size.
        own = compositor_of(context, film, film.timing.size, texture=texture)
        real = GainSearch(context, film, own, replace(_STRICT, least_area=LEAST_AREA))
        gain = real.passing(real.excesses([worst_of(excesses).span], gain), gain)
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
