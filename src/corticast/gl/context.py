"""Offscreen OpenGL on EGL, with or without a display, with or without a GPU.

vispy's gloo records its commands on a canvas that is not its own; the context below executes them.
vispy's application layer is never touched, so a program that shows its own vispy canvas (napari)
keeps its backend.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from types import TracebackType
from typing import Any, Self

from corticast.errors import DeviceError, OptionError

_EGL_PLATFORM_DEVICE_EXT = 0x313F
_EGL_PLATFORM_SURFACELESS_MESA = 0x31DD
_SOFTWARE_RENDERERS = ("llvmpipe", "softpipe", "swrast", "software rasterizer", "swiftshader")

_HOW_TO_GET_GL = (
    "on Debian or Ubuntu: apt-get install libegl1 libgl1 libgl1-mesa-dri libfontconfig1; `corticast doctor` tells more"
)


def _load_libraries() -> tuple[Any, Any]:
    """Import PyOpenGL's EGL and GL, in the order and with the settings that headless use needs."""
    if sys.platform.startswith("linux"):
        os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
        # vispy's loader knows libGL only; a machine with libOpenGL (GLVND without X11) serves as well.
        if ctypes.util.find_library("GL") is None and ctypes.util.find_library("OpenGL") is not None:
            os.environ.setdefault("VISPY_GL_LIB", str(ctypes.util.find_library("OpenGL")))
    try:
        import OpenGL

        # EGL's wrappers need PyOpenGL's error checking at import; GL's cost a driver call per call.
        from OpenGL import EGL

        OpenGL.ERROR_CHECKING = "CORTICAST_GL_DEBUG" in os.environ
        from OpenGL import GL
    except (ImportError, AttributeError, OSError) as error:
        raise DeviceError(f"OpenGL or EGL libraries are missing ({error}); {_HOW_TO_GET_GL}") from error
    return EGL, GL


@dataclass(frozen=True)
class GlFacts:
    """What OpenGL this is, and what it can hold."""

    renderer: str
    vendor: str
    version: str
    platform: str
    max_texture_size: int
    max_texture_3d_size: int

    @property
    def is_software(self) -> bool:
        """Whether frames are drawn by the CPU."""
        return any(name in self.renderer.lower() for name in _SOFTWARE_RENDERERS)


