"""Live windows on a real display: the screen shows the drawn picture, and keys and mouse do their work."""

import importlib.util
import json
import re
import signal
import subprocess
import sys
import threading
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.displays import (
    DEADLINE_S,
    LIBRARIES,
    SCREEN,
    environment,
    needed,
    run_python,
    until,
    xdotool,
)
from tests.live.window_double import pattern

pytestmark = [pytest.mark.gl, pytest.mark.slow]

ROOT = Path(__file__).parents[2]


class Window:
    """A window of `window_double` in a process of its own, and the events that it reports."""

    def __init__(self, display, library, *, env=None, **options):
        self.display, self.library = display, library
        # Controls take room: the picture fills the window except in tests of controls.
        options = {"controls": False, **options}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.live.window_double", library, json.dumps(options)],
            env=environment(display, **(env or {})), cwd=ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.reported, self.stderr = [], ""
        self._readers = [threading.Thread(target=read) for read in (self._read, self._read_errors)]
        for reader in self._readers:
            reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.reported.append(json.loads(line))

    def _read_errors(self):
        self.stderr = self.process.stderr.read()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.wait()

    def wait(self):
        code = self.process.wait(timeout=DEADLINE_S)
        for reader in self._readers:
            reader.join(DEADLINE_S)
        return code

    def opened(self):
        self.expect("drawn")
        self.id = until(lambda: self.tool("search", "--name", "corticast test", check=False).split(), "window")[-1]
        self.tool("windowfocus", "--sync", self.id)
        return self

    def tool(self, *arguments, check=True):
        return xdotool(self.display, *arguments, check=check).stdout

    def expect(self, *call, since=0):
        """Wait for a call that begins so, and give it."""
        return until(lambda: next((it for it in self.reported[since:] if it[: len(call)] == list(call)), None), call)

    def asked(self, since):
        """Calls from the viewer to the show, from a number of reports on."""
        return [it for it in self.reported[since:] if it[0] not in ("resize", "upkeep")]

    def key(self, *keys):
        self.tool("key", "--delay", 30, *keys)

    def place(self):
        """Left, top, width and height of the area within the window's frame."""
        lines = self.tool("getwindowgeometry", "--shell", self.id).split()
        found = dict(line.split("=") for line in lines)
        return tuple(int(found[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))

    def point(self, x, y):
        """Move the mouse to a place in the window."""
        left, top, *_ = self.place()
        self.tool("mousemove", left + x, top + y)

    def size(self):
        """Size of the picture in the latest call to the show."""
        return tuple([it for it in self.reported if it[0] in ("attach", "resize")][-1][1:3])

    def screen(self):
        """Pixels of the screen, (height, width, 3) uint8."""
        shot = subprocess.run(
            ["import", "-window", "root", "png:-"], env=environment(self.display), check=True, capture_output=True
        ).stdout
        return np.asarray(Image.open(BytesIO(shot)).convert("RGB"))

    def shows_the_pattern(self):
        """Whether every pixel of the pattern is where it belongs, from the top left corner of the window."""
        left, top, *_ = self.place()
        width, height = self.size()
        seen = self.screen()[top : top + height, left : left + width]
        wanted = pattern((width, height))[..., :3]
        return seen.shape == wanted.shape and bool((seen == wanted).all())


@pytest.fixture(scope="module", params=LIBRARIES)
def window(display, request):
    with Window(display, request.param) as one:
        yield one.opened()


@pytest.fixture
def calls(window):
    """Later calls from the viewer to the show: wait for a call, and return all calls until then."""
    since = len(window.reported)

    def after(*call):
        window.expect(*call, since=since)
        return window.asked(since)

    return after


def test_the_picture_is_upright_and_pixel_for_pixel(window):
    until(window.shows_the_pattern, "the pattern")
    width, height = window.size()
    assert width == 640
    # Qt's window has its status line in it.
    assert height == 480 if window.library == "glfw" else 440 < height < 480
    assert window.reported[0][3] == {"qt": "pyside6", "glfw": "glfw"}[window.library]


@pytest.mark.parametrize(
    ("key", "call"),
    [
        ("space", ["pause"]),
        ("1", ["layout", 1]),
        ("5", ["layout", 5]),
        ("plus", ["change", {"gain_db": 3.0}]),
        ("minus", ["change", {"gain_db": 0.0}]),
        ("a", ["change", {"gain_db": None}]),
        ("r", ["reset"]),
        ("S", ["change", {"spectrogram": True}]),
        ("s", ["change", {"spectrogram": False}]),
    ],
)
def test_keys(window, calls, key, call):
    window.key(key)
    assert calls(*call) == [call]


def test_a_click_moves_the_crosshair_once(window, calls):
    window.point(100, 50)
    window.tool("click", 1)
    # Pixels of the frame, from its top left corner.
    assert calls("click") == [["click", 100.0, 50.0]]
    window.key("space")
    assert calls("pause") == [["click", 100.0, 50.0], ["pause"]]


def test_a_double_click_resets_and_is_no_click(window):
    window.point(100, 50)
    for _ in range(20):
        since = len(window.reported)
        window.tool("click", "--repeat", 2, "--delay", 20, 1)
        asked = until(lambda since=since: window.asked(since))
        # On a busy machine the second click may come too late, and then both are clicks.
        if asked[0] != ["click", 100.0, 50.0]:
            break
        until(lambda since=since: len(window.asked(since)) == 2, "the second click")
    # A waiting click would be reported before a later one.
    window.point(300, 200)
    window.tool("click", 1)
    window.expect("click", since=since)
    assert window.asked(since) == [["reset"], ["click", 300.0, 200.0]]


def test_the_wheel_steps_through_slices(window, calls):
    window.point(200, 300)
    window.tool("click", 4)
    assert calls("wheel") == [["wheel", 200.0, 300.0, 1]]
    window.tool("click", "--repeat", 3, "--delay", 5, 5)
    until(lambda: sum(it[3] for it in calls("wheel")) == -2)


@pytest.mark.parametrize("button", [2, 3])
def test_a_drag_sets_window_and_level(window, calls, button):
    window.point(200, 300)
    window.tool("mousedown", button)
    window.point(230, 290)
    window.point(250, 280)
    window.tool("mouseup", button)
    until(lambda: np.allclose(np.sum([it[1:] for it in calls("drag")], axis=0), (50, -20)))
    assert {it[0] for it in calls("drag")} == {"drag"}


def test_a_left_drag_takes_the_crosshair_along(window, calls):
    window.point(200, 100)
    window.tool("mousedown", 1)
    window.point(260, 130)
    calls("click", 260.0, 130.0)
    window.tool("mouseup", 1)
    assert {it[0] for it in calls("click")} == {"click"}


def test_another_size(window):
    *_, width, height = window.place()
    for size in ((720, 410), (width, height)):
        window.tool("windowsize", window.id, *size)
        until(lambda size=size: window.place()[2:] == size and window.size()[0] == size[0])
        until(window.shows_the_pattern, "the pattern")


def test_full_screen(window):
    before = window.place()[2:]
    window.key("f")
    until(lambda: window.size() == SCREEN and window.place() == (0, 0, *SCREEN))
    until(window.shows_the_pattern, "the pattern")
    window.key("Escape")
    until(lambda: window.place()[2:] == before and window.size()[0] == before[0])
    until(window.shows_the_pattern, "the pattern")


@pytest.mark.parametrize("library", LIBRARIES)
def test_full_screen_without_a_window_manager(bare_display, library):
    with Window(bare_display, library, full_screen=True) as window:
        window.opened()
        until(lambda: window.size() == SCREEN and window.place() == (0, 0, *SCREEN), "the full screen")
        until(window.shows_the_pattern, "the pattern")
        window.key("Escape")
        until(lambda: window.place()[2:] == (640, 480) and window.size()[0] == 640, "the window")
        until(window.shows_the_pattern, "the pattern")


def test_minimised_it_goes_on_without_drawing(window):
    window.tool("windowminimize", "--sync", window.id)
    since = len(window.reported)

    def n_drawn():
        return [it[2] for it in window.reported[since:] if it[0] == "upkeep"]

    until(lambda: len(n_drawn()) >= 6, "upkeep")
    # Nothing is drawn from one to the next.
    assert len(set(n_drawn()[1:])) == 1
    window.tool("windowactivate", "--sync", window.id)
    until(window.shows_the_pattern, "the pattern")


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("how", ["q", "ctrl+q", "manager", "over"])
def test_it_closes_and_lets_go_of_everything(display, library, how):
    options = {"ends_after": 20} if how == "over" else {}
    with Window(display, library, **options) as window:
        if how == "over":
            pass
        elif how == "manager":
            window.opened().tool("key", "alt+F4")
        else:
            window.opened().key(how)
        assert window.wait() == 0, window.stderr
        assert window.reported[-1] == ["closed"]
        _, _, n_finished, _, gl_error = next(it for it in window.reported if it[0] == "detach")
        assert n_finished > 5
        assert gl_error == 0
        assert window.stderr == ""


@pytest.mark.parametrize("library", LIBRARIES)
def test_ctrl_c_closes_it_first(display, library):
    with Window(display, library) as window:
        window.opened().process.send_signal(signal.SIGINT)
        assert window.wait() == 130, window.stderr
        assert [it[0] for it in window.reported][-2:] == ["detach", "interrupted"]
        assert window.stderr == ""


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_system_that_ends_it_closes_it_first(display, library):
    with Window(display, library) as window:
        window.opened().process.terminate()
        assert window.wait() == 143, window.stderr
        assert window.reported[-1][0] == "detach"
        assert window.stderr == ""


@pytest.mark.parametrize("library", LIBRARIES)
def test_it_lives_on_after_errors_and_logs_each_once(display, library):
    with Window(display, library, breaks="draw") as window:
        window.opened()
        until(window.shows_the_pattern, "the pattern")
        if library == "glfw":
            until(lambda: "frames are out of luck" in window.tool("getwindowname", window.id), "title")
        window.key("q")
        assert window.wait() == 0
        assert window.stderr.count("Traceback") == 1
        assert "RuntimeError: frames are out of luck" in window.stderr


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_show_that_cannot_be_drawn_ends_it(display, library):
    with Window(display, library, breaks="attach") as window:
        assert window.wait() == 1
        assert "DeviceError: the volume is too large" in window.stderr
        assert window.reported == []


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_frame_of_another_shape_stands_in_the_middle(display, library):
    """A recording has frames of its own size."""
    with Window(display, library, size=(640, 560), fixed=(320, 200)) as window:
        window.opened()
        left, top, *_ = window.place()
        width, height = window.size()
        # As OpenGL's blit samples: at pixel centres, linear, clamped at the edges.
        wanted = np.zeros((height, width, 3))
        tall = round(width * 200 / 320)
        above = (height - tall) // 2
        wanted[above : above + tall] = enlarged(pattern((320, 200))[..., :3].astype(float), (tall, width))
        seen = []

        def shown():
            seen[:] = [window.screen()[top : top + height, left : left + width].astype(float)]
            return np.abs(seen[0] - wanted).max() <= 2

        until(shown, "the picture")
        assert not seen[0][:above].any()
        assert not seen[0][above + tall :].any()
        window.point(100, above + 50)
        window.tool("click", 1)
        window.expect("click", 50.0, 25.0)


def enlarged(picture, shape):
    """Linear interpolation along both axes, between pixel centres."""
    for axis, n in enumerate(shape):
        n_from = picture.shape[axis]
        at = np.clip((np.arange(n) + 0.5) * n_from / n - 0.5, 0, n_from - 1)
        low = np.minimum(at.astype(int), n_from - 2)
        share = np.expand_dims(at - low, tuple(k for k in range(3) if k != axis))
        picture = picture.take(low, axis) * (1 - share) + picture.take(low + 1, axis) * share
    return picture


def test_a_screen_of_several_pixels_in_one(display):
    """Sizes and the mouse's places are in pixels, also where the desktop counts in larger units."""
    with Window(display, "qt", size=(850, 600), env={"QT_SCALE_FACTOR": "1.25"}) as window:
        window.opened()
        assert window.size()[0] == 850
        until(window.shows_the_pattern, "the pattern")
        window.point(301, 202)
        window.tool("click", 1)
        _, x, y = window.expect("click")
        assert abs(x - 301) < 1.5
        assert abs(y - 202) < 1.5


def test_qt_controls(display):
    with Window(display, "qt", size=(800, 600), controls=True) as window:
        window.opened()
        with_controls = window.size()
        until(window.shows_the_pattern, "the pattern")
        # Tab leads to the controls, Escape back to the picture.
        window.key("Tab", "Down")
        window.expect("layout", 1)
        window.key("Tab", "Down")
        window.expect("change", {"cmap": "gray"})
        window.key("Escape", "p")
        window.expect("change", {"controls": False})
        until(lambda: window.size()[0] == 800 > with_controls[0])
        until(window.shows_the_pattern, "the pattern")
        window.key("p")
        until(lambda: window.size() == with_controls)
        window.key("s")
        window.expect("change", {"spectrogram": True})
        until(lambda: window.size()[1] < with_controls[1])
        # The list of keys lies over the picture.
        until(window.shows_the_pattern, "the pattern")
        window.key("h")
        until(lambda: not window.shows_the_pattern())
        window.key("Escape")
        until(window.shows_the_pattern, "the pattern")


def test_glfw_reports_in_its_title(display):
    with Window(display, "glfw", message="no device") as window:
        window.opened()
        until(lambda: "no device  ·  60 fps" in window.tool("getwindowname", window.id), "title")


MANY_CALLS = """
from corticast.gl.window_qt import loading_qt
with loading_qt():
    from PySide6.QtCore import QObject
it = QObject()
for _ in range(200_000):
    it.setObjectName("x")
"""


def test_qt_can_be_called_for_hours():
    """PySide6 6.12.0 loses a reference to None with every call. Before 3.12, Python has only some thousands of them."""
    needed("PySide6", importlib.util.find_spec("PySide6"))
    run_python(MANY_CALLS, env=environment())


TELL_ERROR = """
import sys
from corticast.errors import CorticastError
from tests.live.window_double import Show
if sys.argv[1] == "qt":
    from corticast.app.live.window.qt.opening import run
else:
    from corticast.app.live.window.plain import run
try:
    run(Show(), size=(320, 240), screen=int(sys.argv[2]) if sys.argv[2:] else None, full_screen=False, title="t")
except CorticastError as error:
    print(type(error).__name__, error.as_typed)
"""


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_is_missing_is_one_clear_line(display, tmp_path, library):
    here = str(ROOT)
    reported = run_python(TELL_ERROR, library, env=environment(PYTHONPATH=here))
    assert re.match(r"NoWindowError (GLFW|Qt) cannot open a window: ", reported)
    assert "display" in reported.lower()
    assert "--headless" in reported
    assert "--backend egl" not in reported
    (tmp_path / f"{LIBRARIES[library]}.py").write_text("raise ModuleNotFoundError('No module')\n")
    reported = run_python(TELL_ERROR, library, env=environment(display, PYTHONPATH=f"{tmp_path}:{here}"))
    assert reported.startswith("NoWindowError")
    assert 'pip install "corticast[' in reported
    reported = run_python(TELL_ERROR, library, 7, env=environment(display, PYTHONPATH=here))
    assert reported == "OptionError --screen 7: there are 1 screens, numbered from 0; give another number\n"
