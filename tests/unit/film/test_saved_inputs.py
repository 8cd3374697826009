"""Inputs in scene files: what the file would lose is written or refused, and defaults stay defaults."""

from __future__ import annotations

import copy
import pickle
from dataclasses import replace

import nibabel as nib
import numpy as np
import pytest
import soundfile
from PIL import Image
from tests.recordings import write_recording

import corticast as cc
from corticast.core.geometry.placement import placed_of
from corticast.core.model.scene_file import SceneFile
from corticast.errors import OptionError
from corticast.film.idle import check_idle
from corticast.film.scene_inputs import open_scene
from corticast.io.scene import facts_of, read_scene_file, save_scene_file


@pytest.fixture
def folder(tmp_path):
    affine = np.diag([2.0, 3.0, 4.0, 1.0])
    affine[:3, 3] = -5, -7, -9
    nib.Nifti1Image(np.arange(512, dtype=np.int16).reshape(8, 8, 8), affine).to_filename(tmp_path / "T1w.nii.gz")
    Image.new("RGB", (8, 8)).save(tmp_path / "p.png")
    soundfile.write(tmp_path / "s.wav", np.random.default_rng(0).normal(0, 0.1, 8000), 8000)
    (tmp_path / "e.tsv").write_text("name\tx\ty\tz\tx_2d\ty_2d\nA1\t1\t1\t3\t1\t1\nA2\t2\t3\t4\t2\t3\n")
    (tmp_path / "a.tsv").write_text("time\tA1\tA2\n0\t1\t0\n1\t0\t1\n2\t0.5\t1\n")
    (tmp_path / "system.json").write_text('{"iEEGCoordinateSystem": "ACPC", "iEEGCoordinateUnits": "mm"}')
    (tmp_path / "channels.tsv").write_text("name\tstatus\nA1\tbad\nA2\tgood\n")
    return tmp_path


def saved(folder, scene):
    scene.save(folder / "scene.toml")
    return cc.load_scene(folder / "scene.toml")


@pytest.mark.parametrize("space", ["world", "tkras", "voxel"])
def test_contacts_stay_where_a_space_in_python_has_put_them(folder, space):
    electrodes = cc.load_electrodes(folder / "e.tsv", space=space)
    scene = cc.Scene(volume=cc.load_volume(folder / "T1w.nii.gz"), electrodes=electrodes)
    again = saved(folder, scene)
    assert again.electrodes_space == space
    np.testing.assert_array_equal(placed_of(again).pos, placed_of(scene).pos)


def test_a_space_that_the_table_says_itself_is_not_written(folder):
    scene = cc.Scene(volume=cc.load_volume(folder / "T1w.nii.gz"), electrodes=cc.load_electrodes(folder / "e.tsv"))
    assert saved(folder, scene).electrodes_space is None


def test_a_picture_and_its_contacts_come_back(folder):
    electrodes = cc.load_electrodes(folder / "e.tsv", space="picture")
    scene = cc.Scene(image=cc.load_picture(folder / "p.png"), electrodes=electrodes)
    np.testing.assert_array_equal(saved(folder, scene).electrodes.pos, electrodes.pos)


