"""Diameters of contacts: by spacing, in mm, in pixels, by the table."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.spatial import cKDTree

from corticast.core.geometry.contact_sizes import LEAST_PX, ContactSizes, contact_sizes
from corticast.core.geometry.placement import placed_of
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.geometry.spacing import nearest_distances, neighbour_spacing
from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes, Picture, Volume
from corticast.errors import OptionError
from corticast.film.opening import open_film


def volume(edge_mm=200):
    affine = np.eye(4)
    affine[:3, 3] = -edge_mm / 2
    return Volume(np.zeros((edge_mm,) * 3, np.uint8), affine)


def grid(n_rows, n_columns, step_mm, name="G", origin=(0.0, 0.0, 0.0)):
    rows, columns = np.indices((n_rows, n_columns)).reshape(2, -1)
    pos = np.stack([np.zeros(rows.size), columns * step_mm, rows * step_mm], axis=1) + origin
    return [f"{name}{i + 1}" for i in range(rows.size)], pos


def table(*parts, columns=None, space="world"):
    names = tuple(name for part, _ in parts for name in part)
    return Electrodes(names, np.concatenate([pos for _, pos in parts]), space=space, columns=columns or {})


def sizes_of(electrodes, *, moves=True, **options):
    scene = Scene(volume=volume(), electrodes=electrodes, **options)
    return contact_sizes(scene, placed_of(scene), None, moves=moves)


@pytest.mark.parametrize("n", [2, 3, 257, 700])
def test_nearest_distances_are_those_of_a_tree(rng, n):
    pos = rng.normal(0, 40, (n, 3))
    assert nearest_distances(pos) == pytest.approx(cKDTree(pos).query(pos, k=2)[0][:, 1], rel=1e-12)


def test_the_spacing_is_the_median_distance_within_the_closest_group(rng):
    shaft = [f"LA{i}" for i in range(1, 11)], np.arange(10)[:, None] * [3.5, 0.0, 0.0] + [30.0, 5.0, 5.0]
    _, plate = plane = grid(8, 8, 10.0)
    plate += rng.normal(0, 0.4, plate.shape)
    electrodes = table(plane, shaft)
    groups = ["G"] * 64 + ["LA"] * 10
    in_groups = [np.median(cKDTree(pos).query(pos, k=2)[0][:, 1]) for pos in (plate, shaft[1])]
    assert neighbour_spacing(plate, groups[:64]) == pytest.approx(in_groups[0])
    assert neighbour_spacing(electrodes.pos, groups) == pytest.approx(min(in_groups))


def test_missing_and_doubled_contacts_and_microwires_do_not_count():
    names, pos = grid(8, 8, 10.0)
    pos[5] = np.nan
    pos[7] = pos[6]
    wires = [f"uW{i}" for i in range(1, 9)], np.arange(8)[:, None] * [0.05, 0.0, 0.0] + [50.0, 0.0, 0.0]
    electrodes = table((names, pos), wires)
    assert neighbour_spacing(electrodes.pos, ["G"] * 64 + ["uW"] * 8) == pytest.approx(10.0)
    assert neighbour_spacing(wires[1], ["uW"] * 8) == pytest.approx(0.05)
    assert neighbour_spacing(pos[:1], ["G"]) is None
    assert neighbour_spacing(pos[5:6], ["G"]) is None


def test_groups_that_names_get_wrong_do_not_widen_the_spacing():
    """F3 and F4 look like a group of their own; their neighbour is Fz."""
    pos = np.array([[-40.0, 50, 60], [0, 50, 70], [40, 50, 60]])
    nearest = cKDTree(pos).query(pos, k=2)[0][:, 1]
    assert neighbour_spacing(pos, ["F", "Fz", "F"]) == pytest.approx(np.median(nearest))


@pytest.mark.parametrize("step_mm", [3.0, 5.0, 9.0])
@pytest.mark.parametrize("frame", [(1920, 1080), (1080, 1920), (640, 360)])
def test_a_grid_stays_a_grid(step_mm, frame):
    scene = Scene(volume=volume(), electrodes=table(grid(16, 16, step_mm)), layout="lateral", side="right")
    placed = placed_of(scene)
    sizes, layout = contact_sizes(scene, placed, None, moves=True), layout_of(scene, placed, frame)
    (panel,) = layout.views
    drawn_px = sizes.on(panel, layout)
    nearest_px = cKDTree(panel.pixel_of(placed.pos)).query(panel.pixel_of(placed.pos), k=2)[0][:, 1]
    assert sizes.diameters[0] == pytest.approx([0.35 * 0.95 * step_mm, 0.95 * step_mm])
    assert (drawn_px[:, 1] <= 0.95 * nearest_px + 1e-9).all() or drawn_px[0, 1] == LEAST_PX[1] * min(frame) / 1080
    assert (drawn_px >= np.multiply(LEAST_PX, min(frame) / 1080) - 1e-9).all()


def test_what_is_hard_to_see_is_drawn_larger_than_the_spacing_allows():
    scene = Scene(volume=volume(), electrodes=table(grid(16, 16, 1.0)))
    placed = placed_of(scene)
    sizes, layout = contact_sizes(scene, placed, None, moves=True), layout_of(scene, placed, (1920, 1080))
    px_per_mm = layout.slices[0].pixels_per_mm
    assert sizes.crowded(layout) == pytest.approx(LEAST_PX[1] / px_per_mm)
    reaches_px = [sizes.reach_px(panel, layout) for panel in layout.panels]
    assert max(reaches_px) == pytest.approx(LEAST_PX[1] / 2 + 2)


def test_contacts_far_apart_stay_small_beside_the_head():
    assert sizes_of(table(grid(2, 2, 60.0))).diameters.max() == pytest.approx(200 / 20)
    assert sizes_of(table(grid(1, 1, 1.0))).diameters.max() == pytest.approx(200 / 20)


def test_contacts_without_activity_have_one_modest_size():
    sizes = sizes_of(table(grid(8, 8, 10.0)), moves=False)
    assert (sizes.diameters == 0.5 * 0.95 * 10.0).all()
    assert (sizes_of(table(grid(8, 8, 10.0)), moves=False, electrode_size="1mm,4mm").diameters == 1.0).all()


def test_pixels_and_millimetres_are_taken_as_they_are():
    electrodes = table(grid(8, 8, 10.0))
    layout = layout_of(Scene(volume=volume()), None, (1920, 1080))
    panel = layout.slices[0]
    in_px = sizes_of(electrodes, electrode_size="6,40")
    assert in_px.on(panel, layout)[0] == pytest.approx([6, 40])
    in_mm = sizes_of(electrodes, electrode_size=("1mm", "4 mm"))
    assert in_mm.on(panel, layout)[0] == pytest.approx(np.array([1, 4]) * panel.pixels_per_mm)


def test_a_picture_counts_in_its_own_pixels():
    pos = np.stack(np.meshgrid(np.arange(8), np.arange(8)), axis=-1).reshape(-1, 2) * 30.0 + 20
    electrodes = Electrodes(tuple(f"G{i}" for i in range(64)), pos, "picture")
    scene = Scene(image=Picture(np.zeros((800, 1000, 3), np.uint8)), electrodes=electrodes)
    sizes = contact_sizes(scene, placed_of(scene), None, moves=True)
    layout = layout_of(scene, placed_of(scene), (1920, 1080))
    assert sizes.on(layout.pictures[0], layout)[0, 1] == pytest.approx(0.95 * 30 * layout.pictures[0].pixels_per_mm)
    for value in ("table", "1mm,4mm"):
        scene = Scene(image=scene.image, electrodes=electrodes, electrode_size=value)
        with pytest.raises(OptionError, match=f"electrode_size {value}: .* has no mm; give auto"):
            contact_sizes(scene, placed_of(scene), None, moves=True)


def test_the_table_gives_discs_and_cylinders():
    """A grid's disc of 2.3 mm, and a depth contact of 0.8 mm by 2.4 mm, by their exposed areas."""
    areas = [np.pi * 1.15**2, np.pi * 0.8 * 2.4, -999, "n/a", 0]
    columns = {"size": tuple(map(str, areas)), "Diameter": ("n/a", "0.8", "0.8", "", "n/a")}
    electrodes = table(grid(1, 5, 10.0), columns=columns)
    sizes = sizes_of(electrodes, electrode_size="table")
    assert sizes.diameters[:2] == pytest.approx(np.array([[2.3, 2.3], [2.4, 2.4]]))
    assert sizes.diameters[2:] == pytest.approx(np.tile([0.35 * 9.5, 9.5], (3, 1)))
    (warning,) = sizes.warnings
    assert warning.startswith("the table: 3 of 5 contacts have no usable size, and are drawn by the spacing")
    assert warning.endswith("G3, G4, G5")


