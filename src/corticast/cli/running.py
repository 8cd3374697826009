"""How commands run: their shared options, the scene that these make, and what is said when something is wrong."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
import typer.core

from corticast.cli.options import DEFAULTS, ENCODER_OPTIONS, SCENE_OPTIONS, SWITCHES
from corticast.errors import CorticastError, InputError, one_line


class GroupedCommand(typer.core.TyperCommand):
    """A command whose help has its options under the headings that they were given."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options, those without a heading first."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            heading = getattr(parameter, "rich_help_panel", None) or "Options"
            record = parameter.get_help_record(ctx)
            if record is not None:
                groups.setdefault(heading, []).append(record)
        for heading, records in groups.items():
            with formatter.section(heading):
                formatter.write_dl(records)


def with_options(command: Callable[..., None], *groups: dict[str, Any]) -> Callable[..., None]:
    """Give a command, written for its own few parameters, the shared options as well.

    The command takes `scene` and `values`, and its own parameters by name.
    """
    own = inspect.signature(command, eval_str=True).parameters
    own_names = [name for name in own if name != "values"]
    shared: dict[str, Any] = {name: kind for group in groups for name, kind in group.items()}
    defaults: dict[str, Any] = {**dict.fromkeys(SWITCHES, False), **DEFAULTS}

    def run(**arguments: Any) -> None:
        given = {name: arguments[name] for name in own_names}
        values = {name: arguments[name] for name in shared}
        guarded(lambda: command(**given, values=values), verbose=values["verbose"])

    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [own[name].replace(kind=keyword) for name in own_names]
    parameters += [
        inspect.Parameter(name, keyword, annotation=kind, default=defaults.get(name)) for name, kind in shared.items()
    ]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    run.__doc__ = command.__doc__
    return run


def guarded(action: Callable[[], None], *, verbose: bool) -> None:
    """Run a command; end with the status that its error means, and one line on stderr."""
    try:
        action()
    except typer.Exit:
        raise
    except CorticastError as error:
        if verbose:
            raise
        raise typer.Exit(refused(error)) from None
    except KeyboardInterrupt as interrupt:
        sys.stderr.write(f"corticast: interrupted; {interrupt or 'nothing was left behind'}\n")
        raise typer.Exit(130) from None
    except MemoryError:
        if verbose:
            raise
        sys.stderr.write("corticast: out of memory; choose a smaller --size or volume\n")
        raise typer.Exit(1) from None
    except Exception as error:
        if verbose:
            raise
        sys.stderr.write(f"corticast: unexpected {type(error).__name__}: {one_line(error)}; -v shows where\n")
        raise typer.Exit(1) from None


def refused(error: CorticastError) -> int:
    """Say on stderr what is wrong, and give the status that it means."""
    sys.stderr.write(f"corticast: {error}\n")
    return 2 if isinstance(error, InputError) else 1


def scene_file(scene: Path | None, values: dict[str, Any]) -> Any:
    """Scene file with the options that were given laid over it."""
    from corticast.io.scene import SceneFile, read_scene_file, save_scene_file

    names = (*SCENE_OPTIONS, *ENCODER_OPTIONS)
    given = {name: values[name] for name in names if values.get(name) is not None}
    if values["no_labels"]:
        given["labels"] = "none"
    if values["no_flash_limit"]:
        given["flash_limit"] = False
    file = SceneFile(**given) if scene is None else read_scene_file(scene, given)
    if values["save_scene"] is not None:
        save_scene_file(file, values["save_scene"], overwrite=values["overwrite"])
    return file


def machine_of(values: dict[str, Any]) -> Any:
    """How the command line wants the machine to be used."""
    from corticast.core.model.machine import Machine

    return Machine(values["gpu"], values["backend"], values["array"], values["threads"])


def warn(warnings: tuple[str, ...], *, quiet: bool) -> None:
    """Say on stderr what a person should know."""
    if not quiet:
        for text in warnings:
            sys.stderr.write(f"corticast: warning: {text}\n")
