"""Parts of a BIDS dataset that belong together: a T1w, its electrodes, recording and stimulus.

A film needs a few entities of a few names. Directory listings find them, without a database of the whole dataset
(pybids). Links stay unresolved: in a DataLad dataset, a file is a link into the annex.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from corticast.core.matching import some
from corticast.core.suggest import did_you_mean
from corticast.errors import DataError, OptionError, warning_lines
from corticast.io.bids import OWN_SPACES, entities, nearest_coordsystem
from corticast.io.companions import companion_of
from corticast.io.folders import folders_in, listed
from corticast.io.intended_for import Intended, intended_images
from corticast.io.json_file import read_json
from corticast.io.recording import RECORDING_SUFFIXES
from corticast.io.tables import Table, read_lines

# In the order of BIDS names.
_ENTITIES = ("sub", "ses", "task", "acq", "ce", "rec", "run")
_SOUNDS = (
    *(".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".aif", ".aiff", ".au", ".m4a", ".aac"),
    *(".mp4", ".mkv", ".mov", ".webm", ".avi"),
)

T1WS = ("_T1w.nii", "_T1w.nii.gz")
# Space of the T1w, as derivatives name it.
_OF_T1W = "t1w"


@dataclass(frozen=True)
class FilmInputs:
    """The inputs of one film.

    Parameters
    ----------
    entities : entities of the film's name, in BIDS order
    volume : T1w
    electrodes, recording, sound, mask : None if missing
    onset_s : time in the recording at which the sound begins
    warnings : warnings about the choice of files, one line each
    error : reason why the film cannot be made; None if no reason is known
    intended : whether IntendedFor of the contacts' coordsystem.json names the volume
    derived : of the sources, those of derivatives; None where derivatives are not used
    unplaced : recording that is not shown, because no table has its contacts
    """

    entities: dict[str, str]
    volume: Path
    electrodes: Path | None = None
    recording: Path | None = None
    sound: Path | None = None
    onset_s: float = 0.0
    warnings: tuple[str, ...] = ()
    error: str | None = None
    intended: bool = False
    mask: Path | None = None
    derived: tuple[Path, ...] | None = None
    unplaced: Path | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "warnings", warning_lines(self.warnings))

    @property
    def sources(self) -> tuple[Path, ...]:
        """Files that the film shows."""
        found = (self.volume, self.mask, self.electrodes, self.recording, self.sound)
        return tuple(path for path in found if path is not None)


def film_inputs(
    root: Path, *, subjects: Sequence[str] = (), sessions: Sequence[str] = (), tasks: Sequence[str] = ()
) -> list[FilmInputs]:
    """Find the films of a dataset: one per T1w, or one per T1w and recording.

    Electrodes, recordings and events come from the session of the T1w. If that session lacks them, they come
    from the sessions without a T1w, and the film has the name of their session. Where the coordsystem.json of a session
    names its image (IntendedFor), its contacts are shown on that image alone.

    Parameters
    ----------
    root : folder of the dataset
    subjects, sessions, tasks : labels, with or without "sub-" and the like; empty takes all. A session is that of the
        contacts; where no film has it, or films have one name, that of the T1w

    Raises
    ------
    OptionError : the folder, a subject, session or task does not exist
    DataError : a folder cannot be read
    """
    if not root.is_dir():
        raise OptionError(f"--bids {root}: no such folder; give the folder of a BIDS dataset")
    found = [path.name.removeprefix("sub-") for path in folders_in(root, "sub-")]
    chosen = _labels(subjects, "sub-") or found
    for label in chosen:
        if label not in found:
            raise OptionError(
                f"--participant-label {label}: no folder sub-{label} in {root}; {did_you_mean(label, found)}"
                f"give one of: {some(found, 8) or 'none'}"
            )
    films = [film for label in chosen for film in _of_subject(root, root / f"sub-{label}", _labels(tasks, "task-"))]
    films = _of_labels(root, films, "session", "ses", _labels(sessions, "ses-"))
    films = _of_labels(root, films, "task", "task", _labels(tasks, "task-"))
    if not films:
        raise OptionError(f"--bids {root}: no T1w found; films need sub-*/[ses-*/]anat/*_T1w.nii[.gz]")
    return _with_own_names(films)


def _of_labels(root: Path, films: list[FilmInputs], option: str, key: str, wanted: Sequence[str]) -> list[FilmInputs]:
    """Films with one of some labels; all films without labels.

    Raises
    ------
    OptionError : no film has one
    """
    if not wanted:
        return films
    n_named = Counter(tuple(film.entities.items()) for film in films)
    own = [film for film in films if film.entities.get(key) in wanted]
    of_volume = [film for film in films if entities(film.volume).get(key) in wanted]
    # Films with one name differ in the session of their T1w.
    shared = [film for film in of_volume if n_named[tuple(film.entities.items())] > 1]
    chosen = [film for film in films if film in own or film in shared] or of_volume
    if not chosen:
        known = sorted({film.entities[key] for film in films if key in film.entities})
        remedy = f"{did_you_mean(wanted[0], known)}give one of: {some(known, 8) or 'none'}"
        raise OptionError(f"--{option} {' '.join(wanted)}: no film of {root} has this {option}; {remedy}")
    return chosen


def _of_subject(root: Path, folder: Path, tasks: Sequence[str]) -> list[FilmInputs]:
    homes = {"": folder, **{path.name[4:]: path for path in folders_in(folder, "ses-")}}
    t1ws = {ses: sorted(_named(home / "anat", *T1WS)) for ses, home in homes.items()}
    ieegs = {ses: home / "ieeg" for ses, home in homes.items() if (home / "ieeg").is_dir()}
    without_t1w = [ses for ses in ieegs if not t1ws[ses]]
    own_images = {ses: _images(root, folder, _tables(ieegs, ses)) for ses in ieegs}
    films: list[FilmInputs] = []
    for ses, chosen in own_images.items():
        is_choice = [image for image, _, _ in chosen] != t1ws[ses]
        for image, table, intended in chosen:
            name = {"sub": folder.name[4:], **{k: v for k, v in entities(image).items() if k in _ENTITIES}}
            said = f"{intended.system}: the contacts are shown on {image.name}, as its IntendedFor says"
            notes = (*intended.notes, *((said,) if is_choice else ()))
            made = _of_session(root, image, name, ses, ieegs, tasks, table)
            films += [replace(film, warnings=(*film.warnings, *notes), intended=True) for film in made]
    named = {tuple(film.entities.items()) for film in films}
    for ses, volumes in t1ws.items():
        for volume in volumes:
            name = {key: value for key, value in entities(volume).items() if key in _ENTITIES}
            shown = [own for own in ([ses] if ses in ieegs else without_t1w) if not own_images[own]]
            for own in shown:
                films += _of_session(root, volume, name, own, ieegs, tasks)
            is_shown = shown or any(film.volume == volume for film in films)
            if not is_shown and tuple(name.items()) not in named:
                films.append(FilmInputs(name, volume))
    return films


def _tables(ieegs: dict[str, Path], ses: str) -> list[Path]:
    """Tables of electrodes of a session, or else of all sessions."""
    return _named(ieegs[ses], "_electrodes.tsv") or [
        table for folder in ieegs.values() for table in _named(folder, "_electrodes.tsv")
    ]


def _images(root: Path, subject: Path, tables: Sequence[Path]) -> list[tuple[Path, Path, Intended]]:
    """Images for which tables are intended, each once, with the table and its coordsystem.json."""
    found: dict[Path, tuple[Path, Path, Intended]] = {}
    for table in tables:
        intended = intended_images(root, subject, table)
        for image in intended.images:
            found.setdefault(image, (image, table, intended))
    return list(found.values())


def _of_session(
    root: Path,
    volume: Path,
    name: dict[str, str],
    ses: str,
    ieegs: dict[str, Path],
    tasks: Sequence[str],
    table: Path | None = None,
) -> list[FilmInputs]:
    """Films of a T1w and of the recordings of a session, with a table that names the T1w or the one that fits best."""
    found = table or _fitting(_tables(ieegs, ses), volume)
    film = FilmInputs({**name, "ses": ses} if ses else name, volume, found)
    if table is None and found is not None:
        notes = intended_images(root, root / f"sub-{name['sub']}", found).notes
        film = replace(film, warnings=tuple(f"{note}; drawn on {volume.name}" for note in notes))
    films = []
    for run, files in _runs(ieegs[ses]).items():
        own = {key: value for key, value in run if key in _ENTITIES}
        if tasks and own.get("task") not in tasks:
            continue
        merged = {**film.entities, **own}
        if "run" in name and "run" in own:
            # Both files count their runs. The recording's run stays, and the T1w's run joins the acquisition.
            merged["acq"] = f"{name.get('acq', '')}{own.get('acq', '')}run{name['run']}"
        of_run = replace(film, entities=merged)
        if files.recording is not None and film.electrodes is None:
            warning = unplaced_line(files.recording)
            of_run = replace(of_run, unplaced=files.recording, warnings=(*of_run.warnings, warning))
        else:
            of_run = replace(of_run, recording=files.recording)
        films.append(of_run if files.events is None else _with_stimulus(root, of_run, files.events))
    return films or [film]


def unplaced_line(recording: Path) -> str:
    """A warning about a recording without a table."""
    return f"{recording.name}: not shown, because no table has the positions of its contacts"


@dataclass
class _Run:
    """Files of one run of a task."""

    recording: Path | None = None
    events: Path | None = None


def _runs(folder: Path) -> dict[tuple[tuple[str, str], ...], _Run]:
    """Runs of a session, by the entities of their names."""
    runs: dict[tuple[tuple[str, str], ...], _Run] = {}
    for path in _named(folder, "_events.tsv", *(f"_ieeg{kind}" for kind in RECORDING_SUFFIXES)):
        run = runs.setdefault(tuple(entities(path).items()), _Run())
        if path.suffix == ".tsv":
            run.events = path
        else:
            run.recording = path
    return runs


def _with_stimulus(root: Path, film: FilmInputs, events: Path) -> FilmInputs:
    """Add the first sound that the events name to a film."""
    try:
        lines = read_lines(events)
        if not lines:
            return film
        table = Table.of_lines(events, lines[0].cells, lines[1:])
        onset, stimulus = table.find("onset"), table.find("stim_file")
        if onset is None or stimulus is None:
            return film
        onsets_s = table.numbers(onset)
    except DataError as error:
        return replace(film, error=error.as_typed)
    names = [PurePosixPath(name) for name in table.text(stimulus)]
    sounds = [(float(at_s), name) for at_s, name in zip(onsets_s, names, strict=True) if name.suffix.lower() in _SOUNDS]
    if not sounds:
        return film
    onset_s, name = sounds[0]
    warnings = film.warnings
    if len(sounds) > 1:
        warnings += (f"{events.name}: names {len(sounds)} sounds; the film plays the first one, {name}",)
    if math.isnan(onset_s):
        onset_s = 0.0
        warnings += (f"{events.name}: {name} has no onset; it begins with the recording",)
    try:
        sound = companion_of(events, str(name).removeprefix("stimuli/"), root / "stimuli")
    except DataError as error:
        return replace(film, error=error.as_typed)
    return replace(film, sound=sound, onset_s=onset_s, warnings=warnings)


def tables_beside(table: Path | None) -> list[Path]:
    """A table of electrodes and those in its folder; empty without one."""
    return [] if table is None else _named(table.parent, "_electrodes.tsv")


def t1ws_of(subject: Path) -> list[Path]:
    """All T1w of a subject.

    Parameters
    ----------
    subject : folder
    """
    homes = [subject, *folders_in(subject, "ses-")]
    return [path for home in homes for path in sorted(_named(home / "anat", *T1WS))]


def best_fitting(tables: Sequence[Path], volume: Path) -> list[Path]:
    """The tables whose space fits a volume best, by name; empty without positions in three dimensions."""
    space = entities(volume).get("space", "").lower()

    def rank(table: Path) -> int:
        own = space_of_table(table)
        if own == space:
            return -2
        if own.startswith("mni") and space.startswith("mni"):
            return -1
        return OWN_SPACES.index(own) if own in OWN_SPACES and space in ("", _OF_T1W) else len(OWN_SPACES)

    placed = sorted((table for table in tables if space_of_table(table) != "pixels"), key=lambda table: table.name)
    ranks = [rank(table) for table in placed]
    return [table for table, own in zip(placed, ranks, strict=True) if own == min(ranks)]


def _fitting(tables: Sequence[Path], volume: Path) -> Path | None:
    """The table whose space fits a volume best; None without a table of positions in three dimensions."""
    return next(iter(best_fitting(tables, volume)), None)


def space_of_table(table: Path) -> str:
    """Name of a table's coordinate system in lower case; "" if unknown."""
    named = entities(table).get("space", "").lower()
    system = nearest_coordsystem(table)
    if named or system is None:
        return named
    try:
        return str(read_json(system).get("iEEGCoordinateSystem", "")).lower()
    except (DataError, AttributeError):
        # Reading the electrodes reports the error later.
        return ""


