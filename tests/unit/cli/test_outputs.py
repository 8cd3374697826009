"""No output replaces an input or another output, whatever the paths look like."""

import os
from importlib.metadata import version

import pytest
from tests.unit.cli.running import run

INPUTS = {"T1w.nii": b"volume", "el.csv": b"table", "act.tsv": b"numbers", "s.wav": b"sound", "p.png": b"picture"}
# Tables, and the units of their columns.
INPUTS |= {"el.json": b"units", "sub-1_space-T1_electrodes.tsv": b"table", "sub-1_electrodes.json": b"units"}
BOTH = ("--volume", "T1w.nii", "--electrodes", "el.csv")
BIDS = ("--volume", "T1w.nii", "--electrodes", "sub-1_space-T1_electrodes.tsv")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Inputs that no command may change, links to them, and a scene."""
    monkeypatch.chdir(tmp_path)
    for name, content in INPUTS.items():
        (tmp_path / name).write_bytes(content)
    os.symlink("el.csv", "link.csv")
    os.link("act.tsv", "hard.tsv")
    os.symlink(".", "again")
    current = f'corticast = "{version("corticast")}"\n'
    (tmp_path / "scene.toml").write_text(current + 'volume = "T1w.nii"\naudio = "s.wav"\n')
    return tmp_path


CLASHES = [
    (
        ("render", *BOTH, "--activity", "act.tsv", "-o", "f.mp4", "--save-activity", "act.tsv"),
        "--save-activity act.tsv: --activity is the same file",
    ),
    (
        ("frame", *BOTH, "--activity", "act.tsv", "-o", "f.png", "--time", "0", "--save-activity", "hard.tsv"),
        "--save-activity hard.tsv: --activity is the same file",
    ),
    (("render", *BOTH, "-o", "f.mp4", "--save-scene", "el.csv"), "--save-scene el.csv: --electrodes is the same file"),
    (("live", *BOTH, "--save-scene", "link.csv"), "--save-scene link.csv: --electrodes is the same file"),
    (("render", *BOTH, "--audio", "s.wav", "-o", "again/s.wav"), "-o again/s.wav: --audio is the same file"),
    (("live", *BOTH, "--audio", "s.wav", "--record", "s.wav"), "--record s.wav: --audio is the same file"),
    (("frame", "--image", "p.png", "-o", "./again/p.png"), "-o again/p.png: --image is the same file"),
    (("render", *BOTH, "--sheet", "el.csv"), "--sheet el.csv: --electrodes is the same file"),
    (("render", "scene.toml", "-o", "s.wav"), "-o s.wav: audio of scene.toml is the same file"),
    (("render", "scene.toml", "-o", "scene.toml"), "-o scene.toml: the scene is the same file"),
    (("render", *BOTH, "-o", "x.mp4", "--save-scene", "again/x.mp4"), "--save-scene again/x.mp4: -o is the same file"),
    (("render", *BOTH, "-o", "x.png", "--sheet", "x.png"), "--sheet x.png: -o is the same file"),
    (("render", *BOTH, "-o", "x.json", "--profile", "x.json"), "--profile x.json: -o is the same file"),
    (
        ("render", *BOTH, "-o", "f.mp4", "--profile", "--save-scene", "f.profile.json"),
        "--profile f.profile.json: --save-scene is the same file",
    ),
    (
        ("frame", *BOTH, "--activity", "act.tsv", "-o", "f.png", "--save-activity", "again/el.TSV"),
        "el.json of --save-activity: el.json of --electrodes is the same file",
    ),
    (
        ("render", *BIDS, "--activity", "act.tsv", "-o", "f.mp4", "--save-activity", "sub-1_electrodes.tsv"),
        "sub-1_electrodes.json of --save-activity: sub-1_electrodes.json of --electrodes is the same file",
    ),
    (
        ("render", *BOTH, "--activity", "act.tsv", "-o", "f.mp4", "--profile", "s.json", "--save-activity", "s.tsv"),
        "s.json of --save-activity: --profile is the same file",
    ),
]


@pytest.mark.parametrize(("arguments", "wording"), CLASHES)
def test_a_written_file_is_no_other_file_of_the_run(capsys, folder, arguments, wording):
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    status, _, err = run(capsys, *arguments, "--overwrite")
    assert (status, err) == (2, f"corticast: {wording}; choose another name\n")
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_a_scene_may_be_saved_over_itself(capsys, folder):
    (folder / "T1w.nii").unlink()
    status, _, err = run(
        capsys, "frame", "scene.toml", "-o", "f.png", "--size", "8x8", "--save-scene", "scene.toml", "--overwrite"
    )
    assert (status, "T1w.nii" in err) == (2, True)
    assert 'size = "8x8"' in (folder / "scene.toml").read_text()


def test_a_title_without_text_does_nothing_anywhere(capsys, folder):
    (folder / "T1w.nii").unlink()
    for labels in (("--no-labels",), ("--labels", "none")):
        err = run(capsys, "frame", "--volume", "T1w.nii", "-o", "f.png", "--title", "", *labels)[2]
        assert err.startswith("corticast: T1w.nii: ")


def test_info_says_that_a_folder_is_one(capsys, folder):
    assert run(capsys, "info", ".")[::2] == (2, "corticast: .: is a folder; give a file in the folder\n")
