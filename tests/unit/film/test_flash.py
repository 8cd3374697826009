"""Flashes: the ones that count, activity that is held back, and activity that stays unchanged."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.flashes import flashes_per_second
from tests.panels import with_empty_panel

from corticast.app.demo.song import jingle_bells
from corticast.core.color.colormaps import activity_table
from corticast.core.flash import MOST_SHARE, Coverage, FlashLimiter, FlashLook, can_cover, coverage, flash_look, limited
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import SlicePanel
from corticast.core.geometry.placement import place
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.geometry.sprites import SpriteLook, diameter_px
from corticast.core.model.scene import Scene
from corticast.core.model.types import Activity, Electrodes, Picture, SampledSound
from corticast.dsp.drive import ArrayDrive, AudioDrive
from corticast.film import flash_look as looks
from corticast.film.flash_look import scene_flash_look
from corticast.film.opening import open_film
from corticast.film.timing import FilmTiming

FPS = 30
RATE_HZ = 83.5


# The measure itself


def film_of(level, size=(54, 96), patch=None):
    """Frames whose patch, by default all of them, has a luminance for each frame."""
    level = np.asarray(level, dtype=np.float64)
    srgb = np.where(level <= 0.0031308, 12.92 * level, 1.055 * level ** (1 / 2.4) - 0.055)
    frames = np.zeros((len(level), *size, 3), np.uint8)
    rows, columns = patch or (slice(None), slice(None))
    frames[:, rows, columns] = np.round(255 * srgb)[:, None, None, None]
    return frames


def times_s(seconds=4):
    return np.arange(round(seconds * FPS)) / FPS


@pytest.mark.parametrize("hz", [1, 2, 3, 5])
@pytest.mark.parametrize(("dark", "bright"), [(0, 1), (0, 0.12), (0.3, 0.45), (0.75, 0.9)])
def test_a_square_wave_flashes_with_its_frequency(hz, dark, bright):
    wave = np.where(times_s() * hz % 1 < 0.5, bright, dark)
    assert flashes_per_second(film_of(wave), FPS) == hz


def test_a_square_wave_whose_steps_fall_between_frames_flashes_with_its_frequency():
    assert flashes_per_second(film_of(np.where(times_s() * 4 % 1 < 0.5, 1, 0)), FPS) == 4


@pytest.mark.parametrize(("dark", "bright"), [(0, 0.09), (0.4, 0.49), (0.85, 1)])
def test_what_is_faint_or_bright_throughout_is_no_flash(dark, bright):
    wave = np.where(times_s() * 5 % 1 < 0.5, bright, dark)
    assert flashes_per_second(film_of(wave), FPS) == 0


@pytest.mark.parametrize("hz", [0.4, 1, 2, 4])
def test_a_sine_flashes_with_its_frequency(hz):
    wave = 0.5 - 0.5 * np.cos(2 * np.pi * hz * times_s(6))
    assert flashes_per_second(film_of(wave), FPS) == int(hz)
    assert flashes_per_second(film_of(0.09 * wave), FPS) == 0


@pytest.mark.parametrize(("side", "hz"), [(0.48, 0), (0.52, 5)])
@pytest.mark.parametrize("corner", [(0, 0), (31, 47)])
def test_a_patch_flashes_when_it_is_a_quarter_of_a_field(side, hz, corner):
    size = (round(18 * side), round(32 * side))
    patch = tuple(slice(first, first + length) for first, length in zip(corner, size, strict=True))
    wave = np.where(times_s() * 5 % 1 < 0.5, 1, 0)
    assert flashes_per_second(film_of(wave, patch=patch), FPS) == hz


# Geometry


def discs(centres, radii, size):
    """(height, width) bool, what discs cover, pixel by pixel."""
    rows, columns = np.mgrid[: size[1], : size[0]]
    away = np.hypot(rows - centres[:, 1, None, None], columns - centres[:, 0, None, None])
    return (away <= np.asarray(radii)[:, None, None]).any(axis=0)


def fullest(mask):
    """Share of a mask in the fullest field, at every position."""
    height, width = mask.shape[0] // 3, mask.shape[1] // 3
    rows = np.lib.stride_tricks.sliding_window_view(mask.cumsum(axis=0, dtype=int), height, axis=0)
    sums = rows[..., -1] - rows[..., 0] + mask[: rows.shape[0]]
    return np.lib.stride_tricks.sliding_window_view(sums, width, axis=1).sum(axis=-1).max() / (height * width)


@pytest.mark.parametrize("diameters", [(6, 60), (20, 150), (40, 90)])
@pytest.mark.parametrize("n", [40, 120])
def test_what_sprites_cover_is_what_a_drawing_of_them_covers(rng, diameters, n):
    size, part = (320, 180), 1 / 6
    centres = rng.normal((160, 87), (40, 27), (n, 2))
    scales = rng.choice([0.45, 1.0], n)
    rows = np.arange(n) % 5
    measured = coverage(centres, scales, rows, (diameters[0] * part, diameters[1] * part), size)
    radii = [scales * diameter_px(activity, diameters) * part / 2 for activity in (0.25, 0.5, 0.75, 1.0)]
    drawn = [discs(centres, radius, size) for radius in radii]
    if not measured.can_flash:
        assert fullest(drawn[-1]) < 0.25
        return
    for level, mask in zip((8, 16, 24, 32), drawn, strict=True):
        assert measured.covered[level] == pytest.approx(fullest(mask), abs=0.025)
    # What edges pass through on their way from one size to another.
    for first, last in ((0, 1), (1, 3), (2, 3)):
        passed = [
            discs(centres[[one]], radii[last][[one]], size) & ~discs(centres[[one]], radii[first][[one]], size)
            for one in range(n)
        ]
        assert measured.rings[8 * first + 9 : 8 * last + 9].sum() > fullest(np.any(passed, axis=0)) - 0.025
    n_over = np.sum([discs(centres[rows == row], radii[-1][rows == row], size) for row in range(5)], axis=0)
    assert fullest(n_over > 1) == pytest.approx(0.12, abs=0.03) or measured.meet == (fullest(n_over > 1) > 0.12)


def test_few_or_small_sprites_cannot_flash():
    assert not can_cover(20, 40.0, (1920, 1080))
    assert can_cover(200, 40.0, (1920, 1080))
    # Forty-nine of them, nowhere more than nine in a field.
    spread = np.stack(np.meshgrid(np.linspace(0, 1920, 7), np.linspace(0, 1080, 7)), axis=-1).reshape(-1, 2)
    size, one = (1920, 1080), np.ones(49)
    assert not coverage(spread, one, np.arange(49), (6.0, 100.0), size).can_flash
    measured = coverage(spread, one, np.arange(49), (6.0, 180.0), size)
    assert measured.can_flash
    assert not measured.meet
    assert coverage(spread, one, np.arange(49), (6.0, 400.0), size).meet
    assert not coverage(spread, one, np.zeros(49, int), (6.0, 400.0), size).meet


# What a swing brings


def grey_table():
    return np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)


def sprite(total, rest=0.0):
    """Coverage by one large sprite whose diameter grows with activity."""
    covered = rest + (total - rest) * (np.arange(33) / 32) ** 2
    return Coverage(np.diff(covered, prepend=0.0), covered)


STEADY = sprite(1.0, 1.0)


def test_a_swing_flashes_where_enough_becomes_lighter():
    look = flash_look(sprite(1.0), activity_table(None, signed=False))
    assert look.changes[0, 32] == look.changes[32, 0] == 1
    # An eighth of the field.
    assert [look.changes[0, level] for level in (10, 12)] == [0, 1]
    assert not np.diag(look.changes).any()
    assert not flash_look(sprite(0.22), activity_table(None, signed=False)).can_flash
    # A steady size whose colour hardly changes.
    assert not flash_look(STEADY, np.full((256, 3), 200, np.uint8)).can_flash
    assert flash_look(STEADY, grey_table()).changes[0, 32] == 1


def test_a_sprite_that_darkens_a_bright_ground_and_then_lights_it_changes_it_twice():
    colours = activity_table(None, signed=False)
    assert flash_look(sprite(1.0), colours, grounds=[(0.6, 1.0)]).changes[0, 32] == 2
    assert flash_look(sprite(1.0), colours, grounds=[(0.6, 0.2), (0.0, 0.8)]).changes[0, 32] == 1


def test_signed_activity_that_swings_through_0_changes_twice():
    look = flash_look(sprite(1.0), activity_table(None, signed=True), signed=True)
    assert look.changes.shape == (65, 65)
    assert look.changes[0, 64] >= 2
    assert look.changes[32, 64] >= 1
    assert np.array_equal(look.changes, look.changes.T)


# Limiting


LOOKS = {
    "black": flash_look(sprite(1.0), activity_table(None, signed=False)),
    "white": flash_look(sprite(1.0, 0.2), activity_table(None, signed=False), grounds=[(1.0, 1.0)]),
    "signed": flash_look(sprite(0.9), activity_table(None, signed=True), signed=True),
    "colour alone": flash_look(STEADY, grey_table()),
}
LOOKS["together"] = replace(LOOKS["black"], together=True)


def activities(*, signed=False, n_rows=2, seconds=3.0):
    """Strategy: rows of all kinds of ups and downs, from slow to as fast as columns are."""

    def made(seed, n_points, steps, power):
        rng = np.random.default_rng(seed)
        n = int(seconds * RATE_HZ)
        points = rng.uniform(-1 if signed else 0, 1, (n_rows, n_points))
        points = np.sign(points) * np.abs(points) ** power
        where = np.linspace(0, n_points - 1, n)
        if steps:
            return points[:, np.round(where).astype(int)].astype(np.float32)
        return np.stack([np.interp(where, np.arange(n_points), row) for row in points]).astype(np.float32)

    return st.builds(
        made, st.integers(0, 2**32 - 1), st.integers(2, 120), st.booleans(), st.sampled_from([0.1, 0.3, 1.0, 3.0])
    )


def of_kind(kind):
    return activities(signed=kind == "signed")


@pytest.mark.parametrize("kind", LOOKS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_chunks_give_the_same(kind, data):
    columns = data.draw(of_kind(kind))
    cuts = sorted(data.draw(st.lists(st.integers(0, columns.shape[1]), max_size=8)))
    whole = FlashLimiter(LOOKS[kind], RATE_HZ, 2).limit(columns)
    limiter = FlashLimiter(LOOKS[kind], RATE_HZ, 2)
    parts = [limiter.limit(part) for part in np.split(columns, cuts, axis=1)]
    assert np.array_equal(np.concatenate(parts, axis=1), whole)
    assert np.array_equal(limited(Activity(columns, RATE_HZ, np.arange(2)), LOOKS[kind]).values, whole)


def most_flashes_in_a_second(level, rate_hz):
    """Pairs of opposing changes of luminance by 0.1 or more within any second, each second looked at by itself."""
    most = 0
    n = int(rate_hz)
    for first in range(0, max(len(level) - n, 0) + 1, 6):
        valley = peak = level[first]
        heading = count = 0
        for now in level[first : first + n]:
            valley, peak = min(valley, now), max(peak, now)
            if heading != 1 and now >= valley + 0.1 and valley < 0.8:
                heading, count, valley, peak = 1, count + 1, now, now
            elif heading != -1 and now <= peak - 0.1 and now < 0.8:
                heading, count, valley, peak = -1, count + 1, now, now
        most = max(most, count)
    return most // 2


@settings(max_examples=40, deadline=None)
@given(columns=activities(seconds=4.0))
def test_no_row_flashes_more_than_three_times_in_any_second(columns):
    after = FlashLimiter(LOOKS["colour alone"], RATE_HZ, 2).limit(columns)
    for row in after:
        code = row.astype(np.float64)
        level = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
        assert most_flashes_in_a_second(level.tolist(), RATE_HZ) <= 3


def drawn_frames(values, rows_of, ground, colours, *, signed, centres, diameters, size, fps=FPS):
    """Frames of sprites, drawn without the package's renderer: coloured discs on a plain ground."""
    activity = Activity(values, RATE_HZ, rows_of)
    n = int(values.shape[1] / RATE_HZ * fps)
    frames = np.full((n, size[1], size[0], 3), ground, np.uint8)
    rows, columns = np.mgrid[: size[1], : size[0]]
    away = np.hypot(rows - centres[:, 1, None, None], columns - centres[:, 0, None, None])
    for index in range(n):
        now = activity.at(index / fps).astype(np.float64)
        radii = (diameters[0] + (diameters[1] - diameters[0]) * np.maximum(np.abs(now), 0.01)) / 2
        place = 0.5 + 0.5 * now if signed else now
        for number in range(len(centres)):
            frames[index][away[number] <= radii[number]] = colours[round(float(place[number]) * 255)]
    return frames