def _with_own_names(films: Sequence[FilmInputs]) -> list[FilmInputs]:
    """Sort the films' entities, and decide about films whose names would collide.

    The first image that IntendedFor names is taken. Otherwise nothing says which T1w the contacts belong to.
    """
    together: dict[tuple[tuple[str, str], ...], list[FilmInputs]] = {}
    for film in films:
        names = {key: film.entities[key] for key in _ENTITIES if key in film.entities}
        together.setdefault(tuple(names.items()), []).append(replace(film, entities=names))
    ordered: list[FilmInputs] = []
    for same in together.values():
        if len(same) == 1:
            ordered += same
        elif all(film.intended for film in same):
            others = some([film.volume.name for film in same[1:]])
            note = f"{same[0].volume.name}: the first image that IntendedFor names; the others are not shown: {others}"
            ordered.append(replace(same[0], warnings=(*same[0].warnings, note)))
        else:
            ordered += [replace(film, error=_which_t1w(film, same)) for film in same]
    return ordered


def _which_t1w(film: FilmInputs, same: Sequence[FilmInputs]) -> str:
    """Message about a T1w that another one could replace."""
    others = [other.volume.name for other in same if other is not film]
    sessions = [entities(each.volume).get("ses", "") for each in same]
    has_own = "" not in sessions and len(set(sessions)) == len(sessions)
    remedy = f"or give --session {entities(film.volume)['ses']}" if has_own else "or keep one of them"
    return (
        f"{film.volume}: nothing says whether the contacts belong to this image or to {some(others, 3)}; "
        f"name one in IntendedFor of coordsystem.json, {remedy}"
    )


def _named(folder: Path, *endings: str) -> list[Path]:
    """Files whose names have one of these endings, sorted by name."""
    return [path for path in listed(folder) if path.name.endswith(endings)]


def _labels(given: Sequence[str], prefix: str) -> list[str]:
    return list(dict.fromkeys(label.removeprefix(prefix) for label in given))
