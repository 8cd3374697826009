"""corticast render: films, contact sheets, datasets."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import typer

from corticast.cli.options import Given, SceneArgument
from corticast.cli.render_checks import check_render
from corticast.cli.running import check_options, command, machine_of, read_scene, save_scene, warn, words_of
from corticast.core.model.kinds import Exact, File, Text
from corticast.core.model.options import FILM, Facts, Product, option, table_of
from corticast.core.model.run_options import (
    DatasetOptions,
    JobOptions,
    MachineOptions,
    NumbersOptions,
    OutputOptions,
    SheetOptions,
)
from corticast.core.model.scene_file import SceneFile

COMMON = (
    *("output", "volume", "electrodes", "audio", "activity"),
    *("layout", "window", "size", "duration", "overwrite"),
)
EXAMPLES = (
    "corticast render --volume T1w.nii.gz -o slices.mp4",
    "corticast render --volume T1w.nii.gz --electrodes electrodes.tsv --audio song.wav -o movie.mp4",
    "corticast render --bids DIR -o DIR/derivatives/corticast --layout lateral --jobs 4",
)

_WORKPLACE = ("jobs", "dask", "segments", "overwrite", "quiet")


@dataclass(frozen=True, kw_only=True)
class _FilmOptions:
    output: Path | None = option(
        None,
        "Film to write.",
        File(),
        FILM,
        flag="--output -o",
        synonyms=("out", "outfile", "output_file", "movie", "save", "record", "filename"),
    )
    poster: Path | None = option(
        None,
        "Picture of one frame to write too, for players and web pages.",
        File(),
        FILM,
        synonyms=("thumbnail", "cover", "preview"),
    )
    poster_time: Fraction | None = option(
        None,
        "Second of the film that the poster shows.",
        Exact("S", low=0, example="2.5 or 1/3"),
        FILM,
        default_text="the most activity, else the middle",
        synonyms=("thumbnail_time",),
    )
    profile: str | None = option(
        None,
        "Report where the time goes, and write a trace for Perfetto or chrome://tracing.",
        Text("[FILE.json]"),
        FILM,
        default_text="FILM.profile.json",
        synonyms=("trace", "timing"),
    )


TABLES = tuple(
    map(
        table_of,
        (
            _FilmOptions,
            SheetOptions,
            SceneFile,
            NumbersOptions,
            DatasetOptions,
            JobOptions,
            MachineOptions,
            OutputOptions,
        ),
    )
)


def render(scene: SceneArgument = None, *, given: Given) -> None:
    """Render a film: .mp4, .mov, .webm, .gif, or pictures such as frames/%05d.png."""
    many = {name: given[name] for name in (*table_of(DatasetOptions), *table_of(JobOptions)) if given[name]}
    sheet_options = {name.removeprefix("sheet_"): given[name] for name in ("sheet_plane", "sheet_slices")}
    sheet_options = {name: value for name, value in sheet_options.items() if value is not None}
    check_render(
        output=given["output"],
        sheet=given["sheet"],
        profile=given["profile"],
        save_activity=given["save_activity"],
        poster=given["poster"],
        many=many,
    )
    file = read_scene(scene, given)
    with words_of(file):
        if given["bids"] is not None:
            _write_dataset(file, given, None if given["sheet"] is None else sheet_options)
            return
        _check(file, given)
        if given["sheet"] is not None and given["output"] is not None:
            _check_film(file, given)
        opened = None
        if given["sheet"] is not None or not many:
            from corticast.film.scene_inputs import open_scene

            opened = open_scene(file, machine_of(given))
        if given["sheet"] is not None:
            # A film that is made too has the size, and so has the film that a scene file describes.
            size = file.size if given["output"] is None and "size" in file.typed else None
            _write_sheet(opened, given, size=size, **sheet_options)
        if given["output"] is not None and many:
            _write_in_parts(file, given)
        elif given["output"] is not None:
            _write_film(opened, file, given)


def _check(file: SceneFile, given: Given) -> None:
    from corticast.film.scene_inputs import check_contacts
    from corticast.io.scene import facts_of

    # Before the warnings: one line is enough for a key.
    check_contacts(file)
    made: dict[Product, str] = {"film": "output", "sheet": "sheet"}
    check_options(file, given, [facts_of(file, product) for product, name in made.items() if given[name] is not None])


def _check_film(file: SceneFile, given: Given) -> None:
    """Refuse a film, or its table of activity, before its sheet is written."""
    from corticast.app.batch.render import check_film
    from corticast.film.shown_activity import check_activity_path

    check_film(file, given["output"], _workplace(given))
    if given["save_activity"] is not None:
        check_activity_path(given["save_activity"], overwrite=given["overwrite"])


def _write_sheet(opened: Any, given: Given, **options: Any) -> None:
    """Draw a contact sheet; its warnings are left to the film if one follows."""
    from corticast.app.sheet.sheet import write_sheet

    path = Path(given["sheet"])
    report = write_sheet(opened, path, machine_of(given), **options, overwrite=given["overwrite"])
    warn(report.warnings, quiet=given["quiet"] or given["output"] is not None)
    if not given["quiet"]:
        width, height = report.size
        shown = f", {report.n_shown} of {report.n_contacts} contacts" if report.n_contacts else ""
        sys.stdout.write(f"{path}: {width}x{height}, {len(report.cells)} slices{shown}\n")


def _write_film(opened: Any, file: SceneFile, given: Given) -> None:
    from corticast.app.render.film_file import write_film
    from corticast.app.render.poster import poster_of
    from corticast.app.render.profile import profile_beside
    from corticast.app.render.progress import render_progress
    from corticast.film.scene_inputs import film_timing

    output = given["output"]
    poster = poster_of(given["poster"], given["poster_time"])
    trace = profile_beside(output) if given["profile"] == "" else given["profile"]
    with render_progress(quiet=given["quiet"]) as progress:
        report = write_film(
            opened,
            output,
            film_timing(file),
            machine_of(given),
            flash_limit=bool(file.flash_limit),
            encoding=file.encoding,
            profile=trace,
            save_activity=given["save_activity"],
            poster=poster,
            progress=progress,
            overwrite=given["overwrite"],
        )
    tell(report, quiet=given["quiet"])


def _write_dataset(file: SceneFile, given: Given, sheet_options: dict[str, Any] | None) -> None:
    """Render the films of a BIDS dataset."""
    from corticast.app.batch.render import render_dataset

    def check(cases: Sequence[Facts]) -> None:
        given.refuse_idle(cases)
        save_scene(file, given)

    derivatives = None
    if given["derivatives"] is not None:
        from corticast.io.derivatives import derivatives_of

        # A mask of the command line serves all films, and panels of whole boxes show none.
        has_masks = file.mask is None and file.fit != "volume"
        derivatives = derivatives_of(
            given["bids"].absolute(),
            given["derivatives"],
            desc=given["desc"],
            space=given["derivatives_space"],
            masks=has_masks,
        )
    all_there = render_dataset(
        given["bids"],
        given["output"],
        file,
        _workplace(given),
        subjects=given["participant_label"] or (),
        sessions=given["session"] or (),
        tasks=given["task"] or (),
        derivatives=derivatives,
        sheet_options=sheet_options,
        check=check,
    )
    if not all_there:
        raise typer.Exit(1)


def _write_in_parts(file: SceneFile, given: Given) -> None:
    """Render one film by several processes."""
    from corticast.app.batch.render import render_film
    from corticast.app.render.summary import film_lines

    facts = render_film(file, given["output"], _workplace(given))
    warn(facts["warnings"], quiet=given["quiet"])
    if not given["quiet"]:
        sys.stdout.write("\n".join(film_lines(given["output"], facts)) + "\n")


def _workplace(given: Given) -> Any:
    """Where and how the films are made."""
    from corticast.app.batch.workplace import Workplace

    return Workplace(machine=machine_of(given), **given.some(*_WORKPLACE))


def tell(report: Any, *, quiet: bool) -> None:
    """Say what a render has written."""
    from corticast.app.render.summary import summary_lines

    warn(report.warnings, quiet=quiet)
    if not quiet:
        sys.stdout.write("\n".join(summary_lines(report)) + "\n")


COMMAND = command(render, *TABLES, common=COMMON, examples=EXAMPLES)
