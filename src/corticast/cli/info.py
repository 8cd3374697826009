"""corticast info: what files hold."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from corticast.cli.running import command, refused
from corticast.errors import CorticastError

EXAMPLES = ("corticast info T1w.nii.gz electrodes.tsv song.wav",)


def info(
    files: Annotated[
        list[Path], typer.Argument(help="Volumes, tables, recordings, pictures, sounds, scenes.", metavar="FILE ...")
    ],
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show where an error comes from.")] = False,
) -> None:
    """Tell what files hold."""
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


COMMAND = command(info, examples=EXAMPLES)
