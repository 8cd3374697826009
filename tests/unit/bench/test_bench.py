"""Measuring speed: figures, comparison, likeness of films, start-up against cost per frame. Nothing is timed here."""

import itertools
import json
import subprocess
import sys
from contextlib import contextmanager
from fractions import Fraction
from types import SimpleNamespace

import nibabel as nib
import numpy as np
import pytest
import scipy

from corticast.app.demo.song import jingle_bells
from corticast.bench import clocks
from corticast.bench.clocks import milliseconds_per_call
from corticast.bench.compare import compare
from corticast.bench.films import check_film, check_turns, parse_ssim, similarity
from corticast.bench.model import Benchmark, Environment, Figure, SkippedError, WrongResultError, digits
from corticast.bench.peers.race import _Run, choose_races, line_through
from corticast.bench.peers.recipes.common import planes_vox
from corticast.bench.peers.recipes.moviepy_scatter import analysed
from corticast.bench.processes import FailedProcessError, run_process
from corticast.bench.progress import steps
from corticast.bench.runner import BENCHMARKS, run_tasks, select, tasks_of
from corticast.bench.session import run_session
from corticast.cli import main
from corticast.core.model.types import SampledSound
from corticast.dsp.post import PostDrive
from corticast.errors import CorticastError, DataError, OptionError
from corticast.process.ffmpeg import executable

MACHINE = {"cpu": "A", "threads": 2, "gl_renderer": "llvmpipe", "cuda_device": None, "date": "2026"}


def run_ffmpeg(*arguments):
    subprocess.run([executable(), "-y", "-loglevel", "error", *map(str, arguments)], check=True)


