"""The analysis of a film as a file, for the processes that draw its segments."""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.geometry.sprites import SpriteLook
from corticast.core.model.types import Activity, Measured
from corticast.errors import DataError
from corticast.film.analysis import Analysis
from corticast.io.whole_file import whole_file

_AXES = "xyz"
# The numbers and texts of an activity, which stand in the file as JSON; fractions as text.
_ACTIVITY_FACTS = ("signed", "warnings", "quantity", "full_scale", "rests_outside", "unit", "n_clipped", "n_values")

Arrays = dict[str, npt.NDArray[Any]]


def write_analysis(analysis: Analysis, path: Path) -> None:
    """Write an analysis as .npz; the file appears only complete.

    Raises
    ------
    OSError : the file cannot be written
    """
    arrays: Arrays = {}
    facts: dict[str, Any] = {
        "n_frames": analysis.n_frames,
        "window": analysis.window,
        "resting_mm": analysis.resting_mm,
        "sprites": asdict(analysis.sprites),
        "gain": analysis.gain,
    }
    if analysis.moving_mm is not None:
        arrays |= {f"moving_{axis}": planes for axis, planes in zip(_AXES, analysis.moving_mm, strict=True)}
    if analysis.heard is not None:
        facts["heard"] = _activity_facts(analysis.heard)
        arrays |= {"heard": analysis.heard.values, "row_of_contact": analysis.heard.row_of_contact}
        if analysis.heard.hollow is not None:
            arrays["hollow"] = analysis.heard.hollow
        if analysis.heard.pairs is not None:
            arrays["pairs"] = analysis.heard.pairs
        if analysis.heard.beyond is not None:
            arrays["beyond"] = analysis.heard.beyond
        if analysis.heard.gaps is not None:
            arrays["gaps"] = analysis.heard.gaps
    arrays["facts"] = np.array(json.dumps(facts))
    with whole_file(path) as partial, partial.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def read_analysis(path: Path) -> Analysis:
    """Read the analysis that `write_analysis` wrote.

    Raises
    ------
    DataError : the file is missing, or no such analysis
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays: Arrays = dict(file)
        facts = json.loads(str(arrays["facts"]))
        return Analysis(
            facts["n_frames"],
            (facts["window"][0], facts["window"][1]),
            (facts["resting_mm"][0], facts["resting_mm"][1], facts["resting_mm"][2]),
            (arrays["moving_x"], arrays["moving_y"], arrays["moving_z"]) if "moving_x" in arrays else None,
            _activity(facts, arrays),
            _look(facts["sprites"]),
            facts["gain"],
        )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        text = f"{path}: the analysis of this film is missing or damaged; remove the file, and start the film again"
        raise DataError(text) from error


def _activity_facts(activity: Activity) -> dict[str, Any]:
    facts = {name: getattr(activity, name) for name in _ACTIVITY_FACTS}
    times = {"column_rate_hz": str(activity.column_rate_hz), "start_s": str(activity.start_s)}
    return facts | times | {"measured": asdict(activity.measured)}


def _activity(facts: dict[str, Any], arrays: Arrays) -> Activity | None:
    if "heard" not in arrays:
        return None
    known = facts["heard"]
    return Activity(
        arrays["heard"],
        row_of_contact=arrays["row_of_contact"],
        hollow=arrays.get("hollow"),
        pairs=arrays.get("pairs"),
        beyond=arrays.get("beyond"),
        gaps=arrays.get("gaps"),
        **known | {"warnings": tuple(known["warnings"]), "measured": _measured(known["measured"])},
    )


def _look(known: dict[str, Any]) -> SpriteLook:
    diameters = known["diameters"]
    diameters = None if diameters is None else tuple(diameters)
    return SpriteLook(**known | {"diameters": diameters, "outline": tuple(known["outline"])})


def _measured(known: dict[str, Any]) -> Measured:
    band_hz = known["band_hz"]
    return Measured(**known | {"band_hz": None if band_hz is None else tuple(band_hz)})
