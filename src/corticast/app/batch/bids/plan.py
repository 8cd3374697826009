"""Films of a BIDS dataset as a derivatives dataset: plans of the films, and files beside them."""

from __future__ import annotations

import itertools
import json
import os
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from corticast.app.batch.bids.common_scale import Comparison, comparisons, with_common_digests
from corticast.app.batch.films import FilmPlan, scene_digest
from corticast.app.batch.order import finished
from corticast.app.sheet.sheet import check_sheet_options
from corticast.core.model.options import Facts
from corticast.core.model.scene_file import SceneFile
from corticast.errors import DataError, OptionError
from corticast.film.idle import idle_options, typed_text
from corticast.io.dataset import FilmInputs, film_inputs
from corticast.io.derivatives import Derivatives
from corticast.io.derived_films import with_derivatives
from corticast.io.door import check_exists
from corticast.io.file_kinds import OF_DATASET
from corticast.io.json_file import read_json
from corticast.io.scene import facts_of, facts_on_sheet
from corticast.io.whole_file import write_text

_BIDS_VERSION = "1.10.0"
# Name under which sidecars refer to the dataset that was rendered.
_SOURCE = "raw"

# Endings of the names of films and sheets.
FILM_NAME, SHEET_NAME = "_desc-corticast_film.mp4", "_desc-corticast_sheet.png"

# Fields of each film's scene that come from the dataset.
_FOUND = ("volume", "image", "electrodes", "audio", "activity", "activity_rate", "activity_start")

# BIDS has no rules for films, pages and the files beside them.
_IGNORED = "*_film.*\n*_sheet.png\nindex.html\n"

_README = """# Films of the brain

Made by corticast from the dataset that `DatasetLinks` in dataset_description.json names: one film per T1w image, with
its electrodes, recording and stimulus if the dataset has them. The JSON file beside a film lists its inputs
(`Sources`; `Derivatives` has those of derivatives), its options (`Scene`: options of `corticast render`, with paths
relative to the file), its properties (`Rendering`) and sentences on how its lights came about (`Methods`). Films of one
subject and task have one full scale (`CommonScale`) unless the scene names another. index.html shows all films on one
page. The scans.tsv files have no rows: this dataset has no scans.
"""


@dataclass(frozen=True)
class DatasetPlan:
    """Plan of a dataset's films.

    Parameters
    ----------
    films : plans of the films, in the order of the subjects
    inputs : inputs of each film
    kept : facts about films that an earlier run has made, by their index in `films`
    comparisons : indices of films that share a full scale
    """

    films: tuple[FilmPlan, ...]
    inputs: tuple[FilmInputs, ...]
    kept: dict[int, dict[str, Any]]
    comparisons: tuple[Comparison, ...] = ()


