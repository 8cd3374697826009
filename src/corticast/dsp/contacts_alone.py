"""The channels of a recording that can be shown on a table's contacts, at their own sample rate and in one unit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from corticast.core.matching import RENAME, match_names, some
from corticast.core.model.recording import Recording
from corticast.core.model.subject_names import full_names
from corticast.core.model.types import BoolArray, Electrodes
from corticast.dsp.recorded_pairs import recorded_pairs


def contacts_alone(recording: Recording, table: Electrodes) -> Recording:
    """Leave out channels without a contact where channels differ in sample rate or unit.

    Contacts are then filtered at the highest rate of a contact: no marker or vital sign decides. Names of contacts of
    several subjects become those of the table.

    Parameters
    ----------
    table : of the electrodes

    Raises
    ------
    DataError : a name stands for contacts of several subjects
    """
    contacts, names = table.names, full_names(recording.names, table, str(recording.path or recording.name))
    if names != recording.names:
        recording = replace(recording, names=names)
    if len(set(recording.stored_hz)) < 2 and len(set(recording.units)) < 2:
        return recording
    pairs = recorded_pairs(recording.names, contacts)
    rows = np.array(sorted(pairs), dtype=np.intp) if pairs else match_names(contacts, recording.names, RENAME).rows
    rows = np.unique(rows[rows >= 0])
    if len(rows) in (0, len(recording.names)):
        return recording
    kept = recording.of_rows(rows)
    left = [name for name in recording.names if name not in set(kept.names)]
    text = f"{recording.name}: channels without an electrode, {len(left)} of {len(recording.names)}: {some(left)}"
    return replace(kept, warnings=(*kept.warnings, text))


def resampled_warnings(recording: Recording) -> tuple[str, ...]:
    """A line about contacts with a lower sample rate than others."""
    slow = [name for name, hz in zip(recording.names, recording.stored_hz, strict=False) if hz < recording.sample_rate]
    if not slow:
        return ()
    return (
        f"{recording.name}: contacts with a lower sample rate, down to {min(recording.stored_hz):g} Hz, are resampled "
        f"to {recording.sample_rate:g} Hz: {some(slow)}",
    )


def with_fitting_channels(recording: Recording, highest_hz: float = 0.0) -> Recording:
    """Mark channels bad whose values cannot share a scale with the others.

    These are channels without a unit among others in volts, and channels that are stored too slowly for a band.

    Parameters
    ----------
    highest_hz : highest frequency that the band's filters pass; 0 without a band
    """
    without = np.array([unit == "" for unit in recording.units], dtype=bool)
    recording = _left_out(recording, without, "no unit, while others are in volts; it can stand in channels.tsv")
    slow = np.array(recording.stored_hz) < 2 * highest_hz
    return _left_out(recording, slow, f"a sample rate that holds nothing up to {highest_hz:g} Hz")


def _left_out(recording: Recording, are_such: BoolArray, fault: str) -> Recording:
    if not are_such.any() or are_such.all():
        return recording
    names = [name for name, is_such in zip(recording.names, are_such, strict=True) if is_such]
    text = f"{recording.name}: left out channels that have {fault}: {some(names)}"
    return replace(recording, bad=recording.bad | are_such, warnings=(*recording.warnings, text))
