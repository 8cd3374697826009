"""The judge of readers finds each way in which a reader can break its promise."""

import os
import re
import sys
import time
import warnings

import numpy as np
import pytest
from tests.fuzz.judge import SPLIT, FaultError, Reader, judge

from corticast.errors import CorticastWarning, DataError, OptionError


def raising(error):
    def read(path):
        raise error(path) if callable(error) else error

    return read


def warning(category):
    return lambda _: warnings.warn("odd", category, stacklevel=1)


def busy(_):
    end_s = time.process_time() + 0.05
    while time.process_time() < end_s:
        pass


class Result:
    warnings = ("x" * 301,)


FAULTS = {
    "ValueError at test_judge.py:read": raising(ValueError("odd")),
    "MemoryError": lambda _: np.zeros(1 << 38, np.uint8),
    "memory": lambda _: np.ones(70 << 20, np.uint8).sum(),
    "time": busy,
    "output 'loud'": lambda _: os.write(2, b"loud"),
    "output 'said": lambda _: sys.stderr.write("said"),
    "RuntimeWarning at test_judge.py": warning(RuntimeWarning),
    "long refusal": raising(lambda path: OptionError(f"{path}: " + "x" * 300)),
    "refusal of several lines": raising(lambda path: OptionError(f"{path}: a\nb")),
    "refusal without the file": raising(DataError("odd")),
    "long warning": lambda _: Result,
}


@pytest.mark.parametrize("kind", FAULTS)
def test_faults_are_found(kind, tmp_path):
    most_s = 0.04 if kind == "time" else 10.0
    reader = Reader(("a.txt",), FAULTS[kind], (), (), most_mb=20, most_s=most_s)
    with pytest.raises(FaultError, match=f"^{re.escape(kind)}"):
        judge(reader, b"x", tmp_path)


@pytest.mark.parametrize(
    ("read", "refusal"),
    [
        (lambda path: path.read_bytes(), ""),
        (warning(CorticastWarning), ""),
        (warning(DeprecationWarning), ""),
        (raising(lambda path: DataError(f"{path}: odd; repair the file")), "a.txt: odd; repair the file"),
    ],
)
def test_data_and_refusals_are_no_faults(read, refusal, tmp_path):
    assert judge(Reader(("a.txt",), read, (), ()), b"x", tmp_path).endswith(refusal)


def test_files_of_an_input(tmp_path):
    reader = Reader(("a.txt", "b/c.txt"), len, (), (), pack=lambda content: content * 2)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c.txt").touch()
    assert reader.write(b"x", tmp_path).read_bytes() == b"xx"
    assert not (tmp_path / "b" / "c.txt").exists()
    reader.write(b"x" + SPLIT + b"y", tmp_path)
    assert (tmp_path / "b" / "c.txt").read_bytes() == b"y"
