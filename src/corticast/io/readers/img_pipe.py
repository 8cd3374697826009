"""img_pipe's electrodes (.mat): elecmatrix in surface RAS and names in eleclabels, by SciPy in a child process."""

from __future__ import annotations

from pathlib import Path

from corticast.io.confined import Confined
from corticast.io.file_kinds import MATLAB
from corticast.io.readers.position_file import PositionFile
from corticast.io.tables import Line, Table

_HEADER = ("name", "x", "y", "z", "label", "type", "region")


def read_img_pipe(path: Path) -> PositionFile:
    """Read the contacts of a .mat file: positions, names, kinds and, where they are there, regions.

    Raises
    ------
    DataError : the file cannot be read, is too large, or lacks elecmatrix
    """
    child = Confined("corticast.io.table_child", "SciPy", path, MATLAB)
    facts = child.facts
    labels, regions = facts["eleclabels"], facts["anatomy"]
    lines = []
    for row, place in enumerate(facts["elecmatrix"]):
        name, label, kind = [*labels[row], "", "", ""][:3] if labels else [str(row + 1), "", ""]
        # The columns of img_pipe's anatomy: name, long name, type, region.
        region = regions[row][-1] if regions and regions[row] else ""
        lines.append(Line(row + 1, (name, *map(repr, place), label, kind, region)))
    warnings = list(child.lines)
    if not labels:
        warnings.append(f"{path.name}: no eleclabels, so contacts have numbers in place of names")
    rule = "img_pipe's elecmatrix, surface RAS"
    return PositionFile(Table(path, _HEADER, tuple(lines)), "fsnative", "mm", tuple(warnings), rule)
