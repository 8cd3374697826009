"""Objects that people have in memory land where the libraries they come from put them."""

import os
import subprocess
import sys
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

import corticast as cc
from corticast.core.geometry.placement import place
from corticast.errors import DataError, OptionError

CORTICAST = Path(sys.executable).with_name("corticast")
OBLIQUE = np.array([[1.9, -0.3, 0.1, -20], [0.3, 1.9, 0.2, -30], [-0.1, -0.2, 2.0, -25], [0, 0, 0, 1]])


def shown(volume):
    """Scaled values of a volume, as float64."""
    return volume.voxels * np.float64(volume.slope) + volume.inter


# nibabel


@pytest.mark.parametrize("kind", [nib.Nifti1Image, nib.Nifti2Image, nib.MGHImage])
def test_an_image_in_memory_is_what_its_file_is(tmp_path, rng, kind):
    values = rng.integers(0, 200, (7, 8, 9)).astype(np.int16)
    image = kind(values, OBLIQUE)
    suffix = "mgz" if kind is nib.MGHImage else "nii.gz"
    nib.save(image, tmp_path / f"sub-1_T1w.{suffix}")
    of_file, of_memory = cc.load_volume(tmp_path / f"sub-1_T1w.{suffix}"), cc.load_volume(image)
    assert np.array_equal(of_memory.voxels, values)
    assert of_memory.voxels.dtype == of_file.voxels.dtype
    np.testing.assert_allclose(of_memory.affine, image.affine)
    np.testing.assert_allclose(of_file.affine, image.affine, atol=1e-5)
    loaded = cc.load_volume(nib.load(tmp_path / f"sub-1_T1w.{suffix}"))
    assert np.array_equal(loaded.voxels, of_file.voxels)
    assert (loaded.name, loaded.space, loaded.path) == (of_file.name, of_file.space, of_file.path)


def test_an_image_of_a_file_keeps_its_stored_type_and_scaling(tmp_path, rng):
    stored = rng.integers(-300, 300, (5, 6, 7)).astype(np.int16)
    image = nib.Nifti1Image(stored, OBLIQUE)
    image.header.set_slope_inter(0.5, 12.0)
    nib.save(image, tmp_path / "scaled.nii")
    raw = (tmp_path / "scaled.nii").read_bytes()
    volume = cc.load_volume(nib.load(tmp_path / "scaled.nii"))
    of_file = cc.load_volume(tmp_path / "scaled.nii")
    assert volume.voxels.dtype == np.int16
    assert (volume.slope, volume.inter) == (of_file.slope, of_file.inter) != (1.0, 0.0)
    assert np.array_equal(volume.voxels, of_file.voxels)
    np.testing.assert_allclose(shown(volume), nib.load(tmp_path / "scaled.nii").get_fdata(), atol=1e-4)
    assert (tmp_path / "scaled.nii").read_bytes() == raw


def test_values_and_affine_that_a_program_has_changed_count(tmp_path):
    nib.save(nib.Nifti1Image(np.ones((4, 5, 6), np.float32), np.eye(4)), tmp_path / "a.nii")
    image = nib.load(tmp_path / "a.nii")
    moved = nib.Nifti1Image(image.get_fdata() * 7, OBLIQUE, image.header)
    volume = cc.load_volume(moved)
    assert (volume.voxels == 7).all()
    np.testing.assert_allclose(volume.affine, OBLIQUE)


@pytest.mark.parametrize("suffix", ["nii", "nii.gz", "img", "mgh"])
def test_one_volume_of_a_file_of_nibabels_is_read_into_memory_of_its_own(rng, tmp_path, suffix):
    values = rng.integers(-1000, 1000, (4, 5, 6, 3)).astype(np.int16)
    path = tmp_path / f"a.{suffix}"
    if suffix == "mgh":
        nib.save(nib.MGHImage(values, np.eye(4)), path)
    else:
        nib.save((nib.Nifti1Pair if suffix == "img" else nib.Nifti1Image)(values, np.eye(4)), path)
    image = nib.load(path)
    wanted = np.array(image.dataobj[..., 1])
    volume = cc.load_volume(image, time_index=1)
    # A mapped file would end the process now.
    os.truncate(path, 10)
    assert np.array_equal(volume.voxels, wanted)


