"""`--save-activity`: the numbers behind a film or a picture, from the command line."""

import json
import re
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import corticast as cc
from corticast.core.model.recording import Recording
from corticast.film.opening import open_film
from corticast.film.shown_activity import shown_activity, write_activity
from corticast.film.timing import FilmTiming
from corticast.io.activity import load_activity

NAMES = ("LA1", "LA2", "LA3", "RA1")
RATE_HZ = 40.0


@pytest.mark.gl
def test_the_command_line_saves_the_activity_of_films_and_pictures(run_inside, tmp_path):
    values = np.random.default_rng(4).uniform(-1, 1, (3, 121)).astype(np.float32)
    (tmp_path / "e.tsv").write_text("name\tx\ty\tz\n" + "".join(f"{n}\t-40\t0\t{5 * k}\n" for k, n in enumerate(NAMES)))
    rows = ["\t".join([f"{k / RATE_HZ}", *map(str, row)]) for k, row in enumerate(values.T)]
    (tmp_path / "a.tsv").write_text("\n".join(["\t".join(("time", *NAMES[:3])), *rows]) + "\n")
    scene = ["--electrodes", tmp_path / "e.tsv", "--activity", tmp_path / "a.tsv", "--activity-scale", "1"]
    scene += ["--size", "64x48"]
    done = run_inside("render", *scene, "--fps", "20", "-o", tmp_path / "f.mp4", "--save-activity", tmp_path / "s.tsv")
    assert done.returncode == 0, done.stderr
    table = load_activity(tmp_path / "s.tsv")
    assert table.values.shape == (4, 61)
    np.testing.assert_allclose(table.values[:3], values[:, ::2], rtol=1e-6)
    meaning = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    assert (meaning["FullScale"], meaning["Gain"], meaning["Units"]) == (1, 1, "")
    done = run_inside(
        "frame", *scene, "--time", "0.31", "-o", tmp_path / "f.png", "--save-activity", tmp_path / "t.tsv"
    )
    assert done.returncode == 0, done.stderr
    row = (tmp_path / "t.tsv").read_text().splitlines()[1].split("\t")
    assert row[0] == "0.31"
    expected = [np.interp(0.31, np.arange(121) / RATE_HZ, channel) for channel in values]
    np.testing.assert_allclose(np.array(row[1:4], float), expected, atol=1e-6)
    for wrong, text in (
        (["-o", tmp_path / "g.mp4", "--save-activity", tmp_path / "s.tsv"], "exists"),
        (["-o", tmp_path / "g.mp4", "--save-activity", tmp_path / "s.csv"], "give the name of a .tsv file"),
        (["-o", tmp_path / "g.mp4", "--save-activity", tmp_path / "u.tsv", "--jobs", "2"], "one film in one process"),
        (["-o", tmp_path / "g.mp4", "--save-activity", tmp_path / "no" / "u.tsv"], "no such folder"),
    ):
        done = run_inside("render", *scene, *wrong)
        assert done.returncode == 2
        assert "--save-activity" in done.stderr
        assert text in done.stderr
    assert not (tmp_path / "g.mp4").exists()
    (tmp_path / "v.json").write_text("{}")
    done = run_inside("render", *scene, "-o", tmp_path / "g.mp4", "--save-activity", tmp_path / "v.tsv")
    assert done.returncode == 2
    assert "v.json exists; give --overwrite" in " ".join(done.stderr.split())


def test_the_sidecar_gives_microvolts_back(tmp_path):
    samples = 1e-6 * np.array([[100.0, -250, 400, 0], [50, 0, -100, 350]])
    recording = Recording.of_array(np.repeat(samples, 50, axis=1), 100.0, ("A1", "A2"), unit="V", name="r.edf")
    table = cc.Electrodes(("A1", "A2"), np.array([[-30.0, 0, 0], [-30, 10, 0]]))
    drive = cc.VoltageDrive(recording, reference="none", full_scale=500.0)
    film = open_film(cc.Scene(electrodes=table, drive=drive), FilmTiming(fps=Fraction(2), frames=4))
    film = replace(film, gain=0.5)
    write_activity(shown_activity(film), tmp_path / "a.tsv")
    meaning = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert (meaning["Quantity"], meaning["Units"], meaning["time"]["Units"]) == ("voltage", "µV", "s")
    cells = np.loadtxt(tmp_path / "a.tsv", skiprows=1)
    microvolts = cells[:, 1:] * meaning["FullScale"] / meaning["Gain"]
    np.testing.assert_allclose(microvolts, 1e6 * samples.T, atol=1e-3)


@pytest.mark.gl
def test_the_activity_that_is_saved_has_the_gain_of_the_flash_limit(run_inside, tmp_path):
    (tmp_path / "e.tsv").write_text(
        "name\tx\ty\tz\n" + "".join(f"E{k}\t{k % 6 * 9}\t{k // 6 * 9}\t0\n" for k in range(36))
    )
    names = [f"E{k}" for k in range(36)]
    rows = ("\t".join([f"{k / 100}", *[f"{int(k % 20 < 8)}"] * 36]) for k in range(151))
    (tmp_path / "a.tsv").write_text("\n".join(["\t".join(["time", *names]), *rows]) + "\n")
    scene = ["--electrodes", tmp_path / "e.tsv", "--activity", tmp_path / "a.tsv", "--layout", "axial"]
    film = ["--size", "320x180", "--electrode-size", "6,100", "-o", tmp_path / "f.mp4"]
    done = run_inside("render", *scene, *film, "--flash-limit", "--save-activity", tmp_path / "s.tsv")
    assert done.returncode == 0, done.stderr
    gain = float(re.search(r"flash limit: activity × (\S+)", done.stdout)[1])
    assert 0 < gain < 0.9
    assert load_activity(tmp_path / "s.tsv").values.max() == pytest.approx(gain, rel=0.02)
