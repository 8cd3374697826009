"""corticast info: what files hold."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from corticast.cli.options import Given, some_of
from corticast.cli.running import command, refused
from corticast.core.model.run_options import OutputOptions
from corticast.errors import CorticastError

TABLES = (some_of(OutputOptions, "verbose"),)
EXAMPLES = ("corticast info T1w.nii.gz electrodes.tsv song.wav",)


def info(
    files: Annotated[
        list[Path], typer.Argument(help="Volumes, tables, recordings, pictures, sounds, scenes.", metavar="FILE ...")
    ],
    *,
    given: Given,
) -> None:
    """Describe what files hold."""
    from corticast.app.about.info import describe

    statuses = set()
    for file in files:
        try:
            sys.stdout.write("\n".join(describe(file)) + "\n")
        except CorticastError as error:
            if given["verbose"]:
                raise
            statuses.add(refused(error))
    if statuses:
        raise typer.Exit(max(statuses))


COMMAND = command(info, *TABLES, examples=EXAMPLES)