def test_an_open_file_of_nibabels_is_read_into_memory_of_its_own(rng, tmp_path):
    values = rng.random((4, 5, 6)).astype(np.float32)
    path = tmp_path / "a.nii"
    nib.save(nib.Nifti1Image(values, np.eye(4)), path)
    with path.open("rb") as file:
        volume = cc.load_volume(nib.Nifti1Image.from_stream(file))
        os.truncate(path, 10)
        assert np.array_equal(volume.voxels, values)


def test_one_volume_of_a_series_and_its_space(rng):
    values = rng.random((4, 5, 6, 3))
    image = nib.Nifti1Image(values, np.diag([2.0, 2, 2, 1]))
    image.header.set_sform(image.affine, code=4)
    volume = cc.load_volume(image, time_index=2)
    assert np.array_equal(volume.voxels, values[..., 2])
    assert (volume.space, volume.time_index) == ("MNI", 2)
    assert cc.load_volume(image, space="MNI152NLin6Asym").space == "MNI152NLin6Asym"
    with pytest.raises(OptionError, match="3 volume"):
        cc.load_volume(image, time_index=3)
    with pytest.raises(DataError, match="4×5×6×3×2"):
        cc.load_volume(nib.Nifti1Image(np.ones((4, 5, 6, 3, 2)), np.eye(4)))


def test_an_image_whose_sides_are_unknown_says_so():
    image = nib.Nifti1Image(np.ones((4, 5, 6)), None)
    volume = cc.load_volume(image)
    assert not volume.sided
    assert volume.warnings
    assert not cc.load_volume(nib.Spm2AnalyzeImage(np.ones((4, 5, 6), np.int16), None)).sided
    assert cc.load_volume(nib.Nifti1Image(np.ones((4, 5, 6)), np.eye(4))).sided


def test_colours_in_memory():
    record = np.zeros((3, 4, 5), dtype=[("R", "u1"), ("G", "u1"), ("B", "u1")])
    record["G"] = 200
    volume = cc.load_volume(nib.Nifti1Image(record, np.eye(4)))
    assert volume.is_rgb
    assert volume.voxels[1, 2, 3].tolist() == [0, 200, 0]


# Arrays


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.float16, np.float64, ">i2", np.longdouble])
def test_an_array_with_its_affine_is_a_volume(rng, order, dtype):
    values = np.asarray(rng.integers(0, 2, (4, 5, 6)).astype(dtype), order=order)
    volume = cc.Volume.from_array(values, OBLIQUE.tolist(), name="mine", space="native")
    assert np.array_equal(volume.voxels, values)
    assert volume.voxels.dtype.isnative
    assert (volume.name, volume.space, volume.sided) == ("mine", "native", True)
    assert volume.affine.dtype == np.float64
    if dtype in (bool, np.uint8, np.float64):
        assert np.shares_memory(volume.voxels, values)


def test_the_picture_of_an_array_is_that_of_its_file(tmp_path, rng, gl):
    values = rng.integers(0, 900, (20, 24, 22)).astype(np.int16)
    affine = np.diag([3.0, 3, 3, 1])
    nib.save(nib.Nifti1Image(values, affine), tmp_path / "volume.nii")
    sources = [
        cc.load_volume(tmp_path / "volume.nii"),
        cc.load_volume(str(tmp_path / "volume.nii")),
        cc.load_volume(nib.load(tmp_path / "volume.nii")),
        cc.load_volume(nib.Nifti1Image(values, affine)),
        cc.Volume.from_array(values, affine),
    ]
    pictures = [cc.frame(cc.Scene(volume=each, labels="none"), size=(96, 64)) for each in sources]
    assert pictures[0].std() > 20
    assert all(np.array_equal(picture, pictures[0]) for picture in pictures)


# pandas


def frame(**columns):
    return pytest.importorskip("pandas").DataFrame(columns)


