"""The analysis of a scene's inputs: all that takes a look at the whole volume, sound or recording.

A film needs it once. `open_film` makes it, or takes one that is ready, as the segments of a film do.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from corticast.core.arguments import came
from corticast.core.geometry.background import on_dark
from corticast.core.geometry.bricks import bricks_of
from corticast.core.geometry.head import head_of
from corticast.core.geometry.head_window import content_window, head_window
from corticast.core.geometry.pairs import placed_pairs
from corticast.core.geometry.placement import selected_of
from corticast.core.geometry.resting import Planes, resting_planes
from corticast.core.geometry.sprites import SpriteLook
from corticast.core.model.scene import Scene
from corticast.core.model.types import Activity, Drive, Float64Array, PlacedElectrodes, Volume
from corticast.core.trace import Trace
from corticast.errors import DataError, OptionError
from corticast.film.length import check_beginning, n_frames_of_film
from corticast.film.sweep import sweep_planes_mm
from corticast.film.timing import FilmTiming


@dataclass(frozen=True, eq=False)
class Analysis:
    """What a film takes from its inputs as a whole.

    Parameters
    ----------
    n_frames : frames of the film
    window : scaled values drawn black and white
    resting_mm : world planes of a still
    moving_mm : planes that the film runs through along x, y and z; None when they rest
    heard : the drive's activity; None without a drive
    sprites : the drive's look of the sprites
    gain : factor on the activity for the whole film, above 0 and up to 1; the flash limit sets it
    """

    n_frames: int
    window: tuple[float, float]
    resting_mm: Planes
    moving_mm: tuple[Float64Array, Float64Array, Float64Array] | None = None
    heard: Activity | None = None
    sprites: SpriteLook = field(default_factory=SpriteLook)
    gain: float = 1.0

    @property
    def drive(self) -> Drive | None:
        """A drive that gives the known activity, in place of the one that was asked; None without one."""
        return None if self.heard is None else AnalysedDrive(self.heard, self.sprites)


@dataclass(frozen=True, eq=False)
class AnalysedDrive:
    """A drive whose activity is known already.

    Parameters
    ----------
    known : the activity
    sprites : the look of the sprites
    """

    known: Activity
    sprites: SpriteLook

    def activity(self, electrodes: PlacedElectrodes) -> Activity:
        """The known activity."""
        return self.known


def with_hollow(placed: PlacedElectrodes | None, activity: Activity | None) -> PlacedElectrodes | None:
    """Electrodes, or pairs of a bipolar reference; those without data are marked bad, so that they are drawn hollow."""
    if placed is None or activity is None:
        return placed
    if activity.pairs is not None:
        placed = placed_pairs(placed, activity.pairs)
    if activity.hollow is None:
        return placed
    return replace(placed, table=replace(placed.table, bad=placed.table.bad | activity.hollow))


def analyse(
    scene: Scene,
    placed: PlacedElectrodes | None,
    timing: FilmTiming,
    *,
    still: bool = False,
    trace: Trace | None = None,
) -> Analysis:
    """Analyse a scene's volume, and its sound or recording.

    Parameters
    ----------
    placed : where all contacts are, as `placed_of` gives them; None without any. Those that the scene does not select
        count for reference and scale
    timing : of the film
    still : only one frame is wanted, and a scene in which nothing moves is no error
    trace : of the time spent here

    Raises
    ------
    OptionError : the film begins after the sound, misses the activity, or nothing moves in it; or the surface level
        lies outside the volume's values
    DataError : an input cannot be analysed
    """
    trace = trace or Trace()
    with trace.stage("find grey window"):
        window = head_window(scene.volume, scene.window) if scene.volume is not None else (0.0, 1.0)
    if scene.volume is not None and scene.surface_level is not None:
        _check_surface_level(scene.volume, scene.surface_level)
    heard = None
    if placed is not None and scene.drive is not None:
        with trace.stage("analyse sound"):
            heard = scene.drive.activity(placed)
        _check_activity(heard, placed)
        placed = with_hollow(placed, heard)
    drawn = selected_of(scene, placed, None if heard is None else heard.pairs)
    moving = None
    if scene.volume is not None and scene.sweeps != "none":
        content = content_window(scene.volume, scene.window)
        moving = sweep_planes_mm(on_dark(scene.volume), scene.sweeps, content)
    check_beginning(scene, heard, timing.start)
    n_planes = None if moving is None else max(map(len, moving))
    return Analysis(
        n_frames_of_film(scene, heard, n_planes, timing, still=still),
        window,
        resting_planes(scene, drawn).planes_mm,
        moving,
        heard,
        getattr(scene.drive, "sprites", SpriteLook()),
    )


def _check_activity(activity: Any, placed: PlacedElectrodes) -> None:
    """Refuse wrong activity from a drive of another maker."""
    if not isinstance(activity, Activity):
        raise DataError(f"drive gives {came(activity)} as activity of the electrodes: give an Activity")
    n = len(activity.row_of_contact)
    n_contacts = len(placed.table.names if activity.pairs is None else activity.pairs)
    if n != n_contacts:
        raise DataError(f"drive gives rows of {n} contacts: give one for each of the {n_contacts} in the table")


def _check_surface_level(volume: Volume, level: float) -> None:
    """Refuse a surface level that no voxel of a volume has."""
    head = head_of(volume)
    largest = float(bricks_of(on_dark(volume)).peaks.max())
    if not head.outside < level <= largest:
        raise OptionError(
            f"--surface-level {level:g}: {volume.name} holds {head.outside:g} (outside) to {largest:g}, and its "
            f"surface is taken to be at {head.level:.6g}; give a value between",
            "surface_level",
        )
