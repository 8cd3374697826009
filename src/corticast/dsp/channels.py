"""From channels to activity: match channels with electrodes, and choose the value of full activity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.arguments import check_real
from corticast.core.matching import RENAME, match_names, some
from corticast.core.model.types import Activity, BoolArray, Float32Array, IntpArray, PlacedElectrodes
from corticast.dsp.full_scale import bits_beyond, full_scale_of, shown_and_good, values_beyond
from corticast.errors import DataError

# Spread of a normal distribution whose median absolute deviation is 1.
SIGMA_OF_MAD = 1.4826


@dataclass(frozen=True, eq=False)
class Matched:
    """The channel that each electrode shows.

    Parameters
    ----------
    rows : (n_contacts,) intp, channel of each contact, -1 without a channel
    warnings : names that match only nearly, electrodes without a channel, channels without an electrode
    """

    rows: IntpArray
    warnings: tuple[str, ...]


def check_start_and_scale(start_s: Fraction | float, full_scale: float | None) -> None:
    """Refuse a start or a full scale that cannot be used.

    Raises
    ------
    OptionError : the start is no finite number, or the full scale is not above 0
    """
    check_real("start_s", start_s, "the time of the first sample in seconds")
    if full_scale is not None:
        check_real("full_scale", full_scale, "the value that is drawn as full activity, above 0, or None", above=0)


def matched(
    electrodes: PlacedElectrodes,
    channels: Sequence[str] | None,
    n_channels: int,
    *,
    source: str = "",
    unused_are: str = "",
) -> Matched:
    """Find the channel of each electrode.

    Parameters
    ----------
    channels : names; None if the channels follow the order of the table's rows
    source : file that holds the channels, for messages
    unused_are : fate of channels without an electrode, for the warning, such as "are left out of the average"

    Raises
    ------
    DataError : no electrode has a channel, or the numbers of electrodes and of unnamed channels differ
    """
    names = electrodes.table.names
    if channels is None:
        if n_channels != len(names):
            raise DataError(
                f"{n_channels} channels without names for {len(names)} electrodes; give one channel per row of the "
                "table, or give names"
            )
        return Matched(np.arange(len(names), dtype=np.intp), ())
    of_table = f" of {electrodes.table.path.name}" if electrodes.table.path is not None else ""
    matches = match_names(names, channels, RENAME)
    rows = matches.rows
    if (rows < 0).all():
        whose = f"{source}: " if source else ""
        raise DataError(
            f"{whose}no channel has the name of an electrode{of_table} (electrodes: {some(names, 3)}; "
            f"channels: {some(channels, 3)}); use the names of the table, or give --rename"
        )
    warnings = []
    if matches.alike:
        warnings.append(
            f"{matches.n_equal} channels bear the name of their electrode, and {len(matches.alike)} match by rule: "
            f"{some(matches.alike)}"
        )
    if matches.unclear:
        warnings.append(f"several channels match an electrode, which stays hollow: {some(matches.unclear)}; {RENAME}")
    without = [name for name, row in zip(names, rows, strict=True) if row < 0]
    if without:
        warnings.append(f"{len(without)} of {len(names)} electrodes have no channel and are hollow: {some(without)}")
    unused = [name for number, name in enumerate(channels) if number not in set(rows.tolist())]
    if unused:
        fate = f" and {unused_are}" if unused_are else ""
        warnings.append(f"{len(unused)} of {n_channels} channels have no electrode{fate}: {some(unused)}")
    return Matched(rows, tuple(warnings))


def _rows_with_data(values: npt.NDArray[Any], rows: IntpArray, names: tuple[str, ...]) -> tuple[IntpArray, list[str]]:
    """The channel of each electrode, -1 where it is NaN at all times while others are not; a warning about these."""
    empty = np.isnan(values).all(axis=1)
    if not empty.any() or empty.all():
        return rows, []
    is_without = (rows >= 0) & empty[rows]
    without = [names[number] for number in np.flatnonzero(is_without)]
    text = f"{len(without)} of {len(names)} electrodes have no value at any time and are hollow: {some(without)}"
    return np.where(is_without, -1, rows), [text] if without else []


def activity_of_channels(
    values: npt.NDArray[Any],
    column_rate_hz: Fraction | float,
    electrodes: PlacedElectrodes,
    found: Matched,
    *,
    start_s: Fraction | float = 0.0,
    full_scale: float | None = None,
    quantity: str = "activity",
    unit: str = "",
    signed: bool | None = None,
    rests_outside: bool = True,
    warnings: tuple[str, ...] = (),
    gaps: BoolArray | None = None,
    uncounted: BoolArray | None = None,
) -> Activity:
    """Activity of each row of the electrode table.

    Parameters
    ----------
    values : (n_channels, n_columns) real
    column_rate_hz : columns per second
    found : the channel of each electrode
    start_s : time of the first column
    full_scale : value that is drawn as full activity; None chooses one from the good channels that are drawn
    quantity, unit : name and unit of the values, for the colour bar
    signed : whether activity may be negative; None looks at the values
    rests_outside : whether activity is 0 before the first and after the last column; else these columns last
    warnings : warnings of earlier steps, which come first
    gaps : (n_columns,) bool, columns without data, which are NaN and are drawn as rest
    uncounted : (n_columns,) bool, columns that do not decide about the full scale; None if all do
    """
    rows, without_data = _rows_with_data(values, found.rows, electrodes.table.names)
    shown, at_rest = _shown(values, gaps, has_empty_rows=bool(without_data))
    good = shown_and_good(electrodes)
    counted = np.unique(rows[(rows >= 0) & good])
    notes = (*warnings, *found.warnings, *without_data, *at_rest, *_invisible(shown, counted))
    scale = _scale(shown, counted, gaps, uncounted) if full_scale is None else full_scale
    # Quotients beyond the largest float32 are infinite, and lie beyond full scale.
    with np.errstate(over="ignore"):
        shown /= np.float32(max(scale, float(np.finfo(np.float32).tiny)))
    n_clipped, n_values = values_beyond(shown, rows, good)
    beyond = bits_beyond(shown)
    if signed is None:
        signed = bool((shown < 0).any())
    np.clip(shown, -1.0 if signed else 0.0, 1.0, out=shown)
    return Activity(
        shown,
        column_rate_hz,
        rows,
        start_s,
        signed,
        notes,
        quantity,
        scale,
        hollow=rows < 0,
        rests_outside=rests_outside,
        unit=unit,
        n_clipped=n_clipped,
        n_values=n_values,
        beyond=beyond,
        gaps=gaps,
    )


def _shown(values: npt.NDArray[Any], gaps: BoolArray | None, *, has_empty_rows: bool) -> tuple[Float32Array, list[str]]:
    """A copy of the values with 0 where none is known; a warning about values that are not finite.

    Parameters
    ----------
    has_empty_rows : whether rows without any value have a warning of their own
    """
    with np.errstate(over="ignore"):
        shown = np.array(values, dtype=np.float32)
    missing = ~np.isfinite(shown)
    if has_empty_rows:
        empty = missing.all(axis=1)
        shown[empty], missing[empty] = 0.0, False
    if gaps is not None:
        shown[:, gaps], missing[:, gaps] = 0.0, False
    if not missing.any():
        return shown, []
    is_large = bool(np.isfinite(np.asarray(values)[missing]).any())
    kind = "NaN, infinite or above 3e38" if is_large else "NaN or infinite"
    shown[missing] = 0.0
    return shown, [f"{int(missing.sum())} values of the activity are {kind} and are drawn as rest"]


def _invisible(shown: Float32Array, counted: IntpArray) -> list[str]:
    """A warning where no contact ever shows activity."""
    if not len(counted):
        return ["no contact with a good channel has a position, so no activity is visible"]
    return [] if shown[counted].any() else ["the activity is 0 at all times, so all contacts rest"]


def _scale(shown: Float32Array, counted: IntpArray, gaps: BoolArray | None, uncounted: BoolArray | None) -> float:
    """The value of full activity, chosen from the rows of good channels and the columns that decide."""
    deciding = np.ones(shown.shape[1], dtype=bool)
    for left_out in (gaps, uncounted):
        if left_out is not None:
            deciding &= ~left_out
    is_part = deciding.any() and not deciding.all()
    return full_scale_of(shown[np.ix_(counted, deciding)] if is_part else shown[counted])
