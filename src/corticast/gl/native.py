"""The interface of all OpenGL backends, and the error of a backend that does not work here."""

from __future__ import annotations

import sys
from typing import Protocol

from corticast.errors import one_line

NO_DISPLAY = (
    "run corticast on a display (xvfb-run starts one), or use --backend egl, which needs no display"
    if sys.platform.startswith("linux")
    else "run corticast in a session with a display"
)


class NativeContext(Protocol):
    """An OpenGL context. Passes draw into framebuffers of this package; a visible window gets copies.

    Attributes
    ----------
    platform : the device, window or surface behind the context, in words
    """

    platform: str

    def make_current(self) -> bool:
        """Make the context current in this thread; return whether this succeeded."""

    def release(self) -> None:
        """Undo `make_current`, so that the library's own records are as before."""

    def close(self) -> None:
        """Destroy the context, unless another object owns it. It must not be current."""


class UnavailableError(Exception):
    """An OpenGL backend does not work on this machine.

    Parameters
    ----------
    reason : the missing part
    remedy : how to install or start the missing part
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


def short(error: BaseException) -> str:
    """An error's text as messages quote it: some libraries write paragraphs."""
    return one_line(error, 120)
