"""Benchmarks of drawing without encoding: upload of a volume, each pass, readback."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.app.demo.demo import demo_scene
from corticast.app.render.drawing import compositor_of
from corticast.app.render.still import frame
from corticast.bench.clocks import DrawClock, milliseconds_per_call, seconds_of
from corticast.bench.inputs import oblique, scene_of, sweep_scene, template
from corticast.bench.model import Benchmark, Environment, Sample, WrongResultError, check_memory
from corticast.core.color import colormaps
from corticast.core.color.color import rgb_to_ycbcr
from corticast.core.color.themes import theme_of
from corticast.core.geometry.contact_sizes import ContactSizes
from corticast.core.geometry.layout import TextSlot
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.geometry.sprites import SpriteLook
from corticast.core.model.scene import Interpolation, Scene
from corticast.core.model.types import Float32Array, Float64Array, FrameState, UInt8Array, Volume
from corticast.core.text.captions import Text
from corticast.dsp.drive import ArrayDrive
from corticast.film.film import Film
from corticast.film.opening import open_film
from corticast.film.timing import FilmTiming
from corticast.gl.context import OffscreenContext
from corticast.gl.readback import ReadbackRing
from corticast.gl.target import Target
from corticast.gl.timer import finish
from corticast.gl.volume import VolumeTexture
from corticast.passes.compositor import Compositor
from corticast.passes.labels import GlyphAtlas, LabelPass
from corticast.passes.planes import PlanePass
from corticast.passes.slice_base import SliceLook, SlicePass
from corticast.passes.slices import slice_pass
from corticast.passes.sprites import FlatSprites

FPS = Fraction(30)
N_FRAMES = 120
BLACK = (0.0, 0.0, 0.0, 1.0)
_WHITE = (1.0, 1.0, 1.0)


@contextmanager
def open_context(environment: Environment) -> Iterator[OffscreenContext]:
    """Open OpenGL as the environment says, with the number of threads of a render."""
    with OffscreenContext(environment.gpu, environment.backend, threads=environment.threads) as context:
        yield context


@dataclass(frozen=True, eq=False)
class Drawing:
    """Draws and converts the frames of a film as a render does. Its context is current."""

    context: OffscreenContext
    film: Film
    compositor: Compositor
    conversion: PlanePass

    def draw(self, index: int) -> None:
        """Draw frame `index` and convert it."""
        self.compositor.draw(self.film.frame(index % self.film.n_frames))
        self.compositor.convert()

    def planes(self) -> UInt8Array:
        """The planes of the latest frame, as the encoder gets them."""
        return self.conversion.planes(self.conversion.target.read().reshape(-1))


@contextmanager
def drawing(environment: Environment, scene: Scene, size: tuple[int, int], n_frames: int) -> Iterator[Drawing]:
    """Set up the drawing of a film."""
    film = open_film(scene, FilmTiming(fps=FPS, frames=n_frames))
    with open_context(environment) as context:
        planes = PlanePass(context, size)
        yield Drawing(context, film, compositor_of(context, film, size, planes=planes), planes)


def check_same(what: str, found: npt.NDArray[Any], expected: npt.NDArray[Any], most: float) -> None:
    """Check that two pictures differ nowhere by more than `most` levels.

    Raises
    ------
    WrongResultError : they differ by more
    """
    worst = float(np.abs(found.astype(np.float64) - expected).max())
    if not worst <= most:
        raise WrongResultError(f"{what} differs from the frame of cc.frame by {worst:.0f} of 255 levels")


def expected_frame(
    environment: Environment, scene: Scene, size: tuple[int, int], index: int, n_frames: int
) -> UInt8Array:
    """Frame `index` of a film from cc.frame, (height, width, 3) uint8."""
    return frame(
        scene, index / FPS, size=size, fps=FPS, frames=n_frames, gpu=environment.gpu, backend=environment.backend
    )


def luma_of(picture: UInt8Array) -> Float64Array:
    """(height, width) luma codes of an RGB picture without rounding, by the definition of BT.709."""
    return rgb_to_ycbcr(picture / 255.0)[..., 0] * 255.0


@contextmanager
def _upload(environment: Environment, *, shape: tuple[int, int, int], dtype: str) -> Iterator[Sample]:
    """Conversion and upload of a volume to the GPU."""
    n_bytes = math.prod(shape) * np.dtype(dtype).itemsize
    # The voxels, two textures, and the buffers of a slab's conversion.
    check_memory(4 * n_bytes)
    # Transposing the reversed shape gives Fortran order.
    noise = np.random.default_rng(1857).integers(0, 200, shape[::-1], dtype=np.uint8)
    voxels = noise.astype(dtype, copy=False).T
    volume = Volume(voxels, np.eye(4), name="noise")
    with open_context(environment) as context:
        _check_upload(context, volume)

        def sample() -> dict[str, float]:
            made: list[VolumeTexture] = []

            def upload() -> None:
                made.append(VolumeTexture(context, volume, (0.0, 200.0)))
                finish()

            seconds = seconds_of(upload)
            made.pop().texture.delete()
            context.flush()
            return {"time": 1e3 * seconds, "rate": voxels.nbytes / seconds / 1e9}

        yield sample


def _check_upload(context: OffscreenContext, volume: Volume) -> None:
    """Check the middle slice: at one voxel per pixel, its greys follow from the voxels."""
    size = volume.shape[:2]
    shown = _slices(context, Scene(volume=volume, layout="axial", labels="none"), size, (0.0, 200.0))
    index = volume.shape[2] // 2
    shown.draw(FrameState((0.0, 0.0, float(index)), window=(0.0, 200.0)))
    expected = np.floor(volume.voxels[:, ::-1, index].T.astype(np.float64) / 200 * 255 + 0.5)
    check_same("the slice", shown.target.read()[..., 0], expected, 1)


@dataclass(frozen=True, eq=False)
class _Slices:
    """Slices of all panels of a scene, with a target of their own."""

    context: OffscreenContext
    slices: SlicePass
    target: Target

    def draw(self, state: FrameState) -> None:
        self.slices.prepare(state)
        with self.target.bound():
            self.slices.draw(state)
        self.context.flush()


def _slices(context: OffscreenContext, scene: Scene, size: tuple[int, int], window: tuple[float, float]) -> _Slices:
    assert scene.volume is not None
    look = SliceLook(scene.drawn_interpolation, colormaps.table(theme_of(scene).cmap), BLACK)
    texture = VolumeTexture(context, scene.volume, window)
    slices = slice_pass(context, scene.volume, layout_of(scene, None, size).slices, size, look, texture)
    target = Target(context, size)
    with target.bound():
        target.clear(BLACK)
    return _Slices(context, slices, target)


def in_turn(draw: Callable[[int], object], n: int = N_FRAMES) -> Callable[[], None]:
    """Draw frame after frame, over and over."""
    index = -1

    def next_frame() -> None:
        nonlocal index
        index = (index + 1) % n
        draw(index)

    return next_frame


@contextmanager
def _pass_slices(
    environment: Environment, *, size: tuple[int, int], volume: str, interpolation: Interpolation
) -> Iterator[Sample]:
    """Three slices of the template that move in every frame, along its voxels or oblique to them."""
    brain = template() if volume == "aligned" else oblique(template())
    scene = Scene(volume=brain, sweep="full", labels="none", interpolation=interpolation)
    film = open_film(scene, FilmTiming(fps=FPS, frames=N_FRAMES))
    expected = expected_frame(environment, scene, size, N_FRAMES // 2, N_FRAMES)
    with open_context(environment) as context:
        shown = _slices(context, scene, size, film.window)
        shown.draw(film.frame(N_FRAMES // 2))
        check_same("the picture", shown.target.read()[..., :3], expected, 0)
        clock = DrawClock(context, in_turn(lambda index: shown.draw(film.frame(index))))
        yield clock.sample


@contextmanager
def _pass_electrodes(environment: Environment, *, size: tuple[int, int], n_contacts: int) -> Iterator[Sample]:
    """Electrodes on the demo's three panels, with new activity in every frame."""
    demo = demo_scene()
    assert demo.electrodes is not None
    table = demo.electrodes
    rows = np.arange(n_contacts)
    # Additional contacts lie beside one of the demo's, so that each covers pixels of its own.
    beside_mm = np.random.default_rng(1857).normal(0, 3, (n_contacts, 3)) * (rows >= len(table.names))[:, None]
    pos_mm = table.pos[rows % len(table.names)] + beside_mm
    many = replace(table, names=tuple(map(str, rows)), pos=pos_mm, bad=np.zeros(n_contacts, dtype=bool), columns={})
    drive = ArrayDrive(np.ones((n_contacts, 2)), 1.0, many.names, full_scale=1.0)
    scene = Scene(electrodes=many, drive=drive, electrode_size=(6, 40), labels="none")
    film = open_film(scene, FilmTiming(fps=FPS, frames=2))
    assert film.placed is not None
    activity = np.random.default_rng(5).random((N_FRAMES, n_contacts), dtype=np.float32)
    expected = expected_frame(environment, scene, size, 0, 2)
    with open_context(environment) as context:
        layout = layout_of(scene, film.placed, size)
        colours = colormaps.activity_table(None, signed=False)
        sizes = ContactSizes.in_pixels(n_contacts, (6, 40))
        sprites = FlatSprites(layout, film.placed, SpriteLook(), sizes, colours, signed=False)
        target = Target(context, size)

        def draw(values: Float32Array) -> None:
            state = FrameState(film.resting_mm, values)
            sprites.prepare(state)
            with target.bound(blend=True):
                target.clear(BLACK)
                sprites.draw(state)
            context.flush()

        draw(np.ones(n_contacts, np.float32))
        check_same("the picture", target.read()[..., :3], expected, 0)
        yield DrawClock(context, in_turn(lambda index: draw(activity[index]))).sample


