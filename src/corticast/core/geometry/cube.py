"""The orientation cube: a cube that bears the letters of the head's sides, and is turned as its panel's camera is.

Lengths are in half edges of the cube, in the camera's axes: to the right, up, and towards the viewer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from corticast.core.color.themes import Theme
from corticast.core.geometry.camera import AXIS_ENDS, Camera
from corticast.core.model.types import Float64Array

# Letters of all faces: their order is that of the tiles of a texture.
FACE_LETTERS = tuple(letter for ends in AXIS_ENDS for letter in ends)
# Size of a letter, in edges of the cube.
LETTER_SHARE = 0.9
# A face that is seen at less than this cosine is a line.
_EDGE_ON = 1e-4
# Up on a face, and on the faces at the top and the bottom: the face of the head is at the top of both.
_UP, _FORWARD = np.array([0.0, 0.0, 1.0]), np.array([0.0, 1.0, 0.0])
# Towards the light: from the upper left, before the picture.
_LIGHT = np.array([-0.35, 0.55, 0.76]) / np.linalg.norm([-0.35, 0.55, 0.76])
# Shares of the text's colour in the ground's: of faces without light and in full light, and of the edges.
_ON_DARK, _ON_LIGHT = (0.13, 0.38, 0.62), (0.24, 0.03, 0.50)
# A letter fades out while its size falls from this share above the least one to it, so that none disappears at once.
_FADE = 0.1
# Letters of faces that are seen at less than this cosine are strokes.
LEAST_COSINE = 0.25


@dataclass(frozen=True, eq=False)
class CubeFaces:
    """The three faces of a cube that a camera may see, one for each axis of the world: x, y, z.

    Positions are (x, y, 1): to the right and up from the middle of the cube.

    Parameters
    ----------
    axes : (3, 3) float64, rows: right, up, towards the viewer in world space, as `Camera.axes`
    """

    axes: Float64Array

    @cached_property
    def _signs(self) -> Float64Array:
        return np.asarray(np.where(self.axes[2] >= 0, 1.0, -1.0))

    @property
    def tiles(self) -> Float64Array:
        """(3,) float64, place of each face's letter in `FACE_LETTERS`."""
        return np.asarray(2.0 * np.arange(3) + (self._signs > 0))

    @property
    def cosines(self) -> Float64Array:
        """(3,) float64, how much of each face is seen: 1 from its front, 0 from its side."""
        return np.asarray(np.abs(self.axes[2]))

    @cached_property
    def depths(self) -> Float64Array:
        """(3, 3) float64, rows: by position, how near the plane of a face is to the viewer. The lowest one is seen."""
        towards = np.maximum(self.cosines, _EDGE_ON)[:, None]
        across = -(self.axes[:2] * self._signs).T
        return np.asarray(np.concatenate([across, np.ones((3, 1))], axis=1) / towards)

    @cached_property
    def across(self) -> Float64Array:
        """(3, 3) float64, rows: by position, the place on a face from left to right, from -1 to 1."""
        ups = np.stack([_UP, _UP, _FORWARD])
        return self._on_faces(np.cross(ups, np.diag(self._signs)))

    @cached_property
    def upwards(self) -> Float64Array:
        """(3, 3) float64, rows: by position, the place on a face from its lower to its upper edge, from -1 to 1."""
        return self._on_faces(np.stack([_UP, _UP, _FORWARD]))

    def _on_faces(self, directions: Float64Array) -> Float64Array:
        """Rows: by position, the coordinate along a direction of the world on each face."""
        seen = directions @ self.axes.T
        found = seen[:, 2:] * self.depths
        found[:, :2] += seen[:, :2]
        return np.asarray(found)

    @cached_property
    def sides(self) -> Float64Array:
        """(3, 3) float64, rows: normal (x, y) and distance from the middle of two parallel sides of the outline."""
        edges = self.axes[:2].T
        lengths = np.linalg.norm(edges, axis=1)
        found = np.tile([0.0, 0.0, 1e3], (3, 1))
        for row in np.flatnonzero(lengths > 1e-6):
            normal = np.array([-edges[row, 1], edges[row, 0]]) / lengths[row]
            found[row] = *normal, np.abs(np.delete(edges, row, axis=0) @ normal).sum()
        return found

    @cached_property
    def seams(self) -> Float64Array:
        """(3,) float64, lengths over which depths differ by 1, of faces x and y, x and z, y and z."""
        pairs = self.depths[[0, 0, 1], :2] - self.depths[[1, 2, 2], :2]
        return np.asarray(1 / np.maximum(np.linalg.norm(pairs, axis=1), 1e-9))

    @property
    def half_size(self) -> tuple[float, float]:
        """Half the width and half the height of the outline."""
        half = np.abs(self.axes[:2]).sum(axis=1)
        return float(half[0]), float(half[1])

    def letter_opacities(self, half_px: float, least_px: float) -> Float64Array:
        """(3,) float64 in 0..1, opacity of letters: 0 where a face is so oblique that its letter is too small.

        An oblique letter is as long as ever and less broad: its size is that of an upright one of the same area.

        Parameters
        ----------
        half_px : half an edge of the cube in pixels
        least_px : the smallest size of a text
        """
        size_px = 2 * half_px * LETTER_SHARE * np.sqrt(self.cosines)
        least = np.minimum(size_px / least_px, self.cosines / LEAST_COSINE)
        return np.clip((least - 1) / _FADE, 0.0, 1.0)

    def colors(self, theme: Theme) -> Float64Array:
        """(3, 3) float64 sRGB in 0..1, rows: colours of the faces, lit from the upper left."""
        normals = (self.axes * self._signs).T
        light = np.clip(normals @ _LIGHT, 0.0, 1.0)[:, None]
        dark, bright, _ = _ON_LIGHT if theme.is_light else _ON_DARK
        return _mixed(theme, dark + (bright - dark) * light)


def faces_of(camera: Camera) -> CubeFaces:
    """The faces that a camera sees."""
    return CubeFaces(camera.axes)


def edge_color(theme: Theme) -> Float64Array:
    """(3,) float64 sRGB in 0..1 of the cube's edges."""
    return _mixed(theme, np.array([(_ON_LIGHT if theme.is_light else _ON_DARK)[2]]))


def most_half_size(camera: Camera, *, turning: bool) -> tuple[float, float]:
    """Half the width and half the height of the outline, and the most of them while a camera turns."""
    if not turning:
        return faces_of(camera).half_size
    elevation = np.deg2rad(camera.elevation_deg)
    return 2**0.5, float(2**0.5 * abs(np.sin(elevation)) + np.cos(elevation))


def _mixed(theme: Theme, share: Float64Array) -> Float64Array:
    ground, text = np.array(theme.ground), np.array(theme.text)
    return np.asarray(ground + share * (text - ground))
