"""Fixtures that every test may use."""

import os
import shlex
import stat
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from tests.fidelity import Fidelity, write_table

# Markers of tests that run only when they are asked for, each by an option of its name.
WAITING = {"hours": "render films of an hour too", "thorough": "run every case of large grids"}
SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


# An example may take as long as a busy machine wants.
settings.register_profile("any speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any speed")
# Tables of two runs must differ only by real changes, not by chance.
settings.register_profile("table", settings.get_profile("any speed"), derandomize=True)


def pytest_addoption(parser):
    for marker, what in WAITING.items():
        parser.addoption(f"--{marker}", action="store_true", help=what)
    parser.addoption(
        "--fidelity-table", metavar="FILE", help="write the measured errors against references as Markdown"
    )
    parser.addoption("--regenerate-golden", action="store_true", help="draw the pictures of tests/golden anew")


@pytest.fixture(scope="session", autouse=True)
def _no_defaults_of_the_developer(tmp_path_factory):
    """Keep the settings and the defaults of whoever runs the tests out of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("settings")))
        yield


def pytest_configure(config):
    config.fidelity = Fidelity()
    if config.getoption("--fidelity-table"):
        settings.load_profile("table")


def pytest_collection_modifyitems(config, items):
    """Leave out tests that take long, whatever else is chosen, unless they are asked for."""
    waiting = [marker for marker in WAITING if not config.getoption(f"--{marker}")]
    left_out = {item for item in items if any(map(item.get_closest_marker, waiting))}
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Take in what a worker of pytest-xdist has measured."""
    node.config.fidelity.merge(getattr(node, "workeroutput", {}).get("fidelity", []))


def pytest_sessionfinish(session, exitstatus):
    """Pass on the measured errors, or write the table. A failed run keeps the old table."""
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["fidelity"] = config.fidelity.as_rows()
    elif (path := config.getoption("--fidelity-table")) and exitstatus == 0:
        write_table(path, config.fidelity, *renderer_and_ffmpeg())


def renderer_and_ffmpeg():
    from corticast.gl.context import OffscreenContext
    from corticast.process.ffmpeg import version

    with OffscreenContext() as context:
        return context.facts.renderer, f"ffmpeg {version()}"


@pytest.fixture(scope="session")
def fidelity(request):
    """Bounds against references: asserted, and collected in a table."""
    return request.config.fidelity


@pytest.fixture(scope="session")
def shared_data():
    """Real data beside the checkout, where there is some."""
    if not SHARED_DATA.is_dir():
        pytest.skip("no shared data beside this checkout")
    return SHARED_DATA


@pytest.fixture(scope="session")
def mne():
    """MNE-Python, which takes seconds to load: not before a test asks for it."""
    return pytest.importorskip("mne")


@pytest.fixture
def rng():
    return np.random.default_rng(20261121)


@pytest.fixture
def system_fonts(tmp_path, monkeypatch):
    """A folder whose fonts are those of the system, in place of the fonts of this machine."""
    from tests.fonts import forget_fonts

    folder = tmp_path / "fonts of the system"
    folder.mkdir()
    monkeypatch.setattr("corticast.io.system_fonts.font_folders", lambda: [folder])
    forget_fonts()
    yield folder
    forget_fonts()


@pytest.fixture
def without_system_fonts(system_fonts):
    """No fonts of the system."""


@pytest.fixture
def fake_ffmpeg(tmp_path, monkeypatch):
    """Puts a shell script in the place of ffmpeg; "$real" is the real one."""

    from corticast.process.ffmpeg import executable

    def install(script: str) -> None:
        path = tmp_path / "bin" / "ffmpeg"
        path.parent.mkdir()
        path.write_text(f"#!/bin/sh\nreal={shlex.quote(executable())}\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(path))

    return install


def expected(what):
    """Whether CORTICAST_EXPECT names something that must not be skipped."""
    return what in os.environ.get("CORTICAST_EXPECT", "").split(",")


def environment_without(*names, **more):
    """Environment of a child without some variables, and with more."""
    return {**{name: value for name, value in os.environ.items() if name not in names}, **more}


@pytest.fixture(scope="session")
def gl():
    """An OpenGL context, current for the whole session."""
    from corticast.errors import DeviceError
    from corticast.gl.context import OffscreenContext

    try:
        context = OffscreenContext()
    except DeviceError as error:
        if expected("gl"):
            raise
        pytest.skip(str(error))
    yield context
    context.close()


@pytest.fixture
def current_gl(gl):
    """The session's context, made current again after tests that made their own."""
    gl.make_current()
    return gl
