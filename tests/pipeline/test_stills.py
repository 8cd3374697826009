"""Stills: any scene at any time that lies in it, by the command line and from Python."""

import sys
from fractions import Fraction
from itertools import pairwise

import nibabel as nib
import numpy as np
import pytest
import soundfile
from PIL import Image

import corticast as cc
from corticast.cli import main
from corticast.core.model.scene import changed
from corticast.core.model.types import Electrodes, Picture, SampledSound, Volume
from corticast.errors import OptionError

pytestmark = pytest.mark.gl

SIZE = (240, 160)
RATE = 8000
SECONDS = 2
CONTACTS = np.array([[-6.0, 2.0, 0.0], [8.0, -4.0, 2.0]])
# Seconds that the scenes last; those in which nothing moves have time 0 alone.
LASTS = {
    "slices": 0, "contacts": 0, "view": 0, "contacts alone": 0, "picture": 0, "picture alone": 0,
    "sound": SECONDS, "sound on a picture": SECONDS, "sweep": Fraction(24, 30), "spin": 4, "slow spin": 7200,
}  # fmt: skip


def head():
    """A volume whose slices differ, for each axis."""
    values = np.sum(np.meshgrid(*[np.arange(n) * 4 for n in (20, 22, 24)], indexing="ij"), axis=0)
    affine = np.diag([2.0, 2.0, 2.0, 1.0])
    affine[:3, 3] = -20, -22, -24
    return Volume(np.asfortranarray(values.astype(np.uint8)), affine)


def swelling_tone():
    time_s = np.arange(SECONDS * RATE) / RATE
    return SampledSound((0.5 * time_s * np.sin(2 * np.pi * 700 * time_s))[None].astype(np.float32), RATE)


@pytest.fixture(scope="module")
def scenes():
    volume, table = head(), Electrodes(("A1", "A2"), CONTACTS, "world")
    picture = Picture(np.full((30, 40, 3), 90, np.uint8))
    marks = Electrodes(("A1", "A2"), np.array([[10.0, 12.0], [30.0, 20.0]]), "picture")
    drive = cc.AudioDrive(swelling_tone(), bands=cc.LogBands(400, 3000, 2))
    look = {"window": (0, 240)}
    return {
        "slices": cc.Scene(volume=volume, plane_mm=(0, 0, 4), **look),
        "contacts": cc.Scene(volume=volume, electrodes=table, plane_mm=(-6, 2, 0), **look),
        "view": cc.Scene(volume=volume, layout="3d", **look),
        "contacts alone": cc.Scene(electrodes=table),
        "picture": cc.Scene(image=picture, electrodes=marks),
        "picture alone": cc.Scene(image=picture),
        "sound": cc.Scene(volume=volume, electrodes=table, drive=drive, **look),
        "sound on a picture": cc.Scene(image=picture, electrodes=marks, drive=drive),
        "sweep": cc.Scene(volume=volume, sweep="full", layout="axial", **look),
        "spin": cc.Scene(volume=volume, layout="3d", spin=90, **look),
        "slow spin": cc.Scene(volume=volume, layout="3d", spin=0.05, **look),
    }


@pytest.mark.parametrize("name", LASTS)
def test_a_still_at_any_time_that_lies_in_the_scene(scenes, name):
    """The first moment, one between two frames, the last one; what changes differs, and nothing else does."""
    scene, seconds = scenes[name], LASTS[name]
    times = [0] if seconds == 0 else [0, seconds * Fraction(10, 27), seconds - Fraction(1, 1000)]
    scene = changed(scene, labels=scene.shown_labels - {"clock"})
    pictures = [cc.frame(scene, time, size=SIZE) for time in times]
    assert all(picture.shape == (*SIZE[::-1], 3) and picture.max() > 60 for picture in pictures)
    assert all((one != other).any() for one, other in pairwise(pictures))
    if seconds == 0:
        # The clock aside, a moment of a scene at rest is its still.
        np.testing.assert_array_equal(pictures[0], cc.frame(scene, size=SIZE))


@pytest.mark.parametrize("name", LASTS)
def test_a_time_beyond_the_scene_is_refused_in_its_own_words(scenes, name):
    for time in (-0.5, float(LASTS[name]) + 1):
        with pytest.raises(OptionError, match="time"):
            cc.frame(scenes[name], time, size=SIZE)


