"""Rims of texts, against distances from the glyphs by SciPy: a share of the size, and fading outwards."""

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt

from corticast.passes.labels import glyph_coverage, rim_coverage


@pytest.mark.parametrize("size_px", [12.0, 26.0, 60.0])
@pytest.mark.parametrize("strong", [False, True])
def test_a_rim_is_a_share_of_the_size_and_fades_outwards(size_px, strong):
    rim, left, top = rim_coverage("R", size_px, strong)
    glyph, x, y = glyph_coverage("R", size_px, strong)
    placed = np.zeros(rim.shape)
    placed[y - top : y - top + glyph.shape[0], x - left : x - left + glyph.shape[1]] = glyph
    # Pixels from the middle of the nearest pixel that the glyph covers by half.
    away = distance_transform_edt(placed < 128)
    near, far = 0.045 * size_px, 0.09 * size_px
    # Strokes are smoothed over a pixel, and so is the edge of the glyph.
    bands = [
        (away <= max(near - 1, 0), 1 - 0.4 * 0.6),
        ((away >= near + 1.5) & (away <= far - 1), 0.4),
        (away >= far + 1.5, 0.0),
    ]
    for band, opacity in bands:
        assert not band.any() or abs(np.median(rim[band]) / 255 - opacity) < 0.03 + 0.8 / size_px
    assert bands[0][0].any()
    assert not rim[bands[2][0]].any()
    # No rim reaches farther from a small text than from a large one, as a share of the size.
    assert max(rim.shape) - max(glyph.shape) <= 2 * np.ceil(far) + 1
