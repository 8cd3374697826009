"""What slices must look like, by NumPy and SciPy in float64."""

import numpy as np
from scipy.ndimage import map_coordinates


def volume_box_mm(affine, shape):
    corners = np.array(np.meshgrid(*[(-0.5, n - 0.5) for n in shape], indexing="ij")).reshape(3, -1)
    world = affine[:3, :3] @ corners + affine[:3, 3:]
    return world.min(axis=1), world.max(axis=1)


def pixel_grid_mm(panel, size, plane_mm):
    """World position of every pixel of the frame on the panel's plane, (height, width, 3)."""
    width, height = size
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    pixels = np.stack([columns.ravel(), rows.ravel(), np.ones(columns.size)])
    return (panel.plane_to_world(plane_mm) @ pixels).T.reshape(height, width, 3)


def slice_grey(values, affine, world_mm, window, order):
    """Grey levels in 0..255 before rounding, NaN outside the volume.

    Parameters
    ----------
    values : (nx, ny, nz) scaled values
    world_mm : (height, width, 3)
    order : 0 nearest, 1 linear
    """
    inverse = np.linalg.inv(affine)
    index = world_mm @ inverse[:3, :3].T + inverse[:3, 3]
    sampled = map_coordinates(
        values.astype(np.float64), np.moveaxis(index, -1, 0), order=order, mode="nearest", prefilter=False
    )
    limits = np.array(values.shape) - 0.5
    inside = ((index >= -0.5 - 1e-6) & (index <= limits + 1e-6)).all(axis=-1)
    low, high = window
    grey = 255 * np.clip((sampled - low) / (high - low), 0, 1)
    return np.where(inside, grey, np.nan)
