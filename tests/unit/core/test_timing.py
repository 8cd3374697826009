from fractions import Fraction

import pytest

from corticast.core.timing import clock_text, exact, n_frames_of, parse_fps
from corticast.errors import OptionError


@pytest.mark.parametrize(
    ("text", "fps"),
    [
        ("30", Fraction(30)),
        ("30000/1001", Fraction(30000, 1001)),
        ("11025/400", Fraction(441, 16)),
        (29.97, Fraction(30000, 1001)),
        ("23.976", Fraction(24000, 1001)),
        ("59.94", Fraction(60000, 1001)),
        (12.5, Fraction(25, 2)),
        (Fraction(441, 16), Fraction(441, 16)),
    ],
)
def test_rates_are_exact(text, fps):
    assert parse_fps(text) == fps


NO_RATES = ["0", "-30", "fast", "30/0", "30/00", "0/30", "30/-1", "3_0", "1e2", "nan", "inf", "1001", "1/601", ""]


@pytest.mark.parametrize("text", [*NO_RATES, pytest.param("9" * 5000, id="more digits than Python reads")])
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(OptionError, match="fps"):
        parse_fps(text)


def test_a_decimal_duration_makes_no_extra_frame():
    assert n_frames_of(exact(0.1), Fraction(30)) == 3
    assert n_frames_of(Fraction(928446, 44100), Fraction(30)) == 632


def test_the_clock_never_runs_ahead():
    assert clock_text(0) == "0:00.0"
    assert clock_text(Fraction(199, 100)) == "0:01.9"
    assert clock_text(61.25) == "1:01.2"
    assert clock_text(3600 + 62) == "1:01:02.0"


def test_the_clock_shows_the_tenth_that_a_float_stands_for():
    # The binary fractions of 0.3 and 4.1 are less than these decimals.
    assert clock_text(0.3) == "0:00.3"
    assert clock_text(exact(4.1) + Fraction(1, 10)) == "0:04.2"
    assert clock_text(Fraction(0.3)) == "0:00.2"