@pytest.mark.parametrize(
    ("columns", "words"), [({}, "no column size"), ({"size": ("-999",)}, "no contact of the table")]
)
def test_a_table_without_sizes_is_refused(columns, words):
    with pytest.raises(OptionError, match=words):
        sizes_of(table(grid(1, 1, 10.0), columns=columns), electrode_size="table")


@pytest.mark.parametrize("value", ["6", "6,40,80", "1mm,4", "4mm,1mm", "0,0", "a,b", "-1mm,3mm", "1mm,400mm", 6])
def test_other_sizes_are_refused(value):
    with pytest.raises(OptionError, match=r"electrode.size.*(give MIN,MAX|smaller one first).*auto or table"):
        Scene(volume=volume(), electrodes=table(grid(1, 1, 1.0)), electrode_size=value)


def test_bad_channels_and_values_below_a_threshold_have_no_light():
    electrodes = table(grid(1, 3, 10.0), columns={"t": ("5", "0.5", "4")})
    bad = np.array([True, False, False])
    assert sizes_of(electrodes).have_light(bad).tolist() == [False, True, True]
    scene = Scene(volume=volume(), electrodes=electrodes, color_by="t", threshold=1.0)
    film = open_film(scene, still=True)
    assert film.contact_sizes().have_light(bad).tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("full_px", "expected"), [(40.0, [40, 20, 26]), (12.0, [12, 6.5, 7.8]), (8.0, [8, 6.5, 6.5]), (5.0, [5, 5, 5])]
)
def test_small_contacts_stay_visible(full_px, expected):
    """In pixels of 1080 lines: a value, one below the threshold, and none; twice as large at 2160 lines."""
    sizes = replace(ContactSizes.in_pixels(3, (full_px, full_px)), scales=np.array([1.0, 0.5, 0.65]))
    for unit in (1, 2):
        layout = SimpleNamespace(size=(1920 * unit, 1080 * unit), unit=float(unit))
        drawn = sizes.on(SimpleNamespace(pixels_per_mm=1.0), layout)
        np.testing.assert_allclose(drawn, np.repeat(np.array(expected)[:, None], 2, axis=1) * unit)
