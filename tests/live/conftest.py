"""Fixtures of tests that hear and play: a real sound server."""

import importlib.util
import shutil
import subprocess
from contextlib import ExitStack

import pytest

from tests.conftest import expected
from tests.displays import (
    BARE_WINDOWS,
    LIBRARIES,
    a_display,
    ended,
    environment,
    needed,
    until,
    xdotool,
)
from tests.live.pulse import PulseServer


@pytest.fixture(scope="module")
def _server(tmp_path_factory):
    if lacking := PulseServer.missing():
        (pytest.fail if expected("pulse") else pytest.skip)(f"no {lacking}")
    with PulseServer(tmp_path_factory.mktemp("pulse")) as server:
        yield server


@pytest.fixture
def pulse(_server, monkeypatch):
    """A PulseAudio server whose sink nobody hears; this process and those that it starts find no other."""
    for name, value in _server.variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    yield _server
    _server.silence()


@pytest.fixture(scope="module")
def bare_display(tmp_path_factory):
    """The name of a display with nothing on it."""
    for program in ("Xvfb", "openbox", "xdotool", "import"):
        needed(program, shutil.which(program))
    for library in LIBRARIES.values():
        needed(library, importlib.util.find_spec(library))
    with a_display(tmp_path_factory.mktemp("display")) as name:
        yield name


@pytest.fixture(scope="module")
def display(bare_display, tmp_path_factory):
    """The name of a display with a window manager, without which nothing is minimised."""
    folder = tmp_path_factory.mktemp("managed")
    (folder / "rc.xml").write_text(BARE_WINDOWS)
    with ExitStack() as stack:
        name = stack.enter_context(a_display(folder))
        env = environment(name, HOME=str(folder), XDG_CONFIG_HOME=str(folder), XDG_CACHE_HOME=str(folder))
        manager = subprocess.Popen(
            ["openbox", "--config-file", folder / "rc.xml"],
            env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        stack.enter_context(ended(manager))
        until(lambda: xdotool(name, "get_num_desktops", check=False).returncode == 0, "the window manager")
        yield name
