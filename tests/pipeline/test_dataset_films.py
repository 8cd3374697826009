"""Films of a small dataset with a broken subject: side by side, on a cluster, and after a death."""

import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
import soundfile
from tests.displays import until
from tests.films import frames_of, sound_of
from tests.pipeline.command import run

from corticast.app.batch.dask_cluster import Cluster
from corticast.app.batch.films import FilmPlan, make_films
from corticast.app.batch.order import FilmOrder
from corticast.app.batch.processes import Processes, StoppedError, run_in_child
from corticast.app.batch.segments import known_length
from corticast.app.batch.tasks import AnalysisTask, FilmTask, PartTask, made_with, perform
from corticast.app.render.film_file import Part
from corticast.core.model.machine import Machine
from corticast.core.model.scene_file import SceneFile
from corticast.dsp.drive import AudioDrive
from corticast.errors import CorticastError, OptionError
from corticast.process.threads import granted_threads

pytestmark = pytest.mark.gl

OPTIONS = ("--size", "128x72", "--fps", "10", "--threads", "2")
NAMES = {
    "sub-01": "sub-01/ieeg/sub-01_task-hear_desc-corticast_film.mp4",
    "sub-03": "sub-03/ses-a/anat/sub-03_ses-a_desc-corticast_film.mp4",
}


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """Three heads: one that hears, a broken one, and one in a session."""
    root = tmp_path_factory.mktemp("data") / "a <set> & more"
    root.mkdir()
    (root / "dataset_description.json").write_text(json.dumps({"Name": "T <b>", "BIDSVersion": "1.10.0"}))
    rng = np.random.default_rng(2)
    voxels = np.zeros((20, 24, 18), np.int16)
    voxels[3:17, 3:21, 3:15] = rng.integers(100, 900, (14, 18, 12))
    affine = np.diag([8.0, 8.0, 8.0, 1.0])
    affine[:3, 3] = -80, -96, -70
    for home, stem in (("sub-01", "sub-01"), ("sub-02", "sub-02"), ("sub-03/ses-a", "sub-03_ses-a")):
        (root / home / "anat").mkdir(parents=True)
        nib.save(nib.Nifti1Image(voxels, affine), root / home / f"anat/{stem}_T1w.nii.gz")
    broken = root / "sub-02/anat/sub-02_T1w.nii.gz"
    broken.write_bytes(broken.read_bytes()[:900])
    ieeg = root / "sub-01/ieeg"
    ieeg.mkdir()
    rows = [f"E{i}\t{-40 + 8 * i}\t{-40 + 9 * i}\t{-30 + 7 * i}" for i in range(10)]
    rows.append("E10\tn/a\tn/a\tn/a")
    (ieeg / "sub-01_space-ScanRAS_electrodes.tsv").write_text("\n".join(["name\tx\ty\tz", *rows]) + "\n")
    (ieeg / "sub-01_task-hear_events.tsv").write_text("onset\tduration\tstim_file\n1\t2\ttone.wav\n")
    (root / "stimuli").mkdir()
    tone = 0.4 * np.sin(2 * np.pi * 900 * np.arange(2 * 22050) / 22050)
    soundfile.write(root / "stimuli/tone.wav", tone, 22050)
    return root


@pytest.fixture(scope="module")
def alone(dataset, tmp_path_factory):
    """The film of the first subject as a plain render makes it."""
    film = tmp_path_factory.mktemp("alone") / "film.mp4"
    files = (
        "--volume", dataset / "sub-01/anat/sub-01_T1w.nii.gz", "--audio", dataset / "stimuli/tone.wav",
        "--electrodes", dataset / "sub-01/ieeg/sub-01_space-ScanRAS_electrodes.tsv",
    )  # fmt: skip
    done = run("render", *files, *OPTIONS, "-o", film)
    assert done.returncode == 0, done.stderr
    return film


