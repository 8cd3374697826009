"""The line at a frame's foot: which facts stay, where lines break, and that no text touches another."""

import numpy as np
import pytest
from PIL import ImageFont

from corticast.core.geometry.foot_room import lines_in
from corticast.core.geometry.layout import FootRoom
from corticast.core.geometry.panels import Motion
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes, FrameState, Picture, PlacedElectrodes, Volume
from corticast.core.text.captions import ActivityScale, Captions
from corticast.core.text.face import BUILT_IN
from corticast.core.text.foot import Fact, facts_of_text, foot_text
from corticast.core.text.units import face_for
from corticast.dsp.drive import ArrayDrive

SIZE_PX = 20.0
FACTS = (
    Fact("high gamma 70–150 Hz (z)"),
    Fact("reference: average within shafts and grids", rank=2),
    Fact("baseline: 0–10 s", rank=6),
    Fact("smoothed (zero-phase, 5 Hz, shows activity up to 53 ms early)", "smoothed (zero-phase, 5 Hz)", rank=1),
    Fact("n = 42 contacts", rank=7),
)
SHORT_FACTS = tuple(Fact(text, rank=rank) for rank, text in enumerate(("lights follow the sound", *["10 bands"] * 6)))
LAYOUTS = ("ortho", "grid", "axial", "sagittal", "lateral", "3d", "superior", "picture")
SIZES = ((1920, 1080), (1080, 1920), (320, 180), (3840, 2160))


def width_px(text, size_px=SIZE_PX, strong=False):
    """By Pillow alone, at a size whose hinting is negligible."""
    import font_roboto

    path = font_roboto.RobotoMedium if strong else font_roboto.Roboto
    font = ImageFont.truetype(path, 1000, layout_engine=ImageFont.Layout.BASIC)
    return font.getlength(text) * size_px / 1000


def room_of(width_px, n_lines, least_px=SIZE_PX):
    """Room for so many lines of the full size."""
    return FootRoom(500, width_px, 1000 - (1.25 + 1.3 * (n_lines - 1)) * SIZE_PX, 1000, SIZE_PX, least_px)


def test_all_facts_stand_in_one_line_where_they_fit():
    found = foot_text(FACTS, room_of(5000, 2))
    assert found.lines == (" · ".join(fact.text for fact in FACTS),)
    assert found.size_px == SIZE_PX
    assert found.left_out == ()


@pytest.mark.parametrize("room_px", range(60, 1600, 35))
@pytest.mark.parametrize("n_lines", [1, 2, 3])
@pytest.mark.parametrize("least_px", [13, 20])
def test_lines_fit_and_no_fact_is_lost_in_silence(room_px, n_lines, least_px):
    room = room_of(room_px, n_lines, least_px)
    found = foot_text(FACTS, room)
    assert least_px <= found.size_px <= SIZE_PX
    assert 1 <= len(found.lines) <= lines_in(room, found.size_px)
    assert all(width_px(line, found.size_px) <= room_px + 1 for line in found.lines)
    assert not any(line.startswith("·") or line.endswith("·") for line in found.lines)
    drawn = " ".join(found.lines).replace("· ", "")
    if "…" not in drawn:
        assert FACTS[0].text in drawn
        for fact in FACTS:
            assert (fact.text in found.left_out) != (fact.text in drawn or (bool(fact.short) and fact.short in drawn))
    else:
        assert found.left_out == tuple(fact.text for fact in FACTS)


def test_text_becomes_smaller_before_a_fact_becomes_short():
    whole = " · ".join(fact.text for fact in FACTS)
    found = foot_text(FACTS, room_of(0.8 * width_px(whole), 1, least_px=13))
    assert found.lines == (whole,)
    assert found.size_px == pytest.approx(0.8 * SIZE_PX, abs=0.06 * SIZE_PX)


def test_a_line_breaks_within_a_fact_that_is_longer_than_a_line():
    facts = (Fact("one fact of several words"), Fact("two"))
    found = foot_text(facts, room_of(width_px("several words · two") + 1, 2))
    assert found.lines == ("one fact of several", "words · two")


def test_two_lines_are_about_as_long():
    whole = " · ".join(fact.text for fact in FACTS)
    found = foot_text(FACTS, room_of(0.95 * width_px(whole), 2))
    one, other = map(width_px, found.lines)
    assert abs(one - other) < 0.5 * max(one, other)


def test_the_least_important_facts_leave_first():
    whole = width_px(" · ".join(fact.text for fact in FACTS))
    shorter = foot_text(FACTS, room_of(whole - 10, 1))
    assert "smoothed (zero-phase, 5 Hz) ·" in shorter.lines[0]
    assert "n = 42" in shorter.lines[0]
    least = foot_text(FACTS, room_of(width_px("high gamma 70–150 Hz (z) · smoothed (zero-phase, 5 Hz)") + 5, 1))
    assert least.lines == ("high gamma 70–150 Hz (z) · smoothed (zero-phase, 5 Hz)",)
    assert least.left_out == (FACTS[1].text, FACTS[2].text, FACTS[4].text)


