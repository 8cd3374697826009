"""Judges films by IRIS, in an environment of its own: its OpenCV clashes with Qt. One JSON line per film."""

import contextlib
import io
import json
import sys

import cv2
import numpy as np

with contextlib.redirect_stdout(io.StringIO()):
    from iris_pse_detection.configuration import Configuration
    from iris_pse_detection.flash_detection import FlashDetection

RESULTS = ("flash_fail", "extended_fail")


def frames_of(path):
    if path.endswith(".npy"):
        yield from np.load(path, mmap_mode="r")[..., ::-1]
        return
    film = cv2.VideoCapture(path)
    while True:
        there, frame = film.read()
        if not there:
            return
        yield frame


def crops_of(height, width, share):
    """Overlapping rectangles of a share of the sides, half of one beside the next."""
    rows, columns = (round(side * share) for side in (height, width))
    steps = [range(0, side - part + 1, max(part // 2, 1)) for side, part in ((height, rows), (width, columns))]
    return [(slice(y, y + rows), slice(x, x + columns)) for y in steps[0] for x in steps[1]]


def verdicts(path, fps, share):
    judges = None
    for index, frame in enumerate(frames_of(path)):
        if judges is None:
            height, width = frame.shape[:2]
            places = [(slice(None), slice(None))] if share >= 1 else crops_of(height, width, share)
            sizes = [frame[place].shape[:2] for place in places]
            judges = [FlashDetection(fps, size, Configuration()) for size in sizes]
        for judge, place in zip(judges, places, strict=True):
            judge.set_current_frame(np.ascontiguousarray(frame[place]))
            judge.analyse_frame(index)
    return {kind: {name: _any(judges, kind, name) for name in RESULTS} for kind in ("luminance", "red")}


def _any(judges, kind, name):
    return any(getattr(getattr(judge.transition_tracker, f"{kind}_results"), name) for judge in judges)


for line in sys.stdin:
    sys.stdout.write(json.dumps(verdicts(**json.loads(line))) + "\n")
