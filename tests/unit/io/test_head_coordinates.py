"""Head coordinates reach the MRI by --trans alone, at the place where MNE-Python's own transforms put them."""

from __future__ import annotations

import json
from functools import cache

import nibabel as nib
import numpy as np
import pytest

import corticast as cc
from corticast.app.batch.bids.plan import plan_dataset
from corticast.core.geometry.placement import place
from corticast.core.model.scene import Scene
from corticast.core.model.scene_file import SceneFile
from corticast.errors import DataError, OptionError
from corticast.film.saved_scene import file_of, load_scene
from corticast.io.electrodes import load_electrodes

mne = pytest.importorskip("mne")

# As FreeSurfer stores its own volumes.
CONFORMED = np.array([[-1.0, 0, 0, 131], [0, 0, 1, -127], [0, -1, 0, 120], [0, 0, 0, 1]])
HEAD_M = np.array([[0.031, 0.012, 0.02], [-0.0345, 0.0115, 0.0185], [0.04, -0.03, 0.025], [-0.02, 0.05, 0.06]])
NAMES = ("A1", "A2", "B1", "B2")
TO_MRI = mne.transforms.Transform(
    "head", "mri", mne.transforms.translation(0.004, 0.021, -0.03) @ mne.transforms.rotation(0.3, -0.1, 0.05)
)
# Fiducials that are no right triangle, in MNE-Python's head coordinates.
LANDMARKS_M = {"NAS": (0.0, 0.105, 0.0), "LPA": (-0.078, 0.0, 0.0), "RPA": (0.074, 0.0, 0.0)}


@pytest.fixture
def trans(tmp_path):
    path = tmp_path / "s-trans.fif"
    mne.write_trans(path, TO_MRI)
    return path


@cache
def volume():
    image = nib.MGHImage(np.full((256, 256, 256), 50, np.uint8), CONFORMED)
    return image, cc.load_volume(image)


def expected_mm():
    """World positions by MNE-Python's transform and nibabel's header."""
    image, _ = volume()
    to_ras = image.affine @ np.linalg.inv(image.header.get_vox2ras_tkr())
    return nib.affines.apply_affine(to_ras, 1000 * mne.transforms.apply_trans(TO_MRI, HEAD_M))


def written(folder, system, pos, unit="mm", **more):
    rows = "".join(f"{name}\t{x:.9f}\t{y:.9f}\t{z:.9f}\n" for name, (x, y, z) in zip(NAMES, pos, strict=True))
    path = folder / "sub-1_electrodes.tsv"
    path.write_text(f"name\tx\ty\tz\n{rows}")
    said = {"iEEGCoordinateSystem": system, "iEEGCoordinateUnits": unit} if system else {}
    (folder / "sub-1_coordsystem.json").write_text(json.dumps(said | more))
    return path


@pytest.mark.parametrize("system", ["CapTrak", "ElektaNeuromag", "ChietiItab", "head"])
@pytest.mark.parametrize(("unit", "per_m"), [("mm", 1000), ("m", 1), ("cm", 100)])
def test_a_bids_table_in_head_coordinates(tmp_path, trans, system, unit, per_m):
    path = written(tmp_path, system, HEAD_M * per_m, unit)
    with pytest.raises(DataError, match=f"{system} head coordinates"):
        place(load_electrodes(path), volume=volume()[1])
    placed = place(load_electrodes(path, trans=trans), volume=volume()[1])
    np.testing.assert_allclose(placed.pos, expected_mm(), atol=1e-4)
    assert placed.warnings == ()
    assert "through s-trans.fif" in placed.table.rule


def test_the_inverse_transform_and_one_in_memory(tmp_path):
    path = written(tmp_path, "CapTrak", HEAD_M * 1000)
    mne.write_trans(tmp_path / "i-trans.fif", mne.transforms.invert_transform(TO_MRI))
    for trans in (tmp_path / "i-trans.fif", TO_MRI):
        placed = place(load_electrodes(path, trans=trans), volume=volume()[1])
        np.testing.assert_allclose(placed.pos, expected_mm(), atol=1e-3)


