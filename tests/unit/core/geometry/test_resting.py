"""Default planes and the slices of a mosaic, against counts of the head's voxels per slice."""

import numpy as np
import pytest

from corticast.core.geometry.resting import resting_planes
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.geometry.spread import spread_of
from corticast.core.model.layout_words import Word
from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes, PlacedElectrodes, Volume

# Half axes in mm, zooms, and the least share of the largest slice's voxels that a slice shows.
HEADS = {"brain": ((66, 80, 60), 4.0, 1 / 3), "head": ((80, 100, 95), 4.0, 0.6)}


def head_of(name, middle=(0.0, 0.0, 0.0), air_mm=20):
    """An ellipsoid of tissue about a point of the world."""
    half, zoom, share = HEADS[name]
    shape = [int(2 * (each + air_mm) / zoom) for each in half]
    affine = np.diag([zoom, zoom, zoom, 1.0])
    affine[:3, 3] = -zoom * (np.array(shape) - 1) / 2
    pos = np.moveaxis(np.indices(shape), 0, -1) * zoom + affine[:3, 3]
    inside = (((pos - middle) / half) ** 2).sum(axis=-1) < 1
    return Volume(np.where(inside, 100, 0).astype(np.uint8), affine), share


def shares_of(volume, axis):
    """Coordinates of the slices of an axis, and their share of the voxels of the largest one."""
    filled = volume.voxels > 50
    counts = np.array([np.count_nonzero(np.take(filled, k, axis)) for k in range(filled.shape[axis])])
    return volume.affine[axis, 3] + volume.affine[axis, axis] * np.arange(len(counts)), counts / counts.max()


def contacts_at(pos):
    return Electrodes(tuple(f"G{k}" for k in range(len(pos))), np.array(pos, dtype=np.float64), space="world")


def scene_of(volume, table=None, **options):
    scene = Scene(volume=volume, electrodes=table, **options)
    return scene, PlacedElectrodes(table, table.pos) if table is not None else None


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize("name", HEADS)
def test_a_default_plane_moves_inwards_to_the_first_slice_with_enough_of_the_head(name, axis, side):
    volume, share = head_of(name)
    pos = np.zeros((9, 3)) + 3.0
    pos[:, axis] = side * (HEADS[name][0][axis] + 4.0)
    found = resting_planes(*scene_of(volume, contacts_at(pos)))
    middles, shares = shares_of(volume, axis)
    enough = middles[shares >= share]
    assert found.planes_mm[axis] == (enough[0] if side < 0 else enough[-1])
    others = [other for other in range(3) if other != axis]
    assert [found.planes_mm[other] for other in others] == [found.through_mm[other] for other in others]
    # The plane was beside the head.
    assert shares[np.argmin(np.abs(middles - found.through_mm[axis]))] == 0


def test_a_plane_with_enough_of_the_head_stays_at_its_contact():
    volume, share = head_of("brain")
    middles, shares = shares_of(volume, 0)
    kept = middles[shares >= share][0]
    found = resting_planes(*scene_of(volume, contacts_at([[kept, 3.0, 3.0]] * 3)))
    assert found.planes_mm[0] == kept == found.through_mm[0]


def test_contacts_on_both_sides_are_counted_at_planes_with_enough_of_the_head():
    volume, share = head_of("brain")
    random = np.random.default_rng(3)
    pos = random.uniform(-30, 30, (40, 3))
    # Twelve at the left, outside of the head, and scattered ones at the right.
    pos[:12, 0], pos[12:, 0] = -70.0 + random.uniform(-3, 3, 12), random.uniform(5, 70, 28)
    middles, shares = shares_of(volume, 0)
    first, last = middles[shares >= share][[0, -1]]
    for depth in (3.0, 10.0, 25.0):
        at = np.clip(pos[:, 0], first, last)
        counts = [sum(abs(x - other) <= depth for other in pos[:, 0]) for x in at]
        best = {round(x, 6) for x, count in zip(at, counts, strict=True) if count == max(counts)}
        found = resting_planes(*scene_of(volume, contacts_at(pos), electrode_depth=depth)).planes_mm[0]
        assert min(abs(found - x) for x in best) <= 2.0


def test_without_contacts_planes_show_a_head_that_lies_beside_the_middle():
    volume, share = head_of("brain", middle=(74.0, 0.0, 0.0), air_mm=90)
    middles, shares = shares_of(volume, 0)
    assert resting_planes(*scene_of(volume)).planes_mm[0] == middles[shares >= share][0]
    # The whole box has its planes in the middle.
    assert resting_planes(*scene_of(volume, fit="volume")).planes_mm == pytest.approx((0.0, 0.0, 0.0), abs=2.001)
    assert resting_planes(*scene_of(volume, plane_mm=(-80, 5, 6))).planes_mm == (-80, 5, 6)


