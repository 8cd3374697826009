"""How deep panels show contacts at full strength, against counts by SciPy and by hand."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import cKDTree

from corticast.core.geometry.contact_strengths import GHOST_OPACITY, style_on
from corticast.core.geometry.depths import Depths, Slab
from corticast.core.geometry.full_strength import FullStrength
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes, FrameState, PlacedElectrodes, Volume
from corticast.film.opening import open_film
from corticast.film.timing import FilmTiming

HALF, ZOOM_MM = (64, 80, 60), 4.0


@pytest.fixture(scope="module")
def volume():
    """A brain: an ellipsoid in voxels of 4 mm."""
    shape, affine = (40, 48, 36), np.diag([ZOOM_MM, ZOOM_MM, ZOOM_MM, 1.0])
    affine[:3, 3] = -80, -96, -72
    pos = np.moveaxis(np.indices(shape), 0, -1) * ZOOM_MM + affine[:3, 3]
    return Volume(np.where(((pos / HALF) ** 2).sum(axis=-1) < 1, 100, 0).astype(np.uint8), affine)


def scene_of(volume, pos, **options):
    table = Electrodes(tuple(f"A{k}" for k in range(len(pos))), np.asarray(pos, float), space="world")
    scene = Scene(volume=volume, electrodes=table, **options)
    return scene, PlacedElectrodes(table, table.pos)


def opacities(scene, placed, planes_mm=(0.0, 0.0, 0.0), size=(960, 540)):
    """The panels of slices, and how opaque each draws the contacts."""
    made = layout_of(scene, placed, size)
    state = FrameState(planes_mm)
    return made.slices, [
        style_on(panel, made.panels, state, placed.pos, made.depths, ghosts=True).opacity for panel in made.slices
    ]


@pytest.mark.parametrize(("plane", "axis"), [("axial", 2), ("coronal", 1), ("sagittal", 0)])
@pytest.mark.parametrize("n", [3, 8, 15])
def test_a_mosaic_shows_each_contact_on_its_nearest_slice(volume, plane, axis, n):
    pos = np.random.default_rng(n).uniform(-45, 45, (60, 3))
    scene, placed = scene_of(volume, pos, layout=f"mosaic@{plane},{n}")
    panels, opacity = opacities(scene, placed)
    mosaic = [k for k, panel in enumerate(panels) if panel.fixed_axis == axis]
    planes_mm = np.array([panels[k].plane_mm for k in mosaic])
    _, nearest = cKDTree(planes_mm[:, None]).query(pos[:, axis, None])
    full = np.array([opacity[k] == 1 for k in mosaic])
    assert full.sum(axis=1).tolist() == np.bincount(nearest, minlength=n).tolist()
    assert (full.argmax(axis=0) == nearest).all()
    # Nothing else of a contact is drawn in the mosaic.
    assert np.count_nonzero(np.array([opacity[k] for k in mosaic])) == len(pos)


def test_a_contact_between_two_slices_is_on_one_of_them(volume):
    pos = [[0, 0, -30], [0, 0, 30], *([0, 0, z] for z in range(-28, 30, 2))]
    scene, placed = scene_of(volume, pos, layout="mosaic@axial,8")
    panels, opacity = opacities(scene, placed)
    axial = np.array([values == 1 for panel, values in zip(panels, opacity, strict=True) if panel.fixed_axis == 2])
    assert (axial.sum(axis=0) == 1).all()


def test_a_depth_that_is_given_counts_as_given_in_a_mosaic(volume):
    pos = np.random.default_rng(2).uniform(-45, 45, (60, 3))
    for depth in (1.0, 10.0, "all"):
        scene, placed = scene_of(volume, pos, layout="mosaic@axial,9", electrode_depth=depth)
        panels, opacity = opacities(scene, placed)
        for panel, values in zip(panels, opacity, strict=True):
            near = np.abs(pos[:, panel.fixed_axis] - panel.plane_mm) <= (1e9 if depth == "all" else depth)
            assert ((values == 1) == near).all()


@pytest.mark.parametrize("side", [-1, 1])
def test_a_plane_that_moved_inwards_shows_the_contacts_for_which_it_was_chosen(volume, side):
    """A grid beside the brain; the slice lies in the brain, and the grid is farther from it than 10 mm."""
    y, z = (each.ravel() for each in np.meshgrid(np.linspace(-30, 30, 6), np.linspace(-20, 20, 4)))
    pos = np.stack([side * (72 - (y / 12) ** 2), y, z], axis=1)
    # One on the other side, and one deep in the brain, are no part of it.
    pos = np.concatenate([pos, [[-side * 70.0, 0, 0], [side * 10.0, 0, 0]]])
    scene, placed = scene_of(volume, pos, layout="sagittal")
    film = open_film(scene, still=True).at_rest()
    x_mm = film.resting_mm[0]
    counts = np.count_nonzero(volume.voxels, axis=(1, 2))
    enough = np.flatnonzero(counts >= counts.max() / 3)
    assert x_mm == -80 + ZOOM_MM * enough[0 if side < 0 else -1]
    near = np.abs(pos[:, 0] - x_mm) <= 10
    assert near[:24].sum() < 24
    (panel,) = film.layout().slices
    style = style_on(panel, [panel], film.still(), pos, film.layout().depths, ghosts=True)
    assert (style.opacity == 1).tolist() == [True] * 24 + [False] * 2
    # A ghost of the own side is as faint as beside the usual slab; none is drawn of the other side.
    distance_mm = abs(pos[25, 0] - x_mm)
    faint = GHOST_OPACITY * max(1 - (distance_mm - 10) / 40, 0.25)
    assert style.opacity[24:] == pytest.approx([0, faint])
    assert film.n_contacts() == (26, 24)
    assert film.in_view.full.tolist() == [True] * 24 + [False] * 2
    # Boxes of panels, texts and names ask the same place.
    strength = FullStrength(scene, placed, panel, film.layout().depths).at(film.still())
    assert strength.tolist() == film.in_view.full.tolist()
    # A plane that somebody drags away has the usual depth, and so has the same plane where a person chose it.
    dragged = FrameState((x_mm - side * ZOOM_MM, 0.0, 0.0))
    style = style_on(panel, [panel], dragged, pos, film.layout(planes_move=True).depths, ghosts=True)
    assert ((style.opacity == 1) == (np.abs(pos[:, 0] - dragged.planes_mm[0]) <= 10)).all()
    for options in ({"electrode_depth": 10}, {"plane_mm": (x_mm, 0, 0)}):
        chosen = open_film(replace(scene, **options), still=True).at_rest()
        near = np.abs(pos[:, 0] - chosen.resting_mm[0]) <= 10
        assert chosen.n_contacts() == (26, int(near.sum())), options


def test_a_sweep_passes_the_plane_with_the_usual_depth(volume):
    pos = [[-68.0 - k / 10, 4.0 * k, 0.0] for k in range(5)]
    scene, _ = scene_of(volume, pos, layout="sagittal")
    film = open_film(scene, FilmTiming(size=(640, 360)))
    assert film.moving_mm is not None
    assert not film.layout().depths.resting
    assert film.at_rest().layout().depths.resting
    assert film.layout(planes_move=True).depths.resting


def test_slabs():
    slab = Slab(23.0, 10.0)
    distance_mm = np.array([-23.1, -23.0, 0.0, 10.0, 10.1, np.nan])
    assert slab.holds(distance_mm).tolist() == [False, True, True, True, False, False]
    assert slab.reach_mm(distance_mm).tolist()[:4] == [23, 23, 10, 10]
    depths = Depths(Slab.around(4.0), resting={(0, -59.0): slab})
    assert depths.thickest_mm(0) == 33
    assert depths.thickest_mm(1) == 8
    assert depths.at(0, -59.0, is_own=False) is slab
    assert depths.at(0, -59.0, is_own=True) == Slab(4.0, 4.0)
    assert Depths(None).thickest_mm(0) == np.inf
