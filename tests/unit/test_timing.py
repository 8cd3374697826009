from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corticast.core.timing import clock_text, frame_time, n_frames_of, parse_fps
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


@pytest.mark.parametrize("text", ["0", "-30", "fast", "30/0", "nan", "inf", "1001", ""])
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(OptionError, match="--fps"):
        parse_fps(text)


@given(n=st.integers(1, 10**7), rate=st.sampled_from(["24", "25", "30000/1001", "30", "60", "441/16"]))
def test_a_film_of_n_frames_has_n_frames(n, rate):
    fps = parse_fps(rate)
    assert n_frames_of(n / fps, fps) == n
    assert n_frames_of(n / fps + Fraction(1, 10**6), fps) == n + 1


@given(k=st.integers(0, 10**8), rate=st.sampled_from(["24", "30000/1001", "441/16"]))
def test_frame_times_do_not_drift(k, rate):
    fps = parse_fps(rate)
    assert frame_time(k, fps) * fps == k


def test_a_decimal_duration_makes_no_extra_frame():
    assert n_frames_of(0.1, Fraction(30)) == 3
    assert n_frames_of(Fraction(928446, 44100), Fraction(30)) == 632


def test_the_clock_never_runs_ahead():
    assert clock_text(0) == "0:00.0"
    assert clock_text(Fraction(199, 100)) == "0:01.9"
    assert clock_text(61.25) == "1:01.2"
    assert clock_text(3600 + 62) == "1:01:02.0"
