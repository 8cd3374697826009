"""From a recording to a film: the contacts that burst light, when they burst, and no other does."""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction

import nibabel as nib
import numpy as np
import pytest
from tests.films import decoded
from tests.recordings import (
    ACTIVE,
    BURST_HALF_S,
    BURSTS_S,
    DURATION_S,
    NAMES,
    electrode_table,
    synthetic_volts,
    write_recording,
)

import corticast as cc
from corticast.core.model.scene_file import SceneFile
from corticast.film.opening import open_film
from corticast.film.scene_inputs import open_scene
from corticast.film.timing import FilmTiming

FPS = 30
SUFFIXES = ("edf", "bdf", "vhdr", "fif", "set", "nwb")
# Cells of 24 x 36 pixels around the contacts, in a film of two pixels to a millimetre.
SIZE = (160, 120)


@pytest.fixture(scope="module")
def folder(mne, tmp_path_factory):
    pytest.importorskip("pynwb")
    folder = tmp_path_factory.mktemp("recordings")
    electrode_table(folder / "electrodes.tsv")
    affine = np.diag([10.0, 10.0, 10.0, 1.0])
    affine[:3, 3] = 5
    nib.save(nib.Nifti1Image(np.zeros((8, 6, 3), np.uint8), affine), folder / "black.nii")
    for suffix in SUFFIXES:
        # The name that MNE expects of a FIF file.
        write_recording(folder / f"sub-01_ieeg.{suffix}")
    return folder


def scene_of(folder, **options):
    return SceneFile(
        volume=folder / "black.nii",
        electrodes=folder / "electrodes.tsv",
        layout="axial",
        labels="none",
        electrode_size=(36, 160),
        electrode_depth="all",
        electrode_cmap="gray",
        **options,
    )


def is_bursting(times_s, margin_s=0.0):
    return (np.abs(times_s[:, None] - BURSTS_S) < BURST_HALF_S + margin_s).any(axis=1)


def middles_s(times_s, level):
    """Middle in time of the part above half the peak, for each burst."""
    found = []
    for burst_s in BURSTS_S:
        near = np.abs(times_s - burst_s) < 2 * BURST_HALF_S
        found.append(np.average(times_s[near], weights=np.maximum(level[near] - level[near].max() / 2, 0)))
    return np.array(found)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("reference", ["average", "bipolar"])
def test_those_that_burst_are_active_and_no_other(folder, fidelity, suffix, reference):
    scene = open_scene(scene_of(folder, activity=folder / f"sub-01_ieeg.{suffix}", reference=reference))
    film = open_film(scene, FilmTiming(fps=Fraction(FPS)))
    assert film.n_frames == DURATION_S * FPS
    times_s = np.arange(film.n_frames) / FPS
    activity = np.array([film.frame(index).activity for index in range(film.n_frames)])
    active = [NAMES.index(name) for name in ACTIVE]
    if reference == "bipolar":
        # A pair bursts with either of its contacts, and stands in their middle.
        pairs = [(name, NAMES[i + 1]) for i, name in enumerate(NAMES) if not name.endswith("6")]
        active = [i for i, pair in enumerate(pairs) if set(pair) & set(ACTIVE)]
        assert film.placed.table.names == tuple("–".join(pair) for pair in pairs)
        at = dict(zip(NAMES, scene.electrodes.pos, strict=True))
        np.testing.assert_allclose(film.placed.pos, [(at[one] + at[other]) / 2 for one, other in pairs])
    lit = activity > 0.5
    assert np.flatnonzero(lit.any(axis=0)).tolist() == sorted(active)
    assert not lit[~is_bursting(times_s, 0.05)].any()
    errors_s = [middles_s(times_s, activity[:, index]) - BURSTS_S for index in active]
    claim = "Time: middle of a burst in activity at frame times, frames"
    fidelity.within(claim, "the burst that was made", np.array(errors_s) * FPS, 1, "frames")


