"""Refusals and warnings about two coordinate systems: that of contacts, and that of the volume below them."""

from __future__ import annotations

from pathlib import PurePosixPath

import numpy as np

from corticast.core.geometry.affines import apply_affine, zooms_mm
from corticast.core.geometry.body import body_of
from corticast.core.geometry.coordinate_systems import family_of, head_axes, is_of_a_ct, place_of_surface
from corticast.core.geometry.head_scale import usual_depth_mm
from corticast.core.geometry.template_differences import difference_words
from corticast.core.model.types import BoolArray, Electrodes, Float64Array, Volume
from corticast.errors import DataError

# An image may be named with this suffix and lie there with the other one.
_COMPRESSED = ".gz"
_IMAGES = (".nii", ".mgz", ".mgh", ".img", ".hdr")
# Entities that a derivative shares with the image that is its source.
_OF_ONE_IMAGE = ("sub", "ses", "run", "suffix")
# FreeSurfer stores its own volumes with so many voxels along each edge.
_CONFORMED = (256, 256, 256)


def refuse_frame(electrodes: Electrodes, label: str, volume: Volume | None) -> None:
    """Refuse contacts in a coordinate system that has no place in a volume.

    Raises
    ------
    DataError : head coordinates without a transform, positions on an inflated surface and the like, or in a CT that is
        not drawn
    """
    frame = electrodes.frame
    if head_axes(frame) is not None:
        raise DataError(
            f"{label}: in {frame} head coordinates, which depend on fiducials; give the transform from head to MRI by "
            "--trans, an MNE -trans.fif file, or say --electrodes-space world to draw them unchanged"
        )
    if (surface := place_of_surface(frame)) is not None:
        where, instead = surface
        raise DataError(f"{label}: in {frame}, {where}, which has no place in a volume; give {instead} coordinates")
    if is_of_a_ct(frame) and volume is not None and not _is_ct(volume) and not is_intended(electrodes, volume):
        raise DataError(
            f"{label}: in the space of the CT on which they were marked, and {volume.name} is another image; give that "
            "CT as --volume, or say --electrodes-space world if the two are aligned"
        )


def frame_lines(electrodes: Electrodes, volume: Volume, pos_mm: Float64Array, label: str) -> list[str]:
    """Warnings about the coordinate systems of contacts and of a volume.

    Parameters
    ----------
    pos_mm : (n, 3) the contacts in the world
    label : of the table in messages

    Raises
    ------
    DataError : the two belong to different heads
    """
    frame, other = electrodes.frame, volume.space
    family = None if frame is None else family_of(frame)
    if is_intended(electrodes, volume) and family in (None, "native") and _is_native(volume):
        return []
    elsewhere = _elsewhere(electrodes, volume, family, label)
    if frame is not None and other is not None:
        return [*_known(electrodes, volume, pos_mm, label), *elsewhere]
    # IntendedFor says in which image's space contacts are that name no other.
    return elsewhere if elsewhere and frame is None else [*_unknown(electrodes, volume, pos_mm, label), *elsewhere]


def _elsewhere(electrodes: Electrodes, volume: Volume, family: str | None, label: str) -> list[str]:
    """A warning about contacts of a subject on another image than IntendedFor names."""
    named = [text for text in electrodes.intended_for if _is_image(text)]
    if not named or volume.path is None or family not in (None, "native") or is_intended(electrodes, volume):
        return []
    labels = _labels(volume.path.name)
    if "desc" in labels and any(_is_of(labels, _labels(_name(text))) for text in named):
        return []
    table = electrodes.path.name if electrodes.path is not None else label
    is_missing = named[0].startswith("bids:")
    remedy = f"give that image, {_name(named[0])}, as --volume" if is_missing else f"give --volume {named[0]}"
    if "desc" in labels:
        remedy = f"leave --desc out, or {remedy} without --bids"
    return [f"{table}: IntendedFor names another image than {volume.name}; unless both are aligned, {remedy}"]


def _labels(name: str) -> dict[str, str]:
    """Entities of a BIDS name, and its suffix under "suffix"."""
    *pairs, suffix = _stem(name).split("_")
    return {**{key: label for key, _, label in (pair.partition("-") for pair in pairs)}, "suffix": suffix}


def _is_of(derivative: dict[str, str], raw: dict[str, str]) -> bool:
    """Whether a derivative has no space entity, and the subject, session, run and suffix of an image."""
    return "space" not in derivative and all(derivative.get(key) == raw.get(key) for key in _OF_ONE_IMAGE)


def is_intended(electrodes: Electrodes, volume: Volume) -> bool:
    """Whether a coordsystem.json names the volume as the image of its contacts (IntendedFor)."""
    if volume.path is None:
        return False
    own = [*volume.path.absolute().parts[:-1], _stem(volume.path.name)]
    return any(_names(text, own) for text in electrodes.intended_for)


def _names(text: str, own: list[str]) -> bool:
    """Whether a text of IntendedFor names a path: by its last part if it is a BIDS name, else with its folders."""
    parts = [part for part in PurePosixPath(text.rpartition(":")[2]).parts if part not in ("/", ".")]
    if not parts:
        return False
    parts[-1] = _stem(parts[-1])
    n = 1 if parts[-1].startswith("sub-") else min(len(parts), 3)
    return parts[-n:] == own[-n:]


