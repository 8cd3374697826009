"""What slices must look like, by NumPy and SciPy in float64."""

import numpy as np
import scipy

from corticast.core.geometry.sprites import sprite_pixels


def pixel_grid_mm(panel, size, plane_mm):
    """World position of every pixel of the frame on the panel's plane, (height, width, 3)."""
    width, height = size
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    pixels = np.stack([columns.ravel(), rows.ravel(), np.ones(columns.size)])
    return (panel.plane_to_world(plane_mm) @ pixels).T.reshape(height, width, 3)


def sampled_at(values, index, order=1):
    """Values between voxels, at indices (..., 3); beyond the edge, those of the edge."""
    return scipy.ndimage.map_coordinates(
        values, np.moveaxis(index, -1, 0), order=order, mode="nearest", prefilter=False
    )


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
    sampled = sampled_at(values.astype(np.float64), index, order)
    limits = np.array(values.shape) - 0.5
    inside = ((index >= -0.5 - 1e-6) & (index <= limits + 1e-6)).all(axis=-1)
    low, high = window
    grey = 255 * np.clip((sampled - low) / (high - low), 0, 1)
    return np.where(inside, grey, np.nan)


# Twins of shaders/lib/grid_index.glsl and no_data.glsl, in float64.
ON_CENTRE = 1e-4


def inside_grid(index, shape):
    return ((index >= -0.5 - ON_CENTRE) & (index <= shape - 0.5 + ON_CENTRE)).all(axis=-1)


def linear_base(index, shape):
    """Lower neighbour and the share of the upper one."""
    clamped = np.clip(index, 0, shape - 1)
    base = np.floor(clamped + ON_CENTRE)
    above = np.clip(clamped - base, 0, 1)
    return base, np.where(above < ON_CENTRE, 0.0, above)


def nearest_voxel(index, shape, sign):
    """Nearest voxel; half-way positions (within rounding) go towards `sign`."""
    return np.clip(np.floor(index + 0.5 + sign * ON_CENTRE), 0, shape - 1)


def mix_taps(a, b, weight_b, no_data):
    """Weighted mean of two taps; a tap without value counts only where it has weight."""
    missing = ((a == no_data) & (weight_b < 1)) | ((b == no_data) & (weight_b > 0))
    counted_a, counted_b = np.where(weight_b < 1, a, 0), np.where(weight_b > 0, b, 0)
    return np.where(missing, no_data, counted_a * (1 - weight_b) + counted_b * weight_b)


def touched_by_nan(values, index):
    """Whether a linear sample at a position mixes a NaN voxel in.

    Parameters
    ----------
    values : (nx, ny, nz)
    index : (..., 3) voxel positions

    Returns
    -------
    touched, decided : (...) bool; not decided just beside a voxel's centre, where float32 may be on the centre
    """
    missing = np.isnan(values)
    last = np.array(values.shape) - 1
    clamped = np.clip(index, 0, last)
    centre = np.round(clamped)
    # On a centre, except for the rounding of float64.
    clamped = np.where(np.abs(clamped - centre) < 1e-9, centre, clamped)
    below = np.floor(clamped).astype(int)
    touched = np.zeros(index.shape[:-1], bool)
    for corner in np.ndindex(2, 2, 2):
        weight = np.where(corner, clamped - below, 1 - (clamped - below))
        tap = np.minimum(below + corner, last)
        touched |= missing[tuple(np.moveaxis(tap, -1, 0))] & (weight > 0).all(axis=-1)
    near = np.abs(clamped - centre)
    return touched, ((near == 0) | (near > 2 * ON_CENTRE)).all(axis=-1)


# Twins of shaders/lib/ray_*.glsl and of what shaders/pass/ray_*.frag do with them, in float64.


