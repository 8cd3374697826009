"""Where the time went, on a clock that the tests turn: sums, shares, and the trace that is written."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from tests.traces import check_trace

from corticast.app.render.profile import check_profile_path, profile_beside, profile_lines, profile_of, write_trace
from corticast.core import trace
from corticast.core.trace import Trace
from corticast.errors import OptionError

MS = 1_000_000


@pytest.fixture
def work(monkeypatch):
    """A function that records a piece of work from one millisecond to another, and the trace."""
    now_ns = [0]
    monkeypatch.setattr(trace, "perf_counter_ns", lambda: now_ns[0])

    def make(*, keep=True):
        trace = Trace(keep=keep)

        def piece(name, begin_ms, end_ms, thread="main"):
            now_ns[0] = round(begin_ms * MS)
            with trace.stage(name, thread):
                now_ns[0] = round(end_ms * MS)

        return trace, piece

    return make


@pytest.fixture
def film(work):
    """Three frames: drawing takes 10, 20 and 30 ms, the encoder 15 ms a frame and 24 ms at the end.

    main    open 0..50, draw 50..60, encode ..61, draw ..81, encode ..84, draw ..114, encode ..115, finish ..155
    writer  wait 50..61, write ..76, wait ..84, write ..99, wait ..115, write ..130, wait ..131
    ffmpeg  last frames 131..155
    """
    trace, piece = work()
    piece("open", 0, 50)
    piece("upload volume", 10, 20)
    for begin_ms, end_ms in ((50, 60), (61, 81), (84, 114)):
        piece("draw", begin_ms, end_ms)
    for begin_ms, end_ms in ((60, 61), (81, 84), (114, 115)):
        piece("encode", begin_ms, end_ms)
        piece("wait for queue", begin_ms + 0.5, end_ms)
    for begin_ms, end_ms in ((50, 61), (76, 84), (99, 115), (130, 131)):
        piece("wait for frame", begin_ms, end_ms, "writer")
    for begin_ms, end_ms in ((61, 76), (84, 99), (115, 130)):
        piece("write to ffmpeg", begin_ms, end_ms, "writer")
    piece("last frames", 131, 155, "ffmpeg")
    piece("finish", 115, 155)
    return trace


def test_sums_without_pieces(work):
    trace, piece = work(keep=False)
    piece("draw", 0, 10)
    piece("draw", 20, 25)
    assert trace.seconds("draw") == 0.015
    assert trace.seconds("read") == 0
    assert trace.stage("draw").bounds_ns is None
    assert trace.elapsed_s == 0.025


def test_work_that_fails_is_counted(work):
    trace, piece = work()
    piece("draw", 0, 0)
    with pytest.raises(ZeroDivisionError), trace.stage("draw"):
        raise ZeroDivisionError
    assert len(trace.stage("draw").bounds_ns) == 4


def test_stages_of_different_threads_are_apart(work):
    trace, piece = work()
    piece("wait", 0, 10)
    piece("wait", 0, 30, "writer")
    assert (trace.seconds("wait"), trace.seconds("wait", "writer")) == (0.01, 0.03)


def test_times_of_a_stage(film):
    times = {stage.name: stage for stage in profile_of(film, 3).stages}
    draw = times["draw"]
    assert (draw.thread, draw.n, draw.total_s) == ("main", 3, 0.06)
    assert draw.median_ms == np.median([10, 20, 30])
    assert draw.p95_ms == pytest.approx(np.percentile([10, 20, 30], 95))
    assert times["last frames"].thread == "ffmpeg"


def test_stages_stand_by_thread_in_their_order_each_below_what_it_is_a_part_of(film):
    found = [(stage.depth, stage.name) for stage in profile_of(film, 3).stages]
    assert found == [
        (0, "open"), (1, "upload volume"), (0, "draw"), (0, "encode"), (1, "wait for queue"), (0, "finish"),
        (0, "wait for frame"), (0, "write to ffmpeg"), (0, "last frames"),
    ]  # fmt: skip


def test_the_share_of_the_limit(film):
    profile = profile_of(film, 3)
    # From 50 to 155 ms; the thread that draws waits 3 · 0.5 + 2 ms in the queue and 40 ms at the end.
    assert profile.frames_s == pytest.approx(0.105)
    assert profile.drawing_s == pytest.approx(0.105 - 0.0035 - 0.040)
    # Three frames of 15 ms, and the last 24 ms.
    assert profile.encoding_s == pytest.approx(0.069)
    assert profile.limit == "encoding"
    assert profile.share_of_limit == pytest.approx(69 / 105)
    *_, share, waits = profile_lines(profile)
    assert share.startswith("66 % of the limit, set by encoding: 28.6 of 43.5 frames/s")
    assert waits == "drawing waited 0.04 s for the encoder, the encoder 0.04 s for frames"


def test_the_busier_side_is_the_limit(work):
    trace, piece = work()
    piece("draw", 0, 90)
    piece("write to ffmpeg", 90, 95, "writer")
    piece("finish", 90, 100)
    piece("last frames", 95, 100, "ffmpeg")
    profile = profile_of(trace, 1)
    assert profile.limit == "drawing"
    assert profile.share_of_limit == pytest.approx(0.9)


def test_the_table_has_a_line_for_every_stage(film):
    profile = profile_of(film, 3)
    heading, *lines = profile_lines(profile)[:-2]
    assert re.split(r"  +", heading) == ["stage", "thread", "times", "median ms", "p95 ms", "total s"]
    assert len(lines) == len(profile.stages)
    assert re.split(r"  +", lines[2]) == ["draw", "main", "3", "20.000", "29.000", "0.060"]
    assert {len(line) for line in lines} == {len(heading)}


def test_a_trace(film, tmp_path):
    write_trace(film, tmp_path / "a.json", overwrite=False)
    pieces = check_trace((tmp_path / "a.json").read_text())
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    assert set(pieces) == {"main", "writer", "ffmpeg"}
    assert [(begin, end) for begin, end, name in pieces["main"] if name == "draw"] == [
        (50_000, 60_000), (61_000, 81_000), (84_000, 114_000),
    ]  # fmt: skip
    assert pieces["ffmpeg"] == [(131_000, 155_000, "last frames")]


def test_a_check_of_the_trace_can_fail():
    event = {"ph": "X", "cat": "render", "pid": 1, "tid": 1, "args": {}}
    name = {"ph": "M", "name": "thread_name", "pid": 1, "tid": 1, "args": {"name": "main"}}
    crossing = [name, {**event, "name": "a", "ts": 0, "dur": 10}, {**event, "name": "b", "ts": 5, "dur": 10}]
    with pytest.raises(AssertionError):
        check_trace(json.dumps({"displayTimeUnit": "ms", "traceEvents": crossing}))


@pytest.mark.parametrize(
    ("path", "reported"),
    [
        ("there.json", ["there.json", "exists", "overwrite"]),
        ("trace.txt", ["trace.txt", "trace.txt.json"]),
        ("none/a.json", ["none", "no such folder"]),
        ("folder.json", ["folder.json", "folder"]),
    ],
)
def test_a_refusal_is_one_line(path, reported, tmp_path):
    (tmp_path / "there.json").write_text("{}")
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(OptionError) as caught:
        check_profile_path(tmp_path / path, overwrite=False)
    assert str(caught.value).startswith("profile ")
    assert "\n" not in str(caught.value)
    for part in reported:
        assert part in str(caught.value)


def test_an_existing_trace_is_replaced_only_when_asked(film, tmp_path):
    (tmp_path / "a.json").write_text("{}")
    with pytest.raises(OptionError):
        write_trace(film, tmp_path / "a.json", overwrite=False)
    assert (tmp_path / "a.json").read_text() == "{}"
    write_trace(film, tmp_path / "a.json", overwrite=True)
    assert check_trace((tmp_path / "a.json").read_text())


@pytest.mark.parametrize(
    ("film", "beside"),
    [
        ("films/a.mp4", "films/a.profile.json"),
        ("a.b.webm", "a.b.profile.json"),
        ("frames/%05d.png", "frames.profile.json"),
        ("films/x/%d.png", "films/x.profile.json"),
        ("%d.png", "corticast.profile.json"),
    ],
)
def test_the_name_of_a_trace_without_one(film, beside):
    assert profile_beside(film) == Path(beside)
