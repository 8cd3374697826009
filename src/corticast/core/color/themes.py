"""Themes: the one home of the colours of grounds, texts and outlines, and of the colour maps that suit each ground.

Importing this module loads no NumPy: the table of options is made of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol

from corticast.core.arguments import typed
from corticast.core.suggest import did_you_mean
from corticast.errors import OptionError, keyword

ThemeName = Literal["dark", "light", "print", "post"]
Rgb = tuple[float, float, float]

# Name of the background through which a page is seen.
TRANSPARENT = "none"

# Least contrast of text and ground, WCAG 2.2, success criterion 1.4.3.
LEAST_CONTRAST = 4.5


@dataclass(frozen=True)
class Theme:
    """The look of a picture, apart from its content. All colours are sRGB in 0..1.

    Parameters
    ----------
    background : colour behind the panels, a name or #rrggbb, or "none" for transparent
    ground : colour behind the panels; of a transparent picture that of the page that suits the picture best
    text, warning : colours of texts
    outline : colour around contacts
    cut : colour of the lines that show where slices run
    cmap : colour map of the volume
    activity_cmap, signed_cmap : colour maps of activity from 0 to 1, and from -1 to 1
    ghosts : whether contacts away from a plane, or under a surface, are drawn small and dim
    panel_ink : colour of names and captions of panels, which then stand large at the middle of the upper and the left
        edge; None where they have the colour of the other texts, and stand in corners
    """

    background: str
    ground: Rgb
    text: Rgb
    warning: Rgb
    outline: Rgb
    cut: Rgb
    cmap: str = "gray"
    activity_cmap: str = "inferno-lifted"
    signed_cmap: str = "blue-grey-orange"
    ghosts: bool = True
    panel_ink: Rgb | None = None

    @property
    def is_light(self) -> bool:
        """Whether dark text stands on the ground."""
        return luminance(self.text) < luminance(self.ground)

    @property
    def is_transparent(self) -> bool:
        """Whether a page is seen through the background."""
        return self.background == TRANSPARENT

    @property
    def premultiplied(self) -> tuple[float, float, float, float]:
        """The background with opacity."""
        return (0.0, 0.0, 0.0, 0.0) if self.is_transparent else (*self.ground, 1.0)

    def activity_map(self, *, signed: bool) -> str:
        """Colour map of activity that names none."""
        return self.signed_cmap if signed else self.activity_cmap

    def on(self, background: str) -> Theme:
        """The theme with another background; texts, outlines and maps turn with the ground.

        Raises
        ------
        OptionError : unknown colour
        """
        if background == TRANSPARENT:
            return replace(self, background=background)
        ground = color(background)
        turned = max((self, *_INKS), key=lambda theme: contrast(theme.text, ground))
        inks = self if turned.is_light == self.is_light else turned
        text = inks.text
        if contrast(text, ground) < LEAST_CONTRAST:
            # Black or white has a contrast of 4.58 on every ground.
            text = max(((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)), key=lambda ink: contrast(ink, ground))
        panel_ink = None if self.panel_ink is None else _red_on(ground, text)
        inks = replace(inks, background=background, ground=ground, text=text, panel_ink=panel_ink)
        return replace(inks, cmap=self.cmap, ghosts=self.ghosts)


# Plain red has a contrast of only 4.0 on white.
_REDS: tuple[Rgb, ...] = ((0.9, 0.0, 0.0), (1.0, 0.2, 0.2))


def _red_on(ground: Rgb, text: Rgb) -> Rgb:
    """A red that stands out from the ground; the colour of the other texts where none does."""
    return next((red for red in _REDS if contrast(red, ground) >= LEAST_CONTRAST), text)


_DARK = Theme(
    background="black",
    ground=(0.0, 0.0, 0.0),
    text=(0.93, 0.93, 0.93),
    warning=(1.0, 0.72, 0.30),
    outline=(0.04, 0.04, 0.05),
    cut=(0.45, 0.86, 0.93),
)
_LIGHT = Theme(
    background="white",
    ground=(1.0, 1.0, 1.0),
    text=(0.08, 0.08, 0.08),
    warning=(0.62, 0.27, 0.0),
    outline=(0.97, 0.97, 0.97),
    cut=(0.0, 0.42, 0.50),
    activity_cmap="inferno-paper",
    signed_cmap="blue-silver-red",
)
_INKS = (_DARK, _LIGHT)

THEMES: dict[ThemeName, Theme] = {
    "dark": _DARK,
    "light": _LIGHT,
    "print": replace(_LIGHT, cmap="gray-print", ghosts=False),
    # Matplotlib's scatter plots have dark outlines.
    "post": replace(_LIGHT, outline=_DARK.outline, panel_ink=_REDS[0]),
}


class _Themed(Protocol):
    """A scene."""

    @property
    def theme_name(self) -> ThemeName: ...
    @property
    def background(self) -> str | None: ...
    @property
    def volume_map(self) -> str | None: ...
    @property
    def diverges(self) -> bool: ...
    @property
    def ghosts(self) -> Literal["on", "off"] | None: ...


def theme_of(scene: _Themed) -> Theme:
    """The theme of a scene, with the background, the volume's map and the ghosts that the scene itself chooses.

    Raises
    ------
    OptionError : the background is an unknown colour
    """
    theme = THEMES[scene.theme_name]
    if scene.background is not None:
        theme = theme.on(scene.background)
    usual = theme.signed_cmap if scene.diverges else theme.cmap
    ghosts = theme.ghosts if scene.ghosts is None else scene.ghosts == "on"
    return replace(theme, cmap=scene.volume_map or usual, ghosts=ghosts)


def color(name: str, option: str = "--background") -> Rgb:
    """SRGB colour in 0..1 from a name or #rrggbb.

    Raises
    ------
    OptionError : unknown colour
    """
    from PIL import ImageColor

    try:
        red, green, blue = ImageColor.getrgb(name)[:3]
    except ValueError:
        transparent = {"transparent": TRANSPARENT, TRANSPARENT: TRANSPARENT} if option == "--background" else {}
        mean = did_you_mean(name, [*transparent.values(), *sorted(ImageColor.colormap)], transparent)
        end = "a name, #rrggbb, or none" if option == "--background" else "a name or #rrggbb"
        text = f"unknown colour; {mean}give {end}"
        raise OptionError(f"{option} {typed(name)}: {text}", keyword(option)) from None
    return red / 255, green / 255, blue / 255


def luminance(rgb: Rgb) -> float:
    """Relative luminance of an sRGB colour, by WCAG 2.2."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """Contrast of two sRGB colours, 1 to 21, by WCAG 2.2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
