"""A volume as a 3-D texture: stored as exactly as OpenGL allows, uploaded once, slab by slab."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.geometry.slabs import slabs
from corticast.core.model.types import UInt8Array, Volume
from corticast.errors import DeviceError
from corticast.gl.arrays import texture_3d
from corticast.gl.context import OffscreenContext

# A window may lie this many of its widths away from the middle of the first window. float32 has 2^24 steps, so grey
# levels are then still exact to 1/50, and the texture can stay.
_FAR_WIDTHS = 64.0

# Twins of the constants in shaders/lib/no_data.glsl.
NO_DATA = np.float32(3.4e38)
LARGEST_VALUE = np.float32(3.2e38)


@dataclass(frozen=True)
class StorageFormat:
    """How voxels become texels. The texel value in the shader is (voxel - offset) / divisor.

    Parameters
    ----------
    internal_format : r8, r16, r32f, rgb8 or rgba8
    dtype : type of the uploaded texels
    offset : number subtracted from the voxels before upload
    divisor : divisor of OpenGL's normalised integers; 1 for floats
    """

    internal_format: str
    dtype: np.dtype[Any]
    offset: float
    divisor: float

    def stored(self, voxel_value: float) -> float:
        """Texel value of a voxel value in the shader."""
        return (voxel_value - self.offset) / self.divisor


def storage_format(voxels: npt.NDArray[Any], stored_window: tuple[float, float]) -> StorageFormat:
    """Smallest texture format that loses nothing within a window.

    Integers of 8 and 16 bits stay unchanged, except that an offset makes signed ones unsigned. All other types
    become float32 after the middle of the window is subtracted. float32 is finest near 0, so grey levels stay exact
    however far from 0 the window lies, and whatever other values the volume holds. A distant window needs a new upload.

    Parameters
    ----------
    voxels : (nx, ny, nz) or (nx, ny, nz, 3 or 4), as stored in the file
    stored_window : stored values drawn black and white

    Returns
    -------
    the format; its offset is a number of the voxels' own type
    """
    if voxels.ndim == 4:
        return StorageFormat("rgba8" if voxels.shape[3] == 4 else "rgb8", np.dtype(np.uint8), 0.0, 255.0)
    kind, size = voxels.dtype.kind, voxels.dtype.itemsize
    if kind == "b" or (kind == "u" and size == 1):
        return StorageFormat("r8", np.dtype(np.uint8), 0.0, 255.0)
    if kind == "i" and size == 1:
        return StorageFormat("r8", np.dtype(np.uint8), -128.0, 255.0)
    if kind == "u" and size == 2:
        return StorageFormat("r16", np.dtype(np.uint16), 0.0, 65535.0)
    if kind == "i" and size == 2:
        return StorageFormat("r16", np.dtype(np.uint16), -32768.0, 65535.0)
    middle = stored_window[0] + (stored_window[1] - stored_window[0]) / 2
    if kind == "f":
        offset = float(voxels.dtype.type(middle))
    else:
        # The largest integer may not be a float64. The next lower float64 is safe.
        limits = np.iinfo(voxels.dtype)
        offset = float(np.clip(np.floor(middle), limits.min, np.nextafter(float(limits.max), 0)))
    return StorageFormat("r32f", np.dtype(np.float32), offset, 1.0)


def texels_of(slab: npt.NDArray[Any], storage: StorageFormat) -> npt.NDArray[Any]:
    """Convert a run of slices to OpenGL's layout: (depth, height, width[, colours]), C order.

    Voxels that need no conversion are not copied.
    """
    if slab.ndim == 4:
        return np.ascontiguousarray(slab.transpose(2, 1, 0, 3))
    view = slab.transpose(2, 1, 0)
    if storage.internal_format in ("r8", "r16"):
        if view.dtype.kind == "b":
            return np.ascontiguousarray(view).view(np.uint8)
        if view.dtype.kind == "u":
            return np.ascontiguousarray(view)
        # Flipping the sign bit of two's complement adds the offset from signed to unsigned.
        sign_bit = storage.dtype.type(1 << (8 * storage.dtype.itemsize - 1))
        return np.ascontiguousarray(view).view(storage.dtype) ^ sign_bit
    with np.errstate(over="ignore", invalid="ignore"):
        texels = _less(view, storage.offset).astype(np.float32)
    if view.dtype.kind == "f":
        missing = np.isnan(texels)
        np.clip(texels, -LARGEST_VALUE, LARGEST_VALUE, out=texels)
        texels[missing] = NO_DATA
    return np.ascontiguousarray(texels)


def _less(voxels: npt.NDArray[Any], offset: float) -> npt.NDArray[Any]:
    """Subtract an offset that the voxels' type can hold. Small differences are exact."""
    if voxels.dtype.kind == "f":
        return np.asarray(voxels - voxels.dtype.type(offset))
    difference = voxels.astype(np.float64) - offset
    if voxels.dtype.itemsize == 8:
        # float64 cannot hold odd integers of 54 bits, but the integer type can hold every small difference.
        near = np.abs(difference) < 2.0**52
        difference[near] = (voxels[near] - voxels.dtype.type(int(offset))).view(np.int64)
    return difference