@contextmanager
def _pass_labels(environment: Environment, *, size: tuple[int, int]) -> Iterator[Sample]:
    """Three captions and a clock that change in every frame."""
    with open_context(environment) as context:
        labels = LabelPass(size, GlyphAtlas(), _WHITE)
        target = Target(context, size)
        unit = min(size) / 1080

        def draw(index: int) -> None:
            texts = [
                Text(f"{axis} = {index - 60} mm  ·  slice {index}", TextSlot((i + 1) * size[0] / 4, 60, "m", 30 * unit))
                for i, axis in enumerate("xyz")
            ]
            texts.append(Text(f"0:{index // 30:02}.{index // 3 % 10}", TextSlot(20, size[1] - 40, "l", 32 * unit)))
            with target.bound(blend=True):
                target.clear(BLACK)
                labels.draw(texts)
            context.flush()

        draw(0)
        picture = target.read()[..., 0]
        for x, y, width, height in labels.rects:
            if not picture[y : y + height, x : x + width].any():
                raise WrongResultError("a text was not drawn")
        yield DrawClock(context, in_turn(draw)).sample


@contextmanager
def _pass_planes(environment: Environment, *, size: tuple[int, int], film: str) -> Iterator[Sample]:
    """Conversion of a whole frame to planes Y', Cb and Cr in 4:2:0."""
    scene = scene_of(film)
    expected = expected_frame(environment, scene, size, 0, 2)
    shown = open_film(scene, FilmTiming(fps=FPS, frames=2))
    with open_context(environment) as context:
        picture = compositor_of(context, shown, size).draw(shown.frame(0))
        planes = PlanePass(context, size)

        def convert() -> None:
            planes.draw(picture)
            # Binding the target for reading executes gloo's queue.
            planes.target.bind_for_reading()

        convert()
        packed = planes.planes(planes.target.read().reshape(-1))
        luma = packed[: size[0] * size[1]].reshape(size[1], size[0])
        check_same("the luma", luma, luma_of(expected), 1)
        yield DrawClock(context, convert).sample


