"""Results as lines of text, and as a JSON file for `corticast bench compare`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corticast.bench.model import Result, digits
from corticast.errors import DataError, OptionError
from corticast.io.whole_file import write_text

SCHEMA = "corticast bench 1"


def parameters_text(parameters: Mapping[str, Any]) -> str:
    """Parameters in one line, with sizes as WxH."""
    return "  ".join(f"{name}={_text(value)}" for name, value in parameters.items())


def _text(value: Any) -> str:
    return "x".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def lines_of(result: Result) -> list[str]:
    """A heading, and one line per figure: median, lowest and highest sample."""
    lines = [f"{result.name}  {parameters_text(result.parameters)}"]
    if result.skipped:
        lines.append(f"    skipped: {result.skipped}")
    if result.wrong:
        lines.append(f"    WRONG: {result.wrong}")
    for name, figure in result.figures.items():
        line = f"    {name:<24} {digits(figure.median):>9} {figure.unit}"
        if len(figure.samples) > 1:
            ends = f"{digits(figure.lowest)} .. {digits(figure.highest)}"
            line = f"{line:<50}  {ends}  of {len(figure.samples)}"
        lines.append(line)
    return lines


def check_report_path(path: Path, *, overwrite: bool) -> None:
    """Check that results can be written, before anything is measured.

    Raises
    ------
    OptionError : the folder is missing, or a file exists and may not be replaced
    """
    if not path.parent.is_dir():
        raise OptionError(f"--json {path}: no such folder: {path.parent}; create it, or give another folder")
    if path.is_dir():
        raise OptionError(f"--json {path}: a folder; give the name of a file")
    if path.exists() and not overwrite:
        raise OptionError(f"--json {path}: exists; give --overwrite to replace it, or another name")


def write_report(path: Path, machine: Mapping[str, Any], results: Sequence[Result]) -> None:
    """Write results. The file is complete at any moment.

    Raises
    ------
    OptionError : the path cannot be written
    """
    report = {"schema": SCHEMA, "machine": machine, "results": [result.as_json() for result in results]}
    try:
        write_text(path, json.dumps(report, indent=2) + "\n")
    except OSError as error:
        raise OptionError(f"--json {path}: {error.strerror or error}; give a folder that is writable") from error


def read_report(path: Path) -> dict[str, Any]:
    """Read a results file.

    Raises
    ------
    DataError : the file holds no results
    """
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}; give a file of `corticast bench --json`") from error
    except ValueError:
        raise DataError(f"{path}: not JSON; give a file of `corticast bench --json`") from None
    if not isinstance(report, dict) or report.get("schema") != SCHEMA:
        raise DataError(f'{path}: not results of "{SCHEMA}"; give a file that --json of this version has written')
    return report
