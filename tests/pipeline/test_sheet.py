"""Contact sheets by the command line."""

import sys

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

import corticast as cc
from corticast.cli import main

pytestmark = pytest.mark.gl


@pytest.fixture
def inputs(tmp_path):
    """A small head and a table in its space, as files."""
    affine = np.diag([4.0, 4.0, 4.0, 1.0])
    affine[:3, 3] = -80, -100, -70
    voxels = np.zeros((41, 51, 36), np.int16)
    voxels[5:36, 5:46, 5:31] = 500
    nib.save(nib.Nifti1Image(voxels, affine), tmp_path / "T1w.nii.gz")
    rows = ["name\tx\ty\tz"] + [f"E{i}\t{-50 + 8 * i}\t{-40 + 6 * i}\t{-30 + 5 * i}" for i in range(12)]
    (tmp_path / "electrodes.tsv").write_text("\n".join(rows) + "\n")
    (tmp_path / "values.tsv").write_text("time\tE0\n0\t1\n1\t0\n")
    (tmp_path / "activity.tsv").touch()
    return tmp_path


@pytest.fixture
def run_here(monkeypatch, capsys, inputs):
    """The command line in this process, in the folder of the inputs: status, standard output, standard error."""

    def run(*arguments):
        monkeypatch.chdir(inputs)
        monkeypatch.setattr(sys, "argv", ["corticast", "render", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        reported = capsys.readouterr()
        return ended.value.code, reported.out, reported.err

    return run


BRAIN = ("--volume", "T1w.nii.gz", "--electrodes", "electrodes.tsv")
DATA = (*BRAIN, "--activity", "values.tsv")


def test_a_sheet_alone_needs_no_film(inputs, run_here):
    status, out, err = run_here(*BRAIN, "--sheet", "a.png", "--size", "500x700", "--sheet-slices", "6")
    assert (status or 0) == 0, err
    assert "a.png: 500x700, 6 slices, 12 of 12 contacts" in out
    assert "nothing says in which space" in err
    scene = cc.Scene(volume=cc.load_volume("T1w.nii.gz"), electrodes=cc.load_electrodes("electrodes.tsv"))
    cc.sheet(scene, inputs / "b.png", size=(500, 700), slices=6)
    one, other = (np.asarray(Image.open(inputs / name)) for name in ("a.png", "b.png"))
    assert np.array_equal(one, other)
    assert not list(inputs.glob(".*"))


def test_a_sheet_before_a_film_has_its_own_size(inputs, run_here):
    arguments = (*BRAIN, "--sheet", "a.png", "--sheet-plane", "coronal", "-o", "a.mp4", "--size", "160x90")
    status, out, err = run_here(*arguments, "--frames", "2")
    assert (status or 0) == 0, err
    assert Image.open(inputs / "a.png").size[0] == 2400
    assert "a.mp4: 160x90, 2 frames" in out
    # Reported once, though both have it.
    assert err.count("nothing says in which space") == 1


SIDES = {
    "convention": ("radiological", "axial"),
    "sagittal_nose": ("left", "sagittal"),
    "interpolation": ("nearest", "axial"),
    "title": ("A head", "axial"),
}


@pytest.mark.parametrize("name", SIDES)
def test_the_sheet_of_a_film_without_slices_keeps_its_options(inputs, run_here, name):
    """An option that does nothing in the film is no less true of the sheet."""
    value, plane = SIDES[name]
    head = inputs / "dataset/sub-1/anat/sub-1_T1w.nii.gz"
    head.parent.mkdir(parents=True)
    (inputs / "T1w.nii.gz").rename(head)
    sheet = ("--sheet-plane", plane, "--sheet-slices", "2")
    run_here("--volume", head, "--sheet", "alone.png", *sheet, f"--{name.replace('_', '-')}", value)
    run_here("--volume", head, "--sheet", "default.png", *sheet)
    labels = 'labels = "none"\n' if name == "title" else ""
    outside = f'layout = "lateral"\nsize = "64x36"\nframes = 1\n{labels}{name} = "{value}"\n'
    (inputs / "scene.toml").write_text(outside)
    status, _, err = run_here("scene.toml", "--bids", "dataset", "--sheet", *sheet, "-o", "films")
    assert (status or 0) == 0, err
    (inputs / "keys.toml").write_text(f'volume = "{head}"\n{outside}')
    run_here("keys.toml", "--sheet", "keys.png", *sheet, "-o", "film.mp4")
    cc.sheet(cc.load_scene("keys.toml"), "python.png", plane=plane, slices=2)
    alone, *others, default = (
        np.asarray(Image.open(file))
        for file in ("alone.png", *inputs.glob("films/**/*_sheet.png"), "keys.png", "python.png", "default.png")
    )
    assert not np.array_equal(alone, default)
    assert len(others) == 3
    assert all(np.array_equal(each, alone) for each in others)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (BRAIN, "-o FILE for a film"),
        ((*BRAIN, "--sheet-plane", "axial", "-o", "a.mp4"), "--sheet-plane"),
        ((*BRAIN, "--sheet-slices", "4", "-o", "a.mp4"), "--sheet-slices"),
        ((*BRAIN, "--sheet", "a.png", "--profile", "a.json"), "--profile"),
        ((*BRAIN, "--sheet", "T1w.nii.gz"), "--sheet T1w.nii.gz"),
        ((*BRAIN, "--sheet", "nowhere/a.png"), "--sheet nowhere/a.png"),
        ((*BRAIN, "--sheet", "a.png", "--sheet-plane", "sideways"), "--sheet-plane sideways"),
        (("--electrodes", "electrodes.tsv", "--sheet", "a.png"), "--volume"),
        ((*BRAIN, "--sheet", "a.png", "-o", "a.mp4", "--segments", "2", "--preset", "slow"), "--segments: "),
        ((*BRAIN, "--sheet", "a.png", "-o", "a.avi"), "a.avi"),
        ((*DATA, "--sheet", "a.png", "-o", "a.mp4", "--save-activity", "activity.tsv"), "activity.tsv: exists"),
        ((*BRAIN, "--sheet", "a.png", "-o", "nowhere/a.mp4"), "nowhere"),
    ],
)
def test_what_makes_no_sheet_is_one_line(inputs, run_here, arguments, word):
    before = sorted(inputs.iterdir())
    status, out, err = run_here(*arguments)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert word in err
    assert sorted(inputs.iterdir()) == before


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_sheet_has_a_bar_in_mm(inputs, run_here, theme):
    sheet = ("--volume", "T1w.nii.gz", "--sheet-slices", "3", "--size", "900x500", "--theme", theme, "--overwrite")
    status, _, err = run_here(*sheet, "--sheet", "a.png", "--labels", "scale")
    assert (status or 0) == 0, err
    report = cc.sheet(
        cc.Scene(volume=cc.load_volume("T1w.nii.gz"), labels="scale", theme=theme),
        "b.png", size=(900, 500), slices=3,
    )  # fmt: skip
    pixels = np.asarray(Image.open("a.png"), dtype=int)
    assert np.array_equal(pixels, np.asarray(Image.open("b.png")))
    panel = report.cells[0].panel
    # The bar is the longest level line in the colour of texts, above the slices.
    ink = np.abs(pixels[: panel.rect[1]].mean(axis=2) - (237 if theme == "dark" else 20)) < 4
    runs = [len(run) for row in ink for run in "".join("x" if each else " " for each in row).split()]
    length_px = max(runs)
    (fits,) = [mm for mm in (1, 2, 5, 10, 20, 50, 100) if abs(mm * panel.pixels_per_mm - length_px) <= 1]
    assert 0.1 <= fits * panel.pixels_per_mm / panel.rect[2] <= 0.25


def test_a_sheet_has_no_other_labels(inputs, run_here):
    status, _, err = run_here("--volume", "T1w.nii.gz", "--sheet", "a.png", "--labels", "mm")
    assert status == 2
    assert err.strip() == (
        "corticast: --labels mm: does nothing on a contact sheet; leave it out, or give -o FILE for a film"
    )
