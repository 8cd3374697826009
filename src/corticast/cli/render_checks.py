"""Which of `corticast render`'s options go together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from corticast.errors import OptionError

_FILMS = (".mp4", ".mov", ".webm", ".gif")
_CHOICES = ("participant_label", "session", "task")


def check_render(
    *,
    output: Path | None,
    sheet: str | None,
    sheet_options: Mapping[str, Any],
    profile: str | None,
    many: Mapping[str, Any],
) -> None:
    """See that options of a render do not contradict one another, before anything is opened.

    Parameters
    ----------
    output, sheet, profile : paths; of the last two "" is a name by default
    sheet_options : of the sheet, those that were given
    many : options of many films and of several processes, those that were given

    Raises
    ------
    OptionError : there is nothing to write, or one of them would do nothing
    """
    if output is None and sheet is None and "bids" not in many:
        raise OptionError("nothing to write; give -o FILE for a film, --sheet FILE for a contact sheet, or both")
    if output is None and profile is not None:
        raise OptionError("--profile: tells of a film; give -o FILE, or leave it out")
    if sheet is None and sheet_options:
        name = next(iter(sheet_options))
        raise OptionError(f"--sheet-{name}: is about a contact sheet; give --sheet FILE, or leave it out")
    if profile is not None and many:
        raise OptionError(f"--profile: tells of one film made by one process; leave it out, or {_option(many)}")
    if "bids" in many:
        if output is None:
            raise OptionError("--bids: give -o FOLDER for the films, such as derivatives/corticast")
        if output.suffix.lower() in _FILMS or "%" in output.name:
            raise OptionError(f"-o {output}: --bids makes many films; give a folder, such as derivatives/corticast")
        if sheet:
            raise OptionError(f"--sheet {sheet}: each film of --bids has its own; give --sheet alone")
        return
    chosen = [name for name in _CHOICES if name in many]
    if chosen:
        raise OptionError(f"{_option(chosen)}: chooses from a dataset; give --bids DIR, or leave it out")
    if sheet == "":
        raise OptionError("--sheet: give a FILE; alone it is for --bids, where each film has its own")


def _option(names: Iterable[str]) -> str:
    """The first of them, as it is typed."""
    return "--" + next(iter(names)).replace("_", "-")
