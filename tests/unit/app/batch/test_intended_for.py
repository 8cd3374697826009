"""IntendedFor of coordsystem.json decides which image a subject's contacts are shown on."""

from __future__ import annotations

import json
import shutil

import nibabel as nib
import numpy as np
import pytest

from corticast.app.batch.bids.plan import plan_dataset
from corticast.core.geometry.placement import place
from corticast.core.model.scene_file import SceneFile
from corticast.io.dataset import film_inputs
from corticast.io.electrodes import load_electrodes
from corticast.io.volume import load_volume

A, B = (f"sub-01/ses-{ses}/anat/sub-01_ses-{ses}_T1w.nii.gz" for ses in ("a3t", "b3t"))
TABLE = "sub-01/ses-ecog/ieeg/sub-01_ses-ecog_electrodes.tsv"


def dataset(root, intended, *images, system="Other", **description):
    """Two T1w images in sessions of their own, and contacts in a third one."""
    for name in images or (A, B):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        nib.save(nib.Nifti1Image(np.ones((4, 4, 4), np.uint8), np.diag([40.0, 40, 40, 1])), path)
    table = root / TABLE
    table.parent.mkdir(parents=True)
    table.write_text("name\tx\ty\tz\nG1\t30\t40\t20\nG2\t50\t60\t70\n")
    said = {"iEEGCoordinateSystem": system, "iEEGCoordinateUnits": "mm"}
    said |= {} if intended is None else {"IntendedFor": intended}
    table.with_name("sub-01_ses-ecog_coordsystem.json").write_text(json.dumps(said))
    (root / "dataset_description.json").write_text(json.dumps({"Name": "d", "BIDSVersion": "1.10.0", **description}))
    return root


def shown(root, **chosen):
    """Names of the images on which contacts are shown, by the session of the film."""
    films = film_inputs(root, **chosen)
    return {film.entities["ses"]: film.volume.relative_to(root).as_posix() for film in films if film.electrodes}


SPELLINGS = [
    B,
    f"/{B}",
    B.removeprefix("sub-01/"),
    f"bids::{B}",
    [B],
    [f"bids::{B}", "derivatives/pial/sub-01_pial.surf.gii"],
    B.removesuffix(".gz"),
]


@pytest.mark.parametrize("intended", SPELLINGS)
@pytest.mark.parametrize("system", ["Other", "ACPC", "ScanRAS"])
def test_every_spelling_decides_the_image(tmp_path, intended, system):
    root = dataset(tmp_path / "d", intended, system=system)
    assert shown(root) == {"ecog": B}
    (film,) = [film for film in film_inputs(root) if film.electrodes]
    assert film.error is None
    assert any("as its IntendedFor says" in line for line in film.warnings)
    # On this image the contacts are native, without a word.
    placed = place(load_electrodes(film.electrodes), volume=load_volume(film.volume))
    assert not [line for line in placed.warnings if "space" in line or "IntendedFor" in line]
    (line,) = [
        line
        for line in place(load_electrodes(film.electrodes), volume=load_volume(root / A)).warnings
        if "Intended" in line
    ]
    # The hint can be followed to the letter.
    named = line.partition("give --volume ")[2]
    assert (root / named).resolve() == (root / B).resolve()


def test_the_other_image_has_a_film_without_contacts(tmp_path):
    films = film_inputs(dataset(tmp_path / "d", B))
    assert [(film.volume.name, film.electrodes is None) for film in films] == [
        ("sub-01_ses-b3t_T1w.nii.gz", False),
        ("sub-01_ses-a3t_T1w.nii.gz", True),
    ]
    # The session of the image chooses its film, too.
    assert shown(tmp_path / "d", sessions=["b3t"]) == {"ecog": B}