@pytest.fixture
def command_line(monkeypatch, capsys):
    """The command line in this process: status, output, errors."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["corticast", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        written = capsys.readouterr()
        return ended.value.code or 0, written.out, written.err

    return run


def test_a_figure_has_the_median_and_the_ends():
    samples = (3.0, 9.0, 1.0, 4.0)
    figure = Figure("ms", samples)
    assert figure.median == np.median(samples)
    assert (figure.lowest, figure.highest) == (1.0, 9.0)


@pytest.mark.parametrize(("value", "text"), [(0.012345, "0.0123"), (9.876, "9.88"), (1234.5, "1234"), (0, "0")])
def test_three_digits(value, text):
    assert digits(value) == text


def test_start_up_and_cost_per_frame_are_those_of_a_straight_line(rng):
    start_up_s, per_frame_s = rng.uniform(0.1, 5, 2)
    lengths = np.array([60.0, 360.0])
    seconds = start_up_s + per_frame_s * lengths
    found = line_through((lengths[0], seconds[0]), (lengths[1], seconds[1]))
    reference = scipy.stats.linregress(lengths, seconds)
    assert found == pytest.approx((reference.intercept, reference.slope))
    assert found == pytest.approx((start_up_s, per_frame_s))


# As ffmpeg 7 and 9 write them: for grey, YUV and RGB.
SSIM_LINES = """\
n:1 G:0.990000 B:0.980000 R:0.970000 All:0.980000 (16.989700)
n:2 G:1.000000 B:1.000000 R:1.000000 All:1.000000 (inf)
n:3 Y:0.500000 U:0.900000 V:0.900000 All:0.633333 (4.357290)
"""


def test_ssim_lines_are_read():
    found = parse_ssim(SSIM_LINES)
    assert found.n_frames == 3
    assert found.mean == pytest.approx((0.98 + 1 + 0.633333) / 3)
    assert found.lowest == 0.633333


def test_no_ssim_line_is_an_error_and_not_a_perfect_film():
    with pytest.raises(WrongResultError):
        parse_ssim("nothing\n")


@pytest.mark.slow
def test_ssim_pairs_frames_by_number_whatever_the_container(tmp_path):
    # Matroska counts milliseconds, MP4 the exact rate: times of the same frame differ.
    source = ["-f", "lavfi", "-i", "testsrc2=size=96x64:rate=441/16", "-frames:v", "50"]
    run_ffmpeg(*source, "-c:v", "ffv1", "-pix_fmt", "bgr0", tmp_path / "lossless.mkv")
    run_ffmpeg("-i", tmp_path / "lossless.mkv", "-c:v", "libx264rgb", "-qp", "0", tmp_path / "same.mp4")
    run_ffmpeg("-i", tmp_path / "lossless.mkv", "-c:v", "libx264", "-crf", "40", tmp_path / "worse.mp4")
    (tmp_path / "frames").mkdir()
    run_ffmpeg("-i", tmp_path / "lossless.mkv", "-start_number", "0", tmp_path / "frames" / "%05d.png")
    fps = Fraction(441, 16)
    for lossless in (tmp_path / "lossless.mkv", tmp_path / "frames" / "%05d.png"):
        same = similarity(tmp_path / "same.mp4", lossless, fps)
        assert (same.n_frames, same.mean, same.lowest) == (50, 1.0, 1.0)
        worse = similarity(tmp_path / "worse.mp4", lossless, fps)
        assert 0.3 < worse.lowest <= worse.mean < 0.95


@pytest.mark.slow
def test_a_film_of_another_size_or_length_is_refused(tmp_path):
    film = tmp_path / "film.mp4"
    run_ffmpeg("-f", "lavfi", "-i", "testsrc=size=96x64:rate=30", "-frames:v", "7", "-c:v", "libx264", film)
    check_film(film, (96, 64), 7)
    for size, n_frames in (((96, 64), 8), ((64, 96), 7)):
        with pytest.raises(WrongResultError, match=r"film\.mp4 has 7 frames of \(96, 64\)"):
            check_film(film, size, n_frames)


@pytest.mark.slow
def test_a_film_that_is_empty_or_stands_is_refused(tmp_path):
    film = tmp_path / "film.mp4"
    for source, said in (("testsrc2", ""), ("color=gray", "has an empty frame"), ("smptebars", "repeats a frame")):
        run_ffmpeg("-f", "lavfi", "-i", f"{source}{':' if '=' in source else '='}size=160x96", "-frames:v", "9", film)
        if said:
            with pytest.raises(WrongResultError, match=rf"film\.mp4 {said}"):
                check_turns(film)
        else:
            check_turns(film)


@pytest.mark.slow
def test_sides_that_show_something_else_are_not_compared(tmp_path):
    (race,) = choose_races(["spin.mip"], quick=True, size=None, lengths=None)
    run = _Run(race, {}, tmp_path, lambda what: None)
    source = ["-f", "lavfi", "-i", "testsrc2=size=160x96", "-frames:v", "9"]
    run_ffmpeg(*source, run._film("corticast"))
    run_ffmpeg(*source, run._film("pyvista"))
    assert run._alike()["alike"].median > 0.99
    run_ffmpeg(*source, "-vf", "hflip", run._film("pyvista"))
    with pytest.raises(WrongResultError, match="SSIM"):
        run._alike()


def test_a_recipe_gets_the_place_of_the_camera(tmp_path):
    """The box of the voxels above background stays within its picture, all the way round."""
    pytest.importorskip("nilearn")
    (race,) = choose_races(["spin.mip"], quick=False, size=None, lengths=None)
    inputs = race.peer.inputs(tmp_path, None)
    command = race.peer.peer_command(inputs, race.size, 4, tmp_path / "film.mp4", lossless=False)
    options = dict(text[2:].split("=") for text in command if "=" in text)
    image = nib.load(inputs["volume"])
    brain = nib.affines.apply_affine(image.affine, np.argwhere(np.asanyarray(image.dataobj) > 0))
    off_mm = brain - np.array(options["centre-mm"].split(","), float)
    assert np.abs(off_mm.min(axis=0) + off_mm.max(axis=0)).max() < 8
    radius_mm = np.linalg.norm(off_mm[:, :2], axis=1).max()
    scale = float(options["px-per-mm"])
    assert 2 * radius_mm * scale < race.size[0]
    assert 0.6 * race.size[1] < (np.ptp(off_mm[:, 2])) * scale < race.size[1]
    ours = race.peer.corticast_command(inputs, race.size, 4, tmp_path / "film.mp4")
    for option in ("view", "spin"):
        assert ours[ours.index(f"--{option}") + 1] == options[option]


def test_recipes_show_the_planes_that_design_md_names():
    shown = planes_vox((100, 7, 31), 40)
    assert [planes[0] for planes in shown] == [int(np.floor(k * 100 / 40)) for k in range(40)]
    assert shown[-1] == [97, 6, 30]


def test_the_scatter_recipe_shows_the_activity_of_the_post_drive():
    sound = jingle_bells(11025)[:1, : 8 * 11025]
    ours = PostDrive(SampledSound(sound, 11025)).rows
    theirs = analysed(sound[0], 11025)
    n = min(ours.shape[1], theirs.shape[1])
    assert theirs.shape[0] == ours.shape[0]
    # Away from the ends, where filters of other libraries extend the sound otherwise.
    assert np.abs(ours[:, 20 : n - 20] - theirs[:, 20 : n - 20]).max() < 0.1


def write_results(path, machine=MACHINE, **medians):
    results = []
    for name, (unit, median) in medians.items():
        figure = {"unit": unit, "median": median, "lowest": 0.9 * median, "highest": 1.1 * median}
        results.append({"name": "passes.slices", "parameters": {"case": name}, "figures": {"wall": figure}})
    path.write_text(json.dumps({"schema": "corticast bench 1", "machine": machine, "results": results}))
    return path


def test_comparison_says_how_many_times_better(tmp_path):
    old = write_results(tmp_path / "old.json", a=("ms", 6.0), b=("frames/s", 10.0), c=("ms", 1.0))
    new = write_results(tmp_path / "new.json", a=("ms", 2.0), b=("frames/s", 5.0), c=("ms", 1.05))
    text = "\n".join(compare(old, new))
    assert "x 3.00  better" in text
    assert "x 0.50  worse" in text
    assert "x 0.95  within the spread" in text


@pytest.mark.parametrize(
    ("fact", "value"), [("gl_renderer", "NVIDIA H200"), ("cpu", "B"), ("threads", 4), ("cuda_device", "H200")]
)
def test_figures_of_another_machine_are_not_compared(tmp_path, command_line, fact, value):
    old = write_results(tmp_path / "old.json", a=("ms", 6.0))
    new = write_results(tmp_path / "new.json", {**MACHINE, fact: value}, a=("ms", 2.0))
    status, out, err = command_line("bench", "compare", old, new)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert fact in err
    assert str(value) in err
    # The day is no machine.
    later = write_results(tmp_path / "later.json", {**MACHINE, "date": "2027"}, a=("ms", 2.0))
    assert command_line("bench", "compare", old, later)[0] == 0


def test_only_results_with_something_in_common_are_compared(tmp_path):
    old = write_results(tmp_path / "old.json", a=("ms", 6.0))
    with pytest.raises(DataError, match="no case in common"):
        compare(old, write_results(tmp_path / "new.json", b=("ms", 6.0)))
    (tmp_path / "other.json").write_text("{}")
    with pytest.raises(DataError, match="not results"):
        compare(old, tmp_path / "other.json")
    (tmp_path / "text.json").write_text("figures")
    with pytest.raises(DataError, match="not JSON"):
        compare(old, tmp_path / "text.json")


def test_benchmarks_are_chosen_by_name_or_level():
    assert [one.name for one in select(["kernels.stft"])] == ["kernels.stft"]
    assert {one.name for one in select(["passes"])} == {one.name for one in BENCHMARKS if one.name[:7] == "passes."}
    assert select([]) == list(BENCHMARKS)
    with pytest.raises(OptionError, match="kernel: unknown benchmark"):
        select(["kernel"])


def test_every_benchmark_says_what_it_measures(command_line):
    status, out, _ = command_line("bench", "--list")
    assert status == 0
    lines = out.splitlines()
    assert len(lines) == len(BENCHMARKS) == len({one.name for one in BENCHMARKS})
    assert all(len(line.split(maxsplit=1)) == 2 for line in lines)
    assert all(tasks_of([one], quick=quick) for one in BENCHMARKS for quick in (False, True))


def benchmark_of(sample=None, error=None):
    @contextmanager
    def run(environment, *, size):
        """Makes the figures that the test wants."""
        if error is not None:
            raise error
        yield sample

    return Benchmark("test.one", run, {"wall": "ms", "gpu": "ms"}, cases=({"size": 3},), quick=({"size": 1},))


def measured(benchmark, tmp_path, repeats=3):
    results = []
    with steps(1, quiet=True) as step:
        run_tasks([(benchmark, {"size": 3})], Environment(tmp_path), repeats, step, results.append)
    return results[0]


def test_the_first_sample_warms_up_and_is_left_out(tmp_path):
    values = iter([100.0, 1.0, 2.0, 3.0])
    result = measured(benchmark_of(lambda: {"wall": next(values)}), tmp_path)
    assert result.figures == {"wall": Figure("ms", (1.0, 2.0, 3.0))}


def test_what_cannot_run_is_skipped_and_what_is_wrong_has_no_figure(tmp_path):
    assert measured(benchmark_of(error=SkippedError("no GPU")), tmp_path).skipped == "no GPU"
    wrong = measured(benchmark_of(error=WrongResultError("off by 3")), tmp_path)
    assert (wrong.wrong, wrong.figures) == ("off by 3", {})


def test_wrong_results_end_the_run_with_an_error_and_stand_in_the_file(tmp_path, capsys):
    tasks = [(benchmark_of(error=WrongResultError("off by 3")), {"size": 3}), (benchmark_of(dict), {"size": 3})]
    path = tmp_path / "results.json"
    with pytest.raises(CorticastError, match=r"test\.one"):
        run_session(
            lambda environment, step, tell: run_tasks(tasks, environment, 1, step, tell),
            n_steps=2,
            json_path=path,
        )
    report = json.loads(path.read_text())
    assert [result.get("wrong") for result in report["results"]] == ["off by 3", None]
    assert "WRONG: off by 3" in capsys.readouterr().out


def test_short_calls_are_repeated(monkeypatch):
    """By a clock that runs 3 ms with each look: as many calls as fit into 20 ms."""
    looks, calls = itertools.count(), []
    monkeypatch.setattr(clocks, "time", SimpleNamespace(perf_counter=lambda: 0.003 * next(looks)))
    assert milliseconds_per_call(lambda: calls.append(1)) == pytest.approx(3)
    assert len(calls) == 7


def test_a_process_that_fails_says_why():
    with pytest.raises(FailedProcessError, match="status 3: it broke"):
        run_process([sys.executable, "-c", "import sys; sys.stderr.write('first\\nit broke\\n'); sys.exit(3)"])


def test_a_process_reports_its_needs():
    spent = run_process([sys.executable, "-c", "x = bytearray(200 << 20); print('{\"result\": 7}')"])
    assert spent.reported == {"result": 7}
    assert 200 < spent.peak_mib < 400
    # Those that it starts count with it.
    burn = "import time\nwhile time.process_time() < 0.4: pass"
    both = f"import subprocess, sys\nfor _ in range(2): subprocess.run([sys.executable, '-c', {burn!r}])"
    assert run_process([sys.executable, "-c", both]).cpu_s >= 0.8
    less = run_process([sys.executable, "-c", "pass"])
    assert less.reported == {}
    assert less.peak_mib < 100


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["nosuch"], "nosuch"),
        (["--repeats", "0", "kernels"], "--repeats 0"),
        (["--threads", "0", "kernels"], "--threads 0"),
        (["--json", "no/such/folder.json", "kernels"], "no/such"),
        (["peers", "nosuch"], "nosuch"),
        (["peers", "--frames", "8", "sweep"], "--frames 8"),
        (["peers", "--frames", "8,8", "sweep"], "--frames 8,8"),
        (["peers", "--size", "wide", "sweep"], "wide"),
        (["compare", "no.json", "no.json"], "no.json"),
        (["--nosuch"], "--nosuch"),
    ],
)
def test_bad_arguments_end_with_one_line_that_names_them(command_line, arguments, named):
    status, out, err = command_line("bench", *arguments)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert named in err


def test_results_are_not_replaced_unasked(tmp_path, command_line):
    path = tmp_path / "results.json"
    path.write_text("mine")
    status, _, err = command_line("bench", "kernels", "--quick", "--json", path)
    assert status == 2
    assert "--overwrite" in err
    assert path.read_text() == "mine"


def test_races_have_the_sizes_and_lengths_asked_for():
    (race,) = choose_races(["sweep"], quick=False, size=(64, 48), lengths=(2, 4))
    assert (race.peer.library, race.size, race.lengths) == ("matplotlib", (64, 48), (2, 4))
    assert [race.size for race in choose_races(["sweep"], quick=False, size=None, lengths=None)] == [
        (1800, 600), (3834, 1278),
    ]  # fmt: skip
    spins = ["spin.surface", "spin.surface_cpu", "spin.mip", "spin.mip_cpu"]
    names = [race.peer.name for race in choose_races([], quick=True, size=None, lengths=None)]
    assert names == ["sweep", "scatter", "nilearn", "pyvista", *spins]
    assert [race.peer.name for race in choose_races(["spin"], quick=False, size=None, lengths=None)] == spins