def ray_grey(values, places, window):
    """Grey levels of 255 at texture coordinates; 0 outside, NaN where a voxel without value may be mixed in."""
    size = np.array(values.shape[:3])
    index = places * size - 0.5
    whole = np.nan_to_num(values.astype(np.float64))
    sampled = sampled_at(whole, index)
    grey = 255 * (sampled - window[0]) / (window[1] - window[0])
    missing = np.isnan(values.astype(np.float64)).astype(np.float64)
    touched = sampled_at(missing, index) > 0
    outside = (np.abs(places - 0.5) > 0.5).any(axis=-1)
    return np.where(outside, 0.0, np.where(touched, np.nan, grey))


def ray_light(normals):
    """Light of unit normals (..., 3) in the camera's axes."""
    diffuse = np.maximum(normals @ (-0.3, 0.4, 0.866), 0)
    return np.clip(0.16 + 0.62 * diffuse + 0.22 * np.maximum(normals[..., 2], 0), 0, 1)


def camera_axes(azimuth_deg, elevation_deg):
    """Right, up and towards the viewer, by turning a viewer who stands before +x."""
    from scipy.spatial.transform import Rotation

    # The world's axes as the viewer at azimuth 0 sees them: y to the right, z up, x towards.
    axes = np.array([[0.0, 1, 0], [0, 0, 1], [1, 0, 0]])
    return Rotation.from_euler("yz", [-elevation_deg, azimuth_deg], degrees=True).apply(axes)


def rays_mm(panel, every=1):
    """World positions at depth 0 of a view's pixels, (rows, columns, 3), and the direction to the viewer."""
    x, y, width, height = panel.rect
    columns, rows = np.meshgrid(np.arange(x, x + width, every), np.arange(y, y + height, every))
    scale, middle = panel.affine[0, 0], panel.affine[:, 2]
    axes = camera_axes(panel.camera.azimuth_deg, panel.camera.elevation_deg)
    right, up = (columns - middle[0]) / scale, (middle[1] - rows) / scale
    feet = panel.camera.centre_mm + right[..., None] * axes[0] + up[..., None] * axes[1]
    return feet, axes[2]


def along_rays(values, affine, feet_mm, towards, depths_mm):
    """Linear samples of scaled values at depths along rays, 0 outside the volume; (depths, rows, columns)."""
    inverse = np.linalg.inv(affine)
    samples = np.empty((len(depths_mm), *feet_mm.shape[:2]))
    limits = np.array(values.shape) - 0.5
    for k, depth in enumerate(depths_mm):
        index = (feet_mm + depth * towards) @ inverse[:3, :3].T + inverse[:3, 3]
        inside = ((index >= -0.5) & (index <= limits)).all(axis=-1)
        samples[k] = np.where(inside, sampled_at(values, index), 0)
    return samples


def sprites_over(frame, centres, diameters, colours, outline_px, *, hollow=False, opacity=None):
    """Sprites laid over a picture one after the other, in float64, by `sprite_pixels`.

    Parameters
    ----------
    frame : (height, width, 3) levels
    centres : (n, 2) column and row
    diameters, opacity : (n,)
    colours : (n, 3) in 0..1
    """
    frame = np.array(frame, dtype=float)
    opacity = np.ones(len(centres)) if opacity is None else opacity
    for (column, row), diameter, colour, share in zip(centres, diameters, colours, opacity, strict=True):
        x0, y0 = (max(int(place - diameter / 2) - 3, 0) for place in (column, row))
        x1, y1 = (int(place + diameter / 2) + 4 for place in (column, row))
        rows, columns = np.mgrid[y0 : min(y1, frame.shape[0]), x0 : min(x1, frame.shape[1])]
        distance = np.hypot(columns - column, rows - row)
        pixels = sprite_pixels(
            distance, diameter / 2, colour, widest_outline_px=outline_px, opacity=share, hollow=hollow
        )
        part = frame[rows, columns]
        frame[rows, columns] = part * (1 - pixels[..., 3:]) + 255 * pixels[..., :3]
    return frame
