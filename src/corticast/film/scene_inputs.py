"""Opens what a scene file names, and makes the scene."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

from corticast.core.model.scene import Look, Scene
from corticast.core.model.types import AudioSource, Drive
from corticast.errors import OptionError
from corticast.film.data_inputs import check_data_options, data_drive
from corticast.io.scene import SceneFile


def open_scene(
    file: SceneFile, *, array: Literal["auto", "cupy", "numpy"] = "auto", threads: int | None = None
) -> Scene:
    """Load the inputs of a scene file.

    Parameters
    ----------
    array : where the sound is analysed
    threads : that analyse a recording; None takes what the machine grants

    Raises
    ------
    DataError : an input cannot be used
    OptionError : inputs are missing, or exclude one another
    """
    check_data_options(file)
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
            values["drive"] = drive_of(file, values["audio"], array)
    if file.activity is not None:
        values["drive"] = data_drive(file, threads=threads)
    return Scene(**values, sonify=file.sonify)


def film_options(file: SceneFile) -> dict[str, Any]:
    """What a scene file says of the film, as `render` takes it."""

    def exact(value: float | None) -> Fraction | None:
        # The decimal that was typed, not its nearest binary number.
        return None if value is None else Fraction(str(value))

    return {
        "size": file.size,
        "fps": file.fps,
        "start": exact(file.start),
        "duration": exact(file.duration),
        "frames": file.frames,
        "speed": exact(file.speed),
        "flash_limit": file.flash_limit,
    }


def drive_of(file: SceneFile, audio: AudioSource, array: Literal["auto", "cupy", "numpy"]) -> Drive:
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
