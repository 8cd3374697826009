"""Defaults that have changed, for scenes that were made before.

A commit that changes a default of a scene's option raises the version in pyproject.toml, and adds an entry here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corticast.core.color.themes import THEMES, TRANSPARENT
from corticast.core.model.layouts import has_views, shows
from corticast.errors import OptionError

# Of a scene that does not say which version made it.
FIRST_VERSION = "0.1.0"


@dataclass(frozen=True)
class ChangedDefault:
    """A default that has changed.

    Parameters
    ----------
    version : that has the new default first
    option : its name
    before, now : the old and the new default
    remedy : way to bring the old look back; "" sets the option to `before`
    beside : options without which the default does not count
    without : options with which the default does not count
    where : whether the default counts beside the values of the other options
    """

    version: str
    option: str
    before: Any
    now: Any
    remedy: str = ""
    beside: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    where: Callable[[Mapping[str, Any]], bool] = lambda _: True


def _is_on_paper(values: Mapping[str, Any]) -> bool:
    """Whether a scene names a light background."""
    background = values.get("background")
    with suppress(OptionError):
        # An unknown colour is refused elsewhere.
        return background not in (None, TRANSPARENT) and THEMES["dark"].on(background).is_light
    return False


def _shows_3d(values: Mapping[str, Any]) -> bool:
    """Whether a scene shows the head in a panel that has an orientation cube."""
    with suppress(ValueError):
        # An unknown layout is refused elsewhere.
        return "image" not in values and shows(str(values.get("layout")), ("3d",), contacts="electrodes" in values)
    return False


def _shows_outside(values: Mapping[str, Any]) -> bool:
    """Whether a scene shows the head from outside."""
    with suppress(ValueError):
        # An unknown layout is refused elsewhere.
        return "image" not in values and has_views(str(values.get("layout")), contacts="electrodes" in values)
    return False


def _is_of_the_post(values: Mapping[str, Any]) -> bool:
    return values.get("drive") == "post"


def _shows_labels(values: Mapping[str, Any]) -> bool:
    """Whether the name of a scene's volume is one of labels. Its header is not known here."""
    name = Path(str(values.get("volume") or "")).name.lower()
    return name.startswith(("aseg", "aparc", "wmparc")) or "_dseg." in name


_DATA = ("electrodes", "activity")
_BY_SPACING = "auto, in mm by the spacing of neighbours,"

CHANGED_DEFAULTS: tuple[ChangedDefault, ...] = (
    ChangedDefault("0.2.0", "caption", "none", "auto", beside=("electrodes",)),
    ChangedDefault("0.2.0", "electrode_cmap", "vik", "blue-grey-orange, where values have a sign,", beside=_DATA),
    ChangedDefault(
        "0.2.0",
        "activity_scale",
        None,
        "the 99th percentile over all contacts",
        "set activity_scale to the number at the old picture's colour bar",
        beside=_DATA,
    ),
    ChangedDefault(
        "0.2.0",
        "reference",
        "average",
        "the average within grids and strips, and within depth contacts,",
        beside=_DATA,
    ),
    ChangedDefault(
        "0.2.0",
        "electrode_size",
        (40, 40),
        "12 pixels, with a colour for each group, where nothing moves the contacts,",
        beside=("electrodes",),
        without=("audio", "activity", "drive"),
    ),
    ChangedDefault("0.3.0", "background", "black", "white with drive = 'post'", where=_is_of_the_post),
    ChangedDefault(
        "0.3.0",
        "electrode_cmap",
        "inferno-lifted",
        "inferno-paper, blue-silver-red or, of groups, colours with a dark yellow on light backgrounds",
        "set electrode_cmap to inferno-lifted, blue-grey-orange or okabeito",
        beside=("electrodes", "background"),
        where=_is_on_paper,
    ),
    ChangedDefault(
        "0.2.0",
        "flash_limit",
        True,
        "off in films",
        "the old limit is gone; flash_limit = true lowers all activity by one gain",
        beside=_DATA,
    ),
    ChangedDefault("0.3.0", "interpolation", "linear", "nearest for labels", beside=("volume",), where=_shows_labels),
    ChangedDefault("0.3.0", "window", "robust", "auto, by the tissue within the head,", beside=("volume",)),
    ChangedDefault("0.3.0", "fit", "volume", "head", beside=("volume",)),
    ChangedDefault(
        "0.3.0",
        "plane_mm",
        None,
        "the sagittal plane with most contacts near it, where contacts lie on both sides, and none at the head's rim,",
        "set plane_mm to the coordinates in the old picture's captions",
        beside=("electrodes", "volume"),
    ),
    ChangedDefault(
        "0.3.0",
        "labels",
        "letters,title,slice,mm,colorbar,clock",
        "the same with an orientation cube in 3d",
        beside=("layout",),
        where=_shows_3d,
    ),
    ChangedDefault(
        "0.3.0",
        "electrode_depth",
        10,
        "auto, which adapts to volumes shorter than 150 mm, to mosaics and to planes that moved inwards,",
        beside=("electrodes", "volume"),
    ),
    ChangedDefault(
        "0.3.0",
        "render",
        "surface",
        "glass where most contacts lie under the surface of a brain",
        beside=("electrodes", "layout", "volume"),
        where=_shows_outside,
    ),
    ChangedDefault("0.3.0", "electrode_size", (6, 40), _BY_SPACING, beside=_DATA),
    ChangedDefault(
        "0.3.0", "electrode_size", (6, 40), _BY_SPACING, beside=("electrodes", "audio"), without=("activity", "drive")
    ),
    ChangedDefault(
        "0.3.0",
        "electrode_size",
        (12, 12),
        _BY_SPACING,
        beside=("electrodes",),
        without=("audio", "activity", "drive"),
    ),
)


def changed_since(version: str, given: Collection[str]) -> list[str]:
    """Say what another version would have drawn.

    Parameters
    ----------
    version : that made the scene
    given : options that the scene sets, with or without their values; their defaults do not count

    Returns
    -------
    a line for each default that has changed since
    """
    values = given if isinstance(given, Mapping) else dict.fromkeys(given)
    counted = [each for each in CHANGED_DEFAULTS if _numbers(version) < _numbers(each.version)]
    first: dict[str, ChangedDefault] = {}
    last: dict[str, ChangedDefault] = {}
    for each in counted:
        if _counts(each, set(given)) and each.where(values):
            # A default may have changed twice: the first entry knows the old look, and the last one the present.
            first.setdefault(each.option, each)
            last[each.option] = each
    return [
        f"the default of {name} has been {last[name].now} since corticast {last[name].version}; "
        f"{each.remedy or f'set {name} = {each.before!r}'} for the look of {version}"
        for name, each in first.items()
    ]


def _counts(each: ChangedDefault, given: set[str]) -> bool:
    """Whether a default decided the picture of a scene that sets some options."""
    return each.option not in given and set(each.beside) <= given and not given & set(each.without)


def _numbers(version: str) -> tuple[int, ...]:
    """A version in an order: 0.10.0 comes after 0.9.1."""
    digits = ("".join(c for c in part if c.isdigit()) for part in version.split("."))
    return tuple(int(number or 0) for number in digits)
