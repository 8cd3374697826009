"""Readers of files that are no regular files, lie about their length, or change while they are read."""

import os
import struct
import zlib

import nibabel as nib
import numpy as np
import pytest
import soundfile
from PIL import Image

import corticast as cc
from corticast.cli.running import warn
from corticast.errors import MOST_CHARACTERS, DataError
from corticast.io import volume_files
from corticast.io.activity import load_activity
from corticast.io.audio import load_audio
from corticast.io.electrodes import load_electrodes
from corticast.io.head_transform import head_transform
from corticast.io.picture import load_picture
from corticast.io.recording import load_recording
from corticast.io.scene import read_scene_file
from corticast.io.values import load_values
from corticast.io.volume import load_volume
from corticast.io.whole_file import is_same_file

READERS = {
    "a.nii": load_volume,
    "a.nii.gz": load_volume,
    "a.mgz": load_volume,
    "electrodes.tsv": load_electrodes,
    "values.tsv": load_values,
    "a.npy": load_activity,
    "activity.tsv": load_activity,
    "a.png": load_picture,
    "a.wav": load_audio,
    "a.mp3": load_audio,
    "a.toml": read_scene_file,
    "a-dig.fif": load_electrodes,
    "a.nwb": load_electrodes,
    "a-trans.fif": head_transform,
}


def refusal(read, path):
    """The error's one line."""
    with pytest.raises(DataError) as caught:
        read(path)
    said = caught.value.as_typed
    assert said.startswith((f"{path}: ", f"{path}, line "))
    assert len(said) <= MOST_CHARACTERS
    assert "\n" not in said
    return said


@pytest.mark.parametrize("name", READERS)
def test_every_reader_comes_through_the_door(tmp_path, name):
    """A reader that opened a pipe itself would wait for ever."""
    path = tmp_path / name
    os.mkfifo(path)
    assert "is a pipe" in refusal(READERS[name], path)
    path.unlink()
    path.mkdir()
    assert "is a folder" in refusal(READERS[name], path)
    path.rmdir()
    path.symlink_to(".git/annex/objects/none")
    assert "a link whose content is not here; `git -C " in refusal(READERS[name], path)
    path.unlink()
    path.write_text("version https://git-lfs.github.com/spec/v1\n")
    assert "a pointer of Git LFS" in refusal(READERS[name], path)


@pytest.mark.parametrize(
    ("name", "other"), [("a.hdr", "a.img"), ("a.img", "a.hdr"), ("a.set", "a.fdt"), ("a.lay", "a.dat")]
)
def test_the_other_half_of_a_file_without_content(tmp_path, name, other):
    reader = load_recording if name.endswith(("set", "lay")) else load_volume
    if reader is load_recording:
        pytest.importorskip("mne")
    (tmp_path / name).write_bytes(bytes(400))
    (tmp_path / other).symlink_to("../.git/annex/objects/none")
    with pytest.raises(DataError, match=rf"{other}: a link whose content is not here; `git -C "):
        reader(tmp_path / name)
    (tmp_path / other).unlink()
    (tmp_path / other).write_text("/annex/objects/none\n")
    with pytest.raises(DataError, match=f"{other}: a pointer of git-annex"):
        reader(tmp_path / name)


# Volumes


def test_a_volume_packed_beyond_measured_values_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(volume_files, "_LARGE_BYTES", 1 << 20)
    values = np.zeros((128, 128, 128), np.uint8)
    nib.save(nib.Nifti1Image(values, np.eye(4)), tmp_path / "a.nii.gz")
    nib.save(nib.Nifti1Image(values, np.eye(4)), tmp_path / "a.nii")
    assert "packs 2 MiB into " in refusal(load_volume, tmp_path / "a.nii.gz")
    assert not load_volume(tmp_path / "a.nii").voxels.any()


def test_a_mask_of_512_voxels_a_side_is_believed(tmp_path):
    (tmp_path / "a.nii.gz").write_bytes(bytes(1000))
    volume_files._check_ratio(tmp_path / "a.nii.gz", 540 + 8 * 512**3)
    with pytest.raises(DataError, match="packs"):
        volume_files._check_ratio(tmp_path / "a.nii.gz", 8 * 520**3)


def test_links_that_lead_back_to_themselves_are_compared(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    assert not is_same_file(tmp_path / "loop", tmp_path / "other")


# NPY


def npy(path, header, content=b""):
    text = header.encode()
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + content)
    return path


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (%s,)}" % ("9" * 60), "its header announces"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000)}", "its header announces 7.28 TiB"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (100, 10", "not a NPY file"),
        ("{'descr': '|O', 'fortran_order': False, 'shape': (1, 1)}", "give real numbers"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (-1, -1)}", ""),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (0, 999999999999999999999999999)}", "give real numbers"),
        ("(" * 500, "not a NPY file"),
        ("9" * 5000, "not a NPY file"),
    ],
)
def test_headers_of_arrays_are_held_against_the_file(tmp_path, header, said):
    assert said in refusal(load_activity, npy(tmp_path / "a.npy", header, bytes(64)))