def _name(text: str) -> str:
    return PurePosixPath(text.rpartition(":")[2]).name


def _stem(name: str) -> str:
    """A name without its suffix, compressed or not."""
    name = name.removesuffix(_COMPRESSED)
    return next((name.removesuffix(suffix) for suffix in _IMAGES if name.endswith(suffix)), name)


def _is_image(text: str) -> bool:
    return _name(text).removesuffix(_COMPRESSED).endswith(_IMAGES)


def _is_native(volume: Volume) -> bool:
    return volume.space is None or family_of(volume.space) == "native"


def _is_ct(volume: Volume) -> bool:
    return "ct" in volume.name.lower().partition(".")[0].replace("-", "_").split("_")


def _known(electrodes: Electrodes, volume: Volume, pos_mm: Float64Array, label: str) -> list[str]:
    frame, other = electrodes.frame or "", volume.space or ""
    if frame.casefold() == other.casefold():
        return []
    family, volume_family = family_of(frame), family_of(other)
    if family is not None and volume_family is not None and family != volume_family:
        apart = "" if "native" in (family, volume_family) else f": {difference_words(frame, other, pos_mm)}"
        raise DataError(
            f"{label}: the contacts are in {frame}, but {volume.name} is in {other}{apart}; "
            "give a table in that space, or --electrodes-space world to draw them unchanged"
        )
    names = {frame.casefold(), other.casefold()}
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
        doubt = difference_words(frame, other, pos_mm)
    return [f"{label}: the contacts are in {frame}, {volume.name} is in {other}; drawn unchanged, {doubt}"]


def _unknown(electrodes: Electrodes, volume: Volume, pos_mm: Float64Array, label: str) -> list[str]:
    frame, other = electrodes.frame, volume.space
    if electrodes.space == "tkras" and volume.shape == _CONFORMED:
        # Surface RAS is converted by the volume itself, which FreeSurfer has made.
        return []
    n, n_outside = int(np.isfinite(pos_mm).all(axis=1).sum()), int(_outside(volume, pos_mm).sum())
    if frame is not None:
        what = f"{volume.name}: nothing says in which space it is"
        taken, remedy = f"contacts in {frame} are taken to fit", "give the volume of that space"
    else:
        where = f", in {other}" if other is not None else ""
        what = f"{label}: nothing says in which space it is"
        taken = f"it is taken to fit {volume.name}{where}"
        trans = f", give --trans {electrodes.trans_beside}" if electrodes.trans_beside else ""
        remedy = f"say --electrodes-space world, tkras or voxel{trans}, or write a coordsystem.json"
    if n_outside:
        return [f"{what}; {taken}, but {n_outside} of {n} contacts lie outside its head; {remedy}"]
    return [f"{what}; {taken}; {remedy}, if it does not"] if frame is None else [f"{what}; {taken}"]


def outside_lines(electrodes: Electrodes, volume: Volume, pos_mm: Float64Array, label: str, stated: str) -> list[str]:
    """A warning where at least half of the contacts in a stated space lie outside the volume's head.

    Parameters
    ----------
    pos_mm : (n, 3) the contacts in the world
    label : of the table in messages
    stated : the space, as the option or the table has it
    """
    n, n_outside = int(np.isfinite(pos_mm).all(axis=1).sum()), int(_outside(volume, pos_mm).sum())
    if not n_outside or 2 * n_outside < n:
        return []
    remedy = "give the volume that they belong to, or another --electrodes-space"
    if electrodes.trans_beside:
        remedy += f", or --trans {electrodes.trans_beside} in its place"
    return [f"{label}: read as {stated}, {n_outside} of {n} contacts lie outside the head of {volume.name}; {remedy}"]


def _outside(volume: Volume, pos_mm: Float64Array) -> BoolArray:
    """(n,) bool, contacts farther outside the head than grids float above a brain; none where no head is found."""
    body = body_of(volume)
    present: BoolArray = np.asarray(np.isfinite(pos_mm).all(axis=1), dtype=np.bool_)
    if body.samples is None:
        return np.zeros(len(pos_mm), dtype=np.bool_)
    from scipy.spatial import cKDTree

    filled, affine = body.samples.filled, body.samples.affine
    places = np.rint(apply_affine(np.linalg.inv(affine), np.where(present[:, None], pos_mm, 0.0))).astype(np.intp)
    is_within = ((places >= 0) & (places < filled.shape)).all(axis=1)
    is_filled = is_within & filled[tuple(np.clip(places, 0, np.array(filled.shape) - 1).T)]
    rows = np.flatnonzero(present & ~is_filled)
    away: BoolArray = np.zeros(len(pos_mm), dtype=np.bool_)
    if len(rows):
        reach_mm = usual_depth_mm(volume) + float(zooms_mm(affine).max())
        away[rows] = cKDTree(body.points_mm).query(pos_mm[rows])[0] > reach_mm
    return away
