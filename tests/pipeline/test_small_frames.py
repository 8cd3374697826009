"""Frames of single pixels: each is the pixel of the full frame at its place."""

import numpy as np
import pytest

import corticast as cc
from corticast.app.demo.demo import demo_inputs
from corticast.app.render.drawing import compositor_of, volume_texture_of
from corticast.core.flashes import sample_size
from corticast.film.opening import open_film
from corticast.film.timing import FilmTiming
from corticast.gl.context import OffscreenContext
from corticast.passes import views
from corticast.passes.views import ViewPass

pytestmark = pytest.mark.gl

SIZE = (960, 540)
LAYOUTS = {
    "ortho": {"layout": "ortho", "electrode_depth": "all"},
    "grid": {"layout": "grid"},
    "lateral": {"layout": "lateral"},
    "3d": {"layout": "3d", "view": (150, 20)},
    "glow": {"layout": "grid", "electrode_style": "glow"},
    "turning": {"layout": "3d", "view": (150, 20), "spin": 40},
    "turning glass": {"layout": "3d", "spin": 40, "render": "glass"},
    "turning peaks": {"layout": "3d", "spin": 40, "render": "mip"},
}


def film_of(layout, size=SIZE):
    brain = demo_inputs()
    values = np.random.default_rng(5).uniform(0, 1, (len(brain["electrodes"].names), 30))
    drive = cc.ArrayDrive(values, 10, brain["electrodes"].names, full_scale=1.0)
    scene = cc.Scene(
        volume=brain["volume"], electrodes=brain["electrodes"], drive=drive, electrode_size=(10, 80), **LAYOUTS[layout]
    )
    return open_film(scene, FilmTiming(size=size, fps=10))


def frames_of(context, compositor, film, numbers):
    return [compositor.draw(film.frame(number)).read().astype(int) for number in numbers]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_small_frame_holds_the_pixels_of_the_full_one(layout):
    film = film_of(layout)
    size = sample_size(SIZE)
    with OffscreenContext() as context:
        texture = volume_texture_of(context, film)
        small = compositor_of(context, film, SIZE, texture=texture, frame_size=size)
        full = compositor_of(context, film, SIZE, texture=texture)
        assert small.frame.size == size == (160, 90)
        for pixels, whole in zip(
            frames_of(context, small, film, (0, 7, 19)), frames_of(context, full, film, (0, 7, 19)), strict=True
        ):
            # The middle of a small pixel is the corner of four pixels of the full frame.
            near = np.stack([whole[2 + y :: 6, 2 + x :: 6] for y in (0, 1) for x in (0, 1)])
            outside = (pixels < near.min(axis=0) - 24) | (pixels > near.max(axis=0) + 24)
            # Edges of contacts, outlines and letters are narrower than a pixel.
            # Beside the outlines of contacts halos begin at once. Heads that turn have coarse outlines.
            most = 0.02 if "turning" in layout else 0.01 if layout == "glow" else 0.005
            assert outside.any(axis=-1).mean() < most
            # The contacts are there: their colours fill many pixels.
            assert (np.ptp(pixels[..., :3], axis=-1) > 60).mean() > 0.02


def test_the_views_of_another_compositor_are_drawn_as_its_own():
    film = film_of("lateral")
    with OffscreenContext() as context:
        texture = volume_texture_of(context, film)
        small = compositor_of(context, film, SIZE, texture=texture, frame_size=sample_size(SIZE))
        frames_of(context, small, film, (0,))
        (views,) = (each for each in small.passes if isinstance(each, ViewPass))
        lent = compositor_of(context, film, SIZE, texture=texture, views=views)
        own = compositor_of(context, film, SIZE, texture=texture)
        for one, other in zip(
            frames_of(context, lent, film, (0, 7)), frames_of(context, own, film, (0, 7)), strict=True
        ):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if "turning" in name])
@pytest.mark.parametrize("n_kept", [0, 2, 100])
def test_heads_that_turn_are_cast_once_while_there_is_room(layout, n_kept, monkeypatch):
    whole = (SIZE[0] // 2, SIZE[1] // 2)
    film, size = film_of(layout, whole), sample_size(whole)
    cast: list[float] = []

    def counted(self, panels, rays):
        cast.append(rays.of[0])
        return casts(self, panels, rays)

    casts = ViewPass._cast_rays
    with OffscreenContext() as context:
        texture = volume_texture_of(context, film)
        full = compositor_of(context, film, whole, texture=texture)
        monkeypatch.setattr(views, "KEPT_BYTES", n_kept * views.BYTES_PER_PIXEL * size[0] * size[1])
        keeping = compositor_of(context, film, whole, texture=texture, frame_size=size)
        monkeypatch.setattr(views, "KEPT_BYTES", 0)
        anew = compositor_of(context, film, whole, texture=texture, frame_size=size)
        frames = frames_of(context, anew, film, (0, 7, 19, 7, 0))
        monkeypatch.setattr(ViewPass, "_cast_rays", counted)
        np.testing.assert_array_equal(frames_of(context, keeping, film, (0, 7, 19, 7, 0)), frames)
        assert len(cast) == {0: 5, 2: 3, 100: 3}[n_kept]
        # The film's own frames are large and drawn once.
        frames_of(context, full, film, (0, 7, 0))
        assert len(cast) == {0: 5, 2: 3, 100: 3}[n_kept] + 3
