"""OpenGL backends: a hidden window's context draws the same as EGL's, and one line names a missing part."""

import importlib.util
import inspect
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from PIL import Image
from tests.displays import environment, needed, run_python

pytestmark = pytest.mark.gl

CORTICAST = Path(sys.executable).with_name("corticast")
WINDOWS = ("glfw", "pyside6")
LIBRARIES = {"glfw": "glfw", "pyside6": "PySide6"}

# Several command lines in one process. It reports which of the windows' libraries it has loaded.
RUN_ALL = """
import json, sys
from corticast.cli import main

for arguments in json.load(sys.stdin):
    sys.argv = ["corticast", *arguments]
    try:
        main()
    except SystemExit as ended:
        if ended.code:
            sys.exit(ended.code)
print(json.dumps(sorted({"glfw", "PySide6"} & set(sys.modules))))
"""


@pytest.fixture(scope="module")
def display():
    """The name of a display without a screen."""
    needed("Xvfb", shutil.which("Xvfb"))
    for library in LIBRARIES.values():
        needed(library, importlib.util.find_spec(library))
    ours, its = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(its), "-screen", "0", "320x240x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=[its], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(its)
    with os.fdopen(ours) as number:
        name = f":{number.readline().strip()}"
    yield name
    server.terminate()
    server.wait(timeout=30)


def run(*arguments, env, cwd=None):
    return subprocess.run(
        [CORTICAST, *map(str, arguments)], capture_output=True, text=True, timeout=120, env=env, cwd=cwd
    )


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    """Arguments of `corticast frame` by the scene's name, and a folder with the inputs."""
    folder = tmp_path_factory.mktemp("scenes")
    rng = np.random.default_rng(11)
    straight = np.diag([4.0, 4.0, 4.0, 1.0])
    straight[:3, 3] = -80, -100, -70
    turn, tilt = np.eye(4), np.eye(4)
    turn[:2, :2] = [[np.cos(0.4), -np.sin(0.4)], [np.sin(0.4), np.cos(0.4)]]
    tilt[1:3, 1:3] = [[np.cos(0.3), -np.sin(0.3)], [np.sin(0.3), np.cos(0.3)]]
    voxels = np.zeros((41, 51, 36), np.int16)
    voxels[5:36, 5:46, 5:31] = rng.integers(100, 30000, (31, 41, 26))
    nib.save(nib.Nifti1Image(voxels, straight), folder / "straight.nii.gz")
    nib.save(nib.Nifti1Image(voxels, turn @ tilt @ straight), folder / "oblique.nii.gz")
    Image.fromarray(rng.integers(0, 256, (90, 120, 3), dtype=np.uint8)).save(folder / "picture.png")
    rows = ["name\tx\ty\tz"] + [f"E{i}\t{-50 + 8 * i}\t{-40 + 6 * i}\t{-30 + 5 * i}" for i in range(12)]
    (folder / "electrodes.tsv").write_text("\n".join(rows) + "\n")
    volume, oblique = ["--volume", str(folder / "straight.nii.gz")], ["--volume", str(folder / "oblique.nii.gz")]
    contacts = ["--electrodes", str(folder / "electrodes.tsv")]
    return folder, {
        "all of it": [*volume, *contacts, "--title", "Everything", "--size", "640x360"],
        "axial": [*volume, *contacts, "--layout", "axial", "--size", "333x222"],
        "oblique": [*oblique, "--size", "480x270"],
        "narrow window": [*volume, "--window", "14000,14300", "--no-labels", "--size", "480x270"],
        "transparent": [*volume, *contacts, "--background", "none", "--size", "320x180"],
        "picture": ["--image", str(folder / "picture.png"), "--no-labels", "--size", "301x203"],
    }


@pytest.fixture(scope="module")
def drawn_by(scenes):
    """Draws every scene, and a short film, by one backend in one process: pictures by name, libraries loaded."""
    folder, by_name = scenes

    def draw(backend, env):
        out = folder / backend
        lines = [
            ["frame", *arguments, "--backend", backend, "--quiet", "-o", str(folder / f"{backend} {name}.png")]
            for name, arguments in by_name.items()
        ]
        film = [*by_name["all of it"], "--sweep", "full", "--frames", "5", "--backend", backend, "--quiet"]
        lines.append(["render", *film, "-o", str(out / "%05d.png")])
        loaded = json.loads(run_python(RUN_ALL, env=env, given=json.dumps(lines)))
        files = [folder / f"{backend} {name}.png" for name in by_name] + sorted(out.iterdir())
        assert len(files) == len(by_name) + 5
        return {file.name.removeprefix(f"{backend} "): np.asarray(Image.open(file)) for file in files}, loaded

    return draw


