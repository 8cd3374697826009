"""Laws of time, for any rate and for hours: exact as fractions, and no drift in floats."""

from __future__ import annotations

import math
from datetime import timedelta
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corticast.core.model.scene import Scene
from corticast.core.model.types import Activity, Volume
from corticast.core.timing import clock_text, exact, frame_time, n_frames_of, parse_fps
from corticast.errors import OptionError
from corticast.film.opening import open_film
from corticast.film.sweep import plane_of_frame
from corticast.film.timing import FilmTiming

RATES = [Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(50), Fraction(60000, 1001)]
RATES += [Fraction(60), Fraction(441, 16)]
NTSC = {Decimal("23.976"), Decimal("29.97"), Decimal("59.94")}

usual_rates = st.sampled_from(RATES)
any_rates = st.fractions(Fraction(1, 600), 1000)
sample_rates = st.sampled_from([8000, 11025, 12345, 22050, 44100, 48000, 96000, 192000])
milliseconds = st.integers(1, 8 * 3600 * 1000)


def ceiling(numerator: int, denominator: int) -> int:
    """Quotient rounded up, in whole numbers."""
    return -(-numerator // denominator)


@given(any_rates, st.integers(1, 1000))
def test_a_rate_is_the_same_however_it_is_written(fps, factor):
    texts = [str(fps), f"{fps.numerator * factor}/{fps.denominator * factor}"]
    texts += [f"  {fps.numerator} / {fps.denominator}\n"]
    assert {parse_fps(text) for text in texts} | {parse_fps(fps)} == {fps}


@given(st.decimals(Decimal("0.002"), 1000, places=3).filter(lambda value: value not in NTSC))
def test_a_decimal_rate_is_that_decimal(value):
    exact = Fraction(value)
    assert parse_fps(str(value)) == parse_fps(f"{value}/1") == exact
    assert parse_fps(float(value)) == exact


@given(st.one_of(st.text(), st.from_regex(r"\s*\d*\.?\d*\s*/?\s*\d*\s*", fullmatch=True)))
def test_any_text_is_a_rate_or_refused(text):
    try:
        fps = parse_fps(text)
    except OptionError:
        return
    assert isinstance(fps, Fraction)
    assert 0 < fps <= 1000


@given(st.floats())
def test_any_float_is_its_shortest_decimal_or_refused(value):
    try:
        fps = parse_fps(value)
    except OptionError:
        return
    decimal = Decimal(repr(value))
    assert fps == Fraction(decimal) or decimal in NTSC


@given(st.integers(1, 10**7), st.one_of(usual_rates, any_rates))
def test_a_film_of_n_frames_has_n_frames(n, fps):
    assert n_frames_of(n / fps, fps) == n
    assert n_frames_of((n + Fraction(1, 10**6)) / fps, fps) == n + 1
    assert n_frames_of((n - Fraction(1, 10**6)) / fps, fps) == n


@given(st.integers(1, 10**10), sample_rates, usual_rates)
def test_frames_cover_a_sound_to_its_last_sample(n_samples, sample_rate, fps):
    n_frames = n_frames_of(Fraction(n_samples, sample_rate), fps)
    assert n_frames == ceiling(n_samples * fps.numerator, sample_rate * fps.denominator)


@given(milliseconds, usual_rates)
def test_a_decimal_duration_makes_as_many_frames_as_its_float(duration_ms, fps):
    n_frames = ceiling(duration_ms * fps.numerator, 1000 * fps.denominator)
    assert n_frames_of(Fraction(duration_ms, 1000), fps) == n_frames
    for duration in (duration_ms / 1000, str(Decimal(duration_ms) / 1000)):
        assert FilmTiming.of(fps=fps, duration=duration).duration == Fraction(duration_ms, 1000)


@given(st.integers(1, 10**6), usual_rates)
def test_a_quotient_of_frames_and_rate_makes_that_many_frames(n, fps):
    duration_s = n * fps.denominator / fps.numerator
    assert n_frames_of(FilmTiming.of(fps=fps, duration=duration_s).duration, fps) == n


@given(st.fractions(Fraction(1, 10**30), Fraction(1, 10**9)), usual_rates)
def test_no_film_is_without_a_frame(duration_s, fps):
    assert n_frames_of(duration_s, fps) == 1


@given(st.integers(0, 10**8), st.one_of(usual_rates, any_rates))
def test_frame_times_do_not_drift(k, fps):
    time_s = frame_time(k, fps)
    assert time_s * fps == k
    assert frame_time(k + 1, fps) - time_s == 1 / fps
    # As a float it is the nearest there is.
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(k) * fps.denominator / fps.numerator
        assert abs(Decimal(float(time_s)) - exact) <= Decimal(math.ulp(float(exact))) / 2


@given(st.integers(0, 24 * 3600 * 10**6 - 1))
def test_the_clock_is_that_of_the_standard_library_cut_to_tenths(microseconds):
    hours, minutes, seconds = f"{timedelta(microseconds=microseconds)}.000000".split(":")
    hour = f"{hours}:" if hours != "0" else ""
    minute = minutes if hour else str(int(minutes))
    assert clock_text(Fraction(microseconds, 10**6)) == f"{hour}{minute}:{seconds[:4]}"


@given(st.integers(0, 8 * 3600 * 10))
def test_the_clock_takes_a_float_for_its_decimal(tenths):
    assert clock_text(tenths / 10) == clock_text(Fraction(tenths, 10))
    # The last frame before a tenth is still before it, at any rate.
    assert clock_text(Fraction(tenths + 1, 10) - Fraction(1, 10**6)) == clock_text(Fraction(tenths, 10))


@given(st.integers(1, 600), st.integers(1, 10**6), st.data())
def test_a_sweep_shows_slice_k_n_over_n_frames(n_slices, n_frames, data):
    k = data.draw(st.integers(0, n_frames - 1))
    planes_mm = np.arange(n_slices) - 3.5
    assert plane_of_frame(planes_mm, k, n_frames) == planes_mm[math.floor(Fraction(k * n_slices, n_frames))]


@pytest.fixture(scope="module")
def film_of_an_hour():
    """Film of an hour that sweeps through as many slices, by rate."""
    volume = Volume(np.zeros((3600, 1, 1), np.uint8, order="F"), np.eye(4))
    scene = Scene(volume=volume, sweep="full", window=(0, 1))
    return {fps: open_film(scene, FilmTiming(fps=fps, duration=Fraction(3600))) for fps in RATES}


@given(st.sampled_from(RATES), st.data())
def test_a_float_time_finds_its_frame(film_of_an_hour, fps, data):
    film = film_of_an_hour[fps]
    assert film.n_frames == ceiling(3600 * fps.numerator, fps.denominator)
    k = data.draw(st.integers(0, film.n_frames - 1))
    # As Python divides, which rounds once.
    there, here = film.at(film.timing.time(k * fps.denominator / fps.numerator)), film.frame(k)
    assert (there.planes_mm, there.clock) == (here.planes_mm, here.clock)
    # Until the next frame is due, it is this one's planes.
    later = film.at((k + Fraction(9, 10)) / fps)
    assert later.planes_mm == here.planes_mm
    assert here.planes_mm[0] == math.floor(Fraction(k * 3600, film.n_frames))


def decimal_of(value):
    """A fraction as the decimal that people type; None where no decimal is it."""
    with localcontext() as context:
        context.prec = 60
        decimal = Decimal(value.numerator) / value.denominator
    return f"{decimal:f}" if Fraction(decimal) == value else None


@given(st.sampled_from(RATES), st.data())
def test_a_typed_decimal_finds_its_frame(film_of_an_hour, fps, data):
    """Every frame whose time is a decimal, typed as text, as a float and as a Decimal; and the moment before."""
    film = film_of_an_hour[fps]
    # Frames at whole multiples of a rate's numerator, over 2s and 5s, have decimal times.
    step = fps.numerator // math.gcd(fps.numerator, 10**6 * fps.denominator)
    k = data.draw(st.integers(1, (film.n_frames - 1) // step)) * step
    text = decimal_of(k / fps)
    assert text is not None
    here = film.frame(k)
    for written in (text, float(text), Decimal(text), Fraction(text)):
        assert film.timing.time(written) == k / fps
        there = film.at(film.timing.time(written))
        assert (there.planes_mm, there.clock, there.turn_deg) == (here.planes_mm, here.clock, here.turn_deg)
    before = film.at(film.timing.time(f"{Decimal(text) - Decimal(10) ** -12:f}"))
    assert before.planes_mm == film.frame(k - 1).planes_mm


COLUMN_RATES = [Fraction(44100, 512), Fraction(48000, 512), Fraction(11025, 400), Fraction(1000, 3), Fraction(2048, 19)]


@given(st.sampled_from(COLUMN_RATES), st.fractions(-1000, 1000), st.integers(0, 3599), st.booleans())
def test_at_a_column_activity_is_that_column(rate_hz, start_s, k, rests_outside):
    values = np.arange(3600, dtype=np.float32)[None] ** 2
    activity = Activity(values, rate_hz, np.zeros(1, np.intp), start_s, rests_outside=rests_outside)
    column_s = start_s + k / rate_hz
    assert activity.at(column_s)[0] == values[0, k]
    # Between two columns as numpy.interp has it.
    between_s = column_s + 1 / rate_hz / 3
    expected = np.interp(k + 1 / 3, np.arange(3600), values[0])
    assert activity.at(between_s)[0] == pytest.approx(expected, rel=1e-6)
    if rests_outside:
        first_s, end_s = start_s, start_s + 3600 / rate_hz
        tiny = Fraction(1, 10**15)
        assert activity.at(first_s - tiny)[0] == 0
        assert activity.at(end_s - tiny)[0] == values[0, -1]
        assert activity.at(end_s)[0] == 0


@given(st.decimals(-(10**6), 10**6, places=6), st.integers(0, 5))
def test_a_number_is_the_decimal_that_was_written(value, n_zeros):
    texts = [str(value), f"{value:f}" + "0" * n_zeros, f" {value:e} "]
    assert {exact(written) for written in (*texts, float(value), value)} == {Fraction(value)}


@given(st.one_of(st.floats(), st.text(max_size=20), st.none(), st.booleans(), st.lists(st.integers())))
def test_any_value_is_an_exact_number_or_one_line_that_names_the_argument(value):
    try:
        number = exact(value, "duration")
    except OptionError as error:
        text = str(error)
        assert text.startswith("duration")
        assert "\n" not in text
        return
    assert float(number) == float(Fraction(value) if isinstance(value, str) else value)


@given(st.integers(0, 10**6), usual_rates)
def test_only_the_nearest_float_stands_for_a_frame(k, fps):
    nearest = k * fps.denominator / fps.numerator
    assert exact(nearest) == exact(repr(nearest)) == k / fps
    beside = math.nextafter(nearest, math.inf)
    assert exact(beside) == exact(repr(beside)) == Fraction(repr(beside))


@given(usual_rates, st.integers(1, 10**5))
def test_activity_at_a_float_rate_lasts_as_many_frames(fps, n_columns):
    """As data sampled once a frame: 30000/1001 has no exact float."""
    activity = Activity(np.zeros((1, n_columns), np.float32), float(fps), np.zeros(1, np.intp))
    assert activity.column_rate_hz == fps
    assert n_frames_of(activity.end_s, fps) == n_columns