def test_an_image_of_another_session_comes_before_that_of_its_own(tmp_path):
    own = "sub-01/ses-ecog/anat/sub-01_ses-ecog_T1w.nii.gz"
    films = film_inputs(dataset(tmp_path / "d", B, A, B, own))
    assert [film.volume.name for film in films if film.electrodes] == ["sub-01_ses-b3t_T1w.nii.gz"]
    assert not any(film.error for film in films)
    names = [tuple(film.entities.items()) for film in films]
    assert len(set(names)) == len(names)


def test_a_derivative_in_the_dataset(tmp_path):
    name = "derivatives/freesurfer/sub-01/mri/T1.nii.gz"
    root = dataset(tmp_path / "d", name, A, B, name, system="ACPC")
    assert shown(root) == {"ecog": name}
    plan = plan_dataset(root, tmp_path / "out", SceneFile(), made_with="")
    (film,) = [film for film in plan.films if film.scene.electrodes]
    assert f"bids:raw:{name}" in film.sidecar["Sources"]
    assert any("as its IntendedFor says" in line for line in film.sidecar["Warnings"])


def test_of_several_images_the_first_is_shown(tmp_path):
    root = dataset(tmp_path / "d", [B, A])
    assert shown(root) == {"ecog": B}
    (film,) = [film for film in film_inputs(root) if film.electrodes]
    assert any("the first image that IntendedFor names" in line and "a3t" in line for line in film.warnings)
    assert shown(root, sessions=["a3t"]) == {"ecog": A}


@pytest.mark.parametrize(
    ("intended", "why"),
    [
        ("sub-01/ses-c/anat/sub-01_ses-c_T1w.nii.gz", "which is missing"),
        # In a folder that exists: the system reports the length of the name only there.
        (f"sub-01/ses-b3t/anat/{'a' * 300}.nii.gz", "which is missing"),
        ("bids:fmriprep:sub-01/anat/sub-01_desc-preproc_T1w.nii.gz", "of another dataset (fmriprep)"),
        ("../../secret/sub-01_T1w.nii.gz", "no path within the dataset"),
    ],
)
def test_an_image_that_is_no_file_of_the_dataset_is_reported(tmp_path, intended, why):
    root = dataset(tmp_path / "d", intended, B)
    (film,) = film_inputs(root)
    assert film.volume == root / B
    (line,) = film.warnings
    assert why in line
    assert line.endswith("drawn on sub-01_ses-b3t_T1w.nii.gz")


@pytest.mark.parametrize("intended", [None, 3, "n/a", ["derivatives/pial/sub-01_pial.surf.gii"]])
def test_without_a_word_neither_image_is_taken_and_the_hint_works(tmp_path, intended):
    root = dataset(tmp_path / "d", intended)
    films = film_inputs(root)
    assert len(films) == 2
    for film, ses in zip(films, ("a3t", "b3t"), strict=True):
        assert "IntendedFor" in film.error
        assert film.error.endswith(f"or give --session {ses}")
        (chosen,) = film_inputs(root, sessions=[ses])
        assert (chosen.error, chosen.volume.parts[-3]) == (None, f"ses-{ses}")


def test_contacts_in_a_template_decide_no_image(tmp_path):
    root = dataset(tmp_path / "d", B, system="MNI152NLin2009cAsym")
    assert all(film.error for film in film_inputs(root) if film.electrodes)


def test_the_case(shared_data, tmp_path):
    """Contact G1 lies in the bright spot of the image that IntendedFor names."""
    folder = shared_data.parent / "cases" / "02-intended-for" / "ds"
    root = shutil.copytree(folder, tmp_path / "ds")
    (film,) = [film for film in film_inputs(root) if film.electrodes]
    assert film.volume.name == "sub-01_ses-b3t_T1w.nii.gz"
    image = nib.load(film.volume)
    placed = place(load_electrodes(film.electrodes), volume=load_volume(film.volume))
    at = np.rint(nib.affines.apply_affine(np.linalg.inv(image.affine), placed.pos[0])).astype(int)
    values = image.get_fdata()
    assert values[tuple(at)] > 0.9 * values.max()