class VolumeTexture:
    """A volume on the GPU.

    Parameters
    ----------
    context : the current context
    volume : volume to upload; its voxels are read once, here
    window : scaled values drawn black and white; `serves` reports other windows that the texture can show

    Raises
    ------
    DeviceError : the volume is larger than the renderer's 3-D textures
    """

    def __init__(self, context: OffscreenContext, volume: Volume, window: tuple[float, float]) -> None:
        from vispy import gloo

        limit = context.facts.max_texture_3d_size
        if max(volume.shape) > limit:
            shape = "x".join(map(str, volume.shape))
            raise DeviceError(
                f"{volume.name}: {shape} voxels are above this renderer's limit of {limit} along an axis "
                f"({context.facts.renderer}); crop or resample the volume, or use a GPU"
            )
        self._volume, self._context = volume, context
        self._air: tuple[Any, Any] | None = None
        self._field: tuple[Volume, VolumeTexture] | None = None
        self.storage = storage_format(volume.voxels, self._stored(window))
        self.shape = volume.shape
        # Only floats can be NaN, which means "no data".
        self.may_have_holes = volume.voxels.dtype.kind == "f"
        nx, ny, nz = volume.shape
        colours = volume.voxels.shape[3] if volume.is_rgb else 1
        self.texture: Any = gloo.Texture3D(
            (nz, ny, nx, colours),
            format={1: "red", 3: "rgb", 4: "rgba"}[colours],
            internalformat=self.storage.internal_format,
            interpolation="nearest",
            wrapping="clamp_to_edge",
        )
        context.adopt(self.texture)
        self._upload(volume.voxels)

    def air(self, opacity: UInt8Array, edge: UInt8Array) -> tuple[Any, Any]:
        """The head's opacity and its edge as textures of nearest voxels, uploaded at the first call.

        Parameters
        ----------
        opacity, edge : (nx, ny, nz), always the same for one volume
        """
        if self._air is None:
            self._air = texture_3d(opacity), texture_3d(edge)
            for each in self._air:
                self._context.adopt(each)
        return self._air

    def field(self, field: Volume) -> VolumeTexture:
        """The smooth field of the volume's surface as a texture, uploaded at the first call for each field."""
        if self._field is None or self._field[0] is not field:
            self._field = field, VolumeTexture(self._context, field, (0.0, 65535.0))
        return self._field[1]

    def _upload(self, voxels: npt.NDArray[Any]) -> None:
        """Upload all voxels, slab by slab."""
        context, colours = self._context, self.texture.shape[-1]
        uploading = context.trace.stage("upload volume")
        for first, slab in slabs(voxels):
            with uploading:
                texels = texels_of(slab, self.storage)
                self.texture.set_data(texels.reshape(*texels.shape[:3], colours), offset=(first, 0, 0), copy=False)
                # Upload at once, so that only one slab is in memory in converted form.
                context.flush()

    def texel(self, value: float) -> float:
        """Texel value of a scaled value."""
        return self.storage.stored((value - self._volume.inter) / (self._volume.slope or 1.0))

    def _stored(self, window: tuple[float, float]) -> tuple[float, float]:
        """Convert a window of scaled values to stored values."""
        low, high = ((edge - self._volume.inter) / (self._volume.slope or 1.0) for edge in window)
        return low, high

    @contextmanager
    def filtered(self) -> Iterator[None]:
        """Let OpenGL interpolate between voxels meanwhile; most hardware uses weights of 8 bits."""
        self.texture.interpolation = "linear"
        try:
            yield
        finally:
            self.texture.interpolation = "nearest"

    def serves(self, volume: Volume, window: tuple[float, float]) -> bool:
        """Whether the texture shows this volume and window in full detail, without a new upload."""
        if volume is not self._volume:
            return False
        if self.storage.internal_format != "r32f":
            return True
        low, high = sorted(self._stored(window))
        return abs(low + (high - low) / 2 - self.storage.offset) <= _FAR_WIDTHS * (high - low)

    def texel_window(self, window: tuple[float, float]) -> tuple[float, float]:
        """The texel value drawn black, and the grey levels (of 255) per unit of texel value.

        Parameters
        ----------
        window : scaled values drawn black and white
        """
        is_rgb = self._volume.is_rgb
        # The width comes from the scaled window: beside the large offset, a narrow window would lose its width. A
        # window narrower than the steps of float32 is drawn as a step.
        steepest = float(np.finfo(np.float32).max)
        scale = 1.0 if is_rgb else (self._volume.slope or 1.0) * self.storage.divisor
        per_level = (window[1] - window[0]) / scale / 255
        steepness = math.copysign(min(1 / max(abs(per_level), 1 / steepest), steepest), per_level)
        # Colours are stored as levels already.
        return window[0] if is_rgb else self.storage.stored(self._stored(window)[0]), steepness
