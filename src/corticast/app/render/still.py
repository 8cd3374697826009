"""One frame of a scene as an array."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from corticast.app.render.drawing import compositor_of
from corticast.core.color.color import straight_alpha
from corticast.core.geometry.panels import Motion
from corticast.core.model.scene import Scene
from corticast.core.timing import parse_fps
from corticast.film.film import Film, open_film
from corticast.film.sizes import Size, check_size
from corticast.gl.context import OffscreenContext, check_backend
from corticast.process.threads import settled_threads


@dataclass(frozen=True, eq=False)
class Still:
    """One frame.

    Parameters
    ----------
    pixels : (height, width, 3) uint8, sRGB, row 0 is the top; (height, width, 4) with straight alpha when the
        background is transparent
    film : what it was taken from
    """

    pixels: npt.NDArray[np.uint8]
    film: Film


def take_still(
    scene: Scene,
    time: Fraction | None = None,
    *,
    size: Size = (1920, 1080),
    fps: Fraction = Fraction(30),
    start_s: Fraction = Fraction(0),
    duration_s: Fraction | None = None,
    frames: int | None = None,
    speed: Fraction = Fraction(1),
    flash_limit: bool = True,
    gpu: int | None = None,
    backend: str = "auto",
    threads: int | None = None,
) -> Still:
    """Draw one frame and keep what it was taken from; see `frame`."""
    check_size(size)
    check_backend(backend, gpu)
    settled_threads(threads)
    film = open_film(
        scene,
        fps=fps,
        start_s=start_s,
        duration_s=duration_s,
        frames=frames,
        speed=speed,
        size=size,
        # A picture that belongs to no film does not flash.
        flash_limit=flash_limit and time is not None,
        still=time is None,
    )
    state = film.still() if time is None else film.at(time)
    with OffscreenContext(gpu, backend, threads=threads) as context:
        context.check_size("--size", size)
        # A frame of a film is drawn as the film draws it.
        motion = Motion() if time is None else None
        pixels = compositor_of(context, film, size, motion=motion).draw(state).read()
    if scene.background != "none":
        return Still(np.ascontiguousarray(pixels[:, :, :3]), film)
    return Still(straight_alpha(pixels), film)


def frame(
    scene: Scene,
    time: float | Fraction | None = None,
    *,
    size: Size = (1920, 1080),
    fps: str | int | float | Fraction = 30,
    start: float | Fraction = 0,
    duration: float | Fraction | None = None,
    frames: int | None = None,
    speed: float | Fraction = 1,
    flash_limit: bool = True,
    gpu: int | None = None,
    backend: str = "auto",
    threads: int | None = None,
) -> npt.NDArray[np.uint8]:
    """Draw one frame of a scene.

    At k / fps it equals frame k that `render` draws with the same arguments.

    Parameters
    ----------
    scene : what is shown and how
    time : seconds from the film's start; None gives a still whose planes rest even where the film sweeps
    size : width, height in pixels
    fps, start, duration, frames, speed : of the film, as `render` takes them; they say where a sweep is at `time`
    flash_limit : show what the film shows, whose activity is held back where large parts of the frame would flash more
        than three times a second
    gpu : which of several GPUs
    backend : "egl", or "glfw" or "pyside6" for a hidden window's OpenGL; "auto" takes the first that can be had
    threads : of a software renderer; None takes what the machine grants

    Returns
    -------
    (height, width, 3) uint8, sRGB, row 0 is the top; with the background "none" (height, width, 4) with straight alpha

    Raises
    ------
    OptionError, DataError : an argument or an input cannot be used
    DeviceError : there is no OpenGL, or it cannot hold the volume or the frame
    """
    exact = None if time is None else Fraction(time)
    return take_still(
        scene,
        exact,
        size=size,
        fps=parse_fps(fps),
        start_s=Fraction(start),
        duration_s=None if duration is None else Fraction(duration),
        frames=frames,
        speed=Fraction(speed),
        flash_limit=flash_limit,
        gpu=gpu,
        backend=backend,
        threads=threads,
    ).pixels
