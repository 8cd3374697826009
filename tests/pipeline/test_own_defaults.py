"""`corticast config`: a user's own defaults lie below scene files and command lines, and are reported."""

import tomllib

import nibabel as nib
import numpy as np
import pytest
from PIL import Image
from tests.unit.cli.running import run

pytestmark = pytest.mark.gl


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a volume whose left half is bright within dark edges, and no defaults yet."""
    voxels = np.zeros((16, 16, 16), np.int16)
    voxels[2:8, 2:-2, 2:-2] = 100
    nib.Nifti1Image(voxels, np.diag([1, 1, 1, 1])).to_filename(tmp_path / "T1w.nii")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("sys.platform", "linux")
    return tmp_path


def frame(capsys, *options):
    """Brightness of the left and the right half of an axial slice, and the words on stderr."""
    arguments = ("frame", "--volume", "T1w.nii", "--layout", "axial", "--no-labels", "--window", "0,100")
    arguments += ("--fit", "volume")
    status, _, err = run(capsys, *arguments, "-o", "out.png", "--overwrite", *options)
    assert status == 0, err
    pixels = np.asarray(Image.open("out.png"))
    half = pixels.shape[1] // 2
    return (pixels[:, :half].mean() > pixels[:, half:].mean(), pixels.shape[:2][::-1], err)


def test_defaults_are_kept_shown_and_removed(capsys, folder):
    path = folder / "config" / "corticast" / "config.toml"
    assert run(capsys, "config")[1] == f"{path}:\nno defaults\n"
    assert run(capsys, "config", "convention", "radiological") == (0, "", "")
    assert run(capsys, "config", "size", "720p") == (0, "", "")
    assert tomllib.loads(path.read_text()) == {"convention": "radiological", "size": "1280x720"}
    assert run(capsys, "config")[1] == f"{path}:\nconvention = radiological\nsize = 1280x720\n"
    assert run(capsys, "config", "convention")[1] == "radiological\n"
    for key in ("convention", "size"):
        assert run(capsys, "config", key, "--unset") == (0, "", "")
    assert not path.exists()


def test_defaults_count_where_nothing_else_is_said(capsys, folder):
    assert frame(capsys)[:2] == (True, (1920, 1080))
    run(capsys, "config", "convention", "radiological")
    run(capsys, "config", "size", "320x180")
    # The left is on the right.
    assert frame(capsys)[:2] == (False, (320, 180))
    assert frame(capsys, "--convention", "neurological")[0]
    (folder / "scene.toml").write_text('convention = "neurological"\n')
    assert frame(capsys, "scene.toml")[0]


def test_verbose_output_and_saved_scenes_tell_them(capsys, folder):
    run(capsys, "config", "convention", "radiological")
    path = folder / "config" / "corticast" / "config.toml"
    assert frame(capsys)[2] == ""
    assert frame(capsys, "-v", "--save-scene", "saved.toml")[2] == (
        f"corticast: defaults of {path}: convention = radiological\n"
    )
    assert tomllib.loads((folder / "saved.toml").read_text())["convention"] == "radiological"


def test_a_default_that_does_nothing_in_a_scene_is_silent(capsys, folder):
    run(capsys, "config", "electrode_cmap", "viridis")
    assert frame(capsys, "-v")[2] == ""


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (("volume", "T1w.nii"), "volume: no default of one's own; give one of layout, "),
        (("conventions", "x"), "conventions: no default of one's own; did you mean convention? give one of"),
        (("convention", "left"), "--convention left: give neurological or radiological"),
        (("convention", "--unset"), "convention: not set; `corticast config` lists the defaults"),
        (("--unset",), "--unset: give one KEY, and no VALUE"),
    ],
)
def test_wrong_calls_get_one_line_and_change_nothing(capsys, folder, call, message):
    status, _, err = run(capsys, "config", *call)
    assert status == 2
    assert message in err
    assert err.count("\n") == 1
    assert not (folder / "config").exists()


def test_a_wrong_value_in_the_file_is_named_and_can_be_removed(capsys, folder):
    path = folder / "config" / "corticast" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text('convention = "left"\nsize = "320x180"\n')
    status, _, err = run(capsys, "frame", "--volume", "T1w.nii", "-o", "out.png")
    assert status == 2
    assert err == (
        f"corticast: {path}: convention left: give neurological or radiological; "
        "`corticast config convention --unset` removes it\n"
    )
    assert run(capsys, "config", "convention", "--unset")[0] == 0
    assert tomllib.loads(path.read_text()) == {"size": "320x180"}


@pytest.mark.parametrize("labels", ["letters,scale", "letters,cuts"])
def test_a_default_that_is_idle_by_its_value_is_silent(capsys, folder, labels):
    """A picture has neither mm nor slices."""
    Image.fromarray(np.zeros((20, 30, 3), np.uint8)).save("brain.png")
    assert run(capsys, "config", "labels", labels) == (0, "", "")
    status, _, err = run(capsys, "frame", "--image", "brain.png", "-o", "out.png", "--size", "64x48")
    assert (status, err) == (0, "")
