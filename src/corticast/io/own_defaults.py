"""The file of a user's own defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corticast.core.model.options import table_of
from corticast.core.model.own_defaults import check_own
from corticast.core.model.scene_file import SceneFile
from corticast.errors import DataError, OptionError, in_python
from corticast.io.scene import read_toml, write_toml
from corticast.io.user_folder import user_folder


def own_defaults_path() -> Path:
    """The file, which need not exist."""
    return user_folder() / "config.toml"


def read_own_defaults(*, checked: bool = True) -> dict[str, Any]:
    """The user's own defaults, as TOML holds them; empty without a file.

    Parameters
    ----------
    checked : whether wrong keys and values are refused

    Raises
    ------
    DataError : the file cannot be read, or holds a wrong key or value
    """
    path = own_defaults_path()
    if not os.path.lexists(path):
        return {}
    _, values = read_toml(path)
    for name, value in values.items() if checked else ():
        try:
            check_own(name)
            table_of(SceneFile)[name].read(name, value)
        except OptionError as error:
            remedy = f"`corticast config {name} --unset` removes it"
            raise DataError(f"{path}: {in_python(error.as_typed)}; {remedy}") from error
    return values


def write_own_defaults(values: Mapping[str, Any]) -> None:
    """Write the file; without values, remove it.

    Raises
    ------
    OptionError : the file cannot be written
    """
    path = own_defaults_path()
    try:
        if not values:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        write_toml(path, values)
    except OSError as error:
        raise OptionError(f"{path}: {error.strerror or error}; make its folder writable") from error
