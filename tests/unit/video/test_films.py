"""Films are decoded again: every frame, colour, sample and time stamp is where it belongs."""

from __future__ import annotations

import re
import subprocess
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image
from tests.films import (
    COLOR_TAGS,
    HEIGHT,
    RATES,
    WIDTH,
    decoded,
    frame_of,
    heard,
    needs_ffprobe,
    noise_sound,
    number_of,
    numbered,
    probed,
    write_film,
)

from corticast.core.color.color import rgb_to_ycbcr
from corticast.core.model.encoder import EncoderOptions
from corticast.process.ffmpeg import executable, version
from corticast.video.encoders import encoder_facts
from corticast.video.writer import Sound, VideoWriter

FFMPEG_MAJOR = int(re.search(r"\d+", version()).group())


FILMS = [
    ("film.mp4", {}),
    ("film.webm", {}),
    ("film.webm", {"codec": "av1"}),
    ("film.webm", {"preset": "4"}),
    ("film.mov", {}),
    ("film.gif", {}),
    ("frames/%02d.png", {}),
]


@pytest.fixture(scope="module")
def working() -> list[str]:
    return encoder_facts()["encoders"]


def test_the_usual_encoders_work(working):
    assert {".mp4 h264", ".webm vp9", ".mov prores", ".gif gif", ".png png"} <= set(working)


@pytest.mark.parametrize(("name", "options"), FILMS)
@pytest.mark.parametrize("threads", [None, 1])
def test_frames_come_out_once_and_in_order(tmp_path, working, name, options, threads):
    if options.get("codec") == "av1" and ".webm av1" not in working:
        pytest.skip("this ffmpeg has no SVT-AV1")
    n_frames = 37
    fps = Fraction(30000, 1001)
    path = write_film(tmp_path / name, [numbered(k) for k in range(n_frames)], fps, threads=threads, **options)
    pattern = ["-start_number", "0"] if name.endswith(".png") else []
    frames = decoded(path, "gray", *pattern)
    assert [number_of(frame[..., 0]) for frame in frames] == list(range(n_frames))


def test_a_film_of_one_frame(tmp_path):
    for name in ("film.mp4", "film.webm", "film.mov", "film.gif", "frames/%d.png"):
        path = write_film(tmp_path / name, [numbered(9)], Fraction(25))
        pattern = ["-start_number", "0"] if name.endswith(".png") else []
        frames = decoded(path, "gray", *pattern)
        assert [number_of(frame[..., 0]) for frame in frames] == [9]


