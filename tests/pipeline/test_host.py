"""Using corticast leaves the program that uses it as it was: globals, OpenGL contexts, threads of the renderer.

Each case runs in an interpreter of its own, because the library that is loaded first decides.
"""

import subprocess
import sys

import pytest
from tests.conftest import environment_without

pytestmark = pytest.mark.gl

# What a host may rely on. Loaded modules bring loggers of their own; those that are there are left alone.
SNAPSHOT = """
import ctypes, gc, locale, logging, os, random, signal, sys, threading, warnings
import numpy as np

def snapshot():
    found = {
        "environment": dict(os.environ),
        "numpy errors": np.geterr(),
        "numpy printing": np.get_printoptions(),
        "numpy random": np.random.get_state()[1].tobytes(),
        "random": random.getstate(),
        "signals": {number: signal.getsignal(number) for number in signal.valid_signals()},
        "switch interval": sys.getswitchinterval(),
        # SciPy adds a filter of its own class of warnings when it is imported.
        "warnings": [each for each in warnings.filters if each[2].__module__.split(".")[0] != "scipy"],
        "hooks": (sys.excepthook, sys.displayhook, threading.excepthook, sys.unraisablehook),
        "streams": (sys.stdout, sys.stderr, sys.stdin),
        "root logger": (logging.root.level, list(logging.root.handlers), logging.root.disabled),
        "path": list(sys.path), "folder": os.getcwd(), "locale": locale.setlocale(locale.LC_ALL),
        "threads": sorted(thread.name for thread in threading.enumerate()),
        "garbage": (gc.get_threshold(), gc.isenabled(), gc.get_freeze_count()),
        "modules": {name for name in sys.modules if name.split(".")[0] in ("mne", "pandas", "matplotlib", "cupy")},
    }
    if "OpenGL" in sys.modules:
        found["PyOpenGL"] = {name: value for name, value in vars(sys.modules["OpenGL"]).items() if "ERROR_" in name}
    if "vispy.gloo.gl" in sys.modules:
        from vispy import app
        from vispy.gloo.context import get_current_canvas
        functions = sys.modules["vispy.gloo.gl"]
        found["vispy's OpenGL"] = {name: value for name, value in vars(functions).items() if name[:2].lower() == "gl"}
        found["vispy's backend"] = functions.current_backend.__name__
        found["vispy's canvas"] = get_current_canvas()
        found["vispy's application"] = app._default_app.default_app
    return found

def check_same(before):
    after = snapshot()
    for name, value in before.items():
        assert after[name] == value, f"{name}: {value!r:.300} -> {after[name]!r:.300}"
"""

SCENE = """
import corticast as cc
rng = np.random.default_rng(3)
voxels = np.asfortranarray(rng.integers(0, 900, (20, 24, 22)).astype(np.int16))
scene = cc.Scene(volume=cc.Volume(voxels, np.diag([6.0, 6, 6, 1]), name="noise"), labels="none")
"""

HOSTS = {
    "nothing loaded": "",
    "PyOpenGL loaded": "import OpenGL; OpenGL.ERROR_LOGGING = True; OpenGL.ERROR_ON_COPY = True",
    "PyOpenGL without error checks": "import OpenGL; OpenGL.ERROR_CHECKING = False",
    "PyOpenGL by GLX": "import OpenGL.GL",
    "vispy's checking functions": "import vispy.app; from vispy.gloo import context, gl; gl.use_gl('gl2 debug')",
    "vispy's idle functions": "import vispy.app; from vispy.gloo import context, gl; gl.use_gl('dummy')",
    "vispy's PyOpenGL": "import vispy.app; from vispy.gloo import context, gl; gl.use_gl('gl+')",
    "variables set": "os.environ.update(LP_NUM_THREADS='3', VISPY_GL_LIB='libGL.so.1', PYOPENGL_PLATFORM='egl')",
}