def changes(folder):
    """Scenes with an input that is not as its file says, and the start of the refusal."""
    volume, table = cc.load_volume(folder / "T1w.nii.gz"), cc.load_electrodes(folder / "e.tsv")
    picture, sound = cc.load_picture(folder / "p.png"), cc.load_audio(folder / "s.wav")
    moved = replace(table, pos=table.pos + 1)
    drive = cc.ArrayDrive([[1, 0, 0.5], [0, 1, 1]], 1, ("A1", "A2"), name=str(folder / "a.tsv"), rests_outside=True)

    class Louder(cc.AudioDrive):
        pass

    return {
        "positions": (cc.Scene(electrodes=moved), "electrodes: pos differs"),
        "names": (cc.Scene(electrodes=replace(table, names=("B1", "B2"))), "electrodes: names differs"),
        "coordinate system": (
            cc.Scene(electrodes=cc.load_electrodes(folder / "e.tsv", coordsystem=folder / "system.json")),
            "electrodes: frame differs",
        ),
        "channels": (
            cc.Scene(electrodes=cc.load_electrodes(folder / "e.tsv", channels=folder / "channels.tsv")),
            "electrodes: bad differs",
        ),
        "space of a volume": (
            cc.Scene(volume=cc.load_volume(folder / "T1w.nii.gz", space="MNI"), electrodes=table),
            "volume: space differs",
        ),
        "voxels": (cc.Scene(volume=replace(volume, voxels=volume.voxels + 1)), "volume: voxels differs"),
        "affine": (cc.Scene(volume=replace(volume, affine=np.eye(4))), "volume: affine differs"),
        "pixels": (cc.Scene(image=replace(picture, pixels=picture.pixels + 1)), "image: pixels differs"),
        "values": (
            cc.Scene(electrodes=table, drive=replace(drive, values=[[1, 0, 0], [0, 1, 1]])),
            "drive: values differs",
        ),
        "rest": (cc.Scene(electrodes=table, drive=replace(drive, rests_outside=False)), "drive: rests_outside differs"),
        "no drive": (cc.Scene(electrodes=table, audio=sound), "drive: a scene file makes another of"),
        "own drive": (cc.Scene(electrodes=table, drive=Louder(sound)), "drive: a scene file makes another of"),
    }


CHANGES = (
    *("positions", "names", "coordinate system", "channels", "space of a volume", "voxels", "affine", "pixels"),
    *("values", "rest", "no drive", "own drive"),
)


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_file_would_lose_is_refused(folder, change):
    scene, start = changes(folder)[change]
    with pytest.raises(OptionError) as error:
        scene.save(folder / "scene.toml")
    assert str(error.value).startswith(start)
    assert "\n" not in str(error.value)
    assert not (folder / "scene.toml").exists()


def test_an_array_that_is_its_file_is_saved(folder):
    drive = cc.ArrayDrive([[1, 0, 0.5], [0, 1, 1]], 1, ("A1", "A2"), name=str(folder / "a.tsv"), rests_outside=True)
    again = saved(folder, cc.Scene(electrodes=cc.load_electrodes(folder / "e.tsv"), drive=drive))
    np.testing.assert_array_equal(again.drive.values, drive.values)


def test_a_recording_that_was_changed_is_refused(folder):
    pytest.importorskip("mne")
    write_recording(folder / "b_ieeg.edf")
    recording = cc.load_recording(folder / "b_ieeg.edf")
    louder = replace(recording, read=lambda first, stop, rows: 2 * recording.read(first, stop, rows))
    electrodes = cc.load_electrodes(folder / "e.tsv")
    with pytest.raises(OptionError, match=r"^drive: recording differs from that of .*b_ieeg\.edf; save the change"):
        cc.Scene(electrodes=electrodes, drive=cc.VoltageDrive(louder)).save(folder / "scene.toml")
    cc.Scene(electrodes=electrodes, drive=cc.VoltageDrive(recording)).save(folder / "scene.toml")


KINDS = [("raw", "high-gamma"), ("high-gamma", "raw")]


@pytest.mark.parametrize(("before", "after"), KINDS)
def test_defaults_of_a_saved_scene_follow_another_kind_of_activity(folder, before, after):
    pytest.importorskip("mne")
    write_recording(folder / "b_ieeg.edf")
    inputs = {"electrodes": folder / "e.tsv", "activity": folder / "b_ieeg.edf"}
    save_scene_file(SceneFile(**inputs, activity_kind=before), folder / "scene.toml")
    drive = open_scene(read_scene_file(folder / "scene.toml", {"activity_kind": after})).drive
    fresh = open_scene(SceneFile(**inputs, activity_kind=after)).drive
    assert type(drive) is type(fresh)
    assert (drive.reference, drive.smoothing_hz) == (fresh.reference, fresh.smoothing_hz)


def test_a_value_that_was_set_stays_under_another_kind_of_activity(folder):
    inputs = {"electrodes": folder / "e.tsv", "activity": folder / "b_ieeg.edf"}
    save_scene_file(SceneFile(**inputs, reference="bipolar", smoothing_hz=3), folder / "scene.toml")
    file = read_scene_file(folder / "scene.toml", {"activity_kind": "raw"})
    assert (file.reference, file.smoothing_hz) == ("bipolar", 3)