def test_planes_reach_the_encoder_untouched(tmp_path):
    """Lossless H.264 gives the very bytes back: ffmpeg converts nothing on the way."""
    rng = np.random.default_rng(0)
    planes = rng.integers(0, 256, (5, WIDTH * HEIGHT * 3 // 2), dtype=np.uint8)
    with VideoWriter(
        tmp_path / "film.mp4",
        size=(WIDTH, HEIGHT),
        fps=Fraction(25),
        n_frames=5,
        encoding=EncoderOptions(crf=0, preset="ultrafast"),
    ) as writer:
        for frame in planes:
            writer.write(frame)
    assert "lossless" in writer.warnings[0]
    np.testing.assert_array_equal(decoded(tmp_path / "film.mp4", "yuv420p"), planes)


@pytest.mark.parametrize("alpha", [False, True])
def test_numbered_pictures_hold_the_very_pixels(tmp_path, alpha):
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 256, (3, HEIGHT, WIDTH, 4), dtype=np.uint8)
    pattern = tmp_path / "frames" / "f_%05d.png"
    with VideoWriter(pattern, size=(WIDTH, HEIGHT), fps=Fraction(25), n_frames=3, alpha=alpha) as writer:
        for frame in pixels:
            writer.write(frame)
    assert sorted(file.name for file in pattern.parent.iterdir()) == [f"f_{k:05d}.png" for k in range(3)]
    for k, frame in enumerate(pixels):
        with Image.open(pattern.parent / f"f_{k:05d}.png") as picture:
            assert "gamma" not in picture.info
            np.testing.assert_array_equal(np.asarray(picture), frame if alpha else frame[..., :3])


def test_a_gif_of_few_colours_is_exact_and_keeps_time(tmp_path):
    rng = np.random.default_rng(2)
    fps, n_frames = Fraction(441, 16), 30
    colours = rng.integers(0, 256, (200, 3), dtype=np.uint8)
    pixels = colours[rng.integers(0, 200, (n_frames, HEIGHT, WIDTH))]
    path = tmp_path / "film.gif"
    with VideoWriter(path, size=(WIDTH, HEIGHT), fps=fps, n_frames=n_frames) as writer:
        for frame in pixels:
            writer.write(np.dstack([frame, np.zeros((HEIGHT, WIDTH), np.uint8)]))
    # The palette is chosen in another colour space: a colour may be a level off.
    np.testing.assert_allclose(decoded(path, "rgb24").astype(int), pixels, atol=1)
    with Image.open(path) as film:
        durations_cs = []
        for k in range(film.n_frames):
            film.seek(k)
            durations_cs.append(film.info["duration"] / 10)
    starts_cs = np.concatenate([[0], np.cumsum(durations_cs)])
    assert np.abs(starts_cs - 100 * np.arange(n_frames + 1) / float(fps)).max() <= 1
    assert film.info["loop"] == 0


PATCHES = np.array(
    [(g, g, g) for g in (0, 1, 16, 90, 128, 200, 254, 255)]
    + [
        (255, 0, 0),
        (0, 255, 0),
        (0, 0, 255),
        (255, 255, 0),
        (255, 0, 255),
        (0, 255, 255),
        (200, 40, 90),
        (13, 180, 70),
    ],
    np.uint8,
)


@pytest.mark.parametrize(("name", "alpha"), [("film.mov", False), ("film.mov", True), ("film.webm", True)])
def test_converted_colours_come_back(tmp_path, name, alpha):
    """RGB that ffmpeg converts is BT.709: decoding by the file's own tags gives the source."""
    side = 32
    grid = np.kron(np.arange(16).reshape(4, 4), np.ones((side, side), int))
    opacity = np.full(grid.shape, 255, np.uint8)
    if alpha:
        opacity[:] = np.arange(4 * side) * 2
    frame = np.dstack([PATCHES[grid], opacity])
    encoding = EncoderOptions(crf=0 if name == "film.webm" else None)
    what = {"size": grid.shape, "fps": Fraction(25), "n_frames": 3, "alpha": alpha}
    with VideoWriter(tmp_path / name, **what, encoding=encoding) as writer:
        for _ in range(3):
            writer.write(frame)
    decoder = ["-c:v", "libvpx-vp9"] if name == "film.webm" else []
    back = decoded(tmp_path / name, "rgba", *decoder, shape=grid.shape)[1].astype(int)
    np.testing.assert_allclose(back[..., 3], opacity, atol=1)
    inner = np.zeros((side, side), bool)
    inner[8:-8, 8:-8] = True  # chroma of a neighbour reaches over the edge of a patch
    inner = np.tile(inner, (4, 4))
    error = np.abs(back[..., :3] - frame[..., :3]).max(axis=2)[inner]
    neutral = (np.ptp(PATCHES.astype(int), axis=1) == 0)[grid[inner]]
    assert error[neutral].max() <= 2
    assert error[~neutral].max() <= 4


def test_converted_luma_is_bt709(tmp_path):
    """Red has luma 63, not the 81 of BT.601."""
    red = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    red[..., 0] = 255
    with VideoWriter(tmp_path / "film.mov", size=(WIDTH, HEIGHT), fps=Fraction(25), n_frames=1) as writer:
        writer.write(red)
    command = [executable(), "-v", "error", "-i", str(tmp_path / "film.mov"), "-pix_fmt", "yuv444p", "-f", "rawvideo"]
    raw = subprocess.run([*command, "-"], capture_output=True, check=True).stdout
    planes = np.frombuffer(raw, np.uint8).reshape(3, -1)
    np.testing.assert_allclose(planes.mean(axis=1), rgb_to_ycbcr([1.0, 0.0, 0.0]) * 255, atol=1)


@needs_ffprobe
@pytest.mark.parametrize("fps", RATES)
@pytest.mark.parametrize("n_frames", [1, 31])
def test_mp4_is_what_players_take(tmp_path, fps, n_frames):
    sound, _ = noise_sound(44100, 2, 50000)
    path = write_film(tmp_path / "film.mp4", [numbered(k) for k in range(n_frames)], fps, sound=sound)
    found = probed(path, "stream:format", "-count_packets")
    video, audio = found["streams"]
    expected = {
        "codec_name": "h264",
        "profile": "High",
        "pix_fmt": "yuv420p",
        "chroma_location": "left",
        "r_frame_rate": f"{fps.numerator}/{fps.denominator}",
        "avg_frame_rate": f"{fps.numerator}/{fps.denominator}",
        "nb_frames": str(n_frames),
        "nb_read_packets": str(n_frames),
        "start_time": "0.000000",
        **COLOR_TAGS,
    }
    if n_frames == 1:
        expected.pop("r_frame_rate")  # a guess from a single time stamp
    assert {key: video[key] for key in expected} == expected
    assert (audio["codec_name"], audio["profile"], audio["start_time"]) == ("aac", "LC", "0.000000")
    duration_s = float(n_frames / fps)
    assert float(video["duration"]) == pytest.approx(duration_s, abs=1e-6)
    assert float(audio["duration"]) == pytest.approx(duration_s, abs=1 / 44100)
    assert float(found["format"]["duration"]) == pytest.approx(duration_s, abs=1 / 44100)
    head = path.read_bytes()
    assert head.index(b"moov") < head.index(b"mdat")


@needs_ffprobe
@pytest.mark.parametrize(
    ("name", "alpha", "codec_name", "pix_fmt", "sound_codec"),
    [
        ("film.mov", False, "prores", "yuv444p", "pcm_s24le"),
        ("film.mov", True, "prores", "yuva444p", "pcm_s24le"),
        ("film.webm", False, "vp9", "yuv420p", "opus"),
        ("film.webm", True, "vp9", "yuv420p", "opus"),  # alpha is a stream of its own within
    ],
)
def test_streams_and_tags_of_other_containers(tmp_path, name, alpha, codec_name, pix_fmt, sound_codec):
    fps = Fraction(30000, 1001)
    sound, _ = noise_sound(48000, 1, 40000)
    path = write_film(tmp_path / name, [numbered(k) for k in range(24)], fps, sound=sound, alpha=alpha)
    video, audio = probed(path, "stream:stream_tags")["streams"]
    expected = {"codec_name": codec_name, "avg_frame_rate": "30000/1001", "start_time": "0.000000", **COLOR_TAGS}
    assert {key: video[key] for key in expected} == expected
    assert video["pix_fmt"].startswith(pix_fmt)
    assert audio["codec_name"] == sound_codec
    if name == "film.mov":
        assert video["codec_tag_string"] == "ap4h"
        assert float(video["duration"]) == pytest.approx(float(24 / fps), abs=1e-6)
        assert float(audio["duration"]) == pytest.approx(float(24 / fps), abs=1 / 48000)
    elif alpha:
        assert video["tags"]["alpha_mode"] == "1"


@needs_ffprobe
def test_one_key_frame_a_second(tmp_path):
    path = write_film(tmp_path / "film.mp4", [numbered(0)] * 76, Fraction(25))
    frames = probed(path, "frame=key_frame")["frames"]
    assert [k for k, frame in enumerate(frames) if frame["key_frame"]] == [0, 25, 50, 75]


@needs_ffprobe
@pytest.mark.parametrize(("name", "size", "expected"), [("a.mp4", (33, 21), (34, 22)), ("a.mov", (33, 21), (33, 21))])
def test_odd_sizes(tmp_path, name, size, expected):
    with VideoWriter(tmp_path / name, size=size, fps=Fraction(25), n_frames=2) as writer:
        assert writer.frame_size == expected
        for _ in range(2):
            writer.write(np.zeros(writer.frame_bytes, np.uint8))
    (video,) = probed(tmp_path / name, "stream")["streams"]
    assert (video["width"], video["height"]) == expected


@needs_ffprobe
def test_a_rate_with_large_terms_is_exact(tmp_path):
    fps = Fraction(1000003, 33367)
    path = write_film(tmp_path / "film.mp4", [numbered(k) for k in range(9)], fps)
    (video,) = probed(path, "stream")["streams"]
    assert Fraction(video["avg_frame_rate"]) == fps


@needs_ffprobe
@pytest.mark.parametrize(
    ("name", "fps"),
    [*(("film.mp4", fps) for fps in RATES), *(("film.webm", fps) for fps in RATES[2::3]), ("film.mov", RATES[2])],
)
def test_flashes_and_clicks_coincide(tmp_path, name, fps):
    sample_rate = 44100
    flashes = [3, 20, 38]
    n_frames = 45
    centres_s = [(k + 0.5) / float(fps) for k in flashes]
    t = np.arange(round(n_frames / fps * sample_rate)) / sample_rate
    clicks = sum(np.exp(-(((t - c) / 0.002) ** 2)) * np.sin(2 * np.pi * 2000 * (t - c)) for c in centres_s)
    sound = Sound(sample_rate, 1, iter([0.9 * clicks[None].astype(np.float32)]))
    greys = [np.full((HEIGHT, WIDTH), 255 if k in flashes else 0, np.uint8) for k in range(n_frames)]
    path = write_film(tmp_path / name, greys, fps, sound=sound)

    frames = probed(path, "frame=best_effort_timestamp_time", "-select_streams", "v")["frames"]
    shown_s = np.array([float(frame["best_effort_timestamp_time"]) for frame in frames])
    bright = decoded(path, "gray").mean(axis=(1, 2, 3)) > 128
    np.testing.assert_array_equal(np.flatnonzero(bright), flashes)
    seen_s = shown_s[bright] + 0.5 / float(fps)

    samples = heard(path)[:, 0].astype(float)
    rate = 48000 if name.endswith(".webm") else sample_rate
    times = np.arange(len(samples)) / rate
    for seen, centre in zip(seen_s, centres_s, strict=True):
        near = np.abs(times - centre) < 0.02
        heard_s = np.average(times[near], weights=samples[near] ** 2)
        assert abs(heard_s - seen) < 0.5 / float(fps)
        # Older WebM muxers show frames 6.5 ms later: so much is cut off the start of Opus.
        assert abs(heard_s - seen) < (0.001 if FFMPEG_MAJOR >= 8 or name != "film.webm" else 0.008)


@pytest.mark.parametrize("n_given", [0, 1000, 17643, 40000])
def test_pcm_sound_is_the_source_sample_for_sample(tmp_path, n_given):
    fps, n_frames = Fraction(30000, 1001), 12
    sound, samples = noise_sound(44100, 2, n_given)
    path = write_film(tmp_path / "film.mov", [numbered(k) for k in range(n_frames)], fps, sound=sound)
    back = heard(path, 2)
    assert len(back) == round(n_frames / fps * 44100) == 17658
    expected = np.zeros_like(back)
    n = min(n_given, len(back))
    expected[:n] = samples.T[:n]
    np.testing.assert_allclose(back, expected, atol=2**-23)


@pytest.mark.parametrize("name", ["film.mp4", "film.webm"])
@pytest.mark.parametrize("sample_rate", [8000, 11025, 12345, 44100, 48000, 96000])
def test_encoded_sound_lies_where_the_source_lies(tmp_path, name, sample_rate):
    """Encoder delay, resampling and padding move nothing: lag 0, exact length."""
    if name == "film.webm" and FFMPEG_MAJOR < 8:
        pytest.skip("this ffmpeg shows WebM frames 7 ms late")
    fps, n_frames = Fraction(25), 26
    n_samples = round(n_frames / fps * sample_rate)
    t = np.arange(n_samples) / sample_rate
    chirp = 0.7 * np.sin(2 * np.pi * (200 * t + 700 * t**2))
    sound = Sound(sample_rate, 1, iter(np.array_split(chirp[None].astype(np.float32), 7, axis=1)))
    path = write_film(tmp_path / name, [numbered(k) for k in range(n_frames)], fps, sound=sound)
    back = heard(path)[:, 0].astype(float)
    rate = {44100: 44100, 11025: 44100}.get(sample_rate, 48000) if name == "film.mp4" else 48000
    if FFMPEG_MAJOR >= 8:
        assert len(back) == round(n_frames / fps * rate)
    t_back = np.arange(len(back)) / rate
    lags = np.arange(-20, 21)
    match = [np.sum(back * np.sin(2 * np.pi * (200 * (t_back + s) + 700 * (t_back + s) ** 2))) for s in lags / rate]
    assert abs(lags[int(np.argmax(match))]) <= 1
    assert np.corrcoef(back[500:-500], np.interp(t_back, t, chirp)[500:-500])[0, 1] > 0.98


def test_sound_beyond_full_scale_is_clipped(tmp_path):
    t = np.arange(44100) / 44100
    loud = (3 * np.sin(2 * np.pi * 100 * t))[None].astype(np.float32)
    path = write_film(
        tmp_path / "film.mov", [numbered(k) for k in range(25)], Fraction(25), sound=Sound(44100, 1, iter([loud]))
    )
    np.testing.assert_allclose(heard(path)[:, 0], np.clip(loud[0], -1, 1), atol=2**-22)


def test_many_channels_become_their_mean(tmp_path):
    sound, samples = noise_sound(44100, 6, 44100)
    with VideoWriter(tmp_path / "film.mov", size=(WIDTH, HEIGHT), fps=Fraction(25), n_frames=25, sound=sound) as writer:
        for k in range(25):
            writer.write(frame_of(numbered(k), writer.pix_fmt))
    np.testing.assert_allclose(heard(tmp_path / "film.mov")[:, 0], samples.mean(axis=0), atol=2**-22)
    assert any("6 channels" in warning for warning in writer.warnings)


@pytest.mark.parametrize("name", ["film.gif", "frames/%d.png"])
def test_sound_that_cannot_be_kept_is_left_out_and_said(tmp_path, name):
    sound, _ = noise_sound(44100, 1, 44100)
    with VideoWriter(tmp_path / name, size=(WIDTH, HEIGHT), fps=Fraction(25), n_frames=1, sound=sound) as writer:
        writer.write(frame_of(numbered(0), writer.pix_fmt))
    assert "no sound" in writer.warnings[0]


def test_bytes_of_the_film(tmp_path):
    for name in ("film.mp4", "frames/%d.png"):
        with VideoWriter(tmp_path / name, size=(WIDTH, HEIGHT), fps=Fraction(25), n_frames=3) as writer:
            for k in range(3):
                writer.write(frame_of(numbered(k), writer.pix_fmt))
            writer.close()
        files = [tmp_path / name] if name == "film.mp4" else list((tmp_path / "frames").iterdir())
        assert writer.n_bytes == sum(file.stat().st_size for file in files) > 0