def test_a_data_frame_is_what_its_table_is(tmp_path):
    table = frame(
        name=["LA1", "LA2", "RB1"], x=[-30.5, -34.25, np.nan], y=[1, 2, 3], z=[4.0, 5.0, 6.0],
        group=["LA", "LA", None], bad=[False, True, False], size=[1.5, 2.0, 2.5],
    )  # fmt: skip
    table.to_csv(tmp_path / "contacts.tsv", sep="\t", index=False, na_rep="n/a")
    of_memory, of_file = cc.load_electrodes(table), cc.load_electrodes(tmp_path / "contacts.tsv")
    assert of_memory.names == of_file.names == ("LA1", "LA2", "RB1")
    np.testing.assert_array_equal(of_memory.pos, of_file.pos)
    assert of_memory.bad.tolist() == of_file.bad.tolist() == [False, True, False]
    assert of_memory.columns == of_file.columns
    assert of_memory.path is None
    assert [text.split(":", 1)[1] for text in of_memory.warnings] == [
        text.split(":", 1)[1] for text in of_file.warnings
    ]


def test_the_index_of_a_data_frame_may_hold_the_names():
    table = frame(x=[10.0, 20], y=[1.0, 2], z=[3.0, 4])
    assert cc.load_electrodes(table).names == ("1", "2")
    table.index = ["A1", "A2"]
    assert cc.load_electrodes(table).names == ("A1", "A2")
    table.index.name = "contact"
    assert cc.load_electrodes(table).names == ("A1", "A2")


def test_a_data_frame_in_metres_or_pixels_is_read_as_its_table():
    electrodes = cc.load_electrodes(frame(name=["A"], x=[0.03], y=[0.01], z=[-0.02]))
    assert electrodes.pos[0] == pytest.approx([30, 10, -20])
    assert "metres" in electrodes.warnings[0]
    assert cc.load_electrodes(frame(name=["A"], x_2d=[30.0], y_2d=[10.0])).pos.tolist() == [[30, 10]]
    assert cc.load_electrodes(frame(x=[3.0], y=[1.0], z=[2.0]), space="voxel").space == "voxel"


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"name": ["A"], "x": [1.0]}, "no column y, z"),
        ({"name": ["A"], "x": ["one"], "y": [1.0], "z": [2.0]}, "column x"),
        ({"name": ["A"], "x": [np.nan], "y": [1.0], "z": [2.0]}, "no row has a position"),
        ({"name": [], "x": [], "y": [], "z": []}, "no rows"),
    ],
)
def test_data_frames_that_cannot_be_used_are_named(columns, words):
    with pytest.raises(DataError, match=f"DataFrame: .*{words}"):
        cc.load_electrodes(frame(**columns))


# MNE-Python


def montage(coord_frame, **positions):
    mne = pytest.importorskip("mne")
    return mne.channels.make_dig_montage(
        {name: np.array(pos) for name, pos in positions.items()}, coord_frame=coord_frame
    )


def test_contacts_of_a_montage_land_where_mne_puts_them():
    """FreeSurfer's surface RAS in metres, on a conformed and on another volume, against MNE's own transforms."""
    mne = pytest.importorskip("mne")
    conformed = np.array([[-1.0, 0, 0, 131], [0, 0, 1, -127], [0, -1, 0, 120], [0, 0, 0, 1]])
    contacts = {"LA1": (-0.031, 0.012, -0.02), "LA2": (-0.0345, 0.0115, -0.0185), "RB1": (0.04, -0.03, 0.025)}
    electrodes = cc.load_electrodes(montage("mri", **contacts))
    assert electrodes.names == tuple(contacts)
    image = nib.MGHImage(np.ones((256, 256, 256), np.uint8), conformed)
    to_ras = mne.transforms.Transform("mri", "ras", image.affine @ np.linalg.inv(image.header.get_vox2ras_tkr()))
    to_ras["trans"][:3, 3] /= 1000
    expected_mm = 1000 * mne.transforms.apply_trans(to_ras, np.array(list(contacts.values())))
    placed = place(electrodes, volume=cc.load_volume(image))
    np.testing.assert_allclose(placed.pos, expected_mm, atol=1e-6)
    assert placed.share_inside == 1.0


def test_contacts_in_scanner_and_template_coordinates_stay_where_they_are():
    contacts = {"LA1": (-0.031, 0.012, -0.02), "X": (np.nan, np.nan, np.nan)}
    for coord_frame, name in (("mni_tal", "MNI305"), ("ras", "ScanRAS")):
        electrodes = cc.load_electrodes(montage(coord_frame, **contacts))
        np.testing.assert_allclose(electrodes.pos, 1000 * np.array(list(contacts.values())))
        assert (electrodes.space, electrodes.frame) == ("world", name)
        assert electrodes.has_position.tolist() == [True, False]
    unknown = cc.load_electrodes(montage("unknown", **contacts))
    assert (unknown.space, unknown.frame) == (None, None)


