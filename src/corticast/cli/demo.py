"""corticast demo: Brainy Jingle Bells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from corticast.cli.options import SCENE, Given, some_of
from corticast.cli.render import tell
from corticast.cli.running import command
from corticast.core.model.kinds import File
from corticast.core.model.options import FILM, option, table_of
from corticast.core.model.run_options import OutputOptions

EXAMPLES = ("corticast demo -o corticast-demo.mp4",)


@dataclass(frozen=True, kw_only=True)
class _DemoOptions:
    output: Path = option(
        Path("corticast-demo.mp4"), "Film to write.", File(), FILM, flag="--output -o", synonyms=("out", "save")
    )


TABLES = (
    table_of(_DemoOptions),
    {"size": replace(SCENE["size"], default=(1280, 720))},
    some_of(OutputOptions, "overwrite", "verbose", "quiet"),
)


def demo(*, given: Given) -> None:
    """Render Brainy Jingle Bells: a template brain, an electrode grid, two shafts and a carol."""
    from corticast.app.demo.demo import render_demo
    from corticast.app.render.progress import render_progress

    with render_progress(quiet=given["quiet"]) as progress:
        report = render_demo(given["output"], progress=progress, **given.some("size", "overwrite"))
    tell(report, quiet=given["quiet"])


COMMAND = command(demo, *TABLES, examples=EXAMPLES)
