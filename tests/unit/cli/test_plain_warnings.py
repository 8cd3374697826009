"""Warnings that no reader has heard are lines of the command."""

import logging
import warnings

import numpy as np
import pytest

from corticast.cli.plain_warnings import plain_warnings
from corticast.errors import CorticastWarning, warn_user


def lines_of(capsys, give, **options):
    """Lines on standard error. Pytest's own handlers of log records, which a command has not, are taken away."""
    root = logging.getLogger()
    handlers, hooks = root.handlers[:], (warnings.showwarning, logging.lastResort)
    root.handlers[:] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            with plain_warnings(**{"quiet": False, "verbose": False, **options}):
                give()
    finally:
        root.handlers[:] = handlers
    assert (warnings.showwarning, logging.lastResort) == hooks
    return capsys.readouterr().err.splitlines()


def test_a_warning_is_one_line_with_the_library_and_comes_once(capsys):
    def give():
        for _ in range(2):
            warnings.warn_explicit("first\n  second", RuntimeWarning, "/usr/lib/site-packages/scipy/signal/fir.py", 7)
        warnings.warn_explicit("x" * 900, UserWarning, "/usr/lib/python3/dist-packages/mne/io/base.py", 9)

    first, second = lines_of(capsys, give)
    assert first == "corticast: warning: SciPy reports: first second"
    assert second.startswith("corticast: warning: MNE-Python reports: xxx")
    assert len(second) <= len("corticast: warning: ") + 300


@pytest.mark.parametrize("place", ["/opt/site-packages", "/home/me/work/src"])
def test_arithmetic_within_our_code_is_numpys(capsys, place):
    code = compile("np.zeros(2) / np.zeros(2)", f"{place}/corticast/dsp/stft.py", "exec")
    (line,) = lines_of(capsys, lambda: exec(code, {"np": np}))
    assert line == "corticast: warning: NumPy reports: invalid value encountered in divide"


@pytest.mark.parametrize("category", [DeprecationWarning, FutureWarning, ResourceWarning, SyntaxWarning])
def test_warnings_for_programmers_are_no_lines(capsys, category):
    assert lines_of(capsys, lambda: warnings.warn("use the new name", category, stacklevel=1)) == []


def test_warnings_of_ours_name_no_library(capsys):
    lines = lines_of(capsys, lambda: warn_user(["a.nii: its slope is infinite: read as 1"]))
    assert lines == ["corticast: warning: a.nii: its slope is infinite: read as 1"]
    with pytest.warns(CorticastWarning, match=r"^plane_mm: wrong$") as given:
        warn_user(["--plane-mm: wrong"])
    assert given[0].filename == __file__


def test_log_records_are_lines_too(capsys):
    def give():
        logging.getLogger("corticast.audio").warning("speaker: %d samples lost", 3)
        logging.getLogger("h5py.deep").error("cannot see")
        logging.getLogger("h5py.deep").info("chatter")

    assert lines_of(capsys, give) == [
        "corticast: warning: speaker: 3 samples lost",
        "corticast: warning: h5py reports: cannot see",
    ]


@pytest.mark.parametrize("verbose", [False, True])
def test_an_error_that_is_logged_has_its_traceback_if_verbose(capsys, verbose):
    def give():
        try:
            raise ValueError("no such disc")
        except ValueError:
            logging.getLogger("corticast.window").exception("the window continues")

    lines = lines_of(capsys, give, verbose=verbose)
    assert lines[0] == "corticast: warning: the window continues: ValueError: no such disc"
    assert ("Traceback (most recent call last):" in lines) == verbose


def test_quiet_writes_nothing(capsys):
    assert lines_of(capsys, lambda: warnings.warn("loud", UserWarning, stacklevel=1), quiet=True) == []
