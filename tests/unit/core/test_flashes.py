"""The flash meter: against EA's IRIS, and against rules that the tests write out themselves."""

import itertools
import json
from fractions import Fraction

import numpy as np
import pytest
from tests.iris import judged, needs_iris

from corticast.core.flash_counting import Transitions
from corticast.core.flash_fields import Fields
from corticast.core.flash_light import luminance_and_red
from corticast.core.flash_meter import FlashMeter
from corticast.core.flashes import Flashes, field_share, flashes_of, sample_size

# Six seconds hold the longest sequence that either counts, five seconds.
WIDTH, HEIGHT, N = 64, 36, 180
SIZE = WIDTH, HEIGHT


def clip(rate_hz, area, low, high, *, square, red=False, n=N):
    """(n, h, w, 3) uint8: a share of the picture swings between two values."""
    share = (np.sin(2 * np.pi * rate_hz * np.arange(n) / 30 + 0.3) + 1) / 2
    if square:
        share = (share > 0.5).astype(float)
    value = (low + (high - low) * share).astype(np.uint8)[:, None, None]
    frames = np.full((n, HEIGHT, WIDTH, 3), 0 if red else low, np.uint8)
    frames[:, :, : round(WIDTH * area), : 1 if red else 3] = value[..., None]
    return frames


def measured(frames, **options):
    meter = FlashMeter(SIZE, 30, **options)
    for frame in frames:
        meter.push(frame)
    return meter.flashes


CLIPS = [
    *itertools.product((1.5, 2.5, 3.6, 5, 15), (0.2, 0.3, 1.0), (0, 40), (60, 255), (False, True), (False,)),
    *itertools.product((1.5, 3.6, 5), (0.2, 0.4), (0,), (30, 200), (False, True), (True,)),
]


@needs_iris
def test_what_fails_by_iris_exceeds_the_broadcast_reading(tmp_path):
    """IRIS looks at means of the picture alone; the meter also at each cell, so it may exceed where IRIS passes."""
    clips = [clip(*values[:4], square=values[4], red=values[5]) for values in CLIPS]
    paths = [tmp_path / f"{number}.npy" for number in range(len(clips))]
    for path, frames in zip(paths, clips, strict=True):
        np.save(path, frames)
    ours = [measured(frames).readings[1] for frames in clips]
    theirs = judged(paths)
    judgements = [*zip(CLIPS, [reading.exceeded for reading in ours], [v.passes for v in theirs], strict=True)]
    assert [values for values, exceeded, passes in judgements if not exceeded and not passes] == []
    assert sum(not passes for _, _, passes in judgements) > 20
    # A quarter of the picture flashes by 10 % or more, and its mean by less.
    assert all(values[1] < 1 and values[0] >= 2 for values, exceeded, passes in judgements if exceeded and passes)


