"""What every reader of an electrode format gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from corticast.io.tables import Table


@dataclass(frozen=True)
class PositionFile:
    """Positions of contacts as a file states them.

    Parameters
    ----------
    table : rows of contacts; columns x, y, z (or x_2d, y_2d), and name; further columns are kept
    system : name of the coordinate system as BIDS spells it, "" if the file states none
    unit : as the file spells it, such as "m", "mm" or "um" (NWB's micrometres); "" if the file states none
    warnings : notes on the file for its user
    rule : how the positions were found, such as "columns R, A, S"
    from_first_voxel : whether positions are mm from the first voxel of an image, along its stored axes
    landmarks : places of NAS, LPA and RPA in the coordinates and the unit of the positions; empty unless all are known
    is_table : whether the user may name other columns
    """

    table: Table
    system: str = ""
    unit: str = ""
    warnings: tuple[str, ...] = ()
    rule: str = ""
    is_table: bool = False
    from_first_voxel: bool = False
    landmarks: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
