"""One frame as an array, and where a frame's panels are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from corticast.core.color.color import straight_alpha
from corticast.core.flash import FlashLook
from corticast.core.model.scene import Scene
from corticast.core.timing import parse_fps
from corticast.film.film import Film, open_film
from corticast.film.flash_look import scene_flash_look
from corticast.film.sizes import Size, check_size
from corticast.film.sweep import Planes
from corticast.gl.context import OffscreenContext, check_backend
from corticast.gl.volume import VolumeTexture
from corticast.passes.compositor import Compositor
from corticast.passes.planes import PlanePass
from corticast.process.threads import settled_threads

# Characters that a line of a grid's fourth cell holds.
_LONGEST_FACT = 32


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


def facts_of(film: Film) -> tuple[str, ...]:
    """Lines that a grid's fourth cell shows."""
    scene = film.scene
    names = (scene.volume, scene.image, scene.sound)
    facts = [_elided(source.name) for source in names if source is not None]
    n_drawn, n_near = film.n_contacts()
    if n_drawn:
        depth = scene.electrode_depth
        near = "" if depth == "all" else f", {n_near} within {depth:g} mm"
        facts.append(f"{n_drawn} contacts{near}")
    return tuple(facts)


def _elided(name: str) -> str:
    """A name without its extensions, its middle left out where it is too long for a panel."""
    stem = re.sub(r"\.(nii|mgz|mgh|hdr|img|png|jpe?g)(\.gz)?$", "", name)
    return stem if len(stem) <= _LONGEST_FACT else f"{stem[: _LONGEST_FACT // 2]} … {stem[-_LONGEST_FACT // 2 + 3 :]}"


def compositor_of(
    context: OffscreenContext,
    film: Film,
    size: Size,
    *,
    still: bool = False,
    live: bool = False,
    planes: PlanePass | None = None,
    volume_texture: VolumeTexture | None = None,
) -> Compositor:
    """What draws the frames of a film, and converts them where `planes` is given.

    Parameters
    ----------
    still : nothing moves from frame to frame
    live : planes rest until somebody moves them
    """
    return Compositor(
        context,
        film.scene,
        film.placed,
        film.window,
        size,
        film.sprites,
        signed=film.signed,
        facts=facts_of(film),
        moving=film.moving_mm is not None and not (still or live),
        turning=film.turns and not still,
        quantity=film.activity.quantity if film.activity is not None else "activity",
        full_scale=film.activity.full_scale if film.activity is not None else 1.0,
        planes=planes,
        volume_texture=volume_texture,
    )


def flash_look_of(
    film: Film, size: Size, planes_mm: Planes, row_of_electrode: npt.NDArray[np.intp] | None = None
) -> FlashLook:
    """What flashes in frames of a film's scene while its planes rest; see `scene_flash_look`."""
    return scene_flash_look(
        film.scene,
        film.placed,
        size,
        film.sprites,
        film.window,
        signed=film.signed,
        planes_mm=planes_mm,
        row_of_electrode=row_of_electrode,
    )


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
        pixels = compositor_of(context, film, size, still=time is None).draw(state).read()
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
