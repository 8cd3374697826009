"""Voxels of a mask that count as inside."""

from __future__ import annotations

import numpy as np

from corticast.core.model.types import BoolArray, Volume


def voxels_above_zero(mask: Volume) -> BoolArray:
    """Voxels with a scaled value, or a colour, above 0; missing values are not.

    Scaled values exist for one slice at a time: those of a whole mask take eight times the memory of bytes.

    Returns
    -------
    (nx, ny, nz) bool, in the order of the voxels in memory
    """
    found = np.empty_like(mask.voxels[..., 0] if mask.is_rgb else mask.voxels, dtype=np.bool_)
    for k in range(mask.shape[2]):
        stored = mask.voxels[:, :, k]
        values = stored[..., :3].max(axis=2) if mask.is_rgb else stored
        with np.errstate(invalid="ignore"):
            found[:, :, k] = values.astype(np.float64) * mask.slope + mask.inter > 0
    return found
