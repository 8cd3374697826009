"""Inputs, drive and settings of a live show, from a scene file and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from corticast.app.demo.demo import demo_inputs
from corticast.app.live.settings import LAYOUTS, LiveSettings, settings_path
from corticast.core.model.machine import ArrayChoice, Machine
from corticast.core.model.options import Facts, table_of
from corticast.core.model.scene import PictureOptions, Scene, changed
from corticast.core.model.scene_file import SceneFile
from corticast.dsp.bands import LogBands
from corticast.dsp.live import LiveDrive
from corticast.errors import OptionError
from corticast.film.idle import counting_options
from corticast.film.scene_inputs import open_scene
from corticast.io.scene import facts_of

# A window that leaves room for others, where no size is asked for.
WINDOW_SIZE = (1280, 720)

_OF_THE_LOOK = ("layout", "plane_mm", "window", "cmap", "electrode_cmap")


def open_live_scene(file: SceneFile, machine: Machine) -> Scene:
    """Load the inputs of a show; without any, those of the demo except its song.

    The scene file's sweep, start and length of a film are ignored.

    Raises
    ------
    DataError : an input is wrong
    OptionError : inputs exclude each other, or an option belongs to films
    DeviceError : the demo's template brain is not installed
    """
    if file.activity is not None:
        raise OptionError("--activity: is for films; leave it out of a show's scene", "activity")
    if file.drive == "post" and file.audio is None:
        raise OptionError("--drive post: needs the whole of a sound; give --audio, or leave it out")
    if file.background == "none":
        raise OptionError("--background none: is for films; a window shows nothing through it")
    if _has_inputs(file):
        scene = open_scene(file, machine)
        return changed(scene, **_chosen(file))
    values = demo_inputs()
    if file.audio is not None:
        from corticast.film.scene_inputs import drive_of
        from corticast.io.audio import load_audio

        values["audio"] = load_audio(file.audio)
        values["drive"] = drive_of(file, values["audio"], machine.array)
    return changed(Scene(**values), **_chosen(file))


def show_cases(file: SceneFile, run: Mapping[str, Any]) -> list[Facts]:
    """Scenes that a show may come to: one for each layout that its keys reach, the scene's own first.

    Parameters
    ----------
    run : other options of the command line
    """
    inputs = {} if _has_inputs(file) else {"volume": True, "electrodes": True}
    facts = facts_of(file, "show", **inputs, sound=True)
    reached = (file.layout,) if run.get("headless") else dict.fromkeys((file.layout, *LAYOUTS))
    return [replace(facts, values={**facts.values, **run, "layout": layout}) for layout in reached]


def _has_inputs(file: SceneFile) -> bool:
    return file.volume is not None or file.image is not None or file.electrodes is not None


def _chosen(file: SceneFile) -> dict[str, Any]:
    """Options of the picture that do something in one of a show's layouts."""
    return counting_options(file, show_cases(file, {}), table_of(PictureOptions))


def live_drive(
    file: SceneFile,
    *,
    attack_s: float | None,
    release_s: float | None,
    channel: int | str | None,
    array: ArrayChoice,
) -> LiveDrive:
    """Drive that makes activity of captured sound.

    Parameters
    ----------
    attack_s, release_s, channel : as `LiveDrive` takes them; None takes the default

    Raises
    ------
    OptionError : a value cannot be used
    """
    chosen: dict[str, Any] = {"attack_s": attack_s, "release_s": release_s, "channel": channel}
    given = {name: value for name, value in chosen.items() if value is not None}
    return LiveDrive(bands=LogBands(*file.bands), assign=file.assign, array=array, **given)


def live_settings(
    file: SceneFile, scene: Scene, gain: float | Literal["auto"] | None, *, restore: bool
) -> LiveSettings:
    """A viewer's settings of the last show, except those that this command line sets.

    Parameters
    ----------
    gain : dB of the command line, or "auto" for a gain that adapts; None without one
    restore : whether the settings of the last show count
    """
    volume = ""
    if scene.volume is not None:
        volume = scene.volume.name if scene.volume.path is None else str(scene.volume.path.resolve())
    settings = LiveSettings.restored(settings_path(), volume) if restore else LiveSettings(volume=volume)
    asked: dict[str, Any] = {name: None for name in _OF_THE_LOOK if name in file.given - file.own}
    settings = replace(settings, **asked)
    return settings if gain is None else replace(settings, gain_db=None if gain == "auto" else gain)


def keep_settings(settings: LiveSettings) -> None:
    """Save the settings for the next show."""
    settings.save(settings_path())
