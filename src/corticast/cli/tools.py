"""The commands that need no scene: demo, info and doctor."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from corticast.cli.films import tell
from corticast.cli.running import guarded, refused
from corticast.errors import CorticastError


def demo(
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
        from corticast.app.demo.demo import render_demo
        from corticast.app.render.progress import render_progress
        from corticast.io.scene import SceneFile

        with render_progress(quiet=quiet) as progress:
            report = render_demo(
                output, size=SceneFile.model_validate({"size": size}).size, overwrite=overwrite, progress=progress
            )
        tell(report, quiet=quiet)

    guarded(run, verbose=verbose)


def info(
    files: Annotated[
        list[Path], typer.Argument(help="Volumes, tables, recordings, pictures, sounds, scenes.", metavar="FILE ...")
    ],
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show where an error comes from.")] = False,
) -> None:
    """Tell what files hold."""

    def run() -> None:
        from corticast.app.about.info import describe

        statuses = set()
        for file in files:
            try:
                sys.stdout.write("\n".join(describe(file)) + "\n")
            except CorticastError as error:
                if verbose:
                    raise
                statuses.add(refused(error))
        if statuses:
            raise typer.Exit(max(statuses))

    guarded(run, verbose=verbose)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    gpu: Annotated[int | None, typer.Option("--gpu", help="Which of several GPUs, from 0.", metavar="N")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show where an error comes from.")] = False,
) -> None:
    """Tell what this machine offers, what is missing, and how to get it."""

    def run() -> None:
        from corticast.app.about.doctor import examine, lines_of

        report = examine(gpu)
        sys.stdout.write((json.dumps(report, indent=2) if as_json else "\n".join(lines_of(report))) + "\n")
        if report["problems"]:
            raise typer.Exit(1)

    guarded(run, verbose=verbose)
