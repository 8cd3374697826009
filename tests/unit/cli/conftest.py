import atexit
import gc
import signal

import pytest


@pytest.fixture(autouse=True)
def _process_as_it_was(monkeypatch):
    """`main` sets up a process of its own; this one continues."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(gc, "set_threshold", lambda *_: None)
    monkeypatch.setattr(atexit, "register", lambda *_: None)
    monkeypatch.setenv("COLUMNS", "80")
