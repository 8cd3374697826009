"""The analysis of a film as a file: everything that a segment draws by comes back as it was."""

from dataclasses import fields
from fractions import Fraction

import numpy as np
import pytest

from corticast.core.geometry.sprites import SpriteLook
from corticast.core.model.types import Activity, Measured
from corticast.errors import DataError
from corticast.film.analysis import Analysis
from corticast.film.analysis_file import read_analysis, write_analysis


def activity_of(**options):
    rng = np.random.default_rng(1)
    rows = np.array([0, 2, -1, 1])
    return Activity(rng.standard_normal((3, 50)).astype(np.float32), Fraction(1000, 3), rows, **options)


def assert_equal(found, wanted):
    assert type(found) is type(wanted)
    if isinstance(wanted, np.ndarray):
        assert found.dtype == wanted.dtype
        assert np.array_equal(found, wanted)
    elif isinstance(wanted, tuple):
        assert len(found) == len(wanted)
        for left, right in zip(found, wanted, strict=True):
            assert_equal(left, right)
    elif isinstance(wanted, Analysis | Activity):
        for field in fields(wanted):
            assert_equal(getattr(found, field.name), getattr(wanted, field.name))
    else:
        assert found == wanted


SIGNED = activity_of(
    start_s=Fraction(-1, 7),
    signed=True,
    warnings=("one", "zwei ä"),
    quantity="70–150 Hz (z)",
    full_scale=1 / 3,
    hollow=np.array([False, True, False, True]),
    rests_outside=True,
    unit="z",
    measured=Measured("recording", (70.0, 150.0), "average", "0–10 s", "5 Hz"),
    n_clipped=3,
    n_values=400,
    beyond=np.arange(21, dtype=np.uint8).reshape(3, 7),
)


@pytest.mark.parametrize(
    "analysis",
    [
        Analysis(7, (0.0, 1.0), (0.1, -0.2, 1 / 3)),
        Analysis(
            7,
            (-0.1, 1 / 3),
            (0.0, 1.0, 2.0),
            (np.arange(3.0), np.arange(4) / 3, np.arange(5.0)),
            sprites=SpriteLook((0.0, 100.0), "RdYlGn"),
        ),
        Analysis(7, (0.0, 1.0), (0.0, 1.0, 2.0), heard=SIGNED),
        Analysis(7, (0.0, 1.0), (0.0, 1.0, 2.0), heard=activity_of(), gain=1 / 3),
    ],
)
def test_an_analysis_comes_back_as_it_was(tmp_path, analysis):
    write_analysis(analysis, tmp_path / "analysis.npz")
    found = read_analysis(tmp_path / "analysis.npz")
    assert_equal(found, analysis)
    assert [path.name for path in tmp_path.iterdir()] == ["analysis.npz"]


def test_a_damaged_analysis_is_named(tmp_path):
    path = tmp_path / "analysis.npz"
    write_analysis(Analysis(7, (0.0, 1.0), (0.0, 1.0, 2.0), heard=SIGNED), path)
    whole = path.read_bytes()
    for damaged in (b"", whole[:100], whole[:-30]):
        path.write_bytes(damaged)
        with pytest.raises(DataError, match=r"analysis\.npz: the analysis of this film is missing or damaged"):
            read_analysis(path)
    path.unlink()
    with pytest.raises(DataError, match=r"analysis\.npz"):
        read_analysis(path)
