"""Shader files: where they lie, how they include one another, how their errors read.

A pass is a pair of files in shaders/pass; `#include "lib/NAME.glsl"` takes a file in once. Files
stay within GLSL 1.20, which is what macOS offers.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from corticast.errors import ShaderError

_INCLUDE = re.compile(r'^\s*#include\s+"([^"]+)"\s*$')


@cache
def shader_dir() -> Path:
    """Folder of the shader files, in a wheel and in an editable install.

    Raises
    ------
    ShaderError : the installation has no shaders
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "shaders", package.parents[1] / "shaders"):
        if (folder / "pass").is_dir():
            return folder
    raise ShaderError(f"no shaders beside {package}: the installation is incomplete; install corticast again")


def resolve(name: str, defines: tuple[str, ...] = ()) -> tuple[str, tuple[str, ...]]:
    """Source of a shader with its includes put in.

    Parameters
    ----------
    name : path below the shader folder, such as "pass/labels.frag"
    defines : names to #define ahead of the source

    Returns
    -------
    source : GLSL 1.20 that a compiler or validator takes as it is
    files : name of each source-string number that errors may mention

    Raises
    ------
    ShaderError : a file is missing, or files include one another in a circle
    """
    files: list[str] = []
    lines = ["#version 120", *(f"#define {define}" for define in defines)]

    def take_in(path: str, parents: tuple[str, ...]) -> None:
        if path in parents:
            raise ShaderError(f"shaders/{parents[-1]} includes shaders/{path} in a circle")
        try:
            text = (shader_dir() / path).read_text(encoding="utf-8")
        except OSError as error:
            by = f", included by shaders/{parents[-1]}" if parents else ""
            raise ShaderError(f"shaders/{path}{by}: {error.strerror or error}") from error
        number = len(files)
        files.append(path)
        # In GLSL 1.20 the line after `#line n s` has number n + 1.
        lines.append(f"#line 0 {number}")
        for line_number, line in enumerate(text.splitlines(), start=1):
            include = _INCLUDE.match(line)
            if include is None:
                lines.append(line)
            elif include.group(1) not in files or include.group(1) in (*parents, path):
                take_in(include.group(1), (*parents, path))
                lines.append(f"#line {line_number} {number}")
            else:
                lines.append("")

    take_in(name, ())
    return "\n".join(lines) + "\n", tuple(files)


def _name_files(message: str, files: tuple[str, ...]) -> str:
    """Compiler output with file names in place of source-string numbers ("1:23(4)" or "1(23)")."""

    def named(match: re.Match[str]) -> str:
        number = int(match.group(1))
        return f"shaders/{files[number]}:{match.group(2)}" if number < len(files) else match.group(0)

    return re.sub(r"\b(\d+)[:(](\d+)\)?(?:\(\d+\))?", named, message)


class Pass:
    """A linked program and the quads it draws.

    Parameters
    ----------
    vertex, fragment : names of files in shaders/pass
    defines : names to #define in the fragment shader

    Raises
    ------
    ShaderError : a shader does not compile or link; file and line are named
    """

    def __init__(self, vertex: str, fragment: str, defines: tuple[str, ...] = ()) -> None:
        from vispy import gloo

        self._vertex_source, self._vertex_files = resolve(f"pass/{vertex}")
        self._fragment_source, self._fragment_files = resolve(f"pass/{fragment}", defines)
        self.program: Any = gloo.Program(self._vertex_source, self._fragment_source)
        self._compile()

    def _compile(self) -> None:
        from vispy.gloo.context import get_current_canvas
        from vispy.util import use_log_level

        try:
            with use_log_level("critical", print_msg=False):
                get_current_canvas().context.flush_commands()
        except RuntimeError as error:
            message = str(error)
            in_vertex = "in vertex" in message.lower() or "VERTEX" in message
            files = self._vertex_files if in_vertex else self._fragment_files
            lines = [line.strip() for line in message.splitlines() if re.search(r"\d+[:(]\d+", line)]
            text = _name_files(lines[0] if lines else message.strip().splitlines()[-1], files)
            raise ShaderError(f"shaders/{files[0]} does not compile: {text}") from error

    def __setitem__(self, name: str, value: Any) -> None:
        self.program[name] = value

    def draw(self, indices: Any) -> None:
        """Draw triangles from an index buffer."""
        self.program.draw("triangles", indices)


def quad_indices(n_quads: int) -> Any:
    """Index buffer for quads whose corners follow each other as (0, 1, 2, 3) around the quad."""
    import numpy as np
    from vispy import gloo

    corners = np.array([0, 1, 2, 0, 2, 3], dtype=np.uint32)
    return gloo.IndexBuffer((np.arange(n_quads, dtype=np.uint32)[:, None] * 4 + corners).ravel())
