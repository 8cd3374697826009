"""Numbers in captions: short enough for the room beside a colour bar."""

import pytest

from corticast.core.text.numbers import millimetres, number, percent


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (-3.2, "−3.2"), (113, "113"), (0.0123456, "0.01235"), (99999, "100k"), (2.2e5, "220k"),
     (-2.2e5, "−220k"), (4.2949e9, "4.295G"), (1.5e6, "1.5M"), (15290, "15290"), (15294, "15290"), (-2.917, "−2.917"),
     (0.00077, "0.00077"), (1.5e-7, "1.5e−7"), (-3e15, "−3e15"), (999_999, "1M")],
)  # fmt: skip
def test_numbers(value, text):
    assert number(value) == text


def test_millimetres():
    assert [millimetres(value) for value in (-0.04, 12.0, -7.25)] == ["0", "12", "−7.2"]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (1e-7, "under 0.1 %"),
        (0.001, "0.1 %"),
        (0.0123, "1.2 %"),
        (0.99, "99 %"),
        (0.9949, "over 99 %"),
        (0.9999, "over 99 %"),
        (1.0, "100 %"),
    ],
)
def test_per_cent(share, text):
    assert percent(share) == text