@pytest.mark.parametrize("ground", [0, 255])
@pytest.mark.parametrize("signed", [False, True])
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_pictures_of_any_activity_flash_at_most_three_times_a_second(ground, signed, data):
    # Apart, touching, or over one another.
    size, diameters = (72, 48), (3.0, data.draw(st.sampled_from([9.0, 12.0, 20.0])))
    columns, rows = np.meshgrid(np.arange(6, 72, 12), np.arange(6, 48, 12))
    centres = np.stack([columns.ravel(), rows.ravel()], axis=1).astype(float)
    colours = activity_table(None, signed=signed)
    rows_of = np.arange(len(centres)) % 2
    measured = coverage(centres, np.ones(len(centres)), rows_of, diameters, size)
    look = flash_look(measured, colours, signed=signed, grounds=[(ground / 255, 1.0)])
    values = data.draw(activities(signed=signed))
    how = {"signed": signed, "centres": centres, "diameters": diameters, "size": size}
    held = FlashLimiter(look, RATE_HZ, 2).limit(values)
    assert flashes_per_second(drawn_frames(held, rows_of, ground, colours, **how), FPS) <= 3


def test_what_strobes_is_held_three_times_a_second():
    time_s = np.arange(int(5 * RATE_HZ)) / RATE_HZ
    strobe = (time_s * 5 % 1 < 0.5).astype(np.float32)[None]
    held = FlashLimiter(LOOKS["black"], RATE_HZ, 1).limit(strobe)
    rises = np.flatnonzero((held[0, 1:] > 0.9) & (held[0, :-1] < 0.9))
    assert 11 <= len(rises) + 1 <= 15
    # It still moves as far as that is no flash.
    assert set(np.unique(held)) > {0.0, 1.0}


