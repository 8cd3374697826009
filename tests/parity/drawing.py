"""Slices drawn by corticast beside the same slices by nibabel's affine and SciPy's sampling."""

import itertools

import numpy as np
import scipy

from corticast.core.model.scene import Scene
from corticast.core.model.types import FrameState
from tests.parity.reference import pixel_grid_mm, slice_grey
from tests.parity.scene import SceneDrawing

SCIPY = "scipy.ndimage.map_coordinates, float64"

# The 48 storage orders, as nibabel's as_reoriented takes them.
ORIENTATIONS = [
    np.array([*zip(order, signs, strict=True)])
    for order in itertools.permutations(range(3))
    for signs in itertools.product((1, -1), repeat=3)
]


def draw(gl, volume, planes_mm, window, size, **options):
    """Pixels (height, width, 4) of a frame without labels, and its panels, which hold the whole volume."""
    scene = Scene(volume=volume, labels="none", fit="volume", **options)
    drawing = SceneDrawing(gl, scene, None, window, size)
    pixels = drawing.draw(FrameState(tuple(map(float, planes_mm)))).read()
    return pixels, drawing.layout.panels


def affine_of(zooms=(1.0, 1.0, 1.0), angles_deg=(0.0, 0.0, 0.0), origin=(-20.0, -25.0, -15.0), shear=0.0):
    ax, ay, az = np.deg2rad(angles_deg)
    rx = np.array([[1, 0, 0], [0, np.cos(ax), -np.sin(ax)], [0, np.sin(ax), np.cos(ax)]])
    ry = np.array([[np.cos(ay), 0, np.sin(ay)], [0, 1, 0], [-np.sin(ay), 0, np.cos(ay)]])
    rz = np.array([[np.cos(az), -np.sin(az), 0], [np.sin(az), np.cos(az), 0], [0, 0, 1]])
    skew = np.eye(3)
    skew[0, 1] = shear
    affine = np.eye(4)
    affine[:3, :3] = rz @ ry @ rx @ skew @ np.diag(zooms)
    affine[:3, 3] = origin
    return affine


def smooth_values(rng, shape, dtype=np.int16, scale=3000):
    """Random values, alike where they are near."""
    noise = scipy.ndimage.gaussian_filter(rng.standard_normal(shape), 1.5)
    return (scale * noise / np.abs(noise).max()).astype(dtype)


def windows_of(scaled):
    """The full range, and 1/50 of it about the middle."""
    finite = scaled[np.isfinite(scaled)].astype(np.float64)
    low, high = finite.min(), finite.max()
    middle, width = (low + high) / 2, (high - low) / 50
    return {"full": (low, high), "1/50": (middle - width / 2, middle + width / 2)}


def compare_with_scipy(
    fidelity, gl, volume, scaled, affine, planes_mm, size, *, claim, n_least, step=1, windows=None, **options
):
    """Draw with the full window and with 1/50 of it; grey levels against SciPy, every pixel outside black.

    Parameters
    ----------
    scaled, affine : values and geometry by another reader, such as nibabel
    claim : of the comparison; the windows are added
    n_least : how many pixels must lie inside the volume
    step : every how many rows and columns are compared
    windows : (low, high) by name, in place of the two
    """
    order = 0 if options.get("interpolation") == "nearest" else 1
    inverse = np.linalg.inv(affine)
    for width, window in (windows or windows_of(scaled)).items():
        pixels, panels = draw(gl, volume, planes_mm, window, size, **options)
        assert (pixels[:, :, 0] == pixels[:, :, 1]).all()
        n_inside = 0
        for panel in panels:
            x, y, panel_width, panel_height = panel.rect
            part = np.s_[y : y + panel_height : step, x : x + panel_width : step]
            world = pixel_grid_mm(panel, size, planes_mm[panel.fixed_axis])[part]
            grey = slice_grey(scaled, affine, world, window, order)
            index = world @ inverse[:3, :3].T + inverse[:3, 3]
            # A position within 1e-6 of a voxel's edge may round either way.
            on_edge = (np.abs(index % 1 - 0.5) < 2e-4).any(axis=-1)
            inside = np.isfinite(grey)
            compared = inside & ~on_edge if order == 0 else inside
            n_inside += np.count_nonzero(compared)
            drawn = pixels[part][:, :, 0].astype(float)
            if compared.any():
                what = f"{claim}, {'nearest' if order == 0 else 'linear'}, window {width}"
                difference = np.abs(drawn - np.floor(grey + 0.5))
                fidelity.within(f"{what}: largest", SCIPY, difference[compared], 1, "levels")
                # Half a level is what rounding to a level costs.
                fidelity.within(f"{what}: before rounding", SCIPY, (drawn - grey)[compared], 0.55, "levels")
                fidelity.within(f"{what}: mean", SCIPY, difference[compared].mean(), 0.1, "levels")
                # Black and white cannot differ much, and a mean over few pixels says little.
                between = compared & (grey > 0) & (grey < 255)
                # A half may be rounded either way: in small volumes a whole area may lie on one.
                between &= np.abs(grey % 1 - 0.5) > 0.02
                if np.count_nonzero(between) >= 200:
                    fidelity.within(f"{what}: mean of greys", SCIPY, difference[between].mean(), 0.1, "levels")
            at_edge = (np.abs(index + 0.5) < 1e-3) | (np.abs(index - np.array(scaled.shape) + 0.5) < 1e-3)
            assert not drawn[~inside & ~at_edge.any(axis=-1)].any()
        assert n_inside >= n_least
