"""Derivatives of a BIDS dataset: volumes, brain masks and tables of electrodes that belong to a T1w.

Nothing is taken silently: a file of another subject, session or space is no candidate, two candidates are refused with
their names, and a missing mask is reported.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from corticast.core.matching import some
from corticast.core.suggest import did_you_mean
from corticast.errors import DataError, OptionError
from corticast.io.bids import T1W_SPACES, entities
from corticast.io.folders import folders_in, listed
from corticast.io.json_file import read_json
from corticast.io.volume_header import volume_facts

_VOLUMES = (".nii", ".nii.gz")
_T1WS = tuple(f"_T1w{ending}" for ending in _VOLUMES)
# Entities that tell the images of a subject apart. A derivative that lacks one may stand for several images.
_TOLD = ("ses", "acq", "ce", "rec", "run")
# Corners of two grids lie apart by at most this share of a voxel.
_SAME_GRID = 0.01


@dataclass(frozen=True)
class Derivatives:
    """Folders of derivatives, and what of them is used.

    Parameters
    ----------
    folders : of pipelines, each with folders of subjects
    desc : label of the T1w that is shown in place of the raw one; None shows the raw one
    space : space of the T1w that is shown; None takes that of the contacts, the subject's own first, and then the T1w's
    masks : whether brain masks are taken
    """

    folders: tuple[Path, ...]
    desc: str | None = None
    space: str | None = None
    masks: bool = True

    @cached_property
    def label(self) -> str:
        """The folders, for messages."""
        return ", ".join(folder.name for folder in self.folders)

    def tables(self, subject: str, session: str | None) -> list[Path]:
        """Tables of electrodes of a session, and those of a subject that name no session."""
        found = self._files(subject, "ieeg", "_electrodes", (".tsv",))
        return [path for path in found if entities(path).get("ses") in (None, session or None)]

    def files(self, subject: str, suffix: str, desc: str) -> list[Path]:
        """Images of a subject's anatomy with a suffix and a description."""
        found = self._files(subject, "anat", f"_{suffix}", _VOLUMES)
        return [path for path in found if entities(path).get("desc") == desc]

    def _files(self, subject: str, kind: str, suffix: str, endings: Sequence[str]) -> list[Path]:
        names = tuple(suffix + ending for ending in endings)
        homes = (home for folder in self.folders for home in _homes(folder / f"sub-{subject}"))
        found = (path for home in homes for path in listed(home / kind) if path.name.endswith(names))
        return [path for path in found if entities(path).get("sub") == subject]


@dataclass(frozen=True)
class Anatomy:
    """The volume of a film and its brain mask.

    Parameters
    ----------
    volume : that is shown
    mask : None without one
    notes : files that are used or missing, one line each
    error : why no volume or mask can be chosen; None without a reason
    """

    volume: Path
    mask: Path | None = None
    notes: tuple[str, ...] = field(default=())
    error: str | None = None


def derivatives_of(
    root: Path, given: Path, *, desc: str | None = None, space: str | None = None, masks: bool = True
) -> Derivatives:
    """Find the folders of derivatives that an option names.

    Parameters
    ----------
    root : folder of the dataset
    given : a folder with subjects, or a folder of several such folders: a path from here, from the dataset or from the
        dataset's derivatives, the first that exists
    desc, space : as of `Derivatives`, with desc- and space- or without. A space counts only with a description
    masks : as of `Derivatives`

    Raises
    ------
    OptionError : no such folder has subjects, or no T1w has the description or the space
    DataError : a folder cannot be read
    """
    own = root / "derivatives"
    found = next((folder for folder in (given, root / given, own / given) if folder.is_dir()), None)
    known = [folder.name for folder in _pipelines(own)]
    remedy = f"give the folder of a pipeline{', such as ' + ', '.join(known) if known else ''}"
    if found is None:
        raise OptionError(
            f"--derivatives {given}: no such folder; {did_you_mean(str(given), known)}{remedy}", "derivatives"
        )
    folders = [found] if _has_subjects(found) else _pipelines(found)
    if not folders:
        raise OptionError(f"--derivatives {given}: holds no folder of a subject (sub-LABEL); {remedy}", "derivatives")
    label = None if desc is None else desc.removeprefix("desc-")
    wanted = space and space.removeprefix("space-")
    derivatives = Derivatives(tuple(folder.absolute() for folder in folders), label, wanted, masks)
    if label is not None:
        _check_labels(derivatives, label, wanted)
    return derivatives


