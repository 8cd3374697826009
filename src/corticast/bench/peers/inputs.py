"""Inputs of both sides: volumes, or a picture with contacts and a sound."""

from __future__ import annotations

from pathlib import Path

import nibabel as nib
import numpy as np

from corticast.app.demo.demo import template_path
from corticast.app.render.picture_file import write_picture
from corticast.app.render.still import frame
from corticast.bench.inputs import template, write_song
from corticast.core.model.scene import Scene
from corticast.io.volume import load_volume

Inputs = dict[str, Path]

# Size of the scatter's picture, and duration of the sound, which is longer than the film.
PICTURE_SIZE = (1000, 1000)
_SONG_S = 21.0


def volume_input(folder: Path, volume: Path | None) -> Inputs:
    """A T1w; by default the template at half a millimetre, so that each of 360 frames shows new planes."""
    if volume is not None:
        return {"volume": volume}
    path = folder / "template_0.5mm_T1w.nii.gz"
    if not path.exists():
        from scipy.ndimage import zoom

        coarse = nib.load(template_path())
        voxels = zoom(np.asanyarray(coarse.dataobj), 2, order=1)
        nib.save(nib.Nifti1Image(voxels, coarse.affine @ np.diag([0.5, 0.5, 0.5, 1.0])), path)
    return {"volume": path}


def brain_input(_: Path, volume: Path | None) -> Inputs:
    """An extracted brain; by default the template at one millimetre."""
    return {"volume": template_path() if volume is None else volume}


def picture_inputs(folder: Path, volume: Path | None) -> Inputs:
    """A picture of a brain with a grid of electrodes, and the demo's song."""
    brain = template() if volume is None else load_volume(volume)
    picture = frame(Scene(volume=brain, layout="sagittal", labels="none", sweep="none"), size=PICTURE_SIZE)
    write_picture(picture, folder / "brain.png", overwrite=True)
    columns, rows = np.meshgrid(np.linspace(280, 720, 8), np.linspace(240, 680, 8))
    lines = ["name,x_2d,y_2d"]
    lines += [f"E{i},{x:.1f},{y:.1f}" for i, (x, y) in enumerate(zip(columns.flat, rows.flat, strict=True), start=1)]
    (folder / "electrodes.csv").write_text("\n".join(lines) + "\n")
    return {
        "image": folder / "brain.png",
        "electrodes": folder / "electrodes.csv",
        "audio": write_song(folder / "song.wav", _SONG_S),
    }