@pytest.mark.parametrize("system", ["CTF", "EEGLAB", "SCS", "4DBti", "KitYokogawa"])
def test_axes_to_the_nose_need_fiducials_or_a_transform_of_their_own(tmp_path, trans, system):
    # CTF: the origin in the middle between the ears, x to the nasion, y to the left ear.
    middle = (np.array(LANDMARKS_M["LPA"]) + LANDMARKS_M["RPA"]) / 2
    x = (np.array(LANDMARKS_M["NAS"]) - middle) / np.linalg.norm(np.array(LANDMARKS_M["NAS"]) - middle)
    z = np.array([0.0, 0, 1])
    axes = np.stack([x, np.cross(z, x), z])
    moved = {name: ((np.array(at) - middle) @ axes.T * 1000).tolist() for name, at in LANDMARKS_M.items()}
    pos_mm = (HEAD_M - middle) @ axes.T * 1000
    # MNE-Python's own way from these fiducials to its head coordinates.
    back = mne.transforms.get_ras_to_neuromag_trans(*(np.array(moved[name]) / 1000 for name in ("NAS", "LPA", "RPA")))
    np.testing.assert_allclose(mne.transforms.apply_trans(back, pos_mm / 1000), HEAD_M, atol=1e-6)
    path = written(tmp_path, system, pos_mm, "mm", AnatomicalLandmarkCoordinates=moved)
    placed = place(load_electrodes(path, trans=trans), volume=volume()[1])
    np.testing.assert_allclose(placed.pos, expected_mm(), atol=1e-3)

    path = written(tmp_path, system, pos_mm)
    with pytest.raises(DataError, match="begins with head; give a transform from ctf_head to MRI, or NAS, LPA and RPA"):
        load_electrodes(path, trans=trans)
    to_head = np.eye(4)
    to_head[:3, :3], to_head[:3, 3] = axes.T, middle
    own = mne.transforms.Transform("ctf_head", "mri", TO_MRI["trans"] @ to_head)
    placed = place(load_electrodes(path, trans=own), volume=volume()[1])
    np.testing.assert_allclose(placed.pos, expected_mm(), atol=1e-3)


def test_a_montage_and_its_file(tmp_path, trans):
    montage = mne.channels.make_dig_montage(
        dict(zip(NAMES, HEAD_M, strict=True)), coord_frame="head", nasion=(0, 0.1, 0), lpa=(-0.08, 0, 0),
        rpa=(0.08, 0, 0),
    )  # fmt: skip
    path = tmp_path / "m-dig.fif"
    montage.save(path)
    for source in (montage, path):
        placed = place(load_electrodes(source, trans=trans), volume=volume()[1])
        assert placed.table.names == NAMES
        # FIF files have single precision.
        np.testing.assert_allclose(placed.pos, expected_mm(), atol=1e-4)
    with pytest.raises(DataError, match=r"head head coordinates.*trans"):
        place(load_electrodes(path))


def test_fiducials_of_a_montage_and_its_file_place_ctf_coordinates(tmp_path, trans):
    """The file has the axes of CTF: x to the nose, y to the left ear."""
    to_ctf = np.array([[0.0, 1, 0], [-1, 0, 0], [0, 0, 1]])
    fiducials = {"nasion": (0, 0.1, 0), "lpa": (-0.08, 0, 0), "rpa": (0.08, 0, 0)}
    montage = mne.channels.make_dig_montage(
        dict(zip(NAMES, HEAD_M @ to_ctf.T, strict=True)), coord_frame="ctf_head",
        **{key: to_ctf @ place for key, place in fiducials.items()},
    )  # fmt: skip
    path = tmp_path / "c-dig.fif"
    montage.save(path)
    for source in (montage, path):
        placed = place(load_electrodes(source, trans=trans), volume=volume()[1])
        np.testing.assert_allclose(placed.pos, expected_mm(), atol=1e-4)


@pytest.mark.parametrize(
    ("frame", "space"), [("mri", "tkras"), ("ras", "world"), ("mni_tal", "world"), ("mri_voxel", "voxel")]
)
def test_frames_of_montages_keep_their_meaning(frame, space):
    pos = HEAD_M * (1000 if frame == "mri_voxel" else 1)
    electrodes = load_electrodes(mne.channels.make_dig_montage(dict(zip(NAMES, pos, strict=True)), coord_frame=frame))
    assert electrodes.space == space
    np.testing.assert_allclose(electrodes.pos, HEAD_M * 1000)
    with pytest.raises(OptionError, match="does nothing for"):
        load_electrodes(
            mne.channels.make_dig_montage(dict(zip(NAMES, pos, strict=True)), coord_frame=frame), trans=TO_MRI
        )


def test_a_recording_in_fif_gives_its_contacts(tmp_path, trans):
    raw = mne.io.RawArray(np.zeros((4, 10)), mne.create_info(list(NAMES), 100.0, "seeg"), verbose="error")
    places = {name.lower(): place for name, place in LANDMARKS_M.items() if name != "NAS"}
    montage = mne.channels.make_dig_montage(
        dict(zip(NAMES, HEAD_M, strict=True)), coord_frame="head", nasion=LANDMARKS_M["NAS"], **places
    )
    raw.set_montage(montage)
    raw.info["bads"] = [NAMES[2]]
    raw.save(tmp_path / "a_ieeg.fif", verbose="error")
    electrodes = load_electrodes(tmp_path / "a_ieeg.fif", trans=trans)
    assert (electrodes.names, electrodes.space, electrodes.frame) == (NAMES, "tkras", "fsnative")
    assert electrodes.bad.tolist() == [False, False, True, False]
    np.testing.assert_allclose(place(electrodes, volume=volume()[1]).pos, expected_mm(), atol=1e-4)