@pytest.mark.parametrize("plane", ["sagittal", "coronal", "axial"])
@pytest.mark.parametrize("name", HEADS)
def test_a_mosaic_has_slices_with_enough_of_the_head(name, plane):
    volume, share = head_of(name)
    axis = ("sagittal", "coronal", "axial").index(plane)
    middles, shares = shares_of(volume, axis)
    enough = middles[shares >= share]
    spread = spread_of(Word("mosaic", (plane, 9.0)), *scene_of(volume, layout="mosaic"))
    assert spread.over == "head"
    # Each slice stands in the middle of its ninth.
    edges = np.linspace(enough[0], enough[-1], 10)
    assert spread.planes_mm == pytest.approx((edges[1:] + edges[:-1]) / 2, abs=2.001)


@pytest.mark.parametrize(
    ("z", "low", "high"),
    [
        ((-40, 50), -40, 50),
        # Slices are at least 4 mm apart.
        ((-4, 2), -25, 23),
        ((44, 48), None, 48),
        # A contact far outside of the volume takes no slices.
        ((-500, 20), -80, 20),
    ],
)
def test_a_mosaic_with_contacts_spans_the_contacts(z, low, high):
    volume, share = head_of("brain")
    scene, placed = scene_of(volume, contacts_at([[3, 3, z[0]], [3, 3, z[1]]]))
    spread = spread_of(Word("mosaic"), scene, placed)
    if low is None:
        middles, shares = shares_of(volume, 2)
        high = max(high, middles[shares >= share][-1])
        low = high - 12 * 4
    edges = np.linspace(low, high, 13)
    assert spread.over == "contacts"
    assert spread.planes_mm == pytest.approx((edges[1:] + edges[:-1]) / 2, abs=2.001)


@pytest.mark.parametrize("n", [1, 3, 7, 20])
@pytest.mark.parametrize(
    ("n_slices", "zoom_mm", "contacts_z"),
    [(24, 6.0, None), (3, 8.0, None), (1, 5.0, None), (24, 6.0, (2, 9)), (24, 6.0, (-60, 60)), (5, 30.0, (-20, 20))],
)
def test_each_thick_slice_stands_in_a_mosaic_once(n_slices, zoom_mm, contacts_z, n):
    shape, affine = (40, 48, n_slices), np.diag([4.0, 4.0, zoom_mm, 1.0])
    affine[:3, 3] = -80, -96, -zoom_mm * (n_slices - 1) / 2
    pos = np.moveaxis(np.indices(shape), 0, -1) * affine.diagonal()[:3] + affine[:3, 3]
    volume = Volume(np.where(((pos / (66, 80, 60)) ** 2).sum(axis=-1) < 1, 100, 0).astype(np.uint8), affine)
    table = None if contacts_z is None else contacts_at([[3, 3, z] for z in contacts_z])
    scene, placed = scene_of(volume, table, layout=f"mosaic@{n}")
    spread = spread_of(Word("mosaic", (float(n),)), scene, placed)
    planes_vox = (np.array(spread.planes_mm) - affine[2, 3]) / zoom_mm
    assert (np.diff(planes_vox.round()) >= 1).all()
    assert planes_vox == pytest.approx(planes_vox.round())
    # A mosaic lacks slices only where it has all slices with enough of the head.
    n_enough = np.count_nonzero(shares_of(volume, 2)[1] >= 1 / 3)
    assert len(spread.planes_mm) >= min(n, n_enough)
    assert spread.has_all == (len(spread.planes_mm) == n)
    panels = layout_of(scene, placed, (1920, 1080)).panels
    assert [panel.plane_mm for panel in panels if panel.name == "axial"] == list(spread.planes_mm)


def test_slices_of_a_row_bear_letters_once():
    volume, _ = head_of("brain")
    for layout, n_lettered in (("mosaic", None), ("axial@-10,0,10", 1), ("axial@0 / axial@9", 2), ("ortho", 3)):
        labels = ("letters", "mm")
        made = layout_of(Scene(volume=volume, layout=layout, labels=labels), None, (1920, 1080))
        lettered = [panel.rect for panel, letters in zip(made.panels, made.letters, strict=True) if letters is not None]
        rows = {panel.rect[1] for panel in made.panels}
        assert len(lettered) == (len(rows) if n_lettered is None else n_lettered), layout
        if layout == "mosaic":
            assert len(rows) > 1
            assert {rect[0] for rect in lettered} == {min(panel.rect[0] for panel in made.panels)}
