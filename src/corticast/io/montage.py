"""Electrodes from MNE-Python's montages: metres to millimetres, coordinate frames to spaces."""

from __future__ import annotations

from typing import Any

import numpy as np

from corticast.core.model.types import Electrodes, ElectrodesSpace
from corticast.errors import DataError

_MM_PER_M = 1000.0

# Spaces and BIDS names of MNE's coordinate frames. MNE's "mri" is FreeSurfer's surface RAS; "mni_tal" is the space of
# fsaverage.
_FRAMES: dict[str, tuple[ElectrodesSpace | None, str | None]] = {
    "mri": ("tkras", "fsnative"),
    "mni_tal": ("world", "MNI305"),
    "ras": ("world", "ScanRAS"),
    "unknown": (None, None),
}
_REMEDY = "bring it into MRI coordinates by montage.apply_trans(trans), with the transform from head to MRI"


def electrodes_of_montage(montage: Any) -> Electrodes:
    """The contacts of a montage.

    Parameters
    ----------
    montage : mne.channels.DigMontage; its channels count, fiducials and head points do not

    Raises
    ------
    DataError : the montage has no channel, or a coordinate frame without a known place in a volume
    """
    positions = montage.get_positions()
    frame = str(positions["coord_frame"])
    if frame not in _FRAMES:
        kind = "MNE's head coordinates, which depend on fiducials" if frame == "head" else f"{frame} coordinates"
        raise DataError(f"source (a DigMontage) in {kind}: {_REMEDY}")
    contacts = positions["ch_pos"]
    if not contacts:
        raise DataError("source (a DigMontage) without channels: give one with a position for each contact")
    space, name = _FRAMES[frame]
    pos_mm = _MM_PER_M * np.array(list(contacts.values()), dtype=np.float64)
    return Electrodes(tuple(map(str, contacts)), pos_mm, space=space, frame=name, unit="m", stated_unit="m")
