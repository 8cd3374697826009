"""corticast doctor: this machine's renderer, encoders and devices, and how to get missing ones."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass

import typer

from corticast.cli.options import Given, some_of
from corticast.cli.running import command
from corticast.core.model.kinds import Switch
from corticast.core.model.options import option, table_of
from corticast.core.model.run_options import MACHINE, MachineOptions, OutputOptions

EXAMPLES = ("corticast doctor --json",)


@dataclass(frozen=True, kw_only=True)
class _ReportOptions:
    json: bool = option(False, "Write the report as JSON.", Switch(), MACHINE)


TABLES = (table_of(_ReportOptions), some_of(MachineOptions, "gpu"), some_of(OutputOptions, "verbose"))


def doctor(*, given: Given) -> None:
    """Report the renderer, encoders and sound devices of this machine, and how to get missing ones."""
    from corticast.app.about.doctor import examine, lines_of

    report = examine(given["gpu"])
    sys.stdout.write((json.dumps(report, indent=2) if given["json"] else "\n".join(lines_of(report))) + "\n")
    if report["problems"]:
        raise typer.Exit(1)


COMMAND = command(doctor, *TABLES, examples=EXAMPLES)
