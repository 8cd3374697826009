"""Texts of a colour bar and of a legend: whole, in the frame, and apart from one another and from the panels."""

import itertools
import math

import numpy as np
import pytest

from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import Motion
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes, FrameState, PlacedElectrodes, Volume
from corticast.core.text.captions import ActivityScale, Captions, Text
from corticast.core.text.colour_bar import BarWords, bar_texts
from corticast.core.text.face import BUILT_IN
from corticast.core.text.fonts import font_of
from corticast.core.text.legend import legend_lines
from corticast.core.text.metrics import text_width_px
from corticast.core.text.size_key import with_size_key

TABLE = Electrodes(("A1", "A2"), np.array([[-10.0, 2.0, 3.0], [12.0, 5.0, 1.0]]))
SIZES = [(1920, 1080), (800, 600), (320, 240), (160, 120), (1080, 1920), (3840, 1080)]


def texts_of(layout_name, size, *, window=(0.0, 1.0), scale=None, groups=()):
    affine = np.diag([2.0, 2.0, 2.0, 1.0])
    affine[:3, 3] = -90, -108, -90
    volume = Volume(np.zeros((91, 109, 91), np.uint8), affine)
    table = TABLE
    if groups:
        names, pos = tuple(f"A{k}" for k in range(len(groups))), np.linspace([-10.0, 2, 3], [12.0, 5, 1], len(groups))
        table = Electrodes(names, pos, columns={"group": tuple(groups)})
    contacts = {"electrodes": table} if scale is not None else {}
    scene = Scene(volume=volume, layout=layout_name, title="A title", **contacts)
    placed = PlacedElectrodes(table, table.pos) if scale is not None else None
    layout = layout_of(scene, placed, size)
    captions = Captions(scene, layout, Motion(), scale, groups)
    state = FrameState((2.0, 4.0, 6.0), clock="0:01.0", window=window)
    return layout, [*captions.moving(state), *captions.resting(state)]


def box(text):
    """Left, top, right and bottom of a text, by Pillow's own length of it at 16 times the size."""
    slot = text.slot
    large = font_of(BUILT_IN, slot.size_px * 16, text.strong)
    width = large.getlength(text.text) / 16
    top, bottom = (edge / 16 for edge in large.getbbox("0", anchor="ls")[1::2])
    left = slot.x - {"l": 0.0, "m": 0.5, "r": 1.0}[slot.anchor] * width
    return left, slot.y - (bottom - top) / 2, left + width, slot.y + (bottom - top) / 2


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def check(layout, texts, n_bar=None):
    """No text of the bar leaves the frame or touches another text, a panel or the bar."""
    width, height = layout.size
    has_bar = n_bar is None
    tick_px = layout.tick_px + 1e-9
    n_bar = n_bar or len(texts) - next(
        k for k, text in enumerate(texts) if text.slot.size_px <= tick_px and text.slot.room_px == math.inf
    )
    bar, others = texts[-n_bar:], texts[:-n_bar]
    panels = [
        (x, y, x + w, y + h) for x, y, w, h in [panel.rect for panel in layout.panels] + [layout.colorbar] * has_bar
    ]
    for text in bar:
        left, top, right, bottom = box(text)
        assert left >= -0.5, text
        assert top >= -0.5, text
        assert right <= width + 0.5, text
        assert bottom <= height + 0.5, text
        for other in [*map(box, others), *panels]:
            assert not overlap((left + 0.5, top + 0.5, right - 0.5, bottom - 0.5), other), text
    for one, other in itertools.combinations(map(box, bar), 2):
        assert not overlap(one, other)
    return [text.text for text in bar]


WINDOWS = [
    ((0.0, 15290.0), ["15290", "0"]),
    ((-2.917, 7.3), ["7.3", "−2.917"]),
    ((0.0, 0.00077), ["0.00077", "0"]),
    ((-1.235e-5, 1.235e-5), ["1.235e−5", "−1.235e−5"]),
    ((-9.877e14, 9.877e14), ["9.877e14", "−9.877e14"]),
    ((-99_994.0, 1e5), ["100000", "−99994"]),
]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layout", ["ortho", "axial", "sagittal", "grid", "axial | lateral", "3d / axial"])
@pytest.mark.parametrize(("window", "numbers"), WINDOWS)
def test_numbers_of_a_grey_window_are_whole_at_every_size(layout, size, window, numbers):
    assert check(*texts_of(layout, size, window=window)) == [*numbers, "intensity"]


