"""Scene files: TOML whose keys are the names of the options, with paths relative to the file."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import fields, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from corticast.core.model.changed_defaults import FIRST_VERSION, changed_since
from corticast.core.model.encoder import EncoderOptions
from corticast.core.model.options import Facts, Product, table_of
from corticast.core.model.scene_file import SceneFile, marked
from corticast.errors import DataError, OptionError, in_python, one_line
from corticast.io.door import read_bytes
from corticast.io.file_kinds import SCENE
from corticast.io.whole_file import write_text

# Key of the version that made a scene.
VERSION_KEY = "corticast"

_PATHS = ("volume", "image", "electrodes", "audio", "activity", "values", "mask", "font", "rename", "trans")

# Names chained by dots: tomllib takes memory by the square of their number.
_MOST_CHAINED = 50
_CHAIN = re.compile(rf"""(?<![\w"'-])(?:[\w"'-]++[ \t]*+\.[ \t]*+){{{_MOST_CHAINED}}}""")

# These say how a film is encoded, and decide nothing of the picture.
_OF_THE_ENCODER = frozenset(each.name for each in fields(EncoderOptions))


def read_scene_file(path: str | os.PathLike[str], overrides: dict[str, Any] | None = None) -> SceneFile:
    """Read a scene file.

    Parameters
    ----------
    path : TOML
    overrides : values that replace the file's, such as a command line's

    Raises
    ------
    DataError : the file cannot be read, is no TOML, or has a wrong key or value; the line is named
    OptionError : an override is wrong
    """
    file = Path(path)
    text, values = read_toml(file)
    is_saved = VERSION_KEY in values
    made_by = values.pop(VERSION_KEY, FIRST_VERSION)
    if not isinstance(made_by, str):
        raise DataError(f'{file}, line {line_of(text, VERSION_KEY)}: {VERSION_KEY} = "VERSION" names a version as text')
    for name, value in values.items():
        texts = value if isinstance(value, list) else [value]
        if any(isinstance(text, str) and "\0" in text for text in texts):
            raise DataError(f"{file}, line {line_of(text, name)}: {name} holds a null character; remove the character")
    for name in _PATHS:
        if isinstance(values.get(name), str) and values[name]:
            values[name] = file.parent / values[name]
        elif isinstance(values.get(name), list):
            values[name] = [file.parent / each if isinstance(each, str) and each else each for each in values[name]]
    try:
        own = SceneFile(**values)
    except OptionError as error:
        raise DataError(f"{file}, line {line_of(text, error.option)}: {in_python(error.as_typed)}") from error
    typed = overrides or {}
    notes = tuple(f"{file}: {note}" for note in changed_since(made_by, values))
    if is_saved and typed:
        settled = _settled(own)
        values = {name: value for name, value in values.items() if name not in settled}
    return marked(SceneFile(**{**values, **typed}), typed=frozenset(typed), path=file, notes=notes)


def _settled(scene: SceneFile) -> frozenset[str]:
    """Options whose values only repeat their defaults in the scene; with other inputs they have other defaults."""
    facts = facts_of(scene)
    settled = {name: option.settled(facts) for name, option in table_of(SceneFile).items()}
    return frozenset(name for name, value in settled.items() if value is not None and getattr(scene, name) == value)


def read_toml(file: Path) -> tuple[str, dict[str, Any]]:
    """Text and values of a TOML file.

    Raises
    ------
    DataError : the file cannot be read, or is no TOML
    """
    import tomllib

    content = read_bytes(file, SCENE)
    try:
        text = content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise DataError(f"{file}: not a text file; a scene is TOML, as --save-scene writes it") from error
    if (chain := _CHAIN.search(text)) is not None:
        number = text.count("\n", 0, chain.start()) + 1
        raise DataError(f"{file}, line {number}: a chain of more than {_MOST_CHAINED} names; a scene has single names")
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{file}: no valid TOML: {one_line(error, 100)}; correct the file there") from error
    except (ValueError, RecursionError) as error:
        what = "brackets within brackets" if isinstance(error, RecursionError) else "digits in one number"
        raise DataError(f"{file}: too many {what}; correct the file") from error


def line_of(text: str, key: str) -> int:
    """Line of a scene file that sets a key; 1 if none does."""
    pattern = re.compile(rf"""^\s*\[?\s*["']?{re.escape(key)}["']?\s*[=.\]]""")
    return next((number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)), 1)


def line_in(scene: SceneFile, key: str) -> str:
    """Place of a key for a message: the scene file, and the line that sets the key."""
    assert scene.path is not None
    return f"{scene.path}, line {line_of(read_bytes(scene.path, SCENE).decode(errors='replace'), key)}"


def facts_of(scene: SceneFile, product: Product | None = None, **more: Any) -> Facts:
    """What decides which options of a scene count.

    Parameters
    ----------
    product : that is made
    more : fields of `Facts` that are otherwise
    """
    if scene.activity is None:
        return scene.facts(product, **more)
    from corticast.io.recording import is_recording

    return scene.facts(product, recording=is_recording(scene.activity), **more)


def facts_on_sheet(scene: SceneFile, plane: str | None) -> Facts:
    """What decides which options of a scene count on a contact sheet.

    Parameters
    ----------
    plane : of the sheet's slices; None is the default
    """
    facts = facts_of(scene, "sheet")
    return replace(facts, values={**facts.values, "sheet_plane": plane})


def with_absolute_paths(scene: SceneFile) -> SceneFile:
    """The same scene for a process in another folder; links are not resolved."""
    repeats = {name for name, option in table_of(SceneFile).items() if option.repeats}
    paths = {name: [path.absolute() for path in found] for name, found in scene.given_paths.items()}
    return scene.with_values(**{name: found if name in repeats else found[0] for name, found in paths.items()})


def scene_values(scene: SceneFile, folder: Path) -> dict[str, Any]:
    """Content of a scene file.

    Parameters
    ----------
    scene : that the file holds
    folder : of the file, an absolute path; paths become relative to it

    Returns
    -------
    the version, and every value that was set or decides the picture, defaults too
    """
    facts = facts_of(scene)
    values: dict[str, Any] = {VERSION_KEY: version("corticast")}
    for name, option in table_of(SceneFile).items():
        value = getattr(scene, name)
        value = option.settled(facts) if value is None else value
        decides = name not in _OF_THE_ENCODER and option.counts(facts)
        if value in (None, "") or not (decides or name in scene.given):
            continue
        paths = [_relative(each, folder) for each in option.listed(value) if isinstance(each, Path)]
        if paths:
            value = paths[0] if len(paths) == 1 else paths
        values[name] = value if paths or isinstance(value, str) else option.plain(value)
    return values


def _relative(path: Path, folder: Path) -> str:
    """A path from a folder. Links are not resolved: the target of a link into an annex has another name."""
    return Path(os.path.relpath(path.absolute(), folder)).as_posix()


def save_scene_file(
    scene: SceneFile, path: str | os.PathLike[str], *, overwrite: bool = False, option: str = "save-scene"
) -> None:
    """Write a scene file that renders the same film, with every value that decides the picture.

    Parameters
    ----------
    option : that names the file, for messages

    Raises
    ------
    OptionError : the file exists and is not to be replaced, or its folder does not exist
    """
    file = Path(path)
    if file.exists() and not overwrite:
        raise OptionError(f"--{option} {file}: exists; add --overwrite to replace it, or choose another name")
    values = scene_values(scene, file.resolve().parent)
    try:
        write_toml(file, values)
    except OSError as error:
        raise OptionError(
            f"--{option} {file}: {error.strerror or error}; choose a folder that can be written"
        ) from error


def write_toml(file: Path, values: Mapping[str, Any]) -> None:
    """Write values to a TOML file, which appears when it is complete.

    Raises
    ------
    OSError : the file cannot be written
    """
    import tomli_w

    write_text(file, tomli_w.dumps(dict(values)))
