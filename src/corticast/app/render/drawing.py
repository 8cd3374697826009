"""The compositor of a film's frames."""

from __future__ import annotations

from dataclasses import replace

from corticast.core.geometry.panels import Motion
from corticast.core.model.column_look import ColumnLook, legend_title
from corticast.core.model.groups import drawn_groups
from corticast.core.text.captions import ActivityScale
from corticast.film.film import Film
from corticast.film.sizes import Size
from corticast.film.words import caption_facts
from corticast.gl.context import OffscreenContext
from corticast.gl.volume import VolumeTexture
from corticast.passes.compositor import Compositor
from corticast.passes.planes import PlanePass
from corticast.passes.scene_passes import scene_compositor
from corticast.passes.scene_picture import ScenePicture
from corticast.passes.views import ViewPass


def compositor_of(
    context: OffscreenContext,
    film: Film,
    size: Size,
    *,
    motion: Motion | None = None,
    is_fed: bool = False,
    planes: PlanePass | None = None,
    texture: VolumeTexture | None = None,
    frame_size: Size | None = None,
    views: ViewPass | None = None,
) -> Compositor:
    """Make the compositor of a film's frames.

    Parameters
    ----------
    context : current, and kept current while frames are drawn
    size : width, height in pixels
    motion : parts that change from frame to frame; None takes those of the film
    is_fed : whether activity comes from elsewhere than the film, as in a show
    planes : where frames are converted to
    texture : the film's volume on the GPU, as `volume_texture_of` gives it; None uploads the volume
    frame_size : width, height in pixels of the frames, None for `size`; see `Compositor`
    views : pass of another compositor that draws the same views, and has cast their rays already

    Raises
    ------
    DeviceError : the renderer cannot hold the volume
    """
    layout = film.layout(size, planes_move=motion is not None and motion.planes == "drag")
    scene, placed = film.scene, film.placed
    rests = placed is not None and film.activity is None and not is_fed
    groups, groups_title = _legend_of(film) if rests else ((), "")
    picture = ScenePicture(
        film.scene,
        layout,
        film.placed,
        replace(film.sprites.chosen(scene.contact_map, scene.electrode_style), has_activity=not rests),
        film.contact_sizes(moves=not rests),
        _scale_of(film),
        motion or film.motion,
        film.window,
        groups,
        caption_facts(film),
        groups_title,
        film.look,
    )
    texture = volume_texture_of(context, film, texture)
    return scene_compositor(context, picture, texture, planes, frame_size=frame_size, views=views)


def volume_texture_of(
    context: OffscreenContext, film: Film, at_hand: VolumeTexture | None = None
) -> VolumeTexture | None:
    """Give a film's volume on the GPU, None without a volume; it is uploaded unless `at_hand` serves.

    Parameters
    ----------
    context : current
    at_hand : a volume on the GPU of this context

    Raises
    ------
    DeviceError : the renderer cannot hold the volume
    """
    volume = film.scene.volume
    if volume is None or (at_hand is not None and at_hand.serves(volume, film.window)):
        return at_hand if volume is not None else None
    return VolumeTexture(context, volume, film.window)


def _scale_of(film: Film) -> ActivityScale:
    """Meaning of the ends of the activity's colour bar."""
    activity = film.activity
    if activity is None:
        return _scale_of_column(film.look)
    return ActivityScale(
        activity.quantity,
        activity.full_scale,
        activity.signed,
        unit=activity.unit,
        gain=film.gain,
        n_clipped=film.values_beyond[0],
    )


def _scale_of_column(look: ColumnLook | None) -> ActivityScale:
    """Meaning of the ends of the colour bar of a column's values."""
    if look is None or look.colours is None:
        return ActivityScale()
    colours = look.colours
    return ActivityScale(
        colours.column.title,
        colours.high,
        colours.signed,
        unit=colours.column.unit,
        low=colours.low,
        hidden_below=colours.threshold or 0.0,
    )


def _legend_of(film: Film) -> tuple[tuple[str, ...], str]:
    """Names in the legend of contacts that rest, each with a colour, and their title; none for a column of values."""
    assert film.placed is not None
    colours = None if film.look is None else film.look.colours
    words = drawn_groups(film.placed) if colours is None else colours.legend
    return words, legend_title(film.scene, colours)
