"""Styles of contacts on the picture: halos that touch no contact and mix by maximum, balls, rings."""

from itertools import pairwise

import matplotlib
import numpy as np
import pytest

from corticast.core.geometry.contact_sizes import contact_sizes
from corticast.core.geometry.sprite_styles import HALO_SHARE, ball_colors, halo_of, halo_opacity
from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes, FrameState, Picture, PlacedElectrodes, Volume
from tests.parity.scene import SceneDrawing

pytestmark = pytest.mark.gl

SIZE = (480, 360)
# Near one another, so that halos and discs overlap.
POS = np.array([[60.0, 60], [78, 62], [96, 70], [70, 90], [140, 80]])
FULL_PX = 40.0


def drawn(gl, activity, style, *, pos=POS, bad=None, grey=90, size=SIZE, **options):
    """Frame of contacts on an even picture, one pixel of the picture for each of a 1080-line frame's three."""
    bad = np.zeros(len(pos), bool) if bad is None else np.array(bad)
    table = Electrodes(tuple(f"E{i}" for i in range(len(pos))), np.asarray(pos, float), "picture", bad=bad)
    picture = Picture(np.full((150, 200, 3), grey, np.uint8))
    options = {"electrode_size": (10 * 3, FULL_PX * 3), "labels": "none", "electrode_cmap": "viridis"} | options
    scene = Scene(image=picture, electrodes=table, electrode_style=style, **options)
    drawing = SceneDrawing(gl, scene, PlacedElectrodes(table, table.pos), (0, 1), size)
    return drawing.draw(FrameState(activity=np.asarray(activity, np.float32))).read()[..., :3].astype(int), drawing


def away_from(drawing, pos=POS):
    """(n, height, width) distances of all pixels from the contacts."""
    centres = drawing.layout.pictures[0].pixel_of(pos)
    rows, columns = np.mgrid[: SIZE[1], : SIZE[0]]
    return np.hypot(columns - centres[:, 0, None, None], rows - centres[:, 1, None, None])


def radii(activity):
    return 0.5 * (10 + (FULL_PX - 10) * np.maximum(np.abs(activity), 0.01))


ACTIVITY = np.array([1.0, 0.3, 0.8, 0.0, 0.6])


def test_a_halo_changes_no_pixel_of_a_contact_and_lights_the_ground(current_gl):
    disc, drawing = drawn(current_gl, ACTIVITY, "disc")
    glow, _ = drawn(current_gl, ACTIVITY, "glow")
    in_contact = (away_from(drawing) < radii(ACTIVITY)[:, None, None] + 0.5).any(axis=0)
    differs = (disc != glow).any(axis=2)
    assert not differs[in_contact].any()
    assert differs[~in_contact].sum() > 3000
    # Nothing beyond the widest halo.
    reach = (away_from(drawing) - radii(ACTIVITY)[:, None, None]).min(axis=0)
    assert not differs[reach > HALO_SHARE * FULL_PX / 2 + 1].any()


@pytest.mark.parametrize("opacity", ["ghosts", "bad"])
def test_ghosts_and_hollow_contacts_keep_their_pixels(current_gl, opacity):
    """A ghost lets the slice show through, and a bad channel its hole: neither shows a neighbour's light there."""
    affine = np.eye(4)
    affine[:3, 3] = -50
    volume = Volume(np.full((101, 101, 101), 90, np.uint8), affine)
    pos = np.array([[0.0, 0, 0], [9, 0, 9 * (opacity == "ghosts")], [-9, 0, 0]])
    table = Electrodes(("a", "b", "c"), pos, "world", bad=np.array([False, opacity == "bad", False]))
    frames = []
    for style in ("disc", "glow"):
        scene = Scene(
            volume=volume, electrodes=table, layout="axial", labels="none", electrode_style=style,
            electrode_size=("3mm", "12mm"),
        )  # fmt: skip
        drawing = SceneDrawing(current_gl, scene, PlacedElectrodes(table, pos), (0, 255), SIZE)
        state = FrameState((0.0, 0.0, 0.0), np.array([1.0, 0.7, 0.2], np.float32))
        frames.append(drawing.draw(state).read()[..., :3].astype(int))
    panel = drawing.layout.slices[0]
    x, y = np.rint(panel.pixel_of(pos[1:2])[0]).astype(int)
    within = slice(y - 2, y + 3), slice(x - 2, x + 3)
    assert (frames[0] != frames[1]).any()
    assert (frames[0][within] == frames[1][within]).all()
    # Light of a ghost is as dim as the ghost; a bad channel is without light.
    alone = np.array([0.0, 0.7, 0.0], np.float32)
    light = drawing.draw(FrameState((0.0, 0.0, 0.0), alone)).read()[..., :3].astype(int)
    rows, columns = np.mgrid[: SIZE[1], : SIZE[0]]
    away = np.hypot(columns - panel.pixel_of(pos[1:2])[0, 0], rows - panel.pixel_of(pos[1:2])[0, 1])
    scale = 0.55 if opacity == "ghosts" else 1.0
    beside = away > scale * (3 + 9 * 0.7) / 2 * panel.pixels_per_mm + 1
    near = beside & (away < scale * 7 * panel.pixels_per_mm)
    largest = light[near].max() - 90
    assert (20 < largest < 0.4 * 0.85 * (255 - 90)) if opacity == "ghosts" else largest == 0


