"""All texts of a frame, over layouts, sizes and contents: no two touch, and none is cut or leaves the frame."""

import itertools
from functools import lru_cache

import numpy as np
import pytest
from PIL import ImageFont
from tests.fonts import made_font
from tests.grids import each_pair

from corticast.core.geometry.panels import Motion
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.labels import usual_labels
from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes, FrameState, Picture, PlacedElectrodes, Volume
from corticast.core.text.captions import ActivityScale, Captions
from corticast.core.text.face import face_of, in_face
from corticast.core.text.foot import Fact, facts_of_text
from corticast.dsp.drive import ArrayDrive

SIZES = ((1920, 1080), (1080, 1920), (1080, 1080), (1280, 720), (800, 600), (320, 240), (3840, 2160))
LAYOUTS = ("ortho", "grid", "sagittal", "axial", "lateral", "3d", "superior", "picture")
POST = (
    Fact("lights follow the sound"),
    Fact("10 wavelets 400–6000 Hz", rank=4),
    Fact("after Brainy Jingle Bells: 0 is each contact's lowest, 1 is 62.5 % of the way to its highest", rank=3),
    Fact(
        "smoothed (zero-phase, 5 Hz, shows the sound up to 254 ms early)",
        "smoothed (zero-phase, 5 Hz, up to 254 ms early)",
        1,
    ),
    Fact("12 % of values beyond full scale", "12 % beyond full scale", 5),
    Fact("n = 42 contacts", rank=8),
)
OWN = facts_of_text("Patient 3 listens to a carol · high gamma · see the methods")
GROUPS = ("left anterior hippocampus", "A", "Grid_64", "RMT", "RightAnteriorInsula")
CLOCKS = ("0:01.0", "1:10:01.0", "×0.25   0:01.0", "flash limit ×0.14   0:01.0")
# Heads, in voxels of 2 mm: the usual one, a tall one, a narrow one, and another usual one.
SHAPES = ((91, 109, 91), (80, 90, 140), (30, 100, 100), (90, 100, 90))
# With activity and a caption, without the caption, with groups, with groups and a caption, without contacts.
DRIVE, BY_GROUP, VOLUME = ("drive", POST), ("groups", ()), ("volume", ())
CONTENTS = (DRIVE, ("drive", ()), BY_GROUP, ("groups", OWN), VOLUME)
STATES = [(-22.5, -44.5, -16.5), (100.0, -120.0, 100.0), (0.0, 0.0, 0.0)]


def texts_of(layout, size, content, caption, shape, title, clock, theme, bar=False, font=None):
    """Layout, texts of all states and the words left out."""
    affine = np.diag([2.0, 2.0, 2.0, 1.0])
    affine[:3, 3] = -np.array(shape)
    shown = {"volume": Volume(np.zeros(shape, np.uint8), affine), "layout": layout, "theme": theme}
    table = Electrodes(("A1", "B2"), np.array([[-30.0, 2, 3], [25, -8, 1]]), space="world")
    if layout == "picture":
        table = Electrodes(("A1", "B2"), np.array([[4.0, 2], [20, 8]]), space="picture")
        shown = {"image": Picture(np.zeros((150, 220, 3), np.uint8)), "theme": theme}
    if content == "groups":
        pos = np.concatenate([table.pos, table.pos[:1] + [[1] * table.pos.shape[1]] * np.arange(1, 4)[:, None]])
        table = Electrodes(tuple("abcde"), pos, columns={"group": GROUPS}, space=table.space)
    if content != "volume":
        shown["electrodes"] = table
        shown["caption"] = "own" if caption else "none"
    if content == "drive":
        shown["drive"] = ArrayDrive(np.ones((2, 3)), 1.0, None)
    if bar and layout != "picture":
        # A head with air in the corners.
        away = sum(((2 * axis + 1 - n) / n) ** 2 for axis, n in zip(np.indices(shape), shape, strict=True))
        shown["volume"] = Volume((90 * (away < 1)).astype(np.uint8), affine)
        shown["labels"] = {*usual_labels(layout), "scale"}
    scene = Scene(**shown, title=title, font=font)
    placed = PlacedElectrodes(table, table.pos) if content != "volume" else None
    # Scenes without activity sweep. A show has no legend: activity may come from elsewhere.
    made = layout_of(scene, placed, size, planes_move=content == "drive")
    scale = None if content == "volume" else ActivityScale("high gamma amplitude", 153.2, signed=True, unit="µV")
    groups = GROUPS if content == "groups" else ()
    captions = Captions(scene, made, Motion("sweep"), scale, groups, caption)
    states = [FrameState(planes, clock=clock, window=(-1234.0, 15290.0)) for planes in STATES]
    with in_face(face_of(scene)):
        texts = [[*captions.resting(state), *captions.moving(state)] for state in states]
        return made, texts, captions.left_out


@lru_cache
def measured(words, strong, path=None):
    """Width, and top and bottom below the baseline, by Pillow at 500 pixels, where hinting is negligible."""
    import font_roboto

    path = path or (font_roboto.RobotoMedium if strong else font_roboto.Roboto)
    font = ImageFont.truetype(path, 500, layout_engine=ImageFont.Layout.BASIC)
    return font.getlength(words), *font.getbbox(words, anchor="ls")[1::2]


