"""Where sprites are and how large, measured on the picture."""

import json
from dataclasses import replace

import numpy as np
import pytest

from corticast.core.geometry.contact_sizes import ContactSizes
from corticast.core.geometry.contact_strengths import GHOST_SCALE
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import PicturePanel
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.geometry.sprites import OUTLINE_PX, SpriteLook, diameter_px
from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes, FrameState, Picture, PlacedElectrodes, Volume
from corticast.gl.target import Target
from corticast.io.electrodes import load_electrodes
from corticast.passes.sprites import FlatSprites
from tests.grids import Once, each_pair
from tests.parity.reference import sprites_over
from tests.parity.scene import SceneDrawing

pytestmark = pytest.mark.gl

# Sizes scale a sprite and its place alike: one case of the largest stands for all of them.
SIZES = [(640, 360), (1920, 1080), Once((3840, 2160))]
# The convention mirrors axial and coronal slices.
LOOKS = [(layout, "radiological") for layout in ("ortho", "axial", "coronal", "grid")]
LOOKS += [(layout, "neurological") for layout in ("ortho", "axial", "coronal", "sagittal", "grid")]


def table(pos, bad=None):
    electrodes = Electrodes(
        tuple(f"E{i}" for i in range(len(pos))),
        np.asarray(pos, float),
        bad=np.zeros(len(pos), bool) if bad is None else np.array(bad),
    )
    return electrodes, PlacedElectrodes(electrodes, electrodes.pos)


def dark_volume():
    affine = np.eye(4)
    affine[:3, 3] = -90, -110, -70
    return Volume(np.zeros((181, 217, 181), np.uint8), affine)


def draw(gl, pos, activity, size, *, planes=(0.0, 0.0, 0.0), bad=None, **options):
    electrodes, placed = table(pos, bad)
    scene = Scene(volume=dark_volume(), electrodes=electrodes, labels="none", **{"electrode_size": (6, 40), **options})
    drawing = SceneDrawing(gl, scene, placed, (0, 1), size)
    pixels = drawing.draw(FrameState(planes, np.asarray(activity, np.float32))).read()
    return pixels, drawing.layout.flat_panels


def coverage(pixels):
    """Share of each pixel that a white sprite with a white outline covers."""
    return pixels[:, :, :3].astype(float).max(axis=2) / 255


@pytest.fixture
def white(monkeypatch):
    """Sprites in one flat colour, so that brightness is coverage."""
    from corticast.core.color import colormaps
    from corticast.core.color.themes import THEMES

    monkeypatch.setattr(colormaps, "activity_table", lambda *a, **k: np.full((256, 3), 255, np.uint8))
    monkeypatch.setitem(THEMES, "dark", replace(THEMES["dark"], outline=(1.0, 1.0, 1.0)))


def centroid_and_diameter(covered, rect):
    """Centre (column, row) of the covered pixels within a rectangle, and the diameter of a disc of their area."""
    x, y, width, height = rect
    rows, columns = np.mgrid[y : y + height, x : x + width]
    part = covered[y : y + height, x : x + width]
    area = part.sum()
    assert area > 0
    return np.array([(part * columns).sum(), (part * rows).sum()]) / area, 2 * np.sqrt(area / np.pi)


@each_pair(size=SIZES, look=LOOKS, activity=[0.62, 0.0, 1.0])
def test_centroid_and_diameter(current_gl, fidelity, white, size, look, activity):
    layout, convention = look
    pos = [[-31.3, 22.7, 15.2]]
    pixels, panels = draw(current_gl, pos, [activity], size, planes=tuple(pos[0]), layout=layout, convention=convention)
    covered = coverage(pixels)
    # MIN + (MAX - MIN) · max(a, .01) of 6,40 pixels at 1080 lines.
    expected_px = (6 + 34 * max(activity, 0.01)) * size[1] / 1080
    assert diameter_px(activity, (6, 40)) * size[1] / 1080 == pytest.approx(expected_px)
    for panel in panels:
        centroid, measured_px = centroid_and_diameter(covered, panel.rect)
        off_px = np.linalg.norm(centroid - panel.pixel_of(pos)[0])
        fidelity.within("Electrodes: centroid of a sprite", "the panel's affine", off_px, 0.25, "px")
        fidelity.within("Electrodes: diameter of a sprite", "the scale's", measured_px - expected_px, 0.5, "px")


