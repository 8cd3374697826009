"""A film: a scene in time. Says what each frame shows; draws nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from corticast.core.color import colormaps
from corticast.core.color.windowing import window_of
from corticast.core.geometry.head import head_of
from corticast.core.geometry.placement import place
from corticast.core.geometry.sprites import SpriteLook, in_slab
from corticast.core.model.scene import OUTSIDE_LAYOUTS, Scene
from corticast.core.model.types import Activity, AudioSource, FrameState, PlacedElectrodes, Volume
from corticast.core.timing import clock_text, frame_time, n_frames_of
from corticast.core.trace import Recorder
from corticast.errors import OptionError
from corticast.film.flash_look import scene_flash_look, sprite_fields
from corticast.film.flashing import without_flashes
from corticast.film.sweep import FloatArray, Planes, plane_of_frame, resting_planes_mm, sweep_planes_mm

_MOST_SPEED = 8

# Nobody means a film of a longer turn.
_MOST_TURN_S = 3600


@dataclass(frozen=True, eq=False)
class Film:
    """What each frame of a scene shows.

    Parameters
    ----------
    scene : what is shown and how
    placed : where the electrodes are, None without any
    window : scaled values drawn black and white
    activity : of the electrodes; None without a drive, then every electrode has activity 1
    fps : frames per second
    n_frames : frames of the film
    start_s : time of the sound and the activity that frame 0 shows
    speed : seconds of sound and activity that go by in a second of the film
    resting_mm : world planes of a still
    moving_mm : planes that the film runs through along x, y and z; None when they rest
    sonified : sound that is made of the activity, from frame 0 on; None when none is made
    """

    scene: Scene
    placed: PlacedElectrodes | None
    window: tuple[float, float]
    activity: Activity | None
    fps: Fraction
    n_frames: int
    start_s: Fraction
    resting_mm: Planes
    moving_mm: tuple[FloatArray, FloatArray, FloatArray] | None
    speed: Fraction = Fraction(1)
    sonified: AudioSource | None = None

    @property
    def duration_s(self) -> Fraction:
        """Duration in seconds."""
        return self.n_frames / self.fps

    @property
    def sprites(self) -> SpriteLook:
        """What the drive asks of the sprites."""
        return getattr(self.scene.drive, "sprites", SpriteLook())

    @property
    def signed(self) -> bool:
        """Whether activity runs from -1 to 1."""
        return self.activity is not None and self.activity.signed

    def frame(self, index: int) -> FrameState:
        """State of frame `index`."""
        planes = self.resting_mm
        if self.moving_mm is not None:
            x, y, z = (plane_of_frame(values, index, self.n_frames) for values in self.moving_mm)
            planes = (x, y, z)
        return self._state(planes, frame_time(index, self.fps))

    def at(self, time_s: Fraction) -> FrameState:
        """State at a time of the film: the planes of the frame that is shown then, the activity of the moment.

        Raises
        ------
        OptionError : the film is over by then
        """
        if not 0 <= time_s < self.duration_s:
            raise OptionError(
                f"--time {float(time_s):g}: the film lasts from 0 to {float(self.duration_s):g} s; "
                "give a time within it, or a --duration"
            )
        # A decimal time such as 0.1 may lie a hair below its frame.
        index = int(time_s * self.fps + Fraction(1, 10**6))
        exact = frame_time(index, self.fps)
        near = abs(exact - time_s) < Fraction(1, 10**6)
        planes = self.frame(index).planes_mm
        return self._state(planes, exact if near else time_s)

    @property
    def turns(self) -> bool:
        """Whether views from outside turn."""
        return self.scene.spin != 0 and self.scene.is_seen_from_outside

    def turn_deg(self, film_time_s: Fraction) -> float:
        """How far views from outside have turned by a time of the film."""
        # Short of a full turn, so that the rays of long films are aimed as exactly as those of short ones.
        return float(Fraction(str(self.scene.spin)) * film_time_s % 360)

    def still(self) -> FrameState:
        """State of a picture that belongs to no film: planes at rest, activity of the first moment, no clock."""
        return replace(self._state(self.resting_mm, Fraction(0)), clock="")

    def _state(self, planes: Planes, film_time_s: Fraction) -> FrameState:
        time_s = self.start_s + film_time_s * self.speed
        activity = None
        if self.placed is not None:
            n = len(self.placed.pos)
            activity = np.ones(n, np.float32) if self.activity is None else self.activity.at(float(time_s))
        clock = clock_text(time_s)
        if self.speed != 1:
            clock = f"×{float(self.speed):g}   {clock}"
        return FrameState(planes, activity, clock, self.turn_deg(film_time_s), self.window)

    def n_contacts(self) -> tuple[int, int]:
        """Contacts that are drawn, and those that some plane of the film comes within the depth of."""
        if self.placed is None:
            return 0, 0
        drawn = int(self.placed.drawn.sum())
        depth = self.scene.electrode_depth
        slices = self.scene.volume is not None and self.scene.layout not in OUTSIDE_LAYOUTS
        if self.placed.in_picture or depth == "all" or not slices:
            return drawn, drawn
        near = np.zeros(len(self.placed.pos), dtype=bool)
        for axis in self._shown_axes():
            planes = [self.resting_mm[axis]] if self.moving_mm is None else self.moving_mm[axis]
            for plane_mm in planes:
                near |= in_slab(self.placed.pos, axis, float(plane_mm), float(depth))
        return drawn, int((near & self.placed.drawn).sum())

    def _shown_axes(self) -> tuple[int, ...]:
        single = {"sagittal": (0,), "coronal": (1,), "axial": (2,)}
        return single.get(self.scene.layout, (0, 1, 2))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know of the inputs, each said once."""
        scene = self.scene
        sources = (scene.volume, scene.electrodes, self.placed, scene.sound, self.activity)
        found = [text for source in sources for text in getattr(source, "warnings", ())]
        return tuple(dict.fromkeys(found))


