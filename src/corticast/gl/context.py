"""OpenGL to draw offscreen with: EGL's, with or without a display or a GPU; else a window's, hidden or shown.

vispy's gloo records its commands on a canvas that is not its own; the context below executes them.
vispy's application layer is never touched, so a program that shows its own vispy canvas (napari)
keeps its backend, and what was current in the thread is current again afterwards.
"""

from __future__ import annotations

import sys
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import Any, Self

from corticast.core.trace import Recorder
from corticast.errors import DeviceError, OptionError
from corticast.gl.current import CurrentContext, current_context
from corticast.gl.host import borrow_vispy_functions, one_at_a_time, return_vispy_functions
from corticast.gl.libraries import load_opengl
from corticast.gl.native import NativeContext, UnavailableError
from corticast.process.threads import renderer_threads_set

_WINDOWS = ("glfw", "pyside6")
BACKENDS = ("egl", *_WINDOWS)
# The context of ours that was made current last in a thread, while it is open.
_here = threading.local()
_SOFTWARE_RENDERERS = ("llvmpipe", "softpipe", "swrast", "software rasterizer", "swiftshader")


def current_recorder() -> Recorder:
    """Recorder of the context that is current in this thread; one that nobody asks where there is none."""
    context = getattr(_here, "context", None)
    return context.recorder if context is not None else Recorder()


def check_backend(backend: str, gpu: int | None = None) -> None:
    """Refuse a way to OpenGL that there is not, or that cannot choose a GPU.

    Raises
    ------
    OptionError : no such backend, or one of a window with a GPU
    """
    if backend not in ("auto", *BACKENDS):
        raise OptionError(f"--backend {backend}: give auto, {', '.join(BACKENDS[:-1])} or {BACKENDS[-1]}")
    if gpu is not None and backend in _WINDOWS:
        raise OptionError(
            f"--gpu {gpu}: a window's context is on the GPU of its display; leave --gpu out or use --backend egl"
        )


def _open_native(backend: str, gpu: int | None) -> tuple[str, NativeContext]:
    """A context of the backend that was asked for, or of the first that can be had; with the backend's name."""
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
    raise DeviceError(f"no OpenGL context could be made ({'; '.join(failures)}); {remedies[0]}")


def _open_backend(name: str, gpu: int | None) -> NativeContext:
    # Each library is imported only where its backend is used.
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
    """What OpenGL this is, and what it can hold."""

    renderer: str
    vendor: str
    version: str
    backend: str
    platform: str
    max_texture_size: int
    max_texture_3d_size: int

    @property
    def is_software(self) -> bool:
        """Whether frames are drawn by the CPU."""
        return any(name in self.renderer.lower() for name in _SOFTWARE_RENDERERS)


class OffscreenContext:
    """An OpenGL context without a window to be seen, and the gloo canvas whose commands it executes.

    What is drawn goes to framebuffers of our own, and does not depend on what carries the context.

    Parameters
    ----------
    gpu : index into the hardware devices of EGL; None takes the first that works
    backend : "egl", "glfw" or "pyside6"; "auto" takes the first of these that can be had
    recorder : of the time that is spent with the context, for all that draw in it
    native : a context that is there already, such as that of a window to be seen, which is `backend`'s; it may be
        current here by its own library, and is not made current again when this one is closed
    threads : of Mesa's software renderer; None takes what the environment says, else what the machine grants

    A second thread waits with its context until those of the first are closed.

    Raises
    ------
    OptionError : no such backend, or one of a window with a GPU
    DeviceError : no OpenGL can be had, or there is no such GPU
    """

    def __init__(
        self,
        gpu: int | None = None,
        backend: str = "auto",
        *,
        threads: int | None = None,
        recorder: Recorder | None = None,
        native: NativeContext | None = None,
    ) -> None:
        self.recorder = recorder or Recorder()
        self._canvas: Any = None
        self._drawn_into: Any = None
        self._blends: bool | None = None
        self._native: NativeContext | None = None
        self._ours = CurrentContext()
        self._outer: OffscreenContext | None = None
        self._before = CurrentContext()
        if native is not None:
            # Else it would be taken for what was current before itself.
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
        """Renderer, version and limits."""
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
        """Make the context current in this thread, and its canvas gloo's."""
        assert self._native is not None, "closed"
        self._set_aside()
        if not self._native.make_current():
            raise DeviceError("the OpenGL context cannot be made current: another thread or library holds one here")
        self._ours = current_context()
        _here.context = self
        if self._canvas is not None:
            from vispy.gloo.context import set_current_canvas

            set_current_canvas(self._canvas)
            # gloo will begin anew, with no framebuffer of ours bound.
            self._drawn_into = None

    def _set_aside(self) -> None:
        """Note what is current, to give it back, and release it: EGL has none current beside one of GLX."""
        now, last = current_context(), getattr(_here, "context", None)
        if now.system and now == self._ours:
            return
        if last is not None and last is not self and now == last._ours:
            self._outer, self._before = last, last._before
        elif now.system:
            self._outer, self._before = None, now
        now.release()

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

    def draw_into(self, framebuffer: Any, size: tuple[int, int], *, blend: bool = False) -> None:
        """Let what follows draw into a gloo framebuffer; with `blend`, premultiplied colours over what is there."""
        from vispy import gloo

        # gloo repeats whatever it is told; a frame of few draws would be mostly that.
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

    def adopt(self, gloo_object: Any) -> None:
        """Let `flush` execute what is recorded on a gloo object, before its first draw."""
        self._canvas.context.glir.associate(gloo_object.glir)

    def flush(self) -> None:
        """Execute the gloo commands that were recorded."""
        self._canvas.flush()

    def finish(self) -> None:
        """Execute them, and wait until all is drawn."""
        from corticast.gl import calls

        self.flush()
        calls.glFinish()

    def close(self) -> None:
        """Destroy the context with what was made in it; what was current before is current again."""
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