@each_pair(size=SIZES, look=LOOKS)
def test_a_sprite_lies_on_its_voxel(current_gl, fidelity, white, size, look):
    """The picture of a small bright cube of the volume, and the sprite of a contact at its middle, in one place."""
    layout, convention = look
    volume = dark_volume()
    voxel = np.array([59, 132, 85])
    cube = tuple(slice(index - 2, index + 3) for index in voxel)
    volume.voxels[cube] = 255
    pos = volume.affine[:3, :3] @ voxel + volume.affine[:3, 3]
    options = {"layout": layout, "convention": convention, "labels": "none"}
    # Panels fit their content: both pictures have the panels of the dark volume with its contact.
    electrodes, placed = table([pos])
    panels_of = layout_of(Scene(volume=dark_volume(), electrodes=electrodes, **options), placed, size)
    scene = Scene(volume=volume, electrodes=electrodes, **options)
    drawing = SceneDrawing(current_gl, scene, None, (0, 255), size, layout=panels_of)
    brain = drawing.draw(FrameState(tuple(pos))).read()[:, :, 0] / 255
    sprites, panels = draw(current_gl, [pos], [0.5], size, planes=tuple(pos), layout=layout, convention=convention)
    for panel in panels:
        on_brain, _ = centroid_and_diameter(brain, panel.rect)
        sprite, _ = centroid_and_diameter(coverage(sprites), panel.rect)
        off_px = np.linalg.norm(sprite - on_brain)
        fidelity.within("Electrodes: centroid of a sprite", "a cube of the volume there", off_px, 0.25, "px")


@each_pair(size=SIZES, picture_size=[(469, 392), (300, 900)])
def test_a_sprite_lies_on_its_pixel(current_gl, fidelity, white, size, picture_size):
    """A bright square of a picture, and the sprite of a contact at its middle (column, row), in one place."""
    middles = np.array([[57, 310], [200, 40]])
    for column, row in middles:
        rgb = np.zeros((picture_size[1], picture_size[0], 3), np.uint8)
        rgb[row - 4 : row + 5, column - 4 : column + 5] = 255
        table = Electrodes(("a",), np.array([[column, row]], float), "picture")
        scene = Scene(image=Picture(rgb), labels="none")
        drawing = SceneDrawing(current_gl, scene, None, (0, 1), size)
        square = coverage(drawing.draw(FrameState()).read())
        scene = Scene(image=Picture(np.zeros_like(rgb)), electrodes=table, labels="none")
        placed = PlacedElectrodes(table, table.pos)
        drawing = SceneDrawing(current_gl, scene, placed, (0, 1), size)
        sprite = coverage(drawing.draw(FrameState((0.0, 0.0, 0.0), np.ones(1, np.float32))).read())
        frame = (0, 0, *size)
        off_px = np.subtract(centroid_and_diameter(sprite, frame)[0], centroid_and_diameter(square, frame)[0])
        fidelity.within(
            "Electrodes: centroid of a sprite, picture", "a square of the picture there", np.hypot(*off_px), 0.25, "px"
        )


@pytest.mark.parametrize(("unit", "mm"), [("m", 1000.0), ("cm", 10.0), ("mm", 1.0)])
def test_units(current_gl, fidelity, white, tmp_path, unit, mm):
    """One contact in metres, centimetres and millimetres of a BIDS dataset: one place of the picture."""
    pos_mm = np.array([-31.3, 22.7, 15.2])
    x, y, z = (pos_mm / mm).tolist()
    (tmp_path / "sub-01_space-ScanRAS_electrodes.tsv").write_text(f"name\tx\ty\tz\nA1\t{x!r}\t{y!r}\t{z!r}\n")
    (tmp_path / "sub-01_space-ScanRAS_coordsystem.json").write_text(
        json.dumps({"iEEGCoordinateSystem": "ScanRAS", "iEEGCoordinateUnits": unit})
    )
    table = load_electrodes(tmp_path / "sub-01_space-ScanRAS_electrodes.tsv")
    pixels, panels = draw(current_gl, table.pos, [1.0], (1920, 1080), planes=tuple(pos_mm))
    for panel in panels:
        centroid, _ = centroid_and_diameter(coverage(pixels), panel.rect)
        off_px = np.linalg.norm(centroid - panel.pixel_of([pos_mm])[0])
        fidelity.within("Electrodes: centroid of a sprite, table in m, cm, mm", "the place in mm", off_px, 0.25, "px")


def test_projection_is_the_affine_of_the_world(current_gl, white):
    """Two contacts 50 mm apart along y lie 50 mm apart in the sagittal panel, the anterior one to the right."""
    pos = [[0.0, -30.0, 0.0], [0.0, 20.0, 0.0]]
    pixels, (panel,) = draw(current_gl, pos, [1, 1], (868, 724), layout="sagittal")
    columns = np.nonzero(coverage(pixels).max(axis=0) > 0.5)[0]
    # 217 mm in 868 pixels and 181 mm in 724: 4 pixels per mm.
    posterior, anterior = columns[columns < 434].mean(), columns[columns > 434].mean()
    assert anterior - posterior == pytest.approx(200, abs=0.5)
    assert panel.pixel_of(pos)[:, 0] == pytest.approx([posterior, anterior], abs=0.5)


@each_pair(size=SIZES, look=LOOKS)
def test_a_later_row_covers_an_earlier_one_whatever_the_activity(current_gl, fidelity, size, look):
    layout, convention = look
    import matplotlib

    viridis = matplotlib.colormaps["viridis"]
    pos = [[0.0, 0.0, 0.0], [0.5, 0.5, 0.5]]
    for activity in ([1.0, 0.7], [0.7, 1.0]):
        pixels, panels = draw(
            current_gl, pos, activity, size, layout=layout, convention=convention, electrode_cmap="viridis"
        )
        for panel in panels:
            column, row = np.round(panel.pixel_of(pos)[1]).astype(int)
            expected = 255 * np.array(viridis(activity[1])[:3])
            errors = pixels[row, column, :3] - expected
            fidelity.within(
                "Electrodes: colour where a later contact covers", "its own, matplotlib's viridis", errors, 2, "levels"
            )


