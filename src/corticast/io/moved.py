"""Contacts in head coordinates, moved to the MRI by the transform that the user gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from corticast.core.geometry.head_frame import HeadTransform, Place, idle_transform, in_surface_ras
from corticast.core.model.types import Electrodes


def moved_by(
    electrodes: Electrodes, transform: HeadTransform | None, landmarks_mm: Mapping[str, Place], label: str
) -> Electrodes:
    """The table in FreeSurfer's surface RAS; unchanged without a transform.

    Parameters
    ----------
    landmarks_mm : NAS, LPA and RPA in the coordinates of the table; empty if they are unknown
    label : of the table in messages

    Raises
    ------
    DataError : the transform begins with other head coordinates
    OptionError : the contacts are in no head coordinates
    """
    if transform is None:
        return electrodes
    if electrodes.space not in (None, "world"):
        raise idle_transform(transform, label, electrodes.frame or f"{electrodes.space} positions")
    pos_mm = in_surface_ras(electrodes.pos, electrodes.frame, landmarks_mm, transform, label)
    words = f"{electrodes.frame or 'head'} coordinates through {transform.name}"
    warnings = electrodes.warnings
    if electrodes.frame is None:
        warnings += (f"{label}: nothing says in which space it is; --trans takes it for head coordinates",)
    return replace(
        electrodes,
        pos=pos_mm,
        space="tkras",
        frame="fsnative",
        warnings=warnings,
        rule=", ".join(filter(None, (electrodes.rule, words))),
        # Another unit cannot be tried any more: the transform has shifted the positions.
        unit="mm",
        stated_unit="mm",
    )