QUANTITIES = [
    ("sound level", "", ["sound level"]),
    ("high gamma", "z", ["high gamma", "(z)"]),
    ("high gamma amplitude", "µV", ["high gamma", "amplitude (µV)"]),
    ("spectral_power_of_a_column", "µV²/Hz", None),
    ("firing rate over baseline of all units", "spikes per second and channel", None),
]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layout", ["ortho", "grid", "lateral"])
@pytest.mark.parametrize(("quantity", "unit", "lines"), QUANTITIES)
def test_titles_name_quantity_and_unit_in_their_room(layout, size, quantity, unit, lines):
    scale = ActivityScale(quantity, 1.529e-7, signed=True, unit=unit)
    high, low, middle, *title = check(*texts_of(layout, size, scale=scale))
    assert (high, low, middle) == ("1.529e−7", "−1.529e−7", "0")
    assert len(title) <= 4
    if lines is not None:
        assert " ".join(title) == " ".join(lines)
    elif unit == "µV²/Hz":
        assert title[-1].endswith("(µV²/Hz)")


@pytest.mark.parametrize("layout_name", ["ortho", "grid", "lateral"])
def test_zero_stands_beside_the_middle_of_a_signed_bar_alone(layout_name):
    layout, texts = texts_of(layout_name, (1920, 1080), scale=ActivityScale("voltage", 500.0, signed=True, unit="µV"))
    (zero,) = [text for text in texts if text.text == "0"]
    x, y, width, height = layout.colorbar
    left, top, right, bottom = box(zero)
    if height > width:
        assert (top + bottom) / 2 == pytest.approx(y + height / 2)
        assert x + width < left < x + 2 * width
    else:
        assert (left + right) / 2 == pytest.approx(x + width / 2)
        assert y + height < top < y + 2 * height
    (high,) = [text for text in texts if text.text == "500"]
    assert zero.slot.size_px == high.slot.size_px
    _, unsigned = texts_of(layout_name, (1920, 1080), scale=ActivityScale("amplitude", 500.0))
    assert [text.text for text in unsigned].count("0") == 1


@pytest.mark.parametrize("size", [(1920, 1080), (800, 600), (1080, 1920)])
@pytest.mark.parametrize("layout_name", ["ortho", "lateral"])
@pytest.mark.parametrize("threshold", [0.2, 2.0, 3.0, 6.9])
@pytest.mark.parametrize("low", [-7.0, 0.0])
def test_numbers_stand_where_grey_begins_and_ends(layout_name, size, threshold, low):
    scale = ActivityScale("t", 7.0, signed=low < 0, low=low, hidden_below=threshold)
    layout, texts = texts_of(layout_name, size, scale=scale)
    assert check(layout, texts)[:2] == ["7", "−7" if low else "0"]
    x, y, width, height = layout.colorbar
    stands, found = height > width, {text.text: text.slot for text in texts}
    if (low and f"±{threshold:g}" in found) or (not stands and threshold in (0.2, 6.9)):
        assert threshold in (0.2, 6.9)
        return
    for sign, value in (("", threshold), ("−", -threshold)):
        if value > low:
            slot, share = found[f"{sign}{threshold:g}"], (value - low) / (7.0 - low)
            if stands:
                assert slot.y == pytest.approx(y + (1 - share) * height, abs=0.5 * slot.size_px)
            else:
                assert slot.x == pytest.approx(x + share * width)


@pytest.mark.parametrize("width", [30, 60, 120, 300])
@pytest.mark.parametrize("middle", ["", "0", "−5.5e−10"])
def test_numbers_below_a_lying_bar_do_not_touch(width, middle):
    words = BarWords("−1.2345e−12", "1.2345e−12", "voltage", middle=middle)
    texts = [Text(text, slot) for text, slot in bar_texts(words, (50, 40, width, 22), (26.0, 10.0), 1920)][:-1]
    assert [text.text for text in texts] == [words.high, words.low, *filter(None, [middle])]
    boxes = sorted(map(box, texts))
    for one, other in itertools.pairwise(boxes):
        assert one[2] < other[0]
    assert boxes[0][0] >= 50 - 0.5
    assert boxes[-1][2] <= 50 + width + 0.5
    if middle == "0" and width >= 60:
        (zero,) = [text for text in texts if text.text == "0"]
        assert zero.slot.x == 50 + width / 2