class OffscreenContext:
    """An OpenGL context without a window, and the gloo canvas whose commands it executes.

    Tried in this order, until one works: the GPU that was asked for, or every hardware device of
    EGL's list; the default display; Mesa's surfaceless platform (software OpenGL, for which the
    device list has an entry of its own that comes last).

    Parameters
    ----------
    gpu : index into the hardware devices of EGL; None takes the first that works

    Raises
    ------
    DeviceError : no OpenGL can be had, or there is no such GPU
    """

    def __init__(self, gpu: int | None = None) -> None:
        self._egl, self._gl = _load_libraries()
        self._display, self._context, self._platform = self._open(gpu)
        self._canvas: Any = None
        self.make_current()
        self._init_gloo()

    def _open(self, gpu: int | None) -> tuple[Any, Any, str]:
        failures: list[str] = []
        for platform, open_display in self._candidates(gpu):
            try:
                display = open_display()
                context = self._create(display)
            except Exception as error:  # EGL's wrappers raise many kinds, all of which mean "not here"
                failures.append(f"{platform}: {' '.join(str(error).split())[:80] or type(error).__name__}")
                continue
            return display, context, platform
        if gpu is not None and not failures:
            raise DeviceError(
                f"--gpu {gpu}: EGL lists {len(self._hardware_devices())} GPUs, numbered from 0; "
                "leave --gpu out to take what there is"
            )
        raise DeviceError(f"no OpenGL context could be made ({'; '.join(failures)}); {_HOW_TO_GET_GL}")

    def _candidates(self, gpu: int | None) -> Iterator[tuple[str, Callable[[], Any]]]:
        egl = self._egl
        devices = self._hardware_devices()
        for index, device in enumerate(devices):
            if gpu is None or index == gpu:
                yield f"device {index}", partial(self._platform_display, _EGL_PLATFORM_DEVICE_EXT, device)
        if gpu is None:
            yield "default display", partial(egl.eglGetDisplay, egl.EGL_DEFAULT_DISPLAY)
            yield "surfaceless", partial(self._platform_display, _EGL_PLATFORM_SURFACELESS_MESA, None)

    def _hardware_devices(self) -> list[Any]:
        """EGL devices that are not Mesa's software rasteriser."""
        try:
            from OpenGL.EGL.EXT.device_base import eglQueryDevicesEXT
            from OpenGL.EGL.EXT.device_query import eglQueryDeviceStringEXT

            count = self._egl.EGLint()
            if not eglQueryDevicesEXT or not eglQueryDevicesEXT(0, None, count) or not count.value:
                return []
            devices = (self._egl.EGLDeviceEXT * count.value)()
            eglQueryDevicesEXT(count.value, devices, count)
            extensions = [eglQueryDeviceStringEXT(device, self._egl.EGL_EXTENSIONS) or b"" for device in devices]
        except Exception:  # an EGL without device enumeration: the default display remains
            return []
        return [device for device, names in zip(devices, extensions, strict=True) if b"software" not in names]

    def _platform_display(self, platform: int, native: Any) -> Any:
        from OpenGL.EGL.EXT.platform_base import eglGetPlatformDisplayEXT

        return eglGetPlatformDisplayEXT(platform, native, None)

    def _create(self, display: Any) -> Any:
        egl = self._egl
        major, minor = egl.EGLint(), egl.EGLint()
        if not display or not egl.eglInitialize(display, major, minor):
            raise RuntimeError("eglInitialize failed")
        if not egl.eglBindAPI(egl.EGL_OPENGL_API):
            raise RuntimeError("desktop OpenGL is not offered")
        # No surface is ever drawn to; a pbuffer-capable config is what every driver offers headless.
        wanted = (egl.EGLint * 5)(
            egl.EGL_SURFACE_TYPE, egl.EGL_PBUFFER_BIT, egl.EGL_RENDERABLE_TYPE, egl.EGL_OPENGL_BIT, egl.EGL_NONE
        )
        config, count = (egl.EGLConfig * 1)(), egl.EGLint()
        if not egl.eglChooseConfig(display, wanted, config, 1, count) or not count.value:
            raise RuntimeError("no EGL config")
        context = egl.eglCreateContext(display, config[0], egl.EGL_NO_CONTEXT, (egl.EGLint * 1)(egl.EGL_NONE))
        if not context or not egl.eglMakeCurrent(display, egl.EGL_NO_SURFACE, egl.EGL_NO_SURFACE, context):
            raise RuntimeError("context cannot be made current without a surface")
        return context

    def _init_gloo(self) -> None:
        try:
            # Loads the system's fontconfig too, for texts that are not drawn here.
            from vispy.gloo import gl as vispy_gl
            from vispy.gloo.context import FakeCanvas, get_current_canvas
        except (ImportError, OSError) as error:
            raise DeviceError(f"vispy cannot be loaded ({error}); {_HOW_TO_GET_GL}") from error

        self._previous_canvas = get_current_canvas()
        # gloo asks GL for errors after each flush by itself; per-call checks are for debug runs.
        vispy_gl.use_gl("gl2 debug" if "CORTICAST_GL_DEBUG" in os.environ else "gl2")
        self._canvas = FakeCanvas()

    @cached_property
    def facts(self) -> GlFacts:
        """Renderer, version and limits."""
        gl = self._gl

        def text(name: int) -> str:
            return (gl.glGetString(name) or b"unknown").decode()

        return GlFacts(
            renderer=text(gl.GL_RENDERER),
            vendor=text(gl.GL_VENDOR),
            version=text(gl.GL_VERSION),
            platform=self._platform,
            max_texture_size=int(gl.glGetIntegerv(gl.GL_MAX_TEXTURE_SIZE)),
            max_texture_3d_size=int(gl.glGetIntegerv(gl.GL_MAX_3D_TEXTURE_SIZE)),
        )

    def make_current(self) -> None:
        """Make the context current in this thread, and its canvas gloo's."""
        egl = self._egl
        if not egl.eglMakeCurrent(self._display, egl.EGL_NO_SURFACE, egl.EGL_NO_SURFACE, self._context):
            raise DeviceError("the OpenGL context cannot be made current: another thread or library holds one here")
        if self._canvas is not None:
            from vispy.gloo.context import set_current_canvas

            set_current_canvas(self._canvas)

    def check_size(self, what: str, size: tuple[int, int]) -> None:
        """Refuse in words a picture that this renderer cannot hold.

        Raises
        ------
        OptionError : a side is above the renderer's limit
        """
        limit = self.facts.max_texture_size
        if max(size) > limit:
            raise OptionError(
                f"{what} {size[0]}x{size[1]}: above the limit of {limit} pixels of this renderer "
                f"({self.facts.renderer}); choose a smaller size"
            )

    def adopt(self, gloo_object: Any) -> None:
        """Let `flush` execute what is recorded on a gloo object, before its first draw."""
        self._canvas.context.glir.associate(gloo_object.glir)

    def flush(self) -> None:
        """Execute the gloo commands that were recorded."""
        self._canvas.flush()

    def close(self) -> None:
        """Release the context; what was made in it is gone."""
        from vispy.gloo.context import forget_canvas, set_current_canvas

        if self._context is None:
            return
        forget_canvas(self._canvas)
        if self._previous_canvas is not None:
            set_current_canvas(self._previous_canvas)
        egl = self._egl
        egl.eglMakeCurrent(self._display, egl.EGL_NO_SURFACE, egl.EGL_NO_SURFACE, egl.EGL_NO_CONTEXT)
        egl.eglDestroyContext(self._display, self._context)
        self._context = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
