"""Formats of MNE-Python: files of other recorders, files that were cut off, and refusals that name a way.

Real files of MNE-Python's test data were read too: Nihon Kohden (equal to its own EDF), Persyst, GDF and EGI.
"""

import struct

import numpy as np
import pytest
from tests.odd_recordings import NAMES, RATE, brainvision, eeglab, volts

import corticast as cc
from corticast.app.about.info import describe
from corticast.errors import DataError
from corticast.io.activity import load_activity
from corticast.io.mne_formats import _CONVERTED, _EXPORTED, way_to_convert
from corticast.io.recording import is_recording
from corticast.io.recording_mne import open_by_mne

mne = pytest.importorskip("mne")


def stored(n_channels, n=800):
    return np.random.default_rng(0).integers(-2000, 2000, (n, n_channels), dtype=np.int16)


def test_persyst(tmp_path, capfd):
    """Its reader in MNE-Python prints a line about a birth date that cannot be."""
    samples = stored(3)
    samples.astype("<i2").tofile(tmp_path / "p.dat")
    lines = ["[FileInfo]", "File=p.dat", "FileType=Interleaved", f"SamplingRate={RATE}", "HeaderLength=0"]
    lines += ["Calibration=0.5", "WaveformCount=3", "DataType=0", "[Patient]", "BirthDate=19-NOV-199", "Sex=X", "Hand="]
    lines += ["TestDate=2014.12.19", "TestTime=02:37:48", "[ChannelMap]", "POL LA1-Ref=1", "POL LA2-Ref=2"]
    lines += ["EEG LA3-Ref=3", "[Comments]", "0.500000,0.000000,0,100,seen"]
    (tmp_path / "p.lay").write_text("\n".join(lines) + "\n")
    recording = cc.load_recording(tmp_path / "p.lay")
    assert (recording.format, recording.sample_rate, recording.unit) == ("Persyst", RATE, "V")
    np.testing.assert_allclose(recording.rows(), 0.5e-6 * samples.T, rtol=1e-6)
    assert [(event.onset_s, event.text) for event in recording.events] == [(0.5, "seen")]
    assert capfd.readouterr() == ("", "")


def test_egi_simple_binary(tmp_path):
    samples = stored(4)
    (tmp_path / "e.raw").write_bytes(egi_header(len(samples)) + samples.astype(">i2").tobytes())
    recording = open_by_mne(tmp_path / "e.raw")
    assert (recording.format, len(recording.names)) == ("EGI", 4)
    # The header's range is that of the amplifier in µV.
    scale = 500e-6 / 2**16
    np.testing.assert_allclose(recording.rows(), scale * samples.T, rtol=1e-6)


def egi_header(n):
    """Version 2 (16-bit), a date, the rate, channels, gain, bits, range in µV, samples, and no events."""
    return struct.pack(">i6hi5hih", 2, 2020, 1, 1, 10, 0, 0, 0, RATE, 4, 1, 16, 500, n, 0)


def test_nihon_kohden_is_known_by_its_other_files(tmp_path):
    path = tmp_path / "n.EEG"
    path.write_bytes(b"x" * 100)
    assert not is_recording(path)
    with pytest.raises(DataError, match=r"part of a BrainVision recording; give its header, n.vhdr"):
        load_activity(path)
    (tmp_path / "n.PNT").write_bytes(b"")
    assert is_recording(path)
    with pytest.raises(DataError, match=r"n.EEG: cannot be read"):
        cc.load_recording(path)


# Files that were cut off


def test_a_brainvision_recording_that_was_cut_off_says_how_much_is_missing(tmp_path):
    path = brainvision(tmp_path / "b.vhdr", common=("MarkerFile=b.vmrk", "DataPoints=2000"))
    assert open_by_mne(path).warnings == ()
    data = path.with_suffix(".eeg")
    data.write_bytes(data.read_bytes()[: 1500 * 2 * len(NAMES) + 3])
    recording = open_by_mne(path)
    assert recording.n_samples == 1500
    assert recording.warnings == (
        "b.vhdr: cut off: its header announces 4.000 s, but only 3.000 s are present (1.000 s are missing)",
    )


def test_an_eeglab_recording_that_was_cut_off_says_how_much_is_missing(tmp_path):
    from scipy.io import loadmat, savemat

    path = eeglab(tmp_path / "e.set")
    content = loadmat(path)["EEG"]
    samples = content["data"][0, 0].astype("<f4")
    samples.T.tofile(tmp_path / "e.fdt")
    content["data"][0, 0] = np.array(["e.fdt"])
    savemat(path, {"EEG": content})
    np.testing.assert_allclose(open_by_mne(path).rows(), volts(), rtol=1e-6)
    data = tmp_path / "e.fdt"
    data.write_bytes(data.read_bytes()[: 500 * 4 * len(NAMES)])
    with pytest.raises(DataError) as caught:
        open_by_mne(path)
    assert str(caught.value) == (
        f"{data}: cut off: its header announces 4.000 s, but only 1.000 s are present (3.000 s are missing); "
        "get the file again"
    )


# Refusals


@pytest.mark.parametrize("suffix", [*_CONVERTED, *_EXPORTED])
@pytest.mark.parametrize("is_folder", [False, True])
def test_formats_that_are_not_read_name_a_way(tmp_path, suffix, is_folder):
    path = tmp_path / f"rec{suffix}"
    path.mkdir() if is_folder else path.write_bytes(b"\0" * 2000)
    for read in (cc.load_recording, load_activity, describe):
        with pytest.raises(DataError) as caught:
            read(path)
        text = str(caught.value)
        assert way_to_convert(path) in text
        assert len(text) - len(str(path)) < 300
        assert read is describe or ".edf" in text


@pytest.mark.parametrize("reader", sorted({reader for _, reader in _CONVERTED.values()}))
def test_the_way_is_one_of_mne(reader):
    assert callable(getattr(mne.io, reader, None)) or tuple(map(int, mne.__version__.split(".")[:2])) < (1, 13)
