"""Scenes of Python from files, and back into files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from corticast.core.arguments import check_path, check_switch, named_arguments
from corticast.core.model.options import table_of
from corticast.core.model.scene import FILM_OPTIONS, PictureOptions, Scene
from corticast.core.model.scene_file import SceneFile
from corticast.core.model.types import Drive
from corticast.dsp.drive import ArrayDrive, AudioDrive
from corticast.dsp.high_gamma import HighGamma
from corticast.dsp.post import PostDrive
from corticast.dsp.recorded import HighGammaDrive, VoltageDrive
from corticast.errors import OptionError, warn_user
from corticast.film.drive_options import drive_options
from corticast.film.same_inputs import check_same, with_space
from corticast.film.scene_inputs import open_scene
from corticast.io.recording import is_recording
from corticast.io.scene import read_scene_file, save_scene_file

_PATH = "the path of a scene file, such as scene.toml"


@named_arguments
def load_scene(path: str | os.PathLike[str]) -> Scene:
    """Open a scene file and its inputs.

    The scene holds the options of its film too: `cc.render(scene, "movie.mp4", **scene.film_options)`.

    Parameters
    ----------
    path : TOML, as `corticast render --save-scene` and `scene.save` write it

    Raises
    ------
    DataError : the file or an input cannot be read, or a key or value is wrong
    OptionError : the argument cannot be used, or inputs are missing, or exclude one another

    Warns
    -----
    CorticastWarning : a default has changed since the version that wrote the file
    """
    file = read_scene_file(check_path("path", path, _PATH))
    warn_user(file.notes)
    table = table_of(SceneFile)
    options = {name: getattr(file, name) for name in FILM_OPTIONS} | {"fps": file.rate}
    chosen = {name: value for name, value in options.items() if value != table[name].default}
    scene = open_scene(file)
    # Not replaced: options that count on a contact sheet alone would be refused.
    object.__setattr__(scene, "film_options", chosen)
    return scene


def save_scene(scene: Scene, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Write a scene file; see `Scene.save`."""
    file = check_path("path", path, _PATH)
    check_switch("overwrite", overwrite)
    save_scene_file(file_of(scene), file, overwrite=overwrite, option="path")


def file_of(scene: Scene) -> SceneFile:
    """A scene as a file holds it.

    Raises
    ------
    DataError : a file of the scene cannot be read any more
    OptionError : an input was made in memory, or was changed after it was read
    """
    named = _file_with_names(scene)
    again = open_scene(named)
    file = with_space(named, scene, again)
    check_same(file, scene, again)
    return file


def _file_with_names(scene: Scene) -> SceneFile:
    """The paths and options of a scene, whatever the files hold."""
    inputs = {name: getattr(scene, name) for name in ("volume", "mask", "image", "electrodes", "audio", "values")}
    values: dict[str, Any] = {}
    for name, value in inputs.items():
        parts = getattr(value, "parts", ()) or (value,)
        paths = [] if value is None else [_path_of(name, part) for part in parts]
        if paths:
            values[name] = paths if len(paths) > 1 else paths[0]
    if scene.electrodes is not None:
        values |= scene.electrodes.read_with
    if scene.drive is not None:
        made_by = _drive_values(scene.drive)
        if "audio" in values and made_by.get("audio", values["audio"]) != values["audio"]:
            raise OptionError(
                "--audio: differs from the drive's sound, and a scene file names one sound; leave it out", "audio"
            )
        values |= made_by
    if scene.volume is not None:
        values["time_index"] = scene.volume.time_index
    picture = {name: getattr(scene, name) for name in table_of(PictureOptions)}
    table = table_of(PictureOptions)
    values |= {name: value for name, value in picture.items() if value != table[name].default}
    if scene.sonify:
        values["sonify"] = True
    return SceneFile(**values, **scene.film_options)


def _path_of(name: str, value: Any) -> Path:
    path = getattr(value, "path", None)
    if path is None:
        raise OptionError(f"--{name}: was made in memory; save it to a file, and load the file", name)
    return Path(path)


def _drive_values(drive: Drive) -> dict[str, Any]:
    """Options of a scene file that make a drive."""
    if isinstance(drive, PostDrive):
        return {"audio": _path_of("drive", drive.audio), "drive": "post"}
    if isinstance(drive, AudioDrive):
        return {"audio": _path_of("drive", drive.audio), **drive_options(drive)}
    if isinstance(drive, (HighGammaDrive, VoltageDrive)):
        return _recorded_values(drive)
    if isinstance(drive, ArrayDrive) and Path(drive.name).is_file():
        return {"activity": Path(drive.name), "activity_rate": float(drive.sample_rate), **drive_options(drive)}
    raise OptionError("--drive: was made in memory; save its activity to a file, and name the file in a scene", "drive")


def _recorded_values(drive: HighGammaDrive | VoltageDrive) -> dict[str, Any]:
    path = _path_of("drive", drive.recording)
    rate = None if is_recording(path) else float(drive.recording.sample_rate)
    kind = "high-gamma" if isinstance(drive, HighGammaDrive) else "raw"
    if isinstance(drive, HighGammaDrive) and drive.steps != HighGamma():
        raise OptionError("--drive: a scene file cannot name its steps; leave steps out", "drive")
    read = {"rename": drive.recording.rename, "series": drive.recording.series or None}
    return {"activity": path, "activity_rate": rate, "activity_kind": kind, **read, **drive_options(drive)}
