"""Numbers in captions: short enough for the room beside a colour bar."""

import re

import numpy as np
import pytest

from corticast.core.text.numbers import digits_of, millimetres, number, percent


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (-0.0, "0"), (-3.2, "−3.2"), (113, "113"), (0.0123456, "0.01235"), (2.2e5, "220000"), (65535, "65535"),
     (-2.2e5, "−220000"), (4.2949e9, "4.295e9"), (1.5e6, "1.5e6"), (15294.4, "15294"), (-2.917, "−2.917"),
     (0.00077, "0.00077"), (1.5e-7, "1.5e−7"), (-3e15, "−3e15"), (999_999, "999999"), (999_999.7, "1e6"), (1e9, "1e9"),
     (9999.4, "9999"), (9999.6, "10000"), (-9999.6, "−10000"), (10_000, "10000"), (12_345.6, "12346"),
     (1e-300, "1e−300"), (3.4e38, "3.4e38")],
)  # fmt: skip
def test_numbers(value, text):
    assert number(value) == text


def test_numbers_are_near_to_their_values():
    """And as short as Python's own: no number has a letter but the e of an exponent."""
    values = np.concatenate([10.0 ** np.linspace(-12, 12, 997), np.geomspace(9990, 1_000_100, 301)])
    for value in (*values, *-values):
        text = number(value)
        assert re.fullmatch(r"−?\d+(\.\d+)?(e−?[1-9]\d*)?", text)
        assert float(text.replace("−", "-")) == pytest.approx(value, rel=5.0001e-4)
        assert len(text) <= len("−9.999e−12")


def test_millimetres():
    assert [millimetres(value) for value in (-0.04, 12.0, -7.25)] == ["0", "12", "−7.2"]
    # Of voxels of 1, 0.25, 0.05 and 0.01 mm.
    digits = [digits_of(step) for step in (1.0, 0.25, 0.05, 0.01)]
    assert [millimetres(-3.255, each) for each in digits] == ["−3.3", "−3.25", "−3.25", "−3.255"]
    assert millimetres(100.0, 2) == "100"


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