@pytest.mark.parametrize("red", [False, True])
@pytest.mark.parametrize("n_flashes", [2, 3, 4, 6])
def test_more_than_three_flashes_in_a_second_exceed(n_flashes, red):
    frames = np.zeros((90, HEIGHT, WIDTH, 3), np.uint8)
    for k in range(n_flashes):
        # On and off: the changes of a flash lie within the second.
        frames[30 + 4 * k : 32 + 4 * k, :, : WIDTH // 3, : 1 if red else 3] = 150 if red else 200
    for reading in measured(frames).readings:
        assert reading.rate_hz == n_flashes
        assert reading.exceeded == (n_flashes > 3)
        assert reading.kind == ("red" if red and n_flashes else reading.kind)
        if reading.exceeded:
            (span,) = reading.times_s
            assert span[0] <= 1.0 <= span[1]


@pytest.mark.parametrize(("area", "exceeds"), [(0.2, (True, False)), (0.3, (True, True)), (0.02, (False, False))])
def test_wcag_asks_for_ten_degrees_and_broadcast_for_the_screen(area, exceeds):
    side = np.sqrt(area)
    frames = np.zeros((60, HEIGHT, WIDTH, 3), np.uint8)
    frames[::6, : round(HEIGHT * side), : round(WIDTH * side)] = 255
    readings = measured(frames).readings
    assert tuple(reading.exceeded for reading in readings) == exceeds
    if exceeds[1]:
        filled = round(HEIGHT * side) * round(WIDTH * side) / (HEIGHT * WIDTH)
        assert readings[1].area == pytest.approx(filled, abs=1e-3)


def test_a_nearer_front_row_has_a_smaller_part_of_the_screen_in_view():
    # WCAG's rectangle is 341 of 1024 pixels wide; 10 degrees at two widths are 2 · 2 · tan 5° = 0.35.
    assert field_share(2) == pytest.approx(341 / 1024, abs=1e-3)
    assert field_share(100) == 1
    frames = np.zeros((60, HEIGHT, WIDTH, 3), np.uint8)
    frames[::6, :8, :7] = 255
    assert not measured(frames, front_row=2).readings[0].exceeded
    assert measured(frames, front_row=1).readings[0].exceeded


@pytest.mark.parametrize(("low", "high", "counts"), [(0.0, 0.09, 0), (0.0, 0.11, 1), (0.75, 0.95, 1), (0.85, 0.96, 0)])
def test_a_change_is_a_tenth_of_the_luminance_with_a_darker_state_below_four_fifths(low, high, counts):
    transitions = Transitions(30, 0.1, 0.8)
    for value in (low, high, high, low):
        transitions.push(np.full(1, value, np.float32))
    assert transitions.counts[0] == 2 * counts


def test_changes_count_for_a_second():
    transitions = Transitions(30, 0.1, 0.8)
    transitions.push(np.zeros(1, np.float32))
    transitions.push(np.ones(1, np.float32))
    for n in range(40):
        assert transitions.counts[0] == (n < 30)
        transitions.push(None)


def test_luminance_and_red_are_those_of_wcag():
    codes = np.array([[[255, 255, 255], [188, 188, 188], [255, 0, 0], [255, 100, 100], [120, 20, 10]]], np.uint8)
    linear = np.where(codes / 255 <= 0.04045, codes / 255 / 12.92, ((codes / 255 + 0.055) / 1.055) ** 2.4)
    luminance, red = luminance_and_red(codes)
    np.testing.assert_allclose(luminance, linear @ (0.2126, 0.7152, 0.0722), atol=1e-6)
    saturated = linear[..., 0] >= 0.8 * linear.sum(axis=-1)
    expected = np.where(saturated, (linear[..., 0] - linear[..., 1] - linear[..., 2]) * 320, 0)
    np.testing.assert_allclose(red, expected, atol=1e-3)
    assert saturated.tolist() == [[False, False, True, False, True]]


def test_fields_cover_the_grid_and_overlap_by_three_quarters():
    fields = Fields.of((160, 90), 0.35)
    assert (fields.rows > 0).any(axis=0).all()
    assert (fields.columns > 0).any(axis=1).all()
    starts = (fields.columns > 0).argmax(axis=0)
    assert np.diff(starts).max() <= 14
    assert fields.mean(np.ones((90, 160))) == pytest.approx(1)


@needs_iris
def test_what_fails_by_iris_on_a_third_by_a_third_exceeds_the_wcag_reading(tmp_path):
    """Patches that fill 25 to 27 per cent of one of the crops."""
    clips = []
    for width, height, x, y in [(95, 18, 0, 0), (100, 17, 106, 60), (30, 54, 120, 60)]:
        frames = np.zeros((60, 180, 320, 3), np.uint8)
        frames[::6, y : y + height, x : x + width] = 255
        clips.append(frames)
    paths = [tmp_path / f"{number}.npy" for number in range(len(clips))]
    for path, frames in zip(paths, clips, strict=True):
        np.save(path, frames)
    assert not any(verdict.passes for verdict in judged(paths, share=1 / 3))
    for frames in clips:
        meter = FlashMeter((160, 90), 30)
        for frame in frames:
            meter.push(np.ascontiguousarray(frame[::2, ::2]))
        assert meter.flashes.readings[0].exceeded


def test_flashes_of_two_parts_are_those_of_the_whole():
    # Sequences last for five seconds, so some begin in one part and end in the other.
    frames = clip(2.5, 0.5, 0, 255, square=True)
    whole = measured(frames)
    assert whole.exceeded
    first, second = FlashMeter(SIZE, 30), FlashMeter(SIZE, 30, first=90)
    for frame in frames[:120]:
        first.push(frame)
    for index in range(90, N):
        second.push(frames[index], counted=index >= 120)
    joined = flashes_of([*first.samples, *second.samples], 30)
    assert joined == whole
    assert Flashes.of_json(json.loads(json.dumps(joined.as_json))) == joined


def test_stripes_are_reported_with_their_time():
    frames = np.zeros((150, 90, 160, 3), np.uint8)
    frames[60:120] = (255 * (np.arange(160) // 5 % 2))[:, None]
    meter = FlashMeter((160, 90), Fraction(30))
    for frame in frames:
        meter.push(frame)
    assert meter.flashes.patterns_s == ((2.0, 4.0),)
    assert not meter.flashes.exceeded


def test_samples_keep_the_shape_of_the_frame():
    assert sample_size((1920, 1080)) == (160, 90)
    assert sample_size((300, 400)) == (120, 160)
    assert sample_size((40, 20)) == (40, 20)
