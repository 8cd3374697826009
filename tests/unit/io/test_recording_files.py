"""Recordings that other libraries read: their other files, their limits, and their changes."""

import os
import shutil

import numpy as np
import pytest
from tests.odd_recordings import NAMES, brainvision, volts, whole

from corticast.errors import MOST_CHARACTERS, DataError
from corticast.io.recording import load_recording


def refusal(path):
    with pytest.raises(DataError) as caught:
        load_recording(path)
    said = caught.value.as_typed
    assert said.startswith(f"{path}: ")
    assert len(said) <= MOST_CHARACTERS
    return said


def replaced(path, before, after):
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    return path


@pytest.mark.parametrize("name", ["/etc/passwd", "../a.eeg", r"..\a.eeg"])
def test_brainvision_names_no_file_elsewhere(tmp_path, name):
    path = brainvision(tmp_path / "a.vhdr")
    assert "names a file outside its folder" in refusal(replaced(path, "DataFile=a.eeg", f"DataFile={name}"))


def test_brainvision_in_other_words_names_no_file_elsewhere(tmp_path):
    """MNE-Python reads keys in any case, and after a colon."""
    path = brainvision(tmp_path / "a.vhdr")
    assert "names a file outside its folder" in refusal(replaced(path, "DataFile=a.eeg", "DATAFILE : /etc/passwd"))


def test_brainvision_with_more_channels_than_its_file_holds(tmp_path):
    path = brainvision(tmp_path / "a.vhdr")
    assert "announces 1000000000 channels, and a.eeg holds" in refusal(
        replaced(path, f"NumberOfChannels={len(NAMES)}", "NumberOfChannels=1000000000")
    )


def test_a_pipe_beside_a_recording_is_refused(tmp_path):
    path = brainvision(tmp_path / "a.vhdr")
    (tmp_path / "a.eeg").unlink()
    os.mkfifo(tmp_path / "a.eeg")
    assert "names no regular file" in refusal(path)


def test_eeglab_names_no_file_elsewhere(tmp_path):
    from scipy.io import savemat

    n = 2000
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.fdt").write_bytes(np.zeros((len(NAMES), n), "<f4").tobytes())
    labels = np.array([(name,) for name in NAMES], dtype=[("labels", object)])
    facts = {
        "setname": "a",
        "nbchan": len(NAMES),
        "pnts": n,
        "trials": 1,
        "srate": 500.0,
        "xmin": 0.0,
        "xmax": 4.0,
        "data": "../elsewhere/a.fdt",
        "datfile": "../elsewhere/a.fdt",
        "chanlocs": labels,
        "event": [],
        "epoch": [],
    }
    (tmp_path / "here").mkdir()
    savemat(tmp_path / "here" / "a.set", {"EEG": facts})
    assert "names a file outside its folder" in refusal(tmp_path / "here" / "a.set")


@pytest.mark.parametrize("kind", ["link", "storage", "virtual"])
def test_hdf5_names_no_file_elsewhere(tmp_path, kind):
    import h5py

    (tmp_path / "here").mkdir()
    path = whole(tmp_path / "here" / "a.nwb")
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["data"] = np.zeros(4)
    with h5py.File(path, "r+") as file:
        if kind == "link":
            file["scratch"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "/data")
        elif kind == "storage":
            file.create_dataset("scratch", (4,), external=[("/etc/passwd", 0, 32)], dtype="u1")
        else:
            layout = h5py.VirtualLayout((4,), dtype=np.float64)
            layout[:] = h5py.VirtualSource("../other.h5", "data", (4,))
            file.create_virtual_dataset("scratch", layout)
    assert "names a file outside its folder" in refusal(path)


@pytest.mark.parametrize("suffix", [".vhdr", ".nwb"])
def test_a_recording_that_changes_is_refused(tmp_path, suffix):
    path = brainvision(tmp_path / "a.vhdr") if suffix == ".vhdr" else whole(tmp_path / f"a{suffix}")
    recording = load_recording(path)
    wanted = recording.rows()
    np.testing.assert_allclose(wanted, volts(), atol=1e-7)
    changing = path.with_suffix(".eeg") if suffix == ".vhdr" else path
    os.truncate(changing, 3000)
    with pytest.raises(DataError, match=rf"{changing.name}: has changed since it was opened; start again"):
        recording.rows()


def test_messages_name_the_path_that_was_given(tmp_path, monkeypatch):
    (tmp_path / "a.set").write_bytes(b"MATLAB 5.0 MAT-file" + bytes(200))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=r"^a\.set: "):
        load_recording("a.set")


def test_links_into_an_annex_are_read(tmp_path):
    """The other files of a recording may be links into the annex, too."""
    annex = tmp_path / ".git" / "annex" / "objects"
    annex.mkdir(parents=True)
    path = brainvision(tmp_path / "a.vhdr")
    for file in (path, path.with_suffix(".eeg"), path.with_suffix(".vmrk")):
        shutil.move(file, annex / file.name)
        file.symlink_to(annex / file.name)
    np.testing.assert_allclose(load_recording(path).rows(), volts(), atol=1e-7)