def test_no_contact_brightens_another(current_gl):
    """On black, all contacts together are the maximum of each alone, wherever none stands."""
    together, drawing = drawn(current_gl, ACTIVITY, "glow", grey=0)
    outside = (away_from(drawing) >= radii(ACTIVITY)[:, None, None] + 0.5).all(axis=0)
    alone = []
    for row in range(len(POS)):
        activity = np.zeros(len(POS))
        activity[row] = ACTIVITY[row]
        frame, _ = drawn(current_gl, activity, "glow", grey=0)
        alone.append(np.where((away_from(drawing)[row] < radii(ACTIVITY)[row] + 0.5)[..., None], 0, frame))
    # The other contacts rest in these frames: a pixel of theirs is no light.
    rests = (away_from(drawing) < radii(np.zeros(len(POS)))[:, None, None] + 0.5).any(axis=0)
    free = outside & ~rests
    assert np.abs(together - np.max(alone, axis=0))[free].max() <= 1
    assert together[free].max() > 100


def test_at_rest_there_is_no_halo(current_gl):
    rest = np.zeros(len(POS))
    assert (drawn(current_gl, rest, "glow")[0] == drawn(current_gl, rest, "disc")[0]).all()


def test_light_grows_with_activity(current_gl):
    sums, frames = [], []
    for activity in (0.0, 0.1, 0.4, 0.7, 1.0):
        frame, drawing = drawn(current_gl, [activity], "glow", pos=POS[:1], grey=0, electrode_cmap="gray")
        outside = away_from(drawing, POS[:1])[0] > radii(1.0) + 1
        frames.append(frame[outside])
        sums.append(frames[-1].sum())
    assert sums == sorted(sums)
    assert sums[-1] > sums[-2] > sums[0] == 0
    assert all((after >= before).all() for before, after in pairwise(frames))


@pytest.mark.parametrize("activity", [0.25, 0.6, 1.0])
def test_a_halo_looks_as_its_twin_says(current_gl, fidelity, activity):
    frame, drawing = drawn(current_gl, [activity], "glow", pos=POS[:1])
    away = away_from(drawing, POS[:1])[0]
    alpha = halo_opacity(away, radii(activity), *halo_of(activity, FULL_PX / 2))[..., None]
    colour = 255 * np.array(matplotlib.colormaps["viridis"](round(255 * activity))[:3])
    expected = 90 * (1 - alpha) + colour * alpha
    outside = away >= radii(activity) + 0.5
    errors = (frame - expected)[outside]
    fidelity.within("Electrodes: pixels of a halo", "NumPy twin", errors, 1.6, "levels")