def test_what_flashes_three_times_a_second_stays_as_it_is():
    time_s = np.arange(int(5 * RATE_HZ)) / RATE_HZ
    slow = (0.5 - 0.5 * np.cos(2 * np.pi * 2.6 * time_s)).astype(np.float32)[None]
    assert FlashLimiter(LOOKS["black"], RATE_HZ, 1).limit(slow) is slow
    quick_but_small = (0.7 + 0.015 * np.sin(2 * np.pi * 8 * time_s)).astype(np.float32)[None]
    assert FlashLimiter(LOOKS["black"], RATE_HZ, 1).limit(quick_but_small) is quick_but_small


def test_rows_whose_sprites_meet_rise_and_fall_by_turns():
    time_s = np.arange(int(8 * RATE_HZ)) / RATE_HZ
    strobes = np.stack([time_s * rate_hz % 1 < 0.5 for rate_hz in (2.0, 2.3, 2.7)]).astype(np.float32)

    def turns_s(values):
        """When a half is passed in another direction than before, by any row."""
        steps = np.diff((values > 0.5).astype(int), axis=1)
        column, row = np.nonzero(steps.T)
        signs = steps[row, column]
        return column[1:][np.diff(signs) != 0] / RATE_HZ

    apart = FlashLimiter(LOOKS["black"], RATE_HZ, 3).limit(strobes)
    assert np.diff(turns_s(apart)).min() < 0.1
    together = turns_s(FlashLimiter(LOOKS["together"], RATE_HZ, 3).limit(strobes))
    # A turn may bring two changes: no more than three in any period of six.
    assert (together[3:] - together[:-3]).min() >= 1.09
    assert len(together) > 8


