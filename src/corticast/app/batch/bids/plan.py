"""Films of a BIDS dataset, in a derivatives dataset of their own: what is planned, and what is written beside them."""

from __future__ import annotations

import itertools
import json
import os
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from corticast.app.batch.films import FilmPlan, scene_digest
from corticast.app.batch.tasks import finished
from corticast.app.sheet.sheet import check_sheet_options
from corticast.core.model.scene_file import SceneFile
from corticast.errors import OptionError
from corticast.film.idle import idle_options, typed_text
from corticast.io.dataset import FilmInputs, film_inputs
from corticast.io.scene import facts_of
from corticast.io.whole_file import write_text

_BIDS_VERSION = "1.10.0"
# Name under which sidecars refer to the dataset that was rendered.
_SOURCE = "raw"

# Endings of the names of what is made.
FILM_NAME, SHEET_NAME = "_desc-corticast_film.mp4", "_desc-corticast_sheet.png"

# What a dataset tells of each film.
_FOUND = ("volume", "image", "electrodes", "audio", "activity", "activity_rate", "activity_start")

# No rule of BIDS holds films, pages or what is told beside them.
_IGNORED = "*_film.*\n*_sheet.png\nindex.html\n"

_README = """# Films of the brain

Made by corticast of the dataset that `DatasetLinks` in dataset_description.json names: one film per T1w image, with the
electrodes, the recording and the stimulus that belong to it, where there are any. The JSON file beside a film tells
what it was made of (`Sources`), how (`Scene`: options of `corticast render`, paths relative to the file) and what came
of it (`Rendering`). index.html shows all films on one page. The scans.tsv files have no rows: no scans are in here.
"""


@dataclass(frozen=True)
class DatasetPlan:
    """What is to be made of a dataset.

    Parameters
    ----------
    films : in the order of the subjects
    inputs : of each film
    kept : of the films that an earlier run has made, their place in `films` and what was told of them
    """

    films: tuple[FilmPlan, ...]
    inputs: tuple[FilmInputs, ...]
    kept: dict[int, dict[str, Any]]


def plan_dataset(
    root: Path,
    out: Path,
    scene: SceneFile,
    *,
    made_with: str,
    subjects: Sequence[str] = (),
    sessions: Sequence[str] = (),
    tasks: Sequence[str] = (),
    sheet_options: Mapping[str, Any] | None = None,
    overwrite: bool = False,
) -> DatasetPlan:
    """Find what films a dataset gives, and make their folders.

    Parameters
    ----------
    root : of the dataset
    out : folder of the films' dataset; made where there is none
    scene : options of every film
    made_with : versions that make the films
    subjects, sessions, tasks : labels; none takes all
    sheet_options : of a page of slices that is drawn for each film too, as `sheet` takes them; None for no pages
    overwrite : whether films that exist may be replaced

    Raises
    ------
    OptionError : nothing is found to render, the scene names its own inputs, there are no such sheets, or `out` cannot
        be written
    """
    for name in _FOUND:
        if name in scene.given:
            option = name.replace("_", "-")
            raise OptionError(f"--{option}: --bids finds the inputs of each film, and their times; leave it out", name)
    if sheet_options is not None:
        check_sheet_options(**sheet_options)
    found = film_inputs(root, subjects=subjects, sessions=sessions, tasks=tasks)
    idle = [idle_options(filled, [facts_of(filled, "film")]) for filled in (_filled(scene, inputs) for inputs in found)]
    _refuse_idle(scene, idle)
    _describe(root, out)
    films, kept = [], {}
    for number, inputs in enumerate(found):
        plan = _plan(root, out, scene, inputs, idle[number], made_with=made_with, sheet_options=sheet_options)
        if plan.error is None and not overwrite:
            assert plan.sidecar is not None
            facts = finished(plan.film, str(plan.sidecar["SceneDigest"]))
            if facts is not None and (plan.sheet is None or plan.sheet.is_file()):
                kept[number] = facts
        films.append(plan)
    return DatasetPlan(tuple(films), tuple(found), kept)


def _filled(scene: SceneFile, inputs: FilmInputs) -> SceneFile:
    """The scene of a film: the options of all, and the film's own inputs."""
    values: dict[str, Any] = {
        "volume": inputs.volume,
        "electrodes": inputs.electrodes,
        "audio": inputs.sound,
    }
    if inputs.recording is not None:
        values["activity"] = inputs.recording
        if inputs.sound is not None:
            # The film begins with the sound.
            values["activity_start"] = -inputs.onset_s
    return scene.with_values(**{name: value for name, value in values.items() if value is not None})


