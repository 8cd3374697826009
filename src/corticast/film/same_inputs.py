"""Finds what a scene file would lose of the inputs in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from corticast.core.model.recording import Recording
from corticast.core.model.scene import Scene
from corticast.core.model.scene_file import SceneFile
from corticast.core.model.types import Electrodes
from corticast.errors import OptionError
from corticast.io.recording import is_recording

# These decide nothing of the picture: what the machine has, what messages say, and how a file is read.
_UNSEEN = frozenset({"array", "threads", "warnings", "read_warnings", "path", "format", "events", "alone", "_frames"})


def with_space(file: SceneFile, scene: Scene, again: Scene) -> SceneFile:
    """A scene file that reads its electrodes as a scene does.

    Parameters
    ----------
    file : of the scene
    scene : in memory
    again : the scene that the file gives
    """
    mine, read = scene.electrodes, again.electrodes
    if mine is None or read is None or scene.electrodes_space is not None or scene.is_flat:
        return file
    is_same = mine.space == read.space and (mine.frame == read.frame or mine.frame is not None)
    return file if is_same else file.with_values(electrodes_space=mine.space or "world")


def check_same(file: SceneFile, scene: Scene, again: Scene) -> None:
    """Refuse a scene whose file would give other inputs.

    Parameters
    ----------
    file, scene, again : as of `with_space`

    Raises
    ------
    OptionError : an input differs
    """
    unseen = dict.fromkeys(("volume", "mask", "image", "electrodes", "values", "sound", "drive"), _UNSEEN)
    if scene.electrodes is None:
        # Spaces are compared with those of contacts, which alone show a drive.
        unseen["volume"] |= {"space"}
        del unseen["drive"]
    else:
        unseen["electrodes"] |= _of_space(scene.electrodes, file, scene)
    for name, ignored in unseen.items():
        found = _difference(getattr(scene, name), getattr(again, name), ignored)
        if found is not None:
            option = "audio" if name == "sound" else name
            raise OptionError(f"--{option}: {_why(found, _source(file, option))}", option)


def _of_space(electrodes: Electrodes, file: SceneFile, scene: Scene) -> frozenset[str]:
    """Fields that a space of the option `electrodes_space`, or the plane of a picture, overrides."""
    if scene.is_flat or scene.electrodes_space is not None:
        return frozenset({"space", "frame"})
    if file.electrodes_space is None:
        return frozenset()
    return frozenset({"space"} if electrodes.frame is not None else {"space", "frame"})


def _source(file: SceneFile, option: str) -> Path | None:
    path = (file.activity or file.audio) if option == "drive" else file.given_paths.get(option, [None])[0]
    return path if isinstance(path, Path) else None


def _why(field: str, source: Path | None) -> str:
    if not field:
        return f"a scene file makes another of {source}; give the drive of these inputs, or leave an input out"
    return f"{field} differs from that of {source}; save the change to a file, and load the file"


def _difference(one: Any, other: Any, unseen: frozenset[str]) -> str | None:
    """Name of the first field that differs; "" for different types, None if all are the same."""
    if one is other:
        return None
    if type(one) is not type(other):
        return ""
    if isinstance(one, Recording) and not _reads_same(one, other):
        return "recording"
    names = [each.name for each in fields(one) if each.name not in unseen and each.name != "read"]
    return next((name for name in names if not _is_same(getattr(one, name), getattr(other, name), unseen)), None)


def _reads_same(one: Recording, other: Recording) -> bool:
    """Whether two recordings give the same samples."""
    if one.path is not None and is_recording(one.path):
        # Samples stay in the file: the same function reads them.
        return getattr(one.read, "__code__", None) is getattr(other.read, "__code__", None)
    return one.n_samples == other.n_samples and np.array_equal(one.rows(), other.rows(), equal_nan=True)


def _is_same(one: Any, other: Any, unseen: frozenset[str]) -> bool:
    if one is other:
        return True
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return _same_array(np.asarray(one), np.asarray(other))
    if isinstance(one, (int, float, Fraction)) and isinstance(other, (int, float, Fraction)):
        # A file holds times and rates as decimals.
        return float(one) == float(other)
    if is_dataclass(one):
        return bool(one == other) or (is_dataclass(other) and _difference(one, other, unseen) is None)
    if isinstance(one, Sequence) and isinstance(other, Sequence) and not isinstance(one, str):
        return len(one) == len(other) and all(_is_same(*each, unseen) for each in zip(one, other, strict=True))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return dict(one) == dict(other)
    return bool(one == other)


def _same_array(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    return np.array_equal(one, other, equal_nan="f" in (one.dtype.kind, other.dtype.kind))
