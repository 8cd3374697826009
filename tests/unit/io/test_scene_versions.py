"""Scenes keep their looks: versions, defaults written out, the schema, and scenes of Python in files."""

import json
import re
import tomllib
from dataclasses import fields
from fractions import Fraction
from importlib.metadata import version

import nibabel as nib
import numpy as np
import pytest

import corticast as cc
from corticast.core.model.changed_defaults import ChangedDefault
from corticast.core.model.options import table_of
from corticast.core.model.scene import PictureOptions
from corticast.core.model.scene_file import SceneFile
from corticast.core.model.schema import scene_schema
from corticast.errors import DataError, OptionError
from corticast.io.scene import read_scene_file, save_scene_file


@pytest.fixture
def folder(tmp_path):
    import soundfile

    nib.Nifti1Image(np.arange(512, dtype=np.int16).reshape(8, 8, 8), np.eye(4)).to_filename(tmp_path / "T1w.nii")
    (tmp_path / "e.tsv").write_text("name\tx\ty\tz\nA1\t2\t3\t4\nA2\t5\t3\t4\n")
    (tmp_path / "a.tsv").write_text("time\tA1\tA2\n-1\t1\t0\n0\t0\t1\n1\t0.5\t1\n")
    soundfile.write(tmp_path / "s.wav", np.zeros(8000), 8000)
    return tmp_path


def inputs(folder, *names):
    files = {"volume": "T1w.nii", "electrodes": "e.tsv", "audio": "s.wav", "activity": "a.tsv"}
    return {name: folder / files[name] for name in names}


SCENES = [
    (("volume",), {}),
    (
        ("volume",),
        {"layout": "lateral", "side": "left", "render": "mip", "spin": 10, "title": "Ä", "labels": "mm,title"},
    ),
    (
        ("volume", "electrodes", "audio"),
        {"bands": "100,3000,5", "scale": "global", "size": "64x48", "fps": "30000/1001"},
    ),
    (("volume", "electrodes", "audio"), {"drive": "post", "window": "0,80", "electrode_depth": "all", "duration": 2}),
    (
        ("electrodes", "activity"),
        {"sonify": True, "layout": "3d", "view": (1, 2), "activity_scale": 2, "speed": 0.5, "duration": "1/3"},
    ),
]


def test_a_saved_scene_without_sound_sets_nothing_of_sound(folder):
    scene = cc.Scene(volume=cc.load_volume(folder / "T1w.nii"), electrodes=cc.load_electrodes(folder / "e.tsv"))
    scene.save(folder / "silent.toml")
    keys = tomllib.loads((folder / "silent.toml").read_text())
    assert {"smoothing_hz", "sonify", "bands", "drive"} & keys.keys() == set()
    assert {"volume", "electrodes", "electrode_depth"} <= keys.keys()


def test_times_are_exact_from_the_text_on(folder):
    times = {"start": "1/1000003", "duration": " 10 / 3 ", "speed": "0.1"}
    scene = SceneFile(**inputs(folder, "volume", "electrodes", "audio"), **times)
    exact = {"start": Fraction(1, 1000003), "duration": Fraction(10, 3), "speed": Fraction(1, 10)}
    assert {name: getattr(scene, name) for name in times} == exact
    save_scene_file(scene, folder / "scene.toml")
    keys = tomllib.loads((folder / "scene.toml").read_text())
    assert [keys[name] for name in times] == ["1/1000003", "10/3", 0.1]
    again = read_scene_file(folder / "scene.toml")
    assert {name: getattr(again, name) for name in times} == exact
    assert SceneFile(**scene.plain_values()).given_values == scene.given_values
    schema = scene_schema()["properties"]
    assert re.fullmatch(schema["duration"]["anyOf"][1]["pattern"], "10/3")


def test_an_interval_in_milliseconds_stands_for_a_rate(folder):
    scene = SceneFile(**inputs(folder, "volume"), interval="40.5")
    assert Fraction(scene.rate) == Fraction(2000, 81)
    save_scene_file(scene, folder / "scene.toml")
    keys = tomllib.loads((folder / "scene.toml").read_text())
    assert keys["interval"] == 40.5
    assert "fps" not in keys
    assert cc.load_scene(folder / "scene.toml").film_options == {"fps": "2000/81"}


@pytest.mark.parametrize("wrong", ["1/0", "1e999", "nan", True, "-1/3", "", "a", [1]])
def test_a_time_that_is_none_is_refused_with_an_example(wrong):
    with pytest.raises(OptionError, match=r"duration .*: give a number above 0, such as 2\.5 or 10/3"):
        SceneFile(duration=wrong)


@pytest.mark.parametrize(("names", "options"), SCENES)
def test_what_decides_the_picture_is_written_and_fits_the_schema(folder, names, options):
    jsonschema = pytest.importorskip("jsonschema")
    scene = SceneFile(**inputs(folder, *names), **options)
    save_scene_file(scene, folder / "scene.toml")
    values = tomllib.loads((folder / "scene.toml").read_text(encoding="utf-8"))
    assert values["corticast"] == version("corticast")
    jsonschema.Draft202012Validator.check_schema(scene_schema())
    jsonschema.validate(values, scene_schema())
    again = read_scene_file(folder / "scene.toml")
    for name, option in table_of(SceneFile).items():
        if name in scene.given:
            assert getattr(again, name) == getattr(scene, name)
        elif option.default not in (None, "") and option.counts(scene.facts()) and name not in ("encoder",):
            assert values[name] == option.plain(option.default)
        else:
            settled = ("smoothing_hz", "reference", "electrode_size", "labels", "theme", "cmap", "background", "ghosts")
            assert name not in values or name in settled
    sizes = [0, 100] if options.get("drive") == "post" else "auto"
    assert values.get("electrode_size") == (sizes if "electrodes" in names else None)


