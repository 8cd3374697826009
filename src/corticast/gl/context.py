"""Offscreen OpenGL contexts: EGL, with or without a display or GPU, else a hidden or visible window.

vispy's gloo records its commands on a canvas. The context below owns such a canvas and executes the commands.
vispy's application layer is never touched, so a program with its own vispy canvas (napari) keeps its
backend. After use, the context that was current in the thread is current again.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import Any, Literal, Self

from corticast.core.suggest import did_you_mean
from corticast.core.trace import Trace
from corticast.errors import DeviceError, OptionError
from corticast.gl.current import CurrentContext, current_context
from corticast.gl.host import borrow_vispy_functions, one_at_a_time, return_vispy_functions
from corticast.gl.libraries import load_opengl
from corticast.gl.native import NativeContext, UnavailableError
from corticast.process.threads import renderer_threads_set

# Core since OpenGL 1.4; gloo has no name for the number, since OpenGL ES 2 lacks it.
_GL_MAX = 0x8008

_WINDOWS = ("glfw", "pyside6")
BACKENDS = ("egl", *_WINDOWS)
# The context of this module that was last made current in a thread and is still open.
_here = threading.local()
_SOFTWARE_RENDERERS = ("llvmpipe", "softpipe", "swrast", "software rasterizer", "swiftshader")


def current_trace() -> Trace:
    """Trace of the context that is current in this thread; without such a context, a new one that nobody reads."""
    context = getattr(_here, "context", None)
    return context.trace if context is not None else Trace()


def check_backend(backend: str, gpu: int | None = None) -> None:
    """Refuse an unknown backend, and a GPU number for a backend that cannot choose a GPU.

    Raises
    ------
    OptionError : unknown backend, or a window's backend together with a GPU
    """
    if backend not in ("auto", *BACKENDS):
        mean = did_you_mean(backend, BACKENDS)
        raise OptionError(f"--backend {backend}: {mean}give auto, {', '.join(BACKENDS[:-1])} or {BACKENDS[-1]}")
    if gpu is not None and backend in _WINDOWS:
        raise OptionError(
            f"--gpu {gpu}: a window draws on the GPU of its display; leave --gpu out or use --backend egl"
        )


def _open_native(backend: str, gpu: int | None) -> tuple[str, NativeContext]:
    """Open the wanted backend, or the first one that works; return its name and its context."""
    check_backend(backend, gpu)
    if backend != "auto":
        try:
            return backend, _open_backend(backend, gpu)
        except UnavailableError as error:
            raise DeviceError(f"--backend {backend}: {error.reason}; {error.remedy}") from error
    candidates: tuple[str, ...] = BACKENDS
    if gpu is not None:
        candidates = ("egl",)
    elif not sys.platform.startswith("linux"):
        candidates = _WINDOWS
    failures: list[str] = []
    remedies: list[str] = []
    for name in candidates:
        try:
            return name, _open_backend(name, gpu)
        except UnavailableError as error:
            failures.append(f"{name}: {error.reason}")
            remedies.append(error.remedy)
    raise DeviceError(f"no OpenGL context works ({'; '.join(failures)}); {remedies[0]}")


def _open_backend(name: str, gpu: int | None) -> NativeContext:
    # Import only the library of the wanted backend.
    if name == "egl":
        from corticast.gl.egl import EglContext

        return EglContext(gpu)
    if name == "glfw":
        from corticast.gl.window_glfw import GlfwContext

        return GlfwContext()
    from corticast.gl.window_qt import QtContext

    return QtContext()


@dataclass(frozen=True)
class GlFacts:
    """Name, version and limits of the OpenGL renderer."""

    renderer: str
    vendor: str
    version: str
    backend: str
    platform: str
    max_texture_size: int
    max_texture_3d_size: int

    @property
    def is_software(self) -> bool:
        """Whether the CPU draws the frames."""
        return any(name in self.renderer.lower() for name in _SOFTWARE_RENDERERS)


class OffscreenContext:
    """An OpenGL context to draw offscreen, with the gloo canvas whose commands it executes.

    Passes draw into framebuffers of this package, so the pixels do not depend on the backend.

    Parameters
    ----------
    gpu : index into EGL's hardware devices; None takes the first that works
    backend : "egl", "glfw" or "pyside6"; "auto" takes the first of these that works
    trace : records the time that all code spends in this context
    native : an open context of `backend`, such as that of a visible window. It may be current here through its own
        library. Closing this object does not make it current again.
    threads : threads of Mesa's software renderer; None takes the environment's number, else the machine's

    A second thread waits with its context until those of the first are closed.

    Raises
    ------
    OptionError : unknown backend, or a window's backend together with a GPU
    DeviceError : no OpenGL context works, or there is no GPU with this number
    """

    def __init__(
        self,
        gpu: int | None = None,
        backend: str = "auto",
        *,
        threads: int | None = None,
        trace: Trace | None = None,
        native: NativeContext | None = None,
    ) -> None:
        self.trace = trace or Trace()
        self._canvas: Any = None
        self._drawn_into: Any = None
        self._blends: bool | None = None
        self._native: NativeContext | None = None
        self._ours = CurrentContext()
        self._outer: OffscreenContext | None = None
        self._before = CurrentContext()
        if native is not None:
            # Else `_set_aside` would take it for the program's own context.
            native.release()
        with ExitStack() as undo:
            one_at_a_time.acquire()
            undo.callback(one_at_a_time.release)
            self._set_aside()
            undo.callback(self._give_back)
            load_opengl()
            if native is None:
                with renderer_threads_set(threads):
                    backend, native = _open_native(backend, gpu)
            self.backend, self._native = backend, native
            self._ours = current_context()
            self.make_current()
            self._init_gloo()
            undo.callback(return_vispy_functions)
            self._undo = undo.pop_all()

    def _init_gloo(self) -> None:
        from vispy.gloo.context import FakeCanvas, get_current_canvas

        borrow_vispy_functions()
        self._previous_canvas = get_current_canvas()
        self._canvas = FakeCanvas()
        from corticast.gl.texture_3d import RawTexture3D

        self._canvas.context.shared.parser._classmap["Texture3D"] = RawTexture3D

    @cached_property
    def facts(self) -> GlFacts:
        """Renderer, version and limits of OpenGL."""
        assert self._native is not None, "closed"
        from vispy.gloo import gl

        from corticast.gl import calls

        return GlFacts(
            renderer=gl.glGetParameter(gl.GL_RENDERER),
            vendor=gl.glGetParameter(gl.GL_VENDOR),
            version=gl.glGetParameter(gl.GL_VERSION),
            backend=self.backend,
            platform=self._native.platform,
            max_texture_size=calls.integer(calls.GL_MAX_TEXTURE_SIZE),
            max_texture_3d_size=calls.integer(calls.GL_MAX_3D_TEXTURE_SIZE),
        )

    def make_current(self) -> None:
        """Make this context current in this thread, and make its canvas the current one of gloo."""
        assert self._native is not None, "closed"
        self._set_aside()
        if not self._native.make_current():
            raise DeviceError(
                "cannot make the OpenGL context current: another thread or library holds a context here; "
                "close that context, or draw in another thread"
            )
        self._ours = current_context()
        _here.context = self
        if self._canvas is not None:
            from vispy.gloo.context import set_current_canvas

            set_current_canvas(self._canvas)
            # gloo starts again without any of the framebuffers bound.
            self._drawn_into = None

    def _set_aside(self) -> None:
        """Remember and release the current context: EGL cannot make one current beside one of GLX."""
        now, last = current_context(), getattr(_here, "context", None)
        if now.system and now == self._ours:
            return
        if last is not None and last is not self and now == last._ours:
            self._outer, self._before = last, last._before
        elif now.system:
            self._outer, self._before = None, now
        now.release()

    def check_size(self, what: str, size: tuple[int, int]) -> None:
        """Refuse a picture that is larger than the renderer allows.

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

    def draw_into(self, framebuffer: Any, size: tuple[int, int], *, blend: bool = False) -> None:
        """Send the next draws to a gloo framebuffer; `blend` lays premultiplied colours over its content."""
        from vispy import gloo

        # gloo repeats every state change, even to the same state. That would take most of a frame with few draws.
        if framebuffer is not self._drawn_into:
            if self._drawn_into is not None:
                self._drawn_into.deactivate()
            framebuffer.activate()
            gloo.set_viewport(0, 0, *size)
            self._drawn_into = framebuffer
        if self._blends is None:
            gloo.set_state(depth_test=False, cull_face=False, blend_func=("one", "one_minus_src_alpha"))
        if blend is not self._blends:
            gloo.set_state(blend=blend)
            self._blends = blend

    @contextmanager
    def mixing(self, rule: Literal["maximum", "erase"]) -> Iterator[None]:
        """Mix premultiplied colours otherwise than `draw_into` does, in the target that is bound and blends.

        Parameters
        ----------
        rule : "maximum" keeps the larger one of two values, "erase" takes away what the drawn opacity covers
        """
        from vispy import gloo

        if rule == "maximum":
            gloo.set_state(blend_equation=_GL_MAX)
        else:
            gloo.set_state(blend_func=("zero", "one_minus_src_alpha"))
        try:
            yield
        finally:
            gloo.set_state(blend_equation="func_add", blend_func=("one", "one_minus_src_alpha"))

    def adopt(self, gloo_object: Any) -> None:
        """Let `flush` execute the commands recorded on a gloo object, even before its first draw."""
        self._canvas.context.glir.associate(gloo_object.glir)

    def flush(self) -> None:
        """Execute all recorded gloo commands."""
        self._canvas.flush()

    def finish(self) -> None:
        """Execute all recorded gloo commands, and wait until OpenGL has drawn everything."""
        from corticast.gl import calls

        self.flush()
        calls.glFinish()

    def close(self) -> None:
        """Destroy the context and all its objects; make the context current that was current before."""
        from vispy.gloo.context import forget_canvas, set_current_canvas

        if self._native is None:
            return
        forget_canvas(self._canvas)
        if self._previous_canvas is not None:
            set_current_canvas(self._previous_canvas)
        self._undo.close()

    def _give_back(self) -> None:
        native, self._native = self._native, None
        if native is not None:
            is_current = getattr(_here, "context", None) is self and current_context() == self._ours
            if is_current:
                native.release()
                _here.context = None
            native.close()
            if not is_current:
                return
        if self._outer is not None and self._outer._native is not None:
            self._outer.make_current()
        else:
            self._before.restore()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