def test_contacts_away_from_the_plane_are_small_dim_and_moving(current_gl, white):
    near, _ = draw(current_gl, [[20.0, 0.0, 0.0]], [1.0], (1080, 1080), layout="axial")
    far, _ = draw(current_gl, [[20.0, 0.0, 30.0]], [1.0], (1080, 1080), layout="axial")
    far_at_rest, _ = draw(current_gl, [[20.0, 0.0, 30.0]], [0.2], (1080, 1080), layout="axial")
    everything, _ = draw(current_gl, [[20.0, 0.0, 30.0]], [1.0], (1080, 1080), layout="axial", electrode_depth="all")
    assert 0 < coverage(far).max() < 0.6 * coverage(near).max()
    wide = np.count_nonzero(coverage(far).max(axis=0) > 0.1)
    assert wide == pytest.approx(GHOST_SCALE * 40, abs=2)
    assert np.count_nonzero(coverage(far_at_rest)) < np.count_nonzero(coverage(far))
    assert coverage(everything).sum() == pytest.approx(coverage(near).sum(), rel=0.01)


def test_a_sagittal_panel_shows_its_own_hemisphere(current_gl, white):
    pos = [[-40.0, -20.0, 0.0], [40.0, 20.0, 0.0]]
    pixels, (panel,) = draw(current_gl, pos, [1, 1], (868, 724), layout="sagittal", planes=(-60.0, 0.0, 0.0))
    left, right = np.round(panel.pixel_of(pos)).astype(int)
    assert pixels[left[1], left[0]].max() > 50
    assert pixels[right[1], right[0], :3].max() == 0


def test_a_contact_without_position_is_not_drawn(current_gl, white):
    pixels, _ = draw(current_gl, [[np.nan, 0.0, 0.0]], [1.0], (200, 200), layout="axial")
    assert pixels[:, :, :3].max() == 0


def test_a_bad_channel_is_hollow(current_gl):
    pos = [[0.0, 0.0, 0.0]]
    pixels, (panel,) = draw(current_gl, pos, [1.0], (1080, 1080), layout="axial", bad=[True])
    column, row = np.round(panel.pixel_of(pos)[0]).astype(int)
    assert pixels[row, column, :3].max() == 0
    assert pixels[row, :, :3].max() > 150


def test_without_electrodes_or_with_ten_thousand(current_gl, rng, white):
    pos = rng.uniform(-60, 60, (10_000, 3))
    pixels, _ = draw(current_gl, pos, np.ones(10_000), (1920, 1080))
    assert coverage(pixels).sum() > 1000


@pytest.mark.parametrize("hollow", [False, True], ids=["good", "bad"])
@pytest.mark.parametrize("diameter", [1, 1.5, 2, 3, 4, 5, 6, 6.7, 8, 10, 13, 20, 27.5, 40, 64, 100, 173, 256, 400])
def test_a_sprite_looks_as_its_twin_says(current_gl, fidelity, diameter, hollow):
    """Every pixel of one drawn sprite of 1 to 400 px, off the pixels' centres, against the NumPy twin."""
    size = (440, 440)
    column, row = 219.3, 220.6
    electrodes = Electrodes(("a",), np.array([[column, row]]), "picture", bad=np.array([hollow]))
    placed = PlacedElectrodes(electrodes, electrodes.pos)
    layout = Layout(size, 1.0, (PicturePanel("picture", (0, 0, *size), np.eye(2, 3), ("",) * 4),))
    colours = np.full((256, 3), (250, 120, 30), np.uint8)
    look = SpriteLook(outline_px=OUTLINE_PX * 1080 / size[1])
    sizes = ContactSizes.in_pixels(1, (diameter * 1080 / size[1],) * 2)
    sprites = FlatSprites(layout, placed, look, sizes, colours, signed=False)
    target = Target(current_gl, size)
    state = FrameState(activity=np.ones(1, np.float32))
    sprites.prepare(state)
    with target.bound(blend=True):
        target.clear((0.0, 0.0, 0.0, 1.0))
        sprites.draw(state)
    drawn = target.read()[..., :3].astype(float)
    expected = sprites_over(
        np.zeros((*size[::-1], 3)), [(column, row)], [diameter], colours[:1] / 255, OUTLINE_PX, hollow=hollow
    )
    assert drawn.any()
    fidelity.within("Electrodes: pixels of a sprite of 1 to 400 px", "NumPy twin", drawn - expected, 1.0, "levels")
    # A mean over the sprite shows a wrong width of outline or ring that hides within the rounding of a pixel.
    shown = expected.max(axis=2) > 0
    fidelity.within(
        "Electrodes: pixels of a sprite, mean", "NumPy twin", (drawn - expected)[shown].mean(), 0.3, "levels"
    )
