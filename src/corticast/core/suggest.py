"""Suggests what a misspelt name or another word for a thing was meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

# Shares of equal letters from which on a word is taken for a misspelt name, or for a misspelt synonym of a name. A word
# of the very letters of a synonym in another order needs less.
_ALIKE, _ALIKE_SYNONYM, _SAME_LETTERS = 0.78, 0.9, 0.8


def closest(wrong: str, names: Iterable[str], synonyms: Mapping[str, str] | None = None) -> str | None:
    """The name that was probably meant; None if none is close.

    Parameters
    ----------
    wrong : as it was written
    names : that there are
    synonyms : other words, and the names that they stand for
    """
    plain = _plain(wrong)
    by_word = {_plain(word): name for word, name in (synonyms or {}).items()}
    by_name = {_plain(name): name for name in names}
    if plain in by_word:
        return by_word[plain]
    by_letters = {word: name for word, name in by_word.items() if sorted(word) == sorted(plain)}
    for known, least in ((by_name, _ALIKE), (by_word, _ALIKE_SYNONYM), (by_letters, _SAME_LETTERS)):
        found = _most_alike(plain, known, least)
        if found is not None:
            return known[found]
    return None


def _most_alike(wrong: str, words: Iterable[str], least: float) -> str | None:
    from difflib import get_close_matches

    return next(iter(get_close_matches(wrong, words, n=1, cutoff=least)), None)


def did_you_mean(wrong: Any, names: Iterable[str], synonyms: Mapping[str, str] | None = None) -> str:
    """A question for a message, with a semicolon after it; empty if no name is close."""
    name = closest(wrong, names, synonyms) if isinstance(wrong, str) else None
    return f"did you mean {name}? " if name is not None else ""


def _plain(name: str) -> str:
    """A name without case, dashes and underscores, which people mix up."""
    return name.casefold().replace("-", "").replace("_", "").replace(" ", "")
