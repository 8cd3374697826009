"""The header of an EDF or BDF file as text, field by field.

::

    256 bytes: fields of the file ─> 256 bytes per signal: all labels, all units, … ─> records of n samples per signal

EDF: Kemp et al., Electroencephalography and Clinical Neurophysiology 1992. EDF+: Kemp and Olivan, Clinical
Neurophysiology 2003. BDF has samples of 24 bits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from corticast.core.timing import exact
from corticast.errors import DataError, OptionError
from corticast.io.door import OpenFile

# Bytes of the fields of the file, and of those of each signal.
HEADER_BYTES = 256
# Names and widths of the fields of the file, and of those of each signal.
_FILE = (
    ("version", 8), ("patient", 80), ("recording", 80), ("date", 8), ("time", 8), ("n_bytes", 8), ("kind", 44),
    ("n_records", 8), ("record_s", 8), ("n_signals", 4),
)  # fmt: skip
_SIGNAL = (
    ("label", 16), ("transducer", 80), ("unit", 8), ("physical_low", 8), ("physical_high", 8), ("digital_low", 8),
    ("digital_high", 8), ("filters", 80), ("n", 8), ("reserved", 32),
)  # fmt: skip
# No record lasts thirty years, or a billionth of a second. Other times leave the numbers of a computer.
_MOST_RECORD_S = 1e9


class EdfFields:
    """The fields of a header.

    Parameters
    ----------
    path, file : of the recording, open at its beginning

    Attributes
    ----------
    file, signal : texts of the fields of the file, one each, and of those of the signals, one for each signal
    format : "EDF" or "BDF"
    n_signals : of the file, those of annotations too

    Raises
    ------
    DataError : the file is no EDF or BDF, or ends within its header
    """

    def __init__(self, path: Path, file: OpenFile) -> None:
        self.path = path
        first = file.read(HEADER_BYTES) or b""
        self.file = _fields(first, _FILE, 1)
        version = first[:8]
        if len(first) < HEADER_BYTES or not (version == b"0       " or version == b"\xffBIOSEMI"):
            raise self.fault("it does not begin as an EDF or BDF file does")
        self.format = "BDF" if version[0] == 0xFF else "EDF"
        self.n_signals = self.whole("number of signals", self.file["n_signals"][0], least=1)
        more = file.read(HEADER_BYTES * self.n_signals) or b""
        if len(more) < HEADER_BYTES * self.n_signals:
            raise self.fault(f"it announces {self.n_signals} signals, but ends within their header")
        self.signal = _fields(more, _SIGNAL, self.n_signals)

    def record_s(self) -> tuple[Fraction, list[str]]:
        """Seconds of a record, and a warning where the header lacks them."""
        text = self.file["record_s"][0]
        try:
            record_s = exact(text)
        except OptionError:
            raise self.fault(f"it gives {text!r} as the seconds of a record") from None
        if record_s == 0:
            return Fraction(1), ["its header gives no length of a record: 1 s is assumed, and times may be wrong"]
        if not 1 / _MOST_RECORD_S <= record_s <= _MOST_RECORD_S:
            raise self.fault(f"it gives {text!r} as the seconds of a record")
        return record_s, []

    def date(self) -> list[str]:
        """A warning about a date that cannot be read."""
        try:
            datetime.strptime(f"{self.file['date'][0]} {self.file['time'][0]}", "%d.%m.%y %H.%M.%S")
        except ValueError:
            return ["the date in its header cannot be read; times count from the first sample"]
        return []

    def whole(self, what: str, text: str, least: int) -> int:
        """The whole number of a field."""
        if not re.fullmatch(r"[+-]?[0-9]{1,8}", text) or int(text) < least:
            raise self.fault(f"it gives {text!r} as the {what}")
        return int(text)

    def number(self, what: str, text: str) -> float:
        """The number of a field."""
        # Some recorders write a comma.
        try:
            return float(exact(text.replace(",", ".")))
        # OverflowError: above the largest float.
        except (OptionError, OverflowError):
            raise self.fault(f"it gives {text!r} as the {what}") from None

    def fault(self, text: str) -> DataError:
        """The error about a header."""
        return DataError(f"{self.path}: not a readable EDF or BDF file: {text}; repair or export the file again")


def _fields(content: bytes, widths: Iterable[tuple[str, int]], n: int) -> dict[str, list[str]]:
    """Texts of fields that stand n times each. Some recorders end a field with zeros in place of blanks."""
    fields, place = {}, 0
    for name, width in widths:
        cells = [content[place + width * k :][:width] for k in range(n)]
        fields[name] = [cell.partition(b"\0")[0].decode("latin-1").strip() for cell in cells]
        place += width * n
    return fields
