"""Samples of a show's frames whose luminance is known."""

import numpy as np

SIZE = (48, 27)


def grey(luminance, area=1.0):
    """A sample of one luminance on the left, black on the right."""
    code = 255 * (1.055 * luminance ** (1 / 2.4) - 0.055 if luminance > 0.0031308 else 12.92 * luminance)
    pixels = np.zeros((SIZE[1], SIZE[0], 4), np.uint8)
    pixels[:, : round(area * SIZE[0])] = round(code)
    return pixels
