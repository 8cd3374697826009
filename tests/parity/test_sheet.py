"""Drawn contact sheets: greys, contacts and sides, measured on the picture."""

from dataclasses import replace

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

import corticast as cc
from corticast.core.color import colormaps
from corticast.core.model.types import Electrodes, Volume
from corticast.errors import DataError, OptionError
from tests.grids import each_pair
from tests.parity.drawing import SCIPY, affine_of, smooth_values
from tests.parity.reference import slice_grey

pytestmark = pytest.mark.gl

IN_PLANE = {"axial": (0, 1), "coronal": (0, 2), "sagittal": (1, 2)}
FIXED = {"axial": 2, "coronal": 1, "sagittal": 0}


def drawn(scene, path, **options):
    """Pixels (height, width, 3) of a sheet, and its report."""
    report = cc.sheet(scene, path, **options)
    return np.asarray(Image.open(path)).astype(float), report


def dark_volume():
    affine = np.diag([-1.0, 1.0, 1.0, 1.0])
    affine[:3, 3] = 60, -70, -50
    return Volume(np.zeros((121, 141, 101), np.uint8, order="F"), affine)


@pytest.fixture
def white(monkeypatch):
    """Contacts in one flat colour, so that brightness is coverage."""
    from corticast.core.color.themes import THEMES

    monkeypatch.setattr("corticast.app.sheet.page.group_table", lambda *a, **k: np.full((1, 3), 255, np.uint8))
    monkeypatch.setitem(THEMES, "dark", replace(THEMES["dark"], outline=(1.0, 1.0, 1.0)))


def spread_contacts(rng, n, apart):
    """Voxel indices of contacts, so far apart in each plane that none touches another's disc."""
    found = []
    while len(found) < n:
        index = rng.uniform((15, 15, 15), (105, 125, 85))
        if all(np.sort(np.abs(index - other))[1] > apart for other in found):
            found.append(index)
    return np.array(found)


@each_pair(
    plane=["axial", "coronal", "sagittal"], sides=["neurological right", "radiological left"], size=[None, (1000, 1300)]
)
def test_each_contact_stands_once_where_nibabel_puts_it(white, rng, fidelity, tmp_path, plane, sides, size):
    convention, nose = sides.split()
    volume = dark_volume()
    index = spread_contacts(rng, 25, 9)
    electrodes = Electrodes(tuple(f"A{n}" for n in range(25)), index, "voxel")
    scene = cc.Scene(volume=volume, electrodes=electrodes, convention=convention, sagittal_nose=nose)
    pixels, report = drawn(scene, tmp_path / "sheet.png", plane=plane, size=size)
    covered = pixels.max(axis=2) / 255
    pos_mm = nib.affines.apply_affine(volume.affine, index)
    assert sorted(row for cell in report.cells for row in cell.rows) == list(range(25))
    planes = np.array([cell.plane_mm for cell in report.cells])
    half = np.diff(planes).max() / 2
    reach = int(report.disc_px) + 2
    area = np.pi * report.disc_px**2 / 4
    for cell in report.cells:
        x, y, width, height = cell.panel.rect
        part = covered[y : y + height, x : x + width]
        assert part.sum() == pytest.approx(area * len(cell.rows), rel=0.05, abs=0.01)
        for row in cell.rows:
            assert abs(pos_mm[row, FIXED[plane]] - cell.plane_mm) <= half + 1
            u, v = pos_mm[row, list(IN_PLANE[plane])]
            place = cell.panel.affine @ [u, v, 1]
            first = np.round(place).astype(int) - reach
            rows, columns = np.mgrid[first[1] : first[1] + 2 * reach + 1, first[0] : first[0] + 2 * reach + 1]
            disc = covered[rows, columns]
            # At full strength, and nowhere else.
            assert disc.max() == 1
            centroid = np.array([(disc * columns).sum(), (disc * rows).sum()]) / disc.sum()
            off_px = np.linalg.norm(centroid - place)
            fidelity.within("Electrodes: centroid on a contact sheet", "nibabel's affine", off_px, 0.25, "px")