def test_a_sweep_shows_the_slice_of_that_time(scenes):
    """Of 24 slices in 24 frames, frame k shows slice k: a scene at rest there looks the same.

    With `fit="volume"`: else a slice at rest is as large as its own head, and all slices of a sweep as the whole head.
    """
    moving = changed(scenes["sweep"], fit="volume")
    for k in (0, 7, 23):
        rest = changed(scenes["slices"], layout="axial", plane_mm=(0.0, 0.0, -24.0 + 2 * k), fit="volume")
        sweep = cc.frame(moving, Fraction(k, 30), size=SIZE)
        expected = cc.frame(rest, Fraction(k, 30), size=SIZE, duration=1)
        np.testing.assert_array_equal(sweep, expected)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stills")
    volume = head()
    nib.save(nib.Nifti1Image(volume.voxels, volume.affine), folder / "T1w.nii.gz")
    rows = [f"{name}\t{x}\t{y}\t{z}" for name, (x, y, z) in zip(("A1", "A2"), CONTACTS, strict=True)]
    (folder / "electrodes.tsv").write_text("\n".join(["name\tx\ty\tz", *rows]) + "\n")
    sound = swelling_tone()
    soundfile.write(folder / "tone.wav", sound.samples[0], RATE, subtype="FLOAT")
    Image.fromarray(np.full((30, 40, 3), 90, np.uint8)).save(folder / "picture.png")
    return folder


COMMANDS = {
    "slices": (["--volume", "T1w.nii.gz", "--plane-mm", "0,0,4", "--window", "0,240"], 0),
    "contacts": (
        ["--volume", "T1w.nii.gz", "--electrodes", "electrodes.tsv", "--plane-mm=-6,2,0", "--window", "0,240"],
        0,
    ),
    "picture alone": (["--image", "picture.png"], 0),
    "sound": (
        [
            "--volume", "T1w.nii.gz", "--electrodes", "electrodes.tsv", "--audio", "tone.wav", "--window", "0,240",
            "--bands", "400,3000,2",
        ],
        "1.23",
    ),
    "sweep": (["--volume", "T1w.nii.gz", "--sweep", "full", "--layout", "axial", "--window", "0,240"], "0.5"),
    "spin": (["--volume", "T1w.nii.gz", "--layout", "3d", "--spin", "90", "--window", "0,240"], "3.999"),
    "slow spin": (["--volume", "T1w.nii.gz", "--layout", "3d", "--spin", "0.05", "--window", "0,240"], "7000"),
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_the_command_line_draws_the_same(scenes, files, monkeypatch, tmp_path, name):
    options, time = COMMANDS[name]
    monkeypatch.chdir(files)
    output = tmp_path / "still.png"
    line = ["corticast", "frame", *options, "--time", str(time), "--size", "240x160", "--quiet", "-o", str(output)]
    monkeypatch.setattr(sys, "argv", line)
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    np.testing.assert_array_equal(np.asarray(Image.open(output)), cc.frame(scenes[name], Fraction(time), size=SIZE))


def test_a_contact_covers_no_word_of_the_caption():
    """Where a contact reaches the foot of the frame, the words stand above the contact."""
    image = Picture(np.full((360, 640, 3), 40, np.uint8))
    contacts = Electrodes(("A", "B"), np.array([[320.0, 350.0], [320.0, 100.0]]), space="picture")
    drive = cc.ArrayDrive(np.ones((2, 4)), 2, contacts.names, full_scale=1.0)
    scene = cc.Scene(image=image, electrodes=contacts, drive=drive, electrode_size=(20, 500), labels=("clock",))
    size = (1280, 720)
    plain, named = (
        cc.frame(changed(scene, caption=caption), size=size, time=1).astype(int) for caption in (".", "H" * 40)
    )
    rows = np.flatnonzero(np.abs(named - plain).max(axis=(1, 2)) > 40)
    words = np.abs(named - plain)[rows.min() : rows.max() + 1].max(axis=(0, 2)) > 40
    # The words run on over the disc as beside it: no gap is wider than that between two letters.
    gaps = np.diff(np.flatnonzero(words))
    middle = plain[rows.mean().astype(int), :, 0] > 150
    assert middle.sum() > 100
    assert gaps.max() < 12
