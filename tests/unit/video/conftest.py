"""Fixtures of writers of films."""

from __future__ import annotations

import threading
from fractions import Fraction

import pytest
from tests.processes import children, open_files

from corticast.video.writer import VideoWriter


@pytest.fixture
def nothing_leaks(tmp_path):
    """After each test: no thread, process, open file or hidden folder more than before."""
    VideoWriter(tmp_path / "warm-up.mp4", size=(64, 48), fps=Fraction(25), n_frames=1)
    children_before, n_files_before = children(), open_files()
    yield
    assert not children() - children_before
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("corticast")]
    assert open_files() <= n_files_before
    assert not list(tmp_path.rglob(".corticast*"))