def test_a_transform_without_effect_is_refused(tmp_path, trans):
    for system in ("ACPC", "MNI152NLin6Asym", "fsnative", "voxel"):
        path = written(tmp_path, system, HEAD_M * 1000)
        with pytest.raises(
            OptionError, match=r"trans s-trans.fif: does nothing for .*sub-1_electrodes.tsv, which is in"
        ):
            load_electrodes(path, trans=trans)
    with pytest.raises(OptionError, match="trans: does nothing where space is world"):
        load_electrodes(path, trans=trans, space="world")


def test_a_table_that_states_nothing_counts_as_head_coordinates(tmp_path, trans):
    placed = place(load_electrodes(written(tmp_path, "", HEAD_M * 1000), trans=trans), volume=volume()[1])
    np.testing.assert_allclose(placed.pos, expected_mm(), atol=1e-4)
    assert "takes it for head coordinates" in placed.table.warnings[-1]


def test_files_that_are_no_transform(tmp_path, trans):
    path = written(tmp_path, "CapTrak", HEAD_M * 1000)
    mne.write_trans(tmp_path / "d-trans.fif", mne.transforms.Transform("meg", "head", np.eye(4)))
    (tmp_path / "text-trans.fif").write_text("1 0 0 0\n")
    whole = trans.read_bytes()
    (tmp_path / "cut-trans.fif").write_bytes(whole[: len(whole) // 2])
    for name in ("d-trans.fif", "text-trans.fif", "cut-trans.fif", "missing-trans.fif", "sub-1_coordsystem.json"):
        with pytest.raises(DataError) as error:
            load_electrodes(path, trans=tmp_path / name)
        assert name in str(error.value)
        assert "\n" not in str(error.value)
        assert len(str(error.value)) <= 280


def test_a_scene_saves_its_transform(tmp_path, trans):
    electrodes = load_electrodes(written(tmp_path, "CapTrak", HEAD_M * 1000), trans=trans)
    scene = Scene(electrodes=electrodes, volume=None, layout="left")
    with pytest.raises(DataError, match="tkras positions need the volume"):
        place(electrodes)
    assert file_of(scene).trans == trans
    scene.save(tmp_path / "a.toml")
    np.testing.assert_array_equal(load_scene(tmp_path / "a.toml").electrodes.pos, electrodes.pos)


@pytest.mark.parametrize("value", [10**400, float("nan"), float("inf")])
def test_a_landmark_that_is_no_place_is_refused(tmp_path, value):
    landmarks = {**LANDMARKS_M, "NAS": [0, value, 0]}
    path = written(tmp_path, "CTF", HEAD_M, "cm", AnatomicalLandmarkCoordinates=landmarks)
    with pytest.raises(DataError, match=r"coordsystem\.json: the landmark NAS is no place; give three finite numbers"):
        load_electrodes(path)


def test_the_real_transform_of_a_patient(shared_data):
    path = shared_data / "subject_sample_seeg" / "sample_seeg_trans.fif"
    montage = mne.channels.make_dig_montage(dict(zip(NAMES, HEAD_M, strict=True)), coord_frame="head")
    electrodes = load_electrodes(montage, trans=path)
    stored = mne.read_trans(path)
    # This one leads from the MRI to the head.
    assert (stored["from"], stored["to"]) == (5, 4)
    own = mne.transforms.apply_trans(mne.transforms.invert_transform(stored), HEAD_M)
    np.testing.assert_allclose(electrodes.pos, 1000 * own, atol=1e-6)


def test_a_transform_of_one_head_is_refused_for_a_dataset(tmp_path):
    file = SceneFile(trans="a-trans.fif")
    with pytest.raises(OptionError, match=r"trans a-trans\.fif: every head has a transform of its own"):
        plan_dataset(tmp_path, tmp_path / "out", file, made_with="")


def test_a_table_knows_the_transform_beside_its_file(trans, tmp_path):
    path = written(tmp_path, "", 1000 * HEAD_M)
    assert load_electrodes(path).trans_beside == "s-trans.fif"
    (tmp_path / "a_trans.fif").touch()
    (tmp_path / "._a-trans.fif").touch()
    assert load_electrodes(path).trans_beside == "a_trans.fif"
    assert load_electrodes(path, trans=trans).trans_beside == ""
    away = tmp_path / "away"
    away.mkdir()
    assert load_electrodes(written(away, "", 1000 * HEAD_M)).trans_beside == ""
