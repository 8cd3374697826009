"""Diameters of contacts: by their spacing in space, in millimetres, in pixels, or by the table.

A diameter in millimetres is the same in all frames and on all panels of one scale, however a camera turns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from corticast.core.geometry.affines import world_box_mm
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import Panel
from corticast.core.geometry.spacing import neighbour_spacing
from corticast.core.geometry.sprite_styles import reach_of
from corticast.core.geometry.sprites import SpriteLook
from corticast.core.geometry.table_sizes import table_diameters_mm
from corticast.core.model.column_look import ColumnLook, look_of
from corticast.core.model.groups import groups_of
from corticast.core.model.kinds import millimetres_of
from corticast.core.model.types import BoolArray, Float64Array, PlacedElectrodes
from corticast.errors import OptionError

if TYPE_CHECKING:
    from corticast.core.model.scene import Scene

# Largest share of the spacing that a contact covers: between two full neighbours a line of ground stays.
MOST_OF_SPACING = 0.95

# At rest a contact is about a third as wide as at full, so that its swelling is seen. Without activity it has half of
# the width, and more where its colour is a number to be read.
_REST_SHARE, _MODEST_SHARE, _VALUE_SHARE = 0.35, 0.5, 0.8

# Contacts that all have names leave room for a line of text to the next row: of 64 on a brain at 1080 lines, 28 had
# room beside contacts that cover 0.95 or 0.76 of the spacing.
_NAMED_SHARE = 0.52

# Contacts far apart, or one alone, are no wider than this share of the longest edge of the volume or picture.
_MOST_OF_BOX = 1 / 20

# Least diameters at rest and at full, in pixels of a 1080-line frame. In the back row of a lecture hall, at six heights
# of the picture, a pixel is 0.53 arc minutes wide: a dot is seen from 2 arc minutes on, its colour from 4 on.
LEAST_PX = (4.0, 8.0)

# Least diameter of contacts below a threshold or without a value, in pixels of a 1080-line frame, unless all contacts
# are smaller. The rings among them are smaller still where they are faint.
_LEAST_SMALL_PX = 6.5

# Pixels beyond its radius that a contact reaches at most.
ANTIALIASING_PX = 2.0

# Room around contacts without a volume or picture, in mm or pixels, as the layout has it at least.
_PLAIN_MARGIN = 8.0


@dataclass(frozen=True, eq=False)
class ContactSizes:
    """Diameters of the contacts of one table.

    Parameters
    ----------
    diameters : (n, 2) float64, at rest and at full activity, in `unit`
    unit : "mm" of the world, "picture" for pixels of the picture, or "px" for pixels of a 1080-line frame
    least_px : least diameters at rest and at full, in pixels of a 1080-line frame
    spacing : of neighbouring contacts in `unit`; None without neighbours, or in pixels of the frame
    shares : (n,) float64 in 0..1, place of contacts that rest between their two diameters; None leaves it to activity
    scales : (n,) float64, factor on the diameters of contacts; None for 1
    reach : radii that light reaches from a contact's centre: 1, or more with a halo
    warnings : warnings about sizes of the table, one line each
    """

    diameters: Float64Array
    unit: Literal["mm", "picture", "px"] = "px"
    least_px: tuple[float, float] = (0.0, 0.0)
    spacing: float | None = None
    reach: float = 1.0
    warnings: tuple[str, ...] = ()
    shares: Float64Array | None = None
    scales: Float64Array | None = None

    @classmethod
    def in_pixels(cls, n: int, diameters: tuple[float, float]) -> ContactSizes:
        """The same diameters for n contacts, in pixels of a 1080-line frame."""
        return cls(np.tile(np.asarray(diameters, dtype=np.float64), (n, 1)))

    def on(self, panel: Panel, layout: Layout) -> Float64Array:
        """(n, 2) float64 diameters at rest and at full on a panel, in pixels of the frame."""
        return self._scaled(self.range_on(panel, layout), _LEAST_SMALL_PX * layout.unit)

    def _scaled(self, pairs: Float64Array, least: float = 0.0) -> Float64Array:
        """Diameters at rest and at full of contacts. Some rest between the two, or are small.

        Parameters
        ----------
        least : diameter below which none becomes by its scale
        """
        if self.shares is not None:
            low, high = pairs.T
            pairs = np.repeat((low + (high - low) * self.shares)[:, None], 2, axis=1)
        return pairs if self.scales is None else np.maximum(pairs * self.scales[:, None], np.minimum(pairs, least))

    def range_on(self, panel: Panel, layout: Layout) -> Float64Array:
        """(n, 2) float64, least and largest diameter of each contact on a panel, in pixels of the frame."""
        return self.range_at(panel.pixels_per_mm, layout.size[1], layout.unit)

    @property
    def largest_mm(self) -> Float64Array:
        """(n,) float64, largest diameter of each contact in mm; 0 where diameters are in pixels."""
        if self.unit != "mm":
            return np.zeros(len(self.diameters))
        return np.asarray(self._scaled(self.diameters).max(axis=1))

    def range_at(self, scale: float, n_lines: int, unit: float) -> Float64Array:
        """(n, 2) float64, least and largest diameter of each contact in pixels of a frame.

        Parameters
        ----------
        scale : pixels per mm, or per pixel of the picture
        n_lines : height of the frame
        unit : pixels that one pixel of a frame of 1080 lines becomes
        """
        if self.unit == "px":
            return self.diameters * (n_lines / 1080)
        return np.maximum(self.diameters * scale, np.asarray(self.least_px) * unit)

    def have_light(self, bad: BoolArray) -> BoolArray:
        """(n,) bool, contacts that may have a halo: neither bad channels nor values below a threshold.

        Parameters
        ----------
        bad : (n,) bool
        """
        return ~bad if self.scales is None else ~bad & (self.scales == 1)

    def by(self, look: ColumnLook) -> ContactSizes:
        """The diameters that contacts at rest have by columns."""
        shares = None if look.sizes is None else look.sizes.shares
        return replace(self, shares=shares, scales=look.scales)

    def reach_px(self, panel: Panel, layout: Layout) -> float:
        """Pixels that the largest contact reaches from its centre on a panel, halo and antialiasing included."""
        return 0.5 * self.reach * float(self.on(panel, layout).max(initial=0.0)) + ANTIALIASING_PX

    def crowded(self, layout: Layout) -> float:
        """Largest diameter on a panel as a share of the spacing there; 0 where the spacing does not decide."""
        if self.spacing is None:
            return 0.0
        panels = [panel for panel in layout.panels if panel.pixels_per_mm > 0]
        return max(
            (float(self.on(each, layout).max(initial=0.0)) / (self.spacing * each.pixels_per_mm) for each in panels),
            default=0.0,
        )


def contact_sizes(
    scene: Scene, placed: PlacedElectrodes, usual_px: tuple[float, float] | None, *, moves: bool
) -> ContactSizes:
    """Diameters that the contacts of a scene have.

    Parameters
    ----------
    placed : where the contacts are
    usual_px : diameters that the drive brings along where the scene chooses none, in pixels of a 1080-line frame
    moves : whether activity moves the contacts; without it each keeps one modest size

    Raises
    ------
    OptionError : sizes in mm where contacts stand in pixels of a picture, or a table without sizes
    """
    check_sizes(scene, placed)
    return replace(_chosen(scene, placed, usual_px, moves=moves), reach=reach_of(scene.electrode_style))


def largest_contacts(scene: Scene, placed: PlacedElectrodes, *, is_fed: bool = False) -> ContactSizes:
    """Diameters of a scene's contacts, known before anything is analysed: their largest are those of full activity.

    Parameters
    ----------
    placed : where the contacts are
    is_fed : whether activity may come from elsewhere than the scene, as in a show

    Raises
    ------
    as `contact_sizes`
    """
    look = look_of(scene, placed.drawn) if scene.shows_columns and not is_fed else None
    spans = is_fed or scene.drive is not None or (look is not None and look.sizes is not None)
    usual_px = getattr(scene.drive, "sprites", SpriteLook()).diameters
    sizes = contact_sizes(scene, placed, usual_px, moves=spans)
    return sizes if look is None else sizes.by(look)


def _chosen(
    scene: Scene, placed: PlacedElectrodes, usual_px: tuple[float, float] | None, *, moves: bool
) -> ContactSizes:
    chosen = scene.electrode_size or usual_px or "auto"
    auto = _by_spacing(scene, placed, moves=moves)
    if chosen == "auto":
        return auto
    if chosen == "table":
        of_table, warnings = table_diameters_mm(placed.table, placed.drawn)
        diameters = np.where(np.isfinite(of_table)[:, None], of_table[:, None], auto.diameters)
        return ContactSizes(diameters, "mm", (LEAST_PX[0],) * 2, warnings=warnings)
    mm = millimetres_of(chosen)
    low, high = map(float, mm or chosen)
    diameters = np.tile((low, high if moves else low), (len(placed.pos), 1))
    return ContactSizes(diameters, "px" if mm is None else "mm")


def _by_spacing(scene: Scene, placed: PlacedElectrodes, *, moves: bool) -> ContactSizes:
    """Diameters by the spacing of neighbours, or by the volume or picture where contacts stand far apart."""
    spacing = neighbour_spacing(placed.pos, groups_of(placed.table), placed.table.subjects)
    most = _MOST_OF_BOX * _longest_edge(scene, placed)
    full = most if spacing is None else min(MOST_OF_SPACING * spacing, most)
    steady = _VALUE_SHARE if shows_values(scene) else _MODEST_SHARE
    pair = (_REST_SHARE * full, full) if moves else (steady * full,) * 2
    if spacing is not None and scene.names == "all":
        pair = min(pair[0], _NAMED_SHARE * spacing), min(pair[1], _NAMED_SHARE * spacing)
    return ContactSizes(
        np.tile(pair, (len(placed.pos), 1)),
        "picture" if placed.in_picture else "mm",
        LEAST_PX if moves else (LEAST_PX[1],) * 2,
        spacing,
    )


def shows_values(scene: Scene) -> bool:
    """Whether the colours of a scene's contacts are the numbers of a column."""
    colours = getattr(look_of(scene), "colours", None) if scene.shows_columns else None
    return colours is not None and not colours.words


