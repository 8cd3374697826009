"""Suggests what a misspelt name or another word for a thing was meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

# Shares of equal letters from which on a word is taken for a misspelt name, or for a misspelt synonym of a name. A word
# of the very letters of a synonym in another order needs less.
_ALIKE, _ALIKE_SYNONYM, _SAME_LETTERS = 0.78, 0.9, 0.8
# Letters of the shortest word in which a slip is looked for; one letter for another needs a longer word.
_SHORTEST = 3


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
        slip = next((word for word in known if _is_one_slip(plain, word)), None)
        if slip is not None:
            return known[slip]
    return None


def _most_alike(wrong: str, words: Iterable[str], least: float) -> str | None:
    from difflib import get_close_matches

    return next(iter(get_close_matches(wrong, words, n=1, cutoff=least)), None)


def _is_one_slip(wrong: str, word: str) -> bool:
    """Whether two neighbours have changed places, or one letter stands for another.

    Shares of equal letters miss these slips in words of three or four letters, such as drak for dark.
    """
    differ = [k for k, (one, other) in enumerate(zip(wrong, word, strict=False)) if one != other]
    if len(wrong) != len(word) or len(word) < _SHORTEST or not 1 <= len(differ) <= 2:
        return False
    first, last = differ[0], differ[-1]
    if first == last:
        return len(word) > _SHORTEST and wrong[first].isalpha() and word[first].isalpha()
    return last == first + 1 and wrong[first] == word[last] and wrong[last] == word[first]


def did_you_mean(wrong: Any, names: Iterable[str], synonyms: Mapping[str, str] | None = None) -> str:
    """A question for a message, with a blank after it; empty if no name is close."""
    name = closest(wrong, names, synonyms) if isinstance(wrong, str) else None
    return f"did you mean {name}? " if name is not None else ""


def _plain(name: str) -> str:
    """A name without case, dashes and underscores, which people mix up."""
    return name.casefold().replace("-", "").replace("_", "").replace(" ", "")