def _plan(
    root: Path,
    out: Path,
    scene: SceneFile,
    inputs: FilmInputs,
    idle: Collection[str],
    *,
    made_with: str,
    sheet_options: Mapping[str, Any] | None,
) -> FilmPlan:
    names = "_".join(f"{key}-{value}" for key, value in inputs.entities.items())
    parents = [f"{key}-{inputs.entities[key]}" for key in ("sub", "ses") if key in inputs.entities]
    has_contacts = inputs.electrodes is not None
    folder = out.joinpath(*parents) / ("ieeg" if has_contacts else "anat")
    filled = _filled(scene, inputs).without(idle)
    warnings = [
        *inputs.warnings,
        *(f"--{name.replace('_', '-')}: left out, as it does not go with these inputs" for name in idle),
    ]
    film = folder / f"{names}{FILM_NAME}"
    error = inputs.error or next((_absent(path) for path in inputs.sources if not path.exists()), None)
    if error is not None:
        return FilmPlan(names, filled, film, error=error)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        raise OptionError(f"-o {out}: {reason.strerror or reason}; choose a folder that can be written") from reason
    sidecar = {
        "Description": "Film of a T1w image" + (" with electrodes" if has_contacts else ""),
        "Sources": [f"bids:{_SOURCE}:{path.relative_to(root).as_posix()}" for path in inputs.sources],
        "Warnings": warnings,
        "SceneDigest": scene_digest(filled, made_with),
    }
    sheet = folder / f"{names}{SHEET_NAME}" if sheet_options is not None else None
    return FilmPlan(names, filled, film, sheet=sheet, sheet_options=sheet_options or {}, sidecar=sidecar)


def _refuse_idle(scene: SceneFile, idle: Sequence[Mapping[str, str]]) -> None:
    """Refuse an option of the command line that does nothing in any film."""
    for name in sorted(scene.typed):
        if all(name in each for each in idle):
            raise OptionError(f"{typed_text(scene, name)}: does nothing in any film of the dataset; leave it out", name)


def dropped_options(scene: SceneFile, plan: DatasetPlan) -> tuple[str, ...]:
    """What to say of options that do not go with the inputs of some films, which are made without them."""
    n_films = Counter(name for film in plan.films for name in scene.given - film.scene.given)
    return tuple(
        f"--{name.replace('_', '-')}: left out of {n} of {len(plan.films)} films, with whose inputs it does not go"
        for name, n in sorted(n_films.items())
    )


def tidy_folders(out: Path, films: Sequence[Path]) -> None:
    """Give the folders of films what BIDS wants of them, and remove those that stayed empty.

    Other runs may work in the same dataset: none but the folders of these films are touched.
    """
    for film in films:
        if not film.is_file():
            for folder in itertools.takewhile(lambda folder: folder != out, film.parents):
                with suppress(OSError):
                    folder.rmdir()
            continue
        parents = film.relative_to(out).parts[:-2]
        # Without a file that BIDS knows, its validator takes a folder for none of a subject.
        scans = out.joinpath(*parents, "_".join([*parents, "scans.tsv"]))
        if not scans.exists():
            write_text(scans, "filename\n")


def _absent(path: Path) -> str:
    if path.is_symlink():
        return f"{path}: a link whose content is not here; fetch it, such as by datalad get"
    return f"{path}: no such file; put it there, or leave its name out of the events"


def _describe(root: Path, out: Path) -> None:
    """Make the folder of the films' dataset, and what BIDS wants in it.

    Raises
    ------
    OptionError : it is no folder of films, or cannot be written
    """
    description = out / "dataset_description.json"
    # Looked for first: another run may begin the same dataset now, and writes its description before all else.
    others = out.is_dir() and any(not path.name.endswith(".partial") for path in out.iterdir())
    if description.exists():
        if not _is_ours(description):
            raise OptionError(
                f"-o {out}: holds another dataset; give a folder of its own, such as derivatives/corticast"
            )
    elif others or (out.exists() and not out.is_dir()):
        raise OptionError(f"-o {out}: exists, and holds no films of corticast; give a new folder")
    source: dict[str, Any] = {}
    try:
        told = json.loads((root / "dataset_description.json").read_text(encoding="utf-8"))
        source = {"DOI": told["DatasetDOI"]} if told.get("DatasetDOI") else {}
        title = str(told.get("Name") or root.resolve().name)
    except (OSError, ValueError, AttributeError):
        title = root.resolve().name
    told = {
        "Name": f"Films of {title}",
        "BIDSVersion": _BIDS_VERSION,
        "DatasetType": "derivative",
        "GeneratedBy": [{"Name": "corticast", "Version": version("corticast")}],
        "SourceDatasets": [source or {"URL": root.resolve().as_uri()}],
        "DatasetLinks": {_SOURCE: Path(os.path.relpath(root.resolve(), out.resolve())).as_posix()},
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        write_text(description, json.dumps(told, indent=2, ensure_ascii=False) + "\n")
        for name, text in ((".bidsignore", _IGNORED), ("README.md", _README)):
            if not (out / name).exists():
                write_text(out / name, text)
    except OSError as error:
        raise OptionError(f"-o {out}: {error.strerror or error}; choose a folder that can be written") from error


def _is_ours(description: Path) -> bool:
    try:
        makers = json.loads(description.read_text(encoding="utf-8"))["GeneratedBy"]
        return any(maker["Name"] == "corticast" for maker in makers)
    except (OSError, ValueError, KeyError, TypeError):
        return False