@pytest.mark.parametrize("convention", ["neurological", "radiological"])
@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
def test_a_contact_lies_on_its_voxel_and_on_its_side(white, tmp_path, convention, plane):
    """A small bright cube of the volume, and the contact at its middle, in one place; left is where it belongs."""
    volume = dark_volume()
    voxel = np.array([98, 100, 60])  # stored right to left: world x is -38
    volume.voxels[tuple(slice(i - 2, i + 3) for i in voxel)] = 255
    electrodes = Electrodes(("A1",), voxel[None].astype(float), "voxel")
    options = {"plane": plane, "slices": 9, "size": (1000, 1300)}
    look = {"window": (0, 255), "convention": convention}
    dark = dark_volume()
    dark.voxels[0, 0, 0] = 1  # a volume of a single value has a warning more on its page
    with_contact, report = drawn(cc.Scene(volume=dark, electrodes=electrodes, **look), tmp_path / "a.png", **options)
    (cell,) = (cell for cell in report.cells if cell.rows)
    # The same page, without the contact: its slices are chosen by the table.
    far = Electrodes(("A1",), voxel[None].astype(float), "voxel", bad=np.array([True]))
    brain, other = drawn(cc.Scene(volume=volume, electrodes=far, **look), tmp_path / "b.png", **options)
    assert [one.plane_mm for one in other.cells] == [one.plane_mm for one in report.cells]

    def centroid(pixels):
        x, y, width, height = cell.panel.rect
        part = pixels[y : y + height, x : x + width, 0]
        rows, columns = np.mgrid[y : y + height, x : x + width]
        return np.array([(part * columns).sum(), (part * rows).sum()]) / part.sum()

    contact = centroid(with_contact)
    # A hollow disc in the middle of the cube leaves its centroid where it is.
    assert np.linalg.norm(contact - centroid(brain)) < 0.5
    if plane != "sagittal":
        x, _, width, _ = cell.panel.rect
        is_left = contact[0] < x + width / 2
        assert is_left == (convention == "neurological")
        assert cell.panel.letters[0] == ("L" if convention == "neurological" else "R")


@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
@pytest.mark.parametrize("angles", [(0, 0, 0), (8, -5, 14)])
def test_slices_are_where_they_say(rng, fidelity, tmp_path, plane, angles):
    affine = affine_of((1.1, 0.9, 2.5), angles)
    voxels = np.asfortranarray(smooth_values(rng, (40, 52, 18)))
    scene = cc.Scene(volume=Volume(voxels, affine), window=(-1500, 1500))
    pixels, report = drawn(scene, tmp_path / "sheet.png", plane=plane, slices=6, size=(900, 1200))
    n_inside = 0
    for cell in report.cells:
        x, y, width, height = cell.panel.rect
        columns, rows = np.meshgrid(np.arange(x, x + width), np.arange(y, y + height))
        # (u, v) of pixels by solving the report's affine, independently of what drew them.
        uv = np.linalg.solve(
            cell.panel.affine[:, :2], np.stack([columns.ravel(), rows.ravel()]) - cell.panel.affine[:, 2:]
        )
        world = np.full((*rows.shape, 3), cell.plane_mm)
        for axis, values in zip(IN_PLANE[plane], uv, strict=True):
            world[..., axis] = values.reshape(rows.shape)
        grey = slice_grey(voxels, affine, world, (-1500, 1500), 1)
        inside = np.isfinite(grey)
        n_inside += inside.sum()
        shown = pixels[y : y + height, x : x + width, 0]
        difference = np.abs(shown - np.floor(grey + 0.5))[inside]
        if len(difference):
            fidelity.within("Space: slices of a contact sheet, largest", SCIPY, difference, 1, "levels")
    assert n_inside > 50_000