def test_wrong_scenes_do_not_fit_the_schema():
    jsonschema = pytest.importorskip("jsonschema")
    for wrong in ({"layuot": "axial"}, {"layout": "orto"}, {"spin": "fast"}, {"frames": 0}, {"window": [1, 2, 3]}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, scene_schema())


def test_the_schema_says_what_each_key_means(capsys):
    from corticast.cli.schema import schema

    schema()
    keys = json.loads(capsys.readouterr().out)["properties"]
    assert set(keys) == {"corticast", *table_of(SceneFile)}
    assert all(key["description"] for key in keys.values())
    assert keys["layout"]["anyOf"][0]["enum"][0] == keys["layout"]["default"] == "ortho"


def test_a_scene_of_another_version_is_read_and_what_has_changed_is_said(folder, monkeypatch):
    entry = ChangedDefault("0.2.0", "layout", "axial", "ortho")
    monkeypatch.setattr("corticast.core.model.changed_defaults.CHANGED_DEFAULTS", (entry,))
    file = folder / "scene.toml"
    file.write_text('volume = "T1w.nii"\n')
    wording = f"{file}: the default of layout has been ortho since corticast 0.2.0; set layout = 'axial' for the look of 0.1.0"  # noqa: E501
    assert read_scene_file(file).notes == (wording,)
    with pytest.warns(UserWarning, match="the default of layout has been ortho since corticast 0.2.0"):
        cc.load_scene(file)
    file.write_text('corticast = "0.2.0"\nvolume = "T1w.nii"\n')
    assert read_scene_file(file).notes == ()
    file.write_text('volume = "T1w.nii"\nlayout = "grid"\n')
    assert read_scene_file(file).notes == ()
    file.write_text('volume = "T1w.nii"\ncorticast = 2\n')
    with pytest.raises(DataError, match="line 2: corticast = "):
        read_scene_file(file)


@pytest.mark.parametrize(("names", "options"), SCENES)
def test_a_scene_of_python_goes_through_a_file(folder, names, options):
    save_scene_file(SceneFile(**inputs(folder, *names), **options), folder / "scene.toml")
    scene = cc.load_scene(folder / "scene.toml")
    scene.save(folder / "again.toml")
    again = cc.load_scene(str(folder / "again.toml"))
    for name in table_of(PictureOptions):
        assert getattr(again, name) == getattr(scene, name)
    assert again.film_options == scene.film_options
    assert type(again.drive) is type(scene.drive)
    if scene.drive is not None:
        same = [each.name for each in fields(scene.drive) if each.name not in ("audio", "values", "array")]
        assert [getattr(again.drive, name) for name in same] == [getattr(scene.drive, name) for name in same]
    if "size" in options:
        assert again.film_options == {"size": (64, 48), "fps": "30000/1001"}


def test_a_scene_made_of_objects_is_saved_if_they_came_from_files(folder):
    volume, electrodes = cc.load_volume(folder / "T1w.nii"), cc.load_electrodes(folder / "e.tsv")
    drive = cc.AudioDrive(cc.load_audio(folder / "s.wav"), bands=cc.LogBands(100, 3000, 4), scale="global")
    cc.Scene(volume=volume, electrodes=electrodes, drive=drive, layout="grid").save(folder / "scene.toml")
    file = read_scene_file(folder / "scene.toml")
    assert (file.bands, file.scale, file.layout, file.audio) == ((100, 3000, 4), "global", "grid", folder / "s.wav")
    with pytest.raises(OptionError, match=r"path .*scene\.toml: exists"):
        cc.Scene(volume=volume).save(folder / "scene.toml")
    made = cc.Volume(volume.voxels, volume.affine)
    with pytest.raises(OptionError, match="volume: was made in memory; save it to a file"):
        cc.Scene(volume=made).save(folder / "other.toml")
    assert not (folder / "other.toml").exists()


def test_a_recording_is_saved_with_how_it_is_shown(folder):
    pytest.importorskip("mne")
    from tests.recordings import write_recording

    write_recording(folder / "b_ieeg.edf")
    drive = cc.HighGammaDrive(cc.load_recording(folder / "b_ieeg.edf"), line_hz=None, baseline=(0, 1), smoothing_hz=3)
    scene = cc.Scene(electrodes=cc.load_electrodes(folder / "e.tsv"), drive=drive)
    scene.save(folder / "scene.toml")
    file = read_scene_file(folder / "scene.toml")
    assert (file.line_hz, file.baseline, file.smoothing_hz, file.activity_kind) == ("none", (0, 1), 3, "high-gamma")


@pytest.mark.parametrize(
    ("made_by", "values", "remedy"),
    [
        ("0.2.0", 'activity = "a.tsv"', "set electrode_size = (6, 40) for the look of 0.2.0"),
        ("0.2.0", 'audio = "a.wav"', "set electrode_size = (6, 40) for the look of 0.2.0"),
        ("0.2.0", "", "set electrode_size = (12, 12) for the look of 0.2.0"),
        ("0.1.0", "", "set electrode_size = (40, 40) for the look of 0.1.0"),
    ],
)
def test_contacts_of_older_scenes_had_other_sizes(tmp_path, made_by, values, remedy):
    """Each option has one line, even where its default has changed twice."""
    file = tmp_path / "scene.toml"
    file.write_text(f'corticast = "{made_by}"\nvolume = "T1w.nii"\nelectrodes = "e.tsv"\n{values}\n')
    (line,) = [note for note in read_scene_file(file).notes if "electrode_size" in note]
    assert line.endswith(remedy)
    assert "has been auto, in mm by the spacing of neighbours, since corticast 0.3.0" in line
