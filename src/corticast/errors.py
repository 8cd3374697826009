"""The errors that corticast raises.

`InputError` and its subclasses mean that the command line or an input is wrong. The command line
prints their one line and ends with status 2. Every other `CorticastError` ends with status 1.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterable

# Longest line about the content of a file: 300 characters with the name of the program and "warning" before the line.
MOST_CHARACTERS = 280
# An option as the command line has it; no part of a path. A command line between backticks comes first, and stays.
_FLAG = re.compile(r"`[^`]*`|(?<![\w/.-])--(no-)?([a-z][a-z0-9]*(?:-[a-z0-9]+)*)")


# Characters that end a line, or steer a terminal.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class CorticastError(Exception):
    """Base of all errors that corticast raises on purpose. The text is one line for the user.

    Messages are written with the options of the command line (`--plane-mm`). As text they name the keyword arguments of
    Python (`plane_mm`).
    """

    def __str__(self) -> str:
        return in_python(self.as_typed)

    @property
    def as_typed(self) -> str:
        """The text for the command line."""
        return super().__str__()


class InputError(CorticastError):
    """The command line or an input is wrong. The text names the option or file, the value and the remedy."""


class DataError(InputError):
    """A file or an array has content that cannot be used.

    The content may be anything: a text that quotes too much of it loses its middle.
    """

    def __init__(self, message: str) -> None:
        super().__init__(in_width(printable(message)))


class OptionError(InputError):
    """An option or a keyword has a wrong value.

    Parameters
    ----------
    option : name of the scene's field that is wrong; "" if no field is
    """

    def __init__(self, message: str, option: str = "") -> None:
        super().__init__(message)
        self.option = option


class DeviceError(CorticastError):
    """The machine lacks something: OpenGL, memory on the GPU, a CUDA device."""


class ShaderError(CorticastError):
    """A shader does not compile or link. The text names file and line."""


class EncoderError(CorticastError):
    """The encoder failed. Its notes, which a traceback shows, hold the command, exit status and last lines."""


class CorticastWarning(UserWarning):
    """Something about an input that a user should know. The text is one line, and names the file."""


def warn_user(texts: Iterable[str]) -> None:
    """Give warnings to a program in Python, at the line of this program that called corticast."""
    depth = 1
    while sys._getframe(depth).f_globals.get("__name__", "").partition(".")[0] == "corticast":
        depth += 1
    for text in texts:
        warnings.warn(printable(in_python(text)), CorticastWarning, stacklevel=depth + 1)


def in_python(text: str) -> str:
    """A message with Python's keyword arguments in place of the command line's options."""
    return _FLAG.sub(lambda found: keyword(found[2]) + "=False" * bool(found[1]) if found[2] else found[0], text)


def keyword(option: str) -> str:
    """The name in Python of an option: `plane_mm` of `--plane-mm`."""
    return option.removeprefix("--").replace("-", "_")


def printable(text: str) -> str:
    """A text without line ends and other control characters, which names in a file may hold."""
    return _CONTROL.sub(" ", text)


def in_width(line: str, most: int = MOST_CHARACTERS) -> str:
    """A line of at most so many characters: its ends, which name the file and the remedy, with … between them."""
    n_last = most // 3
    return line if len(line) <= most else f"{line[: most - n_last - 3]} … {line[-n_last:]}"


def warning_lines(texts: Iterable[str]) -> tuple[str, ...]:
    """Warnings about the content of a file, which may quote any name: each a line of at most 280 characters."""
    return tuple(in_width(printable(text)) for text in texts)


def one_line(said: BaseException | str, most: int | None = None) -> str:
    """A text, or that of an error, in one line. An error without text gives the name of its class.

    Parameters
    ----------
    most : characters of the line, whose end is then cut: some libraries write paragraphs; None cuts nothing
    """
    text = said.as_typed if isinstance(said, CorticastError) else str(said)
    line = " ".join(text.split())
    if not line and isinstance(said, BaseException):
        return type(said).__name__
    return line if most is None or len(line) <= most else f"{line[: most - 4]} ..."
