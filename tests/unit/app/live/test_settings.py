"""Settings of a live show: kept, restored, and never a reason not to start."""

import json
from dataclasses import replace

import pytest

from corticast.app.live.settings import LiveSettings, settings_path

CHOSEN = LiveSettings(
    layout="grid",
    plane_mm=(1.5, -20.0, 8.0),
    window=(10.0, 200.0),
    cmap="bone",
    electrode_cmap="viridis",
    gain_db=6.0,
    controls=False,
    spectrogram=True,
    volume="T1w.nii.gz",
)


def test_what_was_saved_is_restored(tmp_path):
    path = tmp_path / "folder" / "live.json"
    CHOSEN.save(path)
    assert LiveSettings.restored(path, "T1w.nii.gz") == CHOSEN
    assert [file.name for file in path.parent.iterdir()] == ["live.json"]


def test_planes_and_window_belong_to_their_volume(tmp_path):
    path = tmp_path / "live.json"
    CHOSEN.save(path)
    expected = replace(CHOSEN, plane_mm=None, window=None, volume="other.nii")
    assert LiveSettings.restored(path, "other.nii") == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"layout": "round"}',
        '{"plane_mm": [1, 2]}',
        '{"window": ["a", "b"]}',
        '{"gain_db": "loud"}',
        '{"cmap": "no such map"}',
    ],
)
def test_a_damaged_file_gives_the_defaults(tmp_path, text):
    path = tmp_path / "live.json"
    path.write_text(text)
    assert LiveSettings.restored(path, "T1w.nii.gz") == LiveSettings(volume="T1w.nii.gz")


def test_keys_of_other_versions_are_left_aside(tmp_path):
    path = tmp_path / "live.json"
    path.write_text(json.dumps({"gain_db": 3, "of_the_future": 1}))
    assert LiveSettings.restored(path) == LiveSettings(gain_db=3.0)


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    CHOSEN.save(tmp_path / "file" / "live.json")


def test_settings_lie_where_the_system_has_them(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert settings_path() == tmp_path / "corticast" / "live.json"