@contextmanager
def _frames(environment: Environment, *, size: tuple[int, int], film: str) -> Iterator[Sample]:
    """Whole frames, drawn and converted, but not read back."""
    expected = expected_frame(environment, scene_of(film), size, 1, N_FRAMES)
    with drawing(environment, scene_of(film), size, N_FRAMES) as drawn:
        drawn.draw(0)
        drawn.draw(1)
        luma = drawn.planes()[: size[0] * size[1]].reshape(size[1], size[0])
        check_same("the luma", luma, luma_of(expected), 1)

        def draw(index: int) -> None:
            drawn.draw(index)
            drawn.conversion.target.bind_for_reading()

        yield DrawClock(drawn.context, in_turn(draw)).sample


@contextmanager
def _readback(environment: Environment, *, size: tuple[int, int], ring: int) -> Iterator[Sample]:
    """Draw, convert and read back: wait for every frame (ring 0, no buffer), or use a ring of buffers."""
    with drawing(environment, sweep_scene(), size, N_FRAMES) as drawn:
        target = drawn.conversion.target
        buffers = ReadbackRing(drawn.conversion.n_bytes, ring)
        try:
            _check_ring(drawn, buffers)

            def read(index: int) -> None:
                drawn.draw(index)
                buffers.push(target)

            step = in_turn(read)
            yield lambda: {"time": milliseconds_per_call(step)}
        finally:
            buffers.close()


