"""Placement of electrodes: the space of their table against the space of the volume or picture below.

Positions are only converted between spaces: voxel indices and FreeSurfer's surface RAS refer to the volume itself.
World positions stay unchanged. The names of the two coordinate systems decide whether both mean the same world.
Contacts in a wrong system are off by a centimetre, and most of them still lie in the brain.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from corticast.core.geometry.affines import apply_affine, vox_to_tkras, world_box_mm, zooms_mm
from corticast.core.geometry.contact_units import Share, as_guessed, in_fitting_unit
from corticast.core.geometry.coordinate_systems import family_of
from corticast.core.geometry.frame_lines import frame_lines, outside_lines, refuse_frame
from corticast.core.geometry.sides import side_lines
from corticast.core.model.scene import Scene
from corticast.core.model.selection import selected
from corticast.core.model.subjects import label_of, merged_warnings
from corticast.core.model.types import (
    Electrodes,
    ElectrodesSpace,
    Float64Array,
    IntpArray,
    Picture,
    PlacedElectrodes,
    Volume,
)
from corticast.errors import DataError, OptionError, in_width

_LEAST_SHARE_INSIDE = 0.5


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
    if electrodes.parts:
        return _place_each(electrodes, volume, picture, space)
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
    if space is None:
        refuse_frame(electrodes, label, volume)
    notes: list[str] = []
    if reading != "voxel":
        electrodes, notes = in_fitting_unit(electrodes, volume, _share_in(volume, reading), label)
    if volume is None:
        if reading != "world":
            raise DataError(f"{label}: {reading} positions need the volume that they belong to; give it by --volume")
        lines = _side_lines(electrodes, electrodes.pos, None, label, space)
        return PlacedElectrodes(electrodes, electrodes.pos, warnings=(*notes, *lines))
    indices_or_mm = electrodes.pos
    if electrodes.from_first_voxel and reading == "voxel":
        indices_or_mm = electrodes.pos / zooms_mm(volume.affine)
    pos_mm = _to_world(indices_or_mm, reading, volume)
    warnings = _warn_of_tkras(volume, label) if reading == "tkras" else []
    # Voxel indices belong to the volume itself, and an explicit space overrides the coordinate systems.
    if space is None and (electrodes.space is None or electrodes.frame is not None):
        warnings += frame_lines(electrodes, volume, pos_mm, label)
    share = _share_inside(pos_mm, world_box_mm(volume.affine, volume.shape))
    if share < _LEAST_SHARE_INSIDE:
        raise DataError(
            f"{label}: read as {reading} positions, only {_percent(share)} of the contacts lie inside {volume.name}"
            f"{as_guessed(electrodes)}; give the volume that they belong to, "
            f"or say --electrodes-space {_others(reading)}"
        )
    if (space or electrodes.space) and not any("contacts lie outside" in line for line in warnings):
        warnings += outside_lines(electrodes, volume, pos_mm, label, space or electrodes.frame or reading)
    warnings += _side_lines(electrodes, pos_mm, volume, label, space)
    return PlacedElectrodes(electrodes, pos_mm, share, tuple(map(in_width, (*notes, *warnings))))


def _place_each(
    electrodes: Electrodes, volume: Volume | None, picture: Picture | None, space: ElectrodesSpace | None
) -> PlacedElectrodes:
    """Place the tables of several subjects one by one; parameters and errors as in `place`."""
    placed = [place(part, volume=volume, picture=picture, space=space) for part in electrodes.parts]
    if space is None and volume is not None:
        _check_one_head(electrodes)
    n_known = [int(part.has_position.sum()) for part in electrodes.parts]
    shares = [each.share_inside for each in placed]
    share = None if None in shares else float(np.average(np.array(shares, dtype=np.float64), weights=n_known))
    table = replace(electrodes, pos=np.concatenate([each.table.pos for each in placed]))
    warnings = merged_warnings([(label_of(each.table), each.warnings) for each in placed])
    return PlacedElectrodes(table, np.concatenate([each.pos for each in placed]), share, warnings)


def _check_one_head(electrodes: Electrodes) -> None:
    """Refuse contacts of several subjects that are in the spaces of their own heads.

    Raises
    ------
    DataError : no volume holds two heads
    """
    in_own_head: dict[str, Electrodes] = {}
    first = 0
    for part in electrodes.parts:
        own = part.space == "tkras" or (part.frame is not None and family_of(part.frame) == "native")
        if own and part.space != "voxel":
            in_own_head |= dict.fromkeys(electrodes.subjects[first : first + len(part.names)], part)
        first += len(part.names)
    if len(in_own_head) > 1:
        part = next(iter(in_own_head.values()))
        raise DataError(
            f"{label_of(part)}: the contacts are in {part.frame or part.space}, the space of the subject's own head, "
            f"and so are those of {len(in_own_head) - 1} other subjects; give tables in the space of a template, "
            "or --electrodes-space world to draw them unchanged"
        )


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
    kept = selected(scene.electrodes, scene.select, scene.exclude)
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


def _to_world(pos: Float64Array, reading: ElectrodesSpace, volume: Volume) -> Float64Array:
    """(n, 3) positions in RAS+ mm."""
    if reading == "world":
        return pos
    return apply_affine(volume.affine if reading == "voxel" else _tkras_to_world(volume), pos)


def _tkras_to_world(volume: Volume) -> Float64Array:
    return np.asarray(volume.affine @ np.linalg.inv(vox_to_tkras(volume.shape, zooms_mm(volume.affine))))


def _warn_of_tkras(volume: Volume, label: str) -> list[str]:
    """A warning about surface RAS in a volume that is not stored as FreeSurfer stores its own."""
    if (_tkras_to_world(volume).diagonal()[:3] > 0.5).all():
        return []
    # FreeSurfer stores its own volumes left, inferior, anterior. For them, this affine is only a shift.
    return [
        f"{label}: surface RAS is turned or mirrored in {volume.name}, which is not stored as FreeSurfer does it; "
        "draw on mri/orig.mgz or mri/T1.mgz of the subject"
    ]


def _side_lines(
    electrodes: Electrodes, pos_mm: Float64Array, volume: Volume | None, label: str, space: ElectrodesSpace | None
) -> list[str]:
    """Warnings about contacts on another side than the table says; an error if its column of hemispheres says so.

    Parameters
    ----------
    space : how to read the positions, by the user; nothing is refused then
    """
    refusal, lines = side_lines(electrodes, pos_mm, volume, label)
    if not refusal:
        return lines
    # Left and right of a volume without any form are a guess.
    if space is not None or (volume is not None and not volume.sided):
        return [f"{refusal}; drawn as x says"]
    reading = electrodes.space or "world"
    raise DataError(f"{refusal}; correct x or the column, or say --electrodes-space {reading} to draw them as x says")


def _share_in(volume: Volume | None, reading: ElectrodesSpace) -> Share:
    """A function that gives the share of a table's positions, (n, 3) mm in their space, that lie in a volume."""
    if volume is None:
        return lambda pos: 1.0
    box = world_box_mm(volume.affine, volume.shape)
    return lambda pos: _share_inside(_to_world(pos, reading, volume), box)


def _share_inside(pos: Float64Array, box: Float64Array) -> float:
    """Share of the positions that lie in a box, (2, n_axes), lowest and highest."""
    present = pos[np.isfinite(pos).all(axis=1)]
    return float(((present >= box[0]) & (present <= box[1])).all(axis=1).mean())


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _others(reading: ElectrodesSpace) -> str:
    return " or ".join(space for space in ("world", "tkras", "voxel") if space != reading)