@pytest.fixture(scope="module")
def by_egl(drawn_by):
    pictures, loaded = drawn_by("egl", environment())
    assert loaded == []
    return pictures


@pytest.mark.slow
@pytest.mark.parametrize("backend", WINDOWS)
def test_hidden_windows_draw_what_egl_draws(display, drawn_by, by_egl, fidelity, backend):
    pictures, loaded = drawn_by(backend, environment(display))
    assert loaded == [LIBRARIES[backend]]
    assert pictures.keys() == by_egl.keys()
    for name, picture in pictures.items():
        assert picture.std() > 10, name
        difference = picture.astype(int) - by_egl[name].astype(int)
        fidelity.within("Sameness: window backends against egl", "egl frames", difference, 1, "levels")


@pytest.mark.slow
def test_auto_takes_a_window_where_egl_fails_and_doctor_says_so(display, scenes, by_egl):
    folder, by_name = scenes
    # GLVND, which dispatches EGL, finds no driver in an empty folder.
    (folder / "no drivers").mkdir()
    broken = environment(display, __EGL_VENDOR_LIBRARY_DIRS=str(folder / "no drivers"))
    done = run("frame", *by_name["oblique"], "-o", folder / "auto.png", env=broken)
    assert done.returncode == 0, done.stderr
    difference = np.asarray(Image.open(folder / "auto.png")).astype(int) - by_egl["oblique.png"]
    assert np.abs(difference).max() <= 1
    report = json.loads(run("doctor", "--json", env=broken).stdout)
    assert report["problems"] == []
    assert report["gl"]["backend"] == "glfw"
    assert {name: found["available"] for name, found in report["backends"].items()} == {
        "egl": False, "glfw": True, "pyside6": True,
    }  # fmt: skip
    assert "surfaceless" in report["backends"]["egl"]["missing"]


def reported_in_one_line(done, code):
    assert done.returncode == code, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize("where", [None, ":9999"])
@pytest.mark.parametrize("backend", WINDOWS)
def test_no_display_is_one_clear_line(scenes, tmp_path, backend, where):
    needed(backend, importlib.util.find_spec(LIBRARIES[backend]))
    volume = scenes[1]["oblique"]
    done = run(
        "render", *volume, "--frames", 2, "--backend", backend, "-o", "frames/%05d.png",
        env=environment(where), cwd=tmp_path,
    )  # fmt: skip
    reported = reported_in_one_line(done, 1)
    assert f"--backend {backend}" in reported
    assert "display" in reported.lower()
    assert "--backend egl" in reported
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("backend", "extra"), [("glfw", "glfw"), ("pyside6", "gui")])
def test_a_missing_library_is_one_clear_line(scenes, tmp_path, backend, extra):
    library = LIBRARIES[backend]
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / f"{library}.py").write_text(f'raise ModuleNotFoundError("No module named {library!r}")\n')
    done = run(
        "frame", *scenes[1]["oblique"], "--backend", backend, "-o", tmp_path / "f.png",
        env=environment(PYTHONPATH=str(tmp_path / "path")),
    )  # fmt: skip
    assert f'pip install "corticast[{extra}]"' in reported_in_one_line(done, 1)
    assert not (tmp_path / "f.png").exists()


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--backend", "nonesuch"], "--backend nonesuch: give auto, egl, glfw or pyside6"),
        (["--backend", "glfw", "--gpu", "0"], "--gpu 0"),
        (["--backend", "pyside6", "--gpu", "1"], "--gpu 1"),
    ],
)
@pytest.mark.parametrize("command", ["frame", "render"])
def test_a_wrong_choice_is_one_clear_line(run_here, scenes, tmp_path, command, options, word):
    status, said = run_here(command, *scenes[1]["oblique"], *options, "-o", tmp_path / "o.png")
    assert status == 2
    assert word in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


