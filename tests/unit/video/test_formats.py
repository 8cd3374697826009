"""Names and options of a film, and the one line that refuses wrong ones."""

from fractions import Fraction

import pytest
from tests.films import gathered

from corticast.errors import OptionError
from corticast.video.arguments.film import encode, second_run
from corticast.video.formats import film_format, outputs


def settled(path, size=(64, 48), fps=25, **options):
    return film_format(path, size=size, fps=Fraction(fps), **gathered(options))


@pytest.mark.parametrize(
    ("path", "alpha", "pix_fmt"),
    [
        ("a.mp4", False, "yuv420p"),
        ("A.MP4", False, "yuv420p"),
        ("a.webm", False, "yuv420p"),
        ("a.webm", True, "rgba"),
        ("a.mov", False, "rgb0"),
        ("a.mov", True, "rgba"),
        ("a.gif", False, "rgb0"),
        ("d/%05d.png", True, "rgba"),
    ],
)
def test_frames_that_a_format_takes(path, alpha, pix_fmt):
    film = settled(path, size=(33, 21), alpha=alpha)
    assert film.pix_fmt == pix_fmt
    if pix_fmt == "yuv420p":
        assert (film.size, film.frame_bytes) == ((34, 22), 34 * 22 * 3 // 2)
    else:
        assert (film.size, film.frame_bytes) == ((33, 21), 33 * 21 * 4)


@pytest.mark.parametrize(
    ("path", "options", "reported"),
    [
        ("a.avi", {}, [".mp4", ".webm", ".mov", ".gif", "%05d.png"]),
        ("film", {}, ["film", ".mp4"]),
        ("a.mp4", {"alpha": True}, [".mov", ".webm", ".png"]),
        ("a.gif", {"alpha": True}, [".mov", ".webm", ".png"]),
        ("a.webm", {"alpha": True, "codec": "av1"}, ["av1"]),
        ("a.gif", {"fps": 60}, ["fps 60", "50"]),
        ("a.mp4", {"fps": Fraction(2997002997, 10**8)}, ["fps 2997002997/100000000"]),
        ("a.mp4", {"crf": 52}, ["crf 52", "0", "51", "20"]),
        ("a.mp4", {"crf": -1}, ["crf -1"]),
        ("a.mp4", {"crf": float("nan")}, ["crf nan"]),
        ("a.webm", {"crf": 20.5}, ["crf 20.5", "whole"]),
        ("a.mov", {"crf": 20}, ["crf 20", ".mov"]),
        ("a.mp4", {"preset": "fastest"}, ["preset fastest", "superfast", "veryslow"]),
        ("a.webm", {"preset": "fast"}, ["preset fast", "8, 7"]),
        ("a.gif", {"preset": "fast"}, ["preset fast", ".gif"]),
        ("a.mp4", {"codec": "vp9"}, ["codec vp9", "h264"]),
        ("a.webm", {"codec": "h264"}, ["codec h264", "vp9 or av1"]),
    ],
)
def test_a_refusal_is_one_line_that_names_the_value_and_the_remedy(path, options, reported):
    with pytest.raises(OptionError) as caught:
        settled(path, **options)
    assert "\n" not in str(caught.value)
    for part in reported:
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("path", "sample_rate", "encoded"),
    [
        ("a.mp4", 44100, 44100),
        ("a.mp4", 48000, 48000),
        ("a.mp4", 11025, 44100),
        ("a.mp4", 88200, 44100),
        ("a.mp4", 96000, 48000),
        ("a.mp4", 16000, 48000),
        ("a.mp4", 30000, 48000),
        ("a.webm", 44100, 48000),
        ("a.mov", 30000, 30000),
    ],
)
def test_sample_rate_in_the_film(path, sample_rate, encoded):
    assert settled(path).encoded_rate(sample_rate) == encoded


def test_every_kind_of_film_has_arguments():
    for container, codec in outputs():
        film = settled(f"a{container}", codec=codec)
        assert encode(film, None, None)[-1].endswith((container, ".nut"))
        assert (second_run(film, None) is not None) == (container == ".gif")


@pytest.mark.parametrize(("fps", "interval"), [(Fraction(30000, 1001), "30"), (Fraction(441, 16), "28"), (0.25, "1")])
def test_key_frames_come_every_second(fps, interval):
    arguments = encode(settled("a.mp4", fps=fps), None, None)
    assert arguments[arguments.index("-g") + 1] == interval
