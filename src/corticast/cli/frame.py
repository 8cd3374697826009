"""corticast frame: one picture of a film."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from corticast.cli.options import STILL, Given, SceneArgument
from corticast.cli.running import check_options, command, machine_of, read_scene, warn, words_of
from corticast.core.model.kinds import Exact, File
from corticast.core.model.options import FILM, option, table_of
from corticast.core.model.run_options import MachineOptions, NumbersOptions, OutputOptions, PrintOptions
from corticast.core.model.scene_file import SceneFile
from corticast.errors import OptionError

if TYPE_CHECKING:
    from corticast.core.model.scene import Scene

COMMON = (
    *("output", "time", "volume", "electrodes", "audio", "activity"),
    *("layout", "plane_mm", "size", "width"),
)
EXAMPLES = (
    "corticast frame --volume T1w.nii.gz --electrodes electrodes.tsv -o brain.png --size 3840x2160",
    "corticast frame --volume T1w.nii.gz --plane-mm -42,-20,8 -o slices.png",
    "corticast frame scene.toml --time 3.2 -o figure.pdf --width 180mm",
)

# Colours are the same in all kinds of files, so that no kind of file changes the theme.
_DARK_PAGE = "page: black, as on screen; for white paper give --theme print or light"


@dataclass(frozen=True, kw_only=True)
class _FrameOptions:
    output: Path | None = option(
        None,
        "Picture to write.",
        File(),
        FILM,
        flag="--output -o",
        synonyms=("out", "outfile", "output_file", "save", "filename"),
    )
    time: Fraction | None = option(
        None,
        "Second of the film; without it a still whose planes rest.",
        Exact("S", low=0, example="2.5 or 1/3"),
        FILM,
        synonyms=("at", "t", "second", "timestamp"),
    )


TABLES = (
    table_of(_FrameOptions),
    STILL,
    *map(table_of, (PrintOptions, NumbersOptions, MachineOptions, OutputOptions)),
)


def frame(scene: SceneArgument = None, *, given: Given) -> None:
    """Draw one frame of the film that `corticast render` would write."""
    from corticast.app.render.figure import check_frame_path, printed_size, write_frame
    from corticast.app.render.frame_order import FrameOrder
    from corticast.film.column_words import column_facts, column_lines
    from corticast.film.name_words import names_line
    from corticast.film.plane_words import planes_line
    from corticast.film.scene_inputs import check_contacts, film_timing, open_scene
    from corticast.film.shown_activity import check_activity_path, shown_activity, write_activity
    from corticast.film.size_words import sizes_line
    from corticast.film.subject_words import subject_facts, subject_lines
    from corticast.io.scene import facts_of

    if given["output"] is None:
        raise OptionError("nothing to write; give -o FILE for the picture, such as frame.png")
    file = read_scene(scene, given)
    with words_of(file):
        check_contacts(file)
        check_options(file, given, [facts_of(file, "still" if given["time"] is None else "frame")])
        timing, machine = film_timing(file), machine_of(given)
        check_frame_path(given["output"], overwrite=given["overwrite"])
        printed = printed_size(given["output"], timing.size, given["width"], given["dpi"])
        if given["save_activity"] is not None:
            check_activity_path(given["save_activity"], overwrite=given["overwrite"])
        time_s = given["time"]
        order = FrameOrder(open_scene(file, machine), time_s, timing, machine)
        report, film = write_frame(order, given["output"], printed, overwrite=given["overwrite"])
    if given["save_activity"] is not None:
        shown = shown_activity(film, (time_s or Fraction(0),))
        write_activity(shown, given["save_activity"], overwrite=given["overwrite"])
    warn((*report.warnings, *_limit_left_out(file)), quiet=given["quiet"])
    if not given["quiet"]:
        width, height = report.size
        in_print = f", {printed.text}" if printed is not None else ""
        sizes = sizes_line(film, report.size)
        lines = [f"{report.path}: {width}x{height}{in_print}", *[sizes] * bool(sizes)]
        lines += [*subject_lines(subject_facts(film.placed)), *column_lines(column_facts(film))]
        names = names_line(film, film.still() if time_s is None else film.at(time_s), report.size)
        lines += [names] * bool(names)
        planes = planes_line(film, report.size)
        lines += [planes] * bool(planes)
        lines += [_DARK_PAGE] * (printed is not None and _is_dark_by_default(film.scene))
        sys.stdout.write("\n".join(lines) + "\n")


def _is_dark_by_default(scene: Scene) -> bool:
    """Whether a scene has a dark ground that nobody has chosen."""
    from corticast.core.color.themes import theme_of

    return scene.theme is None and scene.background is None and not theme_of(scene).is_light


def _limit_left_out(file: SceneFile) -> tuple[str, ...]:
    """A line about a scene file's flash limit, which only films and shows obey."""
    return ("flash_limit: lowers films only; this picture shows the data",) if file.flash_limit else ()


COMMAND = command(frame, *TABLES, common=COMMON, examples=EXAMPLES)
