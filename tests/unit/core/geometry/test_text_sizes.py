"""Sizes of texts in print, by points = pixels · 72 / dpi."""

import pytest

from corticast.core.geometry.print_size import print_size
from corticast.core.geometry.text_sizes import font_size_in_print, small_texts
from corticast.core.page.parts import PageText
from corticast.errors import OptionError

# 2126 x 1196 pixels at 300 dpi.
PAGE = print_size((16, 9), 180, 300)


def caption_pt(pixels, printed):
    return pixels * min(printed.size) / 1080 * 72 / printed.dpi


@pytest.mark.parametrize("dpi", [150, 300, 600])
@pytest.mark.parametrize("size", [(16, 9), (9, 16), (1, 1)])
def test_points_are_points_at_any_resolution(size, dpi):
    printed = print_size(size, 180, dpi)
    pixels, notes = font_size_in_print("8pt", printed)
    assert caption_pt(pixels, printed) == pytest.approx(8)
    assert notes == ()


def test_texts_that_can_be_read_stay():
    assert font_size_in_print(None, PAGE) == (None, ())
    assert font_size_in_print(40.0, PAGE) == (40.0, ())


@pytest.mark.parametrize("asked", [None, "4pt", 12.0])
def test_texts_that_nobody_could_read_become_larger_and_a_line_says_so(asked):
    """The smallest text, 22 of 30 of a caption's size, has 5 points then."""
    printed = print_size((16, 9), 85, 300)
    pixels, notes = font_size_in_print(asked, printed)
    assert caption_pt(pixels, printed) * 22 / 30 == pytest.approx(5)
    (line,) = notes
    assert line.endswith("they have 6.8 pt")
    assert (f"--font-size {asked}" in line) is (asked is not None)


def test_texts_leave_room_for_panels():
    with pytest.raises(OptionError, match=r"font_size 40pt: too large for a figure of 180.0 .* at most 19.9pt"):
        font_size_in_print("40pt", PAGE)
    assert font_size_in_print(None, print_size((16, 9), 20, 300))[0] == 75


def test_a_text_that_has_no_room_is_named():
    def text(words, points):
        return PageText(words, 0, 0, points / 72 * 300, False, (1, 1, 1))

    assert small_texts([text("large", 9), text("small", 5)], PAGE) == ()
    assert small_texts([], PAGE) == ()
    (line,) = small_texts([text("large", 9), text("cut", 3.25)], PAGE)
    assert "“cut” has only 3.2 pt in print" in line
