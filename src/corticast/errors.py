"""The errors that corticast raises.

`InputError` and its subclasses mean that the command line or an input is wrong. The command line
prints their one line and ends with status 2. Every other `CorticastError` ends with status 1.
"""

from __future__ import annotations


class CorticastError(Exception):
    """Base of all errors that corticast raises on purpose. The text is one line for the user."""


class InputError(CorticastError):
    """The command line or an input is wrong. The text names the option or file, the value and the remedy."""


class DataError(InputError):
    """A file or an array has content that cannot be used."""


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


def one_line(error: BaseException) -> str:
    """The text of an error in one line; without text, the name of its class."""
    return " ".join(str(error).split()) or type(error).__name__
