"""The numbers behind a film: the activity that each frame shows on each contact."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from corticast.core.arguments import named_arguments, short_repr
from corticast.core.model.scene import Scene, check_scene
from corticast.core.model.types import Float32Array, Float64Array
from corticast.core.timing import Number, frame_time
from corticast.errors import OptionError
from corticast.film.film import Film
from corticast.film.opening import open_film
from corticast.film.sizes import Size
from corticast.film.timing import FilmTiming
from corticast.io.companions import sidecar_of
from corticast.io.whole_file import whole_file


@dataclass(frozen=True, eq=False)
class ShownActivity:
    """Activity as frames show it.

    Parameters
    ----------
    names : of the contacts that are selected, in the order of the table
    times_s : (n_frames,) float64, time of each frame in seconds from the film's start
    values : (n_frames, n_contacts) float32; 0 is rest and 1 full activity (-1..1 where it is signed); NaN on contacts
        without data, and in gaps of the data
    quantity : name of the activity, as the colour bar has it
    full_scale : amount of the quantity that activity 1 stands for, before the gain
    unit : of the quantity, such as "µV"; "" without one
    gain : factor on the activity, which the flash limit sets
    not_drawn : those of the contacts that have no position, and stand in no picture
    """

    names: tuple[str, ...]
    times_s: Float64Array
    values: Float32Array
    quantity: str
    full_scale: float
    unit: str = ""
    gain: float = 1.0
    not_drawn: tuple[str, ...] = ()

    __repr__ = short_repr


@named_arguments
def activity(
    scene: Scene,
    *,
    size: Size = (1920, 1080),
    fps: Number = 30,
    start: Number = 0,
    duration: Number | None = None,
    frames: int | None = None,
    speed: Number = 1,
) -> ShownActivity:
    """The activity that the frames of a film show, without drawing them.

    Parameters
    ----------
    scene : with electrodes, and a sound or data that move them
    size, fps, start, duration, frames, speed : as `render` takes them

    Raises
    ------
    OptionError, DataError : an argument or an input cannot be used, or nothing moves the electrodes
    """
    check_scene(scene)
    timing = FilmTiming.of(size=size, fps=fps, start=start, duration=duration, frames=frames, speed=speed)
    return shown_activity(open_film(scene, timing))


def shown_activity(film: Film, times_s: tuple[Fraction, ...] | None = None) -> ShownActivity:
    """The activity that a film shows.

    Parameters
    ----------
    times_s : of the film, in seconds; None takes those of its frames

    Raises
    ------
    OptionError : nothing moves the electrodes, or a time lies outside the film
    """
    known = film.activity
    if film.placed is None or known is None:
        raise OptionError("no activity; give electrodes, and a sound or data that move them")
    if times_s is None:
        times_s = tuple(frame_time(index, film.fps) for index in range(film.n_frames))
    rows = [film.at(time_s).activity for time_s in times_s]
    values = np.array(rows, dtype=np.float32)
    values[:, known.row_of_contact < 0] = np.nan
    in_gap = [not known.is_known_at(film.activity_time_s(time_s)) for time_s in times_s]
    values[np.array(in_gap, dtype=bool)] = np.nan
    placed = film.placed
    # Contacts without a position have activity too; those that are not selected are no part of the film.
    kept = np.flatnonzero(np.ones(len(placed.pos), np.bool_) if placed.selected is None else placed.selected)
    names = tuple(placed.table.names[row] for row in kept)
    not_drawn = tuple(placed.table.names[row] for row in kept if not placed.drawn[row])
    return ShownActivity(
        names,
        np.array(times_s, dtype=np.float64),
        values[:, kept],
        known.quantity,
        known.full_scale,
        known.unit,
        film.gain,
        not_drawn,
    )


def check_activity_path(path: Path, *, overwrite: bool) -> None:
    """Check that a table of activity can be written, before a film is drawn.

    Raises
    ------
    OptionError : another extension, a missing folder, or an existing file that may not be replaced
    """
    if path.suffix.lower() != ".tsv":
        raise OptionError(f"--save-activity {path}: give the name of a .tsv file", "save_activity")
    if not path.parent.is_dir():
        text = f"no such folder: {path.parent}; create it, or give another folder"
        raise OptionError(f"--save-activity {path}: {text}", "save_activity")
    for file in (path, sidecar_of(path)):
        name = "" if file == path else f"{file.name} "
        if file.is_dir():
            text = f"{name or 'it '}is a folder; give another name"
            raise OptionError(f"--save-activity {path}: {text}", "save_activity")
        if file.exists() and not overwrite:
            text = f"{name}exists; give --overwrite to replace it, or another name"
            raise OptionError(f"--save-activity {path}: {text}", "save_activity")


def write_activity(shown: ShownActivity, path: Path, *, overwrite: bool = False) -> None:
    """Write a table: a row per frame, the column `time` in seconds, then a column per contact; n/a without data.

    The cells are shares of full scale. A sidecar, with the name of the table and .json, has the quantity, its unit, the
    full scale and the gain, which give amounts back, and names contacts without a position. The files appear under
    their names when both are complete. `--activity` reads the table.

    Raises
    ------
    OptionError : the file exists, or cannot be written
    """
    check_activity_path(path, overwrite=overwrite)
    try:
        # The inner file appears first: no table stands without its meaning.
        with whole_file(path) as table, whole_file(sidecar_of(path)) as sidecar:
            _write_table(shown, table)
            sidecar.write_text(json.dumps(_meaning(shown), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        text = f"{error.strerror or error}; give a folder that is writable"
        raise OptionError(f"--save-activity {path}: {text}", "save_activity") from error


def _write_table(shown: ShownActivity, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("\t".join(("time", *shown.names)) + "\n")
        for time_s, row in zip(shown.times_s.tolist(), shown.values.tolist(), strict=True):
            file.write("\t".join([repr(time_s), *map(_cell, row)]) + "\n")


def _meaning(shown: ShownActivity) -> dict[str, Any]:
    """What the cells of a table mean."""
    unit = f" in {shown.unit}" if shown.unit else ""
    return {
        "time": {"Description": "time of the frame from the film's start", "Units": "s"},
        "Description": (
            "A column per contact. Cells are shares of full scale as the film shows them, cut at 1 (-1 where values "
            f"have a sign); cell * FullScale / Gain is the {shown.quantity}{unit}."
        ),
        "Quantity": shown.quantity,
        "Units": shown.unit,
        "FullScale": float(shown.full_scale),
        "Gain": float(shown.gain),
        **({"NotDrawn": list(shown.not_drawn)} if shown.not_drawn else {}),
    }


def _cell(value: float) -> str:
    # Nine digits give every float32 back.
    return "n/a" if value != value else f"{value:.9g}"
