"""The quads of leaders."""

import numpy as np

from corticast.core.text.leaders import corners


def test_a_quad_is_a_rectangle_and_no_bow_tie(rng):
    lines = rng.uniform(0, 100, (20, 2, 2))
    quads, across = corners(lines, 1.5)
    # The area by the shoelace formula, with the corners in order; that of a bow tie is 0.
    x, y = np.moveaxis(quads, -1, 0)
    area = np.abs((x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)).sum(axis=1)) / 2
    length = np.linalg.norm(lines[:, 1] - lines[:, 0], axis=1)
    assert np.allclose(area, length * np.ptp(across, axis=1))
