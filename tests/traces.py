"""Traces of profiles."""

from __future__ import annotations

import json


def check_trace(text):
    """What the trace event format asks of complete events and of names, and what viewers need to draw them."""
    found = json.loads(text)
    assert set(found) == {"traceEvents", "displayTimeUnit"}
    assert found["displayTimeUnit"] in ("ms", "ns")
    pieces, threads = {}, {}
    for event in found["traceEvents"]:
        assert isinstance(event["name"], str)
        assert {type(event["pid"]), type(event["tid"])} == {int}
        assert isinstance(event["args"], dict)
        if event["ph"] == "M":
            assert event["name"] in ("process_name", "thread_name", "thread_sort_index")
            if event["name"] == "thread_name":
                assert threads.setdefault(event["tid"], event["args"]["name"]) == event["args"]["name"]
            continue
        assert event["ph"] == "X"
        assert set(event) == {"ph", "name", "cat", "pid", "tid", "ts", "dur", "args"}
        assert event["ts"] >= 0
        assert event["dur"] >= 0
        pieces.setdefault(event["tid"], []).append((event["ts"], event["ts"] + event["dur"], event["name"]))
    assert set(pieces) <= set(threads)
    for found in pieces.values():
        # On one thread pieces lie within or after one another, as calls do; to a nanosecond.
        around = []
        for begin, end, name in sorted(found, key=lambda piece: (piece[0], -piece[1])):
            while around and around[-1] <= begin + 1e-3:
                around.pop()
            assert not around or end <= around[-1] + 1e-3, name
            around.append(end)
    return {threads[tid]: found for tid, found in pieces.items()}
