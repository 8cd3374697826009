"""Options of a run beside the scene's: the machine, datasets, several processes, contact sheets and live shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corticast.core.model.kinds import Choice, Either, File, Length, Number, Switch, Text
from corticast.core.model.needs import BANDS, CONTACTS, DRIVEN, MOVED
from corticast.core.model.options import (
    DATA,
    ELECTRODES,
    FILM,
    INPUTS,
    OUTSIDE,
    PICTURE,
    SOUND,
    Need,
    option,
)

MACHINE, DATASET, JOBS, SHEET, LISTENING = "Machine", "Dataset", "Several processes", "Contact sheet", "Sound in"
PRINT = "Print"

# In the order of help and documentation.
HEADINGS = (
    *(INPUTS, FILM, PRINT, PICTURE, OUTSIDE, ELECTRODES, SOUND, DATA),
    *(SHEET, LISTENING, DATASET, JOBS, MACHINE),
)

_SHEETED = Need(lambda facts: facts["sheet"] is not None, "without a contact sheet", "give --sheet FILE")
_FILMED = Need(lambda facts: facts["output"] is not None, "without a film", "give -o FILE")
_FROM_DATASET = Need(lambda facts: facts["bids"] is not None, "without a dataset", "give --bids DIR")
_DERIVED = Need(lambda facts: facts["derivatives"] is not None, "without derivatives", "give --derivatives DIR")
_DESCRIBED = Need(lambda facts: facts["desc"] is not None, "without a description", "give --desc preproc")
_CAPTURED = Need(lambda facts: not facts.plays, "where a file plays", "leave --audio out")
_LIMITED = Need(
    lambda facts: facts["flash_limit"] is not False, "without the flash limit", "leave --no-flash-limit out"
)
_IN_WINDOW = Need(lambda facts: not facts["headless"], "without a window", "leave --headless out")


@dataclass(frozen=True, kw_only=True)
class OutputOptions:
    """Files and messages that a run writes."""

    no_labels: bool = option(False, "The same as --labels none.", Switch(), PICTURE)
    save_scene: Path | None = option(
        None, "Write the scene to a file too.", File(), INPUTS, synonyms=("export_scene", "write_scene")
    )
    overwrite: bool = option(
        False, "Replace files that exist.", Switch(), MACHINE, synonyms=("force", "yes", "clobber", "replace")
    )
    verbose: bool = option(
        False,
        "Show where an error comes from.",
        Switch(),
        MACHINE,
        flag="--verbose -v",
        synonyms=("debug", "traceback"),
    )
    quiet: bool = option(False, "Print errors only.", Switch(), MACHINE, synonyms=("silent", "no_progress"))


@dataclass(frozen=True, kw_only=True)
class PrintOptions:
    """How large a picture is in print."""

    width: float | None = option(
        None,
        "Width in print, such as 180mm, 18cm or 7in; --size then gives the shape, and --dpi the pixels.",
        Length("LENGTH", 5.0, 5000.0),
        PRINT,
        default_text="that of --size",
        synonyms=("width_mm", "print_width", "figure_width", "physical_width"),
    )
    dpi: float | None = option(
        None,
        "Pixels per inch in print.",
        Number("N", low=10, high=10000, example="300"),
        PRINT,
        default_text="300, where the file has a size in print",
        synonyms=("ppi", "pixels_per_inch", "print_resolution"),
    )


@dataclass(frozen=True, kw_only=True)
class NumbersOptions:
    """Files of the numbers behind a picture."""

    save_activity: Path | None = option(
        None,
        "Write the activity of each frame to a table too, in shares of full scale: .tsv; a .json has scale and unit.",
        File(),
        INPUTS,
        needs=(CONTACTS, MOVED),
        products=("film", "frame", "still"),
        synonyms=("export_activity", "write_activity"),
    )


@dataclass(frozen=True, kw_only=True)
class MachineOptions:
    """How a run uses its machine."""

    backend: str = option(
        "auto",
        "Source of OpenGL: auto, egl, glfw or pyside6.",
        Choice("NAME", ("auto", "egl", "glfw", "pyside6"), {"qt": "pyside6", "pyside": "pyside6", "osmesa": "egl"}),
        MACHINE,
        synonyms=("renderer", "opengl", "gl"),
    )
    gpu: int | None = option(
        None, "Which of several GPUs, from 0.", Number("N", low=0, whole=True), MACHINE, synonyms=("device_id", "cuda")
    )
    array: str = option(
        "auto",
        "Analyse sound on auto, cupy or numpy.",
        Choice("NAME", ("auto", "cupy", "numpy"), {"gpu": "cupy", "cuda": "cupy", "cpu": "numpy"}),
        MACHINE,
        needs=(*DRIVEN, BANDS),
        harmless=("auto",),
    )
    threads: int | None = option(
        None,
        "Threads of the processor.",
        Number("N", low=1, whole=True),
        MACHINE,
        default_text="what the machine grants",
        synonyms=("cores", "cpus", "n_threads", "num_threads"),
    )


@dataclass(frozen=True, kw_only=True)
class DatasetOptions:
    """Which films of a dataset are made."""

    bids: Path | None = option(
        None,
        "Film of each T1w of a BIDS dataset; -o names a folder.",
        File("DIR"),
        DATASET,
        synonyms=("dataset", "bids_dir", "bids_root"),
    )
    derivatives: Path | None = option(
        None,
        "Derivatives of the dataset, such as derivatives/fmriprep or fmriprep: brain masks and tables of electrodes.",
        File("DIR"),
        DATASET,
        needs=(_FROM_DATASET,),
        synonyms=("derivs", "pipeline", "fmriprep", "deriv"),
    )
    desc: str | None = option(
        None,
        "T1w of the derivatives with this description, such as preproc, in place of the raw one.",
        Text("LABEL"),
        DATASET,
        needs=(_FROM_DATASET, _DERIVED),
        synonyms=("preproc", "desc_label"),
    )
    derivatives_space: str | None = option(
        None,
        "Space of the T1w with that description, such as T1w or MNI152NLin2009cAsym.",
        Text("LABEL"),
        DATASET,
        default_text="that of the electrodes, else T1w",
        needs=(_FROM_DATASET, _DERIVED, _DESCRIBED),
        synonyms=("output_spaces", "volume_space", "template_space"),
    )
    participant_label: list[str] | None = option(
        None,
        "Only these subjects.",
        Text("LABEL ..."),
        DATASET,
        needs=(_FROM_DATASET,),
        synonyms=("subject", "subjects", "sub", "participant", "participants"),
        repeats=True,
    )
    session: list[str] | None = option(
        None,
        "Only these sessions.",
        Text("LABEL ..."),
        DATASET,
        needs=(_FROM_DATASET,),
        synonyms=("ses", "sessions", "session_label"),
        repeats=True,
    )
    task: list[str] | None = option(
        None,
        "Only these tasks.",
        Text("LABEL ..."),
        DATASET,
        needs=(_FROM_DATASET,),
        synonyms=("tasks", "task_label"),
        repeats=True,
    )


@dataclass(frozen=True, kw_only=True)
class JobOptions:
    """Where films are made side by side."""

    jobs: int | None = option(
        None,
        "Processes side by side, one film or segment each.",
        Number("N", low=1, whole=True),
        JOBS,
        needs=(_FILMED,),
        synonyms=("n_jobs", "workers", "processes", "n_procs", "parallel"),
    )
    dask: str | None = option(
        None,
        "Dask cluster that makes the films: tcp://HOST:PORT, slurm or local.",
        Text("ADDRESS"),
        JOBS,
        needs=(_FILMED,),
        synonyms=("cluster", "scheduler", "slurm"),
    )
    segments: int | None = option(
        None,
        "Tasks that each film is cut into.",
        Number("N", low=1, whole=True),
        JOBS,
        default_text="as many as jobs, if it is long",
        needs=(_FILMED,),
        synonyms=("parts", "chunks", "splits"),
    )


@dataclass(frozen=True, kw_only=True)
class SheetOptions:
    """Pages of slices with the contacts on them."""

    sheet: str | None = option(
        None,
        "Page of slices with the contacts on them; needs no -o. With --bids one for each film, and no FILE.",
        Text("[FILE]"),
        SHEET,
        synonyms=("contact_sheet", "page", "overview", "mosaic"),
    )
    sheet_plane: str | None = option(
        None,
        "Slices of the sheet: axial, coronal or sagittal.",
        Choice("NAME", ("axial", "coronal", "sagittal"), {"transverse": "axial", "frontal": "coronal"}),
        SHEET,
        default_text="axial",
        needs=(_SHEETED,),
    )
    sheet_slices: int | None = option(
        None,
        "Slices of the sheet at most.",
        Number("N", low=1, high=400, whole=True),
        SHEET,
        default_text="20",
        needs=(_SHEETED,),
        synonyms=("n_slices", "num_slices"),
    )


@dataclass(frozen=True, kw_only=True)
class ShowOptions:
    """How a live show hears, and how it is shown."""

    device: str | None = option(
        None,
        "Sound device by number or name; list lists them.",
        Text("NAME"),
        LISTENING,
        synonyms=("microphone", "mic", "source", "input_device"),
    )
    channel: int | str | None = option(
        None,
        "Channel of the sound: all (their power), mix, or one by number from 1.",
        Either("N", ("all", "mix"), Number("N", low=1, whole=True)),
        LISTENING,
        default_text="all",
        needs=(_CAPTURED,),
    )
    sample_rate: int | None = option(
        None,
        "Samples per second.",
        Number("HZ", low=1000, high=768_000, whole=True),
        LISTENING,
        default_text="the device's",
        needs=(_CAPTURED,),
        synonyms=("samplerate", "sr"),
    )
    channels: int | None = option(
        None,
        "Channels that are captured.",
        Number("N", low=1, high=64, whole=True),
        LISTENING,
        default_text="the device's",
        needs=(_CAPTURED,),
        synonyms=("n_channels",),
    )
    block_size: int | None = option(
        None,
        "Samples at a time.",
        Number("N", low=16, high=16384, whole=True),
        LISTENING,
        default_text="512; 4096 for a file that plays",
        synonyms=("buffer_size", "buffer", "blocksize", "chunk"),
    )
    attack: float | None = option(
        None,
        "Seconds in which activity rises.",
        Number("S", low=0),
        LISTENING,
        default_text="0.01",
        needs=(_CAPTURED,),
        synonyms=("rise",),
    )
    release: float | None = option(
        None,
        "Seconds in which activity falls.",
        Number("S", low=0),
        LISTENING,
        default_text="0.15",
        needs=(_CAPTURED,),
        synonyms=("decay", "fall"),
    )
    gain: float | Literal["auto"] | None = option(
        None,
        "Gain in dB, or auto: it adapts slowly.",
        Either("DB", ("auto",), Number("DB", low=-20, high=60)),
        LISTENING,
        default_text="auto",
        needs=(_CAPTURED,),
        synonyms=("volume_db", "sensitivity", "amplification"),
    )
    record: Path | None = option(
        None, "Film of the show: .mp4.", File(), FILM, synonyms=("output", "out", "o", "capture", "save")
    )
    seconds: float | None = option(
        None, "End after this time.", Number("S", above=0), FILM, synonyms=("duration", "time", "length")
    )
    front_row: float = option(
        2.0,
        "Screen widths between the screen and the nearest viewer, for the flash limit.",
        Number("N", above=0),
        LISTENING,
        needs=(CONTACTS, _LIMITED),
        synonyms=("viewing_distance", "distance"),
    )
    headless: bool = option(
        False,
        "Show without a window; report as JSON.",
        Switch(),
        MACHINE,
        synonyms=("offscreen", "no_window", "no_gui"),
    )
    screen: int | None = option(
        None,
        "Which screen, from 0.",
        Number("N", low=0, whole=True),
        MACHINE,
        needs=(_IN_WINDOW,),
        synonyms=("monitor", "display"),
    )
    full_screen: bool = option(
        False, "Begin on the full screen.", Switch(), MACHINE, needs=(_IN_WINDOW,), synonyms=("fullscreen",)
    )
