"""Odd files of every kind on the command line: standard error holds lines of ours alone."""

import inspect
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from tests import odd_pictures, odd_recordings, odd_sounds, odd_tables, odd_volumes

import corticast as cc
from corticast.errors import CorticastWarning

SUFFIXES = {
    "brainvision": ".vhdr",
    "eeglab": ".set",
    "jpeg": ".jpg",
    **dict.fromkeys(["of", "with", "without", "in"], ".nii"),
}

NEEDS = ("mne", "pynwb", "edfio")
MODULES = (odd_recordings, odd_volumes, odd_pictures, odd_sounds, odd_tables)
REFUSED = {
    *("nwb_with_turned_axes", "nwb_of_other_electrodes", "nwb_of_rate_0", "png_of_too_many_pixels"),
    *("npy_of_objects", "npy_cut_off", "tsv_without_rows", "tsv_with_blank_rows", "tsv_of_infinity", "tsv_of_words"),
}
# Faults of samples and voxels, which `info` does not read, and faults that decide nothing.
SILENT = {
    *("edf_of_two_rates", "fif_of_any_name", "wav_with_junk", "wav_without_a_length"),
    *("of_nan", "of_infinity", "of_one_value", "of_nothing", "of_huge_values", "of_tiny_values"),
    *("with_nan_and_infinity", "with_huge_slope"),
    *("npy_of_python_2", "npy_of_nan", "tsv_of_unequal_rows", "tsv_with_gaps"),
}


def odd_files(module, folder):
    """Files of all faults of a module, each named after its fault. Functions of one word make whole files."""
    files = []
    for name, make in inspect.getmembers(module, inspect.isfunction):
        is_own = make.__module__ == module.__name__ and "_" in name and name[0] != "_"
        if is_own and [*inspect.signature(make).parameters] == ["path"]:
            kind = name.partition("_")[0]
            files.append(make(folder / f"{name}{SUFFIXES.get(kind, f'.{kind}')}"))
    return files


def lines_of(*arguments, options=()):
    """Exit status, standard output and the lines of standard error. Each line begins with the name of the program."""
    command = [sys.executable, *options, "-m", "corticast", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    lines = done.stderr.splitlines()
    assert [line for line in lines if not line.startswith("corticast: ")] == []
    assert not any("unexpected" in line for line in lines)
    assert all(len(line) < 500 for line in lines)
    return done.returncode, done.stdout, lines


@pytest.mark.slow
def test_info_of_odd_files(tmp_path):
    for each in NEEDS:
        pytest.importorskip(each)
    files = [file for module in MODULES for file in odd_files(module, tmp_path)]
    status, out, lines = lines_of("info", *files, options=("-W", "error"))
    assert status == 2
    assert {Path(line.split(": ")[1]).stem for line in lines} == REFUSED
    noted = {Path(line.split()[1].rstrip(":")).stem for line in out.splitlines() if line.startswith("  note ")}
    assert noted == {file.stem for file in files} - SILENT - REFUSED
    assert len(noted) >= 39


@pytest.mark.gl
@pytest.mark.slow
def test_a_frame_of_odd_files(tmp_path):
    for each in NEEDS:
        pytest.importorskip(each)
    volume = odd_volumes.with_infinite_slope(tmp_path / "slope.nii")
    recording = odd_recordings.edf_without_physical_range(tmp_path / "range.edf")
    table = tmp_path / "e.tsv"
    table.write_text("name\tx\ty\tz\n" + "".join(f"LA{k}\t{k}\t{k}\t{k}\n" for k in range(1, 5)))
    inputs = ("--volume", volume, "--electrodes", table, "--electrodes-space", "world", "--activity", recording)
    look = ("--activity-kind", "raw", "--time", 1, "--size", "160x120", "-o", tmp_path / "o.png")
    status, _, lines = lines_of("frame", *inputs, *look)
    assert status == 0
    assert "corticast: warning: slope.nii: its slope is infinite: read as 1" in lines
    assert any(
        line.startswith("corticast: warning: range.edf: its header gives no physical range of LA2") for line in lines
    )
    assert (tmp_path / "o.png").is_file()


@pytest.mark.gl
def test_python_gets_warnings_of_ours_alone_at_its_own_line(tmp_path):
    pytest.importorskip("mne")
    table = cc.Electrodes(odd_recordings.NAMES, np.arange(12.0).reshape(4, 3))
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        volume = cc.load_volume(odd_volumes.with_infinite_slope(tmp_path / "slope.nii"))
        recording = cc.load_recording(odd_recordings.edf_without_physical_range(tmp_path / "range.edf"))
        picture = cc.load_picture(odd_pictures.png_of_two_animations(tmp_path / "two.png"))
        scene = cc.Scene(volume=volume, electrodes=table, drive=cc.VoltageDrive(recording), electrodes_space="world")
        image = cc.frame(scene, 1, size=(160, 120))
        cc.show(cc.Scene(image=picture, electrodes=cc.Electrodes(("A",), np.array([[3.0, 4.0]]))), size=(160, 120))
    assert image.shape == (120, 160, 3)
    assert {each.category for each in given} == {CorticastWarning}
    assert {each.filename for each in given} == {__file__}
    texts = [str(each.message) for each in given]
    assert texts[0] == volume.warnings[0] == "slope.nii: its slope is infinite: read as 1"
    assert recording.warnings[0] in texts
    assert picture.warnings[0] == texts[-1]
