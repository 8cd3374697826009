"""Finds options that would do nothing in the scene at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from corticast.core.model.options import Facts, table_of
from corticast.core.model.scene_file import SceneFile
from corticast.errors import OptionError, in_python
from corticast.io.scene import line_in


def idle_options(file: SceneFile, cases: Sequence[Facts], *, whole: bool = False) -> dict[str, str]:
    """Options that were set and do nothing in any of several cases, and why.

    Parameters
    ----------
    file : the scene
    cases : scenes that may be shown; an option must count in one of them
    whole : whether names within a value, such as labels, do not matter
    """
    table = table_of(SceneFile)
    why = {name: table[name].why_idle(value, cases, whole=whole) for name, value in file.given_values.items()}
    return {name: reason for name, reason in why.items() if reason is not None}


def counting_options(file: SceneFile, cases: Sequence[Facts], names: Iterable[str]) -> dict[str, Any]:
    """Those of some options that were set and do something in one of several cases, without names that do nothing.

    Parameters
    ----------
    file : the scene
    cases : scenes that may be shown
    names : of the options
    """
    table, idle = table_of(SceneFile), idle_options(file, cases, whole=True)
    chosen = [name for name in names if name in file.given and name not in idle]
    return {name: table[name].counting(getattr(file, name), cases) for name in chosen}


def check_idle(file: SceneFile, cases: Sequence[Facts]) -> tuple[str, ...]:
    """Refuse options of the command line that would do nothing, and name such keys of the scene file.

    Returns
    -------
    warnings about keys: one line, or none

    Raises
    ------
    OptionError : an option would do nothing
    """
    idle = idle_options(file, cases)
    refuse_typed(file, idle)
    table = table_of(SceneFile)
    # A scene file describes a film, with its defaults. Keys that no show, still or sheet uses are not reported, and
    # neither are keys with their default values.
    keys = [
        name
        for name in idle
        if any(facts.product in (None, *table[name].products) for facts in cases)
        and getattr(file, name) != table[name].default
    ]
    if not keys:
        return ()
    if len(keys) == 1:
        why, line = in_python(idle[keys[0]]).split(";")[0], line_in(file, keys[0])
        return (f"{line}: {keys[0]} {why}",)
    return (f"{file.path}: {', '.join(keys)} do nothing in this scene",)


def refuse_typed(file: SceneFile, idle: Mapping[str, str]) -> None:
    """Refuse the first option of the command line that is idle.

    Raises
    ------
    OptionError : there is one
    """
    name = next((name for name in idle if name in file.typed), None)
    if name is not None:
        raise OptionError(f"{typed_text(file, name)}: {idle[name]}", name)


def typed_text(file: SceneFile, name: str) -> str:
    """An option of a scene file with its value, as text for the command line."""
    return table_of(SceneFile)[name].as_typed(name, getattr(file, name))
