"""Opens a film of a scene: analyses the inputs, and settles how long the film lasts."""

from __future__ import annotations

from fractions import Fraction

from corticast.core.model.scene import Scene
from corticast.core.model.types import Activity, AudioSource, PlacedElectrodes
from corticast.core.timing import exact, n_frames_of
from corticast.core.trace import Trace
from corticast.errors import OptionError
from corticast.film.analysis import Analysis, analyse, placed_of, with_hollow
from corticast.film.film import Film
from corticast.film.timing import FilmTiming

# Nobody means a film of a longer turn.
_MOST_TURN_S = 3600


def open_film(
    scene: Scene,
    timing: FilmTiming | None = None,
    *,
    flash_limit: bool = True,
    still: bool = False,
    analysis: Analysis | None = None,
    trace: Trace | None = None,
) -> Film:
    """Work out what the frames of a scene show.

    Parameters
    ----------
    timing : size, rate, beginning, length and pace of the film; None takes the defaults
    flash_limit : whether activity is held back where large parts of the frames would flash more than three times a
        second
    still : only one frame is wanted, and a scene in which nothing moves is no error
    analysis : of this scene, from `analyse`; None analyses the inputs now
    trace : of the time spent here

    Raises
    ------
    OptionError : the film begins after the sound, misses the activity, or nothing moves in it
    DataError : electrodes cannot be placed, or an input cannot be analysed
    """
    timing = timing or FilmTiming()
    placed = placed_of(scene)
    if analysis is None:
        analysis = analyse(scene, placed, timing, flash_limit=flash_limit, trace=trace)
    placed = with_hollow(placed, analysis.heard)
    _check_beginning(scene, analysis.shown, timing.start)
    n_frames = _n_frames(scene, analysis, timing, still=still)
    return Film(
        scene,
        timing,
        n_frames,
        placed,
        analysis.window,
        analysis.resting_mm,
        analysis.moving_mm,
        analysis.shown,
        analysis.sprites,
        _sonified(scene, placed, analysis.heard, timing, n_frames),
    )


def _check_beginning(scene: Scene, activity: Activity | None, start_s: Fraction) -> None:
    """Refuse a film that begins after its sound, or that none of the activity falls into."""
    length_s = _length_s(scene, activity)
    if length_s is not None and start_s >= length_s:
        text = f"{float(start_s):g}: the sound or activity ends at {float(length_s):g} s; give an earlier --start"
        raise OptionError(f"--start {text}", "start")
    if activity is not None and activity.rests_outside:
        _check_overlap(activity, start_s, length_s)


def _check_overlap(activity: Activity, start_s: Fraction, length_s: Fraction | None) -> None:
    if activity.end_s <= start_s or (length_s is not None and activity.start_s >= length_s):
        film = f"from {float(start_s):g} s" + (f" to {float(length_s):g} s" if length_s is not None else "")
        begin_s, end_s = float(activity.start_s), float(activity.end_s)
        raise OptionError(
            f"--activity-start {begin_s:g}: the activity lies from {begin_s:g} to {end_s:g} s, and the film "
            f"{film}: they never meet; give another --activity-start or --start",
            "activity_start",
        )


def _length_s(scene: Scene, activity: Activity | None) -> Fraction | None:
    """Length of the sound, else of the activity, in seconds; None without either."""
    sound = scene.sound
    if sound is not None:
        return Fraction(sound.n_samples, sound.sample_rate)
    return None if activity is None else activity.end_s


def _n_frames(scene: Scene, analysis: Analysis, timing: FilmTiming, *, still: bool) -> int:
    """Frames of the film, as asked for, else by the sound, the activity, the sweep, or the turn."""
    if timing.frames is not None:
        return timing.frames
    if timing.duration is not None:
        return n_frames_of(timing.duration, timing.fps)
    length_s = _length_s(scene, analysis.shown)
    if length_s is not None:
        return n_frames_of((length_s - timing.start) / timing.speed, timing.fps)
    if analysis.moving_mm is not None:
        return max(map(len, analysis.moving_mm))
    if scene.spin and scene.is_seen_from_outside:
        return _frames_of_a_turn(scene.spin, timing.fps, still=still)
    if still:
        return 1
    raise OptionError("nothing moves in this scene; give --audio, --sweep or --spin, or a --duration for a still film")


def _frames_of_a_turn(spin: float, fps: Fraction, *, still: bool) -> int:
    """Frames in which the views turn once, so that the film can be looped."""
    turn_s = 360 / abs(exact(spin))
    if turn_s > _MOST_TURN_S and not still:
        raise OptionError(f"--spin {spin:g}: a turn takes {float(turn_s) / 3600:.1f} h; give a --duration", "spin")
    return max(round(turn_s * fps), 1)


def _sonified(
    scene: Scene, placed: PlacedElectrodes | None, heard: Activity | None, timing: FilmTiming, n_frames: int
) -> AudioSource | None:
    """Sound of the activity, as long as the film; None when none is asked for."""
    if not scene.sonify or heard is None or placed is None:
        return None
    from corticast.dsp.sonify import Sonified

    return Sonified(
        heard,
        placed,
        start_s=timing.start,
        duration_s=n_frames / timing.fps,
        speed=timing.speed,
        rests_outside=heard.rests_outside,
    )
