"""Copies of a target for a window, and contexts that others own."""

import numpy as np
import pytest
from tests.live.window_double import pattern

pytestmark = pytest.mark.gl


@pytest.fixture
def drawn(current_gl):
    """A target that holds the pattern, and one that stands for a window's framebuffer."""
    from corticast.gl.target import Target

    def make(size, into):
        picture, window = Target(current_gl, size), Target(current_gl, into)
        picture.texture.set_data(pattern(size))
        with window.bound():
            window.clear((1, 0, 1, 0.5))
        picture.show(window.name, into)
        return picture, window

    return make


@pytest.mark.parametrize(
    ("size", "into", "rect"),
    [
        ((64, 36), (64, 36), (0, 0, 64, 36)),
        ((64, 36), (64, 51), (0, 7, 64, 36)),
        ((63, 37), (90, 37), (13, 0, 63, 37)),
    ],
)
def test_row_0_is_the_top_of_the_window(drawn, size, into, rect):
    picture, window = drawn(size, into)
    wanted = np.zeros((into[1], into[0], 4), np.uint8)
    wanted[..., 3] = 255
    x, y, width, height = rect
    wanted[y : y + height, x : x + width] = pattern(size)
    # Row 0 of a framebuffer is its bottom, to a window.
    np.testing.assert_array_equal(window.read()[::-1], wanted)
    np.testing.assert_array_equal(picture.read(), pattern(size))


def test_what_is_drawn_next_goes_where_it_belongs(drawn):
    picture, window = drawn((8, 4), (8, 4))
    with picture.bound():
        picture.clear((0, 1, 0, 1))
    picture.show(window.name, (8, 4))
    with window.bound():
        window.clear((0, 0, 1, 1))
    assert (picture.read() == (0, 255, 0, 255)).all()
    assert (window.read() == (0, 0, 255, 255)).all()


def test_a_context_that_another_owns_is_left_to_it(current_gl):
    from corticast.gl.context import OffscreenContext
    from corticast.gl.current import current_context
    from corticast.gl.egl import EglContext
    from corticast.gl.target import Target

    ours = current_context()
    native = EglContext()
    theirs = current_context()
    assert theirs != ours
    closed = []
    destroy, native.close = native.close, lambda: closed.append(True)
    with OffscreenContext(backend="egl", native=native) as context:
        assert context.facts.backend == "egl"
        assert current_context() == theirs
        picture = Target(context, (8, 4))
        picture.texture.set_data(pattern((8, 4)))
        np.testing.assert_array_equal(picture.read(), pattern((8, 4)))
    assert closed == [True]
    assert not current_context().system
    destroy()
    current_gl.make_current()
    assert current_context() == ours
