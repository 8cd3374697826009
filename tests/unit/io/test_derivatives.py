"""Derivatives of a BIDS dataset, made with nibabel: used where an option asks, and never those of another T1w."""

import json
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from corticast.app.batch.bids.page import write_page
from corticast.app.batch.bids.plan import plan_dataset
from corticast.app.batch.bids.table import print_table, row_of
from corticast.app.batch.films import FilmDone
from corticast.core.model.scene_file import SceneFile
from corticast.errors import DataError, OptionError
from corticast.io.bids import entities
from corticast.io.dataset import film_inputs
from corticast.io.derivatives import derivatives_of
from corticast.io.derived_films import with_derivatives

MNI = "MNI152NLin2009cAsym"
AFFINE = np.diag([4.0, 4, 4, 1])


def image(path, shape=(8, 9, 10), **sidecar):
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(nib.Nifti1Image(np.ones(shape, np.uint8), AFFINE), path)
    if sidecar:
        path.with_name(path.name.replace(".nii.gz", ".json")).write_text(json.dumps(sidecar))
    return path


def table(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("name\tx\ty\tz\nA1\t8\t8\t8\nA2\t12\t8\t8\n")
    return path


def prep(root, name, **options):
    """A file of fMRIPrep, in the folder that its entities name."""
    kind = "ieeg" if name.endswith("electrodes.tsv") else "anat"
    named = entities(Path(name))
    folder = root / "derivatives/fmriprep" / f"sub-{named['sub']}"
    folder = (folder / f"ses-{named['ses']}" if "ses" in named else folder) / kind
    return table(folder / name) if kind == "ieeg" else image(folder / name, **options)


@pytest.fixture
def root(tmp_path):
    """A subject with one T1w and native contacts, another with a T1w in each of two sessions."""
    dataset = tmp_path / "raw"
    image(dataset / "sub-01/anat/sub-01_T1w.nii.gz")
    table(dataset / "sub-01/ieeg/sub-01_space-ScanRAS_electrodes.tsv")
    for session in ("a", "b"):
        image(dataset / f"sub-02/ses-{session}/anat/sub-02_ses-{session}_T1w.nii.gz")
    return dataset


def films(root, given="fmriprep", **options):
    found = derivatives_of(root, Path(given), **options)
    return [with_derivatives(film, root, found) for film in film_inputs(root)]


def names(film):
    return [None if path is None else path.name for path in (film.volume, film.mask, film.electrodes)]


def test_nothing_of_derivatives_is_used_unasked(root):
    for name in ("sub-01_desc-preproc_T1w.nii.gz", "sub-01_desc-brain_mask.nii.gz", "sub-01_space-T1w_electrodes.tsv"):
        prep(root, name)
    film = film_inputs(root)[0]
    assert names(film) == ["sub-01_T1w.nii.gz", None, "sub-01_space-ScanRAS_electrodes.tsv"]
    assert film.derived is None


def test_the_brain_mask_of_a_t1w_is_taken_and_reported(root):
    mask = prep(root, "sub-01_desc-brain_mask.nii.gz")
    prep(root, f"sub-01_space-{MNI}_desc-brain_mask.nii.gz")
    film, *others = films(root)
    assert names(film) == ["sub-01_T1w.nii.gz", mask.name, "sub-01_space-ScanRAS_electrodes.tsv"]
    assert film.warnings == (f"{mask.name}: brain mask of sub-01_T1w.nii.gz",)
    assert film.derived == (mask,)
    # Masks of another subject and of no session are no masks of these.
    assert [other.mask for other in others] == [None, None]
    line = "sub-02_ses-a_T1w.nii.gz: no desc-brain_mask in fmriprep for it; drawn without a mask"
    assert others[0].warnings == (line,)


@pytest.mark.parametrize("given", ["derivatives/fmriprep", "fmriprep", "derivatives", "whole"])
def test_folders_are_found_by_path_and_by_name(root, given):
    mask = prep(root, "sub-01_desc-brain_mask.nii.gz")
    assert films(root, root / "derivatives" if given == "whole" else given)[0].mask == mask


def test_a_folder_without_subjects_is_refused(root):
    prep(root, "sub-01_desc-brain_mask.nii.gz")
    (root / "derivatives/empty").mkdir()
    with pytest.raises(OptionError, match=r"derivatives fmripep: no such folder; did you mean fmriprep\?"):
        films(root, "fmripep")
    with pytest.raises(OptionError, match=r"derivatives empty: holds no folder of a subject \(sub-LABEL\)"):
        films(root, "empty")


def test_a_mask_in_another_space_is_left_out(root):
    prep(root, f"sub-01_space-{MNI}_desc-brain_mask.nii.gz")
    film = films(root)[0]
    assert film.mask is None
    assert film.warnings == (
        f"sub-01_T1w.nii.gz: no desc-brain_mask in fmriprep for it (sub-01_space-{MNI}_desc-brain_mask.nii.gz is in "
        "another space or resolution); drawn without a mask",
    )


def test_a_mask_on_another_grid_is_reported(root):
    prep(root, "sub-01_desc-brain_mask.nii.gz", shape=(16, 9, 10))
    film = films(root)[0]
    assert film.warnings[1] == (
        "sub-01_desc-brain_mask.nii.gz: its grid of 16 × 9 × 10 voxels is not that of sub-01_T1w.nii.gz "
        "(8 × 9 × 10); its affine places it"
    )


def test_each_session_has_its_own_derivatives(root):
    for session in ("a", "b"):
        prep(root, f"sub-02_ses-{session}_desc-preproc_T1w.nii.gz")
    prep(root, "sub-02_ses-b_desc-brain_mask.nii.gz")
    prep(root, "sub-01_desc-preproc_T1w.nii.gz")
    shown = [names(film)[:2] for film in films(root, desc="desc-preproc")]
    assert shown == [
        ["sub-01_desc-preproc_T1w.nii.gz", None],
        ["sub-02_ses-a_desc-preproc_T1w.nii.gz", None],
        ["sub-02_ses-b_desc-preproc_T1w.nii.gz", "sub-02_ses-b_desc-brain_mask.nii.gz"],
    ]


def test_a_t1w_of_another_session_is_never_shown(root):
    prep(root, "sub-02_ses-a_desc-preproc_T1w.nii.gz")
    one, other = films(root, desc="preproc")[1:]
    assert (one.error, one.volume.name) == (None, "sub-02_ses-a_desc-preproc_T1w.nii.gz")
    assert other.error == (
        f"{other.volume}: no desc-preproc T1w in fmriprep (sub-02_ses-a_desc-preproc_T1w.nii.gz belongs to another "
        "T1w); give --desc of a T1w that is there"
    )


def test_an_average_of_two_sessions_is_reported_and_its_mask_left_out(root):
    prep(root, "sub-02_desc-preproc_T1w.nii.gz")
    prep(root, "sub-02_desc-brain_mask.nii.gz")
    line = "may be of any of 2 T1w (sub-02_ses-a_T1w.nii.gz, sub-02_ses-b_T1w.nii.gz)"
    raw = films(root)[1]
    assert (raw.mask, raw.warnings) == (None, (f"sub-02_desc-brain_mask.nii.gz: {line}, so the mask is left out",))
    shown = films(root, desc="preproc")[1]
    # The mask and the T1w of one pipeline belong together.
    assert names(shown)[:2] == ["sub-02_desc-preproc_T1w.nii.gz", "sub-02_desc-brain_mask.nii.gz"]
    assert f"sub-02_desc-preproc_T1w.nii.gz: {line}" in shown.warnings


def test_sources_of_a_derivative_decide(root):
    prep(root, "sub-02_desc-brain_mask.nii.gz", RawSources=["sub-02/ses-b/anat/sub-02_ses-b_T1w.nii.gz"])
    one, other = films(root)[1:]
    assert one.mask is None
    assert (other.mask.name, len(other.warnings)) == ("sub-02_desc-brain_mask.nii.gz", 1)


def test_two_candidates_are_refused_with_their_names(root):
    prep(root, "sub-01_desc-brain_mask.nii.gz")
    image(root / "derivatives/other/sub-01/anat/sub-01_desc-brain_mask.nii.gz")
    error = films(root, "derivatives")[0].error
    assert error == (
        f"{root}/sub-01/anat/sub-01_T1w.nii.gz: 2 files may be its brain mask: fmriprep/sub-01/anat/"
        "sub-01_desc-brain_mask.nii.gz and other/sub-01/anat/sub-01_desc-brain_mask.nii.gz; give --derivatives of one "
        "pipeline, or --mask"
    )
    assert films(root, "other")[0].error is None
    for res in ("1", "2"):
        prep(root, f"sub-01_res-{res}_desc-preproc_T1w.nii.gz")
    error = films(root, desc="preproc")[0].error
    assert "2 files may be its desc-preproc T1w: sub-01_res-1_desc-preproc_T1w.nii.gz and sub-01_res-2" in error


def test_the_space_is_that_of_the_contacts_unless_one_is_asked_for(root):
    native = prep(root, "sub-01_desc-preproc_T1w.nii.gz")
    template = prep(root, f"sub-01_space-{MNI}_desc-preproc_T1w.nii.gz")
    contacts = prep(root, f"sub-01_space-{MNI}_electrodes.tsv")
    for mask in ("sub-01_desc-brain_mask.nii.gz", f"sub-01_space-{MNI}_desc-brain_mask.nii.gz"):
        prep(root, mask)
    own = films(root, desc="preproc")[0]
    assert names(own) == [native.name, "sub-01_desc-brain_mask.nii.gz", "sub-01_space-ScanRAS_electrodes.tsv"]
    assert f"{native.name}: is there in {MNI} too; --derivatives-space chooses" in own.warnings
    film = films(root, desc="preproc", space=MNI)[0]
    assert names(film) == [template.name, f"sub-01_space-{MNI}_desc-brain_mask.nii.gz", contacts.name]
    assert film.entities == {"sub": "01", "space": MNI}
    assert f"{contacts.name}: table of electrodes of fmriprep" in film.warnings
    # Only the contacts of the template remain: they decide.
    (root / "sub-01/ieeg/sub-01_space-ScanRAS_electrodes.tsv").unlink()
    assert names(films(root, desc="preproc")[0])[::2] == [template.name, contacts.name]
    prep(root, "sub-02_space-MNI305_desc-preproc_T1w.nii.gz")
    error = films(root, desc="preproc", space="MNI305")[0].error
    assert error.endswith(f"is in other spaces than MNI305; give --derivatives-space T1w or {MNI}")


def test_two_tables_that_fit_alike_are_refused(root):
    table(root / f"sub-01/ieeg/sub-01_space-{MNI}_electrodes.tsv")
    prep(root, f"sub-01_space-{MNI}_electrodes.tsv")
    prep(root, f"sub-01_space-{MNI}_desc-preproc_T1w.nii.gz")
    error = films(root, desc="preproc", space=MNI)[0].error
    name = f"sub-01/ieeg/sub-01_space-{MNI}_electrodes.tsv"
    assert f"2 tables of electrodes fit it alike: raw/{name} and fmriprep/{name}" in error
    assert films(root)[0].error is None


def test_a_recording_is_shown_with_a_table_of_derivatives(root):
    (root / "sub-01/ieeg/sub-01_space-ScanRAS_electrodes.tsv").unlink()
    recording = root / "sub-01/ieeg/sub-01_task-x_ieeg.edf"
    recording.touch()
    contacts = prep(root, "sub-01_space-T1w_electrodes.tsv")
    raw, film = film_inputs(root)[0], films(root)[0]
    assert (raw.recording, raw.electrodes) == (None, None)
    assert (film.recording, film.electrodes) == (recording, contacts)
    assert not any("not shown" in line for line in film.warnings)
    # A table of another session stays out.
    contacts.rename(contacts.with_name("sub-01_ses-z_space-T1w_electrodes.tsv"))
    assert films(root)[0].electrodes is None


def test_an_image_of_another_kind_keeps_to_itself(root):
    system = root / "sub-01/ieeg/sub-01_space-ScanRAS_coordsystem.json"
    system.write_text(json.dumps({"iEEGCoordinateSystem": "ScanRAS", "IntendedFor": "bids::sub-01/anat/T1.nii.gz"}))
    shown = image(root / "sub-01/anat/T1.nii.gz")
    prep(root, "sub-01_desc-preproc_T1w.nii.gz")
    prep(root, "sub-01_desc-brain_mask.nii.gz")
    film = next(film for film in films(root, desc="preproc") if film.volume == shown)
    assert (film.mask, film.derived) == (None, ())
    assert "T1.nii.gz: is not called _T1w, so no derivatives are used" in film.warnings


def test_sidecar_table_and_page_report_the_derivatives(root, tmp_path, capsys):
    prep(root, "sub-01_desc-preproc_T1w.nii.gz")
    prep(root, "sub-01_desc-brain_mask.nii.gz")
    found = derivatives_of(root, Path("fmriprep"), desc="preproc")
    out = tmp_path / "out"
    plan = plan_dataset(root, out, SceneFile(layout="lateral"), made_with="", derivatives=found)
    film = plan.films[0]
    mask = "bids:fmriprep:sub-01/anat/sub-01_desc-brain_mask.nii.gz"
    derived = ["bids:fmriprep:sub-01/anat/sub-01_desc-preproc_T1w.nii.gz", mask]
    assert film.scene.mask == root / "derivatives/fmriprep/sub-01/anat/sub-01_desc-brain_mask.nii.gz"
    assert film.sidecar["Derivatives"] == derived
    assert film.sidecar["Sources"] == [*derived, "bids:raw:sub-01/ieeg/sub-01_space-ScanRAS_electrodes.tsv"]
    described = json.loads((out / "dataset_description.json").read_text())["DatasetLinks"]
    assert {name: (out / link).resolve() for name, link in described.items()} == {
        "raw": root,
        "fmriprep": root / "derivatives/fmriprep",
    }
    facts = {"n_frames": 3, "fps": "30", "n_contacts": 2, "size": [64, 36], "duration_s": 0.1, "n_bytes": 9}
    facts |= {"n_contacts_near": 2, "renderer": "r", "warnings": []}
    print_table([row_of(FilmDone(film, facts), plan.inputs[0]), row_of(FilmDone(plan.films[1], facts), plan.inputs[1])])
    heading, first, _ = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert dict(zip(heading, first, strict=True))["derivatives"] == "T1w, mask"
    film.film.touch()
    film.film.with_suffix(".json").write_text(json.dumps({**film.sidecar, "Rendering": facts}))
    page = write_page(out, {}).read_text()
    assert "<dt>derivatives</dt><dd>sub-01_desc-preproc_T1w.nii.gz, sub-01_desc-brain_mask.nii.gz</dd>" in page
    # Another run without derivatives keeps the link.
    plan_dataset(root, out, SceneFile(layout="lateral"), made_with="")
    assert "fmriprep" in json.loads((out / "dataset_description.json").read_text())["DatasetLinks"]


@pytest.mark.parametrize("space", ["ACPC", "fsnative", "Other"])
def test_the_subject_s_own_contacts_come_before_those_in_a_template(root, space):
    (root / "sub-01/ieeg/sub-01_space-ScanRAS_electrodes.tsv").unlink()
    own = table(root / f"sub-01/ieeg/sub-01_space-{space}_electrodes.tsv")
    table(root / f"sub-01/ieeg/sub-01_space-{MNI}_electrodes.tsv")
    native = prep(root, "sub-01_desc-preproc_T1w.nii.gz")
    prep(root, f"sub-01_space-{MNI}_desc-preproc_T1w.nii.gz")
    assert names(films(root, desc="preproc")[0]) == [native.name, None, own.name]


@pytest.mark.parametrize("name", ["sub-01/anat", "sub-02", "derivatives/fmriprep", "derivatives/fmriprep/sub-01/anat"])
def test_a_folder_that_cannot_be_read_is_refused_in_one_line(root, monkeypatch, name):
    prep(root, "sub-01_desc-preproc_T1w.nii.gz")
    iterdir, closed = Path.iterdir, root / name

    def denied(path):
        if path == closed:
            raise PermissionError(13, "Permission denied")
        return iterdir(path)

    # The tests may run as root, who may read everything.
    monkeypatch.setattr(Path, "iterdir", denied)
    with pytest.raises(DataError, match=r"the folder cannot be read \(Permission denied\); allow reading") as caught:
        films(root, desc="preproc")
    assert str(caught.value).startswith(f"{closed}: ")


def test_damaged_json_beside_a_derivative_is_reported(root):
    shown = prep(root, "sub-01_desc-preproc_T1w.nii.gz")
    beside = shown.with_name("sub-01_desc-preproc_T1w.json")
    beside.write_text('{"Sources": [')
    line = f"{beside.name}: cannot be read, so the T1w behind {shown.name} is unknown; repair or remove it"
    for text, n_lines in (('{"Sources": [', 1), ("{}", 0)):
        beside.write_text(text)
        found = next(film for film in films(root, desc="preproc") if film.entities["sub"] == "01")
        assert found.volume == shown
        assert found.warnings.count(line) == n_lines
