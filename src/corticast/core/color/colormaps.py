"""Colour maps as tables of 256 colours."""

from __future__ import annotations

import numpy as np

from corticast.core.arguments import typed
from corticast.core.color.colour_bar import GREY
from corticast.core.color.oklab import oklab_of_srgb, srgb_of_oklab
from corticast.core.color.themes import THEMES, TRANSPARENT, Theme, color
from corticast.core.color.two_colours import two_colour_map
from corticast.core.model.map_names import is_two_colours, two_colours
from corticast.core.model.types import Float64Array, UInt8Array
from corticast.core.suggest import did_you_mean
from corticast.errors import OptionError, keyword

N_COLOURS = 256
# Colours that colour-blind people can distinguish: Okabe and Ito's without black (2008), then pink of Tol's "light"
# scheme, wine and purple of his "muted" one (Tol 2021, SRON/EPS/TN/09-002).
_OKABE_ITO, _BLACK, _YELLOW = "okabeito:okabeito", 0, 3
_TOL = ((255, 170, 187), (136, 34, 85), (170, 68, 153))
# The eleventh to the twentieth colour on dark and on light grounds. A search in sRGB placed them far from each other,
# from the first ten and from the greys of brains: at least 39 apart in CIE L*a*b*.
_MORE = (
    (0, 255, 0), (150, 30, 255), (255, 0, 135), (0, 105, 255), (0, 165, 15),
    (105, 120, 0), (255, 30, 225), (0, 255, 255), (180, 255, 165), (255, 0, 60),
)  # fmt: skip
_MORE_ON_PAPER = (
    (0, 0, 255), (0, 195, 0), (255, 0, 195), (165, 150, 255), (255, 15, 120),
    (30, 45, 135), (0, 90, 255), (105, 30, 0), (255, 0, 45), (210, 0, 255),
)  # fmt: skip
# Oklab's lightness of yellow on light grounds. Lighter ones lie near orange in the eyes of the colour-blind.
_OCHRE = 0.56

# Below the first lightness (CIE L*), a resting contact is invisible on a dark slice; above the second one on paper.
_DARKEST, _LIGHTEST = 38.0, 80.0
# Lightness of a full contact on paper, whose hue is still recognised.
_FULL = 25.0
# Lightness of black and white in print: darker tones fill in, and lighter ones are lost in the paper.
_PRINTED = (16.0, 93.0)

# Colours of the diverging map in Oklab: lightness and the two axes of colour, of the lowest value, 0 and the highest.
# Both ends are as bright as sRGB allows at equal lightness. The middle has the lightness 38 of CIE L*.
_DIVERGING = ((0.80, -0.071, -0.094), (0.466, 0.0, 0.0), (0.80, 0.060, 0.140))
# The same for light grounds: both ends dark, and a middle of the lightness 80.
_DIVERGING_ON_PAPER = ((0.45, -0.034, -0.158), (0.836, 0.0, 0.0), (0.45, 0.125, 0.089))


def check_colours(
    cmap: str | None, electrode_cmap: str | None, background: str | None, *, has_activity: bool = False
) -> None:
    """Refuse names of colours that are unknown, and separate colours for values.

    Parameters
    ----------
    has_activity : whether contacts have values; else `electrode_cmap` colours groups

    Raises
    ------
    OptionError : a colour map or the colour is unknown, or a map of values has separate colours
    """
    if cmap is not None:
        table(cmap)
    if electrode_cmap is not None:
        (table if has_activity else _colours)(electrode_cmap, "--electrode-cmap")
    if background not in (None, TRANSPARENT):
        color(background)


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


def activity_table(name: str | None, *, signed: bool, theme: Theme = THEMES["dark"]) -> UInt8Array:
    """Colour map of activity: the theme's for values with or without a sign, unless a map is named."""
    return table(name or theme.activity_map(signed=signed), "--electrode-cmap")


def _part_of_inferno(first: float, last: float) -> Float64Array:
    """(256, 3) sRGB in 0..1: inferno between two lightnesses.

    Equal steps of inferno are equally far apart, and so are equal steps of a part of inferno.
    """
    from cmap import Colormap

    full = np.asarray(Colormap("inferno").lut(N_COLOURS)[:, :3], dtype=np.float64)
    lightness = _lightness(_rounded(full))
    start, stop = (int(np.argmax(lightness >= min(edge, lightness[-1]))) for edge in (first, last))
    picks = np.linspace(start, stop, N_COLOURS)
    return np.stack([np.interp(picks, np.arange(N_COLOURS), channel) for channel in full.T], axis=1)


def _inferno_lifted() -> Float64Array:
    """Inferno for dark grounds: more is lighter."""
    return _part_of_inferno(_DARKEST, 100.0)


def _inferno_paper() -> Float64Array:
    """Inferno for light grounds, where people take darker for more (Schloss et al. 2019, IEEE TVCG 25:810)."""
    return _part_of_inferno(_LIGHTEST, _FULL)


def _gray_print() -> Float64Array:
    """(256, 3) sRGB in 0..1: greys in equal steps of lightness, without the ends that ink and paper swallow."""
    # The lightness of a grey in Oklab is the cube root of its luminance.
    cube_root = (np.linspace(*_PRINTED, N_COLOURS) + 16) / 116
    grey = srgb_of_oklab(np.stack([cube_root, np.zeros(N_COLOURS), np.zeros(N_COLOURS)], axis=1))
    return np.repeat(grey[:, :1], 3, axis=1)


