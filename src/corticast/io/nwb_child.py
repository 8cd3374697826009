"""The child of the reader of NWB's tables of electrodes, by pynwb."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corticast.errors import DataError, DeviceError, one_line
from corticast.io.confined_child import serve_reader
from corticast.io.hdf5_links import check_links
from corticast.io.library_warnings import Listener
from corticast.io.library_words import PYNWB

_MOST_ROWS = 100_000


@dataclass(frozen=True)
class _Content:
    """The content of a file for the parent."""

    facts: dict[str, Any]
    lines: tuple[str, ...]


def _load(path: Path) -> None:
    # Opening reports a library that is missing.
    with suppress(ImportError), Listener(path, PYNWB).listening():
        import pynwb  # noqa: F401


def _open(path: Path, _: dict[str, Any]) -> _Content:
    listener = Listener(path, PYNWB)
    try:
        # Warnings of an import say nothing about the file.
        with Listener(path, PYNWB).listening():
            import pynwb
    except ImportError:
        raise DeviceError(f'{path}: reading it needs pynwb; pip install "corticast[ieeg]"') from None
    with suppress(OSError):
        # pynwb reports a file that is no HDF5 file.
        check_links(path)
    try:
        with listener.listening(), pynwb.NWBHDF5IO(path, "r") as opened:
            content = opened.read()
            facts = {"columns": _columns(path, content.electrodes), "localizations": _localizations(content)}
    except DataError:
        raise
    # pynwb and HDF5 raise many kinds of errors for damaged files.
    except Exception as error:
        text = one_line(error, 200)
        raise DataError(f"{path}: not a readable NWB file ({text}); repair or export the file again") from error
    return _Content(facts, listener.lines)


def _columns(path: Path, table: Any) -> dict[str, list[Any]]:
    """Numbers and texts of the table, by the names of its columns; other columns are left out."""
    if table is None:
        raise DataError(f"{path}: holds no table of electrodes; give a file with one, or a text table")
    if len(table) > _MOST_ROWS:
        raise DataError(f"{path}: its table has more than {_MOST_ROWS} electrodes; give a text table of fewer")
    columns: dict[str, list[Any]] = {}
    for name in table.colnames:
        values = np.asarray(table[name].data[:])
        if values.ndim == 1 and values.dtype.kind in "fiub":
            columns[name] = values.astype(object).tolist()
        elif values.ndim == 1 and all(isinstance(value, (str, bytes)) for value in values.tolist()):
            columns[name] = [v.decode(errors="replace") if isinstance(v, bytes) else str(v) for v in values.tolist()]
        elif values.ndim == 2 and values.shape[1] == 3 and values.dtype.kind in "fiu":
            columns |= {f"{name}_{axis}": values[:, place].tolist() for place, axis in enumerate("xyz")}
    return columns


def _localizations(content: Any) -> list[dict[str, Any]]:
    """Positions of electrodes in stated spaces, by the extension ndx-anatomical-localization.

    A file holds the specification of its extensions, from which pynwb makes their classes.
    """
    found = []
    for each in content.objects.values():
        if type(each).__name__ != "AnatomicalCoordinatesTable":
            continue
        region = each["localized_entity"]
        if region.table is not content.electrodes:
            continue
        space = each.space
        found.append(
            {
                "name": each.name,
                "space": str(space.space_name),
                "unit": str(space.units),
                "orientation": str(space.orientation),
                "rows": [int(row) for row in np.asarray(region.data[:])],
                "pos": np.stack([np.asarray(each[axis].data[:], dtype=float) for axis in "xyz"], axis=1).tolist(),
            }
        )
    return found


if __name__ == "__main__":
    serve_reader(_load, _open)
