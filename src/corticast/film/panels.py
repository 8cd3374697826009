"""Where a scene's panels are in a frame."""

from __future__ import annotations

from corticast.core.arguments import named_arguments
from corticast.core.geometry.panels import Panel
from corticast.core.geometry.placement import placed_of, selected_of
from corticast.core.geometry.resting import as_single_picture
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.scene import Scene, check_scene
from corticast.core.timing import Number, exact
from corticast.film.sizes import Size, check_size


@named_arguments
def panels(scene: Scene, *, time: Number | None = None, size: Size = (1920, 1080)) -> tuple[Panel, ...]:
    """Where a scene's panels are in a frame.

    Parameters
    ----------
    scene : volume, picture, contacts and layout
    time : None for the picture that `frame` draws without a time; any number of seconds for the frames of a film, which
        have room for all that a sweep or a turn shows
    size : width, height in pixels

    Returns
    -------
    panels, each with its name, pixel rectangle and (2, 3) affine from in-plane mm to pixel
    """
    check_scene(scene)
    if time is None:
        scene = as_single_picture(scene)
    else:
        exact(time, "--time")
    return layout_of(scene, selected_of(scene, placed_of(scene)), check_size(size)).panels