def test_pulses_now_and_then_stay_as_they_are_where_sprites_meet():
    time_s = np.arange(int(8 * RATE_HZ)) / RATE_HZ
    pulses = np.stack([(time_s - shift) % 2.4 < 0.1 for shift in (0.3, 1.5)]).astype(np.float32)
    assert FlashLimiter(LOOKS["together"], RATE_HZ, 2).limit(pulses) is pulses


def test_another_look_counts_from_its_first_column():
    time_s = np.arange(int(4 * RATE_HZ)) / RATE_HZ
    strobe = (time_s * 5 % 1 < 0.5).astype(np.float32)[None]
    limiter = FlashLimiter(FlashLook(np.zeros((33, 33), int)), RATE_HZ, 1)
    assert limiter.limit(strobe) is strobe
    limiter.look = LOOKS["black"]
    assert not np.array_equal(limiter.limit(strobe), strobe)


def test_a_film_says_what_was_held_back():
    time_s = np.arange(int(20 * RATE_HZ)) / RATE_HZ
    strobe = np.where((time_s % 10 < 2) & (time_s * 5 % 1 < 0.5), 1, 0).astype(np.float32)[None]
    activity = Activity(strobe, RATE_HZ, np.zeros(1, np.intp), warnings=("one",))
    held = limited(activity, LOOKS["black"])
    assert held.warnings[0] == "one"
    differs_s = (held.values != strobe).sum() / RATE_HZ
    assert f"held back for {differs_s:.1f} s" in held.warnings[1]
    # Not between the moments in which it strobes.
    assert 0.5 < differs_s < 3
    assert "--no-flash-limit" in held.warnings[1]
    calm = replace(activity, values=strobe * np.float32(0.3))
    assert limited(calm, LOOKS["black"]) is calm


