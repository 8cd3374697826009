"""Hardware encoders: tried out by one frame, refused in one line, and used with options that make the promised film.

There is no such hardware where these tests usually run. libx264 stands in for one: it takes the same general options.
"""

from __future__ import annotations

import json
import shlex
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from tests.films import HEIGHT, WIDTH, decoded, gathered, needs_ffprobe, number_of, numbered, probed, write_film

from corticast.cli import main
from corticast.core.model.encoder import EncoderOptions
from corticast.errors import DeviceError
from corticast.video import probe
from corticast.video.codecs import hardware_codecs
from corticast.video.encoders import encoder_facts
from corticast.video.formats import film_format
from corticast.video.writer import VideoWriter


@pytest.fixture(autouse=True)
def no_rest(tmp_path, monkeypatch):
    """After each test: no hidden folder beside a film, and nothing where probes are made."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    yield
    assert not list(tmp_path.rglob(".corticast*"))
    assert not list(scratch.iterdir())


# Puts libx264 in the place of Quick Sync, whose presets have the same names, and leaves all other options.
X264_AS_QSV = r"""
for argument; do
    shift
    [ "$argument" = h264_qsv ] && argument=libx264
    set -- "$@" "$argument"
done
exec "$real" "$@"
"""


# Writes what would reach Quick Sync, and a film that nobody looks at.
AS_IT_REACHES_QSV = r"""
before=
while [ "$1" != pipe:0 ]; do before="$before $1"; shift; done
case "$*" in *"-pix_fmt nv12"*) ;; *) exit 1;; esac
"$real" $before pipe:0 -pix_fmt nv12 -f rawvideo FRAMES && echo film > film.mp4
"""


def refused(path: Path, **options) -> str:
    with (
        pytest.raises(DeviceError) as caught,
        VideoWriter(path, size=(64, 48), fps=25, n_frames=1, **gathered(options)),
    ):
        pass
    assert "\n" not in str(caught.value)
    assert not path.exists()
    return caught.value.as_typed


def test_hardware_that_is_not_there_is_refused_by_the_command_line(tmp_path, monkeypatch, capsys):
    """The real ffmpeg knows NVENC, but this machine lacks it, or its GPU lacks the encoder."""
    film = film_format("film.mp4", size=(320, 240), fps=Fraction(30), encoding=EncoderOptions(encoder="nvenc"))
    if (reason := probe.failure_of(film)) is None:
        pytest.skip("this machine has NVENC")
    from PIL import Image

    Image.fromarray(np.zeros((20, 30, 3), np.uint8)).save(tmp_path / "picture.png")
    monkeypatch.chdir(tmp_path)
    arguments = "--image picture.png --duration 1 --size 320x240 -o film.mp4 --encoder nvenc"
    monkeypatch.setattr(sys, "argv", ["corticast", "render", *arguments.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    reported = capsys.readouterr().err
    assert reported.startswith(f"corticast: --encoder nvenc: h264_nvenc does not work here ({reason}); give ")
    assert reported.endswith("software\n")
    assert reported.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == {"picture.png", "scratch"}


def test_the_refusal_names_what_works(tmp_path, fake_ffmpeg):
    fake_ffmpeg(
        'cat > /dev/null; case "$*" in *_vaapi*) echo film > film.mp4;; '
        "*) echo '[h264_nvenc @ 0x1] [enc @ 0x2] No capable devices found.' >&2; echo 'More of it' >&2; exit 1;; esac"
    )
    assert refused(tmp_path / "film.mp4", encoder="nvenc") == (
        "--encoder nvenc: h264_nvenc does not work here (No capable devices found); "
        "give h264_vaapi or hevc_vaapi or software"
    )
    reported = refused(tmp_path / "film.mp4", encoder="nvenc", codec="hevc")
    assert reported.endswith("give h264_vaapi or hevc_vaapi or software (which makes h264)")


def test_an_end_without_a_film_is_no_success(tmp_path, fake_ffmpeg):
    fake_ffmpeg("cat > /dev/null")
    assert "(ffmpeg ended with status 0)" in refused(tmp_path / "film.mp4", encoder="qsv")


def test_an_encoder_that_does_not_answer(tmp_path, fake_ffmpeg, monkeypatch):
    monkeypatch.setattr(probe, "_LIMIT_S", 0.2)
    fake_ffmpeg("exec tail -f /dev/null")
    assert "(no frame within 0.2 s)" in refused(tmp_path / "film.mp4", encoder="qsv")


def test_a_size_that_hardware_does_not_take(tmp_path, fake_ffmpeg):
    """The frame that is tried has the film's size, and all of the film's options; others are tried at that size too."""
    fake_ffmpeg(f'echo "$*" >> {tmp_path}/seen; wc -c >> {tmp_path}/seen; echo too small >&2; exit 1')
    assert "too small" in refused(tmp_path / "film.mp4", encoder="qsv", crf=30, preset="slow")
    command, *seen = (tmp_path / "seen").read_text().splitlines()
    sizes = [int(line) for line in seen if line.strip().isdigit()]
    assert sizes == [64 * 48 * 3 // 2] * len(hardware_codecs(".mp4"))
    for option in ("-s 64x48", "-c:v h264_qsv", "-preset slow", "-global_quality 30", "-movflags +faststart"):
        assert option in command


def test_software_is_not_tried_out(tmp_path, fake_ffmpeg):
    fake_ffmpeg(f'echo run >> {tmp_path}/runs; exec "$real" "$@"')
    write_film(tmp_path / "film.mp4", [numbered(0)], Fraction(25), encoder="software")
    assert (tmp_path / "runs").read_text() == "run\n"


@pytest.mark.parametrize("name", ["film.mp4", "film.mov"])
def test_software_gives_the_same_bytes(tmp_path, name):
    greys = [numbered(k) for k in range(12)]
    films = [
        write_film(tmp_path / f"{index}-{name}", greys, Fraction(25), threads=1, **options).read_bytes()
        for index, options in enumerate([{}, {"encoder": "auto"}, {"encoder": "software"}])
    ]
    assert films[0] == films[1] == films[2]


def test_the_doctor_reports_every_encoder(fake_ffmpeg):
    fake_ffmpeg(
        'case "$*" in *vp9_vaapi*) echo film > film.webm;; *_vaapi*|*_qsv*|*_nvenc*) exit 7;; '
        '*) exec "$real" "$@";; esac'
    )
    facts = encoder_facts()
    assert facts["hardware"] == ["vp9_vaapi"]
    assert {"h264_nvenc", "hevc_qsv", "av1_vaapi", "h264_videotoolbox"} <= set(facts["hardware_failing"])
    assert facts["hardware_failing"]["h264_nvenc"] == "ffmpeg ended with status 7"
    assert ".mp4 h264" in facts["encoders"]
    json.dumps(facts)


@needs_ffprobe
def test_a_film_as_hardware_makes_it(tmp_path, fake_ffmpeg):
    """The options that are common to all hardware, carried out: order, times, key frames, colour tags, faststart."""
    fake_ffmpeg(X264_AS_QSV)
    fps = Fraction(30000, 1001)
    path = write_film(tmp_path / "film.mp4", [numbered(k) for k in range(65)], fps, encoder="qsv", preset="medium")
    frames = decoded(path, "gray")
    assert [number_of(frame[..., 0]) for frame in frames] == list(range(65))

    stream = probed(path, "stream")["streams"][0]
    assert (stream["width"], stream["height"]) == (WIDTH, HEIGHT)
    assert Fraction(stream["avg_frame_rate"]) == fps
    assert float(stream["start_time"]) == 0
    assert stream["has_b_frames"] == 0
    assert stream["profile"] == "High"
    reported = [stream[name] for name in ("pix_fmt", "color_range", "color_space", "color_transfer", "color_primaries")]
    assert reported == ["yuv420p", "tv", "bt709", "bt709", "bt709"]
    assert stream["chroma_location"] == "left"

    found = probed(path, "frame=pict_type,key_frame,pts")["frames"]
    assert [index for index, frame in enumerate(found) if frame["key_frame"]] == [0, 30, 60]
    assert {frame["pict_type"] for frame in found} == {"I", "P"}
    head = path.read_bytes()
    assert head.index(b"moov") < head.index(b"mdat")


def test_nv12_keeps_every_plane(tmp_path, fake_ffmpeg):
    """What an encoder that takes NV12 gets are the frames that were written, chroma interleaved."""
    fake_ffmpeg(AS_IT_REACHES_QSV.replace("FRAMES", shlex.quote(str(tmp_path / "nv12"))))
    rng = np.random.default_rng(3)
    frame = rng.integers(16, 236, WIDTH * HEIGHT * 3 // 2, dtype=np.uint8)
    with VideoWriter(
        tmp_path / "film.mp4",
        size=(WIDTH, HEIGHT),
        fps=Fraction(25),
        n_frames=1,
        encoding=EncoderOptions(encoder="qsv"),
    ) as writer:
        writer.write(frame)
    raw = (tmp_path / "nv12").read_bytes()
    n_luma = WIDTH * HEIGHT
    planes = np.frombuffer(raw, np.uint8)
    assert np.array_equal(planes[:n_luma], frame[:n_luma])
    assert np.array_equal(planes[n_luma::2], frame[n_luma : n_luma * 5 // 4])
    assert np.array_equal(planes[n_luma + 1 :: 2], frame[n_luma * 5 // 4 :])
