"""Placement of electrodes: the space of their table against the space of the volume or picture below.

Positions are only converted between spaces: voxel indices and FreeSurfer's surface RAS refer to the volume itself.
World positions stay unchanged. The names of the two coordinate systems decide whether both mean the same world.
Contacts in a wrong system are off by a centimetre, and most of them still lie in the brain.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from corticast.core.geometry.affines import apply_affine, vox_to_tkras, world_box_mm, zooms_mm
from corticast.core.geometry.head_scale import head_scale, longest_mm
from corticast.core.model.scene import Scene
from corticast.core.model.selection import selected
from corticast.core.model.types import (
    Electrodes,
    ElectrodesSpace,
    Float64Array,
    IntpArray,
    Picture,
    PlacedElectrodes,
    Volume,
)
from corticast.errors import DataError, OptionError

_LEAST_SHARE_INSIDE = 0.5
# Coordinates of a human head reach farther from the origin than the first number, and not as far as the second. No two
# contacts lie farther apart than the third, unless their volume is larger.
_LEAST_REACH_MM = 1.0
_FARTHEST_MM = 1000.0
_LARGEST_HEAD_MM = 500.0
# Positions and distances of contacts may be larger where the volume is: by its longest edge times this factor, since a
# part of a head, or a shifted origin, is still of its size.
_MOST_EDGES = 2
_MM_PER_METRE = 1000.0

# Beginnings of coordinate systems' names, by the head that they belong to (BIDS 1.10, appendix "Coordinate systems",
# fMRIPrep and NIfTI). All MNI templates fit each other within millimetres. Talairach's brain is up to a centimetre
# smaller.
_FAMILIES = {
    "native": ("native", "scanras", "scanner", "individual", "acpc", "fsnative", "orig", "t1w", "t2w"),
    "MNI": ("mni", "icbm", "ixi549", "fsaverage", "fslr", "colin27", "nihpd", "oasis30"),
    "Talairach": ("talairach",),
}


def place(
    electrodes: Electrodes,
    *,
    volume: Volume | None = None,
    picture: Picture | None = None,
    space: ElectrodesSpace | None = None,
) -> PlacedElectrodes:
    """Place the contacts of a table in the world or on a picture.

    Parameters
    ----------
    electrodes : table, from `load_electrodes`
    volume, picture : background of the contacts, at most one of them; without any, the table's positions stay
    space : how to read the positions, instead of the table's own space; then coordinate systems are not compared

    Returns
    -------
    RAS+ mm, or (column, row) pixels of the picture

    Raises
    ------
    DataError : no contact has a position, the table does not fit the volume or picture, the two coordinate systems
        belong to different heads, or fewer than half of the contacts lie inside
    OptionError : `space` does not fit the table
    """
    assert volume is None or picture is None
    label = str(electrodes.path or "the electrode table")
    if not electrodes.has_position.any():
        raise DataError(f"{label}: no contact has a position; give columns x, y, z or x_2d, y_2d")
    if electrodes.pos.shape[1] == 2:
        return _place_in_picture(electrodes, volume, picture, space, label)
    if picture is not None:
        raise DataError(f"{label}: holds x, y, z, which have no place on {picture.name}; give columns x_2d, y_2d")
    reading = space or electrodes.space or "world"
    if reading == "picture":
        raise OptionError("--electrodes-space picture: the table holds x, y, z; give world, tkras or voxel")
    electrodes, notes = _in_fitting_unit(electrodes, reading, volume, label)
    if reading != "voxel":
        _check_millimetres(electrodes, volume, label)
    if volume is None:
        if reading != "world":
            raise DataError(f"{label}: {reading} positions need the volume that they belong to; give it by --volume")
        return PlacedElectrodes(electrodes, electrodes.pos)
    pos_mm, warnings = _to_world(electrodes, reading, volume, label)
    # Voxel indices belong to the volume itself, and an explicit space overrides the coordinate systems.
    if space is None and (electrodes.space is None or electrodes.frame is not None):
        warnings += _compare_frames(electrodes.frame, volume.space, label, volume.name)
    share = _share_inside(pos_mm, world_box_mm(volume.affine, volume.shape))
    if share < _LEAST_SHARE_INSIDE:
        raise DataError(
            f"{label}: read as {reading} positions, only {_percent(share)} of the contacts lie inside {volume.name}"
            f"{_as_metres(electrodes)}; give the volume that they belong to, "
            f"or say --electrodes-space {_others(reading)}"
        )
    return PlacedElectrodes(electrodes, pos_mm, share, (*notes, *warnings))


def placed_of(scene: Scene) -> PlacedElectrodes | None:
    """Where all of a scene's contacts are, those too that a selection leaves out; None without any.

    Raises
    ------
    DataError, OptionError : as in `place`
    """
    if scene.electrodes is None:
        return None
    return place(scene.electrodes, volume=scene.volume, picture=scene.image, space=scene.electrodes_space)


def selected_of(
    scene: Scene, placed: PlacedElectrodes | None, pairs: IntpArray | None = None
) -> PlacedElectrodes | None:
    """The contacts that a scene draws, by its `select` and `exclude`; the others lose their position.

    Parameters
    ----------
    placed : all contacts of the scene, or pairs of them; None without any
    pairs : (n_pairs, 2) intp, rows of the scene's table; then a pair is drawn where both its contacts are selected

    Raises
    ------
    OptionError : a pattern matches no contact, or no selected contact has a position
    """
    if placed is None or scene.electrodes is None or (scene.select is None and scene.exclude is None):
        return placed
    kept = selected(scene.electrodes.names, scene.select, scene.exclude)
    if pairs is not None:
        kept = kept[pairs[:, 0]] & kept[pairs[:, 1]]
    pos = np.where(kept[:, None], placed.pos, np.nan)
    if not np.isfinite(pos).any():
        option = "select" if scene.select is not None else "exclude"
        what = "contact with a position" if pairs is None else "pair of two selected contacts"
        raise OptionError(f"--{option} {','.join(getattr(scene, option))}: leaves no {what}; select others", option)
    box = _box_below(scene)
    share = None if box is None else _share_inside(pos, box)
    n_left_out = int((placed.drawn & ~kept).sum())
    return replace(placed, pos=pos, share_inside=share, n_left_out=n_left_out, selected=kept)


def _box_below(scene: Scene) -> Float64Array | None:
    """(2, n_axes) lowest and highest coordinates of the volume or the picture below the contacts."""
    if scene.volume is not None:
        return world_box_mm(scene.volume.affine, scene.volume.shape)
    return _picture_box(scene.image) if scene.image is not None else None


def _picture_box(picture: Picture) -> Float64Array:
    """(2, 2) edges of a picture in pixels; centres of pixels have integer coordinates."""
    height, width = picture.pixels.shape[:2]
    return np.array([[0, 0], [width, height]]) - 0.5


def _in_fitting_unit(
    electrodes: Electrodes, reading: ElectrodesSpace, volume: Volume | None, label: str
) -> tuple[Electrodes, list[str]]:
    """The table, in mm where its unit was guessed and mm alone fit the volume; a warning where they do."""
    if volume is None or reading != "world" or not electrodes.guessed_m:
        return electrodes, []
    box = world_box_mm(volume.affine, volume.shape)
    in_mm = electrodes.pos / _MM_PER_METRE
    if _share_inside(electrodes.pos, box) >= _LEAST_SHARE_INSIDE or _share_inside(in_mm, box) < _LEAST_SHARE_INSIDE:
        return electrodes, []
    text = f"{label}: no unit is given; the positions are taken as mm, since they lie outside {volume.name} as metres"
    return replace(electrodes, pos=in_mm, guessed_m=False), [text]


def _as_metres(electrodes: Electrodes) -> str:
    """Words for a message about positions whose unit was guessed."""
    if not electrodes.guessed_m:
        return ""
    return " (no unit is given, and no coordinate reaches 1, so they were taken as metres)"


def _check_millimetres(electrodes: Electrodes, volume: Volume | None, label: str) -> None:
    """Refuse positions that fit no head, for example metres or micrometres.

    Raises
    ------
    DataError : all contacts lie within 1 mm of the origin, or some lie farther apart than any head is long
    """
    pos = electrodes.pos
    present = pos[np.isfinite(pos).all(axis=1)]
    largest = float(np.abs(present).max())
    longest = 0.0 if volume is None else longest_mm(volume)
    as_metres = _as_metres(electrodes)
    micrometres = (
        "give the volume of a small head, or the unit" if as_metres else "divide positions in micrometres by 1000"
    )
    if len(present) > 1 and largest < _LEAST_REACH_MM * head_scale(volume):
        raise DataError(
            f"{label}: pos reaches {largest:.2g} mm from the origin, so all contacts would lie in one point; "
            "multiply positions in metres by 1000"
        )
    extent = float(np.ptp(present, axis=0).max())
    if largest > max(_FARTHEST_MM, _MOST_EDGES * longest):
        raise DataError(
            f"{label}: pos reaches {largest:.0f} mm from the origin, where no scanner has a head{as_metres}; "
            f"{micrometres}, and give NaN to a contact without a position"
        )
    if extent > max(_LARGEST_HEAD_MM, _MOST_EDGES * longest):
        raise DataError(
            f"{label}: contacts in pos lie {extent:.0f} mm apart, farther than any head is long{as_metres}; "
            f"{micrometres}, and give NaN to a contact without a position"
        )


def _place_in_picture(
    electrodes: Electrodes,
    volume: Volume | None,
    picture: Picture | None,
    space: ElectrodesSpace | None,
    label: str,
) -> PlacedElectrodes:
    if volume is not None:
        raise DataError(
            f"{label}: holds pixels of a picture, which have no place in {volume.name}; give columns x, y, z"
        )
    if space not in (None, "picture"):
        raise OptionError(f"--electrodes-space {space}: the table holds pixels of a picture; leave the option out")
    if picture is None:
        return PlacedElectrodes(electrodes, electrodes.pos)
    height, width = picture.pixels.shape[:2]
    share = _share_inside(electrodes.pos, _picture_box(picture))
    if share < _LEAST_SHARE_INSIDE:
        raise DataError(
            f"{label}: only {_percent(share)} of the contacts lie inside {picture.name} ({width} x {height} pixels); "
            "give the picture that they belong to"
        )
    return PlacedElectrodes(electrodes, electrodes.pos, share)


def _to_world(
    electrodes: Electrodes, reading: ElectrodesSpace, volume: Volume, label: str
) -> tuple[Float64Array, list[str]]:
    """Positions in RAS+ mm, and warnings about the conversion."""
    if reading == "world":
        return electrodes.pos, []
    if reading == "voxel":
        return apply_affine(volume.affine, electrodes.pos), []
    tkras_to_world = volume.affine @ np.linalg.inv(vox_to_tkras(volume.shape, zooms_mm(volume.affine)))
    pos_mm = apply_affine(tkras_to_world, electrodes.pos)
    if (tkras_to_world.diagonal()[:3] > 0.5).all():
        return pos_mm, []
    # FreeSurfer stores its own volumes left, inferior, anterior. For them, this affine is only a shift.
    warning = (
        f"{label}: surface RAS is turned or mirrored in {volume.name}, which is not stored as FreeSurfer does it; "
        "draw on mri/orig.mgz or mri/T1.mgz of the subject"
    )
    return pos_mm, [warning]


def _compare_frames(frame: str | None, volume_frame: str | None, label: str, volume_name: str) -> list[str]:
    """Warnings about two coordinate systems; an error if they belong to different heads."""
    if frame is None and volume_frame is None:
        return [f"{label}, {volume_name}: nothing says in which space they are; they are taken to fit"]
    if volume_frame is None:
        return [f"{volume_name}: nothing says in which space it is; contacts in {frame} are taken to fit"]
    if frame is None:
        return [f"{label}: nothing says in which space it is; it is taken to fit {volume_name}, in {volume_frame}"]
    if frame.casefold() == volume_frame.casefold():
        return []
    family, volume_family = _family(frame), _family(volume_frame)
    if family is not None and volume_family is not None and family != volume_family:
        raise DataError(
            f"{label}: the contacts are in {frame}, but {volume_name} is in {volume_frame}; "
            "give a table in the volume's space, or give --electrodes-space world to draw them unchanged"
        )
    names = {frame.casefold(), volume_frame.casefold()}
    if family is None or volume_family is None:
        doubt = "they fit only if the two are the same space"
    elif family == "native":
        if "acpc" not in names:
            return []
        doubt = "they fit only if the volume is aligned to its commissures"
    else:
        # NIfTI headers say "MNI" for any of the MNI152 templates.
        if "mni" in names and all(name == "mni" or name.startswith("mni152") for name in names):
            return []
        doubt = "the two templates differ by some millimetres"
    return [f"{label}: the contacts are in {frame}, {volume_name} is in {volume_frame}; drawn unchanged, {doubt}"]


def _family(frame: str) -> str | None:
    """The head that a coordinate system belongs to; None for unknown names."""
    name = frame.casefold()
    return next((family for family, beginnings in _FAMILIES.items() if name.startswith(beginnings)), None)


def _share_inside(pos: Float64Array, box: Float64Array) -> float:
    """Share of the positions that lie in a box, (2, n_axes), lowest and highest."""
    present = pos[np.isfinite(pos).all(axis=1)]
    return float(((present >= box[0]) & (present <= box[1])).all(axis=1).mean())


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _others(reading: ElectrodesSpace) -> str:
    return " or ".join(space for space in ("world", "tkras", "voxel") if space != reading)