def test_the_longest_number_is_not_smaller_than_half_of_the_others():
    _, texts = texts_of("ortho", (1920, 1080), window=(-1.2345e-12, 1.2345e-12))
    assert min(text.slot.size_px for text in texts[-3:]) > 20
    assert text_width_px(texts[-2].text, texts[-2].slot.size_px) < 150


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layout_name", ["ortho", "axial", "lateral", "3d"])
@pytest.mark.parametrize("n_groups", [1, 3, 20, 90])
def test_a_legend_names_groups_as_long_as_there_is_room(layout_name, size, n_groups):
    groups = ("left anterior hippocampus", *(f"{'ABCDEFGHI'[k // 10]}{k % 10}" for k in range(n_groups - 1)))
    layout, texts = texts_of(layout_name, size, scale=ActivityScale(), groups=groups)
    lines = legend_lines(groups, layout)
    words = check(layout, texts, len(lines))
    named = [line for line in lines if line.chip is not None]
    if n_groups <= 3:
        assert len(named) == n_groups
    if len(named) < n_groups:
        assert words.pop() == f"… and {n_groups - len(named)} more"
    starts = [k for k, line in enumerate(lines) if line.chip is not None]
    shown = [" ".join(words[start:stop]) for start, stop in itertools.pairwise([*starts, len(words)])]
    for word, name in zip(shown, groups, strict=False):
        assert word == name or (word.endswith("…") and name.startswith(word[:-1]))
    assert shown[0] == groups[0]
    for line in named:
        x, y, width, height = line.chip
        assert x >= 0
        assert y >= 0
        assert x + width <= box(next(text for text in texts if text.slot == line.slot))[0]
        assert y + height <= size[1]


def test_a_legend_of_two_rows_has_equal_columns():
    groups = tuple(f"{'LR'[k % 2]}{'strip' * (k % 3)}{k}" for k in range(14))
    layout, texts = texts_of("axial", (1080, 1920), groups=groups, scale=ActivityScale())
    slots = [text.slot for text in texts if text.text in groups]
    assert len(slots) == 14
    assert layout.bar_room[2] > layout.bar_room[3]
    rows = [[slot.x for slot in slots if slot.y == y] for y in sorted({slot.y for slot in slots})]
    assert len(rows) > 1
    for row in rows:
        assert row == pytest.approx(rows[0][: len(row)])
        assert np.ptp(np.diff(row)) < 1e-6


def test_a_name_without_room_cuts_no_other():
    groups = ("Right Amygdala", "x" * 60, "LeftAnteriorHippocampus")
    layout, _ = texts_of("axial", (1280, 720), scale=ActivityScale(), groups=groups)
    words = [line.text for line in legend_lines(groups, layout)]
    cut = [text for text in words if text.endswith("…")]
    assert len(cut) == 1
    assert cut[0].startswith("xxx")
    assert "".join(words[words.index(cut[0]) + 1 :]) == groups[2]
    assert " ".join(words[: words.index(cut[0])]) == groups[0]


@pytest.mark.parametrize("height", [80, 104, 150, 400])
def test_a_bar_above_a_key_of_diameters_stands_and_has_readable_numbers(height):
    layout = with_size_key(Layout((640, 360), 0.9, (), colorbar=(580, 60, 12, height), tick_px=21.7))
    _, _, width, bar_height = layout.colorbar
    assert bar_height > width
    texts = bar_texts(BarWords("−6", "6", "t_value", middle="0"), layout.colorbar, (21.7, 10.0), 640)
    assert {slot.size_px for text, slot in texts if text != "t_value"} == {21.7}
    low = next(slot for text, slot in texts if text == "−6")
    assert low.y + 0.5 * low.size_px < layout.size_key[1]
