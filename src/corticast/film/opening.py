"""Opens a film of a scene: places the electrodes, and analyses the inputs unless their analysis is ready."""

from __future__ import annotations

from dataclasses import replace

from corticast.core.geometry.contact_sizes import check_sizes
from corticast.core.geometry.fit import fit_of
from corticast.core.geometry.placement import placed_of, selected_of
from corticast.core.model.column_look import look_of
from corticast.core.model.scene import Scene
from corticast.core.model.types import AudioSource, PlacedElectrodes
from corticast.core.trace import Trace
from corticast.film.analysis import Analysis, analyse, with_hollow
from corticast.film.film import Film
from corticast.film.timing import FilmTiming


def open_film(
    scene: Scene,
    timing: FilmTiming | None = None,
    *,
    still: bool = False,
    analysis: Analysis | None = None,
    trace: Trace | None = None,
) -> Film:
    """Work out the content of a scene's frames.

    Parameters
    ----------
    timing : size, rate, beginning, length and pace of the film; None takes the defaults
    still : only one frame is wanted, and a scene in which nothing moves is no error
    analysis : of this scene with this timing, from `analyse`; None analyses the inputs now
    trace : of the time spent here

    Raises
    ------
    OptionError : the film begins after the sound, misses the activity, or nothing moves in it; or sizes are in mm where
        contacts stand in pixels of a picture, or the table has no sizes
    DataError : electrodes cannot be placed, the mask shows no brain, or an input cannot be analysed
    """
    timing = timing or FilmTiming()
    placed = placed_of(scene)
    if placed is not None:
        check_sizes(scene, placed)
    if scene.mask is not None:
        # A mask without a brain is refused before the sound is analysed.
        fit_of(scene, placed)
    if analysis is None:
        analysis = analyse(scene, placed, timing, still=still, trace=trace)
    pairs = None if analysis.heard is None else analysis.heard.pairs
    placed = selected_of(scene, with_hollow(placed, analysis.heard), pairs)
    look = None if placed is None or analysis.heard is not None else look_of(scene, placed.drawn)
    if placed is not None and look is not None:
        placed = replace(placed, table=replace(placed.table, bad=placed.table.bad | look.missing))
    return Film(
        scene,
        timing,
        analysis.n_frames,
        placed,
        analysis.window,
        analysis.resting_mm,
        analysis.moving_mm,
        analysis.heard,
        analysis.sprites,
        analysis.gain,
        _sonified(scene, placed, analysis, timing),
        look,
    )


def _sonified(
    scene: Scene, placed: PlacedElectrodes | None, analysis: Analysis, timing: FilmTiming
) -> AudioSource | None:
    """Sound of the activity, as long as the film; None when none is asked for."""
    heard = analysis.heard
    if not scene.sonify or heard is None or placed is None:
        return None
    from corticast.dsp.sonify import Sonified

    return Sonified(
        heard,
        placed,
        start_s=timing.start,
        duration_s=analysis.n_frames / timing.fps,
        speed=timing.speed,
        rests_outside=heard.rests_outside,
    )
