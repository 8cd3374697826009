"""A sweep through a T1w with nilearn: plot_anat draws a new figure for each frame."""

from __future__ import annotations

from corticast.bench.peers.recipes.common import (
    DPI,
    axes_scale,
    canvas_rgb,
    film_of_arrays,
    open_brain,
    planes_vox,
    read_options,
    report_scales,
)


def main() -> None:
    """Write the film."""
    options = read_options()
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt
    from nilearn.plotting import plot_anat

    brain = open_brain(options.volume)
    low, high = brain.window
    width, height = options.size
    film = film_of_arrays(options)
    scales = []
    for planes in planes_vox(brain.voxels.shape, options.frames):
        figure = plt.figure(figsize=(width / DPI, height / DPI), dpi=DPI)
        cut_mm = [brain.mm(axis, index) for axis, index in enumerate(planes)]
        display = plot_anat(brain.image, cut_coords=cut_mm, figure=figure, vmin=low, vmax=high, draw_cross=False)
        film.send(canvas_rgb(figure))
        scales = [axes_scale(cut.ax) for cut in display.axes.values()]
        plt.close(figure)
    film.close()
    if options.lossless:
        report_scales(scales)


if __name__ == "__main__":
    main()
