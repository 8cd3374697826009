"""JSON files beside tables and recordings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from corticast.errors import DataError, one_line
from corticast.io.door import read_bytes
from corticast.io.file_kinds import JSON


def read_json(path: Path) -> Any:
    """Content of a JSON file.

    Raises
    ------
    DataError : the file cannot be read, or is no valid JSON
    """
    try:
        return json.loads(read_bytes(path, JSON).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: invalid JSON ({one_line(error, 100)}); repair the file") from error
