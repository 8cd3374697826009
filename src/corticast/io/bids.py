"""Companions of a BIDS file, found by the inheritance principle."""

from __future__ import annotations

import re
from pathlib import Path

# How far above a file its dataset's root may be: subject, session, datatype.
_LEVELS_UP = 4


def entities(path: Path) -> dict[str, str]:
    """Entities of a BIDS name: "sub-01_space-MNI_electrodes.tsv" -> {"sub": "01", "space": "MNI"}."""
    return dict(re.findall(r"(?:^|_)([a-zA-Z0-9]+)-([a-zA-Z0-9+]+)(?=_|\.)", path.name))


def inherited(path: Path, suffix: str, *, ignore: tuple[str, ...] = ()) -> list[Path]:
    """Files with a suffix that apply to a file, the most specific last.

    In its folder and those above, up to the dataset's root, a file applies when every entity of its name that
    both files could share has the same value. Entities in `ignore` may be there in addition: channels.tsv belongs to a
    task and a run, of which an electrode table knows nothing.

    Parameters
    ----------
    suffix : such as "coordsystem.json"
    ignore : entities that the found file may have and the given one need not
    """
    own = entities(path)
    found: list[tuple[int, int, str, Path]] = []
    folder = path.absolute().parent
    for level in range(_LEVELS_UP):
        for candidate in folder.glob(f"*{suffix}"):
            stem = candidate.name.removesuffix(suffix)
            if stem and not stem.endswith("_"):
                continue
            theirs = entities(candidate)
            if _same_prefix(path, candidate) and all(own.get(k) == v for k, v in theirs.items() if k not in ignore):
                found.append((-level, len(theirs), candidate.name, candidate))
        if (folder / "dataset_description.json").is_file() or folder.parent == folder:
            break
        folder = folder.parent
    return [candidate for *_, candidate in sorted(found)]


def _same_prefix(path: Path, candidate: Path) -> bool:
    """Whether the parts of two names that are no entities agree: "sample_ecog_space-x" and "sample_ecog_space-x"."""

    def plain(file: Path) -> list[str]:
        parts = file.name.split("_")[:-1]
        return [part for part in parts if not re.fullmatch(r"[a-zA-Z0-9]+-[a-zA-Z0-9+]+", part)]

    theirs = plain(candidate)
    return not theirs or theirs == plain(path)
