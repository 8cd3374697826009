"""Fixtures that every test may use."""

import os
from pathlib import Path

import numpy as np
import pytest

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data():
    """Real data beside the checkout, where there is some."""
    if not SHARED_DATA.is_dir():
        pytest.skip("no shared data beside this checkout")
    return SHARED_DATA


@pytest.fixture
def rng():
    return np.random.default_rng(20261121)


def expected(what):
    """Whether CORTICAST_EXPECT names something that must not be skipped."""
    return what in os.environ.get("CORTICAST_EXPECT", "").split(",")


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