def _check_ring(drawn: Drawing, buffers: ReadbackRing) -> None:
    """Check that the ring returns the same frames in the same order."""
    expected, found = [], []
    for index in range(4):
        drawn.draw(index)
        expected.append(drawn.conversion.target.read().reshape(-1).copy())
        given = buffers.push(drawn.conversion.target)
        found += [] if given is None else [np.array(given)]
    found += [np.array(given) for given in buffers.drain()]
    if len(found) != 4 or not all(map(np.array_equal, found, expected)):
        raise WrongResultError("the ring returned other frames than those drawn")


_SIZES = ((1920, 1080), (3840, 2160))
SMALL = (320, 180)
DRAW_UNITS = {"wall": "ms", "gpu": "ms"}

BENCHMARKS = (
    Benchmark(
        "upload.volume",
        _upload,
        {"time": "ms", "rate": "GB/s"},
        cases=(
            *({"shape": (256, 256, 256), "dtype": dtype} for dtype in ("uint8", "int16", "float32")),
            {"shape": (512, 512, 512), "dtype": "uint8"},
            {"shape": (1024, 1024, 1024), "dtype": "uint8"},
        ),
        quick=({"shape": (48, 64, 40), "dtype": "int16"},),
    ),
    Benchmark(
        "passes.slices",
        _pass_slices,
        DRAW_UNITS,
        cases=tuple(
            {"size": size, "volume": volume, "interpolation": interpolation}
            for size in _SIZES
            for volume, interpolation in (("aligned", "linear"), ("aligned", "nearest"), ("oblique", "linear"))
        ),
        quick=({"size": SMALL, "volume": "aligned", "interpolation": "linear"},),
    ),
    Benchmark(
        "passes.electrodes",
        _pass_electrodes,
        DRAW_UNITS,
        cases=tuple({"size": size, "n_contacts": n} for size in _SIZES for n in (100, 1000, 10000)),
        quick=({"size": SMALL, "n_contacts": 100},),
    ),
    Benchmark(
        "passes.labels", _pass_labels, DRAW_UNITS, cases=tuple({"size": size} for size in _SIZES),
        quick=({"size": SMALL},),
    ),
    Benchmark(
        "passes.planes",
        _pass_planes,
        DRAW_UNITS,
        cases=tuple({"size": size, "film": "sweep"} for size in _SIZES),
        quick=({"size": SMALL, "film": "sweep"},),
    ),
    Benchmark(
        "drawing.frames",
        _frames,
        DRAW_UNITS,
        cases=tuple({"size": size, "film": film} for size in (*_SIZES, (7680, 4320)) for film in ("sweep", "resting")),
        quick=({"size": SMALL, "film": "resting"},),
    ),
    Benchmark(
        "readback.frames",
        _readback,
        {"time": "ms"},
        cases=tuple({"size": size, "ring": ring} for size in _SIZES for ring in (0, 2, 3)),
        quick=tuple({"size": SMALL, "ring": ring} for ring in (0, 2, 3)),
    ),
)  # fmt: skip