@pytest.mark.parametrize("dtype", ["<f4", ">f8", "<i2", "|b1", "<f2"])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_arrays_equal_those_that_numpy_reads(tmp_path, dtype, order, version):
    array = np.asarray(np.arange(24).reshape(8, 3), dtype=dtype, order=order)
    with (tmp_path / "a.npy").open("wb") as file:
        np.lib.format.write_array(file, array, version)
    values = load_activity(tmp_path / "a.npy").values
    wanted = np.load(tmp_path / "a.npy")
    assert values.dtype == wanted.dtype
    np.testing.assert_array_equal(values, wanted.T)


# Pictures


def test_a_picture_of_more_pixels_than_its_file_can_hold(tmp_path):
    path = tmp_path / "a.png"
    Image.new("RGB", (8, 8)).save(path)
    content = bytearray(path.read_bytes())
    content[16:24] = struct.pack(">II", 9000, 9000)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    path.write_bytes(content)
    assert "its header announces 9000×9000 pixels, more than" in refusal(load_picture, path)


# Sounds


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXTINF:1,\n/etc/passwd\n",
        "ffconcat version 1.0\nfile other.wav\n",
        "[playlist]\nFile1=other.wav\n",
        '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>',
    ],
)
def test_playlists_decide_about_no_other_file(tmp_path, text):
    (tmp_path / "a.mp3").write_text(text)
    assert "a playlist, which names other files" in refusal(load_audio, tmp_path / "a.mp3")


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
def test_a_sound_that_changes_is_refused(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    soundfile.write(path, np.random.default_rng(0).uniform(-0.5, 0.5, 200_000), 48000)
    sound = load_audio(path)
    assert sum(block.shape[1] for block in sound.blocks()) == sound.n_samples
    blocks = sound.blocks()
    next(blocks)
    os.truncate(path, 1000)
    with pytest.raises(DataError, match=r"has changed since it was opened; start again"):
        list(blocks)
    with pytest.raises(DataError, match=r"has changed since it was opened; start again"):
        list(sound.blocks())


def test_two_readers_of_a_sound_do_not_disturb_each_other(tmp_path):
    samples = np.random.default_rng(0).uniform(-0.5, 0.5, (200_000, 1)).astype(np.float32)
    soundfile.write(tmp_path / "a.wav", samples, 48000, subtype="FLOAT")
    sound = load_audio(tmp_path / "a.wav")
    for one, other in zip(sound.blocks(1000), sound.blocks(1000, start=1000), strict=False):
        assert not np.array_equal(one, other)
    np.testing.assert_array_equal(np.hstack(list(sound.blocks(1000))), samples.T)


# Scenes


@pytest.mark.parametrize(
    "text",
    [
        "frames = " + "9" * 10_000,
        "title = " + "[" * 20_000 + "]" * 20_000,
        "a." * 20_000 + "a = 1",
        'volume = "a\\u0000.nii"',
        "title = '''" + "x" * (1 << 19) + "'''",
    ],
)
def test_scenes_of_any_text_have_one_line(tmp_path, text):
    path = tmp_path / "a.toml"
    path.write_text(text)
    said = refusal(read_scene_file, path)
    assert "unexpected" not in said


def test_a_pipe_beside_a_table_is_no_reason_to_wait(tmp_path):
    table = tmp_path / "sub-1_electrodes.tsv"
    table.write_text("name\tx\ty\tz\nA1\t1\t2\t3\n")
    os.mkfifo(tmp_path / "sub-1_coordsystem.json")
    with pytest.raises(DataError, match=r"sub-1_coordsystem\.json: is a pipe"):
        load_electrodes(table)


# Lines


def test_names_with_line_ends_leave_a_warning_in_one_line(tmp_path, capsys):
    table = tmp_path / "twice.tsv"
    table.write_text('name\tx\ty\tz\n"A\n1"\t1\t2\t3\n"A\n1"\t1\t2\t4\n')
    warn(load_electrodes(table).warnings, quiet=False)
    said = capsys.readouterr().err
    assert "named A 1" in said
    assert all(line.startswith("corticast: ") for line in said.splitlines())


def test_positions_beyond_any_head_have_a_short_line(tmp_path):
    table = tmp_path / "far.tsv"
    table.write_text("name\tx\ty\tz\nA1\t1e300\t2\t3\nA2\t1\t2\t4\n")
    with pytest.raises(DataError, match=r"far\.tsv: line 2, column x: '1e300' lies in no space"):
        load_electrodes(table)
    electrodes = cc.Electrodes(("A1", "A2"), np.array([[1e300, 2, 3], [1, 2, 4]]))
    scene = cc.Scene(volume=cc.Volume.from_array(np.ones((8, 8, 8)), np.eye(4)), electrodes=electrodes)
    with pytest.raises(DataError, match=r"pos reaches 1e\+300 mm from the origin"):
        cc.panels(scene)
