"""A show that is written while it happens is in sync and whole."""

from __future__ import annotations

import sys
from fractions import Fraction

import numpy as np
import pytest
from tests.films import (
    HEIGHT,
    WIDTH,
    decoded,
    heard,
    needs_ffprobe,
    number_of,
    probed,
    time_stamps,
)
from tests.unit.video.shows import (
    NTSC,
    SAMPLE_RATE,
    capture,
    check_repeats,
    click,
    large,
    numbers_of,
    offsets_of,
    picture,
    tone,
    until,
)

from corticast.video.live_writer import LiveWriter

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks for leaks in /proc"),
    pytest.mark.usefixtures("nothing_leaks"),
]


BY_FFMPEG = "flashes and centroids of clicks, decoded by ffmpeg"


@needs_ffprobe
@pytest.mark.parametrize(
    ("fps", "sample_rate", "n_channels"),
    [
        (Fraction(30), 48000, 2),
        (Fraction(60), 44100, 1),
        (NTSC, 48000, 1),
        (NTSC, 44100, 2),
        (Fraction(60), 96000, 2),
        (Fraction(30), 22050, 1),
    ],
)
def test_flashes_and_clicks_coincide(tmp_path, fidelity, fps, sample_rate, n_channels):
    """Frames late and in time, blocks of any length: light and sound of one position stay together in the film."""
    n_frames = int(8 * fps)
    rng = np.random.default_rng(3)
    flashes = np.cumsum(rng.integers(int(fps / 2), int(fps), 40))
    flashes = flashes[flashes < n_frames - fps / 4]
    times_s = np.arange(round(n_frames / fps * sample_rate)) / sample_rate
    # Channels that are out of phase: their mean would be faint.
    gains = np.array([[0.8], [-0.4]], np.float32)[:n_channels]
    sound = gains * sum(click(times_s - k / float(fps)) for k in flashes).astype(np.float32)
    film = tmp_path / "show.mp4"
    with capture(film, fps, sample_rate=sample_rate, n_channels=n_channels) as show:
        n_heard = n_late = 0
        while show.n_frames < n_frames:
            while n_heard * fps < (show.n_frames + 2) * sample_rate and n_heard < len(times_s):
                n = int(rng.integers(0, 1200))
                show.hear(sound[:, n_heard : n_heard + n])
                n_heard += n
            k = show.n_frames
            is_late = not {k, k + 1} & {*flashes, n_frames} and rng.random() < 0.2
            show.show(picture(0xFFFF if k in flashes else 0), 1 + is_late)
            n_late += is_late
            until(lambda: show.n_waiting < 6)
    assert (show.n_frames, show.n_repeated, show.n_dropped) == (n_frames, n_late, 0)
    offsets_s = offsets_of(film, fps, flashes, n_channels)
    assert len(time_stamps(film)) == n_frames
    claim = "Time: sound against picture in a recorded show, decoded"
    fidelity.within(claim, BY_FFMPEG, offsets_s * float(fps), 0.5, "frames")


@needs_ffprobe
@pytest.mark.parametrize("fps", [Fraction(30), Fraction(60), NTSC])
def test_the_film_is_plain_and_as_long_as_its_frames(tmp_path, fps):
    film = tmp_path / "show.mp4"
    n_frames = 91  # no whole number of milliseconds
    with capture(film, fps) as show:
        for k in range(n_frames):
            n_until = round((k + 1) / fps * SAMPLE_RATE)
            show.hear(tone(n_until)[:, round(k / fps * SAMPLE_RATE) :])
            show.show(picture(k))
            until(lambda: show.n_waiting < 6)
    assert show.close() == film
    assert numbers_of(film) == list(range(n_frames))
    found = probed(
        film,
        "stream=codec_name,profile,r_frame_rate,avg_frame_rate,duration,start_time,sample_rate,"
        "color_space,color_range,color_primaries,color_transfer,chroma_location,nb_frames",
    )
    picture_stream, sound_stream = found["streams"]
    assert picture_stream["codec_name"] == "h264"
    assert Fraction(picture_stream["r_frame_rate"]) == Fraction(picture_stream["avg_frame_rate"]) == fps
    assert picture_stream["nb_frames"] == str(n_frames)
    assert float(picture_stream["start_time"]) == float(sound_stream["start_time"]) == 0
    np.testing.assert_allclose(float(picture_stream["duration"]), float(n_frames / fps), atol=2e-6)
    np.testing.assert_allclose(float(sound_stream["duration"]), float(n_frames / fps), atol=1 / SAMPLE_RATE)
    assert len(heard(film)) == round(n_frames / fps * SAMPLE_RATE)
    colours = [picture_stream[f"color_{name}"] for name in ("space", "primaries", "transfer", "range")]
    assert colours == ["bt709", "bt709", "bt709", "tv"]
    assert picture_stream["chroma_location"] == "left"
    stamps = time_stamps(film)
    assert stamps == [k / fps for k in range(n_frames)]
    boxes = film.read_bytes()
    assert b"moof" not in boxes
    assert boxes.index(b"moov") < boxes.index(b"mdat")
    assert sorted(tmp_path.iterdir()) == [film]


