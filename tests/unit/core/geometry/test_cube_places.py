"""Orientation cubes stand over air, in the corner of each panel of `3d`."""

import numpy as np
import pytest

from corticast.core.geometry.contact_sizes import contact_sizes
from corticast.core.geometry.placement import placed_of
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.changed_defaults import changed_since
from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes, Volume

SIZES = [(1920, 1080), (1280, 720), (1080, 1080), (1080, 1350)]


def head():
    """An ellipsoid with a nose, and its points in the world by the affine alone."""
    affine = np.array([[4.0, 0, 0, -80], [0, 4, 0, -100], [0, 0, 4, -80], [0, 0, 0, 1]])
    grid = np.stack(np.meshgrid(*map(np.arange, (40, 55, 40)), indexing="ij"), axis=-1)
    world = grid @ affine[:3, :3].T + affine[:3, 3]
    inside = (np.square(world / (66, 84, 62)).sum(axis=-1) < 1) | (np.linalg.norm(world - (0, 90, -10), axis=-1) < 14)
    return Volume(inside.astype(np.uint8) * 100, affine), world[inside]


HEAD, INSIDE_MM = head()
CONTACTS = Electrodes(
    tuple("abcdef"), np.array([[-70.0, y, z] for y in (-40, 0, 40) for z in (-20, 30)]), space="world"
)


def within(points, rect, reach=0.0):
    x, y, width, height = rect
    inside = (points > np.array([x, y]) - reach) & (points < np.array([x + width, y + height]) + reach)
    return bool(inside.all(axis=1).any())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("layout", "options"),
    [("3d", {}), ("grid", {}), ("grid", {"spin": 20}), ("3d", {"spin": 20}), ("3d@150,20 | 3d@30,-35 / 3d@20,60", {})],
)
def test_a_cube_hides_neither_head_nor_contact_in_any_frame(layout, options, size):
    scene = Scene(volume=HEAD, electrodes=CONTACTS, layout=layout, **options)
    placed = placed_of(scene)
    made = layout_of(scene, placed, size)
    assert len(made.cubes) == sum(panel.name == "3d" for panel in made.panels) > 0
    assert len({cube.half_px for cube in made.cubes}) == 1
    for cube in made.cubes:
        x, y, width, height = cube.rect
        left, top, room, high = cube.panel.rect
        assert min(x - left, y - top, left + room - x - width, top + high - y - height) >= 0
        reach = contact_sizes(scene, placed, None, moves=False).reach_px(cube.panel, made)
        for turn in range(0, 360, 30) if "spin" in options else (0,):
            turned = cube.panel.turned(turn)
            assert not within(turned.pixel_of(INSIDE_MM) + 0.5, cube.rect)
            assert not within(turned.pixel_of(CONTACTS.pos) + 0.5, cube.rect, reach)


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720)])
def test_letters_of_a_default_view_can_be_read(size):
    """The cube of one view is as large as it gets, and each of the three faces has its letter."""
    (cube,) = layout_of(Scene(volume=HEAD, layout="3d"), None, size).cubes
    least = max(10, 0.016 * size[1])
    # Elevation 20 degrees: the face at the top has the smallest letter.
    assert 2 * cube.half_px * 0.9 * np.sin(np.deg2rad(20)) >= least
    assert cube.rect[3] < 0.15 * size[1]


def test_the_cube_stands_in_place_of_the_letters_of_its_panel():
    grid = layout_of(Scene(volume=HEAD, electrodes=CONTACTS, layout="grid"), None, (1920, 1080))
    assert [slots is None for slots in grid.letters] == [panel.name == "3d" for panel in grid.panels]
    plain = layout_of(Scene(volume=HEAD, layout="3d", labels="letters"), None, (1920, 1080))
    assert plain.cubes == ()
    assert plain.letters[0] is not None


@pytest.mark.parametrize(("view", "sides"), [("90,0", "RL"), ("-90,20", "LR"), ("90,-89", "RL"), ("150,20", None)])
def test_a_view_whose_cube_would_show_neither_left_nor_right_keeps_its_letters(view, sides):
    """From the front the right side is on the left; a cube that turns, or stands without letters, remains."""
    made = layout_of(Scene(volume=HEAD, layout=f"3d@{view}"), None, (1280, 720))
    assert len(made.cubes) == (sides is None)
    if sides is not None:
        (panel,), (slots,) = made.panels, made.letters
        assert "".join(panel.letters[:2]) == sides
        assert slots[0].x < slots[1].x
    for options in ({"spin": 30}, {"labels": "cube"}):
        assert len(layout_of(Scene(volume=HEAD, layout=f"3d@{view}", **options), None, (1280, 720)).cubes) == 1


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1080)])
def test_a_cube_beside_the_brain_of_a_mask_has_the_size_of_one_beside_the_brain_alone(size):
    """The head around the brain reaches into the corners that the brain leaves."""
    world = np.moveaxis(np.indices(HEAD.shape), 0, -1) @ HEAD.affine[:3, :3].T + HEAD.affine[:3, 3]
    brain = np.square((world - (0, 10, -5)) / (50, 60, 45)).sum(axis=-1) < 1
    mask = Volume(brain.astype(np.uint8), HEAD.affine, name="mask")
    (cube,) = layout_of(Scene(volume=HEAD, mask=mask, layout="3d"), None, size).cubes
    alone = Volume(np.where(brain, HEAD.voxels, 0), HEAD.affine)
    (expected,) = layout_of(Scene(volume=alone, layout="3d"), None, size).cubes
    assert cube.half_px == pytest.approx(expected.half_px, rel=0.1)
    assert not within(cube.panel.pixel_of(world[brain]) + 0.5, cube.rect)


def test_a_panel_without_room_keeps_its_letters():
    layout = layout_of(Scene(volume=HEAD, layout="axial*20 | 3d"), None, (1920, 1080))
    assert layout.cubes == ()
    assert layout.letters[1] is not None


def test_a_panel_that_the_head_fills_has_the_smallest_cube():
    """A box fills its panel up to the corners."""
    full = Volume(np.full((20, 20, 20), 100, np.uint8), np.diag([8.0, 8, 8, 1]))
    (cube,) = layout_of(Scene(volume=full, layout="3d@0,0", fit="volume", labels="cube"), None, (400, 400)).cubes
    # Ten pixels, seen at the cosine at which three faces of a cube are seen alike.
    assert 2 * cube.half_px == pytest.approx(10 / (0.9 * 3**-0.5))


def test_old_scenes_are_warned_of_the_cube():
    found = [line for line in changed_since("0.2.0", {"volume": 1, "layout": "3d"}) if "labels" in line]
    assert len(found) == 1
    assert "cube" in found[0]
    for other in ({"volume": 1}, {"volume": 1, "layout": "3d", "labels": "letters"}, {"image": 1, "layout": "3d"}):
        assert not [line for line in changed_since("0.2.0", other) if "labels" in line]


@pytest.mark.parametrize("labels", ["cube", "scale"])
def test_a_still_makes_room_for_no_contacts_but_those_at_rest(labels):
    def place(most_px, *, planes_move=False):
        scene = Scene(volume=HEAD, electrodes=CONTACTS, layout="3d", labels=labels, electrode_size=(10, most_px))
        made = layout_of(scene, placed_of(scene), (1280, 720), planes_move=planes_move)
        (thing,) = (*made.cubes, *[made.scale_bar] * (made.scale_bar is not None))
        return thing.box if labels == "scale" else (thing.centre, thing.half_px)

    assert place(1000) == place(10)
    # Somebody may feed the contacts of a show.
    assert place(1000, planes_move=True) != place(10, planes_move=True)
