"""The command line: arguments to a scene, the scene to the application. No logic of its own."""

from __future__ import annotations

import atexit
import gc
import inspect
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core

from corticast.errors import CorticastError, InputError, OptionError

app = typer.Typer(
    help="Brain volumes, electrodes and sound become moving pictures.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_INPUTS, _FILM, _PICTURE, _SOUND, _MACHINE = "Inputs", "Film", "Picture", "Sound to activity", "Machine"


def _option(kind: Any, names: str, help_text: str, panel: str, metavar: str | None = None) -> Any:
    return Annotated[kind, typer.Option(*names.split(), help=help_text, metavar=metavar, rich_help_panel=panel)]


# Options that a scene has; each bears the name of a field of `SceneFile`.
_SCENE_OPTIONS: dict[str, Any] = {
    "volume": _option(Path | None, "--volume", "T1w or other volume: NIfTI, MGH/MGZ, Analyze.", _INPUTS, "FILE"),
    "image": _option(Path | None, "--image", "Picture instead of a volume: PNG or JPEG.", _INPUTS, "FILE"),
    "electrodes": _option(Path | None, "--electrodes", "Electrode table: BIDS TSV, or CSV.", _INPUTS, "FILE"),
    "audio": _option(Path | None, "--audio", "Sound, or a video's sound.", _INPUTS, "FILE"),
    "time_index": _option(int | None, "--time-index", "Which volume of a 4-D file. [0]", _INPUTS, "N"),
    "size": _option(str | None, "--size", "Width and height in pixels. [1920x1080]", _FILM, "WxH"),
    "fps": _option(str | None, "--fps", "Frames per second, exact. [30]", _FILM, "N|N/D"),
    "start": _option(float | None, "--start", "Begin at this second of sound and activity. [0]", _FILM, "S"),
    "duration": _option(float | None, "--duration", "Length of the film in seconds.", _FILM, "S"),
    "frames": _option(int | None, "--frames", "Length of the film in frames.", _FILM, "N"),
    "layout": _option(
        str | None,
        "--layout",
        "ortho, grid, axial, coronal, sagittal; lateral, superior, inferior, anterior, posterior, 3d. [ortho]",
        _PICTURE,
        "NAME",
    ),
    "side": _option(str | None, "--side", "left, right or both, of lateral. [where contacts are]", _PICTURE, "SIDE"),
    "view": _option(
        str | None,
        "--view",
        "Viewer of 3d and grid: 0,0 right of the head, 90,0 before it.",
        _PICTURE,
        "AZIMUTH,ELEVATION",
    ),
    "spin": _option(float | None, "--spin", "Turn views from outside, degrees per second. [0]", _PICTURE, "DEG_PER_S"),
    "render": _option(
        str | None,
        "--render",
        "From outside: surface, mip (maximum intensity), glass or auto. [auto]",
        _PICTURE,
        "NAME",
    ),
    "surface_level": _option(
        float | None, "--surface-level", "Value at the surface; by default found in the volume.", _PICTURE, "VALUE"
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

# The switch of a scene's field `flash_limit`.
_NO_FLASH_LIMIT = _option(
    bool, "--no-flash-limit", "Let large parts of the picture flash more than three times a second.", _PICTURE
)

_ENCODER_OPTIONS: dict[str, Any] = {
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

_MACHINE_OPTIONS: dict[str, Any] = {
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

# Options that are not None when they are not given.
_SWITCHES = ("no_labels", "no_flash_limit", "overwrite", "verbose", "quiet", "headless", "full_screen")
_DEFAULTS: dict[str, Any] = {"array": "auto", "backend": "auto"}

_SCENE_ARGUMENT = Annotated[Path | None, typer.Argument(help="Scene file (TOML).", metavar="[SCENE.toml]")]


def _with_options(command: Callable[..., None], *groups: dict[str, Any]) -> Callable[..., None]:
    """Give a command, written for its own few parameters, the shared options as well.

    The command takes `scene` and `values`, and its own parameters by name.
    """
    own = inspect.signature(command, eval_str=True).parameters
    own_names = [name for name in own if name != "values"]
    shared: dict[str, Any] = {name: kind for group in groups for name, kind in group.items()}
    defaults: dict[str, Any] = {**dict.fromkeys(_SWITCHES, False), **_DEFAULTS}

    def run(**arguments: Any) -> None:
        given = {name: arguments[name] for name in own_names}
        values = {name: arguments[name] for name in shared}
        _guarded(lambda: command(**given, values=values), verbose=values["verbose"])

    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [own[name].replace(kind=keyword) for name in own_names]
    parameters += [
        inspect.Parameter(name, keyword, annotation=kind, default=defaults.get(name)) for name, kind in shared.items()
    ]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    run.__doc__ = command.__doc__
    return run


def _guarded(action: Callable[[], None], *, verbose: bool) -> None:
    """Run a command; end with the status that its error means, and one line on stderr."""
    try:
        action()
    except CorticastError as error:
        if verbose:
            raise
        sys.stderr.write(f"corticast: {error}\n")
        raise typer.Exit(2 if isinstance(error, InputError) else 1) from None
    except KeyboardInterrupt:
        sys.stderr.write("corticast: interrupted; nothing was left behind\n")
        raise typer.Exit(130) from None
    except MemoryError:
        if verbose:
            raise
        sys.stderr.write("corticast: out of memory; choose a smaller --size or volume\n")
        raise typer.Exit(1) from None
    except Exception as error:
        if verbose:
            raise
        message = " ".join(str(error).split()) or type(error).__name__
        sys.stderr.write(f"corticast: unexpected {type(error).__name__}: {message}; -v shows where\n")
        raise typer.Exit(1) from None


def _scene_file(scene: Path | None, values: dict[str, Any]) -> Any:
    """Scene file with the options that were given laid over it."""
    from corticast.io.scene import SceneFile, read_scene_file, save_scene_file

    names = (*_SCENE_OPTIONS, *_ENCODER_OPTIONS)
    given = {name: values[name] for name in names if values.get(name) is not None}
    if values["no_labels"]:
        given["labels"] = "none"
    if values["no_flash_limit"]:
        given["flash_limit"] = False
    file = SceneFile(**given) if scene is None else read_scene_file(scene, given)
    if values["save_scene"] is not None:
        save_scene_file(file, values["save_scene"], overwrite=values["overwrite"])
    return file


def _film_options(file: Any) -> dict[str, Any]:
    from fractions import Fraction

    def exact(value: float | None) -> Fraction | None:
        # The decimal that was typed, not its nearest binary number.
        return None if value is None else Fraction(str(value))

    return {
        "size": file.size,
        "fps": file.fps,
        "start": exact(file.start),
        "duration": exact(file.duration),
        "frames": file.frames,
        "flash_limit": file.flash_limit,
    }


def _warn(warnings: tuple[str, ...], *, quiet: bool) -> None:
    if not quiet:
        for text in warnings:
            sys.stderr.write(f"corticast: warning: {text}\n")


def _render(
    scene: _SCENE_ARGUMENT = None,
    *,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Film to write.", metavar="FILE")] = None,
    profile: Annotated[
        str | None,
        typer.Option(
            "--profile",
            help="Tell where the time went, and write a trace for Perfetto or chrome://tracing. [FILM.profile.json]",
            metavar="[FILE.json]",
        ),
    ] = None,
    sheet: Annotated[
        Path | None,
        typer.Option("--sheet", help="Page of slices with the contacts on them; needs no -o.", metavar="FILE"),
    ] = None,
    sheet_plane: Annotated[
        str | None, typer.Option("--sheet-plane", help="axial, coronal or sagittal. [axial]", metavar="NAME")
    ] = None,
    sheet_slices: Annotated[int | None, typer.Option("--sheet-slices", help="At most. [20]", metavar="N")] = None,
    values: dict[str, Any],
) -> None:
    """Render a film: .mp4, .mov, .webm, .gif, or pictures such as frames/%05d.png."""
    from corticast.app.inputs import open_scene

    if output is None and sheet is None:
        raise OptionError("nothing to write; give -o FILE for a film, --sheet FILE for a contact sheet, or both")
    if output is None and profile is not None:
        raise OptionError("--profile: tells of a film; give -o FILE, or leave it out")
    sheet_options = {"plane": sheet_plane, "slices": sheet_slices}
    given = {name: value for name, value in sheet_options.items() if value is not None}
    if sheet is None and given:
        raise OptionError(f"--sheet-{next(iter(given))}: is about a contact sheet; give --sheet FILE, or leave it out")
    file = _scene_file(scene, values)
    opened = open_scene(file, array=values["array"])
    if sheet is not None:
        # A film that is made too has the size.
        size = file.size if output is None and "size" in file.model_fields_set else None
        _write_sheet(opened, sheet, values, told=output is None, size=size, **given)
    if output is not None:
        _write_film(opened, file, output, profile, values)


def _write_sheet(opened: Any, path: Path, values: dict[str, Any], *, told: bool, **options: Any) -> None:
    """Draw a contact sheet; its warnings are told unless a film follows, which has them too."""
    from corticast.app.sheet import sheet

    machine = {name: values[name] for name in ("overwrite", "gpu", "backend", "threads")}
    report = sheet(opened, path, **options, **machine)
    _warn(report.warnings, quiet=values["quiet"] or not told)
    if not values["quiet"]:
        width, height = report.size
        shown = f", {report.n_shown} of {report.n_contacts} contacts" if report.n_contacts else ""
        sys.stdout.write(f"{path}: {width}x{height}, {len(report.cells)} slices{shown}\n")


def _write_film(opened: Any, file: Any, output: Path, profile: str | None, values: dict[str, Any]) -> None:
    from corticast.app.export import render
    from corticast.app.profile import profile_beside
    from corticast.app.progress import render_progress

    trace = profile_beside(output) if profile == "" else profile
    with render_progress(quiet=values["quiet"]) as progress:
        report = render(
            opened,
            output,
            **_film_options(file),
            codec=file.codec,
            crf=file.crf,
            preset=file.preset,
            encoder=file.encoder,
            overwrite=values["overwrite"],
            gpu=values["gpu"],
            backend=values["backend"],
            threads=values["threads"],
            profile=trace,
            progress=progress,
        )
    _tell(report, quiet=values["quiet"])


def _tell(report: Any, *, quiet: bool) -> None:
    """Say what a render has written."""
    from corticast.app.summary import summary_lines

    _warn(report.warnings, quiet=quiet)
    if not quiet:
        sys.stdout.write("\n".join(summary_lines(report)) + "\n")


def _frame(
    scene: _SCENE_ARGUMENT = None,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="Picture to write.", metavar="FILE")],
    time: Annotated[
        float | None,
        typer.Option("--time", help="Second of the film; without it a still whose planes rest.", metavar="S"),
    ] = None,
    values: dict[str, Any],
) -> None:
    """Draw one frame of the film that `render` would write."""
    from fractions import Fraction

    from corticast.app.inputs import open_scene
    from corticast.app.picture_file import check_picture_path, write_picture

    file = _scene_file(scene, values)
    check_picture_path(output, overwrite=values["overwrite"])
    opened = open_scene(file, array=values["array"])
    from corticast.app.frame import take_still
    from corticast.core.timing import parse_fps

    options = _film_options(file)
    still = take_still(
        opened,
        None if time is None else Fraction(str(time)),
        size=options["size"],
        fps=parse_fps(options["fps"]),
        start_s=options["start"],
        duration_s=options["duration"],
        frames=options["frames"],
        flash_limit=options["flash_limit"],
        gpu=values["gpu"],
        backend=values["backend"],
        threads=values["threads"],
    )
    write_picture(still.pixels, output, overwrite=values["overwrite"])
    _warn(still.film.warnings, quiet=values["quiet"])
    if not values["quiet"]:
        height, width = still.pixels.shape[:2]
        sys.stdout.write(f"{output}: {width}x{height}\n")


_LISTENING = "Sound in"

# Of a scene's options those that are not about a film's course.
_SHOW_OPTIONS = {
    name: kind
    for name, kind in _SCENE_OPTIONS.items()
    if name not in ("sweep", "start", "duration", "frames", "sonify")
}
_RECORDING_OPTIONS = {name: kind for name, kind in _ENCODER_OPTIONS.items() if name != "codec"}

_LIVE_OPTIONS: dict[str, Any] = {
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


def _live(scene: _SCENE_ARGUMENT = None, *, values: dict[str, Any]) -> None:
    """Show the brain answer a microphone, a line-in, what the computer plays, or a file that plays (--audio)."""
    if values["device"] == "list":
        from corticast.audio.devices import device_lines, list_devices

        heading = "plays to" if values["audio"] is not None else "hears"
        devices = list_devices("output" if values["audio"] is not None else "input")
        sys.stdout.write("\n".join([f"What a show {heading}:", *device_lines(devices)]) + "\n")
        return
    from corticast.app.live import LiveOptions, run_headless, run_window
    from corticast.app.live_inputs import (
        WINDOW_SIZE,
        check_sound_options,
        keep_settings,
        live_drive,
        live_settings,
        open_live_scene,
    )
    from corticast.core.timing import parse_fps

    file = _scene_file(scene, values)
    check_sound_options([name for name in values if values[name] is not None], plays=file.audio is not None)
    options = LiveOptions(
        device=values["device"],
        sample_rate=values["sample_rate"],
        n_channels=values["channels"],
        block_size=values["block_size"],
        seconds=values["seconds"],
        fps=parse_fps(file.fps),
        record=values["record"],
        crf=file.crf,
        preset=file.preset,
        encoder=file.encoder,
        overwrite=values["overwrite"],
        flash_limit=file.flash_limit,
        gpu=values["gpu"],
        backend=values["backend"],
        threads=values["threads"],
    )
    drive = live_drive(
        file,
        attack_s=values["attack"],
        release_s=values["release"],
        channel=values["channel"],
        array=values["array"],
    )
    opened = open_live_scene(file, array=values["array"])
    settings = live_settings(file, opened, values["gain"], restore=not values["headless"])
    size = file.size if "size" in file.model_fields_set else WINDOW_SIZE
    if not file.flash_limit:
        _warn(("--no-flash-limit: large parts of the picture may flash more than three times a second",), quiet=False)

    def warn(warnings: tuple[str, ...]) -> None:
        _warn(warnings, quiet=values["quiet"])

    if values["headless"]:
        report = run_headless(opened, drive, options, size=size, settings=settings, warn=warn)
    else:
        report = run_window(
            opened,
            drive,
            options,
            size=size,
            settings=settings,
            screen=values["screen"],
            full_screen=values["full_screen"],
            keep=keep_settings,
            warn=warn,
        )
    if values["quiet"]:
        return
    if values["headless"]:
        from dataclasses import asdict

        sys.stdout.write(json.dumps(asdict(report), indent=2) + "\n")
    elif report.recording is not None:
        told = report.recording
        sys.stdout.write(f"{told['film']}: {told['frames']} frames, {told['repeated']} repeated\n")


app.command("render")(_with_options(_render, _SCENE_OPTIONS, _ENCODER_OPTIONS, _MACHINE_OPTIONS))
app.command("frame")(_with_options(_frame, _SCENE_OPTIONS, _MACHINE_OPTIONS))
app.command("live")(_with_options(_live, _SHOW_OPTIONS, _LIVE_OPTIONS, _RECORDING_OPTIONS, _MACHINE_OPTIONS))


@app.command("demo")
def _demo(
    output: Annotated[Path, typer.Option("--output", "-o", help="Film to write.", metavar="FILE")] = Path(
        "corticast-demo.mp4"
    ),
    size: Annotated[str, typer.Option("--size", help="Width and height in pixels.", metavar="WxH")] = "1280x720",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that exists.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show where an error comes from.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print errors only.")] = False,
) -> None:
    """Render Brainy Jingle Bells: a template brain, an electrode grid, two shafts and a carol."""

    def run() -> None:
        from corticast.app.demo import render_demo
        from corticast.app.progress import render_progress
        from corticast.io.scene import SceneFile

        with render_progress(quiet=quiet) as progress:
            report = render_demo(
                output, size=SceneFile.model_validate({"size": size}).size, overwrite=overwrite, progress=progress
            )
        _tell(report, quiet=quiet)

    _guarded(run, verbose=verbose)


@app.command("info")
def _info(
    files: Annotated[list[Path], typer.Argument(help="Volumes, tables, pictures, sounds, scenes.", metavar="FILE ...")],
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show where an error comes from.")] = False,
) -> None:
    """Tell what files hold."""

    def run() -> None:
        from corticast.app.info import describe

        for file in files:
            sys.stdout.write("\n".join(describe(file)) + "\n")

    _guarded(run, verbose=verbose)


@app.command("doctor")
def _doctor(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    gpu: Annotated[int | None, typer.Option("--gpu", help="Which of several GPUs, from 0.", metavar="N")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show where an error comes from.")] = False,
) -> None:
    """Tell what this machine offers, what is missing, and how to get it."""

    def run() -> None:
        from corticast.app.doctor import examine, lines_of

        report = examine(gpu)
        sys.stdout.write((json.dumps(report, indent=2) if as_json else "\n".join(lines_of(report))) + "\n")
        if report["problems"]:
            raise typer.Exit(1)

    _guarded(run, verbose=verbose)


class _BenchGroup(typer.core.TyperGroup):
    """`corticast bench [NAME ...]` is short for `corticast bench run [NAME ...]`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        is_short = not args or (args[0] not in self.commands and args[0] != "--help")
        return list(super().parse_args(ctx, ["run", *args] if is_short else args))


_bench_app = typer.Typer(
    cls=_BenchGroup,
    help="Measure speed. `corticast bench [NAME ...]` is short for `corticast bench run [NAME ...]`.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(_bench_app, name="bench")

_Json = Annotated[
    Path | None, typer.Option("--json", help="Write results and facts about the machine.", metavar="FILE")
]
_Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace a file that exists.")]
_Quick = Annotated[bool, typer.Option("--quick", help="The smallest sizes: whether all works, not how fast it is.")]
_Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show where an error comes from.")]
_Quiet = Annotated[bool, typer.Option("--quiet", help="Print errors only.")]


@_bench_app.command("run")
def _bench_run(
    names: Annotated[list[str] | None, typer.Argument(help="Benchmarks or levels; all.", metavar="[NAME ...]")] = None,
    as_list: Annotated[bool, typer.Option("--list", help="List the benchmarks, and measure nothing.")] = False,
    json_path: _Json = None,
    overwrite: _Overwrite = False,
    repeats: Annotated[int, typer.Option("--repeats", help="Samples of each figure.", metavar="N")] = 7,
    quick: _Quick = False,
    backend: Annotated[
        str, typer.Option("--backend", help="Where OpenGL comes from: auto, egl, glfw or pyside6.", metavar="NAME")
    ] = "auto",
    gpu: Annotated[int | None, typer.Option("--gpu", help="Which of several GPUs, from 0.", metavar="N")] = None,
    threads: Annotated[
        int | None, typer.Option("--threads", help="Threads; by default what the machine grants.", metavar="N")
    ] = None,
    verbose: _Verbose = False,
    quiet: _Quiet = False,
) -> None:
    """Measure kernels, passes, encoder and whole films on this machine."""

    def run() -> None:
        from corticast.bench.runner import list_lines, run_tasks, select, tasks_of
        from corticast.bench.session import run_session

        if as_list:
            sys.stdout.write("\n".join(list_lines()) + "\n")
            return
        tasks = tasks_of(select(names or []), quick=quick)
        run_session(
            lambda environment, step, tell: run_tasks(tasks, environment, repeats, step, tell),
            n_steps=len(tasks),
            repeats=repeats,
            json_path=json_path,
            overwrite=overwrite,
            gpu=gpu,
            backend=backend,
            threads=threads,
            quiet=quiet,
        )

    _guarded(run, verbose=verbose)


@_bench_app.command("peers")
def _bench_peers(
    names: Annotated[
        list[str] | None, typer.Argument(help="sweep, scatter, nilearn, pyvista, spin; all.", metavar="[NAME ...]")
    ] = None,
    volume: Annotated[
        Path | None, typer.Option("--volume", help="T1w in place of the template at 0.5 mm.", metavar="FILE")
    ] = None,
    size: Annotated[str | None, typer.Option("--size", help="In place of the film's sizes.", metavar="WxH")] = None,
    frames: Annotated[
        str | None, typer.Option("--frames", help="Short and long film in place of its own.", metavar="N,N")
    ] = None,
    json_path: _Json = None,
    overwrite: _Overwrite = False,
    repeats: Annotated[int, typer.Option("--repeats", help="Runs of each film.", metavar="N")] = 5,
    quick: _Quick = False,
    verbose: _Verbose = False,
    quiet: _Quiet = False,
) -> None:
    """Make the same films with other software and with corticast, as whole processes, in turn."""

    def run() -> None:
        from corticast.bench.peers.race import choose_races, lines_of, read_lengths, run_races
        from corticast.bench.session import run_session
        from corticast.io.scene import SceneFile

        wanted = None if size is None else SceneFile.model_validate({"size": size}).size
        races = choose_races(names or [], quick=quick, size=wanted, lengths=read_lengths(frames))
        run_session(
            lambda environment, step, tell: run_races(races, environment, repeats, volume, step, tell),
            n_steps=sum(race.n_steps(repeats) for race in races),
            repeats=repeats,
            json_path=json_path,
            overwrite=overwrite,
            quiet=quiet,
            lines=lines_of,
        )

    _guarded(run, verbose=verbose)


@_bench_app.command("compare")
def _bench_compare(
    old: Annotated[Path, typer.Argument(help="Results of `--json`.", metavar="OLD.json")],
    new: Annotated[Path, typer.Argument(help="Later results of the same machine.", metavar="NEW.json")],
    verbose: _Verbose = False,
) -> None:
    """Compare two results files of the same machine and renderer."""

    def run() -> None:
        from corticast.bench.compare import compare

        sys.stdout.write("\n".join(compare(old, new)) + "\n")

    _guarded(run, verbose=verbose)


# click's UsageError, from the click that this typer uses: its own copy, or the package.
_UsageError: Any = typer.BadParameter.__base__


def _with_bare_profile(arguments: list[str]) -> list[str]:
    """Arguments in which a --profile that no FILE.json follows has an empty one: typer knows no optional values."""
    following = [*arguments[1:], ""]
    return [
        "--profile=" if argument == "--profile" and not after.lower().endswith(".json") else argument
        for argument, after in zip(arguments, following, strict=True)
    ]


def main() -> None:
    """Entry point of the `corticast` command."""
    # A batch system's time limit ends a render like Ctrl-C does: nothing half-written is left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    # Start-up makes more than a hundred thousand objects that stay: no garbage is looked for among them.
    gc.set_threshold(200_000)
    # For the same reason Python takes 0.2 s to end where it has all of them to look through.
    atexit.register(gc.freeze)
    # Nothing here has plugins for pydantic; it would look for them in the metadata of every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        status = app(args=_with_bare_profile(sys.argv[1:]), standalone_mode=False)
    except _UsageError as error:
        message = error.format_message()
        if "\n" not in message:  # the help, which is shown when there are no arguments, has many lines
            # One line in place of click's usage text.
            where = error.ctx.command_path if error.ctx is not None else "corticast"
            message = f"corticast: {message.rstrip('.')}; see `{where} --help`"
        sys.stderr.write(message + "\n")
        status = 2
    except typer.Abort:
        status = 130
    sys.exit(status)
