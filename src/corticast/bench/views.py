"""Benchmarks of views from outside: each part of the view pass, with a turning camera wherever rays are cast."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from corticast.bench.clocks import DrawClock
from corticast.bench.drawing import (
    BLACK,
    DRAW_UNITS,
    FPS,
    N_FRAMES,
    SMALL,
    check_same,
    expected_frame,
    in_turn,
    open_context,
)
from corticast.bench.inputs import template
from corticast.bench.model import Benchmark, Environment, Sample
from corticast.core.color import colormaps
from corticast.core.color.themes import theme_of
from corticast.core.geometry.bricks import bricks_of
from corticast.core.geometry.head import head_of
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.scene import Scene
from corticast.film.film import Film
from corticast.film.opening import open_film
from corticast.film.timing import FilmTiming
from corticast.gl.context import OffscreenContext
from corticast.gl.target import Target
from corticast.gl.timer import finish
from corticast.gl.volume import VolumeTexture
from corticast.passes.views import ViewLook, ViewPass

Part = Literal["hits", "light", "mip", "glass"]

# A surface consists of first hits and light.
_RENDER: dict[Part, Literal["surface", "mip", "glass"]] = {
    "hits": "surface", "light": "surface", "mip": "mip", "glass": "glass",
}  # fmt: skip


def _view_pass(context: OffscreenContext, film: Film, look: ViewLook, size: tuple[int, int]) -> ViewPass:
    scene = film.scene
    assert scene.volume is not None
    texture = VolumeTexture(context, scene.volume, film.window)
    views = layout_of(scene, None, size).views
    return ViewPass(context, scene.volume, texture, bricks_of(scene.volume), views, size, look)


@contextmanager
def _pass_views(environment: Environment, *, size: tuple[int, int], part: Part) -> Iterator[Sample]:
    """The template from outside: first hits and largest values of a turning view, light and glass of a resting one."""
    brain = template()
    render = _RENDER[part]
    # A full turn.
    spin = float(360 * FPS / N_FRAMES)
    scene = Scene(volume=brain, layout="3d", render=render, spin=spin, labels="none")
    film = open_film(scene, FilmTiming(fps=FPS, frames=N_FRAMES))
    states = [film.frame(index) for index in range(N_FRAMES)]
    expected = expected_frame(environment, scene, size, N_FRAMES // 3, N_FRAMES)
    with open_context(environment) as context:
        head = head_of(brain)
        look = ViewLook(render, head.level, head.outside, colormaps.table(theme_of(scene).cmap), BLACK)
        views = _view_pass(context, film, look, size)
        target = Target(context, size)

        def cast(index: int) -> None:
            views.prepare(states[index])
            context.flush()

        def colour(index: int) -> None:
            with target.bound():
                views.draw(states[index])
            context.flush()

        def both(index: int) -> None:
            cast(index)
            colour(index)

        both(N_FRAMES // 3)
        check_same("the picture", target.read()[..., :3], expected, 0)
        timed = {"hits": cast, "mip": both}.get(part, lambda _: colour(N_FRAMES // 3))
        finish()
        yield DrawClock(context, in_turn(timed)).sample


BENCHMARKS = (
    Benchmark(
        "passes.views",
        _pass_views,
        DRAW_UNITS,
        cases=tuple({"size": size, "part": part} for size in ((1280, 720), (1920, 1080)) for part in _RENDER),
        quick=tuple({"size": SMALL, "part": part} for part in _RENDER),
    ),
)
