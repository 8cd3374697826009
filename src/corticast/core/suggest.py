"""Suggests what a misspelt name or another word for a thing was meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

# Shares of equal letters from which on a word is taken for a misspelt name, or for a misspelt synonym of a name.
_ALIKE, _ALIKE_SYNONYM = 0.6, 0.85


def closest(wrong: str, names: Iterable[str], synonyms: Mapping[str, str] | None = None) -> str | None:
    """The name that was probably meant; None if none is close.

    Parameters
    ----------
    wrong : as it was written
    names : that there are
    synonyms : other words, and the names that they stand for
    """
    from difflib import get_close_matches

    plain = _plain(wrong)
    by_word = {_plain(word): name for word, name in (synonyms or {}).items()}
    by_name = {_plain(name): name for name in names}
    if plain in by_word:
        return by_word[plain]
    for known, least in ((by_name, _ALIKE), (by_word, _ALIKE_SYNONYM)):
        found = get_close_matches(plain, known, n=1, cutoff=least)
        if found:
            return known[found[0]]
    return None


def did_you_mean(wrong: Any, names: Iterable[str], synonyms: Mapping[str, str] | None = None) -> str:
    """A question for a message, with a semicolon after it; empty if no name is close."""
    name = closest(wrong, names, synonyms) if isinstance(wrong, str) else None
    return f"did you mean {name}? " if name is not None else ""


def _plain(name: str) -> str:
    """A name without case, dashes and underscores, which people mix up."""
    return name.casefold().replace("-", "").replace("_", "").replace(" ", "")
