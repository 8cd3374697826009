"""Fixtures of tests that hear and play: a real sound server."""

import pytest

from tests.conftest import expected
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
