"""The commands that make films, pages and pictures: render and frame."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from corticast.cli.options import MANY_OPTIONS, SceneArgument
from corticast.cli.running import machine_of, scene_file, warn

_WORKPLACE = ("jobs", "dask", "segments", "overwrite", "quiet")


def render(
    scene: SceneArgument = None,
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
        str | None,
        typer.Option(
            "--sheet",
            help="Page of slices with the contacts on them; needs no -o. With --bids one of each film, and no FILE.",
            metavar="[FILE]",
        ),
    ] = None,
    sheet_plane: Annotated[
        str | None, typer.Option("--sheet-plane", help="axial, coronal or sagittal. [axial]", metavar="NAME")
    ] = None,
    sheet_slices: Annotated[int | None, typer.Option("--sheet-slices", help="At most. [20]", metavar="N")] = None,
    values: dict[str, Any],
) -> None:
    """Render a film: .mp4, .mov, .webm, .gif, or pictures such as frames/%05d.png."""
    from corticast.cli.render_checks import check_render

    sheet_options = {"plane": sheet_plane, "slices": sheet_slices}
    given = {name: value for name, value in sheet_options.items() if value is not None}
    many = {name: values[name] for name in MANY_OPTIONS if values[name] not in (None, [])}
    check_render(output=output, sheet=sheet, sheet_options=given, profile=profile, many=many)
    file = scene_file(scene, values)
    if values["bids"] is not None:
        assert output is not None
        _write_dataset(file, output, values, None if sheet is None else given)
        return
    opened = None
    if sheet is not None or not many:
        from corticast.film.scene_inputs import open_scene

        opened = open_scene(file, machine_of(values))
    if sheet is not None:
        # A film that is made too has the size.
        size = file.size if output is None and "size" in file.model_fields_set else None
        _write_sheet(opened, Path(sheet), values, told=output is None, size=size, **given)
    if output is not None and many:
        _write_in_parts(file, output, values)
    elif output is not None:
        _write_film(opened, file, output, profile, values)


def _write_sheet(opened: Any, path: Path, values: dict[str, Any], *, told: bool, **options: Any) -> None:
    """Draw a contact sheet; its warnings are told unless a film follows, which has them too."""
    from corticast.app.sheet.sheet import sheet

    machine = {name: values[name] for name in ("overwrite", "gpu", "backend", "threads")}
    report = sheet(opened, path, **options, **machine)
    warn(report.warnings, quiet=values["quiet"] or not told)
    if not values["quiet"]:
        width, height = report.size
        shown = f", {report.n_shown} of {report.n_contacts} contacts" if report.n_contacts else ""
        sys.stdout.write(f"{path}: {width}x{height}, {len(report.cells)} slices{shown}\n")


def _write_film(opened: Any, file: Any, output: Path, profile: str | None, values: dict[str, Any]) -> None:
    from corticast.app.render.film_file import write_film
    from corticast.app.render.profile import profile_beside
    from corticast.app.render.progress import render_progress
    from corticast.film.scene_inputs import film_timing

    trace = profile_beside(output) if profile == "" else profile
    with render_progress(quiet=values["quiet"]) as progress:
        report = write_film(
            opened,
            output,
            film_timing(file),
            machine_of(values),
            flash_limit=file.flash_limit,
            codec=file.codec,
            crf=file.crf,
            preset=file.preset,
            encoder=file.encoder,
            overwrite=values["overwrite"],
            profile=trace,
            progress=progress,
        )
    tell(report, quiet=values["quiet"])


def _write_dataset(file: Any, output: Path, values: dict[str, Any], sheet_options: dict[str, Any] | None) -> None:
    """Render the films of a BIDS dataset."""
    from corticast.app.batch.workplace import render_dataset

    all_there = render_dataset(
        values["bids"],
        output,
        file,
        _workplace(values),
        subjects=values["participant_label"] or (),
        sessions=values["session"] or (),
        tasks=values["task"] or (),
        sheet_options=sheet_options,
    )
    if not all_there:
        raise typer.Exit(1)


def _write_in_parts(file: Any, output: Path, values: dict[str, Any]) -> None:
    """Render one film by several processes."""
    from corticast.app.batch.workplace import render_film
    from corticast.app.render.summary import film_lines

    facts = render_film(file, output, _workplace(values))
    warn(tuple(facts["warnings"]), quiet=values["quiet"])
    if not values["quiet"]:
        sys.stdout.write("\n".join(film_lines(output, facts)) + "\n")


def _workplace(values: dict[str, Any]) -> Any:
    """Where and how the films are made."""
    from corticast.app.batch.workplace import Workplace

    return Workplace(machine=machine_of(values), **{name: values[name] for name in _WORKPLACE})


def tell(report: Any, *, quiet: bool) -> None:
    """Say what a render has written."""
    from corticast.app.render.summary import summary_lines

    warn(report.warnings, quiet=quiet)
    if not quiet:
        sys.stdout.write("\n".join(summary_lines(report)) + "\n")


def frame(
    scene: SceneArgument = None,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="Picture to write.", metavar="FILE")],
    time: Annotated[
        float | None,
        typer.Option("--time", help="Second of the film; without it a still whose planes rest.", metavar="S"),
    ] = None,
    values: dict[str, Any],
) -> None:
    """Draw one frame of the film that `render` would write."""
    from corticast.app.render.picture_file import check_picture_path, write_picture
    from corticast.film.scene_inputs import film_timing, open_scene

    file = scene_file(scene, values)
    timing, machine = film_timing(file), machine_of(values)
    check_picture_path(output, overwrite=values["overwrite"])
    opened = open_scene(file, machine)
    from corticast.app.render.still import take_still

    time_s = None if time is None else timing.time(time)
    still = take_still(opened, time_s, timing, machine, flash_limit=file.flash_limit)
    write_picture(still.pixels, output, overwrite=values["overwrite"])
    warn(still.film.warnings, quiet=values["quiet"])
    if not values["quiet"]:
        height, width = still.pixels.shape[:2]
        sys.stdout.write(f"{output}: {width}x{height}\n")
