"""Process-wide state that belongs to the program that uses corticast: vispy's OpenGL functions.

vispy calls OpenGL through the functions of one module, which `vispy.use(gl=...)` exchanges: checking ones, ones that
record, ones that do nothing. While a context of ours is open they are the plain ones.
"""

from __future__ import annotations

import os
import threading
from typing import Any

# Contexts of ours draw one after another: vispy has one current canvas for all threads.
one_at_a_time = threading.RLock()

_n_users = 0
_before: dict[str, Any] = {}


def borrow_vispy_functions() -> None:
    """Let vispy call OpenGL by its plain functions; by checking ones in debug runs. Holds `one_at_a_time`."""
    global _n_users
    from vispy.gloo import gl

    if not _n_users:
        _before.update(_functions(gl))
        # gloo asks for errors after each flush by itself; per-call checks are for debug runs.
        gl.use_gl("gl2 debug" if "CORTICAST_GL_DEBUG" in os.environ else "gl2")
    _n_users += 1


def return_vispy_functions() -> None:
    """Give back what `borrow_vispy_functions` found, once nobody needs it any more."""
    global _n_users
    from vispy.gloo import gl

    _n_users -= 1
    if not _n_users:
        for name in _functions(gl):
            delattr(gl, name)
        for name, value in _before.items():
            setattr(gl, name, value)
        _before.clear()


def _functions(gl: Any) -> dict[str, Any]:
    """The names of vispy's module that `use_gl` exchanges."""
    return {
        name: value for name, value in vars(gl).items() if name.lower().startswith("gl") or name == "current_backend"
    }
