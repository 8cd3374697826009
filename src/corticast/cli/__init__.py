"""The command line: arguments to a scene, the scene to the application. No logic of its own."""

from __future__ import annotations

import atexit
import gc
import sys

from corticast.cli.ending import catch_signals, in_one_line, open_streams


def main() -> None:
    """Entry point of the `corticast` command."""
    catch_signals()
    # Start-up makes more than a hundred thousand objects that stay: no garbage is looked for among them.
    gc.set_threshold(200_000)
    # For the same reason Python takes 0.2 s to end where it has all of them to look through.
    atexit.register(gc.freeze)
    with open_streams(), in_one_line():
        # Typer and the commands are loaded where Ctrl-C is already answered by one line.
        from corticast.cli.commands import status_of

        sys.exit(status_of(sys.argv[1:]))
