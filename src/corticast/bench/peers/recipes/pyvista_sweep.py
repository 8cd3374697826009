"""A sweep through a T1w with PyVista: three planes cut from the volume, and a screenshot for each frame."""

from __future__ import annotations

import numpy as np

from corticast.bench.peers.recipes.common import film_of_arrays, open_brain, planes_vox, read_options, report_scales

PLANES = (("Sagittal", "view_yz"), ("Coronal", "view_xz"), ("Axial", "view_xy"))


def main() -> None:
    """Write the film."""
    options = read_options()
    import pyvista as pv

    brain = open_brain(options.volume)
    grid = pv.ImageData(
        dimensions=brain.voxels.shape, spacing=np.diag(brain.affine)[:3], origin=brain.affine[:3, 3]
    )  # fmt: skip
    grid.point_data["T1w"] = brain.voxels.ravel(order="F")
    plotter = pv.Plotter(off_screen=True, shape=(1, 3), window_size=options.size, border=False)
    plotter.set_background("black")
    film = film_of_arrays(options)
    for frame, planes in enumerate(planes_vox(brain.voxels.shape, options.frames)):
        for axis, (name, view) in enumerate(PLANES):
            plotter.subplot(0, axis)
            origin = list(grid.center)
            origin[axis] = brain.mm(axis, planes[axis])
            # Rounding would make a plane on the outermost voxels miss them.
            low, high = grid.bounds[2 * axis : 2 * axis + 2]
            origin[axis] = min(max(origin[axis], low + 1e-3), high - 1e-3)
            cut = grid.slice(normal="xyz"[axis], origin=origin)
            plotter.add_mesh(
                cut, cmap="gray", clim=brain.window, show_scalar_bar=False, lighting=False, name="slice",
                reset_camera=False,
            )  # fmt: skip
            title = f"{name} {'xyz'[axis]} = {origin[axis]:.0f} mm, slice {planes[axis]}"
            plotter.add_text(title, font_size=10, color="white", name="title")
            if frame == 0:
                plotter.enable_parallel_projection()
                getattr(plotter, view)(bounds=grid.bounds)
            # The camera's range of depth was set for the plane of the first frame.
            plotter.renderer.reset_camera_clipping_range()
        film.send(np.ascontiguousarray(plotter.screenshot(return_img=True)[:, :, :3]))
    film.close()
    if options.lossless:
        # A view's height in mm is twice the parallel scale.
        report_scales([options.size[1] / (2 * one.camera.parallel_scale) for one in plotter.renderers])


if __name__ == "__main__":
    main()
