"""The commands, and the exit status of a command line."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import typer
import typer.core

from corticast.cli.arguments import USAGE_ERROR, with_bare_options, with_listed_labels
from corticast.cli.ending import INTERRUPTED
from corticast.errors import CorticastError

# Each has a module of its name, which is loaded when the command is used. The help lists these lines, and loads none.
COMMANDS = {
    "render": "Render a film, contact sheets, or the films of a dataset.",
    "frame": "Draw one frame of a film, or a still.",
    "live": "Show the brain answer sound as it comes.",
    "demo": "Render Brainy Jingle Bells.",
    "spectrogram": "Draw a sound over time and frequency.",
    "cmap": "Draw a colour map.",
    "info": "Describe what files hold.",
    "doctor": "Report the renderer, the encoders and the sound devices of this machine.",
    "config": "Show or set defaults of your own.",
    "schema": "Write the JSON Schema of scene files.",
    "bench": "Measure speed.",
}


class _Commands(typer.core.TyperGroup):
    """The commands, each loaded when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        made = import_module(f"corticast.cli.{cmd_name}").COMMAND
        made.name = cmd_name
        return made

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog="Example: corticast render --volume T1w.nii.gz -o slices.mp4",
)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        sys.stdout.write(f"corticast {version('corticast')}\n")
        raise typer.Exit


@app.callback()
def corticast(
    *,
    version: bool = typer.Option(False, "--version", help="Print the version.", callback=_print_version, is_eager=True),
) -> None:
    """Brain volumes, electrodes and sound become moving pictures."""


def status_of(arguments: list[str]) -> int:
    """Run a command line, and return its exit status."""
    try:
        listed = with_listed_labels(with_bare_options(arguments))
        status = app(args=listed, prog_name="corticast", standalone_mode=False)
    except USAGE_ERROR as error:
        from corticast.cli.mistakes import usage_line

        sys.stderr.write(usage_line(error, [*COMMANDS]) + "\n")
        return 2
    except CorticastError as error:
        from corticast.cli.running import refused

        return refused(error)
    except typer.Abort:
        raise KeyboardInterrupt from None
    if status == INTERRUPTED:
        # Typer has caught Ctrl-C outside a command. A command says so itself, and raises SystemExit.
        raise KeyboardInterrupt
    return status or 0
