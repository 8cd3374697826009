"""BIDS tables of a recording: kinds, units and bad channels by its channels.tsv, events by its events.tsv."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from corticast.core.matching import some
from corticast.core.model.recording import Event, Recording
from corticast.core.model.types import Float64Array, IntpArray
from corticast.errors import DataError
from corticast.io.bids import nearest
from corticast.io.decimal_commas import number_of
from corticast.io.tables import Table, read_lines
from corticast.io.units import volts_of


def with_sidecars(recording: Recording, path: Path) -> Recording:
    """A recording with the BIDS tables that belong to its file.

    Times that the file itself annotates as bad stay beside the events of events.tsv.

    Raises
    ------
    DataError : a table cannot be used
    """
    channels, events = (nearest(path, suffix) for suffix in ("channels.tsv", "events.tsv"))
    if channels is not None:
        recording = _with_channels(recording, channels)
    if events is not None:
        bad = tuple(event for event in recording.events if event.is_bad)
        stated, lines = _read_events(events)
        kept = (*stated, *(event for event in bad if event not in stated))
        recording = replace(recording, events=kept, warnings=(*recording.warnings, *lines))
    return recording


def _with_channels(recording: Recording, path: Path) -> Recording:
    """Take kinds, units and bad channels from a channels.tsv."""
    table = _table(path)
    name, kind, status = table.find("name"), table.find("type"), table.find("status")
    if name is None:
        raise DataError(f"{path}: column 'name' is missing; add it")
    names = table.text(name)
    known = {name: row for row, name in enumerate(names)}
    kinds, bad = list(recording.kinds), recording.bad.copy()
    for index, channel in enumerate(recording.names):
        row = known.get(channel)
        if row is not None and kind is not None and table.lines[row].cells[kind]:
            kinds[index] = table.lines[row].cells[kind].upper()
        if row is not None and status is not None:
            bad[index] |= table.lines[row].cells[status].lower() == "bad"
    warnings = recording.warnings
    unknown = [channel for channel in recording.names if channel not in known]
    if unknown:
        warnings += (f"{path.name}: no row for {len(unknown)} channels of {recording.name}: {some(unknown)}",)
    recording = replace(recording, kinds=tuple(kinds), bad=bad, warnings=warnings)
    column = table.find("units", "unit")
    if column is None:
        return recording
    return _with_units(recording, {name: table.lines[row].cells[column] for name, row in known.items()}, path)


def _with_units(recording: Recording, stated: dict[str, str], path: Path) -> Recording:
    """Take units of channels for which the file states none; the file itself is right where both state one."""
    own = recording.units or (recording.unit,) * len(recording.names)
    texts = recording.stated_units or ("",) * len(recording.names)
    units, factors, taken, others = list(own), np.ones(len(own)), [], []
    for index, name in enumerate(recording.names):
        volts = volts_of(stated.get(name, ""))
        if volts is None:
            continue
        if not own[index]:
            units[index], factors[index] = "V", volts
            taken.append(stated[name])
        elif texts[index] and volts_of(texts[index]) != volts:
            others.append(f"{name} in {stated[name]}, not {texts[index]}")
    warnings = recording.warnings
    if others:
        warnings += (f"{path.name}: gives other units than {recording.name}, whose own count: {some(others, 3)}",)
    if not taken:
        return replace(recording, warnings=warnings)
    words = ", ".join(dict.fromkeys(taken))
    warnings += (f"{recording.name}: states no unit of its channels, which is taken from {path.name}: {words}",)
    return replace(_scaled(recording, factors), units=tuple(units), unit="V", warnings=warnings)


def _scaled(recording: Recording, factors: Float64Array) -> Recording:
    """The same recording with values times a factor for each channel."""
    read, alone = recording.read, recording.alone

    def scaled(first: int, stop: int, rows: IntpArray) -> Float64Array:
        return np.asarray(read(first, stop, rows) * factors[rows, None])

    part: Callable[[IntpArray], Recording] | None = None
    if alone is not None:
        part = lambda rows: _scaled(alone(rows), factors[rows])  # noqa: E731
    return replace(recording, read=scaled, alone=part)


def _read_events(path: Path) -> tuple[tuple[Event, ...], tuple[str, ...]]:
    """Events with an onset, and a line about rows without one."""
    table = _table(path)
    onset, duration, text = table.find("onset"), table.find("duration"), table.find("trial_type", "value")
    if onset is None:
        raise DataError(f"{path}: column 'onset' is missing; add it")
    events, without = [], []
    for line in table.lines:
        onset_s = number_of(line.cells[onset])
        if onset_s is None:
            without.append(str(line.number))
            continue
        duration_s = number_of(line.cells[duration]) if duration is not None else None
        events.append(Event(onset_s, duration_s or 0.0, line.cells[text] if text is not None else ""))
    lines = (f"{path.name}: rows without an onset, which are left out: {some(without)}",) if without else ()
    return tuple(events), lines


def _table(path: Path) -> Table:
    lines = read_lines(path)
    if not lines:
        raise DataError(f"{path}: the table is empty; repair or remove the file")
    return Table.of_lines(path, lines[0].cells, lines[1:])