def _check_labels(found: Derivatives, desc: str, space: str | None) -> None:
    """Refuse a description or a space that no T1w of any subject has.

    Raises
    ------
    OptionError : one does
    """
    homes = (home for folder in found.folders for subject in folders_in(folder, "sub-") for home in _homes(subject))
    t1ws = [path for home in homes for path in listed(home / "anat") if path.name.endswith(_T1WS)]
    descs = sorted({entities(path)["desc"] for path in t1ws if "desc" in entities(path)})
    if desc not in descs:
        mean = did_you_mean(desc, descs)
        text = f"no T1w in {found.label} has this description; {mean}give one of: {some(descs) or 'none'}"
        raise OptionError(f"--desc {desc}: {text}", "desc")
    own = [path for path in t1ws if entities(path).get("desc") == desc]
    spaces = sorted({entities(path)["space"] if space_of(path) else "T1w" for path in own})
    if space is not None and space.lower() not in (*(each.lower() for each in spaces), *T1W_SPACES):
        mean = did_you_mean(space, spaces)
        text = f"no desc-{desc} T1w in {found.label} is in this space; {mean}give one of: {some(spaces)}"
        raise OptionError(f"--derivatives-space {space}: {text}", "derivatives_space")


def anatomy_of(raw: Path, subject: str, found: Derivatives, all_raw: Sequence[Path], spaces: Sequence[str]) -> Anatomy:
    """The volume and the brain mask that stand for a T1w of the dataset.

    Parameters
    ----------
    raw : the T1w
    subject : label
    all_raw : all T1w of the subject
    spaces : of the tables of electrodes that may be shown, the most certain first, in lower case
    """
    chosen = Anatomy(raw) if found.desc is None else _volume_of(raw, subject, found, all_raw, spaces)
    if chosen.error is None and found.masks:
        chosen = _with_mask(chosen, raw, subject, found, all_raw)
    derived = [path for path in (chosen.volume, chosen.mask) if path is not None and path != raw]
    return replace(chosen, notes=(*chosen.notes, *(line for path in derived for line in _unread_sources(path))))


def space_of(path: Path) -> str:
    """Space that a name states, in lower case; "" for the space of the T1w itself."""
    space = entities(path).get("space", "").lower()
    return "" if space in T1W_SPACES else space


def _volume_of(raw: Path, subject: str, found: Derivatives, all_raw: Sequence[Path], spaces: Sequence[str]) -> Anatomy:
    """The volume with the description; see `anatomy_of`."""
    what = f"desc-{found.desc} T1w"
    files = [path for path in found.files(subject, "T1w", found.desc or "") if _is_of(path, raw)]
    if not files:
        others = [path.name for path in found.files(subject, "T1w", found.desc or "")]
        more = f" ({', '.join(others[:2])} belongs to another T1w)" if others else ""
        return Anatomy(raw, error=f"{raw}: no {what} in {found.label}{more}; give --desc of a T1w that is there")
    names = {space_of(path): "T1w" if not space_of(path) else entities(path)["space"] for path in files}
    space = _space_among(names, found.space, spaces)
    if space is None:
        wanted = "several spaces" if found.space is None else f"other spaces than {found.space}"
        text = f"{raw}: {what} in {found.label} is in {wanted}; give --derivatives-space {' or '.join(names.values())}"
        return Anatomy(raw, error=text)
    fitting = [path for path in files if space_of(path) == space]
    if len(fitting) > 1:
        return Anatomy(raw, error=_two(raw, what, fitting, "--derivatives of one pipeline or another --desc"))
    notes = [f"{fitting[0].name}: shown in place of {raw.name}"]
    others = [name for other, name in names.items() if other != space]
    if others and found.space is None:
        notes.append(f"{fitting[0].name}: is there in {', '.join(others)} too; --derivatives-space chooses")
    return Anatomy(fitting[0], notes=(*notes, *_of_several(fitting[0], all_raw)))


def _space_among(known: Collection[str], asked: str | None, spaces: Sequence[str]) -> str | None:
    """The space that is asked for, else the first one with contacts, else that of the T1w; None without such a one.

    Parameters
    ----------
    known : spaces of the images
    asked : by the user
    spaces : of the tables of electrodes
    """
    if asked is not None:
        wanted = "" if asked.lower() in T1W_SPACES else asked.lower()
        return wanted if wanted in known else None
    wished = [*spaces, ""] if len(known) > 1 else list(known)
    return next((space for space in wished if space in known), None)


