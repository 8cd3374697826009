"""IRIS, the outside judge of flashes: EA's published method, run by a child process."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import expected

ROOT = Path(__file__).parents[1]
PYTHON = Path(os.environ.get("CORTICAST_IRIS", ROOT / ".venv-iris" / "bin" / "python"))


def needs_iris(test):
    """Skip a test where IRIS is missing, unless CORTICAST_EXPECT wants it."""
    test = pytest.mark.slow(test)
    if PYTHON.exists():
        return test
    if expected("iris"):
        return pytest.mark.xfail(reason="no IRIS: run `make .venv-iris/.iris`", run=False, strict=True)(test)
    return pytest.mark.skip(reason="no IRIS: run `make .venv-iris/.iris`")(test)


@dataclass(frozen=True)
class Verdict:
    """What IRIS says of a film: flashes and long sequences, by luminance and by red."""

    luminance_flash: bool
    luminance_extended: bool
    red_flash: bool
    red_extended: bool

    @property
    def passes(self):
        return not (self.luminance_flash or self.luminance_extended or self.red_flash or self.red_extended)


def judged(films, fps=30, share=1.0):
    """Verdicts on films, or on arrays of frames saved as .npy (n, h, w, 3), RGB.

    Parameters
    ----------
    fps : whole frames per second
    share : of the width and of the height of crops that are judged each for itself; 1 is the whole picture
    """
    orders = "".join(json.dumps({"path": str(film), "fps": fps, "share": share}) + "\n" for film in films)
    done = subprocess.run([PYTHON, ROOT / "tests" / "iris_child.py"], input=orders, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return [
        Verdict(*(answer[kind][name] for kind in ("luminance", "red") for name in ("flash_fail", "extended_fail")))
        for answer in answers
    ]
