"""One frame of a scene as an array."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from corticast.app.render.drawing import compositor_of
from corticast.app.render.frame_order import FrameOrder
from corticast.app.render.notebook import NOTEBOOK_WIDTH
from corticast.app.render.picture_file import png_bytes
from corticast.core.arguments import named_arguments
from corticast.core.color.color import straight_alpha
from corticast.core.geometry.text_sizes import check_points
from corticast.core.model.machine import Machine
from corticast.core.model.scene import Scene, check_scene
from corticast.core.model.types import FrameState, UInt8Array
from corticast.core.page.parts import Page, PageText
from corticast.core.text.face import face_of
from corticast.core.timing import Number
from corticast.errors import warn_user
from corticast.film.film import Film
from corticast.film.opening import open_film
from corticast.film.sizes import Size
from corticast.film.timing import FilmTiming
from corticast.gl.context import OffscreenContext, check_backend
from corticast.passes.compositor import Compositor


@dataclass(frozen=True, eq=False)
class Still:
    """One frame. A notebook shows it as a picture.

    Parameters
    ----------
    pixels : (height, width, 3) uint8, sRGB, row 0 is the top; (height, width, 4) with straight alpha when the
        background is transparent
    film : the film that the frame belongs to
    texts : of a frame with a size in print
    """

    pixels: UInt8Array
    film: Film
    texts: tuple[PageText, ...] = ()

    def __repr__(self) -> str:
        height, width = self.pixels.shape[:2]
        return f"Still({width}x{height})"

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """PNG of the pixels, and the width at which a notebook shows it."""
        return png_bytes(self.pixels), {"width": min(self.pixels.shape[1], NOTEBOOK_WIDTH)}


def take_still(order: FrameOrder) -> Still:
    """Draw one frame and keep the film that it belongs to; see `frame`. Only a frame in print has texts."""
    with _compositor_of(order) as (compositor, film, state):
        pixels = compositor.draw(state).read()
        texts = () if order.printed is None else tuple(compositor.texts(state))
    if order.scene.background != "none":
        return Still(np.ascontiguousarray(pixels[:, :, :3]), film, texts)
    return Still(straight_alpha(pixels), film, texts)


def take_page(order: FrameOrder) -> tuple[Page, Film]:
    """Draw one frame in print as a page holds it, with the film that the frame belongs to; see `frame`."""
    assert order.printed is not None
    with _compositor_of(order) as (compositor, film, state):
        layers = tuple(compositor.page_layers(state))
    return Page(order.printed, layers, order.scene.title, face_of(order.scene)), film


@contextmanager
def _compositor_of(order: FrameOrder) -> Iterator[tuple[Compositor, Film, FrameState]]:
    """The compositor of one frame, while OpenGL is open, the film, and the frame's state."""
    machine, timing = order.machine, order.timing
    check_backend(machine.backend, machine.gpu)
    film = open_film(order.scene, timing, still=True)
    film = film.at_rest() if order.time_s is None else film
    state = film.still() if order.time_s is None else film.at(order.time_s)
    with OffscreenContext(machine.gpu, machine.backend, threads=machine.threads) as context:
        context.check_size("--size" if order.printed is None else order.printed.said, timing.size)
        yield compositor_of(context, film, timing.size), film, state


@named_arguments
def show(
    scene: Scene,
    time: Number | None = None,
    *,
    size: Size = (1920, 1080),
    fps: Number = 30,
    start: Number = 0,
    duration: Number | None = None,
    frames: int | None = None,
    speed: Number = 1,
    gpu: int | None = None,
    backend: str = "auto",
    threads: int | None = None,
) -> Still:
    """Draw one frame of a scene, to be seen in a notebook; parameters and errors as of `frame`.

    Returns
    -------
    Still, which a notebook shows as a picture; its `pixels` are the array that `frame` gives

    Warns
    -----
    CorticastWarning : one for each fault of an input, as of `frame`
    """
    check_scene(scene)
    check_points(scene)
    timing = FilmTiming.of(size=size, fps=fps, start=start, duration=duration, frames=frames, speed=speed)
    return _still_of(FrameOrder.of(scene, time, timing, Machine(gpu, backend, threads=threads)))


@named_arguments
def frame(
    scene: Scene,
    time: Number | None = None,
    *,
    size: Size = (1920, 1080),
    fps: Number = 30,
    start: Number = 0,
    duration: Number | None = None,
    frames: int | None = None,
    speed: Number = 1,
    gpu: int | None = None,
    backend: str = "auto",
    threads: int | None = None,
) -> UInt8Array:
    """Draw one frame of a scene.

    At k / fps, the picture equals frame k of `render` with the same arguments. Times are exact: 0.1 is 1/10. The
    nearest float to k / fps also means frame k, such as `10 / 30` for 1/3.

    Parameters
    ----------
    scene : volume, picture, contacts, drive and look
    time : seconds from the film's start; None draws a still, whose planes rest even if the film sweeps
    size : width, height in pixels
    fps, start, duration, frames, speed : options of the film, see `render`; a sweep's plane at `time` depends on them
    gpu : index of the GPU
    backend : "egl", or "glfw" or "pyside6" for a hidden window's OpenGL; "auto" takes the first that works
    threads : threads of a software renderer; None takes all that the machine grants

    Returns
    -------
    (height, width, 3) uint8, sRGB, row 0 is the top; with the background "none" (height, width, 4) with straight alpha

    Raises
    ------
    OptionError, DataError : an argument or an input is wrong
    DeviceError : OpenGL does not work, or cannot hold the volume or the frame

    Warns
    -----
    CorticastWarning : one for each fault of an input that was repaired, or that leaves something out
    """
    check_scene(scene)
    check_points(scene)
    timing = FilmTiming.of(size=size, fps=fps, start=start, duration=duration, frames=frames, speed=speed)
    return _still_of(FrameOrder.of(scene, time, timing, Machine(gpu, backend, threads=threads))).pixels


def _still_of(order: FrameOrder) -> Still:
    """Draw a frame, and report the faults of its inputs."""
    still = take_still(order)
    warn_user(still.film.warnings)
    return still
