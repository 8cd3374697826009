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
from corticast.core.model.types import Volume
from corticast.errors import DeviceError
from corticast.gl.context import OffscreenContext

# float32 has 2^24 steps: another window this many of its widths away from the middle of the first keeps its grey levels
# to 1/50, and needs no other texture.
_FAR_WIDTHS = 64.0

# Twins of the constants in shaders/lib/no_data.glsl.
NO_DATA = np.float32(3.4e38)
LARGEST_VALUE = np.float32(3.2e38)


@dataclass(frozen=True)
class StorageFormat:
    """How stored voxels become texels: texel value in the shader = (voxel - offset) / divisor.

    Parameters
    ----------
    internal_format : r8, r16, r32f, rgb8 or rgba8
    dtype : of the uploaded texels
    offset : subtracted from the voxels before upload
    divisor : of OpenGL's normalised integers; 1 for floats
    """

    internal_format: str
    dtype: np.dtype[Any]
    offset: float
    divisor: float

    def stored(self, voxel_value: float) -> float:
        """Texel value of a voxel value, as the shader sees it."""
        return (voxel_value - self.offset) / self.divisor


def storage_format(voxels: npt.NDArray[Any], stored_window: tuple[float, float]) -> StorageFormat:
    """Smallest texture format that loses nothing within a window.

    8 and 16-bit integers are stored as they are, signed ones offset to unsigned. Everything else becomes
    float32 less the middle of the window: float32 is finest about 0, so grey levels keep theirs however far
    from 0 the window lies, and whatever else the volume holds. Another window needs another upload.

    Parameters
    ----------
    voxels : (nx, ny, nz) or (nx, ny, nz, 3 or 4), as stored
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
        # The type's largest may be no float64: the one below it is.
        limits = np.iinfo(voxels.dtype)
        offset = float(np.clip(np.floor(middle), limits.min, np.nextafter(float(limits.max), 0)))
    return StorageFormat("r32f", np.dtype(np.float32), offset, 1.0)


def texels_of(slab: npt.NDArray[Any], storage: StorageFormat) -> npt.NDArray[Any]:
    """A run of slices as OpenGL takes it: (depth, height, width[, colours]), C order.

    No copy is made of voxels that need no conversion.
    """
    if slab.ndim == 4:
        return np.ascontiguousarray(slab.transpose(2, 1, 0, 3))
    view = slab.transpose(2, 1, 0)
    if storage.internal_format in ("r8", "r16"):
        if view.dtype.kind == "b":
            return np.ascontiguousarray(view).view(np.uint8)
        if view.dtype.kind == "u":
            return np.ascontiguousarray(view)
        # Flipping the sign bit of two's complement is the offset from signed to unsigned.
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
    """Voxels less an offset that their type can hold, exact where the difference is small."""
    if voxels.dtype.kind == "f":
        return np.asarray(voxels - voxels.dtype.type(offset))
    difference = voxels.astype(np.float64) - offset
    if voxels.dtype.itemsize == 8:
        # float64 holds no odd integers of 54 bits; the type's own subtraction holds every small difference.
        near = np.abs(difference) < 2.0**52
        difference[near] = (voxels[near] - voxels.dtype.type(int(offset))).view(np.int64)
    return difference


class VolumeTexture:
    """The volume on the GPU.

    Parameters
    ----------
    context : current
    volume : is uploaded here, and not read again
    window : scaled values drawn black and white; `serves` tells which others the texture is good for

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
        self._volume = volume
        self.storage = storage_format(volume.voxels, self._stored(window))
        self.shape = volume.shape
        # Only floats can be NaN.
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
        uploading = context.recorder.stage("upload volume")
        for first, slab in slabs(volume.voxels):
            with uploading:
                texels = texels_of(slab, self.storage)
                self.texture.set_data(texels.reshape(*texels.shape[:3], colours), offset=(first, 0, 0), copy=False)
                # Executed at once, so that no more than one slab is converted and waiting.
                context.flush()

    def _stored(self, window: tuple[float, float]) -> tuple[float, float]:
        """Stored values of a window of scaled ones."""
        low, high = ((edge - self._volume.inter) / (self._volume.slope or 1.0) for edge in window)
        return low, high

    @contextmanager
    def filtered(self) -> Iterator[None]:
        """Let OpenGL mix neighbouring voxels in what is drawn meanwhile: with weights of 8 bits on most hardware."""
        self.texture.interpolation = "linear"
        try:
            yield
        finally:
            self.texture.interpolation = "nearest"

    def serves(self, volume: Volume, window: tuple[float, float]) -> bool:
        """Whether the texture holds a volume in enough detail for a window, and need not be made anew."""
        if volume is not self._volume:
            return False
        if self.storage.internal_format != "r32f":
            return True
        low, high = sorted(self._stored(window))
        return abs(low + (high - low) / 2 - self.storage.offset) <= _FAR_WIDTHS * (high - low)

    def texel_window(self, window: tuple[float, float]) -> tuple[float, float]:
        """The texel value drawn black, and grey levels of 255 per unit of texel value.

        Parameters
        ----------
        window : scaled values drawn black and white
        """
        is_rgb = self._volume.is_rgb
        # The width from the window as it was given: beside the offset a narrow one would be lost. A step is drawn of
        # one that is narrower than float32 can tell.
        steepest = float(np.finfo(np.float32).max)
        scale = 1.0 if is_rgb else (self._volume.slope or 1.0) * self.storage.divisor
        per_level = (window[1] - window[0]) / scale / 255
        steepness = math.copysign(min(1 / max(abs(per_level), 1 / steepest), steepest), per_level)
        # Colours have their levels.
        return window[0] if is_rgb else self.storage.stored(self._stored(window)[0]), steepness
