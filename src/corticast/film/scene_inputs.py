"""Opens what a scene file names, and makes the scene."""

from __future__ import annotations

from typing import Any

from corticast.core.model.machine import ArrayChoice, Machine
from corticast.core.model.scene import Look, Scene
from corticast.core.model.types import AudioSource, Drive
from corticast.errors import OptionError
from corticast.film.data_inputs import check_data_options, data_drive
from corticast.film.timing import FilmTiming
from corticast.io.scene import SceneFile


def open_scene(file: SceneFile, machine: Machine | None = None) -> Scene:
    """Load the inputs of a scene file.

    Parameters
    ----------
    machine : where the sound is analysed, and on how many threads a recording

    Raises
    ------
    DataError : an input cannot be used
    OptionError : inputs are missing, or exclude one another
    """
    check_data_options(file)
    machine = machine or Machine()
    values: dict[str, Any] = {name: getattr(file, name) for name in Look.model_fields}
    if file.volume is None and file.image is None and file.electrodes is None:
        raise OptionError("nothing to show; give --volume, --image or --electrodes, or a scene file")
    if file.volume is not None:
        from corticast.io.volume import load_volume

        values["volume"] = load_volume(file.volume, time_index=file.time_index)
    if file.image is not None:
        from corticast.io.picture import load_picture

        values["image"] = load_picture(file.image)
    if file.electrodes is not None:
        from corticast.io.electrodes import load_electrodes

        # A table may hold both kinds of positions; on a picture its pixels count.
        values["electrodes"] = load_electrodes(file.electrodes, space="picture" if file.image is not None else None)
    if file.audio is not None:
        from corticast.io.audio import load_audio

        values["audio"] = load_audio(file.audio)
        if file.electrodes is not None and file.activity is None:
            values["drive"] = drive_of(file, values["audio"], machine.array)
    if file.activity is not None:
        values["drive"] = data_drive(file, threads=machine.threads)
    return Scene(**values, sonify=file.sonify)


def film_timing(file: SceneFile) -> FilmTiming:
    """Size, rate, beginning, length and pace of a scene file's film.

    Raises
    ------
    OptionError : a value cannot be used
    """
    return FilmTiming.of(
        size=file.size,
        fps=file.fps,
        start=file.start,
        duration=file.duration,
        frames=file.frames,
        speed=file.speed,
    )


def drive_of(file: SceneFile, audio: AudioSource, array: ArrayChoice) -> Drive:
    """What a scene file makes activity of a sound with."""
    if file.drive == "post":
        from corticast.dsp.post import PostDrive

        return PostDrive(audio)
    from corticast.dsp.bands import LogBands
    from corticast.dsp.drive import AudioDrive

    return AudioDrive(
        audio,
        bands=LogBands(*file.bands),
        assign=file.assign,
        smoothing_hz=file.smoothing_hz,
        scale=file.scale,
        array=array,
    )
