"""Evaluates a GLSL expression over arrays: functions of shaders/lib, called as their passes call them."""

import re

import numpy as np
from vispy import gloo

from corticast.gl import shaders
from corticast.passes.quads import UNIT_CORNERS, rect_corners

LIBRARY = shaders.shader_dir() / "lib"
_FUNCTION = re.compile(r"^(?:float|int|bool|void|[ib]?vec[234]|mat[234]|GRID_VEC)\s+(\w+)\s*\(", re.MULTILINE)


def library_functions():
    """Names of all functions in shaders/lib."""
    return {name for file in LIBRARY.glob("*.glsl") for name in _FUNCTION.findall(file.read_text())}


class Evaluator:
    """Runs fragment shaders made of library files over rows of input.

    Parameters
    ----------
    context : current
    folder : for the shader files that are made
    """

    def __init__(self, context, folder, monkeypatch):
        self._context = context
        for name in ("pass", "lib"):
            (folder / name).mkdir()
        for file in LIBRARY.glob("*.glsl"):
            (folder / "lib" / file.name).write_text(file.read_text())
        vertex = shaders.shader_dir() / "pass" / "rect.vert"
        (folder / "pass" / "rect.vert").write_text(vertex.read_text())
        self._folder = folder
        self._n_made = 0
        monkeypatch.setattr(shaders, "shader_dir", lambda: folder)

    def __call__(self, library, body, *inputs, defines=(), declare="", uniforms=None):
        """What `body` leaves in `vec4 result`, given `vec4 in0`, `in1` … of one element of each input.

        Parameters
        ----------
        library : files of shaders/lib
        body : GLSL statements
        inputs : (n, up to 4) arrays
        declare : GLSL ahead of the includes

        Returns
        -------
        (n, 4) float32
        """
        n = len(inputs[0])
        width = min(n, 1024)
        height = -(-n // width)
        lines = [declare, *(f"uniform sampler2D u_in{k};" for k in range(len(inputs)))]
        lines += [f'#include "lib/{name}.glsl"' for name in library]
        lines += ["void main() {", f"    vec2 place = gl_FragCoord.xy / vec2({width}.0, {height}.0);"]
        lines += [f"    vec4 in{k} = texture2D(u_in{k}, place);" for k in range(len(inputs))]
        lines += ["    vec4 result = vec4(0.0);", body, "    gl_FragColor = result;", "}", ""]
        # A source is read once for each name.
        self._n_made += 1
        fragment = f"evaluate{self._n_made}.frag"
        (self._folder / "pass" / fragment).write_text("\n".join(lines))
        evaluate = shaders.Pass("rect.vert", fragment, tuple(defines))
        evaluate["a_pixel"] = rect_corners((0, 0, width, height))
        evaluate["a_texcoord"] = UNIT_CORNERS
        evaluate["u_target_size"] = width, height
        for k, values in enumerate(inputs):
            texels = np.zeros((width * height, 4), np.float32)
            texels[:n, : np.shape(values)[1]] = values
            evaluate[f"u_in{k}"] = _float_texture(texels.reshape(height, width, 4))
        for name, value in (uniforms or {}).items():
            evaluate[name] = value
        out = _float_texture(np.zeros((height, width, 4), np.float32))
        framebuffer = gloo.FrameBuffer(color=out)
        self._context.draw_into(framebuffer, (width, height))
        evaluate.draw()
        self._context.flush()
        from OpenGL import GL

        values = np.empty((height, width, 4), np.float32)
        GL.glReadPixels(0, 0, width, height, GL.GL_RGBA, GL.GL_FLOAT, values)
        return values.reshape(-1, 4)[:n]


def _float_texture(texels):
    return gloo.Texture2D(texels, internalformat="rgba32f", interpolation="nearest", wrapping="clamp_to_edge")
