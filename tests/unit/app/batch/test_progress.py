"""Lines of a render's progress in a log."""

import io
from types import SimpleNamespace

from corticast.app.batch.order import FilmOrder
from corticast.app.batch.progress import films_progress
from corticast.app.batch.tasks import FilmTask
from corticast.app.render import progress
from corticast.core.model.machine import Machine
from corticast.core.model.scene_file import SceneFile


class Log(io.StringIO):
    def isatty(self):
        return False


def test_a_log_is_reported_before_any_frame_is_done(monkeypatch, tmp_path):
    log, times_s = Log(), iter([0.0, 11.0, 25.0, 50.0])
    monkeypatch.setattr(progress.sys, "stderr", log)
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: next(times_s)))
    with films_progress(2, quiet=False) as films:
        films.film_done(tmp_path / "broken.mp4", 0)
        task = FilmTask(FilmOrder(SceneFile(), tmp_path / "film.mp4", Machine(), 1, ""))
        films.report(task, 0, 100)
        films.report(task, 50, 100)
    # 50 frames in the 39 s since the first line.
    assert log.getvalue().splitlines() == ["0 of 0 frames", "0 of 100 frames", "50 of 100 frames, 1.3 fps, 39 s left"]
