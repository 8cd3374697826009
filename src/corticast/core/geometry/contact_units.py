"""The unit of contacts' positions, held against the size of heads.

A table may state a wrong unit, or none. Positions as stated that would be a dot, or larger than any head, are taken in
the one unit that fits the volume, or without a volume in the one that fits a human head. Where two units fit, the
table is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from corticast.core.geometry.head_scale import head_scale, longest_mm
from corticast.core.model.types import MM_PER_UNIT, Electrodes, Float64Array, LengthUnit, Volume
from corticast.errors import DataError

# Gives the share of positions in mm, (n, 3), that lie in the volume.
Share = Callable[[Float64Array], float]

# Coordinates of a human head reach farther from the origin than the first number, and not as far as the second. No two
# contacts lie farther apart than the third, unless their volume is larger.
_LEAST_REACH_MM = 1.0
_FARTHEST_MM = 1000.0
_LARGEST_HEAD_MM = 500.0
# Positions and distances of contacts may be larger where the volume is: by its longest edge times this factor, since a
# part of a head, or a shifted origin, is still of its size.
_MOST_EDGES = 2
# Contacts of a human head reach between these when another unit than the stated one is tried.
_USUAL_REACH_MM = (15.0, 400.0)
# At least three quarters of them lie this far from the origin: one wrong position among others proves no unit.
_LEAST_QUARTILE_MM = 5.0
# So many contacts that all lie this near to the origin of a human head are a dot, or doubtful.
_DOT_CONTACTS = 4
_DOT_MM = 3.0
_DOUBTFUL_MM = 12.0
_LEAST_SHARE = 0.5
_SURE_SHARE = 0.9
# Contacts that reach so much of their farthest coordinate to the left, right, front and back surround the origin.
_SURROUNDING_SHARE = 0.5

_REMEDY = "give the unit by --electrodes-unit"


def in_fitting_unit(
    electrodes: Electrodes, volume: Volume | None, share: Share, label: str
) -> tuple[Electrodes, list[str]]:
    """The table in the one unit that fits, and a warning where this is not the unit of the table.

    Parameters
    ----------
    electrodes : with positions (n, 3); at least one is known
    volume : that the contacts lie in, None without
    share : gives the share of the contacts that lie in the volume
    label : of the table in messages

    Raises
    ------
    DataError : the positions fit no head in any unit, or in several
    """
    if "electrodes_unit" in electrodes.read_with:
        check_millimetres(electrodes, volume, label)
        return electrodes, []
    if volume is not None and _fits_as_mm_alone(electrodes, share):
        text = (
            f"{label}: no unit is given; the positions are taken as mm, since they lie outside {volume.name} as metres"
        )
        electrodes = with_unit(electrodes, "mm")
        check_millimetres(electrodes, volume, label)
        return electrodes, [text]
    head = "a head" if volume is None else volume.name
    implausible = _why_not(_present(electrodes.pos), volume)
    if not implausible and volume is not None and _is_doubted(electrodes, share):
        implausible = f"lie outside {head}"
    if not implausible:
        return electrodes, _doubtful(electrodes, volume, share, label)
    fitting = [unit for unit in MM_PER_UNIT if unit != electrodes.unit and _fits(electrodes, unit, volume, share)]
    if len(fitting) == 1:
        stated = f"positions in {electrodes.unit}"
        text = f"{label}: {stated} {implausible}: they are taken as {fitting[0]}, which alone fits {head}"
        return with_unit(electrodes, fitting[0]), [text]
    if fitting:
        raise DataError(
            f"{label}: positions in {electrodes.unit} {implausible}, and {' and '.join(fitting)} both fit {head}; "
            f"{_REMEDY}"
        )
    check_millimetres(electrodes, volume, label)
    return electrodes, []


def unit_of_a_head(electrodes: Electrodes) -> LengthUnit | None:
    """The one unit in which positions larger than a head fit a human head; None if the stated unit may hold.

    A volume may show another unit later: `in_fitting_unit` compares all.
    """
    reach = _reach(_present(electrodes.pos))
    if reach <= _FARTHEST_MM and _extent(_present(electrodes.pos)) <= _LARGEST_HEAD_MM:
        return None
    fitting = [unit for unit in MM_PER_UNIT if _fits(electrodes, unit, None, lambda pos: 1.0)]
    return fitting[0] if len(fitting) == 1 else None


def with_unit(electrodes: Electrodes, unit: LengthUnit) -> Electrodes:
    """The table with its positions read in another unit."""
    return replace(electrodes, pos=_in_unit(electrodes, electrodes.pos, unit), unit=unit)


def as_guessed(electrodes: Electrodes) -> str:
    """Words for a message about positions whose unit was guessed."""
    if electrodes.stated_unit is not None or electrodes.unit != "m":
        return ""
    return " (no unit is given, and no coordinate reaches 1, so they were taken as metres)"


def check_millimetres(electrodes: Electrodes, volume: Volume | None, label: str) -> None:
    """Refuse positions that fit no head, for example metres or micrometres.

    Raises
    ------
    DataError : all contacts lie within 1 mm of the origin, or some lie farther apart than any head is long
    """
    present = _present(electrodes.pos)
    reach, extent = _reach(present), _extent(present)
    longest = 0.0 if volume is None else longest_mm(volume)
    guessed = as_guessed(electrodes)
    remedy = (
        "give the volume of a small head, or --electrodes-unit"
        if guessed
        else "divide positions in micrometres by 1000, or give --electrodes-unit, and NaN without a position"
    )
    if len(present) > 1 and reach < _LEAST_REACH_MM * head_scale(volume):
        raise DataError(
            f"{label}: pos reaches {reach:.2g} mm from the origin, so all contacts would lie in one point; "
            f"multiply positions in metres by 1000, or {_REMEDY}"
        )
    if reach > max(_FARTHEST_MM, _MOST_EDGES * longest):
        raise DataError(
            f"{label}: pos reaches {reach:.6g} mm from the origin, where no scanner has a head{guessed}; {remedy}"
        )
    if extent > max(_LARGEST_HEAD_MM, _MOST_EDGES * longest):
        raise DataError(
            f"{label}: contacts in pos lie {extent:.0f} mm apart, farther than any head is long{guessed}; {remedy}"
        )


def _why_not(present: Float64Array, volume: Volume | None) -> str:
    """Why positions in mm fit no head, as the rest of a sentence; "" if they may fit."""
    reach, extent = _reach(present), _extent(present)
    longest = 0.0 if volume is None else longest_mm(volume)
    least = _LEAST_REACH_MM if len(present) < _DOT_CONTACTS or volume is None else _DOT_MM
    if len(present) > 1 and reach < least * head_scale(volume):
        return f"reach only {reach:.2g} mm from the origin"
    if reach > max(_FARTHEST_MM, _MOST_EDGES * longest):
        return f"reach {reach:.0f} mm from the origin"
    if extent > max(_LARGEST_HEAD_MM, _MOST_EDGES * longest):
        return f"lie {extent:.0f} mm apart"
    return ""


def _fits_as_mm_alone(electrodes: Electrodes, share: Share) -> bool:
    """Whether positions without a unit that were taken as metres lie in the volume as mm alone."""
    if not as_guessed(electrodes) or share(electrodes.pos) >= _LEAST_SHARE:
        return False
    return share(_in_unit(electrodes, electrodes.pos, "mm")) >= _LEAST_SHARE


def _is_doubted(electrodes: Electrodes, share: Share) -> bool:
    """Whether the unit is another than the stated one, and does not fit the volume."""
    if electrodes.stated_unit in (None, electrodes.unit):
        return False
    return share(electrodes.pos) < _LEAST_SHARE


def _fits(electrodes: Electrodes, unit: LengthUnit, volume: Volume | None, share: Share) -> bool:
    """Whether positions in a unit reach as far as those of a head do, and lie in the volume."""
    pos = _in_unit(electrodes, electrodes.pos, unit)
    present = _present(pos)
    low, high = (reach * head_scale(volume) for reach in _USUAL_REACH_MM)
    high = high if volume is None else max(high, _MOST_EDGES * longest_mm(volume))
    if not low <= _reach(present) <= high or _why_not(present, volume):
        return False
    if np.quantile(np.abs(present).max(axis=1), 0.25, method="lower") < _LEAST_QUARTILE_MM * head_scale(volume):
        return False
    return volume is None or share(pos) >= _LEAST_SHARE


def _doubtful(electrodes: Electrodes, volume: Volume | None, share: Share, label: str) -> list[str]:
    """A line about contacts near the origin of a head that in a larger unit would lie all over the head.

    A stated unit counts, except for a ring or grid around the whole head in miniature: electrodes on a scalp declared
    in a wrong unit. Without a stated unit the table is refused.

    Raises
    ------
    DataError : both units may be meant
    """
    present = _present(electrodes.pos)
    reach = _reach(present)
    if volume is None or len(present) < _DOT_CONTACTS or reach > _DOUBTFUL_MM * head_scale(volume):
        return []
    larger = next((unit for unit, mm in MM_PER_UNIT.items() if mm == 10 * MM_PER_UNIT[electrodes.unit]), None)
    if larger is None or share(_in_unit(electrodes, electrodes.pos, larger)) < _SURE_SHARE:
        return []
    what = f"in {electrodes.unit} all {len(present)} contacts lie within {reach:.2g} mm of the origin"
    if electrodes.stated_unit == electrodes.unit and not _surrounds(present):
        return [
            f"{label}: {what}, as the stated unit says; in {larger} they would fill {volume.name}: give "
            f"--electrodes-unit {larger} if the unit is wrong"
        ]
    raise DataError(
        f"{label}: {what}, and in {larger} they would fill {volume.name}; "
        f"say which by --electrodes-unit {electrodes.unit} or {larger}"
    )


def _surrounds(present: Float64Array) -> bool:
    """Whether contacts lie around the origin as those of a whole head do: to all four sides, at its outside."""
    reach = _reach(present)
    sides = [float((sign * present[:, axis]).max()) for axis in (0, 1) for sign in (-1, 1)]
    return min(sides) > _SURROUNDING_SHARE * reach


def _in_unit(electrodes: Electrodes, pos: Float64Array, unit: LengthUnit) -> Float64Array:
    return pos / MM_PER_UNIT[electrodes.unit] * MM_PER_UNIT[unit]


def _present(pos: Float64Array) -> Float64Array:
    """(n_known, 3) positions that are known."""
    return pos[np.isfinite(pos).all(axis=1)]


def _reach(present: Float64Array) -> float:
    return float(np.abs(present).max())


def _extent(present: Float64Array) -> float:
    return float(np.ptp(present, axis=0).max())
