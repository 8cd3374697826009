"""What each label needs in order to draw something. It loads no NumPy."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from corticast.core.model.labels import LABELS, default_labels, labels_of
from corticast.core.model.layout_words import SLICE_PLANES, Word
from corticast.core.model.layouts import mosaic_plane, words_in
from corticast.core.model.needs import BARRED, VIEW, VOLUME, shown
from corticast.core.model.options import Facts, Need
from corticast.core.model.scouts import views_along

# Labels that contact sheets have.
_ON_SHEETS = ("scale",)


def _unless_usual(need: Need) -> Need:
    """The need, where `--labels` do not name every usual label: such a list leaves nothing out and asks for nothing."""
    usual = default_labels(LABELS)
    return Need(lambda facts: need.holds(facts) or usual <= {*labels_of(facts)}, need.lack, need.remedy)


def _crosses(word: Word, other: Word, facts: Facts) -> bool:
    """Whether a panel of one word may show a line where the plane of another one runs."""
    plane = mosaic_plane(word) if word.name == "mosaic" else word.name
    if "shaft" in (plane, other.name):
        # Only the contacts say how a shaft runs, and views along its plane are rare.
        return {plane, other.name} <= {"shaft", "mosaic", *SLICE_PLANES}
    if plane not in SLICE_PLANES:
        return False
    if other.name == "mosaic" or other.name in SLICE_PLANES:
        return plane != (mosaic_plane(other) if other.name == "mosaic" else other.name)
    if other.name == "3d":
        # By default its viewer looks along no plane.
        angles = other.at or facts["view"]
        return angles is not None and _is_along(plane, *map(float, angles), turning=bool(facts["spin"]))
    # Views that turn look along axial planes at all times, and along others for a moment.
    return other.name in views_along(plane) and (plane == "axial" or not facts["spin"] or other.name in _POLES)


def _is_along(plane: str, azimuth: float, elevation: float, *, turning: bool) -> bool:
    """Whether the viewer of a view by its angles, in degrees, looks along a plane."""
    if plane == "axial":
        return elevation == 0
    across = 90 if plane == "sagittal" else 0
    return abs(elevation) == 90 or (not turning and azimuth % 180 == across)


def _has_lines(facts: Facts) -> bool:
    words = words_in(facts["layout"], contacts=facts.electrodes)
    # A mosaic gets a slice across its own ones.
    if any(word.name == "mosaic" or (word.name == "shaft" and len(word.at) > 1) for word in words):
        return True
    return any(_crosses(one, other, facts) or _crosses(other, one, facts) for one, other in combinations(words, 2))


def _in_layout(facts: Facts) -> str:
    return "on a picture" if facts.image else f"in the layout {facts['layout']}"


_POLES = ("superior", "inferior")
_MEASURED = Need(lambda facts: not facts.image, "on a picture, which has no mm")
_CROSSED = Need(
    lambda facts: not facts.image and (facts["layout"] is None or _has_lines(facts)),
    lambda facts: "on a picture, which has no cuts" if facts.image else f"{_in_layout(facts)}, where no slices cross",
    lambda facts: "" if facts.image else "give --layout ortho, talk or mosaic",
)
_TURNED = shown("3d")
_IN_MM = shown(*SLICE_PLANES, "shaft", "3d")
_SLICED = shown(*SLICE_PLANES)
_SIDED = Need(lambda facts: not facts.image, "on a picture, which has no sides")
_TITLED = Need(
    lambda facts: bool(facts["title"]) or not facts.image,
    lambda facts: f"{_in_layout(facts)} without --title",
    "give --title",
)
_TIMED = Need(lambda facts: facts.product != "still", "in a still that belongs to no film", "give --time")

_NEEDS: Mapping[str, tuple[Need, ...]] = {
    "letters": (_SIDED,),
    "cube": (_TURNED, VIEW),
    "title": (_TITLED,),
    "slice": (VOLUME, _SLICED),
    "mm": (_IN_MM,),
    "colorbar": (BARRED,),
    "clock": (_TIMED,),
}
_ASKED: Mapping[str, tuple[Need, ...]] = {"scale": (_MEASURED,), "cuts": (_CROSSED,)}

_OFF_SHEETS = Need(lambda facts: facts.product != "sheet", "on a contact sheet", "give -o FILE for a film")

# What labels need where `--labels` name them.
LABEL_NEEDS: Mapping[str, tuple[Need, ...]] = {
    **{name: (() if name in _ON_SHEETS else (_OFF_SHEETS,)) + needs for name, needs in _ASKED.items()},
    **{name: (_OFF_SHEETS, *map(_unless_usual, needs)) for name, needs in _NEEDS.items()},
}
