"""Faulty tables of activity; NumPy warns about some of them."""

from __future__ import annotations

import numpy as np

VALUES = np.arange(40.0).reshape(10, 4)
HEADER = "A1\tA2\tA3\tA4"


def _text(path, rows, header=HEADER):
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def npy_of_python_2(path):
    """A header with the long integers of Python 2."""
    content = VALUES.tobytes()
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (10L, 4L), }"
    header = header.ljust(118 - 1) + "\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + content)
    return path


def npy_of_nan(path):
    """NaN alone."""
    np.save(path, np.full((10, 4), np.nan))
    return path


def npy_of_objects(path):
    """Objects of Python."""
    np.save(path, np.array([["a", None]], dtype=object), allow_pickle=True)
    return path


def npy_cut_off(path):
    """Half of the file."""
    np.save(path, VALUES)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


def tsv_without_rows(path):
    """A header alone."""
    return _text(path, [])


def tsv_with_blank_rows(path):
    """Empty lines alone below the header."""
    return _text(path, ["", "", ""])


def tsv_of_unequal_rows(path):
    """A row with a cell too few."""
    return _text(path, ["1\t2\t3\t4", "1\t2\t3"])


def tsv_of_infinity(path):
    """A cell that is infinite, and one beyond float64."""
    return _text(path, ["1\t2\tinf\t4", "1\t2\t3\t1e999"])


def tsv_of_words(path):
    """A cell that is no number."""
    return _text(path, ["1\t2\t3\t4", "1\tloud\t3\t4"])


def tsv_with_gaps(path):
    """Missing values in three spellings."""
    return _text(path, ["1\tn/a\t3\t4", "1\t2\tNaN\t-999", "1\t2\t3\t4"])
