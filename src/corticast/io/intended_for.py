"""Images that the coordsystem.json of a table names as those of its contacts (IntendedFor), as files of the dataset.

BIDS writes an image as a URI (bids::sub-01/anat/..., from the dataset's root; bids:NAME:..., in a dataset of
DatasetLinks), or as a path from the subject's folder or from the root. Other datasets decide about no film, since their
images may lie anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from corticast.core.geometry.coordinate_systems import family_of
from corticast.errors import DataError
from corticast.io.bids import entities, nearest_coordsystem
from corticast.io.coordinate_system import System, read_system

_IMAGES = (".nii", ".nii.gz", ".mgz", ".mgh")
_COMPRESSED = ".gz"


@dataclass(frozen=True)
class Intended:
    """Images of a table's contacts.

    Parameters
    ----------
    system : name of the coordsystem.json; "" if it names no image
    images : existing files, in the order of the coordsystem.json
    notes : warnings about entries that are no file of the dataset, one line each
    """

    system: str = ""
    images: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


def intended_images(root: Path, subject: Path, table: Path) -> Intended:
    """Images of a table in the space of its subject; none for a table in a template, or of pixels.

    Parameters
    ----------
    root : folder of the dataset
    subject : folder of the subject
    table : of the electrodes
    """
    path = nearest_coordsystem(table)
    if path is None:
        return Intended()
    try:
        system = read_system(path)
    except DataError:
        # Reading the electrodes reports the error later.
        return Intended()
    if not _is_of_subject(system, table):
        return Intended()
    images: list[Path] = []
    notes: list[str] = []
    for text in system.intended_for:
        place, why = _place(root, subject, text)
        if place is not None and not place.name.endswith(_IMAGES):
            # A surface, on which the contacts were projected.
            continue
        found = None if place is None else _existing(place)
        if found is None:
            notes.append(f"{path.name}: IntendedFor names {text}, {why}")
            continue
        if place is not None and found.name != place.name:
            notes.append(f"{path.name}: IntendedFor names {text}, and {found.name} is there; that image is taken")
        images.append(found)
    return Intended(path.name, tuple(dict.fromkeys(images)), tuple(notes))


def with_files(texts: tuple[str, ...], system: Path) -> tuple[str, ...]:
    """Entries of IntendedFor as paths of the files that they name; entries without a file as URIs of BIDS.

    Parameters
    ----------
    system : the coordsystem.json, whose folders are those of its dataset
    """
    folders = system.absolute().parents
    subject = next((folder for folder in folders if folder.name.startswith("sub-")), folders[0])
    found = []
    for text in texts:
        place, _ = _place(subject.parent, subject, text)
        file = None if place is None else _existing(place)
        uri = text if text.startswith("bids:") else f"bids::{text.lstrip('/')}"
        found.append(uri if file is None else _from_here(file))
    return tuple(found)


def _from_here(path: Path) -> str:
    """A path from the current folder, if it lies below it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _is_of_subject(system: System, table: Path) -> bool:
    """Whether positions are in the space of the subject, or nothing says in which."""
    space, frame = system.space(entities(table).get("space", ""))
    return space != "picture" and (frame is None or family_of(frame) in (None, "native"))


def _place(root: Path, subject: Path, text: str) -> tuple[Path | None, str]:
    """Where an entry lies in the dataset, and the message if there is no file; None for a place outside."""
    missing = "which is missing"
    name, colon, rest = text.removeprefix("bids:").partition(":")
    is_uri = text.startswith("bids:") and bool(colon)
    if is_uri and name:
        return None, f"of another dataset ({name}); copy that image into this dataset to use it"
    parts = PurePosixPath((rest if is_uri else text).lstrip("/")).parts
    if not parts or ".." in parts or "\0" in text:
        return None, "which is no path within the dataset"
    from_root, from_subject = root.joinpath(*parts), subject.joinpath(*parts)
    if is_uri or _existing(from_root) is not None or _existing(from_subject) is None:
        return from_root, missing
    return from_subject, missing


def _existing(path: Path) -> Path | None:
    """The file, or the one that differs in its compression alone; None if both are missing."""
    other = path.with_name(
        path.name.removesuffix(_COMPRESSED) if path.name.endswith(_COMPRESSED) else path.name + _COMPRESSED
    )
    try:
        # A link without content counts: its error names the way to get it.
        return next((file for file in (path, other) if file.is_file() or file.is_symlink()), None)
    except OSError:
        # No file can have a name of this length.
        return None
