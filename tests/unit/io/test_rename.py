"""Tables for --rename."""

import numpy as np
import pytest
from tests.edf_files import write_edf
from tests.recordings import electrode_table

import corticast as cc
from corticast.cli.commands import status_of
from corticast.core.model.scene_file import SceneFile
from corticast.errors import DataError, OptionError
from corticast.film.scene_inputs import open_scene

RATE = 256
CHANNELS = ("CH1", "CH2", "LA3", "DC1")


def values(k):
    return 50 * np.random.default_rng(k).standard_normal(4 * RATE)


@pytest.fixture
def edf(tmp_path):
    return write_edf(tmp_path / "r.edf", {name: values(k) for k, name in enumerate(CHANNELS)}, 4)


def table(tmp_path, text):
    path = tmp_path / "names.tsv"
    path.write_text(text)
    return path


@pytest.mark.parametrize("title", ["", "channel\tcontact\n", "Name\tElectrode\n"])
@pytest.mark.parametrize("mark", ["\t", ","])
def test_channels_get_the_names_of_the_table(tmp_path, edf, title, mark):
    path = table(tmp_path, (title + "CH1\tLA2\nCH2\tLA1\n").replace("\t", mark))
    recording = cc.load_recording(edf, rename=path)
    assert (recording.names, recording.warnings) == (("LA2", "LA1", "LA3", "DC1"), ())
    np.testing.assert_allclose(1e6 * recording.rows()[1], values(1), atol=0.06)


def test_the_table_comes_before_the_names_of_the_file(tmp_path, edf):
    """CH1 takes the name of a contact that another channel bears, which gets a new name too."""
    recording = cc.load_recording(edf, rename=table(tmp_path, "CH1\tLA3\nLA3\tLA4\nCH9\tLA5\n"))
    assert recording.names == ("LA3", "CH2", "LA4", "DC1")
    assert recording.warnings == ("names.tsv: names of channels that r.edf lacks: CH9",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no names"),
        ("CH1\n", "line 1 has 1 names"),
        ("CH1\tLA1\nCH2\tLA2\tLA3\n", "line 2 has 3 names"),
        ("CH1\tLA1\nCH1\tLA2\n", "line 2 names the channel CH1 again"),
        ("CH1\tLA1\nCH2\tLA1\n", "the channels CH1 and CH2 are both LA1 then"),
        ("CH1\tLA3\n", "the channels CH1 and LA3 are both LA3 then"),
        ("ch1\tLA1\n", "r.edf has no channel ch1 (channels: CH1, CH2, LA3, ...)"),
    ],
)
def test_wrong_tables_are_one_line(tmp_path, edf, text, words):
    path = table(tmp_path, text)
    with pytest.raises(DataError) as caught:
        cc.load_recording(edf, rename=path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(path))


def test_a_scene_names_the_table_and_keeps_it(tmp_path, edf):
    contacts = electrode_table(tmp_path / "e.tsv", ("LA1", "LA2", "LA3"))
    names = table(tmp_path, "CH1\tLA1\nCH2\tLA2\n")
    file = SceneFile(electrodes=contacts, activity=edf, activity_kind="raw", rename=names, layout="lateral")
    scene = open_scene(file)
    assert scene.drive.recording.names == ("LA1", "LA2", "LA3", "DC1")
    scene.save(tmp_path / "scene.toml")
    again = cc.load_scene(tmp_path / "scene.toml")
    assert again.drive.recording.names == scene.drive.recording.names
    assert again.drive.recording.rename == names


def test_tables_of_activity_are_renamed_too(tmp_path):
    contacts = electrode_table(tmp_path / "e.tsv", ("LA1", "LA2"))
    data = tmp_path / "a.tsv"
    data.write_text("time\tB\tA\n0\t1\t2\n1\t3\t4\n")
    names = table(tmp_path, "A\tLA1\nB\tLA2\n")
    scene = open_scene(SceneFile(electrodes=contacts, activity=data, rename=names))
    assert scene.drive.names == ("LA2", "LA1")


def test_an_array_names_no_channels(tmp_path, capfd):
    np.save(tmp_path / "a.npy", np.zeros((4, 2)))
    electrode_table(tmp_path / "e.tsv", ("LA1", "LA2"))
    options = ["--activity", tmp_path / "a.npy", "--activity-rate", "1", "--rename", table(tmp_path, "A\tLA1\n")]
    asked = ["frame", "--electrodes", tmp_path / "e.tsv", *options, "-o", tmp_path / "a.png"]
    assert status_of(list(map(str, asked))) == 2
    assert "does nothing for an array, which names no channels" in capfd.readouterr().err


def test_a_series_is_named_for_nwb_alone(edf):
    with pytest.raises(OptionError, match=r"series raw: r.edf is no NWB file"):
        cc.load_recording(edf, series="raw")
