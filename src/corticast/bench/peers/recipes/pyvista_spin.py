"""A turning brain with PyVista: add_volume in parallel projection, and steps of the camera's azimuth."""

from __future__ import annotations

from typing import Any

import numpy as np

from corticast.bench.peers.recipes.common import open_brain, read_options, report_scales

# Far enough to be outside the head. In parallel projection, the distance changes nothing.
_DISTANCE_MM = 600.0

# Shaded fog that is dense in tissue, or the largest value at full opacity (VTK multiplies by the opacity).
_LOOKS: dict[str, dict[str, Any]] = {
    "composite": {"blending": "composite", "opacity": "sigmoid", "shade": True},
    "maximum": {"blending": "maximum", "opacity": [1.0, 1.0]},
}


def main() -> None:
    """Write the film."""
    options = read_options(texts=("mapper", "blending"), numbers=("centre-mm", "view", "spin", "px-per-mm"))
    import pyvista as pv

    brain = open_brain(options.volume)
    grid = pv.ImageData(
        dimensions=brain.voxels.shape, spacing=np.diag(brain.affine)[:3], origin=brain.affine[:3, 3]
    )  # fmt: skip
    grid.point_data["T1w"] = brain.voxels.ravel(order="F")
    plotter = pv.Plotter(off_screen=True, window_size=options.size)
    plotter.set_background("black")
    plotter.add_volume(
        grid, cmap="gray", clim=brain.window, mapper=options.mapper, show_scalar_bar=False, **_LOOKS[options.blending]
    )
    plotter.enable_parallel_projection()
    camera = plotter.camera
    camera.focal_point = options.centre_mm
    azimuth, elevation = np.deg2rad(options.view)
    towards = np.cos(azimuth) * np.cos(elevation), np.sin(azimuth) * np.cos(elevation), np.sin(elevation)
    camera.position = np.add(options.centre_mm, np.multiply(_DISTANCE_MM, towards))
    camera.up = (0, 0, 1)
    (px_per_mm,) = options.px_per_mm
    # The scale is half the height of the picture.
    camera.parallel_scale = options.size[1] / (2 * px_per_mm)

    lossless = {"codec": "ffv1", "pixelformat": "bgr0", "quality": None}
    fps = float(options.fps)
    # With the default of 16, the film would have another size.
    plotter.open_movie(options.output, framerate=fps, macro_block_size=2, **(lossless if options.lossless else {}))
    for _ in range(options.frames):
        plotter.renderer.reset_camera_clipping_range()
        plotter.write_frame()
        camera.Azimuth(options.spin[0] / fps)
    plotter.close()
    if options.lossless:
        report_scales([px_per_mm])


if __name__ == "__main__":
    main()
