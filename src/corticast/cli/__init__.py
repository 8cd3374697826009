"""The command line: arguments to a scene, the scene to the application. No logic of its own."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from typing import Annotated, Any

import typer

from corticast.cli.arguments import with_bare_options, with_listed_labels
from corticast.cli.bench import bench_app
from corticast.cli.films import frame, render
from corticast.cli.live import live
from corticast.cli.options import (
    ENCODER_OPTIONS,
    LIVE_OPTIONS,
    MACHINE_OPTIONS,
    MANY_OPTIONS,
    RECORDING_OPTIONS,
    SCENE_OPTIONS,
    SHOW_OPTIONS,
)
from corticast.cli.running import GroupedCommand, with_options
from corticast.cli.tools import demo, doctor, info


def _tell_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        sys.stdout.write(f"corticast {version('corticast')}\n")
        raise typer.Exit


app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def corticast(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Tell the version.", callback=_tell_version, is_eager=True)
    ] = False,
) -> None:
    """Brain volumes, electrodes and sound become moving pictures."""


app.command("render", cls=GroupedCommand)(
    with_options(render, SCENE_OPTIONS, ENCODER_OPTIONS, MANY_OPTIONS, MACHINE_OPTIONS)
)
app.command("frame", cls=GroupedCommand)(with_options(frame, SCENE_OPTIONS, MACHINE_OPTIONS))
app.command("live", cls=GroupedCommand)(
    with_options(live, SHOW_OPTIONS, LIVE_OPTIONS, RECORDING_OPTIONS, MACHINE_OPTIONS)
)
app.command("demo")(demo)
app.command("info")(info)
app.command("doctor")(doctor)
app.add_typer(bench_app, name="bench")

# click's UsageError, from the click that this typer uses: its own copy, or the package.
_UsageError: Any = typer.BadParameter.__base__


def main() -> None:
    """Entry point of the `corticast` command."""
    # A batch system's time limit ends a render like Ctrl-C does: nothing half-written is left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    # Start-up makes more than a hundred thousand objects that stay: no garbage is looked for among them.
    gc.set_threshold(200_000)
    # For the same reason Python takes 0.2 s to end where it has all of them to look through.
    atexit.register(gc.freeze)
    # Nothing here has plugins for pydantic; it would look for them in the metadata of every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        status = app(args=with_listed_labels(with_bare_options(sys.argv[1:])), standalone_mode=False)
    except _UsageError as error:
        message = error.format_message()
        if "\n" not in message:  # the help, which is shown when there are no arguments, has many lines
            # One line in place of click's usage text.
            where = error.ctx.command_path if error.ctx is not None else "corticast"
            message = f"corticast: {message.rstrip('.')}; see `{where} --help`"
        sys.stderr.write(message + "\n")
        status = 2
    except typer.Abort:
        status = 130
    sys.exit(status)
