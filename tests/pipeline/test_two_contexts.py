"""Two OpenGL contexts in one process: each draws its own pictures, in turns and in two threads."""

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import corticast as cc
from corticast.app.render.still import compositor_of
from corticast.film.opening import open_film
from corticast.film.timing import FilmTiming
from corticast.gl.context import OffscreenContext

pytestmark = pytest.mark.gl

SIZE = (160, 90)
N_FRAMES = 6
ROOT = Path(__file__).parents[2]


def films(rng):
    """Two films that share no look: grey slices that move, and a head from outside with contacts that light up."""
    affine = np.diag([4.0, 4.0, 4.0, 1.0])
    affine[:3, 3] = -40, -48, -40
    noise = np.asfortranarray(rng.integers(0, 900, (20, 24, 20)).astype(np.int16))
    pos = rng.uniform(-30, 30, (8, 3))
    names = tuple(f"A{number}" for number in range(8))
    slices = cc.Scene(volume=cc.Volume(noise, affine), sweep="full")
    head = cc.Scene(
        volume=cc.Volume(np.asfortranarray(np.pad(noise[3:-3, 3:-3, 3:-3] + 500, 3)), affine),
        electrodes=cc.Electrodes(names, pos, "world"),
        drive=cc.ArrayDrive(rng.uniform(0, 1, (8, N_FRAMES)), 30.0, names),
        layout="3d",
        cmap="viridis",
        background="white",
    )
    return [open_film(scene, FilmTiming(frames=N_FRAMES)) for scene in (slices, head)]


def drawn_alone(film):
    with OffscreenContext() as context:
        compositor = compositor_of(context, film, SIZE)
        return [compositor.draw(film.frame(k)).read() for k in range(N_FRAMES)]


def check_same(pictures, expected):
    assert len(pictures) == len(expected)
    for k, (picture, other) in enumerate(zip(pictures, expected, strict=True)):
        assert np.array_equal(picture, other), f"frame {k}"


def test_frames_of_two_contexts_in_turns_are_those_of_each_alone(rng):
    both = films(rng)
    expected = [drawn_alone(film) for film in both]
    assert not np.array_equal(expected[0][0], expected[0][3])
    assert not np.array_equal(expected[1][0], expected[1][3])
    with OffscreenContext() as first, OffscreenContext() as second:
        contexts = first, second
        compositors = []
        for context, film in zip(contexts, both, strict=True):
            context.make_current()
            compositors.append(compositor_of(context, film, SIZE))
        pictures = [], []
        for k in range(N_FRAMES):
            # In turns, beginning with another one each time.
            for which in (k % 2, (k + 1) % 2):
                contexts[which].make_current()
                pictures[which].append(compositors[which].draw(both[which].frame(k)).read())
    for made, alone in zip(pictures, expected, strict=True):
        check_same(made, alone)


def test_one_context_draws_on_after_another_was_closed(rng):
    both = films(rng)
    expected = [drawn_alone(film) for film in both]
    with OffscreenContext() as context:
        compositor = compositor_of(context, both[0], SIZE)
        pictures = []
        for k in range(N_FRAMES):
            pictures.append(compositor.draw(both[0].frame(k)).read())
            check_same(drawn_alone(both[1]), expected[1])
    check_same(pictures, expected[0])


def draw_in_two_threads():
    both = films(np.random.default_rng(14))
    expected = [drawn_alone(film) for film in both]
    pictures = [None, None]
    begin = threading.Barrier(2)

    def draw(which):
        begin.wait()
        pictures[which] = drawn_alone(both[which])

    threads = [threading.Thread(target=draw, args=(which,)) for which in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for made, alone in zip(pictures, expected, strict=True):
        check_same(made, alone)


def test_contexts_in_two_threads_draw_what_each_draws_alone():
    # In a process of its own: a thread waits while another one, such as that of the session's fixture, has a context.
    code = "from tests.pipeline.test_two_contexts import draw_in_two_threads; draw_in_two_threads()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
