"""Rooms that panels leave to names and captions at the middle of edges, which are large."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

from corticast.core.geometry.layout import Layout

# So large panels stay beside headings, as a share of the largest ones without texts.
LEAST_HEADED = 0.855
# Shares of the full room that are tried. A quarter at the sides holds a caption of the least size. Three quarters above
# hold a name and a letter.
_SHARES, _CAPTION_SHARE, _NAME_SHARE = (1.0, 0.75, 0.5, 0.35, 0.25), 0.25, 0.75
# Room below, beside much room above: for letters.
_BELOW = 0.5


def arranged_for_headings(arranged: Callable[..., Layout], least_scale: float, **options: Any) -> Layout:
    """The layout with as much room for headings as leaves panels large; without such room where none does.

    Parameters
    ----------
    arranged : makes the layout that leaves texts the room `kept`, see `arrange`
    least_scale : pixels per mm
    options : for `arranged`
    """
    for across, down in _PAIRS:
        layout = arranged(kept=(across, down, _BELOW * (down > _BELOW)), **options)
        if layout.panels[0].pixels_per_mm >= least_scale:
            return layout
    return arranged(**options)


def _order(shares: tuple[float, float]) -> tuple[float, float]:
    """Shares that hold most of captions and names come first, of these the largest ones."""
    across, down = shares
    return -min(across / _CAPTION_SHARE, 1.0) - min(down / _NAME_SHARE, 1.0), -across - down


_PAIRS = sorted(product(_SHARES, _SHARES), key=_order)
