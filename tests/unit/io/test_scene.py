from pathlib import Path

import pytest

from corticast.core.model.scene import Scene
from corticast.core.model.scene_file import SceneFile
from corticast.errors import DataError, OptionError
from corticast.io.scene import read_scene_file, save_scene_file, scene_values


def test_what_is_saved_is_read_back(tmp_path):
    folder = tmp_path / "films"
    folder.mkdir()
    volume = tmp_path / "data" / "T1w.nii.gz"
    scene = SceneFile(
        volume=volume,
        layout="axial",
        plane_mm="-42,-20,8",
        window="0,80",
        labels="clock,letters",
        electrode_depth="all",
        electrode_size=(4, 30),
        fps="30000/1001",
        size="1280x720",
        bands="100,8000,12",
        duration=2.5,
        title='a "quoted" title, ünïcode',
    )
    save_scene_file(scene, folder / "film.toml")
    text = (folder / "film.toml").read_text(encoding="utf-8")
    assert "../data/T1w.nii.gz" in text
    again = read_scene_file(folder / "film.toml")
    assert again.volume.resolve() == volume
    # The file names what the theme decides.
    theme = {"theme": "dark", "background": "black"}
    assert again.with_values(volume=volume) == scene.with_values(**theme)


def test_paths_are_relative_to_the_file(tmp_path):
    (tmp_path / "scene.toml").write_text('volume = "brain.nii"\naudio = "/abs/song.wav"\n')
    scene = read_scene_file(tmp_path / "scene.toml")
    assert scene.volume == tmp_path / "brain.nii"
    assert scene.audio == Path("/abs/song.wav")


def test_links_keep_their_names(tmp_path):
    (tmp_path / "annex").mkdir()
    (tmp_path / "annex/MD5E-s1").write_text("")
    (tmp_path / "sub-1_electrodes.tsv").symlink_to("annex/MD5E-s1")
    scene = SceneFile(electrodes=tmp_path / "sub-1_electrodes.tsv")
    assert scene_values(scene, tmp_path / "films")["electrodes"] == "../sub-1_electrodes.tsv"


def test_the_command_line_wins(tmp_path):
    (tmp_path / "scene.toml").write_text('volume = "brain.nii"\nfps = 25\n')
    assert read_scene_file(tmp_path / "scene.toml", {"fps": "50"}).fps == "50"


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ('volume = "a.nii"\nlayuot = "axial"\n', 2, "layuot"),
        ('volume = "a.nii"\n\n# note\nwindow = [80, 0]\n', 4, "window"),
        ('layout = "spherical"\n', 1, "spherical"),
        ('volume = "a.nii"\nelectrode_depth = -3\n', 2, "electrode_depth"),
        ('volume = "a.nii"\nsize = "big"\n', 2, "size"),
    ],
)
def test_wrong_keys_and_values_are_named_with_their_line(tmp_path, text, line, word):
    file = tmp_path / "scene.toml"
    file.write_text(text)
    with pytest.raises(DataError) as caught:
        read_scene_file(file)
    message = str(caught.value)
    assert f"{file}, line {line}: " in message
    assert word in message
    assert "\n" not in message


def test_what_is_no_toml_is_named_with_its_line(tmp_path):
    (tmp_path / "scene.toml").write_text("layout = \n")
    with pytest.raises(DataError, match="line 1"):
        read_scene_file(tmp_path / "scene.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="not a text file"):
        read_scene_file(tmp_path / "binary.toml")
    with pytest.raises(DataError, match="no such file"):
        read_scene_file(tmp_path / "missing.toml")


def test_an_existing_scene_file_is_not_lost(tmp_path):
    file = tmp_path / "scene.toml"
    file.write_text("precious")
    with pytest.raises(OptionError, match="overwrite"):
        save_scene_file(SceneFile(), file)
    assert file.read_text() == "precious"
    save_scene_file(SceneFile(layout="grid"), file, overwrite=True)
    assert read_scene_file(file).layout == "grid"
    assert list(tmp_path.iterdir()) == [file]


def test_a_scene_shows_something_and_not_two_things():
    with pytest.raises(OptionError, match="nothing to show"):
        Scene()
    with pytest.raises(OptionError, match="layout"):
        Scene(layout="x")
    with pytest.raises(OptionError, match="drive 5"):
        Scene(drive=5)
    with pytest.raises(OptionError, match="plane"):
        Scene(plane="x")
