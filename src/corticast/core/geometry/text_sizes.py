"""How large texts are: with the frame, or as a scene and a size in print ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from corticast.core.geometry.foot_room import FOOT_PX
from corticast.core.geometry.print_size import PrintSize
from corticast.core.geometry.rooms import CAPTION_PX
from corticast.core.page.parts import PageText
from corticast.errors import OptionError

if TYPE_CHECKING:
    from corticast.core.model.scene import Scene

# Journals print no smaller text.
LEAST_PT = 5.0
# The size of captions at which the smallest texts, those at the foot, have that size.
_LEAST_BASE_PT = LEAST_PT * CAPTION_PX / FOOT_PX
# Larger captions leave no room for panels, in pixels of a frame whose shorter side is 1080.
_MOST_PX = 75.0


def text_scale(scene: Scene) -> float:
    """How much larger the texts of a scene are than usual; points count in print alone, see `font_size_in_print`."""
    asked = scene.font_size
    return asked / CAPTION_PX if isinstance(asked, float | int) else 1.0


def check_points(scene: Scene) -> None:
    """Refuse a size of texts in points where there is no size in print.

    Raises
    ------
    OptionError : the scene has points
    """
    if isinstance(scene.font_size, str):
        remedy = f"give pixels at 1080 lines, such as {CAPTION_PX:g}, or write the frame by save_frame"
        raise OptionError(f"--font-size {scene.font_size}: points need a size in print; {remedy}", "font_size")


def font_size_in_print(asked: float | str | None, printed: PrintSize) -> tuple[float | None, tuple[str, ...]]:
    """The size of captions for a page, in pixels of a frame of 1080 lines, and warnings.

    Texts that nobody could read in print become larger.

    Parameters
    ----------
    asked : of a scene, see `Scene.font_size`

    Raises
    ------
    OptionError : the texts would leave no room for the panels
    """
    points_per_px = min(printed.size) / 1080 * 72 / printed.dpi
    usual_pt = (CAPTION_PX if asked is None else asked) * points_per_px if not isinstance(asked, str) else points(asked)
    most_pt = _MOST_PX * points_per_px
    if isinstance(asked, str) and usual_pt > most_pt:
        text = f"--font-size {asked}: too large for a figure of {printed.text}; give at most {most_pt:.1f}pt"
        raise OptionError(text, "font_size")
    base_pt = max(usual_pt, min(_LEAST_BASE_PT, most_pt))
    if base_pt == usual_pt:
        return (base_pt / points_per_px if isinstance(asked, str) else asked), ()
    given = "" if asked is None else f" of --font-size {asked}"
    said = f"texts{given} would have {usual_pt:.1f} pt in print, too small to read; they have {base_pt:.1f} pt"
    return min(base_pt / points_per_px, _MOST_PX), (said,)


def small_texts(texts: Iterable[PageText], printed: PrintSize) -> tuple[str, ...]:
    """A warning about texts that became too small to be read in print, because they had no room."""
    points_per_px = 72 / printed.dpi
    small = min(texts, key=lambda text: text.size_px, default=None)
    # Sizes are rounded to fit.
    if small is None or small.size_px * points_per_px > 0.95 * LEAST_PT:
        return ()
    size_pt = small.size_px * points_per_px
    return (f"“{small.text}” has only {size_pt:.1f} pt in print; give a larger --width, or fewer --labels",)


def points(text: str) -> float:
    """The number of points of a font size such as "8pt"."""
    return float(text.removesuffix("pt"))
