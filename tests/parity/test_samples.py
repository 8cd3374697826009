"""Samples of frames, read one by one and several at once: the pixels in the middle of each cell."""

import numpy as np
import pytest

from corticast.core.flash_light import srgb_of_ycbcr
from corticast.core.flashes import sample_size
from corticast.gl.target import Target
from corticast.passes.plane_samples import PlaneSamples
from corticast.passes.planes import PlanePass
from corticast.passes.samples import FrameSamples

pytestmark = pytest.mark.gl

SIZE = WIDTH, HEIGHT = 480, 270


@pytest.mark.parametrize("n_together", [1, 4, 15])
@pytest.mark.parametrize("n_frames", [3, 16, 37])
def test_samples_come_in_order_and_repeat_where_nothing_is_new(gl, n_together, n_frames):
    random = np.random.default_rng(2)
    pictures = random.integers(0, 256, (n_frames, HEIGHT, WIDTH, 4), dtype=np.uint8)
    is_new = random.random(n_frames) < 0.7
    target, samples, found = Target(gl, SIZE), FrameSamples(gl, SIZE, n_together=n_together), []
    for picture, new in zip(pictures, is_new, strict=True):
        target.texture.set_data(picture)
        found += [None if each is None else each.copy() for each in samples.take(target, is_new=bool(new))]
    found += [None if each is None else each.copy() for each in samples.rest()]
    samples.close()
    assert [each is not None for each in found] == is_new.tolist()
    columns, rows = (
        ((np.arange(n) + 0.5) * n_px / n).astype(int) for n, n_px in zip(sample_size(SIZE), SIZE, strict=True)
    )
    for sample, picture in zip(found, pictures, strict=True):
        if sample is not None:
            np.testing.assert_array_equal(sample, picture[rows][:, columns])


@pytest.mark.parametrize("size", [(480, 270), (250, 333), (96, 54)])
def test_samples_of_planes_have_the_colours_of_the_frame(gl, size):
    """Within two levels of 256, away from edges; cells that rest keep their first colour."""
    width, height = size
    random, blocks = np.random.default_rng(3), (height // 12 + 1, width // 12 + 1)
    rests = np.kron(random.random(blocks) < 0.3, np.ones((12, 12)))[:height, :width] > 0
    columns, rows = (
        ((np.arange(n) + 0.5) * n_px / n).astype(int) for n, n_px in zip(sample_size(size), size, strict=True)
    )
    inside = ((rows % 12 > 2) & (rows % 12 < 9))[:, None] & ((columns % 12 > 2) & (columns % 12 < 9))
    inside[-1] = inside[:, -1] = False
    frame, planes = Target(gl, size), PlanePass(gl, size)
    moving = np.flatnonzero(~rests[rows][:, columns])
    samples = PlaneSamples(planes, size, moving)
    first: np.ndarray | None = None
    codes: np.ndarray | None = None
    for _ in range(3):
        picture = np.kron(random.integers(0, 256, (*blocks, 4)), np.ones((12, 12, 1)))[:height, :width].astype(np.uint8)
        picture[..., 3] = 255
        first = picture if first is None else first
        frame.texture.set_data(picture)
        planes.draw(frame)
        packed = planes.target.read().ravel()
        codes = samples.whole(packed) if codes is None else codes
        codes.reshape(-1, 3)[moving] = samples.moving(packed).T
        colours = srgb_of_ycbcr(codes).astype(int)
        expected = np.where(rests[..., None], first, picture)[rows][:, columns][..., :3]
        assert inside.sum() > 100
        assert np.abs(colours - expected)[inside].max() <= 2
