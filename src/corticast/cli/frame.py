"""corticast frame: one picture of a film."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from corticast.cli.options import STILL, Given, SceneArgument
from corticast.cli.running import check_options, command, machine_of, read_scene, warn, words_of
from corticast.core.model.kinds import Exact, File
from corticast.core.model.options import FILM, option, table_of
from corticast.core.model.run_options import MachineOptions, NumbersOptions, OutputOptions
from corticast.core.model.scene_file import SceneFile
from corticast.errors import OptionError

COMMON = (
    *("output", "time", "volume", "electrodes", "audio", "activity"),
    *("layout", "plane_mm", "window", "size"),
)
EXAMPLES = (
    "corticast frame --volume T1w.nii.gz --electrodes electrodes.tsv -o brain.png --size 3840x2160",
    "corticast frame --volume T1w.nii.gz --plane-mm -42,-20,8 -o slices.png",
    "corticast frame scene.toml --time 3.2 -o frame.png",
)


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
    *map(table_of, (NumbersOptions, MachineOptions, OutputOptions)),
)


def frame(scene: SceneArgument = None, *, given: Given) -> None:
    """Draw one frame of the film that `corticast render` would write."""
    from corticast.app.render.picture_file import check_picture_path, write_picture
    from corticast.film.scene_inputs import check_contacts, film_timing, open_scene
    from corticast.film.shown_activity import check_activity_path, shown_activity, write_activity
    from corticast.io.scene import facts_of

    if given["output"] is None:
        raise OptionError("nothing to write; give -o FILE for the picture, such as frame.png")
    file = read_scene(scene, given)
    with words_of(file):
        check_contacts(file)
        check_options(file, given, [facts_of(file, "still" if given["time"] is None else "frame")])
        timing, machine = film_timing(file), machine_of(given)
        check_picture_path(given["output"], overwrite=given["overwrite"])
        if given["save_activity"] is not None:
            check_activity_path(given["save_activity"], overwrite=given["overwrite"])
        opened = open_scene(file, machine)
        from corticast.app.render.still import take_still

        time_s = given["time"]
        still = take_still(opened, time_s, timing, machine)
    if given["save_activity"] is not None:
        shown = shown_activity(still.film, (time_s or Fraction(0),))
        write_activity(shown, given["save_activity"], overwrite=given["overwrite"])
    write_picture(still.pixels, given["output"], overwrite=given["overwrite"])
    warn((*still.film.warnings, *_limit_left_out(file)), quiet=given["quiet"])
    if not given["quiet"]:
        height, width = still.pixels.shape[:2]
        sys.stdout.write(f"{given['output']}: {width}x{height}\n")


def _limit_left_out(file: SceneFile) -> tuple[str, ...]:
    """A line about a scene file's flash limit, which only films and shows obey."""
    return ("flash_limit: lowers films only; this picture shows the data",) if file.flash_limit else ()


COMMAND = command(frame, *TABLES, common=COMMON, examples=EXAMPLES)
