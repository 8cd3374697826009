"""What corticast raises.

`InputError` and its kinds mean that the command line or an input is wrong: the command line
prints their one line and ends with status 2. Every other `CorticastError` ends with status 1.
"""

from __future__ import annotations


class CorticastError(Exception):
    """Base of everything that corticast raises on purpose; its text is one line for the user."""


class InputError(CorticastError):
    """The command line or an input is wrong; the text names it, the value and the remedy."""


class DataError(InputError):
    """A file or an array that was handed in cannot be used."""


class OptionError(InputError):
    """An option or a keyword has a value that cannot be used.

    Parameters
    ----------
    option : name of the scene's field that is wrong, where there is one
    """

    def __init__(self, message: str, option: str = "") -> None:
        super().__init__(message)
        self.option = option


class DeviceError(CorticastError):
    """The machine lacks something: OpenGL, memory on the GPU, a CUDA device."""


class ShaderError(CorticastError):
    """A shader does not compile or link; the text names file and line."""


class EncoderError(CorticastError):
    """The encoder failed; its notes, which a traceback shows, hold its command, exit status and last lines."""


def one_line(error: BaseException) -> str:
    """An error's text without line breaks; the name of its kind where it has none."""
    return " ".join(str(error).split()) or type(error).__name__
