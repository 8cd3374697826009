"""A render with --profile: its table, and a trace that agrees with its report."""

import sys

import numpy as np
import pytest
from PIL import Image
from tests.traces import check_trace

import corticast as cc
from corticast.cli import main

pytestmark = pytest.mark.gl

N_FRAMES = 7


@pytest.fixture
def picture(tmp_path, rng):
    Image.fromarray(rng.integers(0, 255, (48, 64, 3), dtype=np.uint8)).save(tmp_path / "picture.png")
    return tmp_path / "picture.png"


@pytest.fixture
def corticast(monkeypatch, capsys, tmp_path):
    """The command line in this process, in an own folder: exit status and output."""

    def run(*arguments):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["corticast", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, *capsys.readouterr()

    return run


@pytest.mark.parametrize("name", ["film.mp4", "film.gif", "%d.png"])
def test_the_trace_agrees_with_the_report(tmp_path, picture, name):
    scene = cc.Scene(image=cc.load_picture(picture), labels="none")
    report = cc.render(scene, tmp_path / name, size=(64, 48), frames=N_FRAMES, profile=tmp_path / "trace.json")
    pieces = check_trace((tmp_path / "trace.json").read_text())

    def found(stage, thread="main"):
        return [(begin, end) for begin, end, name in pieces[thread] if name == stage]

    for stage, seconds in report.seconds.items():
        if stage == "total":
            assert max(end for begin, end, _ in pieces["main"]) <= 1e6 * seconds
        else:
            assert sum(end - begin for begin, end in found(stage)) == pytest.approx(1e6 * seconds, abs=0.01)
    for stage, thread in (
        ("draw", "main"),
        ("read", "main"),
        ("wait for queue", "main"),
        ("write to ffmpeg", "writer"),
    ):
        assert len(found(stage, thread)) == N_FRAMES
    for (drawn, _), (_, written) in zip(found("draw"), found("write to ffmpeg", "writer"), strict=True):
        assert drawn < written

    profile = report.profile
    first, last = found("draw")[0][0], found("finish")[-1][1]
    assert 1e6 * profile.frames_s == pytest.approx(last - first, abs=0.01)
    waited = [end - begin for begin, end in found("wait for queue") + found("finish")]
    assert 1e6 * profile.drawing_s == pytest.approx(last - first - sum(waited), abs=0.1)
    at_work = [end - begin for begin, end in found("write to ffmpeg", "writer")]
    at_work += [end - begin for begin, end, _ in pieces["ffmpeg"]]
    assert 1e6 * profile.encoding_s == pytest.approx(sum(at_work), abs=0.1)
    assert 0 < profile.share_of_limit <= 1


def test_the_opening_is_reported_in_its_parts(tmp_path):
    rng = np.random.default_rng(0)
    volume = cc.Volume(rng.integers(0, 900, (12, 14, 10)).astype(np.int16), np.diag([12.0, 12.0, 12.0, 1.0]))
    contacts = cc.Electrodes(("A", "B"), np.array([[60.0, 70.0, 50.0], [30.0, 40.0, 60.0]]))
    sound = cc.SampledSound(rng.uniform(-0.5, 0.5, (1, 8000)).astype(np.float32), 16000, "noise")
    scene = cc.Scene(volume=volume, electrodes=contacts, drive=cc.AudioDrive(sound, array="numpy"))
    report = cc.render(scene, tmp_path / "film.mp4", size=(320, 180), profile=tmp_path / "trace.json")
    depths = {stage.name: stage.depth for stage in report.profile.stages}
    for part in ("find grey window", "analyse sound", "context", "compile shaders", "upload volume"):
        assert depths[part] == 1, part


def test_without_it_there_is_none(tmp_path, picture):
    scene = cc.Scene(image=cc.load_picture(picture), labels="none")
    assert cc.render(scene, tmp_path / "film.mp4", size=(64, 48), frames=1).profile is None


FILM = ["--image", "picture.png", "--frames", "3", "--size", "64x48"]


def test_the_command_line(tmp_path, picture, corticast):
    status, reported, _ = corticast("render", *FILM, "-o", "film.mp4", "--profile")
    assert status in (0, None)
    assert [line.split()[0] for line in reported.splitlines() if line.startswith(("stage ", "draw ", "encode "))] == [
        "stage", "draw", "encode",
    ]  # fmt: skip
    assert "% of the limit, set by " in reported
    assert check_trace((tmp_path / "film.profile.json").read_text())

    # An existing file stays, and nothing is rendered for it.
    before = (tmp_path / "film.profile.json").read_bytes()
    status, _, reported = corticast("render", *FILM, "-o", "other.mp4", "--profile", "film.profile.json")
    assert status == 2
    assert reported == (
        "corticast: --profile film.profile.json: exists; give --overwrite to replace it, or another name\n"
    )
    assert (tmp_path / "film.profile.json").read_bytes() == before
    assert not (tmp_path / "other.mp4").exists()

    status, _, _ = corticast("render", *FILM, "-o", "other.mp4", "--profile", "film.profile.json", "--overwrite")
    assert status in (0, None)
    assert (tmp_path / "film.profile.json").read_bytes() != before


def test_a_scene_after_a_bare_profile(tmp_path, picture, corticast):
    (tmp_path / "scene.toml").write_text('image = "picture.png"\nframes = 2\nsize = "64x48"\nencoder = "software"\n')
    status, _, reported = corticast("render", "--profile", "scene.toml", "-o", "film.mp4", "--quiet")
    assert (status in (0, None), reported) == (True, "")
    assert (tmp_path / "film.profile.json").exists()


def test_a_film_that_fails_leaves_no_trace(tmp_path, picture, corticast):
    (tmp_path / "film.mp4").write_bytes(b"")
    status, _, _ = corticast("render", *FILM, "-o", "film.mp4", "--profile")
    assert status == 2
    assert not (tmp_path / "film.profile.json").exists()
