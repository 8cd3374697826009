"""The orientation cube: its corners by SciPy's rotations, its letters by Pillow, and its turn with the head."""

import itertools
import string
from dataclasses import replace

import font_roboto
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import map_coordinates
from scipy.spatial import ConvexHull
from scipy.spatial.transform import Rotation

import corticast as cc
from corticast.core.color.themes import LEAST_CONTRAST, contrast, theme_of
from corticast.core.geometry.camera import Camera
from corticast.core.geometry.cube import CubeFaces
from corticast.core.model.types import Electrodes, FrameState, PlacedElectrodes
from tests.fonts import made_font
from tests.parity.scene import SceneDrawing

pytestmark = pytest.mark.gl

SIZE = (640, 480)
CAMERAS = [(150, 20), (-150, 25), (35, -40), (90, 5), (0, 0), (-90, 90), (222.5, 60), (310, -89)]
# The face before the viewer of views along an axis.
FACING = {(180, 0): "L", (0, 0): "R", (90, 0): "A", (-90, 0): "P", (-90, 90): "S", (90, -90): "I"}
# Directions of the world out of each face, and up on it: the face of the head is at the top of both ends.
FACES = {
    "L": ((-1, 0, 0), (0, 0, 1)),
    "R": ((1, 0, 0), (0, 0, 1)),
    "P": ((0, -1, 0), (0, 0, 1)),
    "A": ((0, 1, 0), (0, 0, 1)),
    "I": ((0, 0, -1), (0, 1, 0)),
    "S": ((0, 0, 1), (0, 1, 0)),
}


def ball():
    """A small sphere, which leaves the panel's corners to the air."""
    grid = np.stack(np.meshgrid(*3 * [np.arange(-30.0, 31, 2)], indexing="ij"))
    affine = np.diag([2.0, 2.0, 2.0, 1.0])
    affine[:3, 3] = -30
    return cc.Volume((np.linalg.norm(grid, axis=0) < 24).astype(np.uint8) * 100, affine)


def drawing_of(gl, azimuth=150, elevation=20, *, turning=False, **options):
    """A large cube beside contacts alone, or beside a volume."""
    table = Electrodes(("A1", "A2"), np.array([[-5.0, 0, 0], [5, 0, 0]]), space="world")
    given = {"view": (azimuth, elevation), "labels": "cube", "font_size": 75, "spin": 90.0 if turning else 0.0}
    given |= {"electrodes": table} if "volume" not in options else {}
    scene = cc.Scene(layout="3d", **given, **options)
    placed = None if scene.electrodes is None else PlacedElectrodes(table, table.pos)
    return SceneDrawing(gl, scene, placed, (0, 100), SIZE, turning=turning)


def cube_of(drawing, state=None):
    """Coverage of the cube alone, of a frame on transparent ground, and its spot."""
    pixels = drawing.draw(state or FrameState()).read()
    (spot,) = drawing.layout.cubes
    x, y, width, height = spot.rect
    alone = np.zeros(pixels.shape[:2])
    alone[y : y + height, x : x + width] = pixels[y : y + height, x : x + width, 3] / 255
    return alone, pixels[y : y + height, x : x + width], spot


def seen(azimuth, elevation, places):
    """(n, 2) of (n, 3) places of the world, to the right and up: SciPy turns the viewer to the front, which is -y."""
    turned = Rotation.from_euler("zx", [-90 - azimuth, elevation], degrees=True)
    return turned.apply(places)[:, [0, 2]]


def drawn_corners(alone, hull):
    """Corners of a drawn outline: lines through the places where the coverage ends, and where the lines meet."""
    lines = []
    for start, end in zip(hull, np.roll(hull, -1, axis=0), strict=True):
        along = (end - start) / np.linalg.norm(end - start)
        normal = np.array([along[1], -along[0]])
        places = start + np.linspace(0.2, 0.8, 25)[:, None] * (end - start)
        reach = np.arange(-4, 4.01, 0.05)
        at = places[:, None] + reach[:, None] * normal
        cover = map_coordinates(alone, [at[..., 1] - 0.5, at[..., 0] - 0.5], order=1)
        inwards = cover[:, 0] < cover[:, -1]
        assert inwards.all() or not inwards.any()
        beyond = (cover.sum(axis=1) * 0.05 - 4) * (-1 if inwards.all() else 1)
        fitted = np.polyfit(np.linspace(0.2, 0.8, 25), beyond, 1)
        lines.append([start + fitted[1] * normal, end + (fitted[0] + fitted[1]) * normal])
    corners = []
    for (a, b), (c, d) in zip(np.roll(lines, 1, axis=0), lines, strict=True):
        step = np.linalg.solve(np.stack([b - a, c - d], axis=1), c - a)
        corners.append(a + step[0] * (b - a))
    return np.array(corners)


