"""The places where rays of a view first meet the surface, without a GPU: for the contacts alone, pixel by pixel.

Words, names and counts rest on the same pixels as the drawn contacts, so a contact counts as seen where its disc does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from corticast.core.geometry.affines import apply_affine, zooms_mm
from corticast.core.geometry.bricks import BRICK, bricks_of
from corticast.core.geometry.panels import ViewPanel
from corticast.core.geometry.surface_field import FIELD_LEVEL
from corticast.core.model.types import BoolArray, Float32Array, Float64Array, Volume

# Steps that all rays take before those that have met the surface leave.
_STEPS_AT_ONCE = 8


@dataclass(frozen=True, eq=False)
class FirstHits:
    """First hits of the rays of a view.

    Parameters
    ----------
    field : smooth field of the volume, see `surface_field`
    panel : the view
    step_mm : half a voxel of the volume
    """

    field: Volume
    panel: ViewPanel
    step_mm: float

    @classmethod
    def of(cls, field: Volume, volume: Volume, panel: ViewPanel) -> FirstHits:
        """First hits as shaders/pass/ray_hits.frag finds them in a field of a volume."""
        return cls(field, panel, float(zooms_mm(volume.affine).min()) / 2)

    def at(self, place_px: Float64Array) -> Float32Array:
        """Cast the rays of the pixels that hold places; of places beside the view those of its nearest pixel.

        Parameters
        ----------
        place_px : (..., 2) float64, column and row in the view, edges at integers

        Returns
        -------
        (..., 4) float32: depth in mm towards the viewer, 0, 1 where the ray hits the surface, 0
        """
        size = np.array(self.panel.rect[2:])
        pixel = np.clip(np.floor(np.nan_to_num(place_px)), 0, size - 1).reshape(-1, 2)
        every, back = np.unique(pixel, axis=0, return_inverse=True)
        depth_mm, is_hit = self._cast(every + 0.5)
        zeros = np.zeros(len(every))
        found = np.stack([depth_mm, zeros, is_hit, zeros], axis=1).astype(np.float32)
        return np.asarray(found[back.reshape(-1)].reshape(*place_px.shape[:-1], 4))

    def _cast(self, pixel: Float64Array) -> tuple[Float64Array, BoolArray]:
        """Depths in mm at which the rays of (n, 2) pixels meet the surface, and whether they do."""
        right, up, towards = self.panel.camera.axes
        middle = self.panel.affine[:, 2] + 0.5 - np.array(self.panel.rect[:2])
        across = (pixel - middle) / self.panel.pixels_per_mm
        foot_mm = self.panel.camera.centre_mm + across[:, :1] * right - across[:, 1:] * up
        inverse = np.linalg.inv(self.field.affine)
        foot, along = apply_affine(inverse, foot_mm), inverse[:3, :3] @ towards
        first, last = self._ends
        depth_mm, is_hit = np.zeros(len(pixel)), np.zeros(len(pixel), dtype=np.bool_)
        left = np.arange(len(pixel))
        before = np.zeros(len(pixel))
        steps = self.step_mm * np.arange(_STEPS_AT_ONCE)
        start = np.floor(first / self.step_mm) * self.step_mm
        while start >= last and len(left):
            depths = start - steps
            values = self._field_at(foot[left, None] + depths[:, None] * along)
            reaches = values >= FIELD_LEVEL
            met = reaches.any(axis=1)
            at = reaches.argmax(axis=1)[met]
            rows = left[met]
            nearer = np.concatenate([before[left, None], values], axis=1)
            depth_mm[rows] = self._between(foot[rows], along, depths[at], values[met, at], nearer[met, at])
            is_hit[rows] = True
            before[left] = values[:, -1]
            left = left[~met]
            start -= self.step_mm * _STEPS_AT_ONCE
        return depth_mm, is_hit

    def _between(
        self, foot: Float64Array, along: Float64Array, depth: Float64Array, field: Float64Array, before: Float64Array
    ) -> Float64Array:
        """The level lies between a depth and the one before. Take a secant, and another one from its result."""
        level, step_mm = float(FIELD_LEVEL), self.step_mm
        middle = depth + step_mm * (field - level) / (field - before)
        there = self._field_at(foot + middle[:, None] * along)
        is_in = there >= level
        inside, outside = np.where(is_in, middle, depth), np.where(is_in, depth + step_mm, middle)
        field_in, field_out = np.where(is_in, there, field), np.where(is_in, before, there)
        return np.asarray(inside + (outside - inside) * (field_in - level) / np.maximum(field_in - field_out, 1e-6))

    @cached_property
    def _ends(self) -> tuple[float, float]:
        """Depths in mm between which a ray may meet the surface."""
        centres, camera = bricks_of(self.field).centres_mm(FIELD_LEVEL), self.panel.camera
        if not len(centres):
            return -1.0, 0.0
        depth_mm, reach_mm = camera.seen(centres)[:, 2], bricks_of(self.field).reach_mm(camera)[2]
        return float(depth_mm.max() + reach_mm), float(depth_mm.min() - reach_mm)

    def _field_at(self, place: Float64Array) -> Float64Array:
        """(...) float64, the field at (..., 3) places in voxels, linear between voxels, 0 beside its box."""
        peaks, shape = bricks_of(self.field).peaks, np.array(self.field.shape)
        flat = place.reshape(-1, 3)
        brick = np.floor((flat + 0.5) / BRICK).astype(np.intp)
        near = np.flatnonzero(((brick >= 0) & (flat <= shape - 0.5)).all(axis=1))
        # The far edge of the box belongs to the last bricks.
        i, j, k = np.minimum(brick[near], np.array(peaks.shape) - 1).T
        near = near[peaks[i, j, k] >= FIELD_LEVEL]
        values = np.zeros(len(flat))
        values[near] = self._linear(np.clip(flat[near], 0, shape - 1))
        return values.reshape(place.shape[:-1])

    def _linear(self, place: Float64Array) -> Float64Array:
        shape = np.array(self.field.shape)
        low = np.minimum(np.floor(place).astype(np.intp), np.maximum(shape - 2, 0))
        share = place - low
        total = np.zeros(len(place))
        for corner in np.ndindex(2, 2, 2):
            i, j, k = np.minimum(low + corner, shape - 1).T
            weight = np.where(corner, share, 1 - share).prod(axis=1)
            total += weight * self.field.voxels[i, j, k]
        return total