def plan_dataset(
    root: Path,
    out: Path,
    scene: SceneFile,
    *,
    made_with: str,
    subjects: Sequence[str] = (),
    sessions: Sequence[str] = (),
    tasks: Sequence[str] = (),
    derivatives: Derivatives | None = None,
    sheet_options: Mapping[str, Any] | None = None,
    check: Callable[[Sequence[Facts]], None] = lambda _: None,
    overwrite: bool = False,
) -> DatasetPlan:
    """Plan the films of a dataset, and create their folders.

    Parameters
    ----------
    root : folder of the dataset
    out : folder of the films' dataset, which is created if missing
    scene : options of every film
    made_with : versions that make the films
    subjects, sessions, tasks : labels; empty takes all
    derivatives : whose volumes, brain masks and tables are used; None uses none
    sheet_options : options of a contact sheet for each film, see `sheet`; None for no sheets
    check : raises OptionError where an option beside the scene's does nothing in any film
    overwrite : whether existing films may be replaced

    Raises
    ------
    OptionError : no film was found, the scene names inputs of its own, a sheet option is wrong, an option does nothing
        in any film of the whole dataset, or `out` is not writable
    """
    for name in _FOUND:
        if name in scene.given:
            option = name.replace("_", "-")
            raise OptionError(f"--{option}: --bids finds the inputs and times of each film; leave --{option} out", name)
    if "values" in scene.given:
        text = "contacts of several subjects bear the same names; give --color-by a column of each subject's table"
        raise OptionError(f"--values {scene.values}: {text}", "values")
    if "trans" in scene.given:
        text = "every head has a transform of its own; render each subject with --trans, or leave --trans out"
        raise OptionError(f"--trans {scene.trans}: {text}", "trans")
    if sheet_options is not None:
        check_sheet_options(**sheet_options)
    found = _inputs(root, derivatives, subjects=subjects, sessions=sessions, tasks=tasks)
    scenes = [_filled(scene, inputs) for inputs in found]
    cases = [_cases(filled, sheet_options) for filled in scenes]
    idle = [idle_options(filled, each, whole=True) for filled, each in zip(scenes, cases, strict=True)]
    is_part = bool(subjects or sessions or tasks)
    # The commands of all parts of a dataset may have the same options.
    of_all = _inputs(root, derivatives) if is_part else found
    everyone = [_cases(_filled(scene, inputs), sheet_options) for inputs in of_all] if is_part else cases
    known = [facts for each in everyone for facts in each]
    _refuse_idle(scene, known)
    check(known)
    links = {} if derivatives is None else {folder: folder.name for folder in derivatives.folders}
    _describe(root, out, links)
    plans = [
        _plan({root: _SOURCE, **links}, out, scene, inputs, without, made_with=made_with, sheet_options=sheet_options)
        for inputs, without in zip(found, idle, strict=True)
    ]
    shared = comparisons(plans, found)
    films, kept = with_common_digests(plans, shared), {}
    for number, plan in enumerate(films):
        if plan.error is None and not overwrite:
            assert plan.sidecar is not None
            facts = finished(plan.film, str(plan.sidecar["SceneDigest"]))
            if facts is not None and (plan.sheet is None or plan.sheet.is_file()):
                kept[number] = facts
    return DatasetPlan(tuple(films), tuple(found), kept, shared)


def _inputs(root: Path, derivatives: Derivatives | None, **labels: Sequence[str]) -> list[FilmInputs]:
    films = film_inputs(root, **labels)
    return films if derivatives is None else [with_derivatives(film, root, derivatives) for film in films]


def _cases(filled: SceneFile, sheet_options: Mapping[str, Any] | None) -> list[Facts]:
    """What decides which options count: the film, and the contact sheet if there is one."""
    film = facts_of(filled, "film")
    return [film] if sheet_options is None else [film, facts_on_sheet(filled, sheet_options.get("plane"))]


def _filled(scene: SceneFile, inputs: FilmInputs) -> SceneFile:
    """The scene of a film: the options of all films, and the film's own inputs."""
    values: dict[str, Any] = {
        "volume": inputs.volume,
        "mask": inputs.mask,
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
    datasets: Mapping[Path, str],
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
        *(
            f"--{name.replace('_', '-')}: left out, because it does not suit these inputs"
            for name in idle
            if name not in scene.own
        ),
    ]
    film = folder / f"{names}{FILM_NAME}"
    error = inputs.error or next(filter(None, map(_fault, inputs.sources)), None)
    if error is not None:
        return FilmPlan(names, filled, film, error=error)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        raise OptionError(f"-o {out}: {reason.strerror or reason}; give a folder that is writable") from reason
    sidecar = {
        "Description": "Film of a T1w image" + (" with electrodes" if has_contacts else ""),
        "Sources": [_uri(path, datasets) for path in inputs.sources],
        "Warnings": warnings,
        **({"Derivatives": [_uri(path, datasets) for path in inputs.derived]} if inputs.derived is not None else {}),
        "SceneDigest": scene_digest(filled, made_with),
        **({"OwnDefaults": sorted(filled.own)} if filled.own else {}),
    }
    sheet = folder / f"{names}{SHEET_NAME}" if sheet_options is not None else None
    return FilmPlan(names, filled, film, sheet=sheet, sheet_options=sheet_options or {}, sidecar=sidecar)


def _uri(path: Path, datasets: Mapping[Path, str]) -> str:
    """BIDS URI of a file, by the innermost dataset that holds it.

    Parameters
    ----------
    datasets : names of the datasets, by their folders
    """
    folder = max((each for each in datasets if path.is_relative_to(each)), key=lambda each: len(each.parts))
    return f"bids:{datasets[folder]}:{path.relative_to(folder).as_posix()}"