@pytest.mark.parametrize(
    ("name", "value"), [("space", "voxel"), ("coordsystem", "coordsystem.json"), ("channels", "channels.tsv")]
)
def test_arguments_of_tables_are_refused_with_a_montage(name, value):
    with pytest.raises(OptionError) as error:
        cc.load_electrodes(montage("mri", A=(0.01, 0.02, 0.03)), **{name: value})
    assert str(error.value) == f"{name} {value}: does nothing with a DigMontage; leave {name} out"
    assert error.value.option == name


def test_a_montage_in_another_head_is_refused_on_a_native_volume():
    affine = np.diag([2.0, 2, 2, 1])
    affine[:3, 3] = -100
    native = cc.Volume.from_array(np.ones((100, 100, 100)), affine, space="native")
    with pytest.raises(DataError, match=r"MNI305.*native"):
        place(cc.load_electrodes(montage("mni_tal", A=(0.01, 0.02, 0.03))), volume=native)


@pytest.mark.parametrize("coord_frame", ["head", "isotrak", "ctf_head"])
def test_coordinates_of_the_head_are_refused_with_the_remedy(coord_frame):
    with pytest.raises(DataError, match=rf"source .*{coord_frame.split('_')[0]}.*apply_trans"):
        cc.load_electrodes(montage(coord_frame, A=(0.0, 0.1, 0.02)))


def test_the_remedy_for_head_coordinates_works():
    """What the message says: MNE's own transform to MRI coordinates."""
    mne = pytest.importorskip("mne")
    turn = mne.transforms.rotation(0.1, 0.2, -0.3)
    trans = mne.transforms.Transform("head", "mri", mne.transforms.translation(0.01, -0.02, 0.03) @ turn)
    head = montage("head", A=(0.0, 0.1, 0.02), B=(0.03, 0.05, 0.01))
    head.apply_trans(trans)
    electrodes = cc.load_electrodes(head)
    expected = mne.transforms.apply_trans(trans, np.array([(0.0, 0.1, 0.02), (0.03, 0.05, 0.01)]))
    np.testing.assert_allclose(electrodes.pos, 1000 * expected)
    assert electrodes.space == "tkras"


def raw_of(rows, kinds=("seeg", "seeg", "stim"), rate=500.0):
    mne = pytest.importorskip("mne")
    info = mne.create_info(["A1", "A2", "TRIG"], rate, kinds)
    return mne.io.RawArray(rows, info, verbose="error")


def test_a_raw_of_mne_is_a_recording(rng):
    mne = pytest.importorskip("mne")
    rows = rng.normal(size=(3, 2000))
    raw = raw_of(rows)
    raw.info["bads"] = ["A2"]
    raw.set_annotations(mne.Annotations([1.5], [0.25], ["word"]))
    recording = cc.load_recording(raw)
    assert recording.names == ("A1", "A2")
    assert (recording.sample_rate, recording.n_samples, recording.unit) == (500.0, 2000, "V")
    assert recording.bad.tolist() == [False, True]
    np.testing.assert_array_equal(recording.rows(), raw.get_data()[:2])
    assert [(event.onset_s, event.duration_s, event.text) for event in recording.events] == [(1.5, 0.25, "word")]
    assert recording.path is None


def test_what_was_done_to_a_raw_counts(rng, tmp_path):
    mne = pytest.importorskip("mne")
    raw_of(rng.normal(size=(3, 4000))).save(tmp_path / "rec_raw.fif", verbose="error")
    raw = mne.io.read_raw_fif(tmp_path / "rec_raw.fif", preload=True, verbose="error").crop(1.0, 3.0)
    raw.apply_function(lambda row: 2 * row, picks="seeg", verbose="error")
    recording = cc.load_recording(raw)
    np.testing.assert_array_equal(recording.rows(), raw.get_data("seeg"))
    assert recording.name == "rec_raw.fif"
    of_file = cc.load_recording(tmp_path / "rec_raw.fif")
    np.testing.assert_allclose(recording.rows(), 2 * of_file.rows()[:, 500:1501])


