"""Diverging maps between two colours."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from corticast.core.color.oklab import oklab_of_srgb, srgb_of_oklab
from corticast.core.model.types import Float64Array

# The middle is white with a trace of grey, so that it stands out from white paper and from black ground.
_MIDDLE_LIGHTNESS = 0.94


def two_colour_map(low: npt.ArrayLike, high: npt.ArrayLike, mid: float, n_colours: int) -> Float64Array:
    """(n_colours, 3) sRGB in 0..1: a map from one colour over a light grey to another.

    The arms run straight through Oklab. At a distance d from the middle, up to 1, a colour lies the share
    d ** (ln 0.5 / ln mid) of its way to the end, so half of the way at d = mid.

    Parameters
    ----------
    low, high : (3,) sRGB in 0..1
    mid : in 0..1, both excluded
    """
    low_lab, high_lab = oklab_of_srgb(np.stack([low, high]))
    middle = np.array([_MIDDLE_LIGHTNESS, 0.0, 0.0])
    places = np.linspace(-1, 1, n_colours)
    share = (np.abs(places) ** (math.log(0.5) / math.log(mid)))[:, None]
    ends = np.where(places[:, None] < 0, low_lab, high_lab)
    return srgb_of_oklab((1 - share) * middle + share * ends)
