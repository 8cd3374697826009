"""One line for a command line that cannot be read, in place of click's usage text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from corticast.core.suggest import closest


def usage_line(error: Any, commands: Sequence[str]) -> str:
    """One line for an error of click's parser.

    Parameters
    ----------
    error : a UsageError
    commands : names of all commands
    """
    message = str(error.format_message())
    if "\n" in message:
        # The help, which is shown where there are no arguments.
        return message
    where = "corticast" if error.ctx is None else error.ctx.command_path
    problem = _problem(error, message, commands).rstrip(".")
    return f"corticast: {problem}{'' if problem.endswith('?') else ';'} see `{where} --help`"


def _problem(error: Any, message: str, commands: Sequence[str]) -> str:
    wrong = getattr(error, "option_name", None)
    if wrong is not None and message.startswith("No such option"):
        return f"{wrong}: unknown option{_suggestion(wrong, error.ctx)}"
    if wrong is not None:
        return f"{wrong}: needs a value"
    if message.startswith("No such command"):
        word = message.split("'")[1]
        meant = closest(word, commands)
        return f"{word}: unknown command" + (f"; did you mean {meant}?" if meant else "")
    return message


def _suggestion(wrong: str, ctx: Any) -> str:
    command = ctx.command
    others = _having(wrong, ctx.parent)
    if others and wrong.lstrip("-").replace("-", "_") not in getattr(command, "synonyms", {}):
        return f"; `corticast {others[0]}` has one"
    flags = {flag for param in command.params for flag in param.opts if flag.startswith("-")}
    meant = closest(wrong, flags, getattr(command, "synonyms", {}))
    return f"; did you mean {meant}?" if meant is not None else ""


def _having(flag: str, parent: Any) -> list[str]:
    """Names of the commands that have an option."""
    if parent is None:
        return []
    commands = {name: parent.command.get_command(parent, name) for name in parent.command.list_commands(parent)}
    return [name for name, command in commands.items() if any(flag in param.opts for param in command.params)]
