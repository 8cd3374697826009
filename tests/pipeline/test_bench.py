"""`corticast bench` with tiny sizes: it runs, checks its measurements, and writes files for the comparison."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from corticast.app.demo.demo import template_path
from corticast.bench import drawing, kernels, views
from corticast.bench.model import Environment, WrongResultError
from corticast.bench.runner import BENCHMARKS, run_tasks, tasks_of
from corticast.dsp.stft import Stft
from corticast.gl.timer import GpuTimer

pytestmark = pytest.mark.gl

CORTICAST = Path(sys.executable).with_name("corticast")


def run(*arguments):
    return subprocess.run([CORTICAST, "bench", *map(str, arguments)], capture_output=True, text=True, timeout=300)


def test_results_hold_the_machine_and_every_figure_with_its_spread(tmp_path, gl):
    path = tmp_path / "results.json"
    done = run("--quick", "--repeats", 3, "--json", path, "kernels.stft", "upload", "passes.labels")
    assert done.returncode == 0, done.stderr
    report = json.loads(path.read_text())
    machine = report["machine"]
    assert machine["gl_renderer"] == gl.facts.renderer
    assert machine["gl_is_software"] == gl.facts.is_software
    assert {"cpu", "n_cores", "threads", "gl_version", "cuda_device", "python", "ffmpeg", "date"} <= machine.keys()
    assert {"corticast", "numpy", "vispy", "PyOpenGL"} <= machine["packages"].keys()
    names = [result["name"] for result in report["results"]]
    assert names == ["kernels.stft", "kernels.stft", "upload.volume", "passes.labels"]
    for result in report["results"]:
        assert result["parameters"]
        assert ("figures" in result) != ("skipped" in result)
        for figure in result.get("figures", {}).values():
            assert len(figure["samples"]) == 3
            assert figure["median"] == np.median(figure["samples"])
            assert figure["lowest"] <= figure["median"] <= figure["highest"]
            assert figure["lowest"] > 0
    assert "passes.labels" in done.stdout
    assert "4 of 4" in done.stderr

    compared = run("compare", path, path)
    assert compared.returncode == 0, compared.stderr
    assert "x 1.00  within the spread" in compared.stdout


def test_every_benchmark_that_draws_or_encodes_runs_and_finds_its_result_right(tmp_path, gl):
    pytest.importorskip("nilearn")
    chosen = [one for one in BENCHMARKS if one.name.split(".")[0] not in ("process", "kernels")]
    results = []
    run_tasks(tasks_of(chosen, quick=True), Environment(tmp_path), 1, lambda what: None, results.append)
    # PyAudio has no wheel for Linux.
    without_pyaudio = [] if importlib.util.find_spec("pyaudio") else [("live.latency", "")]
    assert [(result.name, result.wrong) for result in results if not result.figures] == without_pyaudio
    on_gpu = [result.name for result in results if "gpu" in result.figures]
    assert bool(on_gpu) == (not gl.facts.is_software)


@pytest.mark.slow
def test_every_benchmark_of_processes_runs(tmp_path):
    pytest.importorskip("nilearn")
    chosen = [one for one in BENCHMARKS if one.name.startswith("process") or one.name == "kernels.analysis"]
    results = []
    run_tasks(tasks_of(chosen, quick=True), Environment(tmp_path), 1, lambda what: None, results.append)
    assert [(result.name, result.skipped, result.wrong) for result in results if not result.figures] == []
    # A Python with NumPy and SciPy in it.
    assert all(result.figures["memory"].median > 50 for result in results)


def test_a_wrong_transform_is_not_timed(tmp_path, monkeypatch):
    right = Stft._columns
    monkeypatch.setattr(Stft, "_columns", lambda *arguments: 1.001 * right(*arguments))
    case = {"array": "numpy", "n_fft": 512, "n_channels": 1, "n_samples": 4000}
    with pytest.raises(WrongResultError, match="SciPy"), kernels._stft(Environment(tmp_path), **case):
        pass


def test_a_pass_that_draws_something_else_is_not_timed(tmp_path, monkeypatch):
    pytest.importorskip("nilearn")
    right = drawing.expected_frame
    monkeypatch.setattr(drawing, "expected_frame", lambda *arguments: right(*arguments)[:, ::-1])
    case = {"size": (320, 180), "volume": "aligned", "interpolation": "linear"}
    with pytest.raises(WrongResultError, match="levels"), drawing._pass_slices(Environment(tmp_path), **case):
        pass


@pytest.mark.parametrize("part", ["hits", "light", "mip", "glass"])
def test_a_view_that_draws_something_else_is_not_timed(tmp_path, monkeypatch, part):
    pytest.importorskip("nilearn")
    right = views.expected_frame
    monkeypatch.setattr(views, "expected_frame", lambda *arguments: right(*arguments)[:, ::-1])
    with pytest.raises(WrongResultError, match="levels"), views._pass_views(
        Environment(tmp_path), size=(160, 90), part=part
    ):  # fmt: skip
        pass


def test_the_gpu_timer_measures_the_time_of_a_draw(current_gl):
    if current_gl.facts.is_software or not GpuTimer.is_supported():
        pytest.skip("no GPU with timer queries; those of llvmpipe count from any time")
    from corticast.gl.target import Target

    target = Target(current_gl, (512, 512))
    timer = GpuTimer()
    with timer.measured(), target.bound():
        target.clear((1.0, 0.0, 0.0, 1.0))
        current_gl.flush()
    elapsed_ms = timer.milliseconds()
    timer.close()
    # More than nothing, less than a minute: nanoseconds were not taken for anything else.
    assert 0 < elapsed_ms < 60_000


@pytest.mark.slow
def test_a_race_of_two_whole_processes(tmp_path):
    if importlib.util.find_spec("matplotlib") is None or importlib.util.find_spec("nilearn") is None:
        pytest.skip("needs matplotlib, and nilearn's template")
    path = tmp_path / "peers.json"
    done = run(
        "peers", "sweep", "--volume", template_path(), "--size", "240x96", "--frames", "2,4", "--repeats", 1,
        "--json", path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (result,) = json.loads(path.read_text())["results"]
    assert result["parameters"]["library"] == "matplotlib"
    figures = {name: figure["median"] for name, figure in result["figures"].items()}
    for side in ("corticast", "matplotlib"):
        short, long = figures[f"{side}.time_short"], figures[f"{side}.time"]
        assert figures[f"{side}.per_frame"] == pytest.approx(1e3 * (long - short) / 2)
        assert figures[f"{side}.start_up"] == pytest.approx(short - (long - short))
        assert figures[f"{side}.fps"] == pytest.approx(4 / long)
        # Lossy, and yet the same film.
        assert 0.9 < figures[f"{side}.ssim_lowest"] <= figures[f"{side}.ssim"] < 1
        assert figures[f"{side}.file"] > 0
        assert figures[f"{side}.scale"] > 0
    assert figures["ratio"] == pytest.approx(figures["matplotlib.time"] / figures["corticast.time"])
    assert "corticast is" in done.stdout


@pytest.mark.slow
def test_a_race_of_brains_that_turn(tmp_path):
    """PyVista's largest values are those of corticast: the same scale, the same side, the same sense of turning."""
    for module in ("pyvista", "imageio", "nilearn"):
        pytest.importorskip(module)
    path = tmp_path / "peers.json"
    done = run("peers", "spin.mip_cpu", "--quick", "--repeats", 1, "--json", path)
    assert done.returncode == 0, done.stderr
    (result,) = json.loads(path.read_text())["results"]
    figures = {name: figure["median"] for name, figure in result["figures"].items()}
    assert result["parameters"]["library"] == "pyvista"
    assert figures["alike"] > 0.9
    assert figures["pyvista.scale"] == pytest.approx(figures["corticast.scale"], rel=1e-4)
    assert "frames of both sides have an SSIM" in done.stdout


@pytest.mark.slow
def test_a_peer_that_is_not_installed_is_skipped_with_a_line():
    if importlib.util.find_spec("pyvista") is not None:
        pytest.skip("PyVista is installed")
    done = run("peers", "pyvista", "--quick", "--repeats", 1)
    assert done.returncode == 0, done.stderr
    assert "skipped: pyvista is not installed; pip install 'corticast[bench]'" in done.stdout
