"""Colour maps as tables of 256 colours."""

from __future__ import annotations

import numpy as np

from corticast.core.arguments import typed
from corticast.core.geometry.sheet_grid import group_colours
from corticast.core.model.types import Float64Array, UInt8Array
from corticast.core.suggest import did_you_mean
from corticast.errors import OptionError

ACTIVITY_MAP = "inferno"
SIGNED_ACTIVITY_MAP = "vik"
N_COLOURS = 256
# Okabe and Ito's colours, which colour-blind people can distinguish, without black, which is invisible on slices.
_GROUP_MAP, _GROUP_MAP_FIRST = "okabeito:okabeito", 1

# Below this lightness (CIE L*), a resting contact is invisible on a dark slice.
_DARKEST = 38.0


def check_colours(cmap: str, electrode_cmap: str | None, background: str) -> None:
    """Refuse names of colours that are unknown.

    Raises
    ------
    OptionError : a colour map or the colour is unknown
    """
    table(cmap)
    if electrode_cmap is not None:
        table(electrode_cmap, "--electrode-cmap")
    ground(background)


def table(name: str, option: str = "--cmap") -> UInt8Array:
    """The table of a colour map.

    Returns
    -------
    (256, 3) uint8, sRGB

    Raises
    ------
    OptionError : unknown colour map
    """
    from cmap import Catalog, Colormap

    try:
        colours = Colormap(name).lut(N_COLOURS)
    except (ValueError, TypeError, KeyError):
        mean = did_you_mean(name, sorted(Catalog().short_keys()))
        remedy = "give gray, viridis, inferno, or another map of the cmap catalogue"
        raise _unknown(option, name, f"colour map; {mean}{remedy}") from None
    return np.asarray(np.floor(np.clip(colours[:, :3], 0, 1) * 255 + 0.5), dtype=np.uint8)


def activity_table(name: str | None, *, signed: bool) -> UInt8Array:
    """Colour map of activity: sequential with a lifted dark end, or diverging for signed activity.

    A named map is used unchanged.
    """
    if name is not None:
        return table(name, "--electrode-cmap")
    if signed:
        return table(SIGNED_ACTIVITY_MAP)
    full = table(ACTIVITY_MAP)
    first = int(np.argmax(_lightness(full) >= _DARKEST))
    picks = np.linspace(first, N_COLOURS - 1, N_COLOURS)
    channels = [np.interp(picks, np.arange(N_COLOURS), full[:, channel]) for channel in range(3)]
    return np.floor(np.stack(channels, axis=1) + 0.5).astype(np.uint8)


def group_table(name: str | None, n_groups: int) -> UInt8Array:
    """Colours of groups of contacts.

    Parameters
    ----------
    name : colour map that is divided evenly among the groups; None takes a qualitative one

    Returns
    -------
    (at most 256, 3) uint8, sRGB; more groups repeat the colours
    """
    from cmap import Colormap

    if name is not None:
        entries = np.linspace(0, N_COLOURS - 1, min(max(n_groups, 1), N_COLOURS))
        return table(name, "--electrode-cmap")[np.round(entries).astype(np.intp)]
    colours = [stop.color.rgba8[:3] for stop in Colormap(_GROUP_MAP).color_stops][_GROUP_MAP_FIRST:]
    return group_colours(np.array(colours, dtype=np.uint8))


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
        raise _unknown(option, name, f"colour; {mean}give a name, #rrggbb, or none") from None
    return red / 255, green / 255, blue / 255


def _unknown(option: str, name: str, kind_and_remedy: str) -> OptionError:
    key = option.removeprefix("--").replace("-", "_")
    return OptionError(f"{option} {typed(name)}: unknown {kind_and_remedy}", key)


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
