"""Colour maps as tables of 256 colours."""

from __future__ import annotations

import numpy as np

from corticast.core.arguments import typed
from corticast.core.color.oklab import srgb_of_oklab
from corticast.core.color.two_colours import two_colour_map
from corticast.core.model.map_names import is_two_colours, two_colours
from corticast.core.model.types import Float64Array, UInt8Array
from corticast.core.suggest import did_you_mean
from corticast.errors import OptionError, keyword

ACTIVITY_MAP = "inferno-lifted"
SIGNED_ACTIVITY_MAP = "blue-grey-orange"
N_COLOURS = 256
# Okabe and Ito's colours, which colour-blind people can distinguish, without black, which is invisible on slices.
_GROUP_MAP, _GROUP_MAP_FIRST = "okabeito:okabeito", 1

# Below this lightness (CIE L*), a resting contact is invisible on a dark slice.
_DARKEST = 38.0

# Colours of the diverging map in Oklab: lightness and the two axes of colour, of the lowest value, 0 and the highest.
# Both ends are as bright as sRGB allows at equal lightness. The middle has the lightness 38 of CIE L*.
_DIVERGING = ((0.80, -0.071, -0.094), (0.466, 0.0, 0.0), (0.80, 0.060, 0.140))


def check_colours(cmap: str, electrode_cmap: str | None, background: str, *, has_activity: bool = False) -> None:
    """Refuse names of colours that are unknown, and separate colours for values.

    Parameters
    ----------
    has_activity : whether contacts have values; else `electrode_cmap` colours groups

    Raises
    ------
    OptionError : a colour map or the colour is unknown, or a map of values has separate colours
    """
    table(cmap)
    if electrode_cmap is not None:
        (table if has_activity else _colours)(electrode_cmap, "--electrode-cmap")
    ground(background)


def table(name: str, option: str = "--cmap") -> UInt8Array:
    """The table of a colour map of values.

    Returns
    -------
    (256, 3) uint8, sRGB

    Raises
    ------
    OptionError : unknown colour map, or one of a few separate colours
    """
    colours = _colours(name, option)
    if len(colours) != N_COLOURS:
        text = f"{len(colours)} separate colours, for groups; values need a map such as gray, viridis or inferno"
        raise OptionError(f"{option} {typed(name)}: {text}", keyword(option))
    return colours


def _colours(name: str, option: str) -> UInt8Array:
    """(256, 3) uint8, sRGB; of a qualitative map its own colours, which are fewer."""
    from cmap import Catalog, Colormap

    if name in _OWN_MAPS:
        return _rounded(_OWN_MAPS[name]())
    if is_two_colours(name):
        low, high, mid = two_colours(name, option)
        return _rounded(two_colour_map(color(low, option), color(high, option), mid, N_COLOURS))
    try:
        colours = Colormap(name).lut(N_COLOURS)
    except (ValueError, TypeError, KeyError):
        mean = did_you_mean(name, sorted([*Catalog().short_keys(), *_OWN_MAPS]))
        remedy = "give gray, viridis, inferno, another map of the cmap catalogue, or two colours such as red..green"
        raise _unknown(option, name, f"colour map; {mean}{remedy}") from None
    return _rounded(np.asarray(colours[:, :3], dtype=np.float64))


def _rounded(colours: Float64Array) -> UInt8Array:
    return np.asarray(np.floor(np.clip(colours, 0, 1) * 255 + 0.5), dtype=np.uint8)


def activity_table(name: str | None, *, signed: bool) -> UInt8Array:
    """Colour map of activity: `inferno-lifted`, or `blue-grey-orange` for signed activity, unless a map is named."""
    if name is not None:
        return table(name, "--electrode-cmap")
    return table(SIGNED_ACTIVITY_MAP if signed else ACTIVITY_MAP)


def _inferno_lifted() -> Float64Array:
    """(256, 3) sRGB in 0..1: inferno from lightness 38 on.

    Equal steps of inferno are equally far apart, and so are equal steps of a part of inferno.
    """
    from cmap import Colormap

    full = np.asarray(Colormap("inferno").lut(N_COLOURS)[:, :3], dtype=np.float64)
    first = int(np.argmax(_lightness(_rounded(full)) >= _DARKEST))
    picks = np.linspace(first, N_COLOURS - 1, N_COLOURS)
    return np.stack([np.interp(picks, np.arange(N_COLOURS), channel) for channel in full.T], axis=1)


