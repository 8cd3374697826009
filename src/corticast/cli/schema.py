"""corticast schema: the JSON Schema of scene files."""

from __future__ import annotations

import sys

from corticast.cli.running import command

EXAMPLES = ("corticast schema > scene.schema.json",)


def schema() -> None:
    """Write the JSON Schema of scene files, for editors that complete and check them."""
    import json

    from corticast.core.model.schema import scene_schema

    sys.stdout.write(json.dumps(scene_schema(), indent=2) + "\n")


COMMAND = command(schema, examples=EXAMPLES)
