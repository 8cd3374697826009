"""Arguments as typer can read them."""

from __future__ import annotations

from typing import Any

import typer

# click's UsageError, from the click that this typer uses: its own copy, or the package.
USAGE_ERROR: Any = typer.BadParameter.__base__

LISTS = ("--participant-label", "--session", "--task")


def with_listed_labels(arguments: list[str]) -> list[str]:
    """Arguments in which each label of `--participant-label 01 02` has its option: typer takes one at a time."""
    listed: list[str] = []
    option = None
    for argument, after in zip(arguments, [*arguments, "-"][1:], strict=True):
        if argument in LISTS and not after.startswith("-"):
            option = argument
        elif argument.startswith("-"):
            option = None
            listed.append(argument)
        else:
            listed += [argument] if option is None else [option, argument]
    return listed


def with_bare_options(arguments: list[str]) -> list[str]:
    """Arguments in which a --profile or --sheet without a file has an empty one: typer knows no optional values."""
    following = [*arguments, "-"][1:]

    def is_bare(argument: str, after: str) -> bool:
        return (argument == "--profile" and not after.lower().endswith(".json")) or (
            argument == "--sheet" and after.startswith("-")
        )

    return [
        f"{argument}=" if is_bare(argument, after) else argument
        for argument, after in zip(arguments, following, strict=True)
    ]
