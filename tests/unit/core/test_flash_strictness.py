"""A stricter meter: flashes that an encoder can make of a film that passes by a little."""

from fractions import Fraction

import numpy as np
import pytest

from corticast.core.flash_meter import FlashMeter
from corticast.core.flash_reach import Discs, Reach
from corticast.core.flash_strictness import Blocks, Strictness

SIZE = WIDTH, HEIGHT = 160, 90


def rates(frames, **options):
    """Flashes a second by WCAG and by broadcast."""
    meter = FlashMeter(SIZE, Fraction(30), **options)
    for frame in frames:
        meter.push(frame)
    return [reading.rate_hz for reading in meter.flashes.readings]


def blinking(colours, rows=HEIGHT, columns=WIDTH, n_frames=60):
    """Frames on black whose part from the top left takes two colours in turn, three frames each."""
    frames = np.zeros((n_frames, HEIGHT, WIDTH, 3), np.uint8)
    for number, frame in enumerate(frames):
        frame[:rows, :columns] = colours[number // 3 % 2]
    return frames


@pytest.mark.parametrize(
    ("size", "frame_size"), [((160, 90), (160, 90)), ((160, 90), (640, 360)), ((90, 160), (1080, 1920))]
)
def test_a_block_changes_with_each_of_its_cells(size, frame_size):
    cells = np.random.default_rng(1).random((size[1], size[0])) < 0.02
    spread = Blocks(size, frame_size, 16).spread(np.flatnonzero(cells))
    # Pixel of each cell, block of each pixel.
    rows, columns = (
        [int((k + 0.5) * n_px / n) // 16 for k in range(n)]
        for n, n_px in zip(size[::-1], frame_size[::-1], strict=True)
    )
    blocks = {(rows[y], columns[x]) for y, x in np.argwhere(cells)}
    np.testing.assert_array_equal(spread, [[(row, column) in blocks for column in columns] for row in rows])


def test_means_follow_where_the_blocks_of_a_quarter_change():
    # White squares of 7 x 7 pixels, one in each block of 16 x 16: a fifth of the screen.
    frames = np.zeros((60, HEIGHT, WIDTH, 3), np.uint8)
    for number in range(60):
        if number // 3 % 2:
            for y in range(0, HEIGHT, 16):
                for x in range(0, WIDTH, 16):
                    frames[number, y : y + 7, x : x + 7] = 255
    assert 0.18 < (frames[3, ..., 0] > 0).mean() < 0.22
    assert rates(frames) == [0, 0]
    assert rates(frames, strictness=Strictness(block_px=16))[1] == 5
    # In frames of more pixels the same squares fill blocks of their own.
    assert rates(frames, strictness=Strictness(block_px=16), frame_size=(1920, 1080)) == [0, 0]


@pytest.mark.parametrize(("colour", "seen"), [((188, 55, 84), True), ((188, 80, 90), False)])
def test_red_counts_with_each_share(colour, seen):
    # Linear light: the first colour has 79.7 % of red, the second 73 %; luminance differs by less than a tenth.
    linear = ((np.array(colour) / 255 + 0.055) / 1.055) ** 2.4
    assert (linear[0] / linear.sum() > 0.76) is np.bool_(seen)
    assert linear[0] / linear.sum() < 0.8
    dark = [(60, 60, 60), colour]
    kinds = {}
    for shares in ((0.8,), (0.8, 0.76)):
        meter = FlashMeter(SIZE, 30, strictness=Strictness(red_shares=shares))
        for frame in blinking(dark):
            meter.push(frame)
        kinds[shares] = {sample.kind for sample in meter.samples}
    assert "red" not in kinds[0.8,]
    assert ("red" in kinds[0.8, 0.76]) is seen


def test_a_smaller_step_of_a_mean_counts():
    # 0.097 of the largest luminance.
    frames = blinking([(0, 0, 0), (88, 88, 88)])
    assert rates(frames) == [0, 0]
    assert rates(frames, strictness=Strictness(mean_step=0.95)) == [5, 5]


def test_contacts_reach_further_in_blocks():
    strictness = Strictness(block_px=16)
    # Discs of 10 pixels, one in each block of 16: 31 % of a field at the largest, and all of its blocks.
    centres = np.stack(np.meshgrid(np.arange(8, 320, 16), np.arange(8, 180, 16)), axis=-1).reshape(-1, 2) - 0.5
    reach = Reach((320, 180), (Discs(centres, np.full(len(centres), 2.0)),))
    assert reach.can_flash(strictness=strictness)
    far = Reach((1920, 1080), (Discs(np.array([[960.0, 540.0]]), np.array([100.0])),))
    assert not far.can_flash(strictness=strictness)