def run(code, **more):
    done = subprocess.run(
        [sys.executable, "-c", SNAPSHOT + code],
        capture_output=True, text=True, timeout=300, env=environment_without("DISPLAY", "LP_NUM_THREADS", **more),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_pictures_and_films_leave_a_program_as_it_was(tmp_path, host):
    run(
        f"""
{host}
before = snapshot()
{SCENE}
check_same(before)
picture = cc.frame(scene, size=(64, 48), threads=1)
check_same(before)
assert picture.std() > 20
cc.render(scene, {str(tmp_path / "film.mp4")!r}, size=(64, 48), frames=3, threads=1)
check_same(before)
cc.sheet(scene, {str(tmp_path / "sheet.png")!r}, slices=4, size=(256, 192), threads=1)
check_same(before)
"""
    )


@pytest.mark.parametrize("host", ["nothing loaded", "vispy's checking functions", "variables set"])
def test_errors_leave_a_program_as_it_was(tmp_path, host):
    run(
        f"""
{HOSTS[host]}
before = snapshot()
{SCENE}
def refused(function, *arguments, error=cc.errors.CorticastError, **more):
    try:
        function(*arguments, **more)
    except error:
        check_same(before)
        return
    raise AssertionError(function)

refused(cc.frame, scene, 99, size=(64, 48))
refused(cc.frame, scene, size=(10**6, 48))
refused(cc.frame, scene, size=(64, 48), gpu=99)
refused(cc.frame, scene, size=(64, 48), backend="glfw")
refused(cc.render, scene, {str(tmp_path / "none" / "film.mp4")!r}, size=(64, 48), frames=3)
class Stop(BaseException):
    pass
def stop(done, total):
    raise Stop
refused(cc.render, scene, {str(tmp_path / "film.mp4")!r}, size=(64, 48), frames=9, progress=stop, error=Stop)
assert cc.frame(scene, size=(64, 48)).std() > 20
check_same(before)
"""
    )


def test_each_call_has_its_own_number_of_threads():
    """Mesa's threads are named llvmpipe-N; the threads of an earlier call are gone with it."""
    printed = run(
        f"""
{SCENE}
from pathlib import Path
def n_threads():
    return sum(path.read_text().startswith("llvmpipe") for path in Path("/proc/self/task").glob("*/comm"))
pictures = []
for threads in (1, 3, 2, 3):
    pictures.append(cc.frame(scene, size=(64, 48), threads=threads))
    print(n_threads())
assert all(np.array_equal(picture, pictures[0]) for picture in pictures)
"""
    )
    if set(printed.split()) == {"0"}:
        pytest.skip("no software renderer")
    assert printed.split() == ["1", "3", "2", "3"]


# A program with an OpenGL ES context of its own current, as EGL chooses by default; it draws in it before and after.
EGL_HOST = """
egl = ctypes.CDLL("libEGL.so.1")
for name in ("eglGetDisplay", "eglGetCurrentContext", "eglCreateContext", "eglGetProcAddress"):
    getattr(egl, name).restype = ctypes.c_void_p
egl.eglGetProcAddress.argtypes = [ctypes.c_char_p]
display_of = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(
    egl.eglGetProcAddress(b"eglGetPlatformDisplayEXT"))
pointer = ctypes.c_void_p
display = pointer(display_of(0x31DD, None, None))
assert display.value and egl.eglInitialize(display, None, None)
config, count = pointer(), ctypes.c_int()
wanted = (ctypes.c_int * 5)(0x3033, 1, 0x3040, 4, 0x3038)
assert egl.eglChooseConfig(display, wanted, ctypes.byref(config), 1, ctypes.byref(count)) and count.value
context = pointer(egl.eglCreateContext(display, config, None, (ctypes.c_int * 3)(0x3098, 2, 0x3038)))
assert egl.eglMakeCurrent(display, None, None, context)
gl = ctypes.CDLL("libGLESv2.so.2")
gl.glGetString.restype = ctypes.c_char_p
texture = ctypes.c_uint()
gl.glGenTextures(1, ctypes.byref(texture))
gl.glBindTexture(0x0DE1, texture)
def check():
    assert egl.eglQueryAPI() == 0x30A0 and egl.eglGetCurrentContext() == context.value
    assert b"OpenGL ES" in gl.glGetString(0x1F02) and gl.glIsTexture(texture) and not gl.glGetError()
check()
"""


def test_a_context_of_the_program_stays_current_and_alive():
    """Also when calls ask for other numbers of threads, which open the displays of corticast anew."""
    run(
        f"""
try:
    ctypes.CDLL("libGLESv2.so.2")
except OSError:
    raise SystemExit
{EGL_HOST}
{SCENE}
for threads in (1, 2, None):
    assert cc.frame(scene, size=(64, 48), threads=threads).std() > 20
    check()
"""
    )


def test_calls_in_threads_wait_for_one_another():
    """vispy has one current canvas for all threads; frames are those of calls one after another."""
    run(
        f"""
{SCENE}
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
flipped = cc.Scene(volume=replace(scene.volume, voxels=np.asfortranarray(voxels[::-1])), labels="none")
alone = [cc.frame(each, size=(64, 48)) for each in (scene, flipped)]
assert not np.array_equal(*alone)
with ThreadPoolExecutor(4) as pool:
    frames = list(pool.map(lambda number: cc.frame((scene, flipped)[number % 2], size=(64, 48)), range(24)))
assert all(np.array_equal(frame, alone[number % 2]) for number, frame in enumerate(frames))
"""
    )


def test_a_picture_may_be_taken_while_a_film_is_rendered(tmp_path):
    run(
        f"""
{SCENE}
alone, pictures = cc.frame(scene, size=(64, 48)), []
film = cc.render(scene, {str(tmp_path / "a.mkv").replace("mkv", "mp4")!r}, size=(64, 48), frames=4)
nested = cc.render(
    scene, {str(tmp_path / "b.mp4")!r}, size=(64, 48), frames=4,
    progress=lambda done, total: pictures.append(cc.frame(scene, size=(64, 48))),
)
assert len(pictures) >= 4 and all(np.array_equal(picture, alone) for picture in pictures)
assert film.path.read_bytes() == nested.path.read_bytes()
"""
    )