# Scenes


def strobing_scene(n_side=10, hz=5.0, **options):
    """A grid of contacts that all strobe."""
    across = np.linspace(-60, 60, n_side)
    pos = np.array([[x, y, 0.0] for y in across for x in across])
    names = [f"E{number}" for number in range(len(pos))]
    values = np.where(np.arange(600) / 100 * hz % 1 < 0.5, 1.0, 0.0)
    drive = ArrayDrive(np.tile(values, (len(pos), 1)), 100.0, names)
    options = {"electrode_size": (20, 150), "layout": "axial"} | options
    return Scene(electrodes=Electrodes(tuple(names), pos), drive=drive, **options)


def test_a_film_of_large_sprites_is_limited_unless_it_is_not_to_be():
    scene = strobing_scene()
    film = open_film(scene)
    assert any("held back" in text for text in film.warnings)
    free = open_film(scene, flash_limit=False)
    assert not free.warnings
    assert set(np.unique(free.activity.values)) == {0.0, 1.0}


def test_music_at_the_default_look_is_not_touched():
    sound = SampledSound(jingle_bells(22050), 22050)
    across = np.linspace(-60, 60, 8)
    pos = np.array([[x, y, 0.0] for y in across for x in across])
    table = Electrodes(tuple(f"E{number}" for number in range(64)), pos)
    drive = AudioDrive(sound, assign="y", array="numpy")
    scene = Scene(electrodes=table, drive=drive, layout="axial")
    film = open_film(scene)
    assert not film.warnings
    free = open_film(scene, flash_limit=False).activity.values
    assert np.array_equal(film.activity.values, free)
    # With sprites that fill the frame some of it is held back, and most is as lively as before.
    large = open_film(replace(scene, electrode_size=(20.0, 80.0)))
    assert large.warnings
    assert np.abs(np.diff(large.activity.values)).sum() > 0.8 * np.abs(np.diff(free)).sum()


