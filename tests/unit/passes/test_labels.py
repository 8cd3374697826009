"""Places of glyphs within a text."""

import numpy as np
import pytest
from PIL import ImageFont

from corticast.core.text.face import BUILT_IN
from corticast.core.text.metrics import pens_px
from corticast.passes.labels import _columns


@pytest.mark.parametrize("size_px", [12.0, 13.9, 14.4, 16.0, 20.0])
@pytest.mark.parametrize("text", ["faint: off", "contacts, 250", "without. The"])
def test_a_mark_at_the_end_of_a_word_keeps_the_distance_of_the_font(text, size_px):
    """Wherever the text begins. On rounded columns the colon lay upon the t."""
    place = next(k for k, c in enumerate(text) if c in ":,.")
    font = ImageFont.truetype(
        BUILT_IN.file(strong=False), 16 * size_px, layout_engine=ImageFont.Layout.BASIC
    )  # fmt: skip
    distance = (font.getlength(text[place - 1 : place + 1]) - font.getlength(text[place])) / 16
    for start in np.arange(0, 1, 0.1):
        pens = [start + pen for pen in pens_px(text, size_px, False)]
        columns = _columns(text, pens)
        assert columns[place] - columns[place - 1] >= distance - 1 / 16
        assert [c for k, c in enumerate(columns) if k != place] == [
            round(pen) for k, pen in enumerate(pens[:-1]) if k != place
        ]
