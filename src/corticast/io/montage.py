"""Electrodes from MNE-Python's montages: metres to millimetres, coordinate frames to spaces."""

from __future__ import annotations

from typing import Any

import numpy as np

from corticast.core.geometry.coordinate_systems import space_of_system
from corticast.core.geometry.head_frame import HeadTransform
from corticast.core.model.types import Electrodes
from corticast.errors import DataError
from corticast.io.moved import moved_by
from corticast.io.readers.fif import FRAMES

_MM_PER_M = 1000.0

_HEADS = ("head", "ctf_head")
_REMEDY = "give its transform to the MRI as --trans, or bring it into MRI coordinates by montage.apply_trans(trans)"


def electrodes_of_montage(montage: Any, transform: HeadTransform | None = None) -> Electrodes:
    """The contacts of a montage.

    Parameters
    ----------
    montage : mne.channels.DigMontage; its channels count, and fiducials where a transform needs them
    transform : from head coordinates to the MRI; None without

    Raises
    ------
    DataError : the montage has no channel, or a coordinate frame without a known place in a volume
    OptionError : the transform does nothing, because the montage is in no head coordinates
    """
    positions = montage.get_positions()
    frame = str(positions["coord_frame"])
    if frame not in FRAMES and (transform is None or frame not in _HEADS):
        kind = "MNE's head coordinates, which depend on fiducials" if frame == "head" else f"{frame} coordinates"
        raise DataError(f"source (a DigMontage) in {kind}: {_REMEDY}")
    contacts = positions["ch_pos"]
    if not contacts:
        raise DataError("source (a DigMontage) without channels: give one with a position for each contact")
    system = FRAMES.get(frame, frame)
    space, name = (None, None) if not system else space_of_system(system)
    # Voxels are indices in MNE-Python, too.
    factor = 1.0 if space == "voxel" else _MM_PER_M
    pos = factor * np.array(list(contacts.values()), dtype=np.float64)
    names = tuple(map(str, contacts))
    if space == "voxel":
        table = Electrodes(names, pos, space=space)
    else:
        table = Electrodes(names, pos, space=space, frame=name, unit="m", stated_unit="m")
    fiducials = {key: positions.get(of) for key, of in (("NAS", "nasion"), ("LPA", "lpa"), ("RPA", "rpa"))}
    known = {key: tuple(_MM_PER_M * np.asarray(place)) for key, place in fiducials.items() if place is not None}
    return moved_by(table, transform, known if len(known) == 3 else {}, "source (a DigMontage)")
