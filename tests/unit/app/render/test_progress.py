"""Lines about the progress of a film, in logs."""

import pytest

from corticast.app.render import progress


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test moves."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_the_time_left_is_that_of_frames_not_of_the_opening(clock, capsys):
    with progress.render_progress(quiet=False) as report:
        # Inputs take 11 s to open, each frame then takes half a second.
        clock[0] += 11
        report(1, 90)
        for done in range(2, 42):
            clock[0] += 0.5
            report(done, 90)
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["1 of 90 frames", "21 of 90 frames, 2.0 fps, 34 s left", "41 of 90 frames, 2.0 fps, 24 s left"]
