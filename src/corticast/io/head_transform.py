"""Transforms from head coordinates to MRI coordinates: MNE-Python's -trans.fif files, read in a child process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from corticast.core.arguments import check_path, is_from
from corticast.core.geometry.head_frame import HeadTransform
from corticast.errors import DataError
from corticast.io.confined import Confined
from corticast.io.file_kinds import TRANS

# MNE-Python's numbers of coordinate frames.
_HEADS = {4: "head", 1004: "ctf_head"}
_MRI = 5
# Endings of names that MNE-Python gives to files of transforms.
_ENDINGS = ("-trans.fif", "_trans.fif")


def head_transform(source: Any) -> HeadTransform:
    """The transform of a file, or of an mne.transforms.Transform.

    Raises
    ------
    DataError : the file cannot be read, or leads from or to other coordinates than a head's and the MRI's
    OptionError : the argument cannot be used
    """
    if is_from(source, "mne", "Transform"):
        return _of_facts("trans (a Transform)", "a Transform", int(source["from"]), int(source["to"]), source["trans"])
    path = check_path("trans", source, "a -trans.fif file of MNE-Python, or an mne.transforms.Transform")
    facts = Confined("corticast.io.fif_child", "MNE-Python", path, TRANS, wanted="transform").facts
    return _of_facts(str(path), path.name, facts["from"], facts["to"], facts["matrix"])


def _of_facts(label: str, name: str, start: int, end: int, values: Any) -> HeadTransform:
    matrix = np.asarray(values, dtype=np.float64)
    is_inverse = start == _MRI and end in _HEADS
    if not (is_inverse or (end == _MRI and start in _HEADS)):
        raise DataError(f"{label}: leads from frame {start} to {end}; give the transform from head (4) to MRI (5)")
    if matrix.shape != (4, 4) or not np.isfinite(matrix).all() or abs(np.linalg.det(matrix[:3, :3])) < 1e-3:
        raise DataError(f"{label}: its matrix is no transform of a head; save it again in MNE-Python")
    to_mri = np.asarray(np.linalg.inv(matrix) if is_inverse else matrix, dtype=np.float64)
    return HeadTransform(name, _HEADS[end if is_inverse else start], to_mri)


def transform_beside(path: Path) -> str:
    """Name of the first transform beside a file; "" without one, or where the folder cannot be listed."""
    try:
        names = [each.name for each in path.parent.iterdir() if each.name.endswith(_ENDINGS)]
    except OSError:
        return ""
    return min((name for name in names if not name.startswith(".")), default="")


def saved_as(source: Any) -> dict[str, str]:
    """The option of a scene file that names a transform; empty for one in memory."""
    return {} if is_from(source, "mne", "Transform") else {"trans": str(Path(source))}
