"""Rims of texts, against distances from the glyphs by SciPy: a share of the size, and fading outwards."""

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt

from corticast.core.color.themes import THEMES, TRANSPARENT, contrast
from corticast.core.page.parts import RIM_ON_ANY_PAGE
from corticast.core.text.units import units_of
from corticast.passes.labels import rim_coverage, unit_coverage

(R,) = units_of("R")


@pytest.mark.parametrize("size_px", [12.0, 26.0, 60.0])
@pytest.mark.parametrize("strong", [False, True])
def test_a_rim_is_a_share_of_the_size_and_fades_outwards(size_px, strong):
    rim, left, top = rim_coverage(R, size_px, strong)
    glyph, x, y = unit_coverage(R, size_px, strong)
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


@pytest.mark.parametrize("size_px", [14.0, 30.0])
def test_over_any_page_a_whole_rim_separates_glyphs_from_the_page(size_px):
    """Over white, grey and black a light text has at least the contrast of WCAG 2.2 with the pixels around it."""
    glyph, x, y = unit_coverage(R, size_px, strong=False)
    rim, left, top = rim_coverage(R, size_px, False, RIM_ON_ANY_PAGE)
    ink = np.zeros(rim.shape)
    ink[y - top : y - top + glyph.shape[0], x - left : x - left + glyph.shape[1]] = glyph / 255
    text = THEMES["dark"].on(TRANSPARENT)
    away = distance_transform_edt(ink < 0.5)
    for page in (1.0, 0.5, 0.0):
        grey = page * (1 - rim / 255) + text.ground[0] * rim / 255
        grey = grey * (1 - ink) + text.text[0] * ink
        around = np.median(grey[(away > 0.5) & (away < max(0.085 * size_px, 1.5)) & (ink < 0.2)])
        within = np.median(grey[ink > 0.9])
        assert contrast((within,) * 3, (around,) * 3) > 4.5