def test_the_least_important_fact_becomes_short_first():
    facts = (Fact("quantity"), Fact("important indeed", "imp.", 1), Fact("by the way", "btw.", 2))
    whole = width_px(" · ".join(fact.text for fact in facts))
    assert foot_text(facts, room_of(whole - 2, 1)).lines == ("quantity · important indeed · btw.",)


def test_a_text_loses_its_last_parts_first_and_its_line_breaks():
    facts = facts_of_text("my own\nwords · second part · third part")
    assert [fact.text for fact in facts] == ["my own words", "second part", "third part"]
    found = foot_text(facts, room_of(width_px("my own words · second part") + 2, 1))
    assert found.lines == ("my own words · second part",)
    assert found.left_out == ("third part",)


def scene_of(layout, **options):
    table = Electrodes(("a", "b"), np.array([[-30.0, 2, 3], [-20, -8, 1]]), space="world")
    volume = Volume(
        np.ones((70, 90, 80), np.uint8), np.array([[2.0, 0, 0, -70], [0, 2, 0, -90], [0, 0, 2, -80], [0, 0, 0, 1]])
    )
    content = {"volume": volume, "layout": layout}
    if layout == "picture":
        table = Electrodes(("a", "b"), np.array([[4.0, 2], [20, 8]]), space="picture")
        content = {"image": Picture(np.zeros((150, 220, 3), np.uint8))}
    return Scene(**content, electrodes=table, drive=ArrayDrive(np.ones((2, 3)), 1.0, None), **options)


def boxes_of(texts):
    """Left, top, right and bottom of each text in pixels, as Pillow measures them."""
    found = []
    for text in texts:
        slot, width = text.slot, width_px(text.text, text.slot.size_px, text.strong)
        left = slot.x - {"l": 0.0, "m": 0.5, "r": 1.0}[slot.anchor] * width
        # Capitals of Roboto are 0.711 of the size high, descenders 0.21.
        baseline = slot.y + 0.711 * slot.size_px / 2
        found.append((text.text, left, baseline - 0.74 * slot.size_px, left + width, baseline + 0.22 * slot.size_px))
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("facts", [FACTS, SHORT_FACTS])
def test_the_caption_lies_in_the_frame_and_touches_no_text_and_no_panel(layout, size, facts):
    scene = scene_of(layout, title="A title")
    placed = PlacedElectrodes(scene.electrodes, scene.electrodes.pos)
    made = layout_of(scene, placed, size)
    captions = Captions(scene, made, Motion(), ActivityScale(), caption=facts)
    state = FrameState((2.0, 4.0, 6.0), clock="0:01.0")
    boxes = boxes_of([*captions.resting(state), *captions.moving(state)])
    lines = set(foot_text(facts, made.foot).lines)
    feet = [box for box in boxes if box[0] in lines]
    assert any(box[0].startswith(facts[0].text) for box in feet)
    for words, left, top, right, bottom in feet:
        assert min(left, top, size[0] - right, size[1] - bottom) >= 0, words
        for other, o_left, o_top, o_right, o_bottom in boxes:
            if other != words:
                assert o_right <= left or right <= o_left or o_bottom <= top or bottom <= o_top, (words, other)
        for panel in made.panels:
            assert panel.rect[1] + panel.rect[3] <= top, (words, panel.name)
    assert made.foot.least_px >= 10


@pytest.mark.parametrize("layout", ["axial", "sagittal", "superior", "3d"])
def test_panels_are_as_large_where_the_frame_has_room_for_the_caption(layout):
    with_it, without = (layout_of(scene_of(layout, **more), None, (1080, 1920)) for more in ({}, {"caption": "none"}))
    assert with_it.panels[0].pixels_per_mm == without.panels[0].pixels_per_mm
    assert with_it.foot
    assert not without.foot


def test_a_frame_without_labels_has_no_foot_and_no_margin():
    scene = scene_of("axial", labels="none")
    made = layout_of(scene, PlacedElectrodes(scene.electrodes, scene.electrodes.pos), (140, 180))
    assert made.foot is None
    assert made.panels[0].rect == (0, 0, 140, 180)


def test_characters_that_no_font_has_are_known(without_system_fonts):
    assert all(face_for(c) == BUILT_IN for c in "µV, ²–·×−±é…")
    assert [c for c in "a日本 🎵" if face_for(c) is None] == ["日", "本", "🎵"]
