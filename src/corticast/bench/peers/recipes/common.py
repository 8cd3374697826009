"""Shared parts of the recipes: options, the volume, its planes, a film from arrays."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Generator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

# Resolution of figures. At 72, the points of a scatter's sizes are pixels.
DPI, POINTS_PER_INCH = 100, 72


def read_options(*, texts: tuple[str, ...] = (), numbers: tuple[str, ...] = ()) -> argparse.Namespace:
    """The options of a recipe, and its own ones: texts, and numbers separated by commas."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for name in ("volume", "image", "electrodes", "audio"):
        parser.add_argument(f"--{name}", type=Path)
    for name in texts:
        parser.add_argument(f"--{name}", required=True)
    for name in numbers:
        parser.add_argument(f"--{name}", type=lambda text: tuple(map(float, text.split(","))), required=True)
    parser.add_argument("--size", type=lambda text: tuple(map(int, text.split("x"))), required=True)
    parser.add_argument("--frames", type=int, required=True)
    parser.add_argument("--fps", type=Fraction, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--lossless", action="store_true")
    return parser.parse_args()


def report_scales(scales: list[float]) -> None:
    """Report the pixels per millimetre (or per pixel of the picture) of each panel."""
    sys.stdout.write(json.dumps({"scales": scales}) + "\n")


def planes_vox(shape: tuple[int, ...], n_frames: int) -> list[list[int]]:
    """Voxel planes of each frame: frame k of N shows plane floor(k · n / N) of n planes."""
    return [[frame * n // n_frames for n in shape[:3]] for frame in range(n_frames)]


@dataclass(frozen=True, eq=False)
class Brain:
    """A volume along the axes of the world.

    Parameters
    ----------
    voxels : (nx, ny, nz)
    affine : (4, 4) voxel to mm, without rotation
    window : values drawn black and white
    image : nibabel's image
    """

    voxels: npt.NDArray[Any]
    affine: npt.NDArray[np.float64]
    window: tuple[float, float]
    image: Any

    def mm(self, axis: int, index: float) -> float:
        """World coordinate of a voxel plane."""
        return float(self.affine[axis, axis] * index + self.affine[axis, 3])


def open_brain(path: Path) -> Brain:
    """Load a volume. The window excludes the darkest and the brightest half percent of the voxels above background."""
    import nibabel as nib

    image = nib.as_closest_canonical(nib.load(path))
    voxels = np.asanyarray(image.dataobj)
    low, high = np.percentile(voxels[voxels != 0], (0.5, 99.5))
    return Brain(voxels, image.affine, (0.0 if voxels.min() >= 0 else float(low), float(high)), image)


def film_of_arrays(options: argparse.Namespace) -> Generator[None, npt.NDArray[np.uint8], None]:
    """Writer that gets (height, width, 3) uint8 by `send`, with the default settings of imageio-ffmpeg."""
    import imageio_ffmpeg

    lossless = {"codec": "ffv1", "pix_fmt_out": "bgr0", "quality": None}
    writer = imageio_ffmpeg.write_frames(
        str(options.output),
        options.size,
        fps=float(options.fps),
        # With the default of 16, the film would have another size.
        macro_block_size=2,
        **(lossless if options.lossless else {}),
    )
    writer.send(None)
    return writer


def canvas_rgb(figure: Any) -> npt.NDArray[np.uint8]:
    """(height, width, 3) uint8 pixels of a matplotlib figure."""
    figure.canvas.draw()
    return np.ascontiguousarray(np.asarray(figure.canvas.buffer_rgba())[:, :, :3])


def axes_scale(axes: Any) -> float:
    """Pixels per unit of the data along a matplotlib axes' x axis."""
    left, right = axes.transData.transform([(0, 0), (1, 0)])
    return abs(float(right[0] - left[0]))
