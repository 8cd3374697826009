"""Films of one subject and task have one full scale, whatever their own amplitudes."""

import json

import nibabel as nib
import numpy as np
import pytest
from tests.pipeline.command import run
from tests.recordings import write_recording

pytestmark = pytest.mark.gl

NAMES = ("A1", "A2", "A3", "A4")
# Square waves: their 99th percentile is their amplitude, in microvolts.
AMPLITUDES = {"task-x_run-1": 20, "task-x_run-2": 100, "task-y": 40}
RAW = ("--activity-kind", "raw", "--size", "96x54", "--fps", "5", "--frames", "2", "--threads", "2")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    root = tmp_path_factory.mktemp("data")
    (root / "dataset_description.json").write_text(json.dumps({"Name": "T", "BIDSVersion": "1.10.0"}))
    anat, ieeg = root / "sub-1/anat", root / "sub-1/ieeg"
    anat.mkdir(parents=True)
    ieeg.mkdir()
    affine = np.diag([8.0, 8.0, 8.0, 1.0])
    affine[:3, 3] = -80, -96, -70
    nib.save(nib.Nifti1Image(np.ones((20, 24, 18), np.int16), affine), anat / "sub-1_T1w.nii.gz")
    rows = [f"{name}\t{-30 + 15 * k}\t0\t0" for k, name in enumerate(NAMES)]
    (ieeg / "sub-1_space-ScanRAS_electrodes.tsv").write_text("\n".join(["name\tx\ty\tz", *rows]) + "\n")
    for run_name, amplitude in AMPLITUDES.items():
        write_square(ieeg / f"sub-1_{run_name}_ieeg.vhdr", amplitude)
    return root


def write_square(path, amplitude):
    wave = 1e-6 * amplitude * np.sign(np.sin(2 * np.pi * 3 * (np.arange(500) + 0.5) / 250))
    write_recording(path, np.tile(wave, (len(NAMES), 1)), NAMES, 250.0)


def sidecars_of(out):
    return {path.name[6:-25]: json.loads(path.read_text()) for path in sorted(out.glob("sub-1/ieeg/*_film.json"))}


def test_runs_of_a_task_share_the_larger_scale(dataset, tmp_path):
    out = tmp_path / "out"
    done = run("render", "--bids", dataset, *RAW, "-o", out)
    assert done.returncode == 0, done.stderr
    sidecars = sidecars_of(out)
    assert list(sidecars) == list(AMPLITUDES)
    values = {name: sidecar["Rendering"]["FullScale"]["Value"] for name, sidecar in sidecars.items()}
    assert values == {"task-x_run-1": 100, "task-x_run-2": 100, "task-y": 40}
    labels = ["sub-1_task-x_run-1", "sub-1_task-x_run-2"]
    for name, sidecar in sidecars.items():
        if name == "task-y":
            assert "CommonScale" not in sidecar
            assert "activity_scale" not in sidecar["Scene"]
        else:
            shared = sidecar["CommonScale"]
            assert (shared["Value"], shared["Unit"], shared["Films"]) == (100, "µV", labels)
            assert sidecar["Scene"]["activity_scale"] == 100
    page = (out / "index.html").read_text()
    for label in labels:
        assert f"<dt>shared with</dt><dd>{label}</dd>" in page
    # A lost film gets the scale of those that are kept.
    (out / "sub-1/ieeg/sub-1_task-x_run-1_desc-corticast_film.mp4").unlink()
    assert run("render", "--bids", dataset, *RAW, "-o", out).returncode == 0
    assert sidecars_of(out)["task-x_run-1"]["CommonScale"]["Value"] == 100
