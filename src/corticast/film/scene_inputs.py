"""Open the files that a scene file names, and make the scene."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from corticast.core.geometry.head import render_of
from corticast.core.geometry.masked import seen_volume
from corticast.core.model.layout_words import SLICE_PLANES
from corticast.core.model.machine import ArrayChoice, Machine
from corticast.core.model.options import table_of
from corticast.core.model.scene import PictureOptions, Scene, changed
from corticast.core.model.scene_file import SceneFile
from corticast.core.model.types import AudioSource, Drive, Electrodes, ElectrodesSpace, SampledSound, Volume
from corticast.errors import OptionError
from corticast.film.analysis import Analysis
from corticast.film.data_inputs import data_drive
from corticast.film.drive_options import drive_fields
from corticast.film.idle import counting_options, idle_options, refuse_typed
from corticast.film.timing import FilmTiming
from corticast.io.scene import facts_of, facts_on_sheet


def open_scene(
    file: SceneFile, machine: Machine | None = None, *, analysis: Analysis | None = None, with_sound: bool = True
) -> Scene:
    """Load the inputs of a scene file.

    Parameters
    ----------
    machine : where the sound is analysed, and on how many threads a recording
    analysis : of this scene, where it is ready; then no recording is read, and no sound analysed
    with_sound : whether the sound is opened; a segment of a film shows only its name

    Raises
    ------
    DataError : an input cannot be used
    OptionError : inputs are missing, or exclude one another
    """
    check_contacts(file)
    if file.volume is None and file.image is None and file.electrodes is None:
        raise OptionError("nothing to show; give --volume, --image or --electrodes, or a scene file")
    machine = machine or Machine()
    values: dict[str, Any] = {}
    if file.volume is not None:
        from corticast.io.volume import load_volume

        values["volume"] = load_volume(file.volume, time_index=file.time_index)
    if file.mask is not None and "mask" not in idle_options(file, [facts_of(file)]):
        from corticast.io.volume import load_volume

        values["mask"] = load_volume(file.mask)
    if file.image is not None:
        from corticast.io.picture import load_picture

        values["image"] = load_picture(file.image)
    if file.electrodes is not None:
        from corticast.io.electrodes import load_electrodes

        idle = idle_options(file, [facts_of(file)])
        unit = None if "electrodes_unit" in idle else file.electrodes_unit
        # A table may hold both kinds of positions; on a picture its pixels count.
        space: ElectrodesSpace | None = "picture" if file.image is not None else None
        values["electrodes"] = load_electrodes(
            file.electrodes,
            space=space,
            unit=unit,
            columns=None if file.columns is None else dict(file.columns),
            trans=None if "trans" in idle else file.trans,
        )
    if file.values is not None and "values" not in idle_options(file, [facts_of(file)]):
        from corticast.io.values import load_values

        values["values"] = load_values(file.values)
    if file.audio is not None:
        values["audio"] = _sound(file.audio) if with_sound else _named_silence(file.audio)
    electrodes = values.get("electrodes")
    drive = _drive(file, values.get("audio"), electrodes, machine) if analysis is None else analysis.drive
    counting = _counting(file, values.get("volume"), values.get("mask"), electrodes)
    scene = Scene(**values, drive=drive, **counting)
    # A contact sheet of the scene has slices in every layout.
    more = {name: value for name, value in _counting_on_sheets(file).items() if name not in counting}
    return changed(scene, **more)


def check_contacts(file: SceneFile) -> None:
    """Refuse activity without contacts.

    Raises
    ------
    OptionError : no electrodes show the activity
    """
    if file.activity is not None and file.electrodes is None:
        raise OptionError(f"--activity {file.activity}: needs the contacts that show it; give --electrodes", "activity")


def _counting(
    file: SceneFile, volume: Volume | None, mask: Volume | None, electrodes: Electrodes | None
) -> dict[str, Any]:
    """Options of the picture that do something in a scene.

    Raises
    ------
    OptionError : one of the command line does nothing, and only the inputs show it
    """
    known = facts_of(file)
    is_flat = file.image is not None or (electrodes is not None and electrodes.pos.shape[1] == 2)
    maximum = volume is None or render_of("auto", seen_volume(volume, mask)) == "mip"
    seen = replace(known, coloured=volume is not None and volume.is_rgb, maximum=maximum, image=is_flat)
    before, idle = idle_options(file, [known]), idle_options(file, [seen])
    refuse_typed(file, {name: why for name, why in idle.items() if name not in before})
    return counting_options(file, [seen], (*table_of(PictureOptions), "sonify"))


def _counting_on_sheets(file: SceneFile) -> dict[str, Any]:
    """Options of the picture that do something on a contact sheet of the scene's volume."""
    if file.volume is None:
        return {}
    cases = [facts_on_sheet(file, plane) for plane in SLICE_PLANES]
    return counting_options(file, cases, table_of(PictureOptions))


def _sound(path: Path) -> AudioSource:
    from corticast.io.audio import load_audio

    return load_audio(path)


def _named_silence(path: Path) -> AudioSource:
    return SampledSound(np.zeros((1, 0), np.float32), 1, path.name)


def _drive(file: SceneFile, audio: AudioSource | None, electrodes: Electrodes | None, machine: Machine) -> Drive | None:
    """The drive of the electrodes: a recording's, else a sound's; None without electrodes or without either."""
    if electrodes is None:
        return None
    if file.activity is not None:
        return data_drive(file, file.activity, electrodes, threads=machine.threads)
    return None if audio is None else drive_of(file, audio, machine.array)


def film_timing(file: SceneFile) -> FilmTiming:
    """Size, rate, beginning, length and pace of a scene file's film.

    Raises
    ------
    OptionError : a value cannot be used
    """
    return FilmTiming.of(
        size=file.size,
        fps=file.rate,
        start=file.start,
        duration=file.duration,
        frames=file.frames,
        speed=file.speed,
    )


def drive_of(file: SceneFile, audio: AudioSource, array: ArrayChoice) -> Drive:
    """The drive that a scene file wants for a sound."""
    if file.drive == "post":
        from corticast.dsp.post import PostDrive

        return PostDrive(audio)
    from corticast.dsp.drive import AudioDrive

    return AudioDrive(audio, array=array, **drive_fields(AudioDrive, file))