def _diverging(lab_of_ends: tuple[tuple[float, float, float], ...]) -> Float64Array:
    """(256, 3) sRGB in 0..1: a diverging map between two ends and a grey middle.

    Both arms are straight in Oklab, so equal steps are equally far apart, and values of equal magnitude are equally
    light. 0 lies between the two middle colours.
    """
    places = np.linspace(-1, 1, N_COLOURS)
    lab = np.stack([np.interp(places, (-1, 0, 1), axis) for axis in np.transpose(lab_of_ends)], axis=1)
    return srgb_of_oklab(lab)


def _blue_grey_orange() -> Float64Array:
    """Bright blue, dark grey, bright orange: for dark grounds."""
    return _diverging(_DIVERGING)


def _blue_silver_red() -> Float64Array:
    """Dark blue, light grey, dark red: for light grounds."""
    return _diverging(_DIVERGING_ON_PAPER)


# Maps that the catalogue lacks: all of their colours are visible on a dark slice, or on paper.
_OWN_MAPS = {
    "inferno-lifted": _inferno_lifted,
    "blue-grey-orange": _blue_grey_orange,
    "inferno-paper": _inferno_paper,
    "blue-silver-red": _blue_silver_red,
    "gray-print": _gray_print,
}


def group_table(name: str | None, n_groups: int, *, on_paper: bool = False) -> UInt8Array:
    """Colours of groups of contacts.

    Parameters
    ----------
    name : colour map that is divided evenly among the groups, or whose separate colours they take; None takes
        Okabe and Ito's colours, three of Tol's, ten more, and tints or shades
    on_paper : whether the ground is light, where yellow is dark

    Returns
    -------
    (at most 256, 3) uint8, sRGB; more groups repeat the colours
    """
    from cmap import Colormap

    if name is not None:
        named = _colours(name, "--electrode-cmap")
        if len(named) != N_COLOURS:
            return _with_tints(named, on_paper=on_paper)
        entries = np.linspace(0, N_COLOURS - 1, min(max(n_groups, 1), N_COLOURS))
        return named[np.round(entries).astype(np.intp)]
    colours = [stop.color.rgba8[:3] for stop in Colormap(_OKABE_ITO).color_stops]
    del colours[_BLACK]
    base = np.array([*colours, *_TOL], dtype=np.uint8)
    if on_paper:
        base[_YELLOW] = _at_lightness(base[_YELLOW], _OCHRE)
    more = np.array(_MORE_ON_PAPER if on_paper else _MORE, dtype=np.uint8)
    tinted = _with_tints(base, on_paper=on_paper)
    return np.concatenate([base, more, tinted[len(base) : 2 * len(base)]])


def _at_lightness(colour: UInt8Array, lightness: float) -> UInt8Array:
    """(3,) uint8: a colour of the same hue at another of Oklab's lightnesses, with chroma in proportion."""
    lab = oklab_of_srgb(colour[None] / 255.0)
    return np.asarray(np.rint(255 * srgb_of_oklab(lab * lightness / lab[0, 0]))[0], dtype=np.uint8)


def group_entries(name: str | None, n_groups: int, *, on_paper: bool = False) -> UInt8Array:
    """(256, 3) uint8, sRGB: a table whose first entries are the colours of groups; parameters as in `group_table`."""
    colours = group_table(name, n_groups, on_paper=on_paper)
    return colours[np.arange(N_COLOURS) % len(colours)]


def column_entries(name: str | None, *, signed: bool, n_words: int = 0, theme: Theme = THEMES["dark"]) -> UInt8Array:
    """(256, 3) uint8, sRGB: the table of a column of values or words, whose last entry is the grey of hidden contacts.

    Parameters
    ----------
    name : colour map; None takes the default
    signed : whether values are symmetric about 0
    n_words : categories of a column of words; 0 for values
    theme : whose maps are the default
    """
    if n_words:
        entries = group_entries(name, n_words, on_paper=theme.is_light).copy()
    else:
        picks = np.rint(np.linspace(0, N_COLOURS - 1, N_COLOURS - 1)).astype(np.intp)
        entries = activity_table(name, signed=signed, theme=theme)[np.append(picks, 0)]
    entries[-1] = np.rint(np.array(GREY) * 255)
    return entries


def _with_tints(base: UInt8Array, *, on_paper: bool) -> UInt8Array:
    """(3 n, 3) uint8: n colours, then tints and shades of them; on paper shades first."""
    tints, shades = 0.5 * base + 127.5, 0.55 * base
    rounds = np.concatenate([base.astype(np.float64), *((shades, tints) if on_paper else (tints, shades))])
    return np.asarray(np.floor(rounds + 0.5), dtype=np.uint8)


def _lightness(colours: UInt8Array) -> Float64Array:
    """CIE L* of sRGB colours (IEC 61966-2-1 and CIE 15)."""
    rgb = colours / 255.0
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    cube_root = np.where(luminance > (6 / 29) ** 3, np.cbrt(luminance), luminance / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.asarray(116 * cube_root - 16)


def _unknown(option: str, name: str, kind_and_remedy: str) -> OptionError:
    return OptionError(f"{option} {typed(name)}: unknown {kind_and_remedy}", keyword(option))
