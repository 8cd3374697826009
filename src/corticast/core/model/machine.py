"""How the machine is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from corticast.core.arguments import check_choice, typed
from corticast.errors import OptionError

ArrayChoice: TypeAlias = Literal["auto", "cupy", "numpy"]


@dataclass(frozen=True)
class Machine:
    """Where frames are drawn and sound is analysed, on how many threads.

    Parameters
    ----------
    gpu : which of several GPUs, from 0; None takes the first
    backend : "egl", or "glfw" or "pyside6" for a hidden window's OpenGL; "auto" takes the first that works
    array : where sound is analysed: "cupy", "numpy", or "auto"
    threads : threads of a software renderer, the encoder and the analysis of a recording; None takes the machine's

    Raises
    ------
    OptionError : a value cannot be used
    """

    gpu: int | None = None
    backend: str = "auto"
    array: ArrayChoice = "auto"
    threads: int | None = None

    def __post_init__(self) -> None:
        _check_number("gpu", self.gpu, 0)
        _check_number("threads", self.threads, 1)
        check_choice("--array", self.array, get_args(ArrayChoice))


def _check_number(option: str, value: int | None, least: int) -> None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < least):
        raise OptionError(f"--{option} {typed(value)}: give a whole number, {least} or more", option)