@pytest.fixture(scope="module")
def films(dataset, tmp_path_factory):
    """The files and texts of `--bids` with two jobs."""
    out = tmp_path_factory.mktemp("films") / "derivatives" / "corticast"
    return out, run("render", "--bids", dataset, *OPTIONS, "--jobs", "2", "--sheet", "-o", out)


def test_it_goes_on_past_a_broken_subject(films, alone):
    out, done = films
    assert done.returncode == 1, done.stderr
    heading, *rows = (line.split("\t") for line in done.stdout.splitlines()[:-1])
    assert heading == ["subject", "session", "task", "film", "frames", "seconds", "contacts", "status"]
    assert [row[:3] for row in rows] == [["01", "", "hear"], ["02", "", ""], ["03", "a", ""]]
    assert rows[0][4:] == ["20", "2.00", "10", "ok"]
    warned = [line for line in done.stderr.splitlines() if "warning: sub-01_task-hear: " in line]
    sidecar = json.loads((out / NAMES["sub-01"]).with_suffix(".json").read_text())
    reported = sidecar["Rendering"]["warnings"]
    assert reported
    assert warned == [f"corticast: warning: sub-01_task-hear: {text}" for text in reported]
    assert "sub-02_T1w.nii.gz" in rows[1][-1]
    assert rows[2][-1] == "ok"
    found = {path.relative_to(out).as_posix() for path in out.rglob("*_film.mp4")}
    assert found == set(NAMES.values())
    assert not (out / "sub-02").exists()
    film = out / NAMES["sub-01"]
    assert frames_of(film) == frames_of(alone)
    assert sound_of(film) == sound_of(alone)


def test_what_stands_beside_the_films(films, dataset):
    out, _ = films
    reported = json.loads((out / "dataset_description.json").read_text())
    assert reported["DatasetType"] == "derivative"
    assert reported["GeneratedBy"][0]["Name"] == "corticast"
    assert (out / reported["DatasetLinks"]["raw"]).resolve() == dataset.resolve()
    sidecar = json.loads((out / NAMES["sub-01"]).with_suffix(".json").read_text())
    assert sidecar["Sources"] == [
        "bids:raw:sub-01/anat/sub-01_T1w.nii.gz",
        "bids:raw:sub-01/ieeg/sub-01_space-ScanRAS_electrodes.tsv",
        "bids:raw:stimuli/tone.wav",
    ]
    folder = (out / NAMES["sub-01"]).parent
    assert (folder / sidecar["Scene"]["audio"]).resolve() == (dataset / "stimuli/tone.wav").resolve()
    assert sidecar["Scene"]["size"] == "128x72"
    assert sidecar["Scene"]["electrode_cmap"] == "inferno-lifted"
    assert sidecar["Rendering"]["n_frames"] == 20
    assert sidecar["Rendering"]["duration_s"] == 2
    assert sidecar["Rendering"]["Caption"].startswith(
        "lights follow the sound · 10 bands 400–6000 Hz, low ones at the bottom · "
    )
    assert re.match(r"contact diameters: [\d.]+ mm at rest, [\d.]+ mm at full", sidecar["Rendering"]["ContactSizes"])
    assert sidecar["Methods"].startswith("The contacts follow the sound tone.wav (")
    assert "Methods" not in sidecar["Rendering"]
    assert not [path for path in out.rglob(".*") if path.name != ".bidsignore"]


def test_the_page_has_films_sheets_and_errors_and_needs_nothing_else(films):
    out, _ = films
    links, text = [], []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            links.extend((tag, value) for name, value in attrs if name in ("src", "href"))

        def handle_data(self, data):
            text.append(data)

    page = (out / "index.html").read_text()
    Reader().feed(page)
    assert {tag for tag, _ in links} == {"a", "img", "video"}
    assert ("a", "#sub-02") in links
    assert all((out / link).is_file() for _, link in links if link != "#sub-02")
    assert sum(tag == "img" for tag, _ in links) == 2
    assert "Films of T <b>" in text
    assert any(part.startswith("sub-02/anat/sub-02_T1w.nii.gz: ") for part in text)