def test_a_ball_is_lit_and_has_its_colour_in_the_middle(current_gl, fidelity):
    activity = 0.6
    frame, drawing = drawn(current_gl, [activity], "ball", pos=np.array([[100.0, 75.0]]), electrode_size=(30, 600))
    centre = drawing.layout.pictures[0].pixel_of([[100.0, 75.0]])[0]
    rows, columns = np.mgrid[: SIZE[1], : SIZE[0]]
    radius = 0.5 * (30 + 570 * activity) / 3
    place = np.stack([columns - centre[0], rows - centre[1]], axis=-1) / radius
    inside = np.hypot(*np.moveaxis(place, -1, 0)) < 1 - 4 / radius
    colour = np.array(matplotlib.colormaps["viridis"](round(255 * activity))[:3])
    expected = 255 * ball_colors(place[inside], np.broadcast_to(colour, (inside.sum(), 3)))
    fidelity.within("Electrodes: pixels of a ball", "NumPy twin", frame[inside] - expected, 1.0, "levels")
    x, y = np.rint(centre).astype(int)
    assert np.abs(frame[y, x] - 255 * colour).max() <= 4
    upper_left, lower_right = frame[y - 30, x - 30].sum(), frame[y + 30, x + 30].sum()
    assert upper_left > frame[y, x].sum() > lower_right


def test_rings_are_open_and_a_bad_channel_has_a_bar(current_gl):
    pos = np.array([[60.0, 75.0], [140.0, 75.0]])
    frame, drawing = drawn(
        current_gl, [1.0, 1.0], "ring", pos=pos, bad=[False, True], electrode_size=(30, 300), grey=90
    )
    (good, bad) = np.rint(drawing.layout.pictures[0].pixel_of(pos)).astype(int)
    colour = np.rint(255 * np.array(matplotlib.colormaps["viridis"](255)[:3]))
    assert (frame[good[1], good[0]] == 90).all()
    assert np.abs(frame[bad[1], bad[0]] - colour).max() <= 1
    # The bar runs from the lower left to the upper right; beside it the hole is open.
    assert np.abs(frame[bad[1] - 10, bad[0] + 10] - colour).max() <= 1
    assert (frame[bad[1] + 12, bad[0] + 12] == 90).all()


@pytest.mark.parametrize("style", ["glow", "ball", "ring"])
def test_a_film_of_a_style_leaves_nothing_behind(current_gl, style):
    """Frames drawn one after the other equal frames drawn first: all that moved is restored."""
    states = [ACTIVITY, np.zeros(5), ACTIVITY[::-1], np.ones(5)]
    _, drawing = drawn(current_gl, states[0], style)
    for activity in states[1:]:
        frame = drawing.draw(FrameState(activity=np.asarray(activity, np.float32))).read()[..., :3]
        assert (frame == drawn(current_gl, activity, style)[0]).all()


def test_contacts_of_a_grid_of_256_do_not_touch_on_the_picture(current_gl):
    """All at full activity, seen from the side: each disc is apart, and 0.95 of the spacing wide."""
    rows, columns = np.indices((16, 16)).reshape(2, -1)
    pos = np.stack([np.full(256, 30.0), 4.0 * columns - 30, 4.0 * rows - 30], axis=1)
    affine = np.eye(4)
    affine[:3, 3] = -50
    volume = Volume(np.zeros((101, 101, 101), np.uint8), affine)
    table = Electrodes(tuple(f"G{i}" for i in range(1, 257)), pos, "world")
    scene = Scene(volume=volume, electrodes=table, layout="sagittal", labels="none", electrode_cmap="gray")
    placed = PlacedElectrodes(table, pos)
    drawing = SceneDrawing(current_gl, scene, placed, (0, 255), (1200, 1200))
    frame = drawing.draw(FrameState((30.0, 0.0, 0.0), np.ones(256, np.float32))).read()[..., 0]
    spacing_px = 4.0 * drawing.layout.slices[0].pixels_per_mm
    from scipy import ndimage

    # A disc's coloured part is narrower by its two outlines, each of two pixels of a 1080-line frame.
    labels, n = ndimage.label(frame > 128)
    widths = [s[1].stop - s[1].start for s in ndimage.find_objects(labels)]
    outlines = 4.0 * 1200 / 1080
    assert n == 256
    assert np.array(widths) + outlines == pytest.approx(0.95 * spacing_px, abs=1.5)
    sizes = contact_sizes(scene, placed, None, moves=True)
    reaches_px = [sizes.reach_px(panel, drawing.layout) for panel in drawing.layout.panels]
    assert max(reaches_px) == pytest.approx(0.95 * spacing_px / 2 + 2)
