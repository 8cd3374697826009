"""Panels: the parts of a frame that show a slice, the head from outside, or a picture.

Each kind is a class of its own. Code that draws one kind takes that kind from a layout; everything else asks a panel
for its name, rectangle, affine, letters and caption.

Pixel positions are indices: (0, 0) is the centre of the top left pixel, columns run right and rows down.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Set
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, final

import numpy as np
import numpy.typing as npt

from corticast.core.geometry.affines import slice_at_plane, zooms_mm
from corticast.core.geometry.camera import AXIS_ENDS, Camera
from corticast.core.geometry.planes import Plane
from corticast.core.model.types import Float64Array, FrameState, Volume
from corticast.core.text.numbers import digits_of, millimetres

Rect = tuple[int, int, int, int]
Letters = tuple[str, str, str, str]


class Motion(NamedTuple):
    """What changes from frame to frame.

    Parameters
    ----------
    planes : whether the film's planes rest, sweep through the volume, or rest until somebody drags them
    turn : whether views from outside turn
    """

    planes: Literal["rest", "sweep", "drag"] = "rest"
    turn: bool = False


@dataclass(frozen=True, eq=False)
class Panel(ABC):
    """A part of a frame: a `SlicePanel`, an `ObliquePanel`, a `ViewPanel` or a `PicturePanel`.

    Contacts are drawn on the kinds in `FlatPanel` and on `ViewPanel`. Another kind shows no contacts.

    Two panels are the same only if they are one object, so a panel serves as a key.

    Parameters
    ----------
    name : "sagittal", "coronal", "axial"; "shaft LA", ...; "left lateral", "superior", "3d", ...; or "picture"
    rect : x, y, width, height in pixels of the frame
    affine : (2, 3) float64, (u, v, 1) -> (column, row) of a pixel, integral at pixel centres. For a slice u and v are
        world coordinates in mm along `right_axis` and `up_axis`. For an oblique plane they are mm to the right and up
        from its origin, and for a view from the centre of the camera. For a picture they are its columns and rows.
    letters : at the left, right, top and bottom edge; empty texts at edges without a letter
    """

    name: str
    rect: Rect
    affine: Float64Array
    letters: Letters

    @property
    def title(self) -> str:
        """Name as a person reads it."""
        return self.name.capitalize()

    @property
    def pixels_per_mm(self) -> float:
        """Scale of a slice or a view; of a picture, pixels of the frame per pixel of the picture."""
        return float(abs(self.affine[0, 0]))

    def at(self, state: FrameState) -> Panel:
        """The panel as one frame shows it."""
        return self

    def moves(self, motion: Motion) -> bool:
        """Whether the panel shows something else from frame to frame, sprites aside."""
        return False

    def letters_move(self, motion: Motion) -> bool:
        """Whether letters change from frame to frame; those of a slice stay where it sweeps."""
        return False

    def caption_moves(self, motion: Motion) -> bool:
        """Whether the caption changes from frame to frame, or often enough to be no part of the still layer."""
        return self.moves(motion)

    def caption(self, state: FrameState, volume: Volume | None, labels: Set[str]) -> list[str]:
        """Facts below the panel, in the order they are read.

        Parameters
        ----------
        volume : whose voxels slices are counted in, None without one
        labels : kinds of labels that the scene shows
        """
        return []

    def widest_caption(self, volume: Volume | None, labels: Set[str]) -> list[str]:
        """The caption with the widest numbers, so that its size is the same in all frames; parameters as above."""
        return []

    @abstractmethod
    def in_plane(self, pos: npt.ArrayLike) -> Float64Array:
        """Points in the coordinates that `affine` takes; NaN on a panel that has no place for points.

        Parameters
        ----------
        pos : (n, 3) float, world mm, or (n, 2) float, pixels of the picture

        Returns
        -------
        (n, 2) float64
        """

    def pixel_of(self, pos: npt.ArrayLike) -> Float64Array:
        """Frame position of points.

        Parameters
        ----------
        pos : (n, 3) float, world mm, or (n, 2) float, pixels of the picture

        Returns
        -------
        (n, 2) float64, column and row, integral at pixel centres
        """
        return np.asarray(self.in_plane(pos) @ self.affine[:, :2].T + self.affine[:, 2])


class CutPanel(Panel):
    """A plane through the volume: a `SlicePanel` or an `ObliquePanel`."""

    @property
    @abstractmethod
    def normal(self) -> Float64Array:
        """(3,) float64 unit vector at right angles to the plane."""

    @abstractmethod
    def plane_at(self, planes_mm: tuple[float, float, float]) -> float:
        """Coordinate of the plane in mm along its normal, given the film's planes x, y and z."""

    @abstractmethod
    def distance_mm(self, pos_mm: npt.ArrayLike, plane_mm: float) -> Float64Array:
        """(n,) float64 mm of (n, 3) world points from the plane at `plane_mm`, along its normal."""

    @abstractmethod
    def plane_to_world(self, plane_mm: float) -> Float64Array:
        """(3, 3) float64: (column, row, 1) of a pixel -> world mm on the plane at `plane_mm`."""