def test_what_is_done_is_kept(films, dataset):
    out, _ = films
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*_film.*")}
    done = run("render", "--bids", dataset, *OPTIONS, "-o", out)
    assert done.returncode == 1
    assert [line.split("\t")[-1] for line in done.stdout.splitlines()[1:4:2]] == ["kept", "kept"]
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*_film.*")} == before
    other = run("render", "--bids", dataset, *OPTIONS, "--title", "other", "--participant-label", "01", "03", "-o", out)
    assert other.returncode == 1
    assert other.stdout.count("--overwrite") == 2
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*_film.*")} == before


def test_runs_of_single_subjects_share_a_page(films, dataset, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(films[0], out)
    done = run("render", "--bids", dataset, *OPTIONS, "--sheet", "--participant-label", "03", "-o", out)
    assert done.returncode == 0, done.stderr
    page = (out / "index.html").read_text()
    assert "<p>2 films</p>" in page
    assert all(name in page for name in NAMES.values())
    assert page.count("<img") == 2


def test_a_film_whose_sheet_fails_is_kept(dataset, tmp_path):
    film = tmp_path / "sub-01" / "film.mp4"
    sheet = tmp_path / "missing" / "sheet.png"
    task = FilmTask(order_of(dataset, film, sheet=sheet, sidecar={"SceneDigest": "x"}))
    with pytest.raises(OptionError, match="missing"):
        perform(task, lambda *_: None)
    stamp = film.stat().st_mtime_ns
    sheet.parent.mkdir()
    assert perform(task, lambda *_: None)["n_frames"] == 20
    assert sheet.is_file()
    assert film.stat().st_mtime_ns == stamp


def test_a_folder_of_others_is_left_alone(run_here, dataset, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("")
    status, said = run_here("render", "--bids", dataset, "-o", tmp_path / "out")
    assert status == 2
    assert "mine.txt" in os.listdir(tmp_path / "out")
    assert len(os.listdir(tmp_path / "out")) == 1
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "reported"),
    [
        (["--bids", "{}", "--participant-label", "09"], "--participant-label 09"),
        (["--bids", "{}", "--volume", "x.nii"], "--volume"),
        (["--bids", "{}", "--sheet", "x.png"], "--sheet x.png"),
        (["--bids", "{}", "--profile"], "--profile"),
        (["--volume", "x.nii", "--task", "x"], "--task"),
        (["--volume", "x.nii", "--jobs", "0"], "--jobs 0"),
    ],
)
def test_options_that_contradict_one_another(run_here, dataset, tmp_path, options, reported):
    options = [option.format(dataset) for option in options]
    output = tmp_path / ("out" if "--bids" in options else "out.mp4")
    status, said = run_here("render", *options, "-o", output)
    assert status == 2
    assert reported in said
    assert not output.exists()


def scene_of(dataset):
    return SceneFile(
        volume=dataset / "sub-01/anat/sub-01_T1w.nii.gz",
        electrodes=dataset / "sub-01/ieeg/sub-01_space-ScanRAS_electrodes.tsv",
        audio=dataset / "stimuli/tone.wav",
        size="128x72",
        fps="10",
    )


MACHINE = Machine(threads=1)
ENCODER_THREADS = 2
ENCODING = {"encoder_threads": ENCODER_THREADS}


def order_of(dataset, film, machine=MACHINE, **more):
    return FilmOrder(scene_of(dataset), film, machine, ENCODER_THREADS, **{"made_with": made_with(), **more})


