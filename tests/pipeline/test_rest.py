"""Contacts at rest, and contacts that nothing moves."""

import numpy as np
import pytest
from tests.golden.phantom import phantom_head

import corticast as cc

NAMES = ("LA1", "LA2", "LB1", "LB2", "G1", "G2")
LAYOUTS = ["ortho", "grid", "axial", "coronal", "sagittal", "lateral", "3d", "superior"]
# Okabe and Ito's colours after black, as published (2008).
OKABE_ITO = [(230, 159, 0), (86, 180, 233), (0, 158, 115)]
AFFINE = np.array([[4.0, 0, 0, -80], [0, 4, 0, -108], [0, 0, 4, -76], [0, 0, 0, 1]])


def table(bad=()):
    pos = np.array([[30, 26, 22], [40, 26, 22], [30, -20, 22], [44, -20, 22], [34, 0, 22], [34, 10, 22.0]])
    return cc.Electrodes(NAMES, pos, "world", bad=np.isin(NAMES, bad))


def scene_of(values, **options):
    drive = None
    if values is not None:
        drive = cc.ArrayDrive(np.asarray(values, np.float32), 10.0, NAMES, full_scale=1.0)
    volume = phantom_head(AFFINE, (41, 54, 41))
    options = {"window": (0, 1000), "plane_mm": (34, 26, 22), **options}
    return cc.Scene(volume=volume, electrodes=table(), drive=drive, **options)


@pytest.mark.gl
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_still_at_rest_equals_that_of_a_silent_scene(layout):
    planes = {"plane_mm": None} if layout in ("lateral", "3d", "superior") else {}
    beats = np.zeros((6, 30), np.float32)
    beats[:, 5:10], beats[:, 18:22] = 1.0, np.linspace(0.2, 1, 6)[:, None]
    moving, silent = scene_of(beats, layout=layout, **planes), scene_of(np.zeros((6, 30)), layout=layout, **planes)
    size = (480, 270)
    at_rest = cc.frame(moving, time=1.4, size=size)
    assert (at_rest == cc.frame(silent, time=1.4, size=size)).all()
    # The comparison can fail: full activity looks otherwise.
    assert (at_rest != cc.frame(moving, time=0.7, size=size)).any()


def centre_colours(scene, size):
    image = cc.frame(scene, size=size)
    (panel,) = cc.panels(scene, size=size)
    pixels = np.rint(panel.pixel_of(scene.electrodes.pos)).astype(int)
    return image, [tuple(int(part) for part in image[y, x]) for x, y in pixels]


@pytest.mark.gl
def test_without_a_drive_each_group_has_its_colour_and_its_name():
    options = {"layout": "axial", "electrode_depth": "all", "electrode_size": (12, 40)}
    scene = scene_of(None, **options)
    image, colours = centre_colours(scene, (960, 1080))
    assert colours == [colour for colour in OKABE_ITO for _ in range(2)]
    # Discs of 12 pixels and chips of the legend: no colour of a group stands elsewhere.
    for colour in OKABE_ITO:
        n = int((image == colour).all(axis=2).sum())
        assert 2 * 40 < n < 2 * np.pi * 6**2 + 400
    unlabelled = centre_colours(scene_of(None, **options, labels=()), (960, 1080))[0]
    assert 2 * 40 < int((unlabelled == OKABE_ITO[0]).all(axis=2).sum()) < 2 * np.pi * 6**2


@pytest.mark.gl
def test_without_a_drive_the_smaller_size_and_a_named_map_count():
    options = {"layout": "axial", "electrode_depth": "all", "electrode_size": (24, 60), "labels": ()}
    image, colours = centre_colours(scene_of(None, electrode_cmap="viridis", **options), (960, 1080))
    assert colours[0] == colours[1] == (68, 1, 84)
    assert colours[4] == (253, 231, 37)
    n = int((image == (253, 231, 37)).all(axis=2).sum())
    assert 0.7 < n / (2 * np.pi * 10**2) < 1.2
