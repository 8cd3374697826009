"""Fonts of one's own: which files are taken, and how their texts are measured."""

import os

import pytest
from fontTools.ttLib import TTCollection, TTFont
from PIL import ImageFont
from tests.fonts import DEJAVU, LATIN, damaged_font, made_font

from corticast.core.text.face import BUILT_IN, check_embeddable, current_face, in_face, read_face
from corticast.core.text.metrics import capital_height_px, pens_px, text_width_px
from corticast.core.text.units import units_of
from corticast.errors import OptionError


def test_a_font_has_its_name_and_its_characters():
    face = read_face(DEJAVU)
    with TTFont(DEJAVU) as opened:
        assert face.characters == opened.getBestCmap().keys()
        assert face.family == opened["name"].getDebugName(1) == "DejaVu Sans"
    assert face.is_embeddable


def test_widths_are_the_advances_of_the_font(tmp_path):
    """By fontTools' table of advances, without kerning: as PDF and SVG space the text."""
    for path in (DEJAVU, made_font(tmp_path / "narrow.ttf", width=0.6)):
        with TTFont(path) as opened, in_face(read_face(path)):
            names, advances, units = opened.getBestCmap(), opened["hmtx"], opened["head"].unitsPerEm
            for words in ("AVATAR To · −21 mm", "azimuth 150°"):
                expected = sum(advances[names[ord(c)]][0] for c in words) * 30 / units
                assert text_width_px(words, 30) == pytest.approx(expected, rel=0.004)
            assert capital_height_px(100.0, strong=True) == pytest.approx(72.9, abs=1)


def test_characters_that_a_font_lacks_are_those_of_the_built_in_one(tmp_path):
    path = made_font(tmp_path / "plain.ttf", characters="".join(map(chr, range(0x20, 0x7F))))
    face = read_face(path)
    assert [c for c in "a − µ" if not face.has(c)] == ["−", "µ"]
    roboto = ImageFont.truetype(BUILT_IN.file(strong=False), 160, layout_engine=ImageFont.Layout.BASIC)
    own = ImageFont.truetype(path, 160, layout_engine=ImageFont.Layout.BASIC)
    with in_face(face):
        assert pens_px("x−21", 10, strong=False)[1:3] == pytest.approx(
            [own.getlength("x") / 16, (own.getlength("x") + roboto.getlength("−")) / 16]
        )
        assert [unit.face.family for unit in units_of("−x")] == ["Roboto", "Test Sans"]


def test_a_face_holds_within_its_picture_alone():
    face = read_face(DEJAVU)
    before = text_width_px("Words", 20)
    with in_face(face):
        assert current_face() == face
        assert text_width_px("Words", 20) > 1.1 * before
        with in_face(BUILT_IN):
            assert text_width_px("Words", 20) == before
    assert current_face() == BUILT_IN


def test_a_changed_file_is_another_face(tmp_path):
    path = made_font(tmp_path / "own.ttf")
    with in_face(read_face(path)):
        one = text_width_px("Words", 20)
    made_font(path, width=2.0)
    with in_face(read_face(path)):
        assert text_width_px("Words", 20) == pytest.approx(2 * one, rel=0.01)


def test_a_font_that_becomes_shorter_is_drawn_from_memory(tmp_path):
    """FreeType maps a font that it opens by its path, and a mapped file that becomes shorter ends the process."""
    path = made_font(tmp_path / "own.ttf")
    face = read_face(path)
    with in_face(face):
        one = text_width_px("Words", 20)
        os.truncate(path, 10)
        assert text_width_px("Words", 21) == pytest.approx(one * 21 / 20, rel=0.01)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to(".git/annex/objects/none")])
def test_other_than_regular_files_are_refused_at_once(tmp_path, make):
    path = tmp_path / "own.ttf"
    make(path)
    with pytest.raises(OptionError, match=r"font .*own\.ttf: (is a pipe|is a folder|a link whose content is not here)"):
        read_face(path)


# With this seed the damaged table seems to have 1480 names; with another it may have 60 000.
@pytest.mark.parametrize(("table", "begin", "seed"), [("name", 0, 50), ("hmtx", 0.5, 0)])
def test_each_kind_of_fault_in_a_font_is_one_line(table, begin, seed, tmp_path, caplog):
    """Against the records that fontTools itself logs."""
    path = damaged_font(tmp_path / "own.ttf", table, begin, seed)
    with TTFont(path) as opened:
        assert opened[table]
    kinds = {}
    for record in caplog.records:
        kinds.setdefault(record.msg, []).append(record.getMessage())
    assert len(caplog.records) > 1000
    caplog.clear()
    lines = read_face(path).warnings
    assert not caplog.records
    assert len(lines) == len(kinds)
    for line, (first, *others) in zip(lines, kinds.values(), strict=True):
        more = f" (and {len(others)} more of this kind)" if others else ""
        assert line == f"--font {path}: fontTools reports: {first}{more}"
    # Loggers of the process are as before.
    with TTFont(path) as opened:
        assert opened[table]
    assert caplog.records


def no_font(path):
    path.write_text("a letter")


def collection(path):
    made = TTCollection()
    made.fonts = [TTFont(DEJAVU), TTFont(DEJAVU)]
    made.save(path)


def web_font(path):
    font = TTFont(DEJAVU)
    font.flavor = "woff"
    font.save(path)


def damaged(path):
    path.write_bytes(DEJAVU.read_bytes()[:2000])


def tall(path):
    font = TTFont(made_font(path))
    font["hhea"].ascent = 2 * font["head"].unitsPerEm
    font.save(path)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (None, "no such file; give a .ttf or .otf file"),
        (no_font, "no font; give a .ttf or .otf file"),
        (collection, "a collection of several fonts; save one of them as a .ttf or .otf file"),
        (web_font, "a web font; give it as a .ttf or .otf file"),
        (tall, "its letters are taller than two lines; give a font of text"),
        (damaged, "a damaged font (.*); get the file again"),
        (lambda path: made_font(path, variable=True), "a variable font; give a static one, such as its Regular"),
        (lambda path: made_font(path, characters="0123456789 mm"), r"lacks letters or digits \(ABCDE…\); give a font"),
    ],
)
def test_other_files_are_refused_in_one_line(make, words, tmp_path):
    path = tmp_path / "own.ttf"
    if make is not None:
        make(path)
    with pytest.raises(OptionError, match=words) as refused:
        read_face(path)
    assert refused.value.as_typed.startswith(f"--font {path}: ")
    assert "\n" not in refused.value.as_typed
    assert refused.value.option == "font"


@pytest.mark.parametrize(
    ("uses", "allowed"), [(0, True), (2, False), (4, True), (8, True), (6, True), (0x100, False), (0x204, False)]
)
def test_a_licence_may_keep_a_font_out_of_documents(uses, allowed, tmp_path):
    """By the bits of OpenType's OS/2 table: 2 restricts, 4 and 8 allow, and the least strict one holds."""
    face = read_face(made_font(tmp_path / "own.ttf", uses=uses, characters=LATIN))
    if allowed:
        check_embeddable(face)
    else:
        with pytest.raises(OptionError, match=r"its licence .* keeps it out of PDF and SVG; give another font, or"):
            check_embeddable(face)
