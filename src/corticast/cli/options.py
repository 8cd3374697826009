"""Make the options of commands from the table, and read their values."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from corticast.core.model.kinds import Switch
from corticast.core.model.options import Facts, Option, flag_of, table_of
from corticast.core.model.scene_file import SceneFile
from corticast.errors import OptionError

Table = Mapping[str, Option]

SCENE = table_of(SceneFile)

# A show is not a film: options about a film's course, or about earlier recordings, are left out.
SHOWN = {name: option for name, option in SCENE.items() if option.live}

# Options of encoders do not change a still.
STILL = {name: option for name, option in SCENE.items() if {"frame", "still"} & {*option.products}}

SceneArgument = Annotated[Path | None, typer.Argument(help="Scene file (TOML).", metavar="SCENE.toml")]


def some_of(cls: type, *names: str) -> dict[str, Option]:
    """Several of the options of a dataclass, in the order of the names."""
    table = table_of(cls)
    return {name: table[name] for name in names}


@dataclass(frozen=True)
class Given:
    """The values on a command line.

    Parameters
    ----------
    scene : the scene's options on the command line, as typed
    run : values of all other options
    options : of the command
    """

    scene: Mapping[str, Any]
    run: Mapping[str, Any]
    options: Table

    def __getitem__(self, name: str) -> Any:
        return self.run[name]

    def some(self, *names: str) -> dict[str, Any]:
        """Several of the other options, as keyword arguments."""
        return {name: self.run[name] for name in names}

    def complete(self, cases: Sequence[Facts]) -> list[Facts]:
        """The cases with the values of all other options too."""
        return [replace(facts, values={**facts.values, **self.run}) for facts in cases]

    def refuse_idle(self, cases: Sequence[Facts]) -> None:
        """Refuse options beside the scene's that would do nothing in any of several cases.

        Raises
        ------
        OptionError : one would do nothing
        """
        known = self.complete(cases)
        for name, value in self.run.items():
            option = self.options[name]
            why = None if value == option.default else option.why_idle(value, known)
            if why is not None:
                raise OptionError(f"{option.as_typed(name, value)}: {why}", name)


def parameter(name: str, option: Option) -> inspect.Parameter:
    """Parameter of a command's function that is an option of the command line."""
    is_switch = isinstance(option.kind, Switch)
    kind: Any = bool | None if option.turns_both_ways else bool if is_switch else None
    if not is_switch:
        kind = list[str] | None if option.repeats else str | None
    shown = typer.Option(
        *flag_of(name, option).split(),
        help=option.help_text,
        metavar=option.kind.metavar or None,
        rich_help_panel=option.heading,
    )
    default = False if is_switch and not option.turns_both_ways else None
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[kind, shown], default=default)


def given(options: Table, arguments: Mapping[str, Any]) -> Given:
    """Read the values of a command's options.

    Raises
    ------
    OptionError : an option outside the scene has a wrong value
    """
    scene: dict[str, Any] = {}
    run: dict[str, Any] = {}
    for name, option in options.items():
        value = arguments[name]
        is_given = value not in (None, []) and (value is not False or option.turns_both_ways)
        if name in SCENE and option is SCENE[name]:
            if is_given:
                scene[name] = value
        else:
            run[name] = option.read(name, value) if is_given else option.default
    return Given(scene, run, options)
