"""Y'CbCr planes against the CPU twin, and against their definition."""

import numpy as np
import pytest

from corticast.core.color import YcbcrEncoding, rgb_to_ycbcr

pytestmark = pytest.mark.gl


def planes_of(gl, rgb):
    """Draw a picture, convert it, read the packed planes: luma, cb, cr."""
    from corticast.gl.readback import ReadbackRing
    from corticast.gl.target import Target
    from corticast.passes.picture import PicturePass, picture_texture
    from corticast.passes.planes import PlanePass

    height, width = rgb.shape[:2]
    frame = Target(gl, (width, height))
    with frame.bound():
        PicturePass((width, height)).draw(picture_texture(rgb, (width, height)), (0, 0, width, height))
    conversion = PlanePass(gl, (width, height))
    conversion.draw(frame)
    ring = ReadbackRing(conversion.n_bytes)
    assert ring.push(conversion.target) is None
    (packed,) = ring.drain()
    ring.close()
    planes = conversion.planes(packed)
    w, h = conversion.size
    assert planes.size == w * h * 3 // 2
    luma = planes[: w * h].reshape(h, w)
    cb = planes[w * h : w * h * 5 // 4].reshape(h // 2, w // 2)
    cr = planes[w * h * 5 // 4 :].reshape(h // 2, w // 2)
    return luma, cb, cr


def test_matrix_is_the_one_of_the_standard():
    """BT.709 in 8 bits, computed here from the text of the recommendation."""
    for rgb, codes in {
        (0, 0, 0): (16, 128, 128),
        (1, 1, 1): (235, 128, 128),
        (1, 0, 0): (63, 102, 240),
        (0, 1, 0): (173, 42, 26),
        (0, 0, 1): (32, 240, 118),
    }.items():
        assert np.round(rgb_to_ycbcr(rgb) * 255).tolist() == list(codes)
    full = YcbcrEncoding(limited=False)
    assert np.round(rgb_to_ycbcr([1, 1, 1], full) * 255).tolist() == [255, 128, 128]


@pytest.mark.parametrize("size", [(64, 48), (100, 62), (102, 46), (37, 23), (8, 2), (1, 1)])
def test_planes_equal_the_twin(current_gl, rng, size):
    width, height = size
    rgb = rng.integers(0, 256, (height, width, 3)).astype(np.uint8)
    luma, cb, cr = planes_of(current_gl, rgb)
    # Odd sides repeat their last pixels.
    padded = np.pad(rgb, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    codes = rgb_to_ycbcr(padded / 255) * 255
    assert np.abs(luma - codes[:, :, 0]).max() <= 0.51
    # Chroma: 1 2 1 about the left column of each pair, the mean of two rows.
    rows = (codes[0::2] + codes[1::2]) / 2
    wide = np.pad(rows, ((0, 0), (1, 1), (0, 0)), mode="edge")
    sited = (wide[:, :-2] + 2 * wide[:, 1:-1] + wide[:, 2:])[:, 0::2] / 4
    assert np.abs(cb - sited[:, :, 1]).max() <= 0.52
    assert np.abs(cr - sited[:, :, 2]).max() <= 0.52


def test_a_ramp_of_every_level(current_gl):
    ramp = np.arange(256, dtype=np.uint8)
    rgb = np.repeat(np.repeat(ramp[None, :, None], 3, axis=2), 2, axis=0)
    luma, cb, cr = planes_of(current_gl, rgb)
    assert np.abs(luma[0] - (16 + 219 * (ramp / 255))).max() <= 0.5 + 1e-3
    assert (cb == 128).all()
    assert (cr == 128).all()
