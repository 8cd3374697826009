"""Oklab, a space of colours in which equal steps look equally large.

Source of the formulas: Ottosson, "A perceptual color space for image processing", 2020.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from corticast.core.model.types import Float64Array

_LAB_TO_CONES = np.array(
    [[1, 1, 1], [0.3963377774, -0.1055613458, -0.0894841775], [0.2158037573, -0.0638541728, -1.2914855480]]
)
_CONES_TO_LINEAR = np.array(
    [
        [4.0767416621, -1.2684380046, -0.0041960863],
        [-3.3077115913, 2.6097574011, -0.7034186147],
        [0.2309699292, -0.3413193965, 1.7076147010],
    ]
)


def srgb_of_oklab(lab: Float64Array) -> Float64Array:
    """(n, 3) sRGB in 0..1 of (n, 3) colours in Oklab; colours beyond sRGB are clipped."""
    linear = np.clip((lab @ _LAB_TO_CONES) ** 3 @ _CONES_TO_LINEAR, 0.0, 1.0)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def oklab_of_srgb(colours: npt.ArrayLike) -> Float64Array:
    """(n, 3) Oklab of (n, 3) sRGB colours in 0..1."""
    rgb = np.asarray(colours, dtype=np.float64)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    cones = np.cbrt(linear @ np.linalg.inv(_CONES_TO_LINEAR))
    return np.asarray(cones @ np.linalg.inv(_LAB_TO_CONES))