def _longest_edge(scene: Scene, placed: PlacedElectrodes) -> float:
    """Longest edge of the volume in mm, of the picture in pixels, or of the room that contacts alone take."""
    if scene.image is not None:
        return float(max(scene.image.pixels.shape[:2]))
    if scene.volume is not None:
        low, high = world_box_mm(scene.volume.affine, scene.volume.shape)
        return float((high - low).max())
    drawn = placed.pos[placed.drawn]
    return float(np.ptp(drawn, axis=0).max()) + 2 * _PLAIN_MARGIN if len(drawn) else 2 * _PLAIN_MARGIN


def check_sizes(scene: Scene, placed: PlacedElectrodes) -> None:
    """Refuse sizes that a scene's contacts cannot have.

    Raises
    ------
    OptionError : sizes in mm where contacts stand in pixels of a picture, or a table without sizes
    """
    size = scene.electrode_size
    if size is None or size == "auto":
        return
    if placed.in_picture and (size == "table" or millimetres_of(size)):
        value = size if isinstance(size, str) else ",".join(map(str, size))
        raise OptionError(
            f"--electrode-size {value}: contacts stand in pixels of a picture, which has no mm; "
            "give auto, or MIN,MAX in pixels such as 6,40",
            "electrode_size",
        )
    if size == "table":
        table_diameters_mm(placed.table, placed.drawn)
