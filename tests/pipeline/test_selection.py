"""Selected contacts: only they are drawn, and reference and scale stay those of all contacts."""

import csv

import numpy as np
import pytest
from tests.pipeline.command import run
from tests.pipeline.test_rest import NAMES, OKABE_ITO, centre_colours, scene_of
from tests.recordings import NAMES as CHANNELS
from tests.recordings import SAMPLE_RATE, synthetic_volts

import corticast as cc
from corticast.core.model.recording import Recording
from corticast.errors import OptionError
from corticast.film.opening import open_film

VALUES = np.linspace(0.2, 1, 6)[:, None] * np.ones((6, 20), np.float32)


@pytest.mark.gl
@pytest.mark.parametrize("layout", ["axial", "lateral"])
def test_only_selected_contacts_are_drawn(layout):
    options = {"layout": layout, "electrode_depth": "all", "labels": (), "plane_mm": None}
    scene = scene_of(None, select="LA*,G*", exclude="G2", **options)
    image, colours = centre_colours(scene, (960, 1080))
    kept = [name in ("LA1", "LA2", "G1") for name in NAMES]
    assert [colour in OKABE_ITO for colour in colours] == kept
    # The others leave no trace: the frame is that of a table without them.
    rows = np.flatnonzero(kept)
    table = cc.Electrodes(tuple(NAMES[row] for row in rows), scene.electrodes.pos[rows], "world")
    alone = cc.Scene(volume=scene.volume, electrodes=table, window=(0, 1000), **options)
    assert (cc.frame(alone, size=(960, 1080)) == image).all()


def film_of(reference, **options):
    """A film of a recording, whose contacts lie in three shafts."""
    pos = np.array([[-40.0 + 30 * (k // 6), 5.0 * (k % 6), 10.0] for k in range(len(CHANNELS))])
    recording = Recording.of_array(synthetic_volts(), SAMPLE_RATE, CHANNELS, "V")
    drive = cc.HighGammaDrive(recording, reference=reference)
    return open_film(cc.Scene(electrodes=cc.Electrodes(CHANNELS, pos), drive=drive, **options))


@pytest.mark.parametrize("reference", ["average", "bipolar"])
def test_reference_and_scale_stay_those_of_all_contacts(reference):
    whole, part = film_of(reference), film_of(reference, select="RA*,G1,G2")
    assert part.activity.full_scale == whole.activity.full_scale
    assert (part.activity.values == whole.activity.values).all()
    drawn = [name for name, is_drawn in zip(part.placed.table.names, part.placed.drawn, strict=True) if is_drawn]
    if reference == "average":
        assert drawn == [*(f"RA{k}" for k in range(1, 7)), "G1", "G2"]
    else:
        assert drawn == [*(f"RA{k}–RA{k + 1}" for k in range(1, 6)), "G1–G2"]
    assert part.n_contacts()[0] == len(drawn)
    assert part.placed.n_left_out == whole.n_contacts()[0] - len(drawn)


def test_numbers_behind_a_picture_are_those_of_the_selected_contacts():
    whole, part = (cc.activity(scene_of(VALUES, **more), frames=3) for more in ({}, {"exclude": "LB*"}))
    assert part.names == ("LA1", "LA2", "G1", "G2")
    assert (part.values == whole.values[:, [0, 1, 4, 5]]).all()


def test_a_selection_without_positions_is_refused():
    table = cc.Electrodes(("A1", "B1"), np.array([[np.nan] * 3, [1, 2, 3]]))
    with pytest.raises(OptionError, match=r"^select A\*: leaves no contact with a position"):
        open_film(cc.Scene(electrodes=table, select="A*"), still=True)


@pytest.mark.gl
def test_films_and_sheets_of_the_command_line_select(tmp_path):
    import nibabel

    volume = scene_of(None).volume
    nibabel.save(nibabel.Nifti1Image(volume.voxels, volume.affine), tmp_path / "head.nii")
    with (tmp_path / "contacts.tsv").open("w", newline="") as file:
        writer = csv.writer(file, delimiter="\t")
        writer.writerow(["name", "x", "y", "z"])
        writer.writerows([name, *row] for name, row in zip(NAMES, scene_of(None).electrodes.pos, strict=True))
    inputs = [
        "--volume",
        tmp_path / "head.nii",
        "--electrodes",
        tmp_path / "contacts.tsv",
        "--electrodes-space",
        "world",
    ]
    options = [*inputs, "--select", "LA*,LB*", "--exclude", "LB2"]
    film = ["--sweep", "none", "--frames", 2, "--size", "64x48", "-o", tmp_path / "film.mp4"]
    saved = tmp_path / "scene.toml"
    done = run("render", *options, *film, "--save-scene", saved)
    assert "3 contacts drawn, 100 % inside the volume or picture, 3 not selected" in done.stdout, done
    assert cc.load_scene(saved).select == ("LA*", "LB*")
    report = cc.sheet(cc.load_scene(saved), tmp_path / "sheet.png", slices=4)
    assert (report.n_contacts, report.groups) == (3, {"LA": 2, "LB": 1})
    refused = run("frame", *inputs, "--select", "lb*", "-o", tmp_path / "frame.png")
    assert refused.returncode == 2
    assert "--select lb*: matches no contact; did you mean LB*?" in refused.stderr