def test_a_film_of_small_sprites_is_not_touched():
    scene = strobing_scene(electrode_size=(6, 40), n_side=7)
    film = open_film(scene)
    assert not film.warnings
    assert np.array_equal(film.activity.values, open_film(scene, flash_limit=False).activity.values)


def test_the_size_of_a_film_does_not_matter_but_its_shape_does():
    scene = strobing_scene(electrode_size=(6, 50))
    films = [open_film(scene, FilmTiming(size=size)) for size in ((1920, 1080), (640, 360), (3840, 1080))]
    assert np.array_equal(films[0].activity.values, films[1].activity.values)
    # Beside the same sprites, the wider frame's fields hold more of the background.
    assert [bool(film.warnings) for film in films] == [True, True, False]


def test_an_excerpt_is_held_back_as_the_whole_is():
    scene = strobing_scene()
    whole = open_film(scene)
    part = open_film(scene, FilmTiming(start=Fraction(2), duration=Fraction(1)))
    assert all(np.array_equal(part.frame(k).activity, whole.frame(60 + k).activity) for k in range(30))


@pytest.mark.parametrize(("grey", "changes"), [(0, 1), (250, 2)])
def test_what_lies_behind_counts(grey, changes):
    image = Picture(np.full((90, 160, 3), grey, np.uint8))
    columns, rows = np.meshgrid(np.arange(8, 160, 16), np.arange(8, 90, 12))
    pos = np.stack([columns.ravel(), rows.ravel()], axis=1).astype(float)
    names = tuple(f"E{number}" for number in range(len(pos)))
    table = Electrodes(names, pos, space="picture")
    scene = Scene(image=image, electrodes=table, electrode_size=(10, 300), labels="none")
    film = open_film(scene, FilmTiming(frames=1))
    look = scene_flash_look(scene, film.placed, (1920, 1080), film.sprites, film.window)
    assert look.changes[0, -1] == changes


def test_what_a_turning_camera_comes_to_see_counts():
    """Contacts one behind another, as seen at first, that stand side by side once the camera has turned."""
    y, z = np.meshgrid(np.linspace(-60, 60, 13), np.linspace(-20, 20, 5))
    pos = np.stack([np.zeros(y.size), y.ravel(), z.ravel()], axis=1)
    table = Electrodes(tuple(f"E{number}" for number in range(len(pos))), pos, space="world")
    options = {"electrodes": table, "layout": "3d", "view": (90, 0), "electrode_size": (4, 150), "labels": "none"}
    flashes = []
    for spin in (0, 20):
        scene = Scene(**options, spin=spin)
        film = open_film(scene, FilmTiming(frames=1))
        look = scene_flash_look(scene, film.placed, (1920, 1080), film.sprites, film.window)
        flashes.append(look.can_flash)
    assert flashes == [False, True]


def dense_scene(values, rate_hz, **options):
    """Contacts 4 mm apart, as on a fine grid, whose sprites cover one another many times."""
    y, z = np.meshgrid(np.arange(-32, 33, 4.0), np.arange(-32, 33, 4.0))
    pos = np.stack([np.full(y.size, -60.0), y.ravel(), z.ravel()], axis=1)
    names = tuple(f"G{number}" for number in range(len(pos)))
    drive = ArrayDrive(values(pos), rate_hz, names)
    options = {"layout": "lateral", "side": "left", "electrode_size": (6, 60), "labels": "none", **options}
    return Scene(electrodes=Electrodes(names, pos, space="world"), drive=drive, **options)


