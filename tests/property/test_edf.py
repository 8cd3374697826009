"""Damaged EDF and BDF files are read, or refused in one line."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.edf_files import write_edf

import corticast as cc
from corticast.errors import DataError

RATE = 64
TEXTS = (b"", b"0", b"-1", b"1", b"9999", b"99999999", b"nan", b"1e9", b"0.001", b"EDF+D", b"+5\x14\x14\x00", bytes(8))
CHANGES = st.tuples(st.integers(0, 1400), st.one_of(st.sampled_from(TEXTS), st.binary(max_size=8)))


@pytest.fixture(scope="module", params=["edf", "bdf"])
def whole(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("edf")
    rng = np.random.default_rng(0)
    signals = {"LA1": rng.standard_normal(6 * RATE), "LA2": rng.standard_normal(3 * RATE)}
    annotations = [(1.5, 0.5, "BAD"), (30.0, None, "seen")]
    path = folder / f"a.{request.param}"
    return write_edf(path, signals, 6, onsets=[0, 1, 2, 30, 31, 32], kind="EDF+D", annotations=annotations)


def outcome(path):
    """A recording and its last samples, or the text of its refusal."""
    try:
        recording = cc.load_recording(path)
        rows = np.arange(len(recording.names))
        return recording, recording.read(max(recording.n_samples - 300, 0), recording.n_samples, rows), ""
    except DataError as error:
        return None, None, str(error)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(CHANGES, max_size=4), cut=st.one_of(st.none(), st.integers(0, 3000)))
def test_a_damaged_file_is_read_or_refused(whole, changes, cut):
    content = bytearray(whole.read_bytes())
    for place, text in changes:
        content[place : place + len(text)] = text
    path = whole.with_name(f"b{whole.suffix}")
    path.write_bytes(content[:cut])
    recording, block, refusal = outcome(path)
    if recording is None:
        assert str(path) in refusal
        assert "\n" not in refusal
        assert len(refusal) - len(str(path)) < 300
    else:
        assert len(block) == len(recording.names)
        assert all(0 <= first < stop <= recording.n_samples for first, stop in recording.gaps)
