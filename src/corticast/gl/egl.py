"""Contexts of EGL: without a window, with or without a display, with or without a GPU."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from corticast.errors import DeviceError
from corticast.gl.libraries import HOW_TO_GET_GL, LIBEGL, has_library
from corticast.gl.native import UnavailableError, one_line

_PLATFORM_DEVICE_EXT = 0x313F
_PLATFORM_SURFACELESS_MESA = 0x31DD


class EglContext:
    """A context without a surface.

    Tried in this order, until one works: the GPU that was asked for, or every hardware device of
    EGL's list; the default display; Mesa's surfaceless platform (software OpenGL, for which the
    device list has an entry of its own that comes last).

    Parameters
    ----------
    gpu : index into the hardware devices of EGL; None takes the first that works

    Attributes
    ----------
    platform : which of these works

    Raises
    ------
    UnavailableError : no context can be had
    DeviceError : there is no such GPU
    """

    def __init__(self, gpu: int | None = None) -> None:
        if not sys.platform.startswith("linux"):
            raise UnavailableError("this system has none", "use --backend auto, without --gpu")
        if not has_library(LIBEGL):
            raise UnavailableError(f"{LIBEGL} is missing", HOW_TO_GET_GL)
        from OpenGL import EGL

        self._egl: Any = EGL
        self._display, self._context, self.platform = self._open(gpu)

    def _open(self, gpu: int | None) -> tuple[Any, Any, str]:
        failures: list[tuple[str, Exception]] = []
        for platform, open_display in self._candidates(gpu):
            try:
                display = open_display()
                context = self._create(display)
            except Exception as error:  # EGL's wrappers raise many kinds, all of which mean "not here"
                failures.append((platform, error))
                continue
            return display, context, platform
        if gpu is not None and not failures:
            raise DeviceError(
                f"--gpu {gpu}: EGL lists {len(self._hardware_devices())} GPUs, numbered from 0; "
                "leave --gpu out to take what there is"
            )
        # The words of PyOpenGL's errors take a tenth of a second to find: it imports GLU for them.
        reasons = [f"{platform}: {one_line(error, 80)}" for platform, error in failures]
        raise UnavailableError("; ".join(reasons), HOW_TO_GET_GL)

    def _candidates(self, gpu: int | None) -> Iterator[tuple[str, Callable[[], Any]]]:
        egl = self._egl
        devices = self._hardware_devices()
        for index, device in enumerate(devices):
            if gpu is None or index == gpu:
                yield f"device {index}", partial(self._platform_display, _PLATFORM_DEVICE_EXT, device)
        if gpu is None:
            yield "default display", partial(egl.eglGetDisplay, egl.EGL_DEFAULT_DISPLAY)
            yield "surfaceless", partial(self._platform_display, _PLATFORM_SURFACELESS_MESA, None)

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

    def make_current(self) -> bool:
        """Make the context current in this thread; whether it could be."""
        egl = self._egl
        # A program that used one of Qt's or GLFW's contexts of OpenGL ES leaves that API bound.
        egl.eglBindAPI(egl.EGL_OPENGL_API)
        try:
            return bool(egl.eglMakeCurrent(self._display, egl.EGL_NO_SURFACE, egl.EGL_NO_SURFACE, self._context))
        except egl.EGLError:
            return False

    def release(self) -> None:
        """Make no context current."""
        egl = self._egl
        egl.eglMakeCurrent(self._display, egl.EGL_NO_SURFACE, egl.EGL_NO_SURFACE, egl.EGL_NO_CONTEXT)

    def close(self) -> None:
        """Destroy the context."""
        self._egl.eglDestroyContext(self._display, self._context)
