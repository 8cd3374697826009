"""Tables that give channels the names of contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from corticast.core.matching import some
from corticast.core.model.recording import Recording
from corticast.errors import DataError
from corticast.io.tables import read_lines

# Titles that the two columns may have.
_FROM = ("channel", "name", "from", "old", "recording", "file")
_TO = ("contact", "electrode", "to", "new", "table", "label")


def read_rename(path: Path) -> dict[str, str]:
    """Names of contacts by the names of channels.

    Parameters
    ----------
    path : table of two columns, the name of a channel and that of its contact, with titles or without

    Raises
    ------
    DataError : the file cannot be read, a line has another number of names, or a channel stands on two lines
    """
    lines = read_lines(path)
    if lines and len(lines[0].cells) == 2 and lines[0].cells[0].lower() in _FROM and lines[0].cells[1].lower() in _TO:
        lines = lines[1:]
    names: dict[str, str] = {}
    for line in lines:
        cells = [cell for cell in line.cells if cell]
        if len(cells) != 2:
            raise DataError(
                f"{path}: line {line.number} has {len(cells)} names; give the name of a channel and of its contact"
            )
        if cells[0] in names:
            raise DataError(f"{path}: line {line.number} names the channel {cells[0]} again; remove one of the lines")
        names[cells[0]] = cells[1]
    if not names:
        raise DataError(f"{path}: no names; give the names of a channel and of its contact on each line")
    return names


def renamed(
    channels: Sequence[str], names: Mapping[str, str], source: Path | str, table: Path
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Channels under the names of their contacts, and warnings.

    Parameters
    ----------
    channels : names in the recording
    names : name of the contact of each channel
    source, table : files of the channels and of the names, for messages

    Raises
    ------
    DataError : none of the channels is renamed, or two channels get one name
    """
    unknown = [name for name in names if name not in set(channels)]
    if len(unknown) == len(names):
        raise DataError(
            f"{table}: {source} has no channel {some(unknown, 3)} (channels: {some(channels, 3)}); "
            "give the names of its channels in the first column"
        )
    new = tuple(names.get(name, name) for name in channels)
    of_name: dict[str, str] = {}
    for channel, name in zip(channels, new, strict=True):
        if name in of_name:
            raise DataError(f"{table}: the channels {of_name[name]} and {channel} are both {name} then; rename both")
        of_name[name] = channel
    if not unknown:
        return new, ()
    return new, (f"{table.name}: names of channels that {Path(source).name} lacks: {some(unknown)}",)


def with_names(recording: Recording, table: Path) -> Recording:
    """A recording whose channels have the names that a table gives them.

    Raises
    ------
    DataError : the table cannot be used
    """
    names, warnings = renamed(recording.names, read_rename(table), recording.path or recording.name, table)
    return replace(recording, names=names, rename=table, warnings=(*recording.warnings, *warnings))