def test_a_file_written_by_hand_keeps_a_default_that_is_named(folder):
    (folder / "scene.toml").write_text('electrodes = "e.tsv"\nactivity = "b_ieeg.edf"\nreference = "average"\n')
    assert read_scene_file(folder / "scene.toml", {"activity_kind": "raw"}).reference == "average"


@pytest.mark.parametrize("typed", [{"activity": "a.tsv"}, {"drive": "post"}])
def test_an_override_warns_of_no_key_that_nobody_set(folder, typed):
    save_scene_file(SceneFile(electrodes=folder / "e.tsv", audio=folder / "s.wav"), folder / "scene.toml")
    assert "smoothing_hz = 5.0" in (folder / "scene.toml").read_text()
    file = read_scene_file(folder / "scene.toml", typed)
    assert check_idle(file, [facts_of(file, "film")]) == ()


def test_a_label_of_a_file_that_can_draw_nothing_is_reported_and_leaves_the_others(folder):
    (folder / "scene.toml").write_text('volume = "T1w.nii.gz"\nlayout = "axial"\nlabels = ["mm", "cuts"]\n')
    file = read_scene_file(folder / "scene.toml")
    (warning,) = check_idle(file, [facts_of(file, "film")])
    assert warning.endswith("labels cuts does nothing in the layout axial, where no slices cross")
    assert cc.load_scene(folder / "scene.toml").shown_labels == {"mm"}


@pytest.mark.parametrize("labels", ["mm,scale", "cuts,letters,scale", "scale"])
def test_labels_beside_one_that_sheets_have_stay(folder, labels):
    """A sheet has the bar in mm alone."""
    file = SceneFile(volume=folder / "T1w.nii.gz", labels=labels)
    assert open_scene(file).shown_labels == set(labels.split(","))
    saved_file = folder / "scene.toml"
    save_scene_file(file, saved_file)
    assert cc.load_scene(saved_file).shown_labels == set(labels.split(","))


def test_a_changed_scene_keeps_the_options_of_its_film(folder):
    save_scene_file(SceneFile(volume=folder / "T1w.nii.gz", size="64x48", speed=0.5), folder / "scene.toml")
    changed = replace(cc.load_scene(folder / "scene.toml"), layout="axial")
    assert changed.film_options == {"size": (64, 48), "speed": 0.5}
    changed.save(folder / "axial.toml")
    file = read_scene_file(folder / "axial.toml")
    assert (file.layout, file.size, file.speed) == ("axial", (64, 48), 0.5)


def test_an_option_that_counts_on_a_contact_sheet_alone_comes_back(folder):
    file = SceneFile(volume=folder / "T1w.nii.gz", layout="lateral", convention="radiological", size="64x48")
    save_scene_file(file, folder / "lateral.toml")
    again = saved(folder, cc.load_scene(folder / "lateral.toml"))
    assert (again.layout, again.convention) == ("lateral", "radiological")
    assert again.film_options == {"size": (64, 48)}


@pytest.mark.parametrize("options", [{"layout": "axial"}, 3])
def test_options_of_no_film_are_refused(folder, options):
    with pytest.raises(OptionError, match=r"^film_options"):
        cc.Scene(electrodes=cc.load_electrodes(folder / "e.tsv"), film_options=options)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda scene: pickle.loads(pickle.dumps(scene))])
def test_a_scene_is_copied_after_its_sound_was_analysed(folder, copied):
    drive = cc.AudioDrive(cc.load_audio(folder / "s.wav"))
    scene = cc.Scene(electrodes=cc.load_electrodes(folder / "e.tsv"), drive=drive)
    values = drive.activity(placed_of(scene)).values
    again = copied(scene)
    np.testing.assert_array_equal(again.drive.activity(placed_of(again)).values, values)
    assert values.any()


def test_scenes_of_the_same_inputs_and_options_are_equal(folder):
    scene = cc.Scene(electrodes=cc.load_electrodes(folder / "e.tsv"))
    assert scene == copy.copy(scene) == replace(scene)
    assert hash(scene) == hash(copy.copy(scene))
    assert scene != replace(scene, title="other")
