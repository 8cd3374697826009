"""Heads from a mouse's to a whale's: distances in mm follow the head, and frames of any shape are filled."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import SHARED_DATA
from tests.pipeline.test_rest import OKABE_ITO

import corticast as cc
from corticast.core.geometry.contact_sizes import LEAST_PX
from corticast.core.geometry.contact_strengths import cut_style, view_style
from corticast.core.geometry.depths import Slab
from corticast.core.geometry.head_scale import depth_of
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.changed_defaults import changed_since
from corticast.errors import DataError
from corticast.film.opening import open_film

# Lengths of volumes in mm. A crop of a human brain counts as small, too.
LENGTHS_MM = {
    "mouse": 9.6, "rat": 28.0, "marmoset": 36.0, "crop": 60.0, "macaque": 96.0, "phantom": 150.0, "adult": 192.0,
    "elephant": 600.0, "whale": 2400.0,
}  # fmt: skip
SHAPE = np.array([40, 48, 40])
# Semi-axes of the head and places of contacts, as shares of its volume's length.
SEMI_AXES = np.array([0.34, 0.4, 0.29])
DEEP_LEFT, RIGHT = (-0.156, -0.1, 0.05), (0.335, 0.1, 0.05)
CASES = SHARED_DATA.parent / "cases"


def head_of(length_mm):
    """A brain like an egg, with dark ventricles."""
    voxel_mm = length_mm / SHAPE[1]
    affine = np.diag([voxel_mm] * 3 + [1.0])
    affine[:3, 3] = -voxel_mm * (SHAPE - 1) / 2
    places = (np.indices(SHAPE).reshape(3, -1).T - (SHAPE - 1) / 2) / SHAPE[1]
    radius = np.linalg.norm(places / SEMI_AXES, axis=1).reshape(SHAPE)
    voxels = np.where(radius < 1, 200, 0) - np.where(radius < 0.2, 150, 0)
    return cc.Volume(np.asfortranarray(voxels.astype(np.uint8)), affine, space="native")


def scene_of(length_mm, contacts, **options):
    pos = length_mm * np.array(list(contacts.values()))
    return cc.Scene(
        volume=head_of(length_mm), electrodes=cc.Electrodes(tuple(contacts), pos, frame="native"), **options
    )


def centre_colours(scene, size):
    image = cc.frame(scene, size=size)
    panels = cc.panels(scene, size=size)
    places = [np.rint(panel.pixel_of(scene.electrodes.pos)).astype(int) for panel in panels]
    return [[tuple(map(int, image[y, x])) for x, y in pixels] for pixels in places]


@pytest.mark.parametrize("kind", LENGTHS_MM)
def test_contacts_count_as_near_a_plane_by_the_size_of_the_head(kind):
    length_mm = LENGTHS_MM[kind]
    near_mm = 10 * min(1, length_mm / 150)
    contacts = {f"A{k}": (0, 0, share * near_mm / length_mm) for k, share in enumerate((0, 0.97, 1.03))}
    for more, n_near in (({}, 2), ({"electrode_depth": 1.1 * near_mm}, 3)):
        scene = scene_of(length_mm, contacts, layout="axial", plane_mm=(0, 0, 0), **more)
        assert open_film(scene, still=True).n_contacts() == (3, n_near)


@pytest.mark.gl
@pytest.mark.parametrize("kind", ["mouse", "crop", "adult", "whale"])
def test_a_contact_behind_the_midline_is_a_ghost_from_the_other_side(kind):
    scene = scene_of(LENGTHS_MM[kind], {"DEEP": DEEP_LEFT, "RIGHT": RIGHT}, layout="right")
    ((deep, right),) = centre_colours(scene, (480, 270))
    assert right == OKABE_ITO[1]
    assert deep != OKABE_ITO[0]
    everything = scene_of(LENGTHS_MM[kind], {"DEEP": DEEP_LEFT, "RIGHT": RIGHT}, layout="right", electrode_depth="all")
    assert centre_colours(everything, (480, 270)) == [[*OKABE_ITO[:2]]]


@pytest.mark.parametrize("kind", LENGTHS_MM)
def test_a_sagittal_slice_draws_no_contact_of_the_other_half(kind):
    scene = scene_of(LENGTHS_MM[kind], {"DEEP": DEEP_LEFT, "RIGHT": RIGHT}, layout="sagittal")
    x_mm = LENGTHS_MM[kind] * DEEP_LEFT[0]
    (panel,) = layout_of(scene, open_film(scene, still=True).placed, (64, 64)).slices
    style = cut_style(panel, scene.electrodes.pos, x_mm, Slab.around(depth_of(scene)))
    assert style.opacity.tolist() == [1, 0]


@pytest.mark.parametrize("kind", LENGTHS_MM)
def test_the_far_half_of_glass_fades_over_a_share_of_the_head(kind):
    scale = min(1, LENGTHS_MM[kind] / 150)
    style = view_style(scale * np.array([-7.5, 0, 7.5]), dims=True, scale=scale)
    np.testing.assert_allclose(style.opacity, [0.45, 0.725, 1], rtol=1e-6)


def test_contacts_may_lie_as_far_apart_as_a_large_head_is_long():
    scene = scene_of(2400.0, {"FRONT1": (0, 0.35, 0), "BACK1": (0, -0.35, 0)}, layout="axial")
    assert open_film(scene, still=True).placed.share_inside == 1
    with pytest.raises(DataError, match="1680 mm apart, farther than any head is long; divide positions in micro"):
        open_film(cc.Scene(volume=head_of(192.0), electrodes=scene.electrodes), still=True)


def test_a_lost_contact_of_a_mouse_takes_no_room():
    near = scene_of(9.6, {"A1": (0.1, 0, 0), "A2": (-0.1, 0, 0)}, layout="axial")
    lost = scene_of(9.6, {"A1": (0.1, 0, 0), "A2": (-0.1, 0, 0), "A3": (1.2, 0, 0)}, layout="axial", plane_mm=(0, 0, 0))
    scales = [np.linalg.norm(cc.panels(scene, size=(800, 600))[0].affine[:, 0]) for scene in (near, lost)]
    assert scales[1] >= 0.95 * scales[0]


def test_a_line_names_the_changed_depth_to_scenes_of_before():
    lines = [line for line in changed_since("0.2.0", {"volume": "a", "electrodes": "b"}) if "electrode_depth" in line]
    assert lines == [
        "the default of electrode_depth has been auto, which adapts to volumes shorter than 150 mm, to "
        "mosaics and to planes that moved inwards, since corticast 0.3.0; set electrode_depth = 10 for the look of "
        "0.2.0"
    ]


# Coordinates below 1 without a unit are metres in a human head, and mm in a mouse's.
BELOW_1 = "name,x,y,z\nE1,0.8,-0.9,0.7\nE2,-0.8,-0.9,0.7\n"
GUESS = "no unit is given, and no coordinate reaches 1"


def loaded(folder, text, length_mm):
    path = folder / "contacts.csv"
    path.write_text(text)
    volume = None if length_mm is None else head_of(length_mm)
    return cc.Scene(volume=volume, electrodes=cc.load_electrodes(path))


def test_coordinates_below_1_are_mm_where_they_fit_as_mm_alone(tmp_path):
    film = open_film(loaded(tmp_path, BELOW_1, 9.6), still=True)
    np.testing.assert_array_equal(film.placed.pos, [[0.8, -0.9, 0.7], [-0.8, -0.9, 0.7]])
    assert [text for text in film.warnings if "the positions are taken as mm, since they lie outside" in text]
    metres = open_film(loaded(tmp_path, "name,x,y,z\nE1,0.04,-0.02,0.03\nE2,-0.03,-0.02,0.03\n", 192.0), still=True)
    np.testing.assert_allclose(metres.placed.pos, [[40, -20, 30], [-30, -20, 30]])


@pytest.mark.parametrize("length_mm", [None, 192.0])
def test_a_refusal_says_that_coordinates_were_taken_as_metres(tmp_path, monkeypatch, length_mm):
    # The message of a file with a long path is shortened in its middle.
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError) as caught:
        open_film(loaded(Path(), BELOW_1.replace("0.7", "0.35"), length_mm), still=True)
    expected = "would lie in one point" if length_mm else f"{GUESS}, so they were taken as metres); give the volume"
    assert expected in str(caught.value)


@pytest.mark.gl
def test_a_portrait_frame_stacks_its_panels(tmp_path):
    contacts = {f"LA{k}": (x / 192, 0, 10 / 192) for k, x in enumerate((-40, -30, 30, 40), start=1)}
    scene = scene_of(192.0, contacts)
    size = (1080, 1920)
    panels = cc.panels(scene, size=size)
    rects = sorted((panel.rect for panel in panels), key=lambda rect: rect[1])
    assert all(above[1] + above[3] <= below[1] for above, below in pairwise(rects))
    # The largest scale at which three slices of the egg fit above one another, without texts. Panels hold the egg.
    height_mm = 2 * 192 * (2 * SEMI_AXES[2] + SEMI_AXES[1])
    px_per_mm = float(np.linalg.norm(panels[0].affine[:, 0]))
    assert px_per_mm >= 0.85 * 1920 / height_mm
    widths_mm = [2 * 192 * SEMI_AXES[1 if panel.name == "sagittal" else 0] for panel in panels]
    assert all(panel.rect[2] >= px_per_mm * width for panel, width in zip(panels, widths_mm, strict=True))
    # Discs of neighbours 10 mm apart do not touch.
    diameter_mm = max(open_film(scene, still=True).contact_sizes().diameters.max(), LEAST_PX[1] / px_per_mm)
    assert diameter_mm < 9
    image = cc.frame(scene, size=size)
    axial = next(panel for panel in panels if panel.name == "axial")
    left, right = np.rint(axial.pixel_of(scene.electrodes.pos[:2])).astype(int)
    row = image[left[1], left[0] : right[0] + 1]
    is_disc = (row == OKABE_ITO[0]).all(axis=1)
    assert is_disc[0]
    assert is_disc[-1]
    assert not is_disc.all()


def test_the_mouse_of_the_cases_is_placed():
    folder = CASES / "14-small-brain"
    if not folder.is_dir():
        pytest.skip("no shared cases beside this checkout")
    volume = cc.load_volume(folder / "mouse.nii.gz")
    table = cc.load_electrodes(folder / "contacts_below_1mm.csv")
    film = open_film(cc.Scene(volume=volume, electrodes=table), still=True)
    assert any("as mm, since they lie outside mouse.nii.gz as metres" in text for text in film.warnings)
    assert film.placed.share_inside == 1
