"""Which of `corticast render`'s options go together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from corticast.errors import OptionError

_FILMS = (".mp4", ".mov", ".webm", ".gif")


def check_render(
    *,
    output: Path | None,
    sheet: str | None,
    profile: str | None,
    save_activity: Path | None,
    poster: Path | None,
    many: Mapping[str, Any],
) -> None:
    """See that options of a render do not contradict one another, before anything is opened.

    Parameters
    ----------
    output, sheet, profile, save_activity, poster : paths; "" of sheet and profile stands for a default name
    many : options of many films and of several processes, those that were given

    Raises
    ------
    OptionError : no output is given, or two options exclude each other
    """
    if output is None and sheet is None and "bids" not in many:
        raise OptionError("nothing to write; give -o FILE for a film, --sheet FILE for a contact sheet, or both")
    if output is None and profile is not None:
        raise OptionError("--profile: reports on a film; give -o FILE, or leave --profile out")
    if output is None and poster is not None:
        raise OptionError("--poster: shows a frame of a film; give -o FILE, or leave --poster out", "poster")
    if poster is not None and many:
        raise OptionError(f"--poster: works for one film in one process; leave it out, or {_option(many)}", "poster")
    if profile is not None and many:
        raise OptionError(f"--profile: reports on one film of one process; leave it out, or {_option(many)}")
    if save_activity is not None and many:
        raise OptionError(f"--save-activity: works for one film in one process; leave it out, or {_option(many)}")
    if "bids" in many:
        _check_dataset(output, sheet)
    elif sheet == "":
        raise OptionError("--sheet: give a FILE; alone it is for --bids, where each film has its own")


def _check_dataset(output: Path | None, sheet: str | None) -> None:
    if output is None:
        raise OptionError("--bids: give -o FOLDER for the films, such as derivatives/corticast")
    if output.suffix.lower() in _FILMS or "%" in output.name:
        raise OptionError(f"-o {output}: --bids makes many films; give a folder, such as derivatives/corticast")
    if sheet:
        raise OptionError(f"--sheet {sheet}: each film of --bids has its own; give --sheet alone")


def _option(names: Iterable[str]) -> str:
    """The first option, in the form of the command line."""
    return "--" + next(iter(names)).replace("_", "-")
