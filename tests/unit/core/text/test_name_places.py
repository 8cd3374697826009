"""Places of names: near pairs, names that meet, and names that step aside."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from PIL import ImageFont
from scipy.spatial import cKDTree

from corticast.core.text.face import BUILT_IN
from corticast.core.text.metrics import ink_px
from corticast.core.text.name_places import place_names
from corticast.core.text.name_room import Crowd, pairs_near

SIZE_PX = 17.5
REACHES = (0.9, 1.8, 3.0, 6.5)
N = 240


def crowd_of(centres, *, radii=4.0, blocks=(), groups=None, together=None, box=(36.0, 17.0)):
    centres = np.asarray(centres, dtype=np.float64)
    centres = centres if centres.ndim == 3 else centres[None]
    n = centres.shape[1]
    radii = np.full(n, radii) if np.ndim(radii) == 0 else np.asarray(radii)
    groups = np.zeros(n, np.intp) if groups is None else groups
    blocks = np.array(blocks, dtype=np.float64).reshape(-1, 4)
    boxes = np.tile(box, (n, 1)).astype(np.float64)
    wanted = np.isfinite(centres).all(axis=(0, 2))
    return Crowd(centres, radii, together, wanted, boxes, blocks, (0.0, 0.0, 800.0, 600.0), SIZE_PX, groups)


@pytest.mark.parametrize("reach", [(5.0, 5.0), (60.0, 9.0), (2000.0, 2000.0)])
def test_near_pairs_are_those_of_a_tree(rng, reach):
    one, other = rng.uniform(-50, 700, (300, 2)), rng.uniform(-80, 900, (400, 2))
    first, second = pairs_near(one, other, np.array(reach))
    found = cKDTree(one / reach).query_ball_tree(cKDTree(other / reach), 1.0, p=np.inf)
    expected = {(i, j) for i, some in enumerate(found) for j in some}
    assert len(first) == len(expected)
    assert set(zip(first.tolist(), second.tolist(), strict=True)) == expected


def boxes_and_lines(crowd, places, moment):
    """Boxes by contact, and points along the leaders."""
    boxes, lines = {}, {}
    for row in np.flatnonzero(places.placed):
        middle, half = crowd.centres[moment, row] + places.offsets[row], crowd.boxes[row] / 2
        boxes[int(row)] = (*(middle - half), *(middle + half))
        if np.isfinite(places.leaders[row, 0, 0]):
            start, end = crowd.centres[moment, row] + places.leaders[row]
            lines[int(row)] = start + np.linspace(0, 1, 200)[:, None] * (end - start)
    return boxes, lines


def are_apart(crowd, places, moment, radii_of):
    boxes, lines = boxes_and_lines(crowd, places, moment)
    for (i, one), (j, other) in itertools.combinations(boxes.items(), 2):
        if crowd.together is None or crowd.together[i, j]:
            assert one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]
    for row, (left, top, right, bottom) in boxes.items():
        assert min(left, top, 800 - right, 600 - bottom) >= 0
        for first, highest, last, lowest in crowd.blocks:
            assert left >= last or right <= first or top >= lowest or bottom <= highest
        centres = crowd.centres[moment]
        beside = np.maximum(np.maximum(np.array([left, top]) - centres, centres - (right, bottom)), 0)
        assert not (np.hypot(*beside.T) < radii_of(row)).any()
        if row not in lines:
            # Read as the name of no other contact: those lie twice as far.
            gaps = np.hypot(*beside.T) - radii_of(row)
            assert 1.9 * gaps[row] < np.delete(np.nan_to_num(gaps, nan=np.inf), row).min(initial=np.inf)
    for row, points in lines.items():
        away = np.hypot(*(points[:, None] - crowd.centres[moment]).T).T
        assert not (away < radii_of(row)).any()
        for other, (left, top, right, bottom) in boxes.items():
            if crowd.together is None or crowd.together[row, other]:
                inside = (points > (left, top)).all(axis=1) & (points < (right, bottom)).all(axis=1)
                assert not inside.any()


@pytest.mark.parametrize("kind", ["rest", "turn", "sweep"])
def test_nothing_meets_in_a_crowd(rng, kind):
    start = rng.uniform((50, 50), (750, 550), (N, 2))
    centres = start[None] + rng.normal(size=(1 if kind != "turn" else 3, N, 2)) * (kind == "turn") * 2
    centres[:, 7] = np.nan
    radii, together = 4.0, None
    if kind == "sweep":
        along = rng.uniform(-60, 60, N)
        together = np.abs(along[:, None] - along) < 20
        radii = np.where(together, 5.0, 2.0)
    crowd = crowd_of(
        centres,
        radii=radii,
        together=together,
        groups=np.arange(N) // 10,
        blocks=[(0, 0, 90, 40), (600, 500, 750, 560)],
    )
    places = place_names(crowd, REACHES)
    assert not places.placed[7]
    assert places.placed.sum() > 90
    assert np.isfinite(places.leaders[:, 0, 0]).sum() > 3
    for moment in range(len(crowd.centres)):
        are_apart(crowd, places, moment, lambda row: crowd.radii if crowd.radii.ndim == 1 else crowd.radii[row])


def test_a_name_steps_aside_for_a_neighbour_that_has_one_place_alone():
    """The second name prefers the place below, and takes the first one's only place there."""
    blocks = [(60, 60, 102, 140), (106, 112, 166, 142), (155, 70, 185, 85)]
    crowd = crowd_of([(100, 100), (130, 80)], radii=5.0, blocks=blocks, box=(40.0, 16.0))
    places = place_names(crowd, ())
    assert places.placed.all()
    are_apart(crowd, places, 0, lambda _: crowd.radii)
    alone = place_names(crowd_of([(130, 80)], radii=5.0, blocks=blocks, box=(40.0, 16.0)), ())
    assert alone.offsets[0, 1] > 0 > places.offsets[1, 1]


