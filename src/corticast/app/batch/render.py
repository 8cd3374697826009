"""`corticast render` of the films of a dataset, or of one film in parts."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from corticast.app.batch.bids.common_scale import with_common_scales
from corticast.app.batch.bids.page import write_page
from corticast.app.batch.bids.plan import dropped_options, plan_dataset, tidy_folders
from corticast.app.batch.bids.table import Row, print_table, row_of
from corticast.app.batch.films import FilmDone, FilmPlan, make_films
from corticast.app.batch.progress import films_progress
from corticast.app.batch.segments import format_of, parts_folder, refuse_uncuttable, why_whole
from corticast.app.batch.tasks import made_with
from corticast.app.batch.workplace import Workplace
from corticast.core.model.options import Facts
from corticast.core.model.scene_file import SceneFile
from corticast.io.derivatives import Derivatives
from corticast.io.scene import with_absolute_paths
from corticast.video.formats import FilmFormat
from corticast.video.places import film_target


def render_dataset(
    root: Path,
    out: Path,
    scene: SceneFile,
    place: Workplace,
    *,
    subjects: Sequence[str] = (),
    sessions: Sequence[str] = (),
    tasks: Sequence[str] = (),
    derivatives: Derivatives | None = None,
    sheet_options: Mapping[str, Any] | None = None,
    check: Callable[[Sequence[Facts]], None] = lambda _: None,
) -> bool:
    """Render the films of a BIDS dataset, show a table of them, and write a page.

    Parameters
    ----------
    as of `plan_dataset`

    Returns
    -------
    whether all films exist now

    Raises
    ------
    OptionError : nothing is found to render, or an option cannot be used
    """
    versions = made_with()
    root, out = root.absolute(), out.absolute()
    _check_segments(scene, Path("film.mp4"), place)
    plan = plan_dataset(
        root,
        out,
        scene,
        made_with=versions,
        subjects=subjects,
        sessions=sessions,
        tasks=tasks,
        derivatives=derivatives,
        sheet_options=sheet_options,
        check=check,
        overwrite=place.overwrite,
    )
    for text in () if place.quiet else dropped_options(scene, plan):
        sys.stderr.write(f"corticast: warning: {text}\n")
    rows = {number: Row(plan.films[number], plan.inputs[number], facts, "kept") for number, facts in plan.kept.items()}
    try:
        films = with_common_scales(plan.films, plan.comparisons, plan.kept, place, versions)
        left = [film for number, film in enumerate(films) if number not in rows]
        for done in _made(left, place, versions) if left else ():
            number = films.index(done.plan)
            rows[number] = row_of(done, plan.inputs[number])
    finally:
        tidy_folders(out, [film.film for film in plan.films])
    ordered = [rows[number] for number in sorted(rows)]
    # The page may be sent to people who have the dataset elsewhere.
    failures = {row.plan.label: row.status.replace(f"{root}{os.sep}", "") for row in ordered if row.is_failed}
    _print_rows(ordered, write_page(out, failures), quiet=place.quiet)
    return not any(row.is_failed for row in ordered)


def _print_rows(rows: Sequence[Row], page: Path, *, quiet: bool) -> None:
    """Print the table of all films and their warnings; if quiet, only the films that failed."""
    if quiet:
        for row in rows:
            if row.is_failed:
                sys.stderr.write(f"corticast: {row.plan.label}: {row.status}\n")
        return
    for row in rows:
        # An earlier run has printed the warnings of the films that it made.
        for text in () if row.status == "kept" else row.warnings:
            sys.stderr.write(f"corticast: warning: {row.plan.label}: {text}\n")
    print_table(rows)
    sys.stdout.write(f"{page}\n")


def render_film(scene: SceneFile, film: Path, place: Workplace) -> dict[str, Any]:
    """Render one film in parts.

    Returns
    -------
    facts of the film, see `perform`

    Raises
    ------
    OptionError, DataError, EncoderError, DeviceError : as `render` does
    """
    # Workers of a cluster have other folders.
    scene, film = with_absolute_paths(scene), film.absolute()
    kind = check_film(scene, film, place)
    if (reason := why_whole(kind)) is not None and not place.quiet:
        sys.stderr.write(f"corticast: {film}: rendered as one task: {reason}\n")
    (done,) = _made([FilmPlan(film.name, scene, film)], place, made_with())
    if done.error is not None:
        raise done.error
    return dict(done.facts)


def check_film(scene: SceneFile, film: Path, place: Workplace) -> FilmFormat:
    """Refuse a film that cannot be made or written, before anything is drawn; give its format.

    Raises
    ------
    OptionError : the path, the format or the number of segments cannot be used
    """
    _check_segments(scene, film, place)
    kind = format_of(scene, film)
    film_target(str(film), kind, 0, overwrite=place.overwrite)
    return kind


def _check_segments(scene: SceneFile, film: Path, place: Workplace) -> None:
    if place.segments is not None and place.segments > 1:
        refuse_uncuttable(format_of(scene, film))


def _made(films: Sequence[FilmPlan], place: Workplace, versions: str) -> list[FilmDone]:
    """Outcomes of films; the progress is shown meanwhile."""
    done: list[FilmDone] = []
    with (
        films_progress(len(films), quiet=place.quiet) as progress,
        _kept(films),
        place.pool(progress.report) as pool,
    ):
        made = make_films(
            films,
            pool,
            place.task_machine,
            progress.report,
            encoder_threads=place.encoder_threads,
            made_with=versions,
            overwrite=place.overwrite,
            n_parts=place.segments,
        )
        for each in made:
            done.append(each)
            progress.film_done(each.plan.film, each.facts.get("n_frames", 0))
    return done


@contextmanager
def _kept(films: Sequence[FilmPlan]) -> Iterator[None]:
    """Leave no empty folder, and say on Ctrl-C that finished parts wait for the next run."""
    folders = [parts_folder(film.film) for film in films]
    try:
        yield
    except KeyboardInterrupt:
        is_kept = any(film.film.is_file() for film in films if film.sidecar is not None)
        if is_kept or any(any(folder.glob("*")) for folder in folders):
            raise KeyboardInterrupt("finished parts are kept, and the same command continues from there") from None
        raise
    finally:
        for folder in folders:
            with suppress(OSError):
                folder.rmdir()
