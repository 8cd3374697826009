"""Shader files: find them, resolve their includes, report their errors with file and line.

A pass is a pair of files in shaders/pass. A line `#include "lib/NAME.glsl"` includes a file, at most once per
shader. All files stay within GLSL 1.20, the version that macOS offers.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from corticast.errors import ShaderError
from corticast.gl.context import current_trace

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
    """Source of a shader with all included files.

    Parameters
    ----------
    name : path below the shader folder, such as "pass/labels.frag"
    defines : names to #define ahead of the source

    Returns
    -------
    source : complete GLSL 1.20, ready for a compiler or validator
    origins : "shaders/FILE:LINE" for each line of the source

    Raises
    ------
    ShaderError : a file is missing, or files include each other in a circle
    """
    return _resolved(shader_dir(), name, defines)


# Every picture makes its passes anew, from the same files.
@cache
def _resolved(folder: Path, name: str, defines: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    lines = ["#version 120", *(f"#define {define}" for define in defines)]
    origins = [f"shaders/{name}:1"] * len(lines)
    taken: set[str] = set()

    def take_in(path: str, parents: tuple[str, ...]) -> None:
        if path in parents:
            raise ShaderError(f"shaders/{parents[-1]} includes shaders/{path} in a circle")
        if path in taken:
            return
        taken.add(path)
        try:
            text = (folder / path).read_text(encoding="utf-8")
        except OSError as error:
            by = f", included by shaders/{parents[-1]}" if parents else ""
            raise ShaderError(f"shaders/{path}{by}: {error.strerror or error}") from error
        for number, line in enumerate(text.splitlines(), start=1):
            include = _INCLUDE.match(line)
            if include is not None:
                take_in(include.group(1), (*parents, path))
            else:
                lines.append(line)
                origins.append(f"shaders/{path}:{number}")

    take_in(name, ())
    return "\n".join(lines) + "\n", tuple(origins)


def _located(message: str, name: str, origins: tuple[str, ...]) -> str:
    """First error in vispy's text of a compiler's errors, with file and line of its origin."""
    found = re.search(r"on line (\d+): (.*)", message)
    if found is None or not 0 < int(found.group(1)) <= len(origins):
        return f"shaders/pass/{name}: {' '.join(message.split())}"
    return f"{origins[int(found.group(1)) - 1]}: {found.group(2)}"


class Pass:
    """A linked program and the quads it draws.

    Parameters
    ----------
    vertex, fragment : names of files in shaders/pass
    defines : names to #define in both shaders

    Raises
    ------
    ShaderError : a shader does not compile or link; the text names file and line
    """

    def __init__(self, vertex: str, fragment: str, defines: tuple[str, ...] = ()) -> None:
        from vispy import gloo

        self._names = vertex, fragment
        vertex_source, self._vertex_origins = resolve(f"pass/{vertex}", defines)
        fragment_source, self._fragment_origins = resolve(f"pass/{fragment}", defines)
        self.program: Any = gloo.Program(vertex_source, fragment_source)
        self._textures: dict[str, Any] = {}
        self._quads: dict[int, Any] = {}
        self._compile()

    def _compile(self) -> None:
        from vispy.gloo.context import get_current_canvas

        try:
            # Compile now instead of at the first draw, so that errors appear here.
            canvas = get_current_canvas()
            canvas.context.glir.associate(self.program.glir)
            with current_trace().stage("compile shaders"):
                canvas.context.flush_commands()
        except RuntimeError as error:
            message = str(error)
            in_vertex = "GL_VERTEX_SHADER" in message
            name = self._names[0 if in_vertex else 1]
            origins = self._vertex_origins if in_vertex else self._fragment_origins
            raise ShaderError(_located(message, name, origins)) from error

    def __setitem__(self, name: str, value: Any) -> None:
        from vispy.gloo.texture import BaseTexture

        if isinstance(value, BaseTexture):
            # Passes set the same texture before every draw.
            if value is self._textures.get(name):
                return
            self._textures[name] = value
        self.program[name] = value

    def draw(self, n_quads: int = 1) -> None:
        """Draw the first `n_quads` quads of the vertices."""
        from corticast.gl.arrays import quad_indices

        if n_quads not in self._quads:
            self._quads[n_quads] = quad_indices(n_quads)
        self.program.draw("triangles", self._quads[n_quads])
