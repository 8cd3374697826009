"""Channels to activity: which electrode shows which channel, and what is full activity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.matching import match_names, some
from corticast.core.model.types import Activity, PlacedElectrodes
from corticast.errors import DataError

# Of the moments, in which the strongest contact stays within full activity.
_FULL_PERCENTILE = 99.0
# Moments that tell that; more would tell nothing more.
_MOST_MOMENTS = 200_000
# Spread of a normal distribution whose median absolute deviation is 1.
SIGMA_OF_MAD = 1.4826


@dataclass(frozen=True, eq=False)
class Matched:
    """Electrodes and the channels that they show.

    Parameters
    ----------
    rows : (n_electrodes,) intp, channel of each electrode, -1 for none
    warnings : what is to be said of the names
    """

    rows: npt.NDArray[np.intp]
    warnings: tuple[str, ...]


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
    channels : names; None where channels belong to the table's rows in their order
    source : file that the channels come from, for messages
    unused_are : what becomes of channels that belong to no electrode, for the warning

    Raises
    ------
    DataError : no electrode has a channel, or their numbers differ where the order counts
    """
    names = electrodes.table.names
    if channels is None:
        if n_channels != len(names):
            raise DataError(
                f"{n_channels} channels without names for {len(names)} electrodes; give one for each row of the table, "
                "or names"
            )
        return Matched(np.arange(len(names), dtype=np.intp), ())
    of_table = f" of {electrodes.table.path.name}" if electrodes.table.path is not None else ""
    rows, alike = match_names(names, channels)
    if (rows < 0).all():
        whose = f"{source}: " if source else ""
        raise DataError(
            f"{whose}no electrode{of_table} has the name of a channel (electrodes: {some(names, 3)}; "
            f"channels: {some(channels, 3)}); give names as the table has them"
        )
    warnings = []
    if alike:
        warnings.append(f"{len(alike)} channels are taken for electrodes of nearly the same name: {some(alike)}")
    without = [name for name, row in zip(names, rows, strict=True) if row < 0]
    if without:
        warnings.append(f"{len(without)} of {len(names)} electrodes have no channel, and are hollow: {some(without)}")
    unused = [name for number, name in enumerate(channels) if number not in set(rows.tolist())]
    if unused:
        fate = f", and {unused_are}" if unused_are else ""
        warnings.append(f"{len(unused)} of {n_channels} channels belong to no electrode{fate}: {some(unused)}")
    return Matched(rows, tuple(warnings))


def full_scale_of(values: npt.NDArray[Any], *, least_spreads: float = 0.0) -> float:
    """What is drawn as full activity, one value for all channels, of two significant digits.

    The 99th percentile over time of the strongest channel's magnitude: in 99 of 100 moments no channel is beyond it.
    A percentile over all channels would be noise where few of them do something now and then.

    Parameters
    ----------
    values : (n_channels, n_columns) of the good channels, finite
    least_spreads : it is no less than so many times the spread of all values (by their median absolute deviation), so
        that noise alone does not reach it

    Returns
    -------
    above 0; 1 where there is nothing, or nothing but 0
    """
    if not values.size:
        return 1.0
    some_values = values[:, :: max(values.shape[1] // _MOST_MOMENTS, 1)]
    magnitudes = np.abs(some_values)
    full = float(np.percentile(magnitudes.max(axis=0, initial=0.0), _FULL_PERCENTILE))
    if least_spreads:
        full = max(full, least_spreads * SIGMA_OF_MAD * float(np.median(magnitudes)))
    full = full or float(np.abs(values).max(initial=0.0))
    return float(f"{full:.1e}") if full > 0 else 1.0


def activity_of_channels(
    values: npt.NDArray[Any],
    column_rate_hz: float,
    electrodes: PlacedElectrodes,
    found: Matched,
    *,
    start_s: float = 0.0,
    full_scale: float | None = None,
    least_spreads: float = 0.0,
    quantity: str = "activity",
    signed: bool | None = None,
    rests_outside: bool = True,
    warnings: tuple[str, ...] = (),
) -> Activity:
    """Activity of each row of the electrode table.

    Parameters
    ----------
    values : (n_channels, n_columns) real
    column_rate_hz : columns per second
    found : the channel of each electrode
    start_s : time of the first column
    full_scale : value that is drawn as full activity; None takes one from the good channels that are shown
    least_spreads : see `full_scale_of`
    quantity : what is shown, for the colour bar
    signed : whether activity runs below 0; None looks at the values
    rests_outside : whether there is no activity before and after the columns, where it else holds
    warnings : what is to be said beforehand
    """
    told = [*warnings, *found.warnings]
    rows = found.rows
    shown = np.array(values, dtype=np.float32)
    missing = ~np.isfinite(shown)
    if missing.any():
        told.append(f"{int(missing.sum())} values of the activity are not finite, and are drawn as rest")
        shown[missing] = 0.0
    counted = np.unique(rows[(rows >= 0) & electrodes.drawn & ~electrodes.table.bad])
    if not len(counted):
        told.append("no contact with a good channel has a position; no activity is seen")
    if full_scale is None:
        scale = full_scale_of(shown[counted], least_spreads=least_spreads)
    else:
        scale = full_scale
        beyond = float(np.abs(shown).max())
        if beyond > scale:
            told.append(f"activity reaches {beyond:g} and is drawn as full above {scale:g}; give a larger full scale")
    shown /= np.float32(scale)
    if signed is None:
        signed = bool((shown < 0).any())
    np.clip(shown, -1.0 if signed else 0.0, 1.0, out=shown)
    return Activity(
        shown,
        column_rate_hz,
        rows,
        start_s,
        signed,
        tuple(told),
        quantity,
        scale,
        hollow=rows < 0,
        rests_outside=rests_outside,
    )
