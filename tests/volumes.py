"""Volumes for films."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from corticast.core.model.types import Volume

FPS = Fraction(30)


def volume_of(shape=(20, 30, 24)):
    voxels = np.zeros(shape, np.uint8)
    voxels[4:15, 3:28, 6:20] = 200
    affine = np.diag([2.0, 2.0, 2.0, 1.0])
    affine[:3, 3] = -20, -30, -24
    return Volume(np.asfortranarray(voxels), affine)