def open_film(
    scene: Scene,
    *,
    fps: Fraction,
    start_s: Fraction = Fraction(0),
    duration_s: Fraction | None = None,
    frames: int | None = None,
    speed: Fraction = Fraction(1),
    size: tuple[int, int] = (1920, 1080),
    flash_limit: bool = True,
    still: bool = False,
    recorder: Recorder | None = None,
) -> Film:
    """Work out what the frames of a scene show.

    Parameters
    ----------
    fps : frames per second
    start_s : time of the sound and the activity that frame 0 shows
    duration_s, frames : length of the film, one of the two; without either it lasts as long as the sound,
        the activity, a sweep of one slice per frame, or a full turn
    speed : seconds of sound and activity that go by in a second of the film
    size : width, height of the frames in pixels, by which sprites of a size at 1080 lines fill more or less of them
    flash_limit : whether activity is held back where large parts of the frames would flash more than three times a
        second
    still : no film is wanted, and a scene in which nothing moves is no error
    recorder : of the time that is spent here

    Raises
    ------
    OptionError : lengths contradict one another, start lies beyond the sound, or nothing moves
    DataError : electrodes cannot be placed
    """
    if duration_s is not None and frames is not None:
        raise OptionError("--frames and --duration both give the film's length; leave one of the two out")
    if not 0 < speed <= _MOST_SPEED:
        raise OptionError(f"--speed {float(speed):g}: give a factor above 0 and up to {_MOST_SPEED}, such as 0.25")
    if start_s < 0:
        raise OptionError(f"--start {float(start_s):g}: before the beginning; give 0 or more seconds")
    if duration_s is not None and duration_s <= 0:
        raise OptionError(f"--duration {float(duration_s):g}: no time; give seconds above 0")
    if frames is not None and frames < 1:
        raise OptionError(f"--frames {frames}: no frame; give 1 or more")
    recorder = recorder or Recorder()
    placed = None
    if scene.electrodes is not None:
        placed = place(scene.electrodes, volume=scene.volume, picture=scene.image, space=scene.electrodes_space)
    with recorder.stage("find grey window"):
        window = window_of(scene.volume, scene.window) if scene.volume is not None else (0.0, 1.0)
    if scene.volume is not None and scene.surface_level is not None:
        _check_surface_level(scene.volume, scene.surface_level)
    activity = None
    if placed is not None and scene.drive is not None:
        with recorder.stage("analyse sound"):
            activity = scene.drive.activity(placed)
        if activity.hollow is not None:
            table = placed.table
            placed = replace(placed, table=replace(table, bad=table.bad | activity.hollow))
    # What is held back for the eye is heard as it is.
    heard = activity
    resting = scene.plane_mm or resting_planes_mm(scene.volume, placed)
    moving = None
    sweeps = scene.sweeps
    if scene.volume is not None and sweeps != "none":
        moving = sweep_planes_mm(scene.volume, sweeps, window)
    if activity is not None and flash_limit:
        with recorder.stage("limit flashes"):
            sprites = getattr(scene.drive, "sprites", SpriteLook())
            planes = resting if moving is None else None
            look = scene_flash_look(
                scene,
                placed,
                size,
                sprites,
                window,
                signed=activity.signed,
                planes_mm=planes,
                row_of_electrode=activity.row_of_electrode,
            )
            if look.can_flash and placed is not None:
                fields = sprite_fields(scene, placed, size, sprites, activity.row_of_electrode, planes, window)
                colours = colormaps.activity_table(scene.electrode_cmap or sprites.cmap, signed=activity.signed)
                activity = without_flashes(activity, look, fields, colours, float(speed))

    length_s = _length_s(scene, activity)
    if length_s is not None and start_s >= length_s:
        raise OptionError(f"--start {float(start_s):g}: the sound or activity ends at {float(length_s):g} s")
    if activity is not None and activity.rests_outside:
        _check_overlap(activity, start_s, length_s)
    if frames is None:
        if duration_s is not None:
            frames = n_frames_of(duration_s, fps)
        elif length_s is not None:
            frames = n_frames_of((length_s - start_s) / speed, fps)
        elif moving is not None:
            frames = max(map(len, moving))
        elif scene.spin and scene.is_seen_from_outside:
            # Once about, so that the film can be looped.
            turn_s = 360 / abs(Fraction(str(scene.spin)))
            if turn_s > _MOST_TURN_S and not still:
                turn_h = float(turn_s) / 3600
                raise OptionError(f"--spin {scene.spin:g}: a turn takes {turn_h:.1f} h; give a --duration")
            frames = max(round(turn_s * fps), 1)
        elif still:
            frames = 1
        else:
            raise OptionError(
                "nothing moves in this scene; give --audio, --sweep or --spin, or a --duration for a still film"
            )
    sonified = None
    if scene.sonify and heard is not None and placed is not None:
        from corticast.dsp.sonify import Sonified

        sonified = Sonified(
            heard,
            placed,
            start_s=float(start_s),
            duration_s=float(frames / fps),
            speed=float(speed),
            rests_outside=heard.rests_outside,
        )
    return Film(scene, placed, window, activity, fps, frames, start_s, resting, moving, speed, sonified)


