"""Samples of the flash meter in a file beside a part of a film, for the joining of the parts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from corticast.core.flashes import FlashSample
from corticast.errors import DataError
from corticast.io.whole_file import whole_file

Span = tuple[float, float]


def samples_path(part: Path) -> Path:
    """File of a part's samples."""
    return part.with_name(part.name + ".flashes.json")


def write_samples(samples: Iterable[FlashSample], patterns_s: Iterable[Span], path: Path) -> None:
    """Write samples, and the seconds of regular patterns; the file appears only complete.

    Raises
    ------
    OSError : the file cannot be written
    """
    with whole_file(path) as partial:
        partial.write_text(json.dumps([[*map(list, samples)], [*map(list, patterns_s)]]), encoding="utf-8")


def read_samples(parts: Sequence[Path]) -> tuple[list[FlashSample], tuple[Span, ...]]:
    """Read the samples of the parts of a film, in order, and the seconds of regular patterns.

    Raises
    ------
    DataError : a file is missing or damaged
    """
    samples: list[FlashSample] = []
    patterns_s: list[Span] = []
    for part in parts:
        path = samples_path(part)
        try:
            own, patterns = json.loads(path.read_text(encoding="utf-8"))
            samples += [FlashSample(*values) for values in own]
            patterns_s += [(first_s, last_s) for first_s, last_s in patterns]
        except (OSError, ValueError, TypeError) as error:
            text = "the flashes of this part are missing or damaged; remove the folder, and start the film again"
            raise DataError(f"{path}: {text}") from error
    return samples, tuple(patterns_s)