def hull_px(azimuth, elevation, spot):
    corners = seen(azimuth, elevation, np.array(list(itertools.product((-1.0, 1.0), repeat=3))))
    hull = corners[ConvexHull(np.round(corners, 9)).vertices]
    return np.array(spot.centre) + spot.half_px * hull * (1, -1)


@pytest.mark.parametrize("camera", CAMERAS)
def test_corners_are_those_of_scipys_rotation(camera, current_gl, fidelity):
    alone, _, spot = cube_of(drawing_of(current_gl, *camera, background="none"))
    hull = hull_px(*camera, spot)
    lengths = np.linalg.norm(hull - np.roll(hull, -1, axis=0), axis=1)
    # A side of few pixels has no line of its own.
    if lengths.min() > 6:
        away = np.abs(drawn_corners(alone, hull) - hull)
        fidelity.within("Views: corners of the orientation cube", "SciPy's Rotation", away, 0.5, "pixels")
    drawn = Image.new("L", (SIZE[0] * 8, SIZE[1] * 8))
    ImageDraw.Draw(drawn).polygon([tuple(corner) for corner in hull * 8], fill=255)
    expected = np.asarray(drawn).reshape(SIZE[1], 8, SIZE[0], 8).mean(axis=(1, 3)) / 255
    assert np.abs(alone - expected).max() < 0.3
    assert abs(alone.sum() - expected.sum()) < 0.01 * expected.sum()


