"""Fixtures of whole renders."""

from __future__ import annotations

import subprocess
import sys

import nibabel as nib
import numpy as np
import pytest
import soundfile

from corticast.cli import main


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """A small head, a table in its space, and a sound, as files."""
    folder = tmp_path_factory.mktemp("inputs")
    rng = np.random.default_rng(5)
    affine = np.diag([4.0, 4.0, 4.0, 1.0])
    affine[:3, 3] = -80, -100, -70
    voxels = np.zeros((41, 51, 36), np.int16)
    voxels[5:36, 5:46, 5:31] = rng.integers(100, 900, (31, 41, 26))
    nib.save(nib.Nifti1Image(voxels, affine), folder / "sub-01_T1w.nii.gz")
    rows = ["name\tx\ty\tz"] + [f"E{i}\t{-50 + 8 * i}\t{-40 + 6 * i}\t{-30 + 5 * i}" for i in range(12)]
    (folder / "sub-01_electrodes.tsv").write_text("\n".join(rows) + "\n")
    time_s = np.arange(2 * 22050) / 22050
    sound = 0.4 * np.sin(2 * np.pi * 900 * time_s) * (np.sin(2 * np.pi * 2 * time_s) > 0)
    soundfile.write(folder / "song.wav", sound, 22050)
    return folder


@pytest.fixture
def run_here(monkeypatch, capsys, tmp_path):
    """The command line in this process: for what ends before anything is drawn."""

    def run(*arguments):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["corticast", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, capsys.readouterr().err

    return run


@pytest.fixture
def run_inside(monkeypatch, capsys):
    """The command line in this process, with its output: a process of its own takes a second or two to start."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["corticast", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, ended.value.code or 0, said.out, said.err)

    return run
