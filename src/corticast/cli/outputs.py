"""Files that a run writes: none of them may be one that the run reads, or another that the run writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from corticast.cli.options import Given
from corticast.core.model.scene_file import SceneFile
from corticast.errors import OptionError

# Options that name a written file.
OUTPUTS = ("output", "record", "sheet", "save_scene", "save_activity", "profile", "poster")


def check_outputs(file: SceneFile, given: Given) -> None:
    """See that no output is an input or another output, also through links and with --overwrite.

    Raises
    ------
    OptionError : two options name the same file
    """
    written = outputs_of(given.run)
    if given.run.get("profile") == "":
        from corticast.app.render.profile import profile_beside

        written["profile"] = Path(profile_beside(written["output"]))
    for (name, path), (other, known) in combinations(written.items(), 2):
        if _is_same(path, known):
            raise OptionError(f"{_flag(other)} {known}: {_flag(name)} is the same file; choose another name", other)
    for name, path in written.items():
        for source, known in _inputs(file, name):
            if _is_same(path, known):
                raise OptionError(f"{_flag(name)} {path}: {source} is the same file; choose another name", name)


def outputs_of(values: Mapping[str, Any]) -> dict[str, Path]:
    """Written files by their options; a default name is not among them."""
    return {name: Path(values[name]) for name in OUTPUTS if values.get(name)}


def _inputs(file: SceneFile, output: str) -> Iterator[tuple[str, Path]]:
    """Files that a scene is made of, and their names in messages. A scene may be saved over the file it came from."""
    for name, value in file.given_values.items():
        if isinstance(value, Path):
            yield (_flag(name) if name in file.typed else f"{name} of {file.path}"), value
    if file.path is not None and output != "save_scene":
        yield "the scene", file.path


def _is_same(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.samefile(other)
    return one.resolve() == other.resolve()


def _flag(name: str) -> str:
    return "-o" if name == "output" else "--" + name.replace("_", "-")
