"""corticast doctor: this machine's renderer, encoders and devices, and how to get missing ones."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from corticast.cli.running import command

EXAMPLES = ("corticast doctor --json",)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    gpu: Annotated[int | None, typer.Option("--gpu", help="Which of several GPUs, from 0.", metavar="N")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show where an error comes from.")] = False,
) -> None:
    """Report the renderer, encoders and sound devices of this machine, and how to get missing ones."""
    from corticast.app.about.doctor import examine, lines_of

    report = examine(gpu)
    sys.stdout.write((json.dumps(report, indent=2) if as_json else "\n".join(lines_of(report))) + "\n")
    if report["problems"]:
        raise typer.Exit(1)


COMMAND = command(doctor, examples=EXAMPLES)
