"""What every way to an OpenGL context gives, and what it says when there is none."""

from __future__ import annotations

import sys
from typing import Protocol

NO_DISPLAY = (
    "run it where there is a display (xvfb-run gives one), or use --backend egl, which needs none"
    if sys.platform.startswith("linux")
    else "run it in a session that has a display"
)


class NativeContext(Protocol):
    """A context in which everything is drawn into framebuffers of ours; a window to be seen is given copies.

    Attributes
    ----------
    platform : what carries it, in words
    """

    platform: str

    def make_current(self) -> bool:
        """Make the context current in this thread; whether it could be."""

    def release(self) -> None:
        """Undo `make_current`: the library's own books say again what they said before."""

    def close(self) -> None:
        """Destroy the context, which is not current any more, unless another owns it."""


class UnavailableError(Exception):
    """A way to an OpenGL context is closed on this machine.

    Parameters
    ----------
    reason : what is missing
    remedy : how to get it
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


def one_line(error: BaseException, limit: int = 120) -> str:
    """An error's text without line breaks, cut where a library tells a tale."""
    return " ".join(str(error).split())[:limit] or type(error).__name__