def plane_digits(volume: Volume | None) -> int:
    """Decimals of coordinates of planes: enough for the volume's voxels."""
    return 1 if volume is None else digits_of(float(zooms_mm(volume.affine).min()))


@final
@dataclass(frozen=True, eq=False)
class SlicePanel(CutPanel):
    """A slice through the volume, at right angles to an axis of the world.

    Parameters
    ----------
    fixed_axis : world axis that the plane fixes (0 x, 1 y, 2 z)
    right_axis, up_axis : world axes that run along the sides, in either sense
    plane_mm : coordinate of a plane that belongs to this panel alone, in mm along `fixed_axis`; None if the panel shows
        the film's plane of this axis, which may sweep or follow a click
    is_scout : whether the slice only shows where the others run: it has no line in them
    """

    fixed_axis: int
    right_axis: int
    up_axis: int
    plane_mm: float | None = None
    is_scout: bool = False

    @property
    def normal(self) -> Float64Array:
        """(3,) float64 unit vector along the fixed axis."""
        return np.asarray(np.eye(3)[self.fixed_axis])

    def plane_at(self, planes_mm: tuple[float, float, float]) -> float:
        """Coordinate of the plane in mm, given the film's planes x, y and z."""
        return planes_mm[self.fixed_axis] if self.plane_mm is None else self.plane_mm

    def moves(self, motion: Motion) -> bool:
        """Whether the plane sweeps."""
        return motion.planes == "sweep" and self.plane_mm is None

    def caption_moves(self, motion: Motion) -> bool:
        """Whether the plane sweeps, or may be dragged."""
        return motion.planes != "rest" and self.plane_mm is None

    def caption(self, state: FrameState, volume: Volume | None, labels: Set[str]) -> list[str]:
        """The plane's coordinate in mm, and the number of the slice where the volume has one there."""
        plane_mm = self.plane_at(state.planes_mm)
        at_mm = millimetres(plane_mm, plane_digits(volume))
        facts = [f"{'xyz'[self.fixed_axis]} = {at_mm} mm"] if "mm" in labels else []
        if "slice" in labels and volume is not None:
            index = slice_at_plane(volume.affine, volume.shape, self.fixed_axis, plane_mm)
            facts += [f"slice {index}"] if index is not None else []
        return facts

    def widest_caption(self, volume: Volume | None, labels: Set[str]) -> list[str]:
        """The caption of a plane that is far from the origin, or of the panel's own plane."""
        if self.plane_mm is not None:
            return self.caption(FrameState(), volume, labels)
        facts = [f"{'xyz'[self.fixed_axis]} = −888.{'8' * plane_digits(volume)} mm"] if "mm" in labels else []
        if "slice" in labels and volume is not None:
            facts.append("slice " + "8" * len(str(max(volume.shape) - 1)))
        return facts

    def in_plane(self, pos: npt.ArrayLike) -> Float64Array:
        """(n, 2) float64 mm along `right_axis` and `up_axis` of (n, 3) world mm."""
        return np.asarray(pos, dtype=np.float64)[:, [self.right_axis, self.up_axis]]

    def distance_mm(self, pos_mm: npt.ArrayLike, plane_mm: float) -> Float64Array:
        """(n,) float64 mm of (n, 3) world points from the plane at `plane_mm`, along the fixed axis."""
        return np.asarray(np.asarray(pos_mm, dtype=np.float64)[:, self.fixed_axis] - plane_mm)

    def plane_to_world(self, plane_mm: float) -> Float64Array:
        """(3, 3) float64: (column, row, 1) of a pixel -> world mm on the plane at `plane_mm`."""
        inverse = np.linalg.inv(np.vstack([self.affine, [0.0, 0.0, 1.0]]))
        world = np.zeros((3, 3))
        world[self.right_axis], world[self.up_axis] = inverse[0], inverse[1]
        world[self.fixed_axis, 2] = plane_mm
        return world


