"""How long a film lasts, and whether it meets its sound and its activity."""

from __future__ import annotations

from fractions import Fraction

from corticast.core.model.scene import Scene
from corticast.core.model.types import Activity
from corticast.core.timing import exact, n_frames_of
from corticast.errors import OptionError
from corticast.film.timing import FilmTiming

# Nobody means a film of a longer turn.
_MOST_TURN_S = 3600


def check_beginning(scene: Scene, activity: Activity | None, start_s: Fraction) -> None:
    """Refuse a film that begins after its sound, or that never meets its activity.

    Raises
    ------
    OptionError : the film is empty
    """
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


def n_frames_of_film(
    scene: Scene, activity: Activity | None, n_planes: int | None, timing: FilmTiming, *, still: bool
) -> int:
    """Frames of a film: as asked for, else as long as the sound, the activity, the sweep or a full turn.

    Parameters
    ----------
    activity : of the electrodes, None without a drive
    n_planes : most planes that the sweep runs through along an axis; None without a sweep
    still : only one frame is wanted, and a scene in which nothing moves is no error

    Raises
    ------
    OptionError : nothing moves
    """
    if timing.frames is not None:
        return timing.frames
    if timing.duration is not None:
        return n_frames_of(timing.duration, timing.fps)
    length_s = _length_s(scene, activity)
    if length_s is not None:
        return n_frames_of((length_s - timing.start) / timing.speed, timing.fps)
    if n_planes is not None:
        return n_planes
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