def test_what_does_not_flash_is_left_as_it_is():
    """A slow wave over a dense grid, and bursts of a few contacts: each moves by itself, and no place flashes often."""
    times = np.arange(400) / 100
    rng = np.random.default_rng(5)

    def wave(pos):
        return np.sin(2 * np.pi * 0.5 * times + pos[:, 1:2] / 20)

    def bursts(pos):
        noise = np.abs(rng.normal(0, 0.05, (len(pos), 400)))
        noise[:20] += np.exp(-0.5 * ((times % 0.6 - 0.3) / 0.05) ** 2)
        return np.clip(noise, 0, 1)

    for values in (wave, bursts):
        film = open_film(dense_scene(values, 100.0))
        free = open_film(dense_scene(values, 100.0), flash_limit=False)
        look = scene_flash_look(film.scene, film.placed, (1920, 1080), film.sprites, film.window, signed=film.signed)
        # It is no matter of their size: all together they would flash.
        assert look.can_flash
        if values is wave:
            assert np.array_equal(film.activity.values, free.activity.values)
        assert not film.warnings


def test_only_the_seconds_that_flash_are_held_back():
    """A strobe of a second in the middle of a calm film."""
    times = np.arange(1000) / 100
    strobe = (np.sin(2 * np.pi * 6 * times) > 0) * (np.abs(times - 5) < 1)

    def values(pos):
        return np.tile(0.3 + 0.1 * np.sin(2 * np.pi * 0.2 * times), (len(pos), 1)) + 0.6 * strobe

    film = open_film(dense_scene(values, 100.0))
    free = open_film(dense_scene(values, 100.0), flash_limit=False)
    held = (film.activity.values != free.activity.values).any(axis=0)
    assert film.warnings
    assert held[450:550].any()
    assert not held[:250].any()
    assert not held[-250:].any()


def test_a_picture_of_no_film_is_not_limited():
    """A still without a time shows the activity of the first moment."""
    from corticast.app.render import still as frame

    def values(pos):
        return np.tile([1.0, 0.0] * 100, (len(pos), 1))

    shown = frame.take_still(dense_scene(values, 12.0), None, FilmTiming(size=(320, 180)))
    assert np.array_equal(shown.film.activity.values, values(shown.film.placed.pos).astype(np.float32))


def test_the_flash_limit_knows_no_contacts_on_a_panel_of_another_kind(monkeypatch, rng):
    pos = rng.uniform(-20, 20, (60, 3))
    electrodes = Electrodes(tuple(map(str, range(len(pos)))), pos, space="world")
    scene = Scene(electrodes=electrodes, layout="axial", electrode_size=(80, 160))
    placed = place(electrodes)
    alone, beside = [], []
    for found, change in ((alone, lambda layout: layout), (beside, with_empty_panel)):
        monkeypatch.setattr(looks, "layout_of", lambda *args, change=change: change(layout_of(*args)))
        fields = looks.sprite_fields(scene, placed, (480, 270), SpriteLook(), np.arange(60), None, (0, 1))
        found.extend(fields)
    assert [len(each.centres_px) for each in beside] == [len(each.centres_px) for each in alone]


def test_the_flash_limit_counts_the_sprites_of_all_panels(monkeypatch):
    """One contact on six panels flashes, where four of the six would be too few."""
    size, n_panels = (1920, 1080), 6
    electrodes = Electrodes(("a",), np.zeros((1, 3)), space="world")
    diameter = 1.1 * np.sqrt(4 / np.pi * MOST_SHARE * size[0] * size[1] / 9 / n_panels)
    assert not can_cover(4, diameter, size)
    scene = Scene(electrodes=electrodes, layout="axial", electrode_depth="all", electrode_size=(0.0, diameter))
    corners = [(900 + diameter * column, 500 + diameter * row) for row in range(2) for column in range(3)]
    panels = tuple(
        SlicePanel("axial", (0, 0, 1, 1), np.array([[1.0, 0, x], [0, -1, y]]), ("",) * 4, 2, 0, 1) for x, y in corners
    )
    monkeypatch.setattr(looks, "layout_of", lambda *_: Layout(size, 1.0, panels))
    assert scene_flash_look(scene, place(electrodes), size, SpriteLook(), (0, 1)).can_flash
    monkeypatch.setattr(looks, "layout_of", lambda *_: Layout(size, 1.0, panels[:4]))
    assert not scene_flash_look(scene, place(electrodes), size, SpriteLook(), (0, 1)).can_flash
