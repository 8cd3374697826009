"""The diameters of a film's contacts, in words: for its report, and for a paper's methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corticast.core.geometry.contact_sizes import MOST_OF_SPACING, ContactSizes
from corticast.core.text.numbers import number
from corticast.film.sizes import Size

if TYPE_CHECKING:
    from corticast.film.film import Film

_UNITS = {"mm": "mm", "picture": "pixels of the picture", "px": "pixels of a frame with 1080 lines"}


def sizes_line(film: Film, size: Size | None = None, *, moves: bool | None = None) -> str:
    """Diameters of a film's contacts in one line; "" without contacts.

    Parameters
    ----------
    size : width, height of the frames in pixels; None takes the film's
    moves : whether activity moves the contacts; None takes the film's own activity
    """
    sizes = film.contact_sizes(moves=moves)
    if sizes is None or film.placed is None or not film.placed.drawn.any():
        return ""
    words = f"contact diameters: {_range(sizes)}"
    if sizes.spacing is None:
        return words
    words += f", neighbours {_three(sizes.spacing)} {_UNITS[sizes.unit]} apart"
    share = sizes.crowded(film.layout(size))
    if share <= MOST_OF_SPACING + 1e-9:
        return words
    # At the spacing itself a factor would say nothing.
    wide = "about as wide as that" if round(share, 1) == 1 else f"up to {share:.2g} times as wide as that"
    return f"{words}; on the smallest panel {wide}, so that they are seen"


def diameters_sentence(sizes: ContactSizes | None, follows: str) -> str:
    """Sentence part about diameters, with a full stop.

    Parameters
    ----------
    follows : what the diameters follow, such as "activity"
    """
    if sizes is None:
        return ""
    low, high = sizes.diameters[:, 0].min(), sizes.diameters[:, 1].max()
    if (sizes.diameters[:, 0] == sizes.diameters[:, 1]).all():
        return f"diameters of {_range(sizes)} do not follow activity."
    return f"diameters from {_three(low)} to {_three(high)} {_UNITS[sizes.unit]} follow {follows}."


def _range(sizes: ContactSizes) -> str:
    low, high, unit = sizes.diameters[:, 0].min(), sizes.diameters[:, 1].max(), _UNITS[sizes.unit]
    if sizes.shares is not None:
        return f"{_three(low)} to {_three(high)} {unit}"
    if low == high:
        return f"{_three(low)} {unit}"
    if (sizes.diameters[:, 0] == sizes.diameters[:, 1]).all():
        return f"{_three(low)} to {_three(high)} {unit}"
    if sizes.unit == "mm":
        return f"{_three(low)} mm at rest, {_three(high)} mm at full activity"
    return f"{_three(low)} at rest, {_three(high)} at full activity, in {unit}"


def _three(diameter: float) -> str:
    """A diameter in three significant digits."""
    return number(float(f"{diameter:.3g}"))
