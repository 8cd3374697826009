"""Samples of frames, read one by one and several at once: the pixels in the middle of each cell."""

import numpy as np
import pytest

from corticast.core.flashes import sample_size
from corticast.gl.target import Target
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