def _with_mask(chosen: Anatomy, raw: Path, subject: str, found: Derivatives, all_raw: Sequence[Path]) -> Anatomy:
    """The volume with its brain mask, or with a line about why a mask is missing."""
    volume = chosen.volume
    is_raw = volume == raw
    files = [path for path in found.files(subject, "mask", "brain") if _is_of(path, raw)]
    if not is_raw:
        # Of a pipeline's volume only the mask of the same pipeline is known to lie on it.
        files = [path for path in files if _folder_of(path, found) == _folder_of(volume, found)]
    space, res = space_of(volume), entities(volume).get("res")
    fitting = [path for path in files if space_of(path) == space and entities(path).get("res") == res]
    if len(fitting) > 1:
        return replace(chosen, error=_two(raw, "brain mask", fitting, "--derivatives of one pipeline, or --mask"))
    if not fitting:
        others = [path.name for path in files]
        more = f" ({others[0]} is in another space or resolution)" if others else ""
        text = f"{volume.name}: no desc-brain_mask in {found.label} for it{more}; drawn without a mask"
        return replace(chosen, notes=(*chosen.notes, text))
    mask = fitting[0]
    if is_raw and _of_several(mask, all_raw):
        text = f"{_of_several(mask, all_raw)[0]}, so the mask is left out"
        return replace(chosen, notes=(*chosen.notes, text))
    notes = (*chosen.notes, f"{mask.name}: brain mask of {volume.name}", *_other_grid(mask, volume))
    return replace(chosen, mask=mask, notes=notes)


def _is_of(path: Path, raw: Path) -> bool:
    """Whether a derivative may belong to a T1w: no entity differs, and its sources name no other T1w alone."""
    own, wanted = entities(path), entities(raw)
    if any(own[key] != wanted.get(key) for key in _TOLD if key in own):
        return False
    sources = _sources_of(path)
    return not sources or raw.name in sources


def _sources_of(path: Path) -> list[str]:
    """Names of the raw T1w that the JSON file beside a derivative states; empty where it states none."""
    try:
        content = read_json(_json_of(path))
    except DataError:
        return []
    stated = [content.get(key) for key in ("RawSources", "Sources")] if isinstance(content, dict) else []
    texts = [text for each in stated if isinstance(each, list) for text in each if isinstance(text, str)]
    names = [text.rpartition("/")[2] for text in texts]
    return [name for name in names if name.endswith(_T1WS) and "_desc-" not in name]


def _unread_sources(path: Path) -> list[str]:
    """A line about a JSON file beside a derivative that cannot be read; empty without one."""
    beside = _json_of(path)
    if not (beside.is_file() or beside.is_symlink()):
        return []
    try:
        read_json(beside)
    except DataError:
        return [f"{beside.name}: cannot be read, so the T1w behind {path.name} is unknown; repair or remove it"]
    return []


def _json_of(path: Path) -> Path:
    return path.with_name(f"{path.name.partition('.')[0]}.json")


def _of_several(path: Path, all_raw: Sequence[Path]) -> list[str]:
    """A line about a derivative that stands for several T1w of its subject; empty if it is of one."""
    possible = [raw for raw in all_raw if _is_of(path, raw)]
    if len(possible) < 2:
        return []
    names = ", ".join(raw.name for raw in possible[:3])
    return [f"{path.name}: may be of any of {len(possible)} T1w ({names})"]


def _other_grid(mask: Path, volume: Path) -> list[str]:
    """A line about a mask on another grid than its volume; empty where both are the same, or cannot be read."""
    try:
        one, other = volume_facts(mask), volume_facts(volume)
    except DataError:
        return []
    voxel = min(abs(other.affine[:3, :3]).max(axis=0))
    if one.shape == other.shape and abs(one.affine - other.affine).max() <= _SAME_GRID * voxel:
        return []
    shapes = (" × ".join(map(str, facts.shape)) for facts in (one, other))
    grid, other_grid = shapes
    return [f"{mask.name}: its grid of {grid} voxels is not that of {volume.name} ({other_grid}); its affine places it"]


def _two(raw: Path, what: str, files: Sequence[Path], remedy: str) -> str:
    names = [path.name for path in files[:2]]
    if names[0] == names[1]:
        names = ["/".join(path.parts[-4:]) for path in files[:2]]
    return f"{raw}: {len(files)} files may be its {what}: {' and '.join(names)}; give {remedy}"


def _folder_of(path: Path, found: Derivatives) -> Path:
    return next(folder for folder in found.folders if path.is_relative_to(folder))


def _homes(subject: Path) -> Iterator[Path]:
    """Folders of a subject and of its sessions."""
    yield subject
    yield from folders_in(subject, "ses-")


def _has_subjects(folder: Path) -> bool:
    return bool(folders_in(folder, "sub-"))


def _pipelines(folder: Path) -> list[Path]:
    """Folders of pipelines in a folder."""
    return [path for path in folders_in(folder) if _has_subjects(path)]
