"""Files that a run writes: none of them may be one that the run reads, or another that the run writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from corticast.cli.options import Given
from corticast.core.model.scene_file import SceneFile
from corticast.errors import OptionError
from corticast.io.companions import companions, sidecar_of
from corticast.io.whole_file import is_same_file

# Options that name a written file.
OUTPUTS = ("output", "record", "sheet", "save_scene", "save_activity", "profile", "poster")
# Of these, options whose file has a .json beside it.
_WITH_JSON = ("save_activity",)
# Options of a scene whose files have others beside them.
_TABLES = ("electrodes", "activity", "values")


def check_outputs(file: SceneFile, given: Given) -> None:
    """See that no output is an input or another output, also through links and with --overwrite.

    Files that are read along with inputs count as inputs.

    Raises
    ------
    OptionError : two options name the same file
    """
    written = outputs_of(given.run)
    if given.run.get("profile") == "":
        from corticast.app.render.profile import profile_beside

        written.append(Output("profile", Path(profile_beside(given.run["output"]))))
    for one, other in combinations(written, 2):
        if is_same_file(one.path, other.path):
            raise OptionError(f"{other}: {one.source} is the same file; choose another name", other.option)
    for one in written:
        for source, known in _inputs(file, one.option):
            if is_same_file(one.path, known):
                raise OptionError(f"{one}: {source} is the same file; choose another name", one.option)


@dataclass(frozen=True)
class Output:
    """A file that a run writes.

    Parameters
    ----------
    option : name of the option that asks for the file
    is_beside : whether the option names another file, which this one goes along with
    """

    option: str
    path: Path
    is_beside: bool = False

    @property
    def source(self) -> str:
        """Where the file comes from."""
        flag = _flag(self.option)
        return f"{self.path.name} of {flag}" if self.is_beside else flag

    def __str__(self) -> str:
        return self.source if self.is_beside else f"{self.source} {self.path}"


def outputs_of(values: Mapping[str, Any]) -> list[Output]:
    """Files that options name, and those beside them; a default name is not among them."""
    named = [Output(name, Path(values[name])) for name in OUTPUTS if values.get(name)]
    beside = [Output(each.option, sidecar_of(each.path), True) for each in named if each.option in _WITH_JSON]
    return named + beside


def _inputs(file: SceneFile, output: str) -> Iterator[tuple[str, Path]]:
    """Files that a scene is made of, and their names in messages. A scene may be saved over the file it came from."""
    for name, path in ((name, path) for name, paths in file.given_paths.items() for path in paths):
        source = _flag(name) if name in file.typed else f"{name} of {file.path}"
        yield source, path
        if name in _TABLES:
            yield from ((f"{each.name} of {source}", each) for each in companions(path))
    if file.path is not None and output != "save_scene":
        yield "the scene", file.path


def _flag(name: str) -> str:
    return "-o" if name == "output" else "--" + name.replace("_", "-")
