"""A made head that no mirror and no turn leaves alike."""

import numpy as np

from corticast.core.model.types import Volume

# Ellipsoids in RAS+ mm: centre, half axes, value added.
_PARTS = [
    ((0, -10, 5), (72, 92, 75), 500),  # head
    ((0, -10, 8), (64, 84, 66), -200),  # inside of the skull
    ((0, -8, 12), (58, 76, 56), 350),  # brain
    ((-9, -8, 14), (4, 26, 10), -450),  # ventricles
    ((9, -8, 14), (4, 26, 10), -450),
    ((34, 26, 22), (12, 12, 12), 600),  # a bright lesion: right, anterior, superior
    ((-38, -44, -8), (7, 14, 6), -300),  # a dark one: left, posterior, inferior
    ((0, 88, -6), (9, 12, 12), 450),  # nose
]


def phantom_head(affine, shape, *, sided=True):
    """Volume of int16 at the affine's grid; edges are smooth over about 2 mm."""
    index = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1)
    world = index @ affine[:3, :3].T + affine[:3, 3]
    values = np.zeros(shape)
    for centre, axes, value in _PARTS:
        depth_mm = (1 - np.linalg.norm((world - centre) / axes, axis=-1)) * min(axes)
        values += value * np.clip(depth_mm / 2 + 0.5, 0, 1)
    # A slow wave distinguishes places within one tissue.
    values *= 1 + 0.08 * np.sin(world @ (0.11, 0.07, 0.16))
    return Volume(np.asfortranarray(np.round(values).astype(np.int16)), affine, name="phantom", sided=sided)