# A program with a Qt window's OpenGL current, as napari has. A texture shows whether its context is still current.
QT_HOST = """
import sys
import numpy as np
from PySide6.QtGui import QOffscreenSurface, QOpenGLContext
from PySide6.QtOpenGL import QOpenGLTexture
from PySide6.QtWidgets import QApplication
import corticast as cc

app = QApplication(["host"])
context, surface = QOpenGLContext(), QOffscreenSurface()
surface.create()
assert context.create() and context.makeCurrent(surface)
gl = context.functions()
picture = QOpenGLTexture(QOpenGLTexture.Target.Target2D)
picture.create()
picture.bind()
texture = picture.textureId()
assert gl.glIsTexture(texture)
scene = cc.Scene(volume=cc.load_volume(sys.argv[1]))
for backend in ("auto", "pyside6", "glfw", "egl"):
    np.save(f"{sys.argv[2]}-{backend}.npy", cc.frame(scene, size=(480, 270), backend=backend))
    assert QOpenGLContext.currentContext() is context, backend
    assert gl.glIsTexture(texture) and not gl.glGetError(), backend
    assert QApplication.instance() is app, backend
"""

# A program that has GLFW's window current.
GLFW_HOST = """
import sys
import glfw
import numpy as np
import corticast as cc

assert glfw.init()
glfw.window_hint(glfw.VISIBLE, glfw.FALSE)
window = glfw.create_window(50, 50, "host", None, None)
glfw.make_context_current(window)
scene = cc.Scene(volume=cc.load_volume(sys.argv[1]))
for backend in ("auto", "glfw", "pyside6", "egl"):
    np.save(f"{sys.argv[2]}-{backend}.npy", cc.frame(scene, size=(480, 270), backend=backend))
    assert glfw.get_window_size(window) == (50, 50), backend
    assert glfw.get_current_context().contents is not None
    glfw.swap_buffers(window)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "more"),
    [
        (QT_HOST, {"QT_XCB_GL_INTEGRATION": "xcb_glx"}),
        (QT_HOST, {"QT_XCB_GL_INTEGRATION": "xcb_egl"}),
        (GLFW_HOST, {}),
    ],
    ids=["Qt by GLX", "Qt by EGL", "GLFW"],
)
def test_a_program_keeps_its_own_context(display, scenes, by_egl, tmp_path, code, more):
    run_python(code, scenes[0] / "oblique.nii.gz", tmp_path / "host", env=environment(display, **more))
    frames = sorted(tmp_path.glob("*.npy"))
    assert len(frames) == 4
    for file in frames:
        assert np.abs(np.load(file).astype(int) - by_egl["oblique.png"]).max() <= 1, file.name


QT_AFTERWARDS = """
import sys
import corticast as cc

scene = cc.Scene(volume=cc.load_volume(sys.argv[1]))
for _ in range(2):
    cc.frame(scene, size=(48, 27), backend="pyside6")
from PySide6.QtWidgets import QApplication

app = QApplication(["host"])
cc.frame(scene, size=(48, 27), backend="pyside6")
assert QApplication.instance() is app
"""


@pytest.mark.slow
def test_a_program_may_have_its_own_application_afterwards(display, scenes):
    run_python(QT_AFTERWARDS, scenes[0] / "oblique.nii.gz", env=environment(display))


def check_nested(backend):
    """Contexts restore the context that was current before them, in any order of closing."""
    from corticast.gl.context import OffscreenContext
    from corticast.gl.current import current_context

    before = current_context()
    with OffscreenContext(backend=backend) as outer:
        outside = current_context()
        with OffscreenContext(backend=backend):
            assert current_context() not in (before, outside)
        assert current_context() == outside
        assert outer.facts.renderer
        # Closed in the wrong order, a context leaves the current context alone.
        first, second = OffscreenContext(backend=backend), OffscreenContext(backend=backend)
        inside = current_context()
        first.close()
        assert current_context() == inside
        second.close()
        # Made current in turns.
        first, second = OffscreenContext(backend=backend), OffscreenContext(backend=backend)
        first.make_current()
        second.make_current()
        first.make_current()
        second.close()
        assert first.facts.renderer
        first.close()
        outer.make_current()
        assert current_context() == outside
    assert current_context() == before


def test_what_was_current_before_is_current_again():
    check_nested("egl")


@pytest.mark.slow
@pytest.mark.parametrize("backend", WINDOWS)
def test_what_was_current_before_is_current_again_by_windows(display, backend):
    run_python(f"{inspect.getsource(check_nested)}\ncheck_nested({backend!r})\n", env=environment(display))