def box(text, path=None):
    """Left, top, right and bottom of a text in pixels; capitals of DejaVu are 0.729 of the size high."""
    slot, share = text.slot, text.slot.size_px / 500
    width, top, bottom = measured(text.text, text.strong, path)
    width *= share
    left = slot.x - {"l": 0.0, "m": 0.5, "r": 1.0}[slot.anchor] * width
    # Capitals of Roboto are 0.711 of the size high.
    if slot.upright:
        # Turned to the left about the slot: to the right becomes up, and down becomes to the right.
        baseline, start = (
            slot.x + 0.711 * slot.size_px / 2,
            slot.y + {"l": 0.0, "m": 0.5, "r": 1.0}[slot.anchor] * width,
        )
        return baseline + share * top, start - width, baseline + share * bottom, start
    baseline = slot.y + 0.711 * slot.size_px / 2
    return left, baseline + share * top, left + width, baseline + share * bottom


def touch(one, other):
    return all(min(one[k + 2], other[k + 2]) - max(one[k], other[k]) > 0.5 for k in (0, 1))


@each_pair(
    # Seen to touch: the clock and a caption, captions of neighbours, a caption and the legend. Seen to lack a letter,
    # whose place a caption took, and the end of a name, beside a legend in three rows.
    kept=(
        ("grid", (1080, 1080), DRIVE, "dark", False),
        ("grid", (1080, 1920), BY_GROUP, "dark", False),
        ("ortho", (1080, 1080), VOLUME, "dark", False),
        ("ortho", (1080, 1080), DRIVE, "post", False),
        ("grid", (320, 240), ("groups", OWN), "dark", False),
    ),
    layout=LAYOUTS,
    size=SIZES,
    contents=CONTENTS,
    theme=("dark", "post"),
    bar=(False, True),
)
def test_no_two_texts_touch_and_none_is_cut(layout, size, contents, theme, bar):
    content, caption = contents
    cases = zip(SHAPES, ("A title", "", "A title of words", "A title"), CLOCKS, strict=True)
    for shape, title, clock in cases:
        made, per_state, left_out = texts_of(layout, size, content, caption, shape, title, clock, theme, bar)
        for texts in per_state:
            boxes = [(text.text, box(text)) for text in texts]
            if min(size) >= 600 and shape != (30, 100, 100):
                # In smaller frames, and on heads 6 cm wide, such texts have no room.
                assert min(text.slot.size_px for text in texts) >= max(10, 0.016 * size[1])
            for words, (left, top, right, bottom) in boxes:
                assert "…" not in words
                assert min(left, top, size[0] - right, size[1] - bottom) > -0.5, (words, shape)
            for (one, its), (other, others) in itertools.combinations(boxes, 2):
                assert not touch(its, others), (one, other, shape)
            for x, y, width, height in (cube.rect for cube in made.cubes):
                assert min(x, y, size[0] - x - width, size[1] - y - height) >= 0, shape
                for words, its in boxes:
                    assert not touch(its, (x, y, x + width, y + height)), (words, shape)
            line = made.scale_bar
            assert (line is not None) is (bar and layout != "picture")
            for words, its in boxes if line is not None else ():
                assert not touch(its, (line.x, line.y - line.width_px / 2, line.x + line.length_px, line.y)), words
            if made.colorbar is not None and content != "groups":
                x, y, width, height = made.colorbar
                for words, its in boxes:
                    assert not touch(its, (x, y, x + width, y + height)), (words, shape)
        if size != (320, 240):
            assert left_out == (), shape
        else:
            assert not any("254 ms" in words for words in left_out), shape


@pytest.fixture(scope="module")
def fonts(tmp_path_factory):
    """A font that is 1.6 times as wide as the built-in face, and one that is 0.7 times as wide."""
    folder = tmp_path_factory.mktemp("fonts")
    return {name: made_font(folder / f"{name}.ttf", width=width) for name, width in (("wide", 1.4), ("narrow", 0.6))}


@each_pair(
    layout=("ortho", "grid", "lateral", "3d"),
    size=((1920, 1080), (1080, 1920), (800, 600)),
    contents=(DRIVE, ("groups", OWN), VOLUME),
    theme=("dark", "post"),
    width=("wide", "narrow"),
)
def test_texts_of_any_font_neither_touch_nor_leave_the_frame(layout, size, contents, theme, width, fonts):
    content, caption = contents
    font = fonts[width]
    made, per_state, _ = texts_of(layout, size, content, caption, SHAPES[0], "A title", "1:10:01.0", theme, font=font)
    for texts in per_state:
        boxes = [(text.text, box(text, font)) for text in texts]
        for words, (left, top, right, bottom) in boxes:
            assert min(left, top, size[0] - right, size[1] - bottom) > -0.5, words
        for (one, its), (other, others) in itertools.combinations(boxes, 2):
            assert not touch(its, others), (one, other)
        for x, y, across, high in [cube.rect for cube in made.cubes] + [made.colorbar] * (content == "drive"):
            for words, its in boxes:
                assert not touch(its, (x, y, x + across, y + high)), words
