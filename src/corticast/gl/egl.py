"""EGL contexts: without a window, with or without a display, with or without a GPU."""

from __future__ import annotations

import ctypes
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from corticast.errors import DeviceError
from corticast.gl.egl_library import (
    EGL_EXTENSIONS,
    EGL_NONE,
    EGL_OPENGL_API,
    EGL_OPENGL_BIT,
    EGL_PBUFFER_BIT,
    EGL_RENDERABLE_TYPE,
    EGL_SURFACE_TYPE,
    EGL_VENDOR,
    egl_extension,
    egl_library,
)
from corticast.gl.libraries import HOW_TO_GET_GL
from corticast.gl.native import UnavailableError
from corticast.process.threads import renderer_threads

_PLATFORM_DEVICE_EXT = 0x313F
_PLATFORM_SURFACELESS_MESA = 0x31DD

# Number of this package's open contexts per display, and threads of the displays that it initialised.
_n_open: Counter[int] = Counter()
_threads: dict[int, str] = {}


class _NotHereError(Exception):
    """A display offers no context. The text names EGL's function and its error."""


class EglContext:
    """An EGL context without a surface.

    The first of these that works is taken: the wanted GPU, or every hardware device in EGL's list; the
    default display; Mesa's surfaceless platform (software OpenGL, also the last entry of the device list).

    Parameters
    ----------
    gpu : index into EGL's hardware devices; None takes the first that works

    Attributes
    ----------
    platform : name of the device or platform that works

    Raises
    ------
    UnavailableError : no context works
    DeviceError : there is no GPU with this number
    """

    def __init__(self, gpu: int | None = None) -> None:
        if not sys.platform.startswith("linux"):
            raise UnavailableError("EGL exists on Linux only", "use --backend auto, without --gpu")
        self._egl = egl_library()
        if self._egl is None:
            raise UnavailableError("libEGL.so.1 is missing", HOW_TO_GET_GL)
        # Each thread has its own API. Most programs leave EGL's default, OpenGL ES.
        self._api_before = self._egl.eglQueryAPI()
        self._display, self._context, self.platform = self._open(gpu)
        _n_open[self._display] += 1

    def _open(self, gpu: int | None) -> tuple[int, int, str]:
        failures: list[tuple[str, _NotHereError]] = []
        for platform, display_of in self._candidates(gpu):
            try:
                display = display_of()
                return display, self._create(display), platform
            except _NotHereError as error:
                failures.append((platform, error))
        if gpu is not None and not failures:
            raise DeviceError(
                f"--gpu {gpu}: EGL lists {len(self._hardware_devices())} GPUs, numbered from 0; "
                "leave --gpu out to take the first that works"
            )
        raise UnavailableError("; ".join(f"{platform}: {error}" for platform, error in failures), HOW_TO_GET_GL)

    def _candidates(self, gpu: int | None) -> Iterator[tuple[str, Callable[[], int]]]:
        for index, device in enumerate(self._hardware_devices()):
            if gpu is None or index == gpu:
                yield f"device {index}", partial(self._platform_display, _PLATFORM_DEVICE_EXT, device)
        if gpu is None:
            yield "default display", self._default_display
            yield "surfaceless", partial(self._platform_display, _PLATFORM_SURFACELESS_MESA, None)

    def _hardware_devices(self) -> list[int]:
        """EGL devices except Mesa's software rasteriser. The list is empty if EGL cannot list devices."""
        query, describe = egl_extension("eglQueryDevicesEXT"), egl_extension("eglQueryDeviceStringEXT")
        count = ctypes.c_int32()
        if query is None or describe is None or not query(0, None, count) or not count.value:
            return []
        devices = (ctypes.c_void_p * count.value)()
        if not query(count.value, devices, count):
            return []
        found = [int(device) for device in devices[: count.value] if device]
        return [device for device in found if b"software" not in (describe(device, EGL_EXTENSIONS) or b"")]

    def _default_display(self) -> int:
        return self._checked("eglGetDisplay", self._egl.eglGetDisplay(None))

    def _platform_display(self, platform: int, native: int | None) -> int:
        function = egl_extension("eglGetPlatformDisplayEXT")
        if function is None:
            raise _NotHereError("EGL_EXT_platform_base is missing")
        return self._checked("eglGetPlatformDisplayEXT", function(platform, native, None))

    def _checked(self, function: str, result: Any) -> int:
        """The result of an EGL function; an error if the result is empty."""
        if not result:
            raise _NotHereError(f"{function} fails with 0x{self._egl.eglGetError():04X}")
        return int(result)

    def _initialise(self, display: int) -> None:
        """Initialise a display; anew where its software renderer was given another number of threads before.

        Mesa starts the threads with the display, and keeps both. A display stays as it was if the program has
        initialised it, or if a context is open in it.
        """
        egl = self._egl
        threads = renderer_threads()
        if _threads.get(display, threads) != threads and not _n_open[display] and self._is_idle(display):
            egl.eglTerminate(display)
        is_ours = not egl.eglQueryString(display, EGL_VENDOR)
        self._checked("eglInitialize", egl.eglInitialize(display, None, None))
        if is_ours:
            _threads[display] = threads

    def _is_idle(self, display: int) -> bool:
        return self._egl.eglGetCurrentDisplay() != display

    def _create(self, display: int) -> int:
        egl = self._egl
        self._initialise(display)
        self._checked("eglBindAPI", egl.eglBindAPI(EGL_OPENGL_API))
        # No surface is ever drawn to. Every driver offers a pbuffer-capable config without a display.
        wanted = (EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_NONE)
        config, count = (ctypes.c_void_p * 1)(), ctypes.c_int32()
        found = egl.eglChooseConfig(display, (ctypes.c_int32 * len(wanted))(*wanted), config, 1, count)
        self._checked("eglChooseConfig", found and count.value)
        none = (ctypes.c_int32 * 1)(EGL_NONE)
        context = self._checked("eglCreateContext", egl.eglCreateContext(display, config[0], None, none))
        if not egl.eglMakeCurrent(display, None, None, context):
            code = egl.eglGetError()
            egl.eglDestroyContext(display, context)
            raise _NotHereError(f"eglMakeCurrent fails without a surface, with 0x{code:04X}")
        return context

    def make_current(self) -> bool:
        """Make the context current in this thread; return whether this succeeded."""
        # A program that used an OpenGL ES context of Qt or GLFW leaves that API bound.
        self._egl.eglBindAPI(EGL_OPENGL_API)
        return bool(self._egl.eglMakeCurrent(self._display, None, None, self._context))

    def release(self) -> None:
        """Make no context current."""
        self._egl.eglMakeCurrent(self._display, None, None, None)
        self._egl.eglBindAPI(self._api_before)

    def close(self) -> None:
        """Destroy the context."""
        self._egl.eglDestroyContext(self._display, self._context)
        _n_open[self._display] -= 1