def _refuse_idle(scene: SceneFile, cases: Sequence[Facts]) -> None:
    """Refuse an option of the command line that does nothing in any film or sheet."""
    idle = idle_options(scene, cases)
    for name in sorted(scene.typed):
        if name in idle:
            raise OptionError(f"{typed_text(scene, name)}: does nothing in any film of the dataset; leave it out", name)


def dropped_options(scene: SceneFile, plan: DatasetPlan) -> tuple[str, ...]:
    """Warnings about options that do not suit the inputs of some films, which are made without them."""
    n_films = Counter(name for film in plan.films for name in scene.given - scene.own - film.scene.given)
    return tuple(
        f"--{name.replace('_', '-')}: left out of {n} of {len(plan.films)} films, whose inputs it does not suit"
        for name, n in sorted(n_films.items())
    )


def tidy_folders(out: Path, films: Sequence[Path]) -> None:
    """Add the files that BIDS requires in the folders of films, and remove folders that stayed empty.

    Other runs may work in the same dataset, so only the folders of these films are touched.
    """
    for film in films:
        if not film.is_file():
            for folder in itertools.takewhile(lambda folder: folder != out, film.parents):
                with suppress(OSError):
                    folder.rmdir()
            continue
        parents = film.relative_to(out).parts[:-2]
        # BIDS' validator ignores a subject's folder without a file that it knows.
        scans = out.joinpath(*parents, "_".join([*parents, "scans.tsv"]))
        if not scans.exists():
            write_text(scans, "filename\n")


def _fault(path: Path) -> str | None:
    """Why a file of the dataset cannot be read; None if it can be opened."""
    try:
        check_exists(path, OF_DATASET)
    except DataError as error:
        return error.as_typed
    return None


def _describe(root: Path, out: Path, links: Mapping[Path, str]) -> None:
    """Create the folder of the films' dataset with the files that BIDS requires.

    Parameters
    ----------
    links : names of folders of derivatives; those of earlier runs stay

    Raises
    ------
    OptionError : the folder holds other files, or is not writable
    """
    description = out / "dataset_description.json"
    # Look for other files first: another run may begin the same dataset now, and writes its description first.
    others = out.is_dir() and any(not path.name.endswith(".partial") for path in out.iterdir())
    if description.exists():
        if not _is_ours(description):
            raise OptionError(f"-o {out}: holds another dataset; give another folder, such as derivatives/corticast")
    elif others or (out.exists() and not out.is_dir()):
        raise OptionError(f"-o {out}: exists, but holds no films of corticast; give a new folder")
    named = {root: _SOURCE, **links}
    source: dict[str, Any] = {}
    try:
        original = read_json(root / "dataset_description.json")
        source = {"DOI": original["DatasetDOI"]} if original.get("DatasetDOI") else {}
        title = str(original.get("Name") or root.resolve().name)
    except (DataError, AttributeError):
        title = root.resolve().name
    content = {
        "Name": f"Films of {title}",
        "BIDSVersion": _BIDS_VERSION,
        "DatasetType": "derivative",
        "GeneratedBy": [{"Name": "corticast", "Version": version("corticast")}],
        "SourceDatasets": [source or {"URL": root.resolve().as_uri()}],
        "DatasetLinks": {**_links_of(description), **{name: _link(folder, out) for folder, name in named.items()}},
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        write_text(description, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
        for name, text in ((".bidsignore", _IGNORED), ("README.md", _README)):
            if not (out / name).exists():
                write_text(out / name, text)
    except OSError as error:
        raise OptionError(f"-o {out}: {error.strerror or error}; give a folder that is writable") from error


def _link(folder: Path, out: Path) -> str:
    return Path(os.path.relpath(folder.resolve(), out.resolve())).as_posix()


def _links_of(description: Path) -> dict[str, str]:
    """Links of an earlier run."""
    try:
        return dict(json.loads(description.read_text(encoding="utf-8"))["DatasetLinks"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _is_ours(description: Path) -> bool:
    try:
        makers = json.loads(description.read_text(encoding="utf-8"))["GeneratedBy"]
        return any(maker["Name"] == "corticast" for maker in makers)
    except (OSError, ValueError, KeyError, TypeError):
        return False