def alike(grey, letter, *, mirrored=False):
    """How alike a square picture of a face is to a letter by Pillow."""
    side = len(grey)
    font = ImageFont.truetype(str(font_roboto.RobotoMedium), 0.9 * side)
    left, top, right, bottom = font.getbbox(letter, anchor="ls")
    image = Image.new("L", (side, side))
    corner = (side - left - right) / 2, (side - top - bottom) / 2
    ImageDraw.Draw(image).text(corner, letter, 255, font, anchor="ls")
    inner = slice(side // 8, -side // 8)
    expected = np.asarray(image, dtype=float)[:, :: -1 if mirrored else 1]
    return np.corrcoef(grey[inner, inner].ravel(), expected[inner, inner].ravel())[0, 1]


def face_of(pixels, spot, camera, normal, up, side=64):
    """(side, side) grey of a face, seen straight from outside, upright as the head is."""
    x, y = spot.rect[:2]
    places = (np.arange(side) + 0.5) / side * 2 - 1
    across, upwards = np.meshgrid(places, -places)
    right = np.cross(up, normal)
    world = normal + across[..., None] * right + upwards[..., None] * np.array(up)
    at = seen(*camera, world.reshape(-1, 3)) * (1, -1) * spot.half_px + np.array(spot.centre) - 0.5 - (x, y)
    return map_coordinates(pixels[..., 0].astype(float), at.T[::-1], order=1).reshape(side, side)


@pytest.mark.parametrize(
    ("camera", "options"),
    [
        *((camera, {}) for camera in [*FACING, (150, 20), (-150, 25), (35, -40), (222.5, 60)]),
        ((150, 20), {"theme": "light"}),
        ((-150, 25), {"background": "none"}),
    ],
    ids=str,
)
def test_each_face_bears_the_letter_of_its_side(camera, options, current_gl):
    """Never mirrored: the L of the cube is on the left of the world, seen from any side."""
    _, pixels, spot = cube_of(drawing_of(current_gl, *camera, **options))
    found = []
    for letter, (normal, up) in FACES.items():
        towards = Rotation.from_euler("zx", [-90 - camera[0], camera[1]], degrees=True).apply(normal)[1]
        if towards < -0.35:
            grey = face_of(pixels, spot, camera, np.array(normal), up) * (-1 if options.get("theme") else 1)
            likes = {each: alike(grey, each) for each in FACES}
            assert max(likes, key=likes.get) == letter
            assert likes[letter] > 0.85
            if letter in "LRPS":
                assert likes[letter] > alike(grey, letter, mirrored=True) + 0.1
            found.append(letter)
    assert FACING.get(camera, found[0]) in found
    assert len(found) >= (1 if camera in FACING else 2)


def test_the_cube_of_a_turning_head_is_that_of_a_head_at_rest_there(current_gl):
    """A film's cube moves with the head: after half a second at 90 degrees a second as from 45 degrees further on."""
    turning = drawing_of(current_gl, 100, 20, turning=True, background="none")
    alone, pixels, spot = cube_of(turning, FrameState(turn_deg=45.0))
    corners = hull_px(145, 20, spot)
    assert np.abs(drawn_corners(alone, corners) - corners).max() < 0.5
    _, was, _ = cube_of(turning, FrameState(turn_deg=0.0))
    assert not (was == pixels).all()
    # Air is left where only the cube of another frame was.
    _, again, _ = cube_of(turning, FrameState(turn_deg=45.0))
    assert (again == pixels).all()


def test_a_cube_at_rest_belongs_to_the_still_layer(current_gl):
    drawing = drawing_of(current_gl, volume=ball())
    drawing.draw(FrameState())
    drawing.draw(FrameState(clock="0:01.0"))
    assert drawing.changed == []


def test_sides_of_a_volume_that_nobody_knows_are_doubtful(current_gl):
    """The letter of a side has a question mark, and that of the front lacks it."""
    for camera, differs in (((180, 0), True), ((90, 0), False)):
        known, unknown = (
            cube_of(drawing_of(current_gl, *camera, volume=replace(ball(), sided=sided)))[1] for sided in (True, False)
        )
        assert bool(np.abs(known.astype(int) - unknown).max() > 30) is differs


def test_the_question_mark_is_the_built_in_one_where_a_font_lacks_it(current_gl, tmp_path):
    """Beside the font's own letter, as Pillow draws the mark, and no box of a missing character."""
    font = made_font(tmp_path / "own.ttf", characters=string.ascii_letters + string.digits)
    drawing = drawing_of(current_gl, 180, 0, volume=replace(ball(), sided=False), font=font)
    _, pixels, spot = cube_of(drawing)
    grey = face_of(pixels, spot, (180, 0), np.array([-1.0, 0, 0]), (0, 0, 1), side=256)[16:-16, 16:-16]
    ink = (grey - grey.min()) / np.ptp(grey)
    columns = np.flatnonzero((ink > 0.5).any(axis=0))
    # The letter ends where columns without ink begin.
    last = np.flatnonzero(np.diff(columns) > 1)[0]
    mark = ink[:, columns[last + 1] : columns[-1] + 1]
    rows = np.flatnonzero((mark > 0.5).any(axis=1))
    mark = mark[rows[0] : rows[-1] + 1]
    mask = ImageFont.truetype(str(font_roboto.RobotoMedium), 200).getmask("?", mode="L")
    drawn = Image.fromarray(np.array(mask, np.uint8).reshape(mask.size[::-1])).resize(mark.shape[::-1])
    assert np.corrcoef(mark.ravel(), np.asarray(drawn, dtype=float).ravel())[0, 1] > 0.85


def test_a_face_too_oblique_for_its_letter_lacks_it():
    """From 5 degrees above the letter of the top has no room; a plain face has few colours."""
    faces = CubeFaces(Camera(90, 5, np.zeros(3)).axes)
    opacities = faces.letter_opacities(24.0, 10.0)
    # Cosines 0, cos 5° and sin 5°.
    assert opacities.tolist() == [0.0, 1.0, 0.0]


@pytest.mark.parametrize("edge_px", [36, 48, 70])
def test_a_turning_cube_shows_left_or_right(edge_px):
    """At 1080 lines, cubes small and large, 20 degrees from above: the top and one side always bear a letter, and the
    left or the right does all around but within 17 degrees of the front and the back."""
    for azimuth in range(0, 360, 3):
        opacities = CubeFaces(Camera(azimuth, 20, np.zeros(3)).axes).letter_opacities(edge_px / 2, 17.28)
        assert opacities[2] > 0.9 or edge_px < 40
        assert max(opacities[:2]) == 1
        if abs(np.cos(np.deg2rad(azimuth))) > np.sin(np.deg2rad(17)):
            assert opacities[0] > 0.9 or edge_px < 40


def test_letters_stand_out_on_every_ground():
    """By the contrast that WCAG asks for."""
    for options in ({}, {"theme": "light"}, {"theme": "print"}, {"theme": "post"}, {"background": "navy"}):
        theme = theme_of(cc.Scene(volume=ball(), layout="3d", **options))
        for azimuth, elevation in itertools.product(range(0, 360, 30), (-60, 0, 20, 90)):
            faces = CubeFaces(Camera(azimuth, elevation, np.zeros(3)).axes)
            for color in faces.colors(theme):
                assert contrast(tuple(color), theme.text) > LEAST_CONTRAST, (options, color)