def _check_surface_level(volume: Volume, level: float) -> None:
    """Refuse a surface that lies nowhere in a volume."""
    head = head_of(volume)
    largest = float(head.bricks.peaks.max())
    if not head.outside < level <= largest:
        raise OptionError(
            f"--surface-level {level:g}: {volume.name} holds {head.outside:g} (outside) to {largest:g}, and its "
            f"surface is taken to be at {head.level:.4g}; give a value between"
        )


def _check_overlap(activity: Activity, start_s: Fraction, length_s: Fraction | None) -> None:
    """Refuse a film that nothing of the activity falls into."""
    if activity.end_s <= start_s or (length_s is not None and activity.start_s >= length_s):
        film = f"from {float(start_s):g} s" + (f" to {float(length_s):g} s" if length_s is not None else "")
        raise OptionError(
            f"--activity-start {activity.start_s:g}: the activity lies from {activity.start_s:g} to "
            f"{activity.end_s:g} s, and nothing of it in the film, {film}; give another --activity-start or --start"
        )


def _length_s(scene: Scene, activity: Activity | None) -> Fraction | None:
    """Length of the sound, else of the activity, in seconds; None without either."""
    sound = scene.sound
    if sound is not None:
        return Fraction(sound.n_samples, sound.sample_rate)
    if activity is not None:
        return Fraction(activity.end_s)
    return None
