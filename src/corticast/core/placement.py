"""Where electrodes are drawn: their table's space against the volume's.

Positions are moved only by what the table says of them (voxel indices, FreeSurfer surface RAS).
Whether two coordinate systems are the same head is decided by their names: a wrong one can move
contacts by centimetres while most of them still lie in the brain.
"""

from __future__ import annotations

import re
from typing import Literal

import numpy as np
import numpy.typing as npt

from corticast.core.affines import apply_affine, vox_to_tkras, world_box_mm, zooms_mm
from corticast.core.types import Electrodes, ElectrodesSpace, Picture, PlacedElectrodes, Volume
from corticast.errors import DataError

FloatArray = npt.NDArray[np.float64]

# Templates of the MNI family by the beginnings of their BIDS names; Talairach is another brain.
_MNI_FAMILY = ("mni", "icbm", "ixi549", "fsaverage", "colin27", "nihpd", "oasis30")
_INDIVIDUAL = ("native", "scanras", "acpc", "individual", "t1w", "fsnative", "orig")

# Below this share of contacts inside the volume the space cannot be right.
_LEAST_SHARE_INSIDE = 0.5


def place(
    electrodes: Electrodes,
    *,
    volume: Volume | None = None,
    picture: Picture | None = None,
    space: ElectrodesSpace | None = None,
) -> PlacedElectrodes:
    """Put the contacts of a table where they are drawn.

    Parameters
    ----------
    volume, picture : what they are drawn on; without either they stand where the table says
    space : how positions are to be read, instead of what the table says; "world" also draws contacts of another
        coordinate system than the volume's as they are

    Returns
    -------
    PlacedElectrodes in RAS+ mm, or in pixels of the picture

    Raises
    ------
    DataError : no contact has a position, the table does not fit what it is drawn on, its coordinate system is known
        to be another than the volume's, or fewer than half of the contacts lie inside
    """
    label = str(electrodes.path) if electrodes.path is not None else "the electrodes"
    if not electrodes.has_position.any():
        raise DataError(f"{label}: no contact has a position; give a table with x, y, z or x_2d, y_2d")
    in_pixels = electrodes.pos.shape[1] == 2
    if picture is not None and not in_pixels:
        raise DataError(f"{label}: holds x, y, z, but is to be drawn on a picture; give x_2d, y_2d, or --volume")
    if volume is not None and in_pixels:
        raise DataError(f"{label}: holds pixels of a picture, but is to be drawn on a volume; give x, y, z, or --image")
    if in_pixels:
        return _on_picture(electrodes, picture, label)
    settled = space or electrodes.space or "world"
    pos_mm = _world_mm(electrodes.pos, settled, volume, label)
    if volume is None:
        return PlacedElectrodes(electrodes, pos_mm)
    warnings = () if space is not None else _compare(electrodes, settled, volume, label)
    box_mm = world_box_mm(volume.affine, volume.shape)
    share = _share_inside(pos_mm, box_mm)
    if share < _LEAST_SHARE_INSIDE:
        raise DataError(
            f"{label}: {100 * share:.0f} % of the contacts lie inside {volume.name}; "
            "they belong to another volume, or to another space: try --electrodes-space world, tkras or voxel"
        )
    return PlacedElectrodes(electrodes, pos_mm, share, warnings)


def _on_picture(electrodes: Electrodes, picture: Picture | None, label: str) -> PlacedElectrodes:
    if picture is None:
        return PlacedElectrodes(electrodes, electrodes.pos)
    height, width = picture.pixels.shape[:2]
    share = _share_inside(electrodes.pos, np.array([[-0.5, -0.5], [width - 0.5, height - 0.5]]))
    if share < _LEAST_SHARE_INSIDE:
        raise DataError(
            f"{label}: {100 * share:.0f} % of the contacts lie inside {picture.name} ({width} x {height} pixels); "
            "give the picture that the table was made on"
        )
    return PlacedElectrodes(electrodes, electrodes.pos, share)


def _world_mm(pos: FloatArray, space: ElectrodesSpace, volume: Volume | None, label: str) -> FloatArray:
    """Positions in RAS+ mm."""
    if space == "world":
        return pos
    if space == "picture":
        raise DataError(f"{label}: --electrodes-space picture needs x_2d, y_2d; give world, tkras or voxel")
    if volume is None:
        raise DataError(f"{label}: positions in {space} space need the volume that they belong to; give --volume")
    if space == "voxel":
        return apply_affine(volume.affine, pos)
    tkras = vox_to_tkras(volume.shape, zooms_mm(volume.affine))
    return apply_affine(volume.affine @ np.linalg.inv(tkras), pos)


def _share_inside(pos: FloatArray, box: FloatArray) -> float:
    present = pos[np.isfinite(pos).all(axis=1)]
    inside = ((present >= box[0]) & (present <= box[1])).all(axis=1)
    return float(inside.mean())


def _compare(electrodes: Electrodes, space: ElectrodesSpace, volume: Volume, label: str) -> tuple[str, ...]:
    """Compare the names of two coordinate systems; warnings where they may be the same head."""
    if space in ("voxel", "tkras"):
        # Positions that refer to the volume itself cannot be in another space than the volume.
        return ()
    theirs, ours = electrodes.frame, volume.space
    if theirs is None or ours is None:
        side = label if theirs is None else volume.name
        known = ours if theirs is None else theirs
        told = f" ({known} is the other's)" if known is not None else ""
        return (f"{side} does not say its coordinate system{told}: contacts are drawn as they are",)
    same_family = _family(theirs) == _family(ours)
    # "MNI" alone, from a header's code, names no particular template.
    if _normal(theirs) == _normal(ours) or (same_family and "mni" in (_normal(theirs), _normal(ours))):
        return ()
    if not same_family:
        raise DataError(
            f"{label}: contacts are in {theirs}, but {volume.name} is in {ours}; "
            "give a table in the volume's space, or --electrodes-space world to draw them as they are"
        )
    if _family(theirs) == "individual":
        if "acpc" in (_normal(theirs), _normal(ours)):
            return (f"{label} is in {theirs} and {volume.name} in {ours}: the two may be turned against one another",)
        return ()
    return (f"{label} is in {theirs} and {volume.name} in {ours}: two templates differ by some millimetres",)


def _normal(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _family(name: str) -> Literal["mni", "talairach", "individual"] | str:
    """Names of the same head, or of templates made to match, share a family."""
    normal = _normal(name)
    if normal.startswith(_MNI_FAMILY):
        return "mni"
    if normal.startswith(_INDIVIDUAL):
        return "individual"
    return normal
