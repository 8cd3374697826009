"""Lengths of a volume in mm: the unit of its header, unless only another unit can be right."""

from __future__ import annotations

from typing import Any

import numpy as np

from corticast.core.geometry.affines import zooms_mm
from corticast.core.model.types import Float64Array

_MM_OF_UNIT = {"mm": 1.0, "meter": 1000.0, "micron": 1e-3}
_WORDS = {"mm": "mm", "meter": "m", "micron": "µm"}
# Longest edge of a volume: from the brain of a fly to the body of a person. No two units lie in the range.
_LEAST_MM, _MOST_MM = 0.4, 2500.0


def units_of(header: Any) -> tuple[str, str, tuple[str, ...]]:
    """Units of length and time of a NIfTI header, as nibabel names them, and warnings."""
    try:
        length_unit, time_unit = header.get_xyzt_units()
    except KeyError:
        code = int(header["xyzt_units"])
        return "unknown", "unknown", (f"its units have the unknown code {code}",)
    return length_unit, time_unit, ()


def in_mm(affine: Float64Array, shape: tuple[int, int, int], unit: str) -> tuple[Float64Array, tuple[str, ...]]:
    """An affine in mm, and a line about each length that was converted, or cannot be right.

    Parameters
    ----------
    affine : (4, 4) float64, voxel index -> RAS+ in the header's unit
    shape : voxels along i, j, k
    unit : "mm", "meter", "micron" or "unknown", as nibabel names it
    """
    stated = unit if unit in _MM_OF_UNIT else "mm"
    longest = float((zooms_mm(affine) * shape).max())
    possible = [each for each, mm in _MM_OF_UNIT.items() if _LEAST_MM <= mm * longest <= _MOST_MM]
    # A header that says mm is believed: most programs write nothing else.
    taken = possible[0] if possible and stated not in possible and unit != "mm" else stated
    scaled = affine.copy()
    scaled[:3] *= _MM_OF_UNIT[taken]
    return scaled, _lines(unit, stated, taken, longest, bool(possible))


def length_text(length: float, header: Any) -> str:
    """A length in the unit of a NIfTI header, as text."""
    unit = _WORDS.get(units_of(header)[0], "mm")
    return f"{length:.1f} {unit}" if length >= 1 else f"{length:.2g} {unit}"


def _lines(unit: str, stated: str, taken: str, longest: float, is_possible: bool) -> tuple[str, ...]:
    size = _size(_MM_OF_UNIT[stated] * longest)
    if taken != stated:
        now = _size(_MM_OF_UNIT[taken] * longest)
        said = f"gives lengths in {_WORDS[stated]}" if unit in _MM_OF_UNIT else "gives no unit of length"
        return (f"its header {said}, and would be {size} long in {_WORDS[stated]}: read as {_WORDS[taken]}, {now}",)
    lines = () if stated == "mm" else (f"its lengths are in {_WORDS[stated]}, and were converted to mm",)
    if _LEAST_MM <= _MM_OF_UNIT[stated] * longest <= _MOST_MM:
        return lines
    remedy = "correct xyzt_units or the voxel sizes in its header" if is_possible else "check its voxel sizes"
    return (*lines, f"it is {size} long, which is no size of a head; {remedy}")


def _size(longest_mm: float) -> str:
    return f"{np.format_float_positional(longest_mm, precision=3, unique=False, fractional=False, trim='-')} mm"
