"""Words for kinds of contacts in tables and files: the one list, with the type that BIDS gives each."""

from __future__ import annotations

# Types of channels in BIDS.
ECOG, SEEG, DBS = "ECOG", "SEEG", "DBS"

_TYPE_OF_WORD = {
    **dict.fromkeys(("ecog", "grid", "grids", "strip", "strips", "subdural", "surface"), ECOG),
    **dict.fromkeys(("seeg", "depth", "depths", "stereo", "stereotactic", "probe"), SEEG),
    "dbs": DBS,
}


def type_of_word(word: str) -> str:
    """Type that one word names, in any case; "" for a word that names none."""
    return _TYPE_OF_WORD.get(word.strip().lower(), "")
