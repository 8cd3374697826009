"""The whole way: files in, a film or a picture out."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction
from importlib.metadata import version

import numpy as np
import pytest
import soundfile
from PIL import Image
from tests.pipeline.command import CORTICAST, run, scene_of

import corticast as cc
from corticast.cli import main

pytestmark = pytest.mark.gl


def test_the_version_is_reported(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["corticast", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"corticast {version('corticast')}\n"
    assert cc.__version__ == version("corticast")


def test_without_arguments_the_help_is_shown(run_here):
    status, said = run_here()
    assert status == 2
    assert re.search(r"\n  render +Render a film", said)


def test_info_goes_on_past_a_file_that_it_cannot_read(inputs, monkeypatch, capsys):
    files = [inputs / "song.wav", inputs / "absent.nii", inputs / "sub-01_electrodes.tsv"]
    monkeypatch.setattr(sys, "argv", ["corticast", "info", *map(str, files)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert [line.split(":")[0] for line in said.out.splitlines() if line[0] != " "] == [str(files[0]), str(files[2])]
    assert said.err == f"corticast: {files[1]}: no such file; give an existing file\n"


@pytest.mark.parametrize("layout", ["ortho", "grid"])
def test_a_long_title_is_shortened(layout):
    """Both ends of its line stay free."""
    volume = cc.Volume(np.full((30, 30, 30), 200, np.uint8, order="F"), np.diag([4.0, 4.0, 4.0, 1.0]))
    title = "A title that says all there is to say of " + ", ".join(f"head {n}" for n in range(30))
    scene = cc.Scene(volume=volume, layout=layout, title=title)
    pixels = cc.frame(scene, size=(640, 360)).astype(int)
    without = cc.frame(replace(scene, title=" "), size=(640, 360)).astype(int)
    columns = np.flatnonzero((pixels != without).any(axis=(0, 2)))
    assert 0 < columns[0] < columns[-1] < 639
    # The clock has room beside the title, and as much stays free at the other side.
    assert columns[-1] - columns[0] > 500


def test_panels_say_where_contacts_are(inputs):
    scene = scene_of(inputs)
    panels = {panel.name: panel for panel in cc.panels(scene, size=(1280, 720))}
    assert set(panels) == {"sagittal", "coronal", "axial"}
    assert panels["axial"].affine.shape == (2, 3)
    x, y, width, height = panels["axial"].rect
    column, row = panels["axial"].affine @ (0.0, 0.0, 1.0)
    assert x < column < x + width
    assert y < row < y + height


def test_the_command_line_and_python_draw_the_same(run_inside, inputs, tmp_path):
    done = run_inside(
        "frame", "--volume", inputs / "sub-01_T1w.nii.gz", "--electrodes", inputs / "sub-01_electrodes.tsv",
        "--audio", inputs / "song.wav", "--time", "0.3", "--size", "400x300", "-o", tmp_path / "f.png",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    by_command = np.asarray(Image.open(tmp_path / "f.png"))
    by_python = cc.frame(scene_of(inputs), time=Fraction("0.3"), size=(400, 300))
    assert np.array_equal(by_command, by_python)


def test_a_scene_file_renders_the_same(run_inside, inputs, tmp_path):
    (tmp_path / "films").mkdir()
    options = ["--volume", inputs / "sub-01_T1w.nii.gz", "--layout", "axial", "--plane-mm", "-10,4,-6"]
    first = run_inside(
        "frame", *options, "--size", "200x200", "-o", tmp_path / "a.png", "--save-scene", tmp_path / "films" / "s.toml"
    )
    assert first.returncode == 0, first.stderr
    second = run_inside("frame", tmp_path / "films" / "s.toml", "-o", tmp_path / "b.png")
    assert second.returncode == 0, second.stderr
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="no ffprobe")
def test_a_film_with_sound(inputs, tmp_path):
    movie = tmp_path / "movie.mp4"
    done = run(
        "render", "--volume", inputs / "sub-01_T1w.nii.gz", "--electrodes", inputs / "sub-01_electrodes.tsv",
        "--audio", inputs / "song.wav", "--size", "320x181", "--fps", "25", "-o", movie,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "12 contacts drawn" in done.stdout
    probed = json.loads(
        subprocess.run(
            ["ffprobe", "-v", "error", "-show_streams", "-of", "json", movie], capture_output=True, check=True
        ).stdout
    )
    video, audio = probed["streams"]
    assert (video["codec_name"], video["pix_fmt"], video["nb_frames"]) == ("h264", "yuv420p", "50")
    # Odd sides are made even, by the last row once more.
    assert (video["width"], video["height"]) == (320, 182)
    assert {video[f"color_{tag}"] for tag in ("space", "transfer", "primaries")} == {"bt709"}
    assert video["color_range"] == "tv"
    assert float(video["duration"]) == pytest.approx(2.0)
    assert float(audio["duration"]) == pytest.approx(2.0, abs=0.001)
    assert float(video["start_time"]) == float(audio["start_time"]) == 0
    assert movie.read_bytes().find(b"moov") < movie.read_bytes().find(b"mdat")


WRONG = {
    "no volume": (["--volume", "none.nii"], "none.nii"),
    "no input": ([], "nothing to show"),
    "size 0": (["--volume", "{T1}", "--size", "0x10"], "--size 0x10"),
    "size above the limit": (["--volume", "{T1}", "--size", "99999x10"], "99999x10"),
    "no such map": (["--volume", "{T1}", "--cmap", "nonesuch"], "--cmap nonesuch"),
    "unknown colour": (["--volume", "{T1}", "--background", "nonesuch"], "--background nonesuch"),
    "text for a volume": (["--volume", "{TSV}"], "electrodes.tsv"),
    "volume for a table": (["--electrodes", "{T1}"], "T1w.nii.gz"),
    "volume for a sound": (["--volume", "{T1}", "--audio", "{T1}"], "T1w.nii.gz"),
    "start beyond the sound": (["--volume", "{T1}", "--audio", "{WAV}", "--start", "9"], "--start 9"),
    "no such column": (["--electrodes", "{TSV}", "--audio", "{WAV}", "--assign", "nonesuch"], "--assign nonesuch"),
    "picture and volume": (["--volume", "{T1}", "--image", "{T1}"], "T1w.nii.gz"),
    "nothing moves": (["--electrodes", "{TSV}"], "nothing moves"),
    "two lengths": (["--volume", "{T1}", "--frames", "3", "--duration", "2"], "--duration"),
    "time index": (["--volume", "{T1}", "--time-index", "3"], "--time-index 3"),
    "gpu": (["--volume", "{T1}", "--fps", "fast"], "--fps fast"),
}


@pytest.mark.parametrize("case", WRONG)
def test_bad_input_is_one_clear_line(inputs, tmp_path, run_here, case):
    arguments, word = WRONG[case]
    names = {
        "{T1}": inputs / "sub-01_T1w.nii.gz", "{TSV}": inputs / "sub-01_electrodes.tsv", "{WAV}": inputs / "song.wav",
    }  # fmt: skip
    output = tmp_path / "out.mp4"
    output.write_text("precious")
    code, reported = run_here("render", *(names.get(a, a) for a in arguments), "-o", output, "--overwrite")
    assert code == 2, reported
    assert reported.count("\n") == 1, reported
    assert word in reported
    # The previous output is untouched, and nothing lies beside it.
    assert output.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [output]


@pytest.mark.parametrize(
    ("output", "word"),
    [("none/out.mp4", "none"), ("out.xyz", "out.xyz"), ("there.mp4", "--overwrite"), (".", "kind of film")],
)
def test_a_wrong_output_is_said_before_anything_is_drawn(inputs, tmp_path, run_here, output, word):
    (tmp_path / "there.mp4").write_text("precious")
    code, reported = run_here("render", "--volume", inputs / "sub-01_T1w.nii.gz", "-o", output)
    assert code == 2, reported
    assert reported.count("\n") == 1
    assert word in reported
    assert [p.name for p in tmp_path.iterdir()] == ["there.mp4"]
    assert (tmp_path / "there.mp4").read_text() == "precious"


def test_silence_is_no_error_but_a_warning(run_inside, inputs, tmp_path):
    soundfile.write(tmp_path / "silence.wav", np.zeros(8000), 16000)
    done = run_inside(
        "render", "--volume", inputs / "sub-01_T1w.nii.gz", "--electrodes", inputs / "sub-01_electrodes.tsv",
        "--audio", tmp_path / "silence.wav", "--size", "160x90", "-o", tmp_path / "m.mp4",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "silent" in done.stderr
    quiet = run_inside(
        "render", "--volume", inputs / "sub-01_T1w.nii.gz", "--frames", "2", "--size", "160x90",
        "-o", tmp_path / "q.mp4", "--quiet",
    )  # fmt: skip
    assert (quiet.stdout, quiet.stderr) == ("", "")


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_leaves_nothing(inputs, tmp_path, sent, status):
    process = subprocess.Popen(
        [CORTICAST, "render", "--volume", inputs / "sub-01_T1w.nii.gz", "--frames", "100000", "-o", "long.mp4"],
        cwd=tmp_path, stderr=subprocess.PIPE,
        # A test run in the background of a shell ignores Ctrl-C, and would pass that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    # Until the hidden folder of the unfinished film is there.
    deadline = time.monotonic() + 60
    while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
        os.sched_yield()
    process.send_signal(sent)
    _, reported = process.communicate(timeout=60)
    assert process.returncode == status
    assert b"Traceback" not in reported
    assert list(tmp_path.iterdir()) == []


@pytest.mark.gl
def test_a_film_is_made_where_no_stream_is_open(inputs, tmp_path):
    command = 'exec "$0" render --volume "$1" --frames 2 --size 64x36 -o film.mp4 <&- >&- 2>&-'
    done = subprocess.run(["sh", "-c", command, CORTICAST, inputs / "sub-01_T1w.nii.gz"], cwd=tmp_path, check=False)
    assert done.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]


def test_importing_loads_no_heavy_library():
    code = (
        "import sys, numpy, corticast; "
        "heavy = {'OpenGL', 'vispy', 'cupy', 'soundfile', 'nibabel', 'scipy', 'PySide6', 'PIL'}; "
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_opening_slices_imports_no_image_functions_of_scipy():
    """They take a fifth of a second to import."""
    code = (
        "import sys, numpy as np, corticast as cc; from corticast.film.opening import open_film; "
        "from corticast.film.timing import FilmTiming; "
        "voxels = np.zeros((9, 9, 9), np.uint8, order='F'); voxels[2:7, 2:7, 2:7] = 9; "
        "scene = cc.Scene(volume=cc.Volume(voxels, np.diag([20.0, 20, 20, 1])), layout='ortho'); "
        "open_film(scene, FilmTiming(size=(640, 360))).layout(); "
        "sys.exit('scipy.ndimage' if 'scipy.ndimage' in sys.modules else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.gl
def test_drawing_imports_no_wrappers_of_all_of_opengl():
    """They take a tenth of a second, and are wanted by vispy's 3-D textures and the texts of PyOpenGL's errors."""
    code = (
        "import sys, numpy as np, corticast as cc; from corticast.core.model.types import Volume; "
        "cc.frame(cc.Scene(volume=Volume(np.zeros((4, 4, 4), np.uint8, order='F'), np.eye(4))), size=(64, 64)); "
        "sys.exit(' '.join({'OpenGL.GL', 'OpenGL.GLU'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_public_name_is_there():
    for name in cc.__all__:
        assert getattr(cc, name) is not None
    # No subpackage may take the place of a function once it has been imported.

    assert all(callable(getattr(cc, name)) for name in ("render", "frame", "panels"))
    with pytest.raises(AttributeError, match="nonesuch"):
        _ = cc.nonesuch


@pytest.mark.parametrize("kind", ["T1w.nii.gz", "electrodes.tsv", "song.wav"])
def test_info_reports_the_content_of_a_file(run_inside, inputs, kind):
    (file,) = inputs.glob(f"*{kind}")
    done = run_inside("info", file)
    assert done.returncode == 0, done.stderr
    words = {
        "T1w.nii.gz": ["41 x 51 x 36", "RAS", "4 x 4 x 4 mm"],
        "electrodes.tsv": ["12"],
        "song.wav": ["22050", "2.000 s"],
    }
    for word in words[kind]:
        assert word in done.stdout


def test_doctor_names_the_renderer():
    done = run("doctor", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 0, report["problems"]
    assert report["gl"]["renderer"]
    assert isinstance(report["gl"]["software"], bool)
    assert ".mp4 h264" in report["video"]["encoders"]
