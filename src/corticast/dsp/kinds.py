"""Kinds of contacts: on grids and strips, or on depth electrodes."""

from __future__ import annotations

from corticast.core.model.contact_kinds import DBS, ECOG, SEEG, type_of_word
from corticast.core.model.recording import Recording
from corticast.core.model.types import Electrodes, IntpArray

SURFACE, DEPTH, OTHER = "grids and strips", "depth contacts", "other contacts"

_KIND_OF_TYPE = {ECOG: SURFACE, SEEG: DEPTH, DBS: DEPTH}
_COLUMNS = ("type", "kind")


def kinds_of(recording: Recording, table: Electrodes, row_of_contact: IntpArray) -> tuple[str, ...]:
    """Kind of each channel: by the electrode table's column type or kind, else by the recording.

    Parameters
    ----------
    row_of_contact : (n_contacts,) intp, channel of each contact, -1 without one
    """
    n = len(recording.names)
    stated = recording.kinds if len(recording.kinds) == n else ("",) * n
    kinds = [_kind_of(word) for word in stated]
    columns = {title.strip().lower(): cells for title, cells in table.columns.items()}
    cells = next((columns[title] for title in _COLUMNS if title in columns), ())
    for cell, row in zip(cells, row_of_contact[: len(cells)], strict=True):
        if row >= 0 and _kind_of(cell) != OTHER:
            kinds[row] = _kind_of(cell)
    return tuple(kinds)


def _kind_of(word: str) -> str:
    return _KIND_OF_TYPE.get(type_of_word(word), OTHER)
