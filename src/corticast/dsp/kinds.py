"""Kinds of contacts: on grids and strips, or on depth electrodes."""

from __future__ import annotations

from corticast.core.model.recording import Recording
from corticast.core.model.types import Electrodes, IntpArray

SURFACE, DEPTH, OTHER = "grids and strips", "depth contacts", "other contacts"

# Words of BIDS, in electrodes.tsv and channels.tsv.
_KIND_OF_WORD = {
    "grid": SURFACE,
    "strip": SURFACE,
    "ecog": SURFACE,
    "surface": SURFACE,
    "depth": DEPTH,
    "seeg": DEPTH,
    "dbs": DEPTH,
}
_COLUMNS = ("type", "kind")


def kinds_of(recording: Recording, table: Electrodes, row_of_contact: IntpArray) -> tuple[str, ...]:
    """Kind of each channel: by the electrode table's column type or kind, else by the recording.

    Parameters
    ----------
    row_of_contact : (n_contacts,) intp, channel of each contact, -1 without one
    """
    n = len(recording.names)
    stated = recording.kinds if len(recording.kinds) == n else ("",) * n
    kinds = [_KIND_OF_WORD.get(word.strip().lower(), OTHER) for word in stated]
    columns = {title.strip().lower(): cells for title, cells in table.columns.items()}
    cells = next((columns[title] for title in _COLUMNS if title in columns), ())
    for cell, row in zip(cells, row_of_contact[: len(cells)], strict=True):
        if row >= 0 and cell.strip().lower() in _KIND_OF_WORD:
            kinds[row] = _KIND_OF_WORD[cell.strip().lower()]
    return tuple(kinds)
