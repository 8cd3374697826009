"""How far a position in one template is from the same place of the brain in another, at given contacts.

Sources: FreeSurfer's matrix from MNI305, the space of fsaverage, to MNI152 (its wiki, "CoordinateSystems", and its file
average/mni152.register.dat); and the matrix from MNI152, as FSL fits it, to Talairach (Lancaster et al. 2007, Human
Brain Mapping 28:1194, icbm_fsl), which leaves 1 to 2 mm. No matrix is published between the other templates.
"""

from __future__ import annotations

import numpy as np

from corticast.core.geometry.affines import apply_affine
from corticast.core.model.types import Float64Array

MNI305_TO_MNI152 = np.array(
    [
        [0.9975, -0.0073, 0.0176, -0.0429],
        [0.0146, 1.0009, -0.0024, 1.5496],
        [-0.0130, -0.0093, 0.9971, 1.1840],
        [0.0, 0.0, 0.0, 1.0],
    ]
)
MNI152_TO_TALAIRACH = np.array(
    [
        [0.9464, 0.0034, -0.0026, -1.0680],
        [-0.0083, 0.9479, -0.0580, -1.0239],
        [0.0053, 0.0617, 0.9010, 3.1883],
        [0.0, 0.0, 0.0, 1.0],
    ]
)
_FREESURFER = "FreeSurfer's matrix"
_LANCASTER = "Lancaster et al. 2007"


def to_mni152(frame: str) -> tuple[Float64Array, str] | None:
    """The matrix from a template to MNI152, and its source; None without a published one.

    Templates of MNI152 have the identity, although their generations differ among themselves.
    """
    name = frame.casefold()
    if name.startswith(("mni305", "fsaverage")):
        return MNI305_TO_MNI152, _FREESURFER
    if name.startswith("talairach"):
        return np.linalg.inv(MNI152_TO_TALAIRACH), _LANCASTER
    # A header's "MNI" stands for any MNI152.
    if name == "mni" or name.startswith(("mni152", "icbm152")):
        return np.eye(4), ""
    return None


def difference_words(frame: str, other: str, pos_mm: Float64Array) -> str:
    """How far two templates differ at contacts, as the end of a sentence, with the source.

    Parameters
    ----------
    frame, other : names of the two templates
    pos_mm : (n, 3) contacts in the first one; rows with NaN do not count
    """
    there, back = to_mni152(frame), to_mni152(other)
    sources = [way[1] for way in (there, back) if way is not None and way[1]]
    if there is None or back is None or not sources or there[1] == back[1]:
        return "they differ by some millimetres, and no figure is published"
    present = pos_mm[np.isfinite(pos_mm).all(axis=1)]
    away_mm = np.linalg.norm(apply_affine(np.linalg.inv(back[0]) @ there[0], present) - present, axis=1)
    by = " and ".join(sources)
    return f"they differ at the contacts by {away_mm.mean():.1f} mm, at most {away_mm.max():.1f} ({by})"