@pytest.mark.parametrize("rest", [1.0, 0.4])
def test_letters_lie_twice_as_far_from_other_discs_at_rest(rng, rest):
    centres = np.stack(np.meshgrid(np.arange(60, 760, 46.0), np.arange(60, 560, 36.0)), axis=-1).reshape(-1, 2)
    rim = 2.0
    radii = np.where(rng.random(len(centres)) < 0.6, 5.0, 10.0)
    crowd = crowd_of(centres + rng.normal(0, 1.0, centres.shape), radii=radii, box=(30.0, 17.0))
    crowd = replace(crowd, rests=rest * radii, rim_px=rim)
    places = place_names(crowd, ())
    named = np.flatnonzero(places.placed)
    assert len(named) > 30
    for row in named:
        away = np.abs(crowd.centres[0] - crowd.centres[0, row] - places.offsets[row]) - crowd.boxes[row] / 2 + rim
        gaps = np.hypot(*np.maximum(away, 0).T) - rest * radii
        assert 2 * gaps[row] <= np.delete(gaps, row).min() + 1e-9


def test_a_group_is_named_beside_its_own_contacts():
    """Contacts of one shaft, seen along it, lie so near that no name would stand twice as near to one of them."""
    centres = [(400 + 3 * number, 300.0) for number in range(8)]
    crowd = crowd_of(centres, radii=4.0)
    assert not place_names(crowd, ()).placed[3]
    shaft = replace(crowd, groups=np.zeros(8, np.intp), ahead=np.tile([0.0, 1.0], (8, 1)))
    assert place_names(replace(shaft, wanted=np.arange(8) == 3), ()).placed[3]


def test_no_contact_in_view_has_no_name():
    places = place_names(crowd_of(np.full((3, 2), np.nan)), REACHES)
    assert not places.placed.any()


@pytest.mark.parametrize("names", [("G10", "LA'4"), ("g_1", "Gp2"), ("A1",)])
def test_ink_is_that_of_the_tallest_and_the_lowest_name(names):
    face = ImageFont.truetype(BUILT_IN.file(strong=True), SIZE_PX, layout_engine=ImageFont.Layout.BASIC)
    middle = -face.getbbox("H", anchor="ls")[1] / 2
    boxes = [face.getbbox(name, anchor="ls") for name in names]
    up, down = -min(box[1] for box in boxes) - middle, max(box[3] for box in boxes) + middle
    assert ink_px(names, SIZE_PX, True) == (up, down)
