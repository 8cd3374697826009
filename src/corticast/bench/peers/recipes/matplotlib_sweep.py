"""A sweep through a T1w with matplotlib: a FuncAnimation of three subplots, saved with ffmpeg."""

from __future__ import annotations

from typing import Any

import imageio_ffmpeg

from corticast.bench.peers.recipes.common import DPI, axes_scale, open_brain, planes_vox, read_options, report_scales

PLANES = (("Sagittal", "y (mm)", "z (mm)"), ("Coronal", "x (mm)", "z (mm)"), ("Axial", "x (mm)", "y (mm)"))


def main() -> None:
    """Write the film. The images and titles of three subplots change in every frame."""
    options = read_options()
    import matplotlib as mpl
    import numpy as np

    mpl.use("Agg")
    mpl.rcParams["animation.ffmpeg_path"] = imageio_ffmpeg.get_ffmpeg_exe()
    from matplotlib import pyplot as plt
    from matplotlib.animation import FFMpegWriter, FuncAnimation

    brain = open_brain(options.volume)
    slices = [np.moveaxis(brain.voxels, axis, 0) for axis in range(3)]
    planes = planes_vox(brain.voxels.shape, options.frames)
    low, high = brain.window

    width, height = options.size
    figure, axes = plt.subplots(1, 3, figsize=(width / DPI, height / DPI), dpi=DPI)
    pictures = []
    for axis, (name, x_label, y_label) in enumerate(PLANES):
        across, up = (other for other in range(3) if other != axis)
        extent = [
            brain.mm(other, index - 0.5) for other in (across, up) for index in (0, brain.voxels.shape[other])
        ]  # fmt: skip
        first = slices[axis][planes[0][axis]].T
        pictures.append(axes[axis].imshow(first, cmap="gray", origin="lower", extent=extent, vmin=low, vmax=high))
        axes[axis].set(title=name, xlabel=x_label, ylabel=y_label)

    def update(frame: int) -> list[Any]:
        for axis, (name, _, _) in enumerate(PLANES):
            index = planes[frame][axis]
            pictures[axis].set_data(slices[axis][index].T)
            axes[axis].set_title(f"{name} {'xyz'[axis]} = {brain.mm(axis, index):.0f} mm, slice {index}")
        return pictures

    animation = FuncAnimation(figure, update, frames=options.frames)
    lossless: dict[str, Any] = {"codec": "ffv1", "extra_args": ["-pix_fmt", "bgr0"]}
    settings = lossless if options.lossless else {"codec": "h264"}
    animation.save(options.output, writer=FFMpegWriter(fps=options.fps, **settings), dpi=DPI)
    if options.lossless:
        report_scales([axes_scale(one) for one in axes])


if __name__ == "__main__":
    main()
