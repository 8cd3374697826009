"""Panels that own their planes: three axial slices in one frame."""

from dataclasses import replace

import nibabel as nib
import numpy as np
import pytest

from corticast.core.geometry.affines import world_box_mm
from corticast.core.geometry.arrange import arrange
from corticast.core.geometry.cells import SliceCell
from corticast.core.geometry.contact_strengths import GHOST_OPACITY, GHOST_SCALE
from corticast.core.geometry.depths import Depths, Slab
from corticast.core.geometry.placement import place
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.geometry.sprites import OUTLINE_PX
from corticast.core.model.scene import Scene, changed
from corticast.core.model.trees import Beside
from corticast.core.model.types import Electrodes, FrameState, Picture, PlacedElectrodes, Volume
from tests.panels import with_empty_panel
from tests.parity.reference import pixel_grid_mm, sprites_over
from tests.parity.scene import SceneDrawing

pytestmark = pytest.mark.gl


def three_axial_slices(rng, affine, size):
    """A volume, contacts in it, and a layout of three axial slices, two with planes of their own and one without."""
    from scipy.ndimage import gaussian_filter

    values = gaussian_filter(rng.standard_normal((61, 71, 53)), 2.0).astype(np.float32)
    volume = Volume(np.asfortranarray(values), affine)
    low, high = world_box_mm(affine, volume.shape)
    planes_mm = low[2] + (high[2] - low[2]) * np.array([0.3, 0.5, 0.7])
    box = np.stack([low, high])
    cells = SliceCell("axial", planes_mm[0]), SliceCell("axial"), SliceCell("axial", planes_mm[2])
    layout = replace(arrange([Beside(cells)], box, size), depths=Depths(Slab.around(4.0)))
    pos = low + (high - low) * rng.uniform(0.3, 0.7, (40, 3))
    # Some within 4 mm of each plane, some between, some right on the limit's near side.
    pos[:9, 2] = np.repeat(planes_mm, 3) + np.tile([-3.9, 0.0, 3.9], 3)
    return volume, values, layout, planes_mm, pos


@pytest.mark.parametrize("case", ["slices", "view", "picture"])
def test_no_contact_stands_on_a_panel_of_another_kind(current_gl, rng, case):
    """Such a panel in front of the others changes neither a picture nor the flashes that it can have."""
    size = (480, 270)
    pos = rng.uniform(-20, 20, (12, 3)) if case != "picture" else rng.uniform(20, 180, (12, 2))
    electrodes = Electrodes(tuple(map(str, range(len(pos)))), pos, space="picture" if case == "picture" else "world")
    more = {
        "slices": {"layout": "ortho"},
        "view": {"layout": "superior"},
        "picture": {"image": Picture(rng.integers(0, 255, (200, 300, 3), np.uint8))},
    }[case]
    scene = Scene(electrodes=electrodes, labels="none", **more)
    placed = place(electrodes, picture=scene.image)
    layout = layout_of(scene, placed, size)
    state = FrameState((0.0, 0.0, 0.0), np.ones(len(pos), np.float32))
    alone, beside = (
        SceneDrawing(current_gl, scene, placed, (0, 1), size, layout=each).draw(state).read()
        for each in (layout, with_empty_panel(layout))
    )
    assert len(np.unique(alone.reshape(-1, alone.shape[-1]), axis=0)) > 2
    np.testing.assert_array_equal(beside, alone)