def test_electrodes_have_their_colours_and_bad_contacts_are_hollow(tmp_path):
    volume = dark_volume()
    pos = np.array([[-30.0, 0, 0], [30, 0, 0], [0, 40, 0], [0, -40, 0]])
    bad = np.array([False, False, False, True])
    electrodes = Electrodes(("LA1", "RA1", "LA2", "RA2"), pos, "world", bad=bad)
    pixels, report = drawn(cc.Scene(volume=volume, electrodes=electrodes), tmp_path / "sheet.png")
    assert report.groups == {"LA": 2, "RA": 2}
    colours = colormaps.group_table(None, 2)
    (cell,) = (cell for cell in report.cells if cell.rows)
    centres = np.round(cell.panel.pixel_of(pos)).astype(int)
    for (column, row), group, is_hollow in zip(centres, (0, 1, 0, 1), bad, strict=True):
        assert pixels[row, column].tolist() == ([0, 0, 0] if is_hollow else colours[group].tolist())
    # Thirty electrodes have each their own.
    assert len(np.unique(colours, axis=0)) == len(colours) == 30


def test_a_map_that_is_named_is_divided_among_the_electrodes(tmp_path):
    pos = np.array([[-30.0, 0, 0], [30, 0, 0], [0, 40, 0]])
    electrodes = Electrodes(("A1", "B1", "C1"), pos, "world")
    scene = cc.Scene(volume=dark_volume(), electrodes=electrodes, electrode_cmap="viridis")
    pixels, report = drawn(scene, tmp_path / "sheet.png")
    (cell,) = (cell for cell in report.cells if cell.rows)
    table = colormaps.table("viridis")
    for (column, row), entry in zip(np.round(cell.panel.pixel_of(pos)).astype(int), (0, 128, 255), strict=True):
        assert np.abs(pixels[row, column] - table[entry]).max() <= 3


def test_what_cannot_be_used_is_reported_and_nothing_is_written(tmp_path):
    volume = dark_volume()
    scene = cc.Scene(volume=volume)
    there = tmp_path / "there.png"
    there.write_bytes(b"precious")
    pos = np.array([[100.0, 0, 0], [120, 0, 0], [0, 0, 0]])
    outside = cc.Scene(volume=volume, electrodes=Electrodes(("a", "b", "c"), pos, "world"))
    flat = cc.Scene(electrodes=Electrodes(("a",), np.zeros((1, 3))))
    new = tmp_path / "new.png"
    for wanted, kind, word, path, options in [
        (scene, OptionError, "^sheet .*there.png: exists", there, {}),
        (scene, OptionError, "^sheet .*new.xyz: unknown kind", tmp_path / "new.xyz", {}),
        (scene, OptionError, "^plane oblique", new, {"plane": "oblique"}),
        (scene, OptionError, "^slices 0", new, {"slices": 0}),
        (scene, OptionError, "^size 90x9", new, {"size": (90, 9)}),
        (flat, OptionError, "^sheet: .*volume", new, {}),
        (outside, DataError, "only 33 % of the contacts", new, {}),
    ]:
        with pytest.raises(kind, match=word):
            cc.sheet(wanted, path, **options)
    assert [path.name for path in tmp_path.iterdir()] == ["there.png"]
    assert there.read_bytes() == b"precious"
    assert cc.sheet(scene, there, overwrite=True).path == there
    assert Image.open(there).size[0] == 2400


def test_contacts_far_outside_are_named(tmp_path):
    pos = np.array([[0.0, 0, 0], [1, 0, 0], [0, 5, 0], [500, 0, 0]])
    scene = cc.Scene(volume=dark_volume(), electrodes=Electrodes(("A1", "A2", "A3", "Lost1"), pos, "world"))
    report = cc.sheet(scene, tmp_path / "sheet.png")
    assert (report.n_contacts, report.n_shown, report.share_inside) == (4, 3, 0.75)
    assert any("1 contact lies" in text and "Lost1" in text for text in report.warnings)


@pytest.mark.parametrize("background", ["none", "white"])
def test_backgrounds(tmp_path, background):
    scene = cc.Scene(volume=dark_volume(), background=background)
    cc.sheet(scene, tmp_path / "sheet.png", slices=4, size=(600, 800))
    picture = Image.open(tmp_path / "sheet.png")
    corner = picture.getpixel((1, 798))
    assert corner == ((0, 0, 0, 0) if background == "none" else (255, 255, 255))
