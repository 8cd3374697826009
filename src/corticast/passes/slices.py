"""The slice pass: planes through the volume, sampled exactly and windowed last.

There are two ways to the same values: a short one for volumes whose axes are the world's, and a general one.
"""

from __future__ import annotations

from collections.abc import Sequence

from corticast.core.geometry.affines import voxel_axis_of_world_axis
from corticast.core.geometry.panels import SlicePanel
from corticast.core.model.types import Volume
from corticast.gl.context import OffscreenContext
from corticast.gl.volume import VolumeTexture
from corticast.passes.aligned_slices import AlignedSlices
from corticast.passes.oblique_slices import ObliqueSlices
from corticast.passes.slice_base import SliceLook, SlicePass


def slice_pass(
    context: OffscreenContext,
    volume: Volume,
    panels: Sequence[SlicePanel],
    frame_size: tuple[int, int],
    look: SliceLook,
    texture: VolumeTexture,
    *,
    moves: bool = False,
) -> SlicePass:
    """Make the pass that draws slices of a volume.

    Parameters
    ----------
    context : current
    volume : whose slices are drawn
    panels : where slices are drawn, at least one
    frame_size : width, height of the target in pixels
    texture : the volume on the GPU
    moves : whether the planes of these panels move from frame to frame
    """
    axes = None if volume.is_rgb else voxel_axis_of_world_axis(volume.affine)
    if axes is None:
        return ObliqueSlices(context, volume, panels, frame_size, look, texture, moves=moves)
    return AlignedSlices(context, volume, panels, frame_size, look, texture, axes, moves=moves)
