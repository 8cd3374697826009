"""The child of readers of tables that a library decodes: spreadsheets by openpyxl, .mat files by SciPy."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corticast.errors import DataError, one_line
from corticast.io.confined_child import serve_reader
from corticast.io.file_kinds import size_in_words
from corticast.io.library_warnings import Listener
from corticast.io.library_words import OPENPYXL, SCIPY

# Parts of a spreadsheet may be a thousand times larger than the file.
_MOST_BYTES = 64 * 2**20
_MOST_ROWS = 100_000
_MOST_COLUMNS = 1000
_VARIABLES = ("elecmatrix", "eleclabels", "anatomy")
_HDF5 = b"MATLAB 7.3"
_MAT_REMEDY = "give a .mat file with elecmatrix, as img_pipe writes it"


@dataclass(frozen=True)
class _Content:
    """The content of a file for the parent."""

    facts: dict[str, Any]
    lines: tuple[str, ...]


def _load(path: Path) -> None:
    # Opening says if the library is not installed.
    with suppress(ImportError):
        if path.suffix.lower() == ".mat":
            import scipy.io  # noqa: F401
        else:
            import openpyxl  # noqa: F401


def _open(path: Path, _: dict[str, Any]) -> _Content:
    is_mat = path.suffix.lower() == ".mat"
    listener = Listener(path, SCIPY if is_mat else OPENPYXL)
    try:
        with listener.listening():
            facts = _variables(path) if is_mat else _sheets(path)
    except (DataError, MemoryError):
        raise
    except Exception as error:
        # Both libraries raise many kinds of errors about damaged files.
        remedy = _MAT_REMEDY if is_mat else "save the sheet as CSV"
        raise DataError(f"{path}: cannot be read ({one_line(error, 80)}); {remedy}") from error
    return _Content(facts, listener.lines)


def _sheets(path: Path) -> dict[str, Any]:
    """Names and rows of the sheets with cells."""
    try:
        import openpyxl
    except ImportError as error:
        raise DataError(f'{path}: needs openpyxl; `pip install "corticast[ieeg]"`, or save the sheet as CSV') from error
    _check_parts(path)
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    formulas = openpyxl.load_workbook(path, read_only=True, data_only=False)
    found = [
        {"sheet": sheet.title, "rows": rows}
        for sheet, other in zip(book.worksheets, formulas.worksheets, strict=True)
        if (rows := _rows(path, sheet, other))
    ]
    if not found:
        raise DataError(f"{path}: no sheet has cells; give columns x, y, z in mm")
    return {"sheets": found}


def _check_parts(path: Path) -> None:
    """Refuse a file whose parts are too large: zipfile gives no more than a part states."""
    try:
        with zipfile.ZipFile(path) as parts:
            n_bytes = sum(part.file_size for part in parts.infolist() if part.filename.endswith((".xml", ".rels")))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise DataError(f"{path}: no spreadsheet ({one_line(error, 80)}); save the sheet as CSV") from error
    if n_bytes > _MOST_BYTES:
        raise DataError(
            f"{path}: too large: its sheets have {size_in_words(n_bytes)}, and a spreadsheet has at most "
            f"{size_in_words(_MOST_BYTES)}; save the sheet as CSV"
        )


def _rows(path: Path, sheet: Any, formulas: Any) -> list[tuple[int, list[str]]]:
    """Numbers and cells of the rows that are not empty."""
    sheet.reset_dimensions()
    formulas.reset_dimensions()
    rows = []
    pairs = zip(sheet.iter_rows(values_only=True), formulas.iter_rows(values_only=True), strict=True)
    for number, (row, written) in enumerate(pairs, 1):
        if number > _MOST_ROWS or len(row) > _MOST_COLUMNS:
            raise DataError(
                f"{path}: too large: a sheet has at most {_MOST_ROWS} rows and {_MOST_COLUMNS} columns; "
                "save the sheet as CSV"
            )
        cells = [_cell(value, formula) for value, formula in zip(row, written, strict=True)]
        if any(cells):
            rows.append((number, cells))
    return rows


def _cell(value: Any, formula: Any) -> str:
    """The text of a cell; that of its formula if no program has computed its value."""
    if value is None:
        return "" if formula is None else str(formula).strip()
    return repr(value) if isinstance(value, float) else str(value).strip()


def _variables(path: Path) -> dict[str, Any]:
    """Positions, labels and regions of img_pipe's electrodes."""
    from scipy.io import loadmat

    with path.open("rb") as file:
        if file.read(len(_HDF5)) == _HDF5:
            raise DataError(f"{path}: a MATLAB 7.3 file; save the variables with -v7")
    content = loadmat(path, variable_names=_VARIABLES)
    pos = np.asarray(content.get("elecmatrix", np.zeros(0)))
    if pos.ndim != 2 or pos.shape[1] != 3 or pos.dtype.kind not in "fiu" or not 0 < len(pos) <= _MOST_ROWS:
        raise DataError(f"{path}: no elecmatrix of three columns; {_MAT_REMEDY}")
    texts = {name: _texts(content.get(name), len(pos)) for name in _VARIABLES[1:]}
    return {"elecmatrix": pos.astype(float).tolist(), **texts}


def _texts(cells: Any, n: int) -> list[list[str]]:
    """Texts of a cell array of n rows; [] for anything else."""
    if not isinstance(cells, np.ndarray) or cells.dtype != object or cells.ndim != 2 or len(cells) != n:
        return []
    return [[_text(cell) for cell in row] for row in cells]


def _text(cell: Any) -> str:
    while isinstance(cell, np.ndarray) and cell.size:
        cell = cell.flat[0]
    return cell.strip() if isinstance(cell, str) else ""


if __name__ == "__main__":
    serve_reader(_load, _open)
