"""Head coordinates to the MRI: by a transform that a user gives, and by fiducials where axes run otherwise.

MNE-Python's head coordinates have their x axis from the left to the right preauricular point, and their y axis through
the nasion, at a right angle to it. CTF's and EEGLAB's x axis runs to the nose: fiducials lead from these to the former.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from corticast.core.geometry.affines import apply_affine
from corticast.core.geometry.coordinate_systems import head_axes
from corticast.core.model.types import Float64Array
from corticast.errors import DataError, OptionError

Place = tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class HeadTransform:
    """A transform to FreeSurfer's surface RAS.

    Parameters
    ----------
    name : of its file, for messages
    start : "head" (MNE-Python's) or "ctf_head", the coordinates that it takes
    matrix : (4, 4) float64, metres to metres, as MNE-Python has it
    """

    name: str
    start: str
    matrix: Float64Array

    def __call__(self, pos_mm: Float64Array) -> Float64Array:
        """(n, 3) surface RAS in mm of (n, 3) positions in mm."""
        return 1000 * apply_affine(self.matrix, pos_mm / 1000)


def in_surface_ras(
    pos_mm: Float64Array,
    frame: str | None,
    landmarks_mm: Mapping[str, Place],
    transform: HeadTransform,
    label: str,
) -> Float64Array:
    """Positions in head coordinates as surface RAS.

    Parameters
    ----------
    pos_mm : (n, 3) head coordinates
    frame : their name; None takes them for those that the transform begins with
    landmarks_mm : NAS, LPA and RPA in the same coordinates; empty if they are unknown
    label : of the table in messages

    Raises
    ------
    DataError : the transform begins with other head coordinates, and landmarks are missing or lie on one line
    OptionError : the positions are in no head coordinates
    """
    axes = head_axes(frame)
    if frame is not None and axes is None:
        raise OptionError(
            f"--trans {transform.name}: does nothing for {label}, which is in {frame}; leave it out", "trans"
        )
    wanted = "right" if transform.start == "head" else "nose"
    if axes in (None, wanted):
        return transform(pos_mm)
    if transform.start != "head" or not landmarks_mm:
        start = "ctf_head" if axes == "nose" else "head"
        more = ", or NAS, LPA and RPA in AnatomicalLandmarkCoordinates" if transform.start == "head" else ""
        raise DataError(
            f"{label}: in {frame} coordinates, and {transform.name} begins with {transform.start}; "
            f"give a transform from {start} to MRI{more}"
        )
    return transform(apply_affine(_to_head(landmarks_mm, label), pos_mm))


def idle_transform(transform: HeadTransform, label: str, frame: str) -> OptionError:
    """The error about a transform for contacts that are in no head coordinates."""
    text = f"--trans {transform.name}: does nothing for {label}, which is in {frame}; leave --trans out"
    return OptionError(text, "trans")


def _to_head(landmarks_mm: Mapping[str, Place], label: str) -> Float64Array:
    """(4, 4) from coordinates in which three fiducials are known to MNE-Python's head coordinates."""
    nasion, left, right = (np.array(landmarks_mm[name], dtype=np.float64) for name in ("NAS", "LPA", "RPA"))
    across = right - left
    length = np.linalg.norm(across)
    x = across / length if length else across
    origin = left + ((nasion - left) @ x) * x
    forward = nasion - origin
    if not length or not np.linalg.norm(forward):
        raise DataError(f"{label}: NAS, LPA and RPA lie on one line; correct AnatomicalLandmarkCoordinates")
    y = forward / np.linalg.norm(forward)
    turn = np.stack([x, y, np.cross(x, y)])
    to_head = np.eye(4)
    to_head[:3, :3], to_head[:3, 3] = turn, -turn @ origin
    return to_head