@pytest.mark.parametrize("moving", [False, True])
@pytest.mark.parametrize(
    "affine",
    [
        np.array([[-1.0, 0, 0, 30], [0, 1.2, 0, -40], [0, 0, 1.1, -25], [0, 0, 0, 1]]),
        np.array([[0.98, -0.17, 0, -30], [0.17, 0.98, 0.1, -40], [0, -0.1, 1.0, -25], [0, 0, 0, 1]]),
    ],
    ids=["aligned", "oblique"],
)
def test_three_axial_slices_in_one_frame(current_gl, fidelity, rng, affine, moving):
    """Panels of one axis, each with its own plane: its own slice, and the contacts near it at full strength."""
    import matplotlib
    from scipy.ndimage import map_coordinates

    size = (960, 360)
    volume, values, layout, planes_mm, pos = three_axial_slices(rng, affine, size)
    electrodes = Electrodes(tuple(map(str, range(len(pos)))), pos)
    placed = PlacedElectrodes(electrodes, pos)
    window = (float(values.min()), float(values.max()))
    scene = Scene(
        volume=volume, electrodes=electrodes, labels="none", layout="axial", electrode_depth=4, electrode_size="42,42",
        electrode_cmap="viridis",
    )  # fmt: skip
    # The panel in the middle has no plane of its own, and shows the film's.
    state = FrameState((0.0, 0.0, planes_mm[1]), np.full(len(pos), 0.7, np.float32))
    bare = SceneDrawing(current_gl, changed(scene, electrodes=None), None, window, size, moving=moving, layout=layout)
    if moving:
        # The sweep has been elsewhere before; the slices beside it stay where they are.
        bare.draw(replace(state, planes_mm=(0.0, 0.0, planes_mm[0])))
    slices = bare.draw(state).read()[..., 0].astype(float)
    image = nib.Nifti1Image(values, affine)
    assert len({panel.rect for panel in layout.panels}) == 3
    for panel, plane_mm in zip(layout.panels, planes_mm, strict=True):
        x, y, width, height = panel.rect
        world = pixel_grid_mm(panel, size, plane_mm)[y : y + height, x : x + width]
        index = nib.affines.apply_affine(np.linalg.inv(image.affine), world)
        sampled = map_coordinates(values.astype(float), np.moveaxis(index, -1, 0), order=1, mode="nearest")
        grey = 255 * np.clip((sampled - window[0]) / (window[1] - window[0]), 0, 1)
        inside = ((index > -0.5) & (index < np.array(values.shape) - 0.5)).all(axis=-1)
        errors = (slices[y : y + height, x : x + width] - grey)[inside]
        assert inside.sum() > 20_000
        fidelity.within("Space: three axial slices in one frame", "map_coordinates by nibabel", errors, 0.55, "levels")

    # Contacts near a panel's plane at full strength above the others, which are ghosts: panel by panel.
    drawn = SceneDrawing(current_gl, scene, placed, window, size, moving=moving, layout=layout).draw(state)
    drawn = drawn.read()[..., :3].astype(float)
    colour = matplotlib.colormaps["viridis"](0.7)[:3]
    expected = np.repeat(slices[..., None], 3, axis=2)
    own_mm = [each for panel, each in zip(layout.panels, planes_mm, strict=True) if panel.plane_mm is not None]
    for panel, plane_mm in zip(layout.panels, planes_mm, strict=True):
        away = np.abs(pos[:, 2] - plane_mm)
        near = away <= 4
        assert 3 <= near.sum() < len(pos)
        # Ghosts fade over four depths of the slab to a quarter. Slices beside the film's repeat no contact of another.
        ghost = GHOST_OPACITY * np.clip(1 - (away - 4) / 16, 0.25, 1)
        for other_mm in own_mm if panel.plane_mm is not None else []:
            ghost[(np.abs(pos[:, 2] - other_mm) <= 4) & (other_mm != plane_mm)] = 0
        order = np.argsort(near, kind="stable")
        scale = (size[1] / 1080) * np.where(near, 1, GHOST_SCALE)[order]
        opacity = np.where(near, 1, ghost)[order]
        centres = pos[order][:, :2] @ panel.affine[:, :2].T + panel.affine[:, 2]
        outline_px = OUTLINE_PX * size[1] / 1080
        expected = sprites_over(expected, centres, 42 * scale, [colour] * len(pos), outline_px, opacity=opacity)
    errors = drawn - expected
    # Each sprite of the pile in a pixel is rounded to a level.
    fidelity.within("Electrodes: contacts on three axial slices", "NumPy twin over the slices", errors, 4, "levels")
    assert np.abs(expected - slices[..., None]).max() > 100
