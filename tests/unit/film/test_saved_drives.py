"""Drives in scene files: every field comes back from the file, or is refused."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
import soundfile
from tests.recordings import write_recording

import corticast as cc
from corticast.dsp.high_gamma import HighGamma
from corticast.errors import OptionError

# A value beside the default for each field of a drive but its input, and what depends on the machine.
SOUND = {
    "bands": cc.LogBands(100, 3000, 4),
    "assign": "x",
    "smoothing_hz": 3.0,
    "smoothing": "causal",
    "scale": "global",
}
DATA = {"reference": "bipolar", "smoothing_hz": 4.0, "smoothing": "causal", "start_s": 1.5, "full_scale": 2.5}
HIGH_GAMMA = {**DATA, "line_hz": 60.0, "high_gamma": (60.0, 120.0), "band": (8.0, 13.0), "baseline": (0.5, 2.0)}

NO_OPTIONS = {"audio", "array", "recording", "threads", "steps"}


@pytest.fixture
def folder(tmp_path):
    soundfile.write(tmp_path / "s.wav", np.zeros(8000), 8000)
    soundfile.write(tmp_path / "t.wav", np.zeros(8000), 8000)
    (tmp_path / "e.tsv").write_text("name\tx\ty\tz\nA1\t2\t3\t4\nA2\t5\t3\t4\n")
    return tmp_path


def scene_of(folder, drive, **options):
    return cc.Scene(electrodes=cc.load_electrodes(folder / "e.tsv"), drive=drive, **options)


def again(folder, drive):
    """The drive of the scene file that a scene with a drive writes."""
    scene_of(folder, drive).save(folder / "scene.toml", overwrite=True)
    return cc.load_scene(folder / "scene.toml").drive


def differing(one, other):
    return {each.name for each in fields(one) if getattr(one, each.name) != getattr(other, each.name)} - NO_OPTIONS


@pytest.mark.parametrize(
    ("drive", "values"), [(cc.AudioDrive, SOUND), (cc.HighGammaDrive, HIGH_GAMMA), (cc.VoltageDrive, DATA)]
)
def test_every_field_is_tried(drive, values):
    assert {each.name for each in fields(drive)} - NO_OPTIONS == values.keys()


@pytest.mark.parametrize("name", SOUND)
def test_every_field_of_a_drive_of_sound_comes_back(folder, name):
    default = cc.AudioDrive(cc.load_audio(folder / "s.wav"))
    drive = cc.AudioDrive(cc.load_audio(folder / "s.wav"), **{name: SOUND[name]})
    assert differing(default, drive) == {name}
    assert differing(again(folder, default), default) == set()
    assert differing(again(folder, drive), drive) == set()


@pytest.mark.parametrize(
    ("kind", "name"), [*((cc.HighGammaDrive, name) for name in HIGH_GAMMA), *((cc.VoltageDrive, name) for name in DATA)]
)
def test_every_field_of_a_drive_of_a_recording_comes_back(folder, kind, name):
    pytest.importorskip("mne")
    write_recording(folder / "b_ieeg.edf")
    recording = cc.load_recording(folder / "b_ieeg.edf")
    drive = kind(recording, **{name: HIGH_GAMMA[name]})
    assert differing(kind(recording), drive) == {name}
    assert type(again(folder, drive)) is kind
    assert differing(again(folder, drive), drive) == set()


def test_line_noise_that_is_kept_comes_back(folder):
    pytest.importorskip("mne")
    write_recording(folder / "b_ieeg.edf")
    assert again(folder, cc.HighGammaDrive(cc.load_recording(folder / "b_ieeg.edf"), line_hz=None)).line_hz is None


def test_an_amplitude_without_a_baseline_comes_back(folder):
    pytest.importorskip("mne")
    write_recording(folder / "b_ieeg.edf")
    drive = cc.HighGammaDrive(cc.load_recording(folder / "b_ieeg.edf"), baseline="none")
    assert differing(again(folder, drive), drive) == set()


def test_what_a_scene_file_cannot_hold_is_refused(folder):
    pytest.importorskip("mne")
    write_recording(folder / "b_ieeg.edf")
    steps = HighGamma(amplitude=np.abs)
    drive = cc.HighGammaDrive(cc.load_recording(folder / "b_ieeg.edf"), steps=steps)
    with pytest.raises(OptionError, match=r"^drive: a scene file cannot name its steps; leave steps out$"):
        scene_of(folder, drive).save(folder / "scene.toml")
    drive = cc.AudioDrive(cc.load_audio(folder / "s.wav"))
    with pytest.raises(OptionError, match=r"^audio: differs from the drive's sound, and"):
        scene_of(folder, drive, audio=cc.load_audio(folder / "t.wav")).save(folder / "scene.toml")
    assert not (folder / "scene.toml").exists()
    scene_of(folder, drive, audio=cc.load_audio(folder / "s.wav")).save(folder / "scene.toml")