@pytest.mark.gl
def test_those_that_burst_are_bright_in_the_film(folder, fidelity, tmp_path):
    scene = open_scene(scene_of(folder, activity=folder / "sub-01_ieeg.edf"))
    film = tmp_path / "film.mp4"
    cc.render(scene, film, fps=FPS, size=SIZE, crf=1)
    frames = decoded(film, "gray", shape=SIZE[::-1])[..., 0].astype(np.float64)
    times_s = np.arange(len(frames)) / FPS
    # Bright pixels around each contact; y points up.
    centres = [(2 * (10 + 12 * (i % 6)), SIZE[1] - 2 * (10 + 18 * (i // 6))) for i in range(len(NAMES))]
    light = np.stack(
        [frames[:, max(y - 14, 0) : y + 14, max(x - 11, 0) : x + 11].sum(axis=(1, 2)) for x, y in centres], axis=1
    )
    rest = np.median(light, axis=0)
    gain = light - rest
    active = [NAMES.index(name) for name in ACTIVE]
    lit = gain > 0.3 * gain.max()
    assert np.flatnonzero(lit.any(axis=0)).tolist() == sorted(active)
    assert not lit[~is_bursting(times_s, 0.05)].any()
    errors_s = [middles_s(times_s, gain[:, index]) - BURSTS_S for index in active]
    claim = "Time: middle of a burst in the light of a decoded film"
    fidelity.within(claim, "the burst that was made", np.array(errors_s) * FPS, 1, "frames")


def test_bad_channels_are_hollow_and_left_out(folder, tmp_path):
    volts = synthetic_volts()
    # An electrode that has come off; in the average it would drown all others, and as a contact it would set the scale.
    volts[4] = 0.02 * np.random.default_rng(1).standard_normal(volts.shape[1])
    write_recording(tmp_path / "sub-01_task-rest_ieeg.vhdr", volts)
    rows = [f"{name}\t{'SEEG'}\t{'bad' if i == 4 else 'good'}" for i, name in enumerate(NAMES)]
    (tmp_path / "sub-01_task-rest_channels.tsv").write_text("\n".join(["name\ttype\tstatus", *rows]) + "\n")
    scene = open_scene(scene_of(folder, activity=tmp_path / "sub-01_task-rest_ieeg.vhdr"))
    film = open_film(scene, FilmTiming(fps=Fraction(FPS)))
    assert film.placed.table.bad.tolist() == [i == 4 for i in range(len(NAMES))]
    activity = np.array([film.frame(index).activity for index in range(film.n_frames)])
    assert not activity[:, 4].any()
    assert np.flatnonzero((activity > 0.5).any(axis=0)).tolist() == sorted(NAMES.index(name) for name in ACTIVE)


@pytest.mark.gl
@pytest.mark.usefixtures("mne")
def test_every_real_clip_is_drawn(shared_data, tmp_path):
    """Recorded by others, unchanged."""
    clips = [
        path
        for path in sorted((shared_data / "signals").rglob("*"))
        if path.suffix in (".edf", ".vhdr", ".npy", ".nwb")
    ]
    assert len(clips) == 4
    for clip in clips:
        rate = 1000.0 if clip.suffix == ".npy" else None
        names = ("M1",) if rate else cc.load_recording(clip).names
        electrode_table(tmp_path / "electrodes.tsv", names)
        file = SceneFile(
            electrodes=tmp_path / "electrodes.tsv",
            activity=clip,
            labels="none",
            electrode_size=(36, 160),
            **({"activity_rate": rate} if rate else {"activity_kind": "raw"}),
        )
        scene = open_scene(file)
        frames = np.array([cc.frame(scene, k / 10, size=(320, 180)) for k in range(4)])
        assert frames.max() > 40, clip
        assert (frames[0] != frames[-1]).any() or clip.suffix == ".nwb", clip
    (hfo,) = (clip for clip in clips if clip.suffix == ".vhdr")
    electrode_table(tmp_path / "electrodes.tsv", cc.load_recording(hfo).names)
    film = open_film(
        open_scene(SceneFile(electrodes=tmp_path / "electrodes.tsv", activity=hfo)), FilmTiming(fps=Fraction(FPS))
    )
    assert np.ptp([film.frame(index).activity for index in range(film.n_frames)]) > 0.5


@pytest.mark.gl
def test_a_real_grid_is_drawn(mne, shared_data):
    subject = shared_data / "subject_sample_ecog"
    file = SceneFile(
        volume=subject / "brain.mgz",
        electrodes=subject / "sample_ecog_space-ScanRAS_electrodes.tsv",
        activity=subject / "sample_ecog_ieeg.fif",
        activity_kind="raw",
    )
    scene = open_scene(file)
    film = open_film(scene, FilmTiming(fps=Fraction(FPS)))
    assert film.n_frames == 22
    assert film.signed
    # A frame's time is no sample's: the voltage is that of the straight line between two.
    raw = mne.io.read_raw_fif(subject / "sample_ecog_ieeg.fif", verbose="error")
    microvolts = 1e6 * raw.get_data(picks=list(scene.electrodes.names))
    expected = [np.interp(10 / FPS, raw.times, row) for row in microvolts]
    shown = film.frame(10).activity * film.activity.full_scale
    np.testing.assert_allclose(shown, np.clip(expected, *(film.activity.full_scale * np.array([-1, 1]))), atol=1e-3)


def test_without_mne_one_line_says_how_to_get_it(tmp_path):
    (tmp_path / "mne.py").write_text("raise ImportError('not installed')")
    path = write_recording(tmp_path / "a.vhdr")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-m", "corticast", "info", str(path)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert 'pip install "corticast[ieeg]"' in ended.stderr