@pytest.mark.parametrize(("first", "then"), [("hear", "show"), ("show", "hear")])
def test_picture_or_sound_may_be_five_seconds_ahead(tmp_path, first, then):
    """Neither waits for the other, and what belongs together is together in the film."""
    film = tmp_path / "show.mp4"
    n_frames = 150
    whole = tone(5 * SAMPLE_RATE)
    # Pipe and ffmpeg hold some twenty of these frames without sound, but all of the frames of other tests.
    scale = 4
    height, width = shape = HEIGHT * scale, WIDTH * scale

    with capture(film, size=(width, height)) as show:

        def give(what: str) -> None:
            for k in range(n_frames):
                if what == "show":
                    show.show(large(k, scale))
                    until(lambda: first == "show" or show.n_waiting < 6)
                else:
                    show.hear(whole[:, k * 1600 : (k + 1) * 1600])

        give(first)
        give(then)
    numbers = [number_of(frame[::scale, ::scale, 0]) for frame in decoded(film, "gray", shape=shape)]
    assert len(numbers) == n_frames
    check_repeats(numbers, show)
    # What waits for the picture is sound, and may be long; what waits for the sound is frames, and is bounded.
    assert (show.n_dropped > 0) == (first == "show")
    sound = heard(film)[:, 0]
    assert len(sound) == whole.shape[1]
    assert np.abs(sound - whole[0]).max() < 0.05


@pytest.mark.parametrize(("n_shown", "n_heard"), [(10, 48000), (40, 8000), (0, 16000), (7, 0), (30, 48100), (0, 0)])
def test_the_shorter_of_picture_and_sound_is_completed(tmp_path, n_shown, n_heard):
    film = tmp_path / "show.mp4"
    with capture(film) as show:
        for k in range(n_shown):
            show.show(picture(k + 1))
            until(lambda: show.n_waiting < 6)
        show.hear(tone(n_heard))
    n_frames = max(1, n_shown, n_heard * 30 // SAMPLE_RATE)
    assert show.n_frames == n_frames
    last = min(n_shown, n_frames)
    assert numbers_of(film) == [*range(1, last + 1), *[last] * (n_frames - last)]
    sound = heard(film)[:, 0]
    assert 0 <= len(sound) * 30 - n_frames * SAMPLE_RATE < SAMPLE_RATE
    expected = np.zeros(len(sound))
    expected[:n_heard] = tone(n_heard)
    # AAC smears the edge where the tone ends.
    errors = np.abs(sound - expected)
    assert np.delete(errors, np.s_[max(0, n_heard - 1100) : n_heard + 1100]).max(initial=0) < 0.05


def test_odd_sizes_many_channels_and_numbers_that_are_none(tmp_path):
    film = tmp_path / "show.mp4"
    with LiveWriter(film, size=(WIDTH - 1, HEIGHT - 1), fps=Fraction(30), sample_rate=48000, n_channels=4) as show:
        assert show.frame_size == (WIDTH, HEIGHT)
        assert show.frame_bytes == picture(0).size
        samples = np.zeros((4, 48000), np.float32)
        samples[0] = 2.0 * tone(48000)
        samples[0, 100:200] = np.nan
        samples[1, 300:400] = np.inf
        for k in range(30):
            show.hear(samples[:, k * 1600 : (k + 1) * 1600])
            # The caller's memory is the caller's again.
            shown = picture(k).reshape(-1, 4)
            show.show(shown)
            shown[:] = 0
            until(lambda: show.n_waiting < 6)
    assert numbers_of(film) == list(range(30))
    sound = heard(film)
    assert sound.shape == (48000, 1)
    np.testing.assert_allclose(sound[2000:-2000], 0.5 * tone(48000).T[2000:-2000], atol=0.03)
