"""Segments of a film, encoded by themselves and joined, are the film that is encoded at once."""

import os
import shutil
import subprocess
from fractions import Fraction

import numpy as np
import pytest
import soundfile
from tests.films import frames_of, gathered, noise_sound, sound_of
from tests.pipeline.command import run

import corticast as cc
from corticast.video.arguments.film import frames_per_key
from corticast.video.arguments.segments import segment_name
from corticast.video.formats import film_format
from corticast.video.joining import join_segments
from corticast.video.writer import Segment, VideoWriter


def reported_of(done):
    """Warnings of a render, and its report on the contacts."""
    warnings = "\n".join(line for line in done.stderr.splitlines() if "warning" in line)
    return warnings, [line for line in done.stdout.splitlines() if "contacts" in line]


def packets_of(path):
    entries = "packet=stream_index,pts,dts,duration,flags"
    command = ["ffprobe", "-v", "error", "-show_entries", entries, "-of", "csv", path]
    return sorted(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines())


def moving_frames(n_frames, width, height, pix_fmt):
    """Structure that moves by changing speeds, and noise that comes and goes: quantisers have something to answer."""
    rng = np.random.default_rng(3)
    noise = rng.normal(0, 6, (height, width))
    ground = np.repeat(np.repeat(rng.integers(16, 235, (height // 4, width // 2)), 4, axis=0), 4, axis=1)
    for k in range(n_frames):
        shift = int(20 * np.sin(k / 17) + k / 3) % width
        luma = ground[:, shift : shift + width] + np.roll(noise, 7 * k) * (k // 40 % 3)
        luma = luma.clip(16, 235).astype(np.uint8)
        if pix_fmt == "yuv420p":
            yield np.concatenate([luma.ravel(), np.full(width * height // 2, 128 + k % 50, np.uint8)])
        else:
            yield np.dstack([luma, luma, luma, np.full_like(luma, 255)])


@pytest.mark.parametrize(
    ("name", "fps", "n_frames", "cuts", "options"),
    [
        ("film.mp4", Fraction(30), 640, (0, 60, 570), {}),
        ("film.mp4", Fraction(30000, 1001), 560, (0, 540), {"threads": 1}),
        ("film.mp4", Fraction(24), 540, (0, 504), {"crf": 30}),
        ("film.mp4", Fraction(441, 16), 600, (0, 28, 560), {"threads": 3}),
        ("film.mp4", Fraction(30), 90, (0, 60), {"crf": 0}),
        ("film.mov", Fraction(12), 30, (0, 12), {}),
    ],
)
def test_a_joined_film_is_that_which_is_encoded_at_once(tmp_path, name, fps, n_frames, cuts, options):
    size = (192, 128)
    whole, joined = tmp_path / f"whole {name}", tmp_path / name
    where = gathered({"size": size, "fps": fps, "threads": 2, **options})
    film = film_format(name, size=size, fps=fps, encoding=where["encoding"])
    frames = list(moving_frames(n_frames, *size, film.pix_fmt))
    sound = lambda: noise_sound(22050, 2, int(n_frames / fps * 22050) - 100)[0]  # noqa: E731
    with VideoWriter(whole, n_frames=n_frames, sound=sound(), **where) as writer:
        for frame in frames:
            writer.write(frame)
    paths = []
    for first, stop in zip(cuts, (*cuts[1:], n_frames), strict=True):
        assert first % frames_per_key(film) == 0
        paths.append(tmp_path / f"it's {first}{joined.suffix}")
        segment = Segment(paths[-1], first)
        with VideoWriter(joined, n_frames=stop - first, segment=segment, **where) as writer:
            for frame in frames[first:stop]:
                writer.write(frame)
    join_segments(str(joined), paths, film, n_frames, sound=sound(), overwrite=False)
    assert frames_of(joined) == frames_of(whole)
    assert sound_of(joined) == sound_of(whole)
    if shutil.which("ffprobe"):
        assert packets_of(joined) == packets_of(whole)
    assert b"moov" in (joined).read_bytes()[:64]


@pytest.mark.gl
@pytest.mark.parametrize("name", ["film.mp4", pytest.param("film.mov", marks=pytest.mark.thorough)])
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
    assert "flashes" in reported_of(at_once)[0]
    assert reported_of(done) == reported_of(at_once)
    assert frames_of(joined) == frames_of(whole)
    assert sound_of(joined) == sound_of(whole)
    assert [path.name for path in joined.parent.iterdir()] == [name]


# Runs before every process: each analysis leaves a line in the file of MARKS.
_LEAVE_MARKS = """
import os
from corticast.dsp import drive
from corticast.film import analysis
from corticast.io import activity

def mark(owner, name):
    wrapped = getattr(owner, name)
    def run(*arguments, **options):
        with open(os.environ["MARKS"], "a") as marks:
            marks.write(f"{owner.__name__.rpartition('.')[2]}.{name}" + chr(10))
        return wrapped(*arguments, **options)
    setattr(owner, name, run)

mark(drive.AudioDrive, "activity")
mark(drive.ArrayDrive, "activity")
mark(activity, "load_activity")
mark(analysis, "head_window")
"""


@pytest.mark.gl
@pytest.mark.parametrize(
    ("option", "kinds"),
    [
        ("--audio", ["AudioDrive.activity"]),
        ("--activity", ["ArrayDrive.activity", "activity.load_activity"]),
    ],
)
def test_a_film_in_segments_is_analysed_once(inputs, tmp_path, monkeypatch, option, kinds):
    rng = np.random.default_rng(2)
    names = [line.split()[0] for line in (inputs / "sub-01_electrodes.tsv").read_text().splitlines()[1:]]
    flashes = rng.integers(0, 2, (20, 1)).repeat(6, axis=0).repeat(len(names), axis=1)
    rows = [f"{k / 50:.2f}\t" + "\t".join(map(str, row)) for k, row in enumerate(flashes)]
    files = {"--activity": tmp_path / "activity.tsv", "--audio": tmp_path / "strobe.wav"}
    files["--activity"].write_text("\n".join(["time\t" + "\t".join(names), *rows]) + "\n")
    times = np.arange(int(2.4 * 16000)) / 16000
    soundfile.write(files["--audio"], rng.uniform(-0.5, 0.5, len(times)) * (times * 5 % 1 < 0.5), 16000)
    (tmp_path / "sitecustomize.py").write_text(_LEAVE_MARKS)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("MARKS", str(tmp_path / "marks"))
    scene = [
        "render", "--volume", inputs / "sub-01_T1w.nii.gz", "--electrodes", inputs / "sub-01_electrodes.tsv",
        option, files[option], "--size", "160x90", "--fps", "50", "--electrode-size", "6,200",
    ]  # fmt: skip
    done = run(*scene, "--segments", "2", "--jobs", "2", "-o", tmp_path / "cut.mov")
    assert done.returncode == 0, done.stderr
    marks = (tmp_path / "marks").read_text().split()
    assert sorted(marks) == sorted([*kinds, "analysis.head_window"])
    assert run(*scene, "-o", tmp_path / "whole.mov").returncode == 0
    assert frames_of(tmp_path / "cut.mov") == frames_of(tmp_path / "whole.mov")


@pytest.mark.gl
@pytest.mark.parametrize("folder_exists", [False, pytest.param(True, marks=pytest.mark.thorough)])
def test_pictures_in_segments_are_the_same_files(inputs, tmp_path, folder_exists):
    volume = inputs / "sub-01_T1w.nii.gz"
    cc.render(cc.Scene(volume=cc.load_volume(volume)), tmp_path / "whole" / "%03d.png", size=(90, 60), fps=4, frames=11)
    if folder_exists:
        (tmp_path / "cut").mkdir()
    done = run(
        "render", "--volume", volume, "--size", "90x60", "--fps", "4", "--frames", "11", "--segments", "2",
        "--jobs", "2", "-o", tmp_path / "cut" / "%03d.png",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in (tmp_path / "whole").iterdir())
    assert len(names) == 11
    assert names == sorted(path.name for path in (tmp_path / "cut").iterdir())
    for picture in names:
        assert (tmp_path / "whole" / picture).read_bytes() == (tmp_path / "cut" / picture).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut", "whole"]


@pytest.mark.parametrize(
    ("name", "options", "reported"),
    [
        ("film.webm", [], ".webm is encoded whole"),
        ("film.gif", ["--fps", "10"], ".gif is encoded whole"),
        ("film.mp4", ["--preset", "veryfast"], "veryfast remembers"),
    ],
)
def test_what_cannot_be_cut_is_refused(run_here, tmp_path, name, options, reported):
    status, said = run_here("render", "--volume", "T1w.nii", *options, "--segments", "2", "-o", tmp_path / name)
    assert status == 2
    assert reported in said
    assert said.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_segments_of_pictures_are_one_file():
    film = film_format("frames/%05d.png", size=(4, 4), fps=Fraction(5))
    assert segment_name(film) == "segment.nut"
