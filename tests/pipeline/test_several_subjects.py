"""Two subjects on one template: the command line, a scene file and Python draw the same, in the colours of subjects."""

import nibabel as nib
import numpy as np
import pytest
from PIL import Image
from tests.golden.phantom import phantom_head
from tests.pipeline.command import run
from tests.pipeline.test_rest import AFFINE, OKABE_ITO

import corticast as cc

SIZE = (960, 540)
PLACES = {"sub-01": [(30, 26, 22), (40, 20, 22)], "sub-02": [(-30, 26, 22), (-40, -20, 22)]}
TOML = """electrodes = ["sub-01_electrodes.tsv", "sub-02_electrodes.tsv"]
volume = "T1w.nii"
layout = "axial"
electrode_depth = "all"
electrode_size = [12, 40]
plane_mm = [0, 0, 22]
"""


@pytest.mark.gl
def test_two_subjects_are_drawn_in_two_colours_from_everywhere(tmp_path):
    head = phantom_head(AFFINE, (41, 54, 41))
    nib.save(nib.Nifti1Image(np.asarray(head.voxels, np.int16), AFFINE), tmp_path / "T1w.nii")
    paths = []
    for subject, places in PLACES.items():
        paths.append(tmp_path / f"{subject}_electrodes.tsv")
        rows = [f"LA{k}\t{x}\t{y}\t{z}" for k, (x, y, z) in enumerate(places, 1)]
        paths[-1].write_text("\n".join(["name\tx\ty\tz", *rows]) + "\n")
    scene = cc.Scene(
        volume=cc.load_volume(tmp_path / "T1w.nii"),
        electrodes=[cc.load_electrodes(path) for path in paths],
        layout="axial",
        electrode_depth="all",
        electrode_size=(12, 40),
        plane_mm=(0, 0, 22),
    )
    image = cc.frame(scene, size=SIZE)
    (panel,) = cc.panels(scene, size=SIZE)
    pixels = np.rint(panel.pixel_of(scene.electrodes.pos)).astype(int)
    assert [tuple(int(part) for part in image[y, x]) for x, y in pixels] == [OKABE_ITO[0]] * 2 + [OKABE_ITO[1]] * 2
    (tmp_path / "scene.toml").write_text('corticast = "0.3.0"\n' + TOML)
    assert (cc.frame(cc.load_scene(tmp_path / "scene.toml"), size=SIZE) == image).all()
    given = [part for path in paths for part in ("--electrodes", path)]
    options = ["--layout", "axial", "--electrode-depth", "all", "--electrode-size", "12,40", "--plane-mm", "0,0,22"]
    made = run(
        *("frame", "--volume", tmp_path / "T1w.nii", *given, *options, "--size", "960x540", "-o", tmp_path / "f.png")
    )
    assert (made.returncode, "2 subjects: sub-01 2 contacts, sub-02 2 contacts\n" in made.stdout) == (0, True), made
    with Image.open(tmp_path / "f.png") as picture:
        assert (np.asarray(picture.convert("RGB")) == image).all()