def _blue_grey_orange() -> Float64Array:
    """(256, 3) sRGB in 0..1: a diverging map for dark ground, from bright blue through dark grey to bright orange.

    Both arms are straight in Oklab, so equal steps are equally far apart, and values of equal magnitude are equally
    light. 0 lies between the two middle colours.
    """
    places = np.linspace(-1, 1, N_COLOURS)
    lab = np.stack([np.interp(places, (-1, 0, 1), axis) for axis in np.transpose(_DIVERGING)], axis=1)
    return srgb_of_oklab(lab)


# Maps that the catalogue lacks: their middle or dark end is visible on a dark slice.
_OWN_MAPS = {ACTIVITY_MAP: _inferno_lifted, SIGNED_ACTIVITY_MAP: _blue_grey_orange}


def group_table(name: str | None, n_groups: int) -> UInt8Array:
    """Colours of groups of contacts.

    Parameters
    ----------
    name : colour map that is divided evenly among the groups, or whose separate colours they take; None takes
        Okabe and Ito's colours

    Returns
    -------
    (at most 256, 3) uint8, sRGB; more groups repeat the colours
    """
    from cmap import Colormap

    if name is not None:
        named = _colours(name, "--electrode-cmap")
        if len(named) != N_COLOURS:
            return _with_tints(named)
        entries = np.linspace(0, N_COLOURS - 1, min(max(n_groups, 1), N_COLOURS))
        return named[np.round(entries).astype(np.intp)]
    colours = [stop.color.rgba8[:3] for stop in Colormap(_GROUP_MAP).color_stops][_GROUP_MAP_FIRST:]
    return _with_tints(np.array(colours, dtype=np.uint8))


def group_entries(name: str | None, n_groups: int) -> UInt8Array:
    """(256, 3) uint8, sRGB: a table whose first entries are the colours of groups; parameters as in `group_table`."""
    colours = group_table(name, n_groups)
    return colours[np.arange(N_COLOURS) % len(colours)]


def _with_tints(base: UInt8Array) -> UInt8Array:
    """(3 n, 3) uint8: n colours, then tints and shades of them."""
    rounds = np.concatenate([base.astype(np.float64), 0.5 * base + 127.5, 0.55 * base])
    return np.asarray(np.floor(rounds + 0.5), dtype=np.uint8)


def _lightness(colours: UInt8Array) -> Float64Array:
    """CIE L* of sRGB colours (IEC 61966-2-1 and CIE 15)."""
    rgb = colours / 255.0
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    cube_root = np.where(luminance > (6 / 29) ** 3, np.cbrt(luminance), luminance / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.asarray(116 * cube_root - 16)


def color(name: str, option: str = "--background") -> tuple[float, float, float]:
    """SRGB colour in 0..1 from a name or #rrggbb.

    Raises
    ------
    OptionError : unknown colour
    """
    from PIL import ImageColor

    try:
        red, green, blue = ImageColor.getrgb(name)[:3]
    except ValueError:
        mean = did_you_mean(name, sorted(ImageColor.colormap))
        raise _unknown(
            option, name, f"colour; {mean}give a name or #rrggbb" + (", or none" if option == "--background" else "")
        ) from None
    return red / 255, green / 255, blue / 255


def _unknown(option: str, name: str, kind_and_remedy: str) -> OptionError:
    return OptionError(f"{option} {typed(name)}: unknown {kind_and_remedy}", keyword(option))


def ground(background: str) -> tuple[tuple[float, float, float, float], tuple[float, float, float]]:
    """The background's colour, and the colour of text on it.

    Parameters
    ----------
    background : colour name or #rrggbb, or "none" for transparent

    Returns
    -------
    premultiplied sRGB with opacity, and sRGB, in 0..1

    Raises
    ------
    OptionError : unknown colour
    """
    is_transparent = background == "none"
    rgb = (0.0, 0.0, 0.0) if is_transparent else color(background)
    luminance = float(np.dot(rgb, (0.2126, 0.7152, 0.0722)))
    text = (0.93, 0.93, 0.93) if luminance < 0.5 else (0.08, 0.08, 0.08)
    return (*rgb, 0.0 if is_transparent else 1.0), text
