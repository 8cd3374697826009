"""Segments of a film, encoded by themselves and joined, are the film that is encoded at once."""

import shutil
import subprocess
from fractions import Fraction

import numpy as np
import pytest
import soundfile
from tests.pipeline.test_render import inputs, run, run_here
from tests.pipeline.test_video_films import noise_sound

from corticast.process.ffmpeg import executable
from corticast.video.arguments.film import frames_per_key
from corticast.video.arguments.segments import segment_name
from corticast.video.formats import film_format
from corticast.video.joining import join_segments
from corticast.video.writer import Segment, VideoWriter

__all__ = ["inputs", "run_here"]  # fixtures


def decoded(path, *options):
    """Hashes of all decoded frames, or of the sound, as ffmpeg tells them."""
    command = [executable(), "-v", "error", "-i", path, *options, "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def frames_of(path):
    return decoded(path, "-map", "0:v", "-f", "framemd5")


def sound_of(path):
    return decoded(path, "-map", "0:a", "-f", "md5")


def told_of(done):
    """Warnings of a render, and what it says of the contacts."""
    warnings = "\n".join(line for line in done.stderr.splitlines() if "warning" in line)
    return warnings, [line for line in done.stdout.splitlines() if "contacts" in line]


def packets_of(path):
    entries = "packet=stream_index,pts,dts,duration,flags"
    command = ["ffprobe", "-v", "error", "-show_entries", entries, "-of", "csv", path]
    return sorted(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines())


def moving_frames(n_frames, width, height):
    """Structure that moves by changing speeds, and noise that comes and goes: quantisers have something to answer."""
    rng = np.random.default_rng(3)
    noise = rng.normal(0, 6, (height, width))
    ground = np.repeat(np.repeat(rng.integers(16, 235, (height // 4, width // 2)), 4, axis=0), 4, axis=1)
    for k in range(n_frames):
        shift = int(20 * np.sin(k / 17) + k / 3) % width
        luma = ground[:, shift : shift + width] + np.roll(noise, 7 * k) * (k // 40 % 3)
        chroma = np.full(width * height // 2, 128 + k % 50)
        yield np.concatenate([luma.clip(16, 235).ravel(), chroma]).astype(np.uint8)


@pytest.mark.parametrize(
    ("fps", "n_frames", "cuts", "options"),
    [
        (Fraction(30), 640, (0, 60, 570), {}),
        (Fraction(30000, 1001), 560, (0, 540), {"threads": 1}),
        (Fraction(24), 540, (0, 504), {"crf": 30}),
        (Fraction(441, 16), 600, (0, 28, 560), {"threads": 3}),
        (Fraction(30), 90, (0, 60), {"crf": 0}),
    ],
)
def test_h264_of_segments_is_that_of_the_film(tmp_path, fps, n_frames, cuts, options):
    size = (320, 192)
    where = {"size": size, "fps": fps, "threads": 2, **options}
    frames = list(moving_frames(n_frames, *size))
    sound = lambda: noise_sound(22050, 2, int(n_frames / fps * 22050) - 100)[0]  # noqa: E731
    with VideoWriter(tmp_path / "whole.mp4", n_frames=n_frames, sound=sound(), **where) as writer:
        for frame in frames:
            writer.write(frame)
    film = film_format("film.mp4", size=size, fps=fps, crf=options.get("crf"))
    paths = []
    for first, stop in zip(cuts, (*cuts[1:], n_frames), strict=True):
        assert first % frames_per_key(film) == 0
        paths.append(tmp_path / f"it's {first}.mp4")
        segment = Segment(paths[-1], first)
        with VideoWriter(tmp_path / "film.mp4", n_frames=stop - first, segment=segment, **where) as writer:
            for frame in frames[first:stop]:
                writer.write(frame)
    join_segments(str(tmp_path / "film.mp4"), paths, film, n_frames, sound=sound(), overwrite=False)
    assert frames_of(tmp_path / "film.mp4") == frames_of(tmp_path / "whole.mp4")
    assert sound_of(tmp_path / "film.mp4") == sound_of(tmp_path / "whole.mp4")
    if shutil.which("ffprobe"):
        assert packets_of(tmp_path / "film.mp4") == packets_of(tmp_path / "whole.mp4")
    assert b"moov" in (tmp_path / "film.mp4").read_bytes()[:64]


@pytest.mark.gl
@pytest.mark.parametrize("name", ["film.mp4", "film.mov"])
def test_a_film_in_segments_is_the_film(inputs, tmp_path, name):
    """Sweep, activity, flash limit and clock are those of the whole film; sound too."""
    # Bursts of noise, five a second: all sprites flash.
    rng = np.random.default_rng(2)
    times = np.arange(2 * 16000) / 16000
    soundfile.write(tmp_path / "strobe.wav", rng.uniform(-0.5, 0.5, len(times)) * (times * 5 % 1 < 0.5), 16000)
    scene = [
        "render", "--volume", inputs / "sub-01_T1w.nii.gz", "--electrodes", inputs / "sub-01_electrodes.tsv",
        "--audio", tmp_path / "strobe.wav", "--sweep", "content", "--size", "160x90", "--fps", "30000/1001",
        "--electrode-size", "6,200", "--smoothing-hz", "40", "--threads", "2",
    ]  # fmt: skip
    (tmp_path / "whole").mkdir()
    (tmp_path / "cut").mkdir()
    whole, joined = tmp_path / "whole" / name, tmp_path / "cut" / name
    at_once = run(*scene, "-o", whole)
    assert at_once.returncode == 0, at_once.stderr
    done = run(*scene, "--segments", "2", "--jobs", "2", "-o", joined)
    assert done.returncode == 0, done.stderr
    assert "60 frames" in done.stdout
    assert "held back" in told_of(at_once)[0]
    assert told_of(done) == told_of(at_once)
    assert frames_of(joined) == frames_of(whole)
    assert sound_of(joined) == sound_of(whole)
    assert [path.name for path in joined.parent.iterdir()] == [name]


@pytest.mark.gl
def test_pictures_in_segments_are_the_same_files(inputs, tmp_path):
    scene = ["render", "--volume", inputs / "sub-01_T1w.nii.gz", "--size", "90x60", "--fps", "4", "--frames", "11"]
    in_parts = ["--segments", "2", "--jobs", "2"]
    (tmp_path / "cut").mkdir()
    for folder, options in (("whole", []), ("cut", in_parts), ("made", in_parts)):
        done = run(*scene, *options, "-o", tmp_path / folder / "%03d.png")
        assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in (tmp_path / "whole").iterdir())
    assert len(names) == 11
    for folder in ("cut", "made"):
        assert names == sorted(path.name for path in (tmp_path / folder).iterdir())
        for picture in names:
            assert (tmp_path / "whole" / picture).read_bytes() == (tmp_path / folder / picture).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut", "made", "whole"]


@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("film.webm", [], ".webm is encoded whole"),
        ("film.gif", ["--fps", "10"], ".gif is encoded whole"),
        ("film.mp4", ["--preset", "veryfast"], "veryfast remembers"),
    ],
)
def test_what_cannot_be_cut_is_refused(run_here, tmp_path, name, options, told):
    status, said = run_here("render", "--volume", "T1w.nii", *options, "--segments", "2", "-o", tmp_path / name)
    assert status == 2
    assert told in said
    assert said.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_segments_of_pictures_are_one_file():
    film = film_format("frames/%05d.png", size=(4, 4), fps=Fraction(5))
    assert segment_name(film) == "segment.nut"
