"""Texts of any script: the order of their letters, and letters that join."""

import shutil

import pytest
from fontTools.ttLib import TTFont
from PIL import features
from tests.conftest import expected
from tests.fonts import DEJAVU, font_of_characters

from corticast.core.text import units
from corticast.core.text.bidi import is_right_to_left
from corticast.core.text.metrics import pens_px, shortened, text_width_px
from corticast.core.text.units import face_for, needs_raqm, units_of

needs_libraqm = pytest.mark.skipif(
    not features.check("raqm") and not expected("raqm"), reason="Pillow finds no libraqm"
)


@pytest.fixture
def dejavu(system_fonts):
    """DejaVu Sans, which has Hebrew and Arabic, as the only font of the system."""
    shutil.copy(DEJAVU, system_fonts)


def seen(text):
    """Characters as they stand from left to right."""
    return "".join(unit.visual for unit in units_of(text))


# What UAX #9 says of letters of both directions, numbers and brackets; a text begins where its first letter does.
@pytest.mark.parametrize(
    ("text", "from_left"),
    [
        ("LA1 אבג", "LA1 גבא"),
        ("אבג LA1", "LA1 גבא"),
        ("אבג 12", "12 גבא"),
        ("mm 12 אב 34 גד, ok", "mm 12 דג 34 בא, ok"),
        ("אב (גד)", ")דג( בא"),
        ("Привет Ω 脳", "Привет Ω 脳"),
        ("e\u0301", "é"),
    ],
)
def test_letters_stand_in_the_order_of_unicode(text, from_left, dejavu):
    assert seen(text) == from_left


def test_without_libraqm_letters_stand_in_the_same_order(dejavu, monkeypatch):
    monkeypatch.setattr(units, "has_raqm", lambda: False)
    assert seen("אב (גד) 12") == "12 (דג) בא"
    assert all(unit.direction is None for unit in units_of("אב (גד) 12"))
    assert needs_raqm("مرحبا")
    assert not needs_raqm("שלום ไทย 脳")


@needs_libraqm
def test_joined_letters_have_the_advances_of_their_joined_forms(dejavu):
    """Against the forms of presentation in the font: first, last, first, middle and last letter."""
    with TTFont(DEJAVU) as font:
        names, advances, units_per_em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
        joined = sum(advances[names[code]][0] for code in (0xFEE3, 0xFEAE, 0xFEA3, 0xFE92, 0xFE8E)) / units_per_em
        apart = sum(advances[names[ord(c)]][0] for c in "مرحبا") / units_per_em
    assert text_width_px("مرحبا", 100) == pytest.approx(100 * joined, rel=0.002)
    assert apart > 1.1 * joined
    assert len(units_of("مرحبا")) == 1
    assert not needs_raqm("مرحبا")


@needs_libraqm
def test_marks_stand_with_their_letters(dejavu):
    assert text_width_px("קֶצֶב", 50) == pytest.approx(text_width_px("קצב", 50), rel=0.02)
    assert len(units_of("x\u0301y")) == 2


def test_characters_of_two_fonts_follow_one_another(system_fonts):
    font_of_characters(system_fonts / "other.ttf", "脳波")
    assert [unit.face.family for unit in units_of("a脳b")] == ["Roboto", "Other Script", "Roboto"]
    pens = pens_px("a脳b", 100, False)
    with TTFont(DEJAVU) as font:
        width = font["hmtx"][font.getBestCmap()[ord("A")]][0] / font["head"].unitsPerEm
    assert pens[2] - pens[1] == pytest.approx(100 * width, rel=0.002)
    assert [c for c in "a脳力" if face_for(c) is None] == ["力"]


@pytest.mark.parametrize("end", ["\n", "\r", "\u0085", "\u2029", "\x1d"])
def test_ends_of_paragraphs_are_blanks(end, dejavu):
    assert seen(f"אב{end}גד") == "דג בא"


@needs_libraqm
def test_words_are_shaped_by_themselves(dejavu):
    """A whole title could be wider than an atlas of glyphs."""
    assert [unit.text for unit in units_of("مرحبا بك")] == ["بك", " ", "مرحبا"]


def test_a_text_that_is_too_long_loses_its_end(dejavu):
    whole = "אבגדה וזחטי"
    for room_px in range(20, 150, 7):
        short = shortened(whole, room_px, 20)
        if short != whole:
            assert short.endswith("…")
            assert whole.startswith(short[:-1])
            assert text_width_px(short, 20) <= room_px or short == "…"
            more = whole[: len(short)].rstrip()
            assert text_width_px(more, 20) + text_width_px("…", 20) > room_px - 0.01 or more == short[:-1]
    assert shortened(whole, 1000, 20) == whole


def test_the_first_letter_says_where_a_text_begins():
    assert [is_right_to_left(each) for each in ("12 אב", "a אב", "مر a", "12", "")] == [True, False, True, False, False]
