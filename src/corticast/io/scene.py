"""Scene files: TOML whose keys are the names of the options, with paths relative to the file."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import tomli_w
from pydantic import BeforeValidator, Field

from corticast.core.model.scene import Look
from corticast.errors import DataError, OptionError
from corticast.io.whole_file import write_text

_PATHS = ("volume", "image", "electrodes", "audio", "activity")


def _read_size(value: Any) -> Any:
    match = re.fullmatch(r"\s*(\d+)\s*[xX×]\s*(\d+)\s*", value) if isinstance(value, str) else None
    sides = (int(match.group(1)), int(match.group(2))) if match else value
    if not (isinstance(sides, (tuple, list)) and len(sides) == 2 and all(isinstance(s, int) for s in sides)):
        raise ValueError("give WIDTHxHEIGHT in pixels, such as 1920x1080")
    if min(sides) < 1:
        raise ValueError("no picture; both sides need at least 1 pixel")
    return tuple(sides)


def _read_bands(value: Any) -> Any:
    parts = value.split(",") if isinstance(value, str) else value
    try:
        low, high, n = parts
        bands = float(low), float(high), int(n)
    except (TypeError, ValueError):
        raise ValueError("give LO,HI,N in Hz and bands, such as 400,6000,10") from None
    if not 0 < bands[0] < bands[1] or bands[2] < 1:
        raise ValueError("LO must be above 0 and below HI, and N at least 1")
    return bands


def _read_fps(value: Any) -> Any:
    # Kept as it was written; `parse_fps` reads it exactly.
    return str(value)


def _read_pair(value: Any, what: str) -> Any:
    parts = value.split(",") if isinstance(value, str) else value
    try:
        low, high = (float(part) for part in parts)
    except (TypeError, ValueError):
        raise ValueError(f"give {what}") from None
    if not 0 <= low < high < float("inf"):
        raise ValueError(f"give {what}, the smaller one first")
    return low, high


def _read_line_hz(value: Any) -> Any:
    if value in ("auto", "none"):
        return value
    try:
        line_hz = float(value)
    except (TypeError, ValueError):
        line_hz = 0.0
    if not 10 <= line_hz < float("inf"):
        raise ValueError('give the frequency of the mains in Hz, such as 50 or 60, at least 10; or "auto" or "none"')
    return line_hz


class SceneFile(Look):
    """A scene as a file or a command line gives it: paths, and every option.

    Parameters
    ----------
    volume, image, electrodes, audio, activity : paths
    time_index : which volume of a 4-D file
    drive : "audio" (bands of the sound) or "post" (the recipe of Brainy Jingle Bells)
    bands : lowest and highest edge in Hz, number of bands
    assign : which electrodes show which band
    smoothing_hz : -3 dB point of the smoothing
    scale : what activity 1 is
    sonify : make a sound of the activity
    activity_rate : samples per second of a table of activity
    activity_start : time of its first sample, or of a recording's
    activity_scale : what activity 1 is; None takes what the data holds
    activity_kind : "high-gamma" or "raw"; None takes a recording's high gamma, and a table as it is
    reference, line_hz, high_gamma, baseline : how high gamma is made, see `HighGammaDrive`
    size, fps, start, duration, frames, speed : of the film
    codec, crf, preset, encoder : how frames are encoded
    flash_limit : whether flashes of a large part of the picture are kept at three a second

    See Also
    --------
    Look : the options of the picture
    """

    volume: Path | None = None
    image: Path | None = None
    electrodes: Path | None = None
    audio: Path | None = None
    activity: Path | None = None
    activity_rate: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    activity_start: float = Field(default=0.0, allow_inf_nan=False)
    activity_scale: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    activity_kind: Literal["high-gamma", "raw"] | None = None
    reference: Literal["average", "bipolar", "none"] = "average"
    line_hz: Annotated[float | Literal["auto", "none"], BeforeValidator(_read_line_hz)] = "auto"
    high_gamma: Annotated[
        tuple[float, float], BeforeValidator(lambda v: _read_pair(v, "LO,HI in Hz, such as 70,150"))
    ] = (70.0, 150.0)
    baseline: Annotated[
        tuple[float, float] | None,
        BeforeValidator(lambda v: v if v is None else _read_pair(v, "START,END in seconds, such as 0,2.5")),
    ] = None
    time_index: int = Field(default=0, ge=0)
    drive: Literal["audio", "post"] = "audio"
    bands: Annotated[tuple[float, float, int], BeforeValidator(_read_bands)] = (400.0, 6000.0, 10)
    assign: str = "height"
    smoothing_hz: float = Field(default=5.0, gt=0, allow_inf_nan=False)
    scale: Literal["band", "global", "electrode"] = "band"
    sonify: bool = False
    size: Annotated[tuple[int, int], BeforeValidator(_read_size)] = (1920, 1080)
    fps: Annotated[str, BeforeValidator(_read_fps)] = "30"
    start: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    duration: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    frames: int | None = Field(default=None, ge=1)
    speed: float = Field(default=1.0, gt=0, le=8, allow_inf_nan=False)
    codec: Literal["vp9", "av1", "h264", "hevc"] | None = None
    crf: float | None = None
    preset: str | None = None
    encoder: str = "auto"
    flash_limit: bool = True


def read_scene_file(path: str | os.PathLike[str], overrides: dict[str, Any] | None = None) -> SceneFile:
    """Read a scene file.

    Parameters
    ----------
    path : TOML
    overrides : values that replace the file's, such as a command line's

    Raises
    ------
    DataError : the file cannot be read, is no TOML, or has a wrong key or value; the line is named
    OptionError : an override is wrong
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
        values = tomllib.loads(text)
    except OSError as error:
        raise DataError(f"{file}: {error.strerror or error}; give a scene file that exists") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{file}: not a text file; a scene is TOML, as --save-scene writes it") from error
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{file}: no valid TOML: {error}") from error
    for name in _PATHS:
        if isinstance(values.get(name), str):
            values[name] = file.parent / values[name]
    try:
        SceneFile(**values)
    except OptionError as error:
        message = str(error).removeprefix("--")
        raise DataError(f"{file}, line {_line_of(text, error.option)}: {message}") from error
    return SceneFile(**{**values, **(overrides or {})})


