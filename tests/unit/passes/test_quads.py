"""Rectangles that cover others, pixel by pixel."""

import numpy as np
import pytest

from corticast.passes.quads import covering, joined_rects

SIZE = (413, 239)


def painted(rects):
    """How many rectangles cover each pixel of the frame."""
    counts = np.zeros(SIZE[::-1], dtype=int)
    for x, y, width, height in rects:
        assert 0 <= x <= x + width <= SIZE[0]
        assert 0 <= y <= y + height <= SIZE[1]
        counts[y : y + height, x : x + width] += 1
    return counts


def boxes(rng, n, largest):
    low = rng.integers(0, SIZE, (n, 2))
    size = np.minimum(rng.integers(0, largest, (n, 2)), np.array(SIZE) - low)
    return [tuple(row) for row in np.hstack([low, size]).tolist()]


@pytest.mark.parametrize(("n", "largest"), [(0, 9), (1, 30), (12, 40), (150, 12), (40, 200)])
def test_tiles_cover_each_pixel_once_and_little_else(rng, n, largest):
    rects = boxes(rng, n, largest)
    counts = painted(covering(rects, SIZE))
    wanted = painted(rects) > 0
    assert counts.max(initial=0) <= 1
    assert (counts[wanted] == 1).all()
    # Beyond the rectangles, less than a tile to each side.
    near = painted([clipped_to_frame(x - 31, y - 15, w + 62, h + 30) for x, y, w, h in rects if w and h]) > 0
    assert not counts[~near].any()


def clipped_to_frame(x, y, width, height):
    x0, y0 = max(x, 0), max(y, 0)
    return x0, y0, min(x + width, SIZE[0]) - x0, min(y + height, SIZE[1]) - y0


@pytest.mark.parametrize(("n", "largest"), [(0, 9), (1, 30), (12, 40), (150, 12)])
def test_fewer_rectangles_cover_as_much(rng, n, largest):
    rects = covering(boxes(rng, n, largest), SIZE)
    fewer = joined_rects(rects)
    wanted = painted(rects) > 0
    assert (painted(fewer)[wanted] > 0).all()
    assert len(fewer) <= len(rects)
    # Each one that went saved more than it cost.
    assert (painted(fewer) > 0).sum() <= wanted.sum() + 3000 * (len(rects) - len(fewer))


def test_rectangles_far_apart_stay_apart():
    rects = [(0, 0, 32, 16), (352, 208, 32, 16)]
    assert sorted(joined_rects(rects)) == rects
