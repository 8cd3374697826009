"""The table of layouts, from which follow options, panels and the keys of a show. It loads no NumPy."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain, product
from typing import Literal

from corticast.core.model.layout_expression import Expression, parsed
from corticast.core.model.layout_words import SLICE_PLANES, Word
from corticast.core.model.trees import Tree, leaves, with_leaves

LayoutName = Literal[
    "ortho",
    "grid",
    "sagittal",
    "coronal",
    "axial",
    "lateral",
    "3d",
    "superior",
    "inferior",
    "anterior",
    "posterior",
    "talk",
    "mosaic",
]

_THREE_SLICES = (
    "sagittal | coronal | axial",
    "sagittal / coronal / axial",
    "sagittal | (coronal / axial)",
    "sagittal / (coronal | axial)",
    "(sagittal / coronal) | axial",
    "(sagittal | coronal) / axial",
    "(sagittal / axial) | coronal",
)

# Arrangements of each layout by name. A frame has the one in which its panels are largest, and the first of equals. A
# show's number keys choose the first nine layouts.
LAYOUTS: dict[LayoutName, tuple[str, ...]] = {
    "ortho": _THREE_SLICES,
    "grid": (
        "sagittal | coronal / axial | 3d",
        "sagittal | coronal | axial | 3d",
        "sagittal / coronal / axial / 3d",
        "sagittal | coronal / 3d | axial",
        "sagittal | axial | (coronal / 3d)",
        "sagittal / axial / (coronal | 3d)",
        "(sagittal / coronal) | axial | 3d",
        "(sagittal | coronal) / axial / 3d",
        "3d | (sagittal / coronal / axial)",
        "3d / (sagittal | coronal | axial)",
        "sagittal | axial / coronal | 3d",
        "((sagittal | coronal) / 3d) | axial",
        "sagittal / coronal | axial / 3d",
    ),
    "sagittal": ("sagittal",),
    "coronal": ("coronal",),
    "axial": ("axial",),
    "lateral": ("lateral",),
    "3d": ("3d",),
    "superior": ("superior",),
    "inferior": ("inferior",),
    "anterior": ("anterior",),
    "posterior": ("posterior",),
    "talk": (
        "lateral | (sagittal / coronal / axial)",
        "lateral | sagittal | coronal | axial",
        "lateral | sagittal / coronal | axial",
        "lateral / sagittal | coronal | axial",
        "lateral / sagittal / coronal / axial",
        "lateral | (sagittal / coronal) | axial",
        "lateral / ((sagittal / coronal) | axial)",
        "lateral | ((sagittal | coronal) / axial)",
        "lateral / (sagittal | coronal) / axial",
        "(lateral / (sagittal | coronal)) | axial",
        "(lateral / sagittal) | (coronal / axial)",
    ),
    "mosaic": ("mosaic",),
}

# Without electrodes the view of this layout shows no contacts, and its slices take the room.
_WITHOUT_CONTACTS: dict[str, tuple[str, ...]] = {"grid": _THREE_SLICES}

# Views from outside. "3d" and "lateral" depend on the scene; the others have their viewer in
# `corticast.core.geometry.camera.NAMED_VIEWS`.
VIEWS = ("left", "right", "lateral", "3d", "superior", "inferior", "anterior", "posterior")

SYNONYMS = {
    **dict.fromkeys(("orthogonal", "orthoslices", "three", "multi", "slices"), "ortho"),
    **dict.fromkeys(("transverse", "transversal", "horizontal"), "axial"),
    "frontal": "coronal",
    **dict.fromkeys(("four", "quad", "2x2"), "grid"),
    **dict.fromkeys(("side", "sides"), "lateral"),
    **dict.fromkeys(("top", "dorsal", "above"), "superior"),
    **dict.fromkeys(("bottom", "ventral", "below"), "inferior"),
    **dict.fromkeys(("front", "face"), "anterior"),
    **dict.fromkeys(("back", "behind"), "posterior"),
    **dict.fromkeys(("outside", "surface", "rotating"), "3d"),
    **dict.fromkeys(("oblique", "trajectory"), "shaft"),
    **dict.fromkeys(("picture", "photo"), "image"),
    **dict.fromkeys(("presentation", "slide"), "talk"),
    **dict.fromkeys(("lightbox", "montage", "tiles"), "mosaic"),
}


@lru_cache(maxsize=256)
def expression(layout: str) -> Expression:
    """Tree of words that a text says.

    Raises
    ------
    ValueError : the text is no expression; the message begins with the column
    """
    return parsed(layout, tuple(name for name in LAYOUTS), SYNONYMS)


@lru_cache(maxsize=256)
def arrangements(layout: str, *, contacts: bool) -> tuple[Tree[Word], ...]:
    """Trees of panels that a layout's frames may have.

    Parameters
    ----------
    layout : name or expression
    contacts : whether the scene has electrodes
    """
    tree = expression(layout)
    choices = [_choices(word, contacts=contacts) for word in leaves(tree)]
    return tuple(with_leaves(tree, chosen) for chosen in product(*choices))


def words_in(layout: str, *, contacts: bool = True) -> tuple[Word, ...]:
    """Words for all panels that a layout's frames may have, each once."""
    found = chain(*(leaves(tree) for tree in arrangements(layout, contacts=contacts)))
    return tuple(dict.fromkeys(found))


def shows(layout: str, names: tuple[str, ...], *, bare: bool = False, contacts: bool = True) -> bool:
    """Whether a layout has a panel of one of some names.

    Parameters
    ----------
    names : of panels; a mosaic counts as its slices
    bare : whether only panels count behind which no @ stands
    contacts : whether the scene has electrodes
    """
    words = words_in(layout, contacts=contacts)
    return any(_name_of(word) in names and not (bare and (word.at or word.name == "mosaic")) for word in words)


def has_views(layout: str, *, contacts: bool = True) -> bool:
    """Whether a layout shows the head from outside; parameters as in `shows`."""
    return shows(layout, VIEWS, contacts=contacts)


def layouts_with(names: tuple[str, ...], *, bare: bool = False) -> tuple[LayoutName, ...]:
    """Layouts by name that have a panel of one of some names; parameters as in `shows`."""
    return tuple(layout for layout in LAYOUTS if shows(layout, names, bare=bare))


def mosaic_plane(word: Word) -> str:
    """Plane of the slices of a mosaic."""
    return next((each for each in word.at if isinstance(each, str)), "axial")


def _name_of(word: Word) -> str:
    return mosaic_plane(word) if word.name == "mosaic" else word.name


def _choices(word: Word, *, contacts: bool) -> list[Tree[Word]]:
    """Trees that a word stands for."""
    layout = next((name for name in LAYOUTS if name == word.name), None)
    if layout is None or word.at or LAYOUTS[layout] == (layout,):
        return [word]
    texts = LAYOUTS[layout] if contacts else _WITHOUT_CONTACTS.get(layout, LAYOUTS[layout])
    return [expression(text) for text in texts]


SLICE_LAYOUTS = layouts_with((*SLICE_PLANES, "shaft"))

# Layouts that show the head from outside, and no slice.
OUTSIDE_LAYOUTS = tuple(name for name in LAYOUTS if name not in SLICE_LAYOUTS)
