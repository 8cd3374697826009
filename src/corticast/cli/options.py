"""The options that commands share, each under the heading that the help gives it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

_INPUTS, _FILM, _PICTURE, _MACHINE = "Inputs", "Film", "Picture", "Machine"
_OUTSIDE, _SOUND, _DATA = "From outside", "Sound to activity", "Data to activity"


def _option(kind: Any, names: str, help_text: str, panel: str, metavar: str | None = None) -> Any:
    return Annotated[kind, typer.Option(*names.split(), help=help_text, metavar=metavar, rich_help_panel=panel)]


# Options that a scene has; each bears the name of a field of `SceneFile`.
SCENE_OPTIONS: dict[str, Any] = {
    "volume": _option(Path | None, "--volume", "T1w or other volume: NIfTI, MGH/MGZ, Analyze.", _INPUTS, "FILE"),
    "image": _option(Path | None, "--image", "Picture instead of a volume: PNG or JPEG.", _INPUTS, "FILE"),
    "electrodes": _option(Path | None, "--electrodes", "Electrode table: BIDS TSV, or CSV.", _INPUTS, "FILE"),
    "audio": _option(Path | None, "--audio", "Sound, or a video's sound.", _INPUTS, "FILE"),
    "activity": _option(
        Path | None,
        "--activity",
        "Recording: EDF, BDF, BrainVision, FIF, EEGLAB, NWB; or TSV, CSV, NPY.",
        _INPUTS,
        "FILE",
    ),
    "time_index": _option(int | None, "--time-index", "Which volume of a 4-D file. [0]", _INPUTS, "N"),
    "size": _option(str | None, "--size", "Width and height in pixels. [1920x1080]", _FILM, "WxH"),
    "fps": _option(str | None, "--fps", "Frames per second, exact. [30]", _FILM, "N|N/D"),
    "start": _option(float | None, "--start", "Begin at this second of sound and activity. [0]", _FILM, "S"),
    "duration": _option(float | None, "--duration", "Length of the film in seconds.", _FILM, "S"),
    "frames": _option(int | None, "--frames", "Length of the film in frames.", _FILM, "N"),
    "speed": _option(float | None, "--speed", "Pace of sound and activity: 0.25 is four times slower. [1]", _FILM, "F"),
    "layout": _option(
        str | None,
        "--layout",
        "ortho, grid, axial, coronal, sagittal; lateral, superior, inferior, anterior, posterior, 3d. [ortho]",
        _PICTURE,
        "NAME",
    ),
    "side": _option(str | None, "--side", "left, right or both, of lateral. [where contacts are]", _OUTSIDE, "SIDE"),
    "view": _option(
        str | None,
        "--view",
        "Viewer of 3d and grid: 0,0 right of the head, 90,0 before it.",
        _OUTSIDE,
        "AZIMUTH,ELEVATION",
    ),
    "spin": _option(float | None, "--spin", "Turn views from outside, degrees per second. [0]", _OUTSIDE, "DEG_PER_S"),
    "render": _option(
        str | None,
        "--render",
        "From outside: surface, mip (maximum intensity), glass or auto. [auto]",
        _OUTSIDE,
        "NAME",
    ),
    "surface_level": _option(
        float | None, "--surface-level", "Value at the surface; by default found in the volume.", _OUTSIDE, "VALUE"
    ),
    "plane_mm": _option(str | None, "--plane-mm", "World planes; by default near the electrodes.", _PICTURE, "X,Y,Z"),
    "sweep": _option(str | None, "--sweep", "content, full or none. [content without sound]", _PICTURE, "EXTENT"),
    "convention": _option(
        str | None, "--convention", "neurological (left is left) or radiological. [neurological]", _PICTURE, "NAME"
    ),
    "sagittal_nose": _option(str | None, "--sagittal-nose", "right or left. [right]", _PICTURE, "SIDE"),
    "window": _option(str | None, "--window", "Grey window: LO,HI, robust or header. [robust]", _PICTURE, "LO,HI"),
    "interpolation": _option(str | None, "--interpolation", "linear or nearest. [linear]", _PICTURE, "NAME"),
    "cmap": _option(str | None, "--cmap", "Colour map of the volume. [gray]", _PICTURE, "NAME"),
    "electrode_cmap": _option(str | None, "--electrode-cmap", "Colour map of activity. [inferno]", _PICTURE, "NAME"),
    "electrode_size": _option(
        str | None, "--electrode-size", "Sprite diameters in pixels at 1080 lines. [6,40]", _PICTURE, "MIN,MAX"
    ),
    "electrode_depth": _option(
        str | None, "--electrode-depth", "Full strength within this many mm of a plane. [10]", _PICTURE, "MM|all"
    ),
    "electrodes_space": _option(
        str | None, "--electrodes-space", "world, tkras or voxel; by default what the table says.", _PICTURE, "SPACE"
    ),
    "labels": _option(
        str | None, "--labels", "Some of letters,title,slice,mm,colorbar,clock, or none. [all]", _PICTURE, "NAMES"
    ),
    "title": _option(str | None, "--title", "Text above the panels.", _PICTURE, "TEXT"),
    "background": _option(str | None, "--background", "Colour, or none for transparent. [black]", _PICTURE, "COLOR"),
    "drive": _option(str | None, "--drive", "audio, or post (Brainy Jingle Bells). [audio]", _SOUND, "NAME"),
    "bands": _option(str | None, "--bands", "Log-spaced bands in Hz. [400,6000,10]", _SOUND, "LO,HI,N"),
    "assign": _option(
        str | None, "--assign", "height, height-down, x, y, z, order, or a column. [height]", _SOUND, "NAME"
    ),
    "smoothing_hz": _option(float | None, "--smoothing-hz", "-3 dB point of the smoothing. [5]", _SOUND, "HZ"),
    "scale": _option(str | None, "--scale", "band, global or electrode: what activity 1 is. [band]", _SOUND, "NAME"),
    "sonify": _option(bool | None, "--sonify", "Make a sound of the activity, where there is none.", _SOUND),
}

# Those of them that are about data instead of sound.
DATA_OPTIONS: dict[str, Any] = {
    "activity_rate": _option(float | None, "--activity-rate", "Samples per second of a table.", _DATA, "HZ"),
    "activity_start": _option(
        float | None, "--activity-start", "Second of the sound at which the first sample lies. [0]", _DATA, "S"
    ),
    "activity_scale": _option(
        float | None, "--activity-scale", "Value that is drawn as full activity. [by the data]", _DATA, "VALUE"
    ),
    "activity_kind": _option(
        str | None, "--activity-kind", "high-gamma, or raw: as it is. [high-gamma of recordings]", _DATA, "NAME"
    ),
    "reference": _option(str | None, "--reference", "average, bipolar or none. [average; none for raw]", _DATA, "NAME"),
    "line_hz": _option(
        str | None,
        "--line-hz",
        "Mains whose noise goes: a frequency, auto or none. [auto]",
        _DATA,
        "HZ",
    ),
    "high_gamma": _option(str | None, "--high-gamma", "Band in Hz. [70,150]", _DATA, "LO,HI"),
    "baseline": _option(
        str | None, "--baseline", "Seconds of the recording for the z-score. [all]", _DATA, "START,END"
    ),
}
SCENE_OPTIONS |= DATA_OPTIONS

# The switch of a scene's field `flash_limit`.
_NO_FLASH_LIMIT = _option(
    bool, "--no-flash-limit", "Let large parts of the picture flash more than three times a second.", _PICTURE
)

ENCODER_OPTIONS: dict[str, Any] = {
    "codec": _option(
        str | None, "--codec", "vp9 or av1 for .webm; h264 or hevc (hardware only) for .mp4.", _FILM, "NAME"
    ),
    "crf": _option(float | None, "--crf", "Quality of the encoder: lower is better and larger.", _FILM, "N"),
    "preset": _option(str | None, "--preset", "Effort of the encoder.", _FILM, "NAME"),
    "encoder": _option(
        str | None,
        "--encoder",
        "auto (software), software, nvenc, videotoolbox, qsv, vaapi, or such as hevc_nvenc.",
        _FILM,
        "NAME",
    ),
}

MACHINE_OPTIONS: dict[str, Any] = {
    "no_labels": _option(bool, "--no-labels", "The same as --labels none.", _PICTURE),
    "no_flash_limit": _NO_FLASH_LIMIT,
    "save_scene": _option(Path | None, "--save-scene", "Write the scene to a file too.", _INPUTS, "FILE"),
    "backend": _option(str, "--backend", "Where OpenGL comes from: auto, egl, glfw or pyside6.", _MACHINE, "NAME"),
    "gpu": _option(int | None, "--gpu", "Which of several GPUs, from 0.", _MACHINE, "N"),
    "array": _option(str, "--array", "Analyse sound on auto, cupy or numpy.", _MACHINE, "NAME"),
    "threads": _option(int | None, "--threads", "Threads; by default what the machine grants.", _MACHINE, "N"),
    "overwrite": _option(bool, "--overwrite", "Replace files that exist.", _MACHINE),
    "verbose": _option(bool, "--verbose -v", "Show where an error comes from.", _MACHINE),
    "quiet": _option(bool, "--quiet", "Print errors only.", _MACHINE),
}

_DATASET, _JOBS = "Dataset", "Jobs"

MANY_OPTIONS: dict[str, Any] = {
    "bids": _option(Path | None, "--bids", "Film of each T1w of a BIDS dataset; -o names a folder.", _DATASET, "DIR"),
    "participant_label": _option(list[str] | None, "--participant-label", "Only this subject.", _DATASET, "LABEL ..."),
    "session": _option(list[str] | None, "--session", "Only this session.", _DATASET, "LABEL ..."),
    "task": _option(list[str] | None, "--task", "Only this task.", _DATASET, "LABEL ..."),
    "jobs": _option(int | None, "--jobs", "Processes side by side, one film or segment each.", _JOBS, "N"),
    "dask": _option(str | None, "--dask", "On a Dask cluster: tcp://HOST:PORT, slurm, or local.", _JOBS, "ADDRESS"),
    "segments": _option(
        int | None, "--segments", "Cut each film into so many tasks. [as many as jobs, if it is long]", _JOBS, "N"
    ),
}

# Those that take several labels, as BIDS apps do.

_LISTENING = "Sound in"

# Of a scene's options those that are not about a film's course, or what was recorded before.
_OF_FILMS = ("sweep", "start", "duration", "frames", "speed", "sonify", "activity", *DATA_OPTIONS)
SHOW_OPTIONS = {name: kind for name, kind in SCENE_OPTIONS.items() if name not in _OF_FILMS}
RECORDING_OPTIONS = {name: kind for name, kind in ENCODER_OPTIONS.items() if name != "codec"}

LIVE_OPTIONS: dict[str, Any] = {
    "device": _option(str | None, "--device", "Sound device by number or name; list lists them.", _LISTENING, "NAME"),
    "channel": _option(str | None, "--channel", "all (their power), mix, or one by number. [all]", _LISTENING, "N"),
    "sample_rate": _option(
        int | None, "--sample-rate", "Samples per second; by default the device's.", _LISTENING, "HZ"
    ),
    "channels": _option(int | None, "--channels", "How many are captured; by default the device's.", _LISTENING, "N"),
    "block_size": _option(
        int | None, "--block-size", "Samples at a time. [512; 4096 for a file that plays]", _LISTENING, "N"
    ),
    "attack": _option(float | None, "--attack", "Seconds in which activity rises. [0.01]", _LISTENING, "S"),
    "release": _option(float | None, "--release", "Seconds in which it falls. [0.15]", _LISTENING, "S"),
    "gain": _option(str | None, "--gain", "dB, or auto: it adapts slowly. [auto]", _LISTENING, "DB"),
    "record": _option(Path | None, "--record", "Film of the show: .mp4.", _FILM, "FILE"),
    "seconds": _option(float | None, "--seconds", "End after this time.", _FILM, "S"),
    "headless": _option(bool, "--headless", "Without a window; tells what it was like as JSON.", _MACHINE),
    "screen": _option(int | None, "--screen", "Which screen, from 0.", _MACHINE, "N"),
    "full_screen": _option(bool, "--full-screen", "Begin on the full screen.", _MACHINE),
}

# Options that are not None when they are not given.
SWITCHES = ("no_labels", "no_flash_limit", "overwrite", "verbose", "quiet", "headless", "full_screen")
DEFAULTS: dict[str, Any] = {"array": "auto", "backend": "auto"}

SceneArgument = Annotated[Path | None, typer.Argument(help="Scene file (TOML).", metavar="[SCENE.toml]")]