def children_of(pid):
    """Processes that a process has started, by Linux's account."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for listed in lists for child in listed.read_text().split()]


def workers_of(pid):
    return [
        child
        for child in children_of(pid)
        if b"corticast.app.batch.worker" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_process_that_is_killed_is_named_and_leaves_the_film_undone(dataset, tmp_path):
    def kill(done, total):
        for worker in workers_of(os.getpid()):
            os.kill(worker, signal.SIGKILL)

    task = FilmTask(order_of(dataset, tmp_path / "film.mp4"))
    with pytest.raises(CorticastError, match="killed by SIGKILL"):
        run_in_child(task, kill, lambda: False)
    assert not (tmp_path / "film.mp4").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_after_a_death_the_finished_parts_are_used(dataset, alone, tmp_path):
    film = tmp_path / "film.mp4"
    plan = FilmPlan("film", scene_of(dataset), film)

    def made(reported):
        with Processes(1, reported) as pool:
            (done,) = make_films(
                [plan],
                pool,
                MACHINE,
                reported,
                encoder_threads=ENCODER_THREADS,
                made_with=made_with(),
                overwrite=False,
                n_parts=2,
            )
        return done

    def kill_second(task, n_done, total):
        if n_done and isinstance(task, PartTask) and task.part.frames.start > 0:
            for worker in workers_of(os.getpid()):
                os.kill(worker, signal.SIGKILL)

    assert isinstance(made(kill_second).error, CorticastError)
    assert not film.exists()
    folder = tmp_path / ".film.mp4.segments"
    (first,) = folder.glob("*.mp4")
    stamp = first.stat().st_mtime_ns
    stamps = []
    done = made(lambda task, *_: stamps.append(first.stat().st_mtime_ns) if first.exists() else None)
    assert done.error is None
    assert set(stamps) == {stamp}
    assert done.facts["n_contacts"] == 10
    assert frames_of(film) == frames_of(alone)
    assert not folder.exists()


def test_the_other_parts_of_a_film_that_fails_are_given_up(dataset, monkeypatch, tmp_path):
    given_up = threading.Event()

    def fail(task, reported, stopped):
        if isinstance(task, AnalysisTask):
            return {"n_frames": 20, "fps": "10"}
        if task.part.frames.start == 0:
            raise CorticastError("no luck")
        until(stopped, "the end of the other parts")
        given_up.set()
        raise StoppedError("given up")

    monkeypatch.setattr("corticast.app.batch.processes.run_in_child", fail)
    plan = FilmPlan("film", scene_of(dataset), tmp_path / "film.mp4")
    with Processes(1, lambda *_: None) as pool:
        (made,) = make_films(
            [plan],
            pool,
            MACHINE,
            lambda *_: None,
            encoder_threads=ENCODER_THREADS,
            made_with="",
            overwrite=False,
            n_parts=2,
        )
        assert str(made.error) == "no luck"
        assert given_up.is_set()


def test_the_length_of_a_film_is_known_without_analysis(dataset, monkeypatch):
    monkeypatch.setattr(AudioDrive, "activity", None)
    scene = scene_of(dataset)
    assert known_length(scene) == 20
    assert known_length(replace(scene, start=0.5, speed=0.5)) == 30
    assert known_length(replace(scene, duration=0.3)) == 3
    assert known_length(replace(scene, frames=7)) == 7
    assert known_length(replace(scene, audio=None)) is None


@pytest.mark.slow
def test_what_a_cluster_does_beside_films(dataset, monkeypatch, tmp_path):
    """It counts the requested workers, gives tasks the granted threads, and ends abandoned tasks."""
    distributed = pytest.importorskip("distributed")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    asked = []

    def wait(task, reported, stopped):
        asked.append(task.order.machine.threads)
        until(stopped, "the end of the task")
        raise StoppedError("given up")

    monkeypatch.setattr("corticast.app.batch.dask_cluster.run_in_child", wait)
    order = order_of(dataset, tmp_path / "film.mp4", machine=replace(MACHINE, threads=None))
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as made,
        Cluster(made.scheduler_address, 8, lambda *_: None) as pool,
    ):
        assert pool.n_workers == 8
        pool.submit(FilmTask(order))
        pool.submit(PartTask(order, tmp_path / "analysis.npz", Part(tmp_path / "part.mp4", range(10))))
        until(lambda: asked, "a task")
        pool.give_up(order.film)
        assert all(isinstance(done.error, StoppedError) for done in pool.results())
    assert asked == [granted_threads(by_openmp=False)]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_on_a_cluster_a_killed_workers_film_is_made_by_another(dataset, alone, tmp_path):
    pytest.importorskip("distributed")
    killed = []

    def reported(task, n_done, total):
        if not killed and n_done:
            killed.extend(child for child in children_of(os.getpid()) if workers_of(child))
            os.kill(killed[0], signal.SIGKILL)

    plans = [FilmPlan(str(number), scene_of(dataset), tmp_path / f"{number}.mp4") for number in range(3)]
    with Cluster("local", 2, reported) as pool:
        made = list(
            make_films(
                plans,
                pool,
                MACHINE,
                lambda *_: None,
                encoder_threads=ENCODER_THREADS,
                made_with=made_with(),
                overwrite=True,
            )
        )
    assert killed
    assert [done.error for done in made] == [None, None, None]
    for first, second in itertools.pairwise([alone, *(plan.film for plan in plans)]):
        assert frames_of(first) == frames_of(second)
        assert sound_of(first) == sound_of(second)
    assert sorted(os.listdir(tmp_path)) == ["0.mp4", "1.mp4", "2.mp4"]


@pytest.mark.parametrize(
    ("options", "reported"),
    [
        ([], "--bids: give -o FOLDER for the films"),
        (["-o", "films.mp4"], "-o films.mp4: --bids makes many films; give a folder"),
        (["-o", "frames/%03d.png"], "--bids makes many films; give a folder"),
    ],
)
def test_films_of_a_dataset_want_a_folder(run_here, tmp_path, options, reported):
    status, said = run_here("render", "--bids", "data", *options)
    assert status == 2
    assert reported in said
    assert not list(tmp_path.iterdir())


def test_slurm_without_its_description_is_reported_where_that_stands(run_here, tmp_path, monkeypatch):
    jobqueue = pytest.importorskip("dask_jobqueue")

    def undescribed():
        raise ValueError("You must specify how many cores to use per job like ``cores=8``")

    monkeypatch.setattr(jobqueue, "SLURMCluster", undescribed)
    (tmp_path / "e.tsv").write_text("name\tx\ty\tz\na\t1\t2\t3\n")
    status, said = run_here("render", "--electrodes", "e.tsv", "--frames", "3", "--dask", "slurm", "-o", "film.mp4")
    assert status == 2
    assert "--dask slurm: You must specify how many cores" in said
    assert "jobqueue.yaml" in said
    assert "tcp://" not in said
    assert said.count("\n") == 1


def test_a_cluster_that_is_not_there(monkeypatch, run_here, dataset, tmp_path):
    pytest.importorskip("distributed")
    monkeypatch.setattr("corticast.app.batch.dask_cluster._ANSWER_WITHIN_S", 0.5)
    shown = ("--volume", dataset / "sub-01/anat/sub-01_T1w.nii.gz", "-o", tmp_path / "film.mp4")
    status, said = run_here("render", *shown, "--dask", "tcp://127.0.0.1:9")
    assert status == 2
    assert "--dask tcp://127.0.0.1:9" in said
    assert said.count("\n") == 1
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(OptionError, match=r"corticast\[cluster\]"):
        Cluster("local", 1, lambda *_: None)


def test_versions_that_differ_are_reported(dataset, tmp_path):
    task = FilmTask(order_of(dataset, tmp_path / "film.mp4", made_with="corticast 0, ffmpeg 0"))
    with pytest.raises(CorticastError, match="install the same"):
        run_in_child(task, lambda *_: None, lambda: False)


@pytest.mark.skipif(shutil.which("bids-validator") is None, reason="no BIDS validator")
def test_the_bids_validator_finds_no_error(films):
    out, _ = films
    reported = subprocess.run(["bids-validator", out], capture_output=True, text=True)
    assert reported.returncode == 0, reported.stdout
