"""Displays without a screen, and programs that run on them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from tests.conftest import expected


def needed(thing, there):
    """Skip where something is not there, unless CORTICAST_EXPECT=xvfb wants these tests."""
    if not there:
        (pytest.fail if expected("xvfb") else pytest.skip)(f"no {thing}")


def environment(display=None, **more):
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "QT_XCB_GL_INTEGRATION", "PYOPENGL_PLATFORM")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return {**kept, **({"DISPLAY": display} if display else {}), **more}


def run_python(code, *arguments, env, given=""):
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        input=given, capture_output=True, text=True, timeout=300, env=env,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


LIBRARIES = {"qt": "PySide6", "glfw": "glfw"}
SCREEN = (900, 700)
DEADLINE_S = 60
# xdotool counts a frame's width twice in a window's place. Alt+F4 closes a window as its frame's button would.
BARE_WINDOWS = """<openbox_config xmlns="http://openbox.org/3.4/rc">
<keyboard><keybind key="A-F4"><action name="Close"/></keybind></keyboard>
<theme><keepBorder>no</keepBorder></theme>
<applications><application class="*"><decor>no</decor></application></applications>
</openbox_config>
"""


@contextmanager
def ended(process):
    """A process of ours that does not outlive its use."""
    try:
        yield process
    finally:
        process.kill()
        process.wait(timeout=30)


@contextmanager
def a_display(folder):
    """Xvfb, and the name of its display."""
    size = "{}x{}x24".format(*SCREEN)
    with (folder / "number").open("w") as file:
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(file.fileno()), "-screen", "0", size, "-nolisten", "tcp", "-noreset"],
            stderr=subprocess.DEVNULL, pass_fds=[file.fileno()],
        )  # fmt: skip
    with ended(server):
        number = folder / "number"
        until(lambda: number.read_text().endswith("\n"), "the display")
        yield f":{number.read_text().strip()}"


def until(there, what="it"):
    """Wait until something is so, and give it."""
    deadline_s = time.monotonic() + DEADLINE_S
    while not (found := there()):
        assert time.monotonic() < deadline_s, f"{what} did not come"
        time.sleep(0.02)
    return found


def xdotool(display, *arguments, check=True):
    return subprocess.run(
        ["xdotool", *map(str, arguments)],
        env=environment(display), check=check, capture_output=True, text=True, timeout=DEADLINE_S,
    )  # fmt: skip