def _line_of(text: str, key: str) -> int:
    """Line of a scene file that sets a key; 1 when it cannot be told."""
    pattern = re.compile(rf"""^\s*\[?\s*["']?{re.escape(key)}["']?\s*[=.\]]""")
    return next((number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)), 1)


def with_absolute_paths(scene: SceneFile) -> SceneFile:
    """The same scene for a process in another folder; links are not resolved."""
    values: dict[str, Any] = scene.model_dump(exclude_unset=True)
    for name, value in values.items():
        if isinstance(value, Path):
            values[name] = value.absolute()
    return SceneFile(**values)


def scene_values(scene: SceneFile, folder: Path) -> dict[str, Any]:
    """What a scene file in a folder, an absolute path, holds: all that differs from the defaults, paths relative."""
    values: dict[str, Any] = {}
    for name in type(scene).model_fields:
        value = getattr(scene, name)
        if value == type(scene).model_fields[name].default:
            continue
        if isinstance(value, Path):
            # Not resolved: what a link into an annex leads to has lost its name.
            value = Path(os.path.relpath(value.absolute(), folder)).as_posix()
        elif name == "size":
            value = f"{value[0]}x{value[1]}"
        elif isinstance(value, frozenset):
            value = sorted(value)
        values[name] = value
    return values


def save_scene_file(scene: SceneFile, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Write a scene file that renders the same film, with what differs from the defaults.

    Raises
    ------
    OptionError : the file exists and is not to be replaced, or its folder does not exist
    """
    file = Path(path)
    if file.exists() and not overwrite:
        raise OptionError(f"--save-scene {file}: exists; add --overwrite to replace it, or choose another name")
    values = scene_values(scene, file.resolve().parent)
    try:
        write_text(file, tomli_w.dumps(values))
    except OSError as error:
        raise OptionError(
            f"--save-scene {file}: {error.strerror or error}; choose a folder that can be written"
        ) from error