def test_drives_take_what_was_in_memory(rng):
    raw = raw_of(rng.normal(size=(3, 4000)) * 1e-5)
    electrodes = cc.load_electrodes(montage("ras", A1=(0.0, 0.01, 0.02), A2=(0.03, 0.01, 0.02)))
    activity = cc.VoltageDrive(cc.load_recording(raw)).activity(place(electrodes))
    assert (activity.quantity, activity.unit) == ("voltage", "µV")
    assert activity.at(2.0)[0] * activity.full_scale == pytest.approx(1e6 * raw.get_data()[0, 1000], rel=1e-4)


# Positions of another unit, and such that lie in no head


@pytest.mark.parametrize(("factor", "unit"), [(1e-3, "m"), (1e3, "um")])
def test_positions_in_another_unit_are_drawn_right_with_a_line(factor, unit):
    pos = np.array([[-30.0, 10, 20], [-34, 10, 20], [30, -50, 40]])
    assert not place(cc.Electrodes(("A", "B", "C"), pos)).warnings
    placed = place(cc.Electrodes(("A", "B", "C"), pos * factor))
    np.testing.assert_allclose(placed.pos, pos)
    assert any(f"taken as {unit}, which alone fits a head" in text for text in placed.warnings)


def test_one_position_far_from_all_heads_proves_no_unit():
    pos = np.array([[-30.0, 10, 20], [-34, 10, 20], [30, -50, 40e3]])
    with pytest.raises(DataError, match=r"pos reaches 40000 mm .* divide positions in micrometres by 1000"):
        place(cc.Electrodes(("A", "B", "C"), pos))


def test_the_command_line_refuses_it_too(tmp_path):
    (tmp_path / "far.csv").write_text("name,x,y,z\nA,10,20,30\nB,-40000,20,30\n")
    done = subprocess.run(
        [CORTICAST, "frame", "--electrodes", "far.csv", "--layout", "3d", "-o", "a.png"],
        capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 2
    assert "far.csv" in done.stderr
    assert "40000 mm" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_nothing_of_these_libraries_is_imported_for_its_own_sake():
    code = """
import sys
from pathlib import Path
import corticast as cc
import numpy as np
electrodes = cc.Electrodes(("A", "B"), np.array([[0.0, 0, 0], [30, 0, 0]]))
cc.ArrayDrive(np.ones((2, 9)), 3.0, ("A", "B"))
cc.panels(cc.Scene(electrodes=electrodes))
assert not {"mne", "pandas", "nibabel", "OpenGL", "vispy"} & set(sys.modules), sorted(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.gl
def test_a_contact_of_a_montage_is_drawn_at_its_place(gl):
    """The light of a single contact is centred where the panel's affine puts MNE's metres."""
    conformed = np.array([[-1.0, 0, 0, 128], [0, 0, 1, -128], [0, -1, 0, 128], [0, 0, 0, 1]])
    volume = cc.load_volume(nib.MGHImage(np.zeros((256, 256, 256), np.uint8), conformed))
    electrodes = cc.load_electrodes(montage("mri", A=(-0.031, 0.012, 0.02)))
    scene = cc.Scene(volume=volume, electrodes=electrodes, layout="axial", plane_mm=(0, 0, 20), labels="none")
    (panel,) = cc.panels(scene, size=(512, 512))
    column, row = panel.affine @ (-31.0, 12.0, 1.0)
    light = cc.frame(scene, size=(512, 512)).max(axis=2).astype(float)
    rows, columns = np.mgrid[:512, :512]
    centre = np.array([(light * columns).sum(), (light * rows).sum()]) / light.sum()
    np.testing.assert_allclose(centre, (column, row), atol=1.0)


@pytest.mark.parametrize("kind", [str, Path])
def test_paths_may_be_texts_or_paths(tmp_path, kind):
    from PIL import Image

    Image.fromarray(np.zeros((4, 6, 3), np.uint8)).save(tmp_path / "picture.png")
    (tmp_path / "contacts.tsv").write_text("name\tx\ty\tz\nA\t1\t2\t30\n")
    nib.save(nib.Nifti1Image(np.ones((4, 5, 6)), np.eye(4)), tmp_path / "volume.nii")
    assert cc.load_picture(kind(tmp_path / "picture.png")).pixels.shape == (4, 6, 3)
    assert cc.load_electrodes(kind(tmp_path / "contacts.tsv")).names == ("A",)
    assert cc.load_volume(kind(tmp_path / "volume.nii")).shape == (4, 5, 6)