@final
@dataclass(frozen=True, eq=False)
class ObliquePanel(CutPanel):
    """A plane in any position, such as the one that holds a shaft. It rests in all frames.

    Parameters
    ----------
    plane : that the panel shows; `affine` takes mm to the right and up from its origin
    """

    plane: Plane

    @property
    def title(self) -> str:
        """Name as a person reads it; names of groups keep their letters."""
        return self.name[:1].upper() + self.name[1:]

    @property
    def normal(self) -> Float64Array:
        """(3,) float64 unit vector at right angles to the plane."""
        return self.plane.normal

    def plane_at(self, planes_mm: tuple[float, float, float]) -> float:
        """Coordinate of the plane in mm along its normal, wherever the film's planes are."""
        return self.plane.offset_mm

    def caption(self, state: FrameState, volume: Volume | None, labels: Set[str]) -> list[str]:
        """The angle between the plane and the slice that is nearest to it."""
        if "mm" not in labels:
            return []
        shares = np.abs(self.plane.normal)
        axis = int(np.argmax(shares))
        nearest = next(name for name, axes in PLANES.items() if axes[0] == axis)
        return [f"{round(np.rad2deg(np.arccos(min(shares[axis], 1.0))))}° from {nearest}"]

    def widest_caption(self, volume: Volume | None, labels: Set[str]) -> list[str]:
        """The caption, which never changes."""
        return self.caption(FrameState(), volume, labels)

    def in_plane(self, pos: npt.ArrayLike) -> Float64Array:
        """(n, 2) float64 mm to the right and up from the plane's origin, of (n, 3) world mm."""
        return self.plane.in_plane(pos)

    def distance_mm(self, pos_mm: npt.ArrayLike, plane_mm: float) -> Float64Array:
        """(n,) float64 mm of (n, 3) world points from the plane at `plane_mm`, along its normal."""
        return self.plane.distance_mm(pos_mm) + (self.plane.offset_mm - plane_mm)

    def plane_to_world(self, plane_mm: float) -> Float64Array:
        """(3, 3) float64: (column, row, 1) of a pixel -> world mm on the plane at `plane_mm`."""
        inverse = np.linalg.inv(np.vstack([self.affine, [0.0, 0.0, 1.0]]))
        world = np.stack([self.plane.right, self.plane.up], axis=1) @ inverse[:2]
        world[:, 2] += self.plane.origin_mm + (plane_mm - self.plane.offset_mm) * self.plane.normal
        return np.asarray(world)


@final
@dataclass(frozen=True, eq=False)
class ViewPanel(Panel):
    """The head from outside.

    Parameters
    ----------
    camera : where the viewer stands before any turn
    """

    camera: Camera

    @property
    def title(self) -> str:
        """Name as a person reads it."""
        return self.name.upper() if self.name == "3d" else self.name.capitalize()

    def at(self, state: FrameState) -> ViewPanel:
        """The panel as one frame shows it."""
        return self.turned(state.turn_deg)

    def turned(self, degrees: float) -> ViewPanel:
        """The panel whose camera has gone about the vertical."""
        camera = self.camera.turned(degrees)
        return replace(self, camera=camera, letters=camera.letters)

    def moves(self, motion: Motion) -> bool:
        """Whether the camera turns."""
        return motion.turn

    def letters_move(self, motion: Motion) -> bool:
        """Whether letters change from frame to frame: while the camera turns."""
        return motion.turn

    def caption(self, state: FrameState, volume: Volume | None, labels: Set[str]) -> list[str]:
        """Azimuth and elevation of a view that no other word names."""
        if self.name != "3d" or "mm" not in labels:
            return []
        camera = self.at(state).camera
        azimuth = round(camera.azimuth_deg) % 360
        return [f"azimuth {azimuth}°", f"elevation {millimetres(round(camera.elevation_deg))}°"]

    def widest_caption(self, volume: Volume | None, labels: Set[str]) -> list[str]:
        """The caption of a camera whose angles have all digits."""
        return ["azimuth 888°", "elevation −88°"] if self.name == "3d" and "mm" in labels else []

    def in_plane(self, pos: npt.ArrayLike) -> Float64Array:
        """(n, 2) float64 mm to the right and up from the centre of the camera, of (n, 3) world mm."""
        return self.camera.seen(pos)[:, :2]

    def screen_to_world(self) -> Float64Array:
        """(3, 3) float64: (column, row, 1) of a pixel -> world mm, as far from the viewer as the camera's centre."""
        inverse = np.linalg.inv(np.vstack([self.affine, [0.0, 0.0, 1.0]]))
        world = self.camera.axes[:2].T @ inverse[:2]
        world[:, 2] += self.camera.centre_mm
        return np.asarray(world)


@final
@dataclass(frozen=True, eq=False)
class PicturePanel(Panel):
    """A picture, whose contacts stand at its own pixels."""

    def in_plane(self, pos: npt.ArrayLike) -> Float64Array:
        """(n, 2) float64, the pixels themselves."""
        return np.asarray(pos, dtype=np.float64)[:, [0, 1]]


# Panels on which a contact stands at one place.
FlatPanel = SlicePanel | ObliquePanel | PicturePanel

# Fixed axis, axis to the right, axis upwards; 0, 1, 2 are world x, y, z.
PLANES = {"sagittal": (0, 1, 2), "coronal": (1, 0, 2), "axial": (2, 0, 1)}


def slice_letters(right_axis: int, up_axis: int, *, mirrored: bool) -> Letters:
    """Letters of a slice: left, right, top, bottom."""
    low, high = AXIS_ENDS[right_axis]
    bottom, top = AXIS_ENDS[up_axis]
    return (high, low, top, bottom) if mirrored else (low, high, top, bottom)
