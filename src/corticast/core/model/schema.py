"""JSON Schema of scene files, from the table of options."""

from __future__ import annotations

from typing import Any

from corticast.core.model.options import Option, table_of
from corticast.core.model.scene_file import SceneFile

_VERSION = {"type": "string", "description": "Version of corticast that wrote the scene."}


def scene_schema() -> dict[str, Any]:
    """JSON Schema of a scene file, with what each key means."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scene of corticast",
        "description": "Keys are the options of `corticast render`; relative paths start at the file's folder.",
        "type": "object",
        "properties": {"corticast": _VERSION, **{name: _key(each) for name, each in table_of(SceneFile).items()}},
        "additionalProperties": False,
    }


def _key(option: Option) -> dict[str, Any]:
    default = option.plain(option.default)
    found = {**option.schema(), "description": option.help_text}
    return found if default in (None, "") else {**found, "default": default}
