"""Contact sheets without drawing: which slices, which contacts, and where everything stands on the page."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corticast.app.sheet.header import wrapped
from corticast.app.sheet.page import contacts_of, page_of
from corticast.core.geometry.sheet_grid import nearest_plane, on_sheet, sheet_grid, sheet_planes_mm
from corticast.core.model.groups import group_of
from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes, PlacedElectrodes, Volume
from corticast.core.text.metrics import text_width_px
from corticast.errors import OptionError

BOX_MM = np.array([[-45.0, -60.0, -35.0], [45.0, 60.0, 37.0]])


def volume_of(zooms=(1.0, 1.0, 1.0)):
    """A head of 90 x 120 x 72 mm, content up to 6 mm from all sides."""
    shape = np.round((BOX_MM[1] - BOX_MM[0]) / zooms).astype(int)
    voxels = np.zeros(shape, np.uint8, order="F")
    margin = np.round(6 / np.array(zooms)).astype(int)
    voxels[tuple(slice(m, n - m) for m, n in zip(margin, shape, strict=True))] = 200
    affine = np.diag([*zooms, 1.0])
    affine[:3, 3] = BOX_MM[0] + np.array(zooms) / 2
    return Volume(voxels, affine)


def placed_at(pos, names=None, bad=None):
    pos = np.asarray(pos, float)
    bad = np.zeros(len(pos), bool) if bad is None else np.array(bad)
    table = Electrodes(tuple(names or (f"A{n}" for n in range(len(pos)))), pos, bad=bad)
    return PlacedElectrodes(table, pos, 1.0)


def page_with(volume, placed, *, width=2400, height=None, plane="axial", n_slices=20, warnings=(), **options):
    scene = Scene(volume=volume, electrodes=placed.table if placed is not None else None, **options)
    contacts = contacts_of(volume, placed)
    return page_of(
        scene, volume, (0, 200), contacts, warnings, plane=plane, n_slices=n_slices, width=width, height=height
    )


def test_one_slice_is_no_slices():
    (line,) = (text.text for text in page_with(volume_of(), None, n_slices=1).texts if " axial slice" in text.text)
    assert line.startswith("1 axial slice, z = ")
    assert " to " not in line.split("·")[0]


@given(
    axis=st.integers(0, 2),
    n_slices=st.integers(1, 40),
    z=st.lists(st.floats(-55, 55), min_size=1, max_size=30),
    zoom=st.sampled_from([0.8, 1.0, 2.0, 6.0]),
)
def test_every_contact_is_near_a_slice(axis, n_slices, z, zoom):
    zooms = [1.0, 1.0, 1.0]
    zooms[axis] = zoom
    volume = volume_of(tuple(zooms))
    pos = np.zeros((len(z), 3))
    pos[:, axis] = z
    shown = pos[on_sheet(volume, pos)]
    planes = sheet_planes_mm(volume, axis, n_slices, np.linspace(-25, 25, 20), shown)
    assert 1 <= len(planes) <= n_slices
    assert (np.diff(planes) > 0).all()
    # On voxel centres, and as even as they allow.
    places = (planes - volume.affine[axis, 3]) / zoom
    assert np.abs(places - np.round(places)).max() < 1e-6
    steps = np.diff(np.round(places))
    assert len(steps) == 0 or np.ptp(steps) <= 1
    if len(shown):
        away = np.abs(shown[:, axis] - planes[nearest_plane(planes, shown[:, axis])])
        widest = np.diff(planes).max() if len(planes) > 1 else np.ptp(shown[:, axis]) + 10 + zoom
        assert away.max() <= widest / 2 + zoom + 1e-9


def test_without_contacts_slices_spread_over_the_content():
    volume = volume_of()
    content = np.arange(-29.0, 31.0)
    planes = sheet_planes_mm(volume, 2, 20, content, np.zeros((0, 3)))
    assert len(planes) == 20
    assert planes[0] - content[0] <= 3
    assert content[-1] - planes[-1] <= 3


def test_a_volume_of_few_slices_has_each_once():
    volume = volume_of((1.0, 1.0, 6.0))
    planes = sheet_planes_mm(volume, 2, 40, np.array([-20.0, 20.0]), np.zeros((0, 3)))
    assert planes.tolist() == [-32.0 + 6 * n for n in range(12)]


def test_a_few_contacts_are_seen_slice_by_slice():
    planes = sheet_planes_mm(volume_of(), 2, 20, np.array([-29.0, 30.0]), np.array([[0.0, 0.0, 4.5]]))
    assert len(planes) == 20
    assert np.allclose(np.diff(planes), 1)
    assert planes[0] <= 4.5 <= planes[-1]


def test_contacts_outside_are_shown_up_to_20_mm_in_a_human_head_and_named_beyond():
    volume = volume_of()
    # The head is 120 mm long, so 16 mm.
    pos = np.array([[0, 0, 0], [60.0, 0, 0], [0, 0, 52], [62, 0, 0], [0, 0, 54], [np.nan] * 3])
    assert on_sheet(volume, pos).tolist() == [True, True, True, False, False, False]
    page = page_with(volume, placed_at(pos))
    assert sorted(row for cell in page.cells for row in cell.rows) == [0, 1, 2]
    (outside,) = (cell for cell in page.cells if 2 in cell.rows)
    # A slice of its own height, where the volume is no more.
    assert abs(outside.plane_mm - 52) <= 3 > 37 - outside.plane_mm
    for cell in page.cells:
        x, y, width, height = cell.panel.rect
        for column, row in cell.panel.pixel_of(pos[list(cell.rows)]):
            assert x <= column <= x + width
            assert y <= row <= y + height


@pytest.mark.parametrize(("width", "height"), [(2400, None), (800, None), (600, 800), (1920, 1080), (5000, 3000)])
@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
@pytest.mark.parametrize("n_groups", [0, 3, 90])
def test_nothing_leaves_the_page_or_overlaps(rng, width, height, plane, n_groups):
    placed = None
    if n_groups:
        pos = rng.uniform(BOX_MM[0], BOX_MM[1], (4 * n_groups, 3))
        names = [f"Electrode {group} of the left side {n}" for group in range(n_groups) for n in range(4)]
        placed = placed_at(pos, names, rng.random(len(pos)) < 0.2)
    warnings = [" ".join(["a warning about the contacts on this page"] * n) for n in (1, 9, 2, 3, 1, 5)]
    page = page_with(
        volume_of(),
        placed,
        width=width,
        height=height,
        plane=plane,
        warnings=warnings,
        title="x" * 300,
    )
    assert page.size[0] == width
    assert height is None or page.size[1] == height
    covered = np.zeros(page.size[::-1], np.uint8)

    def cover(x0, y0, x1, y1):
        assert 0 <= x0 < x1 <= page.size[0]
        assert 0 <= y0 < y1 <= page.size[1]
        covered[int(np.ceil(y0)) : int(y1), int(np.ceil(x0)) : int(x1)] += 1

    for cell in page.cells:
        x, y, w, h = cell.panel.rect
        cover(x, y, x + w, y + h)
    for text in (*page.texts, *page.warnings):
        slot = text.slot
        if not text.text:
            continue
        length = text_width_px(text.text, slot.size_px, strong=text.strong)
        left = slot.x - {"l": 0, "m": length / 2, "r": length}[slot.anchor]
        cover(left, slot.y - 0.45 * slot.size_px, left + length, slot.y + 0.45 * slot.size_px)
    for column, row in page.examples.pos_px + 0.5:
        radius = page.examples.diameter_px / 2
        cover(column - radius, row - radius, column + radius, row + radius)
    assert covered.max() == 1


def test_the_legend_counts_what_is_on_the_page():
    pos = np.array([[0, 0, 0], [5, 0, 0], [0, 5, 0], [0, 0, 5], [0, 0, 90]])
    placed = placed_at(pos, ["LA1", "LA2", "RH1", "LA3", "RH2"], [False, True, False, False, False])
    page = page_with(volume_of(), placed)
    texts = [text.text for text in page.texts]
    assert {"LA 3", "RH 1", "marked bad"} <= set(texts)
    order = [row for cell in page.cells for row in cell.rows]
    names = [group_of(placed.table.names[row]) for row in order]
    # One colour for each electrode, that of the legend.
    assert page.contacts.colour.tolist() == [["LA", "RH"].index(name) for name in names]
    assert page.examples.colour.tolist()[:2] == [0, 1]
    assert page.contacts.hollow.tolist() == [row == 1 for row in order]


@pytest.mark.parametrize("size", [(300, 80), (40, 400), (2400, 90)])
def test_a_page_without_room_is_refused(size):
    with pytest.raises(OptionError, match=f"size {size[0]}x{size[1]}: too small for a sheet of 20 slices"):
        page_with(volume_of(), None, width=size[0], height=size[1])


def test_slices_are_as_large_as_they_fit():
    grid = sheet_grid(6, (100.0, 100.0), 1000, 700, 0, 1.0)
    # 3 x 2 of 312 pixels would be 800 high with captions; the rest of the height decides.
    assert grid.n_columns == 3
    assert grid.cell[0] == pytest.approx((700 - 18) / 2 - 88, abs=1)


@pytest.mark.parametrize("n_lines", [1, 2, 5])
@pytest.mark.parametrize("text", ["a few words that go on and on", "x" * 80, "", "short", "one " + "y" * 90 + " two"])
def test_texts_are_cut_only_where_they_do_not_fit(text, n_lines):
    lines = wrapped(text, 150.0, 20.0, n_lines)
    assert len(lines) <= n_lines
    assert all(text_width_px(line, 20.0) <= 150 for line in lines)
    joined = " ".join(lines)
    assert joined == text or "…" in joined
    if n_lines == 5 and "x" not in text and "y" not in text:
        assert joined == text
