"""The layout of a scene's frames."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

import numpy as np

from corticast.core.color.themes import theme_of
from corticast.core.geometry.arrange import arrange
from corticast.core.geometry.arrangements import Grown, largest_scale
from corticast.core.geometry.bar_corner import layouts_with_bar_in_corner
from corticast.core.geometry.contact_sizes import largest_contacts
from corticast.core.geometry.cube_places import with_cubes
from corticast.core.geometry.fit import fit_of, fitted
from corticast.core.geometry.heading_rooms import LEAST_HEADED, arranged_for_headings
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.picture_layout import picture_layout
from corticast.core.geometry.resting import planes_at_rest
from corticast.core.geometry.scale_bar import below_panels, foot_band_px
from corticast.core.geometry.scale_places import with_scale_in_corner
from corticast.core.geometry.scene_cells import cell_trees
from corticast.core.geometry.text_sizes import text_scale
from corticast.core.model.column_look import legend_title, look_of
from corticast.core.model.groups import drawn_groups
from corticast.core.model.needs import BARRED
from corticast.core.model.scene import Scene, has_caption
from corticast.core.model.types import Float64Array, PlacedElectrodes
from corticast.core.text.clear_places import with_clear_texts
from corticast.core.text.face import face_of, in_face
from corticast.core.text.over_heads import over_heads
from corticast.core.text.size_key import with_size_key

# Where texts would stand over contacts, panels leave them room at their sides, above and below, in shares of the full
# room. Rooms are tried until no text stands over a contact; of rooms that serve alike the first one counts. So room at
# the sides comes first, since most frames are wider than their panels. The full room there is that of letters at both
# sides, and five hold a caption. Then comes height: below, where captions stand, before above, and at last the double
# height below. The numbers have no other source than the contacts of tests/unit/core/text/test_clear_places.py.
_KEPT: tuple[Grown, ...] = (
    (5.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.0, 1.0, 1.0), (5.0, 0.0, 1.0),
    (0.0, 0.0, 2.0), (1.0, 1.0, 2.0), (5.0, 1.0, 2.0),
)  # fmt: skip
# Where captions would stand over heads, panels leave them these rooms, from little on, if the captions then cover less:
# by this many of whole captions at least.
_CAPTIONED: tuple[Grown, ...] = (*((0.0, 0.0, share) for share in (0.4, 0.7, 0.95, 1.4, 1.8)), (0.0, 1.0, 1.0))
_LESS_COVERED = 0.1
# Panels with such rooms stay at least so large, as a share of the largest ones without texts. Of many panels only some
# arrangements are known, and others may be larger.
_LEAST_CLEAR, _LEAST_CLEAR_OF_MANY, _MANY = 0.9, 0.926, 4
# Panels with such room stay at least so large, as a share of the largest ones without texts.
_LEAST_SCALE = 0.89
# The bar stands in a corner where panels become larger by this factor at least.
_LEAST_GAIN = 1.02
# Corners in which all texts are placed.
_MOST_CORNERS = 2

# Room around contacts of a picture without the picture, in pixels and as a share of their extent.
_PLAIN_MARGIN, _PLAIN_MARGIN_SHARE = 8.0, 0.12


def layout_of(
    scene: Scene, placed: PlacedElectrodes | None, size: tuple[int, int], *, planes_move: bool = False
) -> Layout:
    """Panels and label places of a scene's frames.

    Parameters
    ----------
    placed : where the electrodes are, None without any
    size : width, height in pixels
    planes_move : whether somebody may drag the planes
    """
    with in_face(face_of(scene)):
        return _layout_of(scene, placed, size, planes_move=planes_move)


def _layout_of(scene: Scene, placed: PlacedElectrodes | None, size: tuple[int, int], *, planes_move: bool) -> Layout:
    """Panels and label places, while the face of the scene holds."""
    laid_out = partial(_without_scale, scene, placed, size, planes_move=planes_move)
    if "scale" not in scene.shown_labels or scene.is_flat:
        return laid_out()
    layout = laid_out()
    planes_mm = planes_at_rest(scene, placed, planes_move=planes_move)
    found = with_scale_in_corner(layout, scene, placed, planes_mm, is_fed=planes_move)
    return found or below_panels(laid_out(band_px=foot_band_px(layout)))


def _without_scale(
    scene: Scene, placed: PlacedElectrodes | None, size: tuple[int, int], *, planes_move: bool, band_px: float = 0.0
) -> Layout:
    """Panels and label places without a bar in mm; a band at the foot is kept free."""
    layout = _with_bar(scene, placed, size, planes_move=planes_move, band_px=band_px)
    if scene.size_by is not None and scene.shows_columns:
        layout = with_size_key(layout)
    return with_cubes(layout, scene, placed, is_fed=planes_move)


def _with_bar(
    scene: Scene, placed: PlacedElectrodes | None, size: tuple[int, int], *, planes_move: bool, band_px: float
) -> Layout:
    """Panels and label places, where the colour bar has all of its room."""
    labels = scene.shown_labels
    has_colorbar = BARRED.holds(scene.facts)
    groups, keyed = _legend_of(scene, placed, is_fed=planes_move), scene.size_by is not None and scene.shows_columns
    picture_at = partial(
        picture_layout,
        size=size,
        labels=labels,
        has_title=bool(scene.title),
        has_colorbar=has_colorbar,
        has_foot=has_caption(scene, is_fed=planes_move),
        text_scale=text_scale(scene),
        groups=groups,
        keyed=keyed,
    )
    if scene.image is not None:
        height, width = scene.image.pixels.shape[:2]
        return picture_at(
            (width, height), (-0.5, -0.5), beyond=_beyond(scene, placed, height, size, is_fed=planes_move)
        )
    if placed is not None and placed.in_picture:
        low, high = _extent(placed)
        return picture_at(tuple(high - low), tuple(low))
    fit = fit_of(scene, placed, planes_move=planes_move)
    trees = [fitted(tree, fit) for tree in cell_trees(scene, placed, fit)]
    arrangement = partial(
        arrange,
        trees,
        fit.limits_mm,
        size,
        labels=labels,
        convention=scene.convention,
        sagittal_nose=scene.sagittal_nose,
        has_title=bool(scene.title),
        has_colorbar=has_colorbar,
        has_foot=has_caption(scene, is_fed=planes_move),
        text_scale=text_scale(scene),
        groups=groups,
        keyed=keyed,
        exact=scene.fit == "volume" and scene.volume is not None,
        on_edges=theme_of(scene).panel_ink is not None,
        band_px=band_px,
        voxel_mm=None if scene.volume is None else scene.volume.affine[:3, :3],
    )

    def arranged(**options: Any) -> Layout:
        return replace(arrangement(**options), depths=fit.depths)

    clear = partial(with_clear_texts, scene=scene, placed=placed, fit=fit, is_fed=planes_move)
    most = largest_scale(trees, fit.limits_mm, size)
    on_edges = theme_of(scene).panel_ink is not None
    roomy = partial(arranged_for_headings, arranged, LEAST_HEADED * most) if on_edges else arranged
    in_corner = partial(_in_corner, scene=scene, placed=placed, clear=clear, is_fed=planes_move)
    covered = partial(over_heads, scene=scene, placed=placed, fit=fit, is_fed=planes_move)
    # Captions that stand upright at edges are off heads.
    rooms = () if on_edges else _CAPTIONED
    first, cornered = roomy(), None
    least_clear = _LEAST_CLEAR if len(first.panels) < _MANY else _LEAST_CLEAR_OF_MANY
    off_heads = partial(_off_heads, rooms=rooms, least_scale=least_clear * most, covered=covered)
    if first.colorbar is not None and not groups and not keyed:
        free = roomy(has_colorbar=False)
        if _scale_of(free) >= _LEAST_GAIN * _scale_of(first):
            cornered = in_corner(free)
    if cornered is not None and not _n_faults(cornered):
        return off_heads(cornered, partial(arranged, has_colorbar=False), in_corner)
    layout = clear(first)
    # Room is free if no panel becomes smaller.
    least_scale = min(_LEAST_SCALE * most, _scale_of(layout) * (1 - 1e-6))
    for kept in _KEPT:
        if not _n_faults(layout):
            break
        other = arranged(kept=kept)
        if _scale_of(other) >= least_scale:
            layout = min(layout, clear(other), key=_n_faults)
    layout = off_heads(layout, arranged, clear)
    return layout if cornered is None else min(cornered, layout, key=_n_faults)


def _in_corner(
    free: Layout,
    scene: Scene,
    placed: PlacedElectrodes | None,
    clear: Callable[[Layout], Layout],
    *,
    is_fed: bool,
) -> Layout | None:
    """The layout with its bar in a corner over air; None without such a corner."""
    planes_mm = planes_at_rest(scene, placed, planes_move=is_fed)
    corners = layouts_with_bar_in_corner(free, scene, placed, planes_mm, is_fed=is_fed)
    return _with_fewest_faults(map(clear, islice(corners, _MOST_CORNERS)))


def _off_heads(
    layout: Layout,
    arranged: Callable[..., Layout],
    finished: Callable[[Layout], Layout | None],
    *,
    rooms: Sequence[Grown],
    least_scale: float,
    covered: Callable[[Layout], float],
) -> Layout:
    """The layout whose captions cover least of the heads, as long as no other text has a worse place.

    Parameters
    ----------
    arranged : gives the layout with a room for texts
    finished : gives an arranged layout with the places of its texts; None without room for them
    """
    share = covered(layout) if rooms else 0.0
    # Room is free if no panel becomes smaller.
    least_scale = min(least_scale, _scale_of(layout) * (1 - 1e-6))
    for kept in rooms if share else ():
        made = arranged(kept=kept)
        other = finished(made) if _scale_of(made) >= least_scale else None
        if other is None or _n_faults(other) > _n_faults(layout):
            continue
        if (found := covered(other)) <= share - _LESS_COVERED:
            layout, share = other, found
        if not share:
            break
    return layout


def _with_fewest_faults(layouts: Iterable[Layout]) -> Layout | None:
    """The first layout without faults, else the one with fewest; None of none."""
    best = None
    for layout in layouts:
        best = layout if best is None else min(best, layout, key=_n_faults)
        if not _n_faults(best):
            break
    return best


def _scale_of(layout: Layout) -> float:
    return min(panel.pixels_per_mm for panel in layout.panels)


def _n_faults(layout: Layout) -> int:
    """Texts that stand over contacts, or have no room."""
    return len(layout.on_contacts) + len(layout.without_room)


def _legend_of(scene: Scene, placed: PlacedElectrodes | None, *, is_fed: bool) -> tuple[str, ...]:
    """Words of the legend that stands in place of the colour bar, its title first; empty without one."""
    if placed is None or scene.drive is not None or is_fed:
        return ()
    colours = None
    if scene.shows_columns:
        look = look_of(scene, placed.drawn)
        colours = None if look is None else look.colours
    words = drawn_groups(placed) if colours is None else colours.legend
    title = legend_title(scene, colours)
    return (*[title] * bool(title), *words) if words else ()


def _beyond(
    scene: Scene, placed: PlacedElectrodes | None, height: int, size: tuple[int, int], *, is_fed: bool
) -> Callable[[float], tuple[float, float]]:
    """How far contacts reach beyond the upper and the lower edge of a picture, in pixels of the frame, by its scale.

    Parameters
    ----------
    height : of the picture in its own pixels
    size : of the frame in pixels
    is_fed : whether activity may come from elsewhere than the scene, as in a show
    """
    if placed is None or not placed.drawn.any():
        return lambda scale: (0.0, 0.0)
    sizes, drawn = largest_contacts(scene, placed, is_fed=is_fed), placed.drawn
    unit = text_scale(scene) * min(size) / 1080
    rows = placed.pos[drawn, 1] + 0.5

    def beyond(scale: float) -> tuple[float, float]:
        radii = sizes.range_at(scale, size[1], unit).max(axis=1)[drawn] / 2
        above, below = (radii - rows * scale).max(), (radii + (rows - height) * scale).max()
        return max(float(above), 0.0), max(float(below), 0.0)

    return beyond


def _extent(placed: PlacedElectrodes) -> Float64Array:
    """(2, 2) box of the drawn contacts in a picture with room around it, in pixels."""
    pos = placed.pos[placed.drawn]
    low, high = pos.min(axis=0), pos.max(axis=0)
    margin = _PLAIN_MARGIN + _PLAIN_MARGIN_SHARE * (high - low).max()
    return np.stack([low - margin, high + margin])
